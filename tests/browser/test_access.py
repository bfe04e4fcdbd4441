"""Everybody can use the pages: small screens, both themes, keys, and what axe finds."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.looks import in_all_looks
from tests.browser.rooms import Simulator, Visitor


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
