"""What is wrong with a page to the eye: axe's findings, and what needs sideways scrolling."""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Locator, Page

AXE: Final = Path(__file__).parents[2] / "guide" / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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


def out_of_sight(page: Page, *things: Locator) -> list[str]:
    """Those of the things that do not lie in the window as a whole, without any scrolling, with their boxes."""
    size = page.viewport_size
    assert size is not None
    return [
        f"{thing}: {box}"
        for thing, box in ((each, each.bounding_box()) for each in things)
        if box is None
        or min(box["x"], box["y"]) < 0
        or box["x"] + box["width"] > size["width"]
        or box["y"] + box["height"] > size["height"]
    ]


def covered(thing: Locator) -> bool:
    """Whether something else lies over the middle of a thing."""
    hidden: bool = thing.evaluate(
        """thing => {
          const { x, y, width, height } = thing.getBoundingClientRect();
          const top = document.elementFromPoint(x + width / 2, y + height / 2);
          return !thing.contains(top) && !top?.contains(thing);
        }"""
    )
    return hidden


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
