"""A walk heard with our rules and with raw containment: one touch, one plan, one pair of ears."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Locator, Page, expect

from tests.browser.rooms import Simulator

OpenPage = Callable[..., Page]
AT_THE_V2: Final = "/simulator?level=dome-2&x=104.5&y=46"


def tally(page: Page, rule: str) -> Locator:
    """The row of the table that counts for a rule."""
    return page.get_by_test_id(f"tally-{rule}")


def count(page: Page, rule: str, what: str) -> int:
    """How often something happened under a rule so far."""
    return int(tally(page, rule).get_attribute(f"data-{what}") or -1)


def position(page: Page, rule: str) -> float:
    """How far the sound of a rule is, in seconds."""
    found: float = page.evaluate(
        "rule => document.querySelector(`audio[data-rule=${rule}]`).currentTime", rule
    )
    return found


def audible(page: Page) -> list[str]:
    """The rules whose sound comes out."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('audio')].filter(each => !each.muted).map(each => each.dataset.rule)"
    )
    return found


def test_the_walk_is_told_in_french_in_the_museums_narrations(open_page: OpenPage) -> None:
    """In French the switch, the tally and what is heard are in French."""
    page = open_page("/simulator", locale="fr-FR", width=390, height=844)
    page.get_by_role("button", name="Écouter cette promenade").click()
    Simulator(page).hears("ida")

    expect(page.get_by_test_id("player").get_by_role("heading")).to_have_attribute("lang", "fr")
    expect(page.get_by_test_id("compare")).to_contain_text("Coupures")
    page.get_by_role("radio", name="La zone seule").check()
    expect(page.get_by_test_id("raw-device")).to_contain_text("Avec la zone seule, l’appareil jouerait ceci")


def test_the_switch_changes_what_comes_out(open_page: OpenPage) -> None:
    """One rule is heard at a time, ours at first; the other goes on in silence, and one touch changes ears."""
    page = open_page(AT_THE_V2)
    guide = Simulator(page)
    guide.start("English")
    guide.hears("v2")
    assert audible(page) == ["ours"]

    page.get_by_role("radio", name="Raw containment").check()
    assert audible(page) == ["raw"]
    expect(page.get_by_test_id("raw-device")).to_have_attribute("data-state", "playing")
    before = position(page, "raw")
    page.wait_for_function(
        "before => document.querySelector('audio[data-rule=raw]').currentTime > before + 0.5", arg=before
    )

    page.get_by_role("radio", name="Our rules").check()
    assert audible(page) == ["ours"]


def test_the_switch_serves_any_walk(open_page: OpenPage) -> None:
    """A visit that somebody starts by hand is compared as well, and a new one begins its tally anew."""
    page = open_page(AT_THE_V2)
    guide = Simulator(page)
    guide.start("English")
    guide.hears("v2")

    expect(tally(page, "raw")).to_have_attribute("data-starts", "1")
    guide.press("Hear the reviewer’s walk")
    expect(tally(page, "raw")).to_have_attribute("data-exhibit", "ida")
    assert count(page, "raw", "starts") == 1
