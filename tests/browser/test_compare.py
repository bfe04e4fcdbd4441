"""A walk heard with our rules and with raw containment: one touch, one plan, one pair of ears."""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import covered, out_of_sight
from tests.browser.rooms import Simulator

OpenPage = Callable[..., Page]
# All in one moment: the walk goes on meanwhile, and with it what is heard. Of what is not heard the plan has thin lines
# in its colour, of what is heard a frame and the ground of its code.
LIT_LIKE_ITS_LANE: Final = """rule => {
  const about = (id) => document.querySelector(`[data-testid=${id}]`)?.dataset ?? {};
  const other = rule === 'raw' ? 'ours' : 'raw';
  const [heard, not] = [about(`tally-${rule}`).exhibit, about(`tally-${other}`).exhibit];
  if (!heard || heard === not || about('plan').playing !== heard) return false;
  if (about(rule === 'raw' ? 'raw-device' : 'player').exhibit !== heard) return false;
  const plan = document.querySelector('[data-testid=plan] canvas');
  const { width, height } = plan;
  const copy = Object.assign(document.createElement('canvas'), { width, height });
  const pen = copy.getContext('2d', { willReadFrequently: true });
  pen.drawImage(plan, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const painted = (lane) => {
    const [piece] = [...document.querySelectorAll(`[data-testid=lane-${lane}] .piece`)].slice(-1);
    const [r, g, b] = getComputedStyle(piece).backgroundColor.match(/\\d+/g).map(Number);
    let count = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === r && data[at + 1] === g && data[at + 2] === b) count += 1;
    return count;
  };
  return painted(rule) > 400 && painted(rule) > 2 * painted(other);
}"""
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


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_the_plan_the_switch_and_what_plays_are_seen_together(
    open_page: OpenPage, width: int, height: int, locale: str
) -> None:
    """During the reviewer's walk the plan, the switch and what plays share the first screen, by either rule."""
    page = open_page("/simulator", width=width, height=height, locale=locale)
    guide = Simulator(page)
    page.get_by_test_id("compare").get_by_role("button").click()
    guide.hears("ida")

    switch = page.get_by_role("radio")
    for what in (guide.player, page.get_by_test_id("raw-device")):
        title, rules = what.get_by_role("heading"), switch.all()
        expect(title).to_be_visible()
        assert out_of_sight(page, guide.plan, title, *rules) == []
        assert not any(covered(each) for each in (guide.plan, title, *rules))
        x, y = guide.dot()
        box = guide.plan.bounding_box()
        assert box is not None
        assert box["x"] < x < box["x"] + box["width"]
        assert box["y"] < y < box["y"] + box["height"]
        switch.last.check()


def test_the_plan_stays_in_sight_while_one_reads_below_it(open_page: OpenPage) -> None:
    """On a telephone the plan stays at the top of the screen however far down one reads."""
    page = open_page("/simulator", width=390, height=844)
    guide = Simulator(page)
    guide.press("Hear the reviewer’s walk")
    guide.hears("ida")

    page.get_by_role("heading", name="Last decisions").scroll_into_view_if_needed()

    assert page.evaluate("scrollY") > 0
    assert out_of_sight(page, guide.plan) == []
    assert not covered(guide.plan)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_walk_of_ones_own_is_seen_too(open_page: OpenPage, width: int, height: int) -> None:
    """Whoever sends the visitor to a zone sees them walk there, with nothing to scroll."""
    page = open_page("/simulator?level=tunnels&x=40&y=30", width=width, height=height)
    guide = Simulator(page)
    guide.start("English")

    guide.walk_to("A train for the rockets")

    expect(guide.whereabouts).to_have_attribute("data-walking", "true")
    assert (
        out_of_sight(page, guide.plan, guide.player.get_by_role("heading"), *page.get_by_role("radio").all())
        == []
    )
    x, y = guide.dot()
    box = guide.plan.bounding_box()
    assert box is not None
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]


def test_the_plan_lights_what_the_chosen_rule_lets_be_heard(open_page: OpenPage) -> None:
    """Where the rules differ the zone lit on the plan is the one that sounds, in the colour of its lane."""
    page = open_page("/simulator")
    guide = Simulator(page)
    guide.press("Hear the reviewer’s walk")
    guide.hears("ida")
    expect(tally(page, "raw")).to_have_attribute("data-exhibit", "rails")
    assert guide.lit == "ida"

    page.get_by_role("radio", name="Raw containment").check()
    page.wait_for_function(LIT_LIKE_ITS_LANE, arg="raw")

    page.get_by_role("radio", name="Our rules").check()
    page.wait_for_function(LIT_LIKE_ITS_LANE, arg="ours")
    assert guide.lit == "ida"


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
