"""Everybody can use the pages: small screens, both themes, keys, and what axe finds."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.rooms import Simulator, Visitor

AXE: Final = Path(__file__).parents[2] / "guide" / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker's script, from the front end's tools."""
    if not AXE.is_file():
        missing = "axe is not installed: run `npm ci` in guide/web"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return AXE.read_text("utf-8")


def faults(page: Page, axe: str) -> list[str]:
    """What axe finds on the page as it stands."""
    # Through the debugger, as a tester's extension would: the page's own policy lets no strange script in.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": axe})
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {{runOnly: {RULES}}})")
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(0, wider)


def in_all_looks(page: Page, axe: str, room: str) -> dict[str, object]:
    """What is wrong with a room in the dark and in the light, and on a small and a large screen."""
    found: dict[str, object] = {f"{room}, pixels too wide at 1280": overflow(page)}
    page.set_viewport_size({"width": 320, "height": 800})
    found[f"{room}, pixels too wide at 320"] = overflow(page)
    for theme in ("dark", "light"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        found[f"{room}, {theme}"] = faults(page, axe)
    page.set_viewport_size({"width": 1280, "height": 800})
    return {name: fault for name, fault in found.items() if fault}


def test_the_visitor_page_has_no_fault(visitor: Callable[..., Visitor], axe: str) -> None:
    """Every room of the visitor page passes axe and needs no sideways scrolling, at 320 pixels too."""
    guide = visitor()
    page = guide.page
    expect(page.get_by_test_id("start")).to_be_visible()
    found = in_all_looks(page, axe, "welcome")
    guide.start("Nederlands")
    guide.type_number("123")
    guide.hears("v2")
    for room in ("Map", "List", "Number", "Text"):
        guide.tab(room)
        found |= in_all_looks(page, axe, room)
    guide.press("Language: Dutch")
    found |= in_all_looks(page, axe, "languages")
    guide.press("Cancel")
    guide.press("End the visit")
    found |= in_all_looks(page, axe, "end")
    page.get_by_role("dialog").get_by_role("button", name="End the visit").click()
    expect(page.get_by_test_id("ended")).to_be_visible()
    found |= in_all_looks(page, axe, "ended")

    assert found == {}


def test_the_simulator_has_no_fault(simulator: Callable[..., Simulator], axe: str) -> None:
    """The simulator passes axe and needs no sideways scrolling, at 320 pixels too."""
    guide = simulator("dome-2", 104.5, 46.0)
    guide.start("English")
    guide.hears("v2")
    expect(guide.decisions).to_contain_text("V-2")

    assert in_all_looks(guide.page, axe, "simulator") == {}


def test_targets_are_large_enough_for_a_visitor(visitor: Callable[..., Visitor]) -> None:
    """Play is 72 pixels wide; nothing that a visitor presses while listening is under 48."""
    guide = visitor(width=320, height=640)
    guide.start("English")
    guide.type_number("123")
    guide.hears("v2")

    sizes = {
        button.get_attribute("aria-label") or button.inner_text(): button.bounding_box()
        for button in guide.player.get_by_role("button").all()
    }
    smallest = {name: min(box["width"], box["height"]) for name, box in sizes.items() if box}
    assert smallest.pop("Pause") >= 72
    assert {name: size for name, size in smallest.items() if size < 48} == {}


def test_the_simulator_can_be_walked_without_a_mouse(simulator: Callable[..., Simulator]) -> None:
    """With the keyboard alone one reaches the plan, walks, asks for help and leaves it again."""
    guide = simulator("tunnels", 40.0, 30.0)
    page = guide.page
    guide.dot()
    guide.plan.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    expect(guide.whereabouts).to_have_attribute("data-y", "31")
    expect(guide.whereabouts).to_have_attribute("data-x", "40.5")

    page.keyboard.press("?")
    expect(page.get_by_text("Drag the dot, click where it should walk")).to_be_visible()
    page.keyboard.press("Tab")
    expect(guide.plan).not_to_be_focused()


def test_the_theme_follows_its_switch(visitor: Callable[..., Visitor]) -> None:
    """Dark is the start; the switch goes on to light and to the system's own, and stays after a reload."""
    guide = visitor()
    root = guide.page.locator("html")
    switch = guide.page.get_by_test_id("theme")
    seen = []
    for _ in range(3):
        seen.append(root.get_attribute("data-theme"))
        switch.click()
    assert seen == ["dark", "light", "system"]


def test_the_reference_of_the_interface_needs_no_internet(open_page: Callable[..., Page]) -> None:
    """The API's reference shows its routes from the service alone, under its strict policy."""
    page = open_page("/docs")
    expect(page.get_by_text("/api/v1/visits/{visit_id}/poll")).to_be_visible()
