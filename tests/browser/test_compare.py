"""The reviewer's walk, heard with our rules and with raw containment: one touch, one plan, one pair of ears."""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.rooms import Simulator

OpenPage = Callable[..., Page]
WALK_MS: Final = 110_000
SEVERAL: Final = 4


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


@pytest.mark.slow
def test_the_reviewers_walk_is_cut_by_raw_containment_and_never_by_our_rules(open_page: OpenPage) -> None:
    """Who strays while listening hears each narration whole; by raw containment it is cut and begins again."""
    page = open_page("/simulator")
    page.get_by_role("button", name="Hear the reviewer’s walk").click()
    guide = Simulator(page)

    first = guide.hears("ida")
    assert audible(page) == ["ours"]
    expect(page.get_by_test_id("whereabouts")).to_have_attribute("data-walking", "true")
    page.wait_for_function(
        "() => Number(document.querySelector('[data-testid=tally-raw]').dataset.cuts) >= 2", timeout=WALK_MS
    )
    heard = position(page, "ours")
    assert heard > max(first.position_s, position(page, "raw")) + SEVERAL

    page.get_by_role("radio", name="Raw containment").check()
    assert audible(page) == ["raw"]
    expect(page.get_by_test_id("raw-device")).to_have_attribute("data-state", "playing")
    before = position(page, "raw")
    page.wait_for_function(
        "before => document.querySelector('audio[data-rule=raw]').currentTime > before + 0.5", arg=before
    )
    page.get_by_role("radio", name="Our rules").check()
    assert audible(page) == ["ours"]

    expect(page.get_by_test_id("whereabouts")).to_have_attribute("data-walking", "false", timeout=WALK_MS)
    expect(page.get_by_test_id("announcer")).to_contain_text("The walk is over. Cuts: our rules 0")
    assert (count(page, "ours", "starts"), count(page, "ours", "restarts"), count(page, "ours", "cuts")) == (
        2,
        0,
        0,
    )
    assert count(page, "raw", "cuts") >= SEVERAL
    assert count(page, "raw", "restarts") >= SEVERAL


def test_the_walk_is_told_in_french_in_the_museums_narrations(open_page: OpenPage) -> None:
    """In French the switch, the tally and what is heard are in French."""
    page = open_page("/simulator", locale="fr-FR", width=390, height=844)
    page.get_by_role("button", name="Écouter cette promenade").click()
    Simulator(page).hears("ida")

    expect(page.get_by_test_id("player").get_by_role("heading")).to_have_attribute("lang", "fr")
    expect(page.get_by_test_id("compare")).to_contain_text("Coupures")
    page.get_by_role("radio", name="La zone seule").check()
    expect(page.get_by_test_id("raw-device")).to_contain_text("Avec la zone seule, l’appareil jouerait ceci")


def test_the_switch_serves_any_walk(open_page: OpenPage) -> None:
    """A visit that somebody starts by hand is compared as well, and a new one begins its tally anew."""
    page = open_page("/simulator?level=dome-2&x=104.5&y=46")
    guide = Simulator(page)
    guide.start("English")
    guide.hears("v2")

    expect(tally(page, "raw")).to_have_attribute("data-starts", "1")
    guide.press("Hear the reviewer’s walk")
    expect(tally(page, "raw")).to_have_attribute("data-exhibit", "ida")
    assert count(page, "raw", "starts") == 1
