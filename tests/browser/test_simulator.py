"""The walk simulator, walked: what it plays is what the service decided, and it really sounds."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watch
from tests.browser.rooms import Simulator
from tests.browser.walks import listen, turning

OpenSimulator = Callable[..., Simulator]
BELOW_THE_LIFT: Final = ("tunnels", 108.0, 31.0)
AT_THE_V2: Final = ("dome-2", 104.5, 46.0)
AT_IDA: Final = ("tunnels", 13.0, 30.0)
AT_THE_PRESS: Final = ("dome-1", 94.0, 32.0)
AT_THE_LOOS_TRAIN: Final = ("tunnels", 64.0, 20.0)
IN_A_CORRIDOR: Final = ("tunnels", 40.0, 30.0)
RISE_S: Final = 0.12
PACE: Final = 3
"""So many times as fast as a visitor walks and listens."""


@pytest.mark.slow
def test_a_walk_from_the_tunnel_into_the_dome_plays_what_stands_there(simulator: OpenSimulator) -> None:
    """A visitor who walks from the tunnel through the lift to the V-2 hears the V-2, and sees the dome's plan."""
    guide = simulator(*BELOW_THE_LIFT, pace=PACE)
    guide.start("English")
    expect(guide.plan).to_have_attribute("data-level", "tunnels")

    guide.walk_to("The V-2")

    expect(guide.whereabouts).to_have_attribute("data-level", "dome-2", timeout=40_000)
    heard = guide.hears("v2")
    assert heard.url.endswith((".opus", ".m4a"))
    expect(guide.plan).to_have_attribute("data-level", "dome-2")
    expect(guide.page.get_by_role("heading", name="The V-2")).to_be_visible()
    expect(guide.announced).to_contain_text("The V-2")
    expect(guide.decisions).to_contain_text("Started “The V-2”")
    expect(guide.page.get_by_test_id("evidence")).to_contain_text("The V-2")


@pytest.mark.slow
def test_wandering_into_a_neighbours_zone_does_not_cut_the_narration(simulator: OpenSimulator) -> None:
    """A visitor who strays into the next zone hears the first to the end; the other becomes *next*, no more."""
    guide = simulator(*AT_IDA, pace=PACE)
    guide.start("English")
    before = guide.hears("ida")

    guide.step("ArrowRight", 5)
    expect(guide.page.get_by_test_id("next")).to_contain_text("A train for the rockets")
    guide.step("ArrowLeft", 5)

    after = guide.until(lambda now: now.position_s > before.position_s + 8)
    assert after.url == before.url
    assert after.volume == before.volume
    expect(guide.player).to_have_attribute("data-exhibit", "ida")
    expect(guide.decisions).to_contain_text("waits as next")


def test_the_keypad_overrides_what_plays(simulator: OpenSimulator) -> None:
    """A visitor who types a number hears it at once, whatever is playing and wherever they stand."""
    guide = simulator(*AT_THE_V2)
    guide.start("English")
    before = guide.hears("v2")

    guide.type_number("101")

    assert guide.hears("welcome").url != before.url
    expect(guide.decisions).to_contain_text("Welcome")


def test_a_number_that_nothing_carries_is_said_in_plain_words(simulator: OpenSimulator, watch: Watch) -> None:
    """A number that no exhibit carries gets a sentence, and the narration goes on."""
    watch.allow("status of 404")
    guide = simulator(*AT_THE_V2)
    guide.start("English")
    guide.hears("v2")

    guide.type_number("999")

    expect(guide.page.get_by_test_id("trouble")).to_contain_text("There is no exhibit with this number")
    expect(guide.announced).to_contain_text("no exhibit")
    guide.hears("v2")


def test_pause_resume_jump_and_skip(simulator: OpenSimulator) -> None:
    """The buttons do what they say: pause holds the place, play goes on from it, +10 jumps, skip ends it."""
    guide = simulator(*AT_THE_V2)
    guide.start("English")
    guide.hears("v2")

    guide.press("Pause")
    held = guide.until(lambda now: now.paused)
    expect(guide.player).to_contain_text("Paused")

    guide.player.get_by_role("button", name="Play", exact=True).click()
    resumed = guide.hears("v2")
    assert held.position_s <= resumed.position_s < held.position_s + 8

    guide.press("Forward 10 seconds")
    guide.until(lambda now: now.position_s > resumed.position_s + 9)

    guide.press("Skip")
    expect(guide.player).to_contain_text("Nothing is playing")
    guide.until(lambda now: now.paused)


def test_the_scrubber_moves_the_sound_and_its_text(simulator: OpenSimulator) -> None:
    """The scrubber is a range with a spoken value; moving it moves the sound, and the text follows."""
    guide = simulator(*AT_THE_V2)
    guide.start("English")
    guide.hears("v2")
    expect(guide.page.get_by_test_id("transcript")).to_contain_text("no siren", ignore_case=True)

    scrubber = guide.page.get_by_role("slider", name="Position in the narration")
    scrubber.fill("38")

    guide.until(lambda now: 37 < now.position_s < 45)
    expect(scrubber).to_have_attribute("aria-valuetext", re.compile(r"^0:\d\d of \d:\d\d$"))
    current = guide.page.get_by_test_id("transcript").locator("[aria-current=true]")
    expect(current).to_contain_text("No siren, no gun and no aircraft could stop it.")


def test_what_goes_on_in_the_middle_comes_up(simulator: OpenSimulator) -> None:
    """A narration that goes on at a sentence in its middle rises from silence, within an eighth of a second."""
    guide = simulator(*AT_THE_V2)
    guide.start("English")
    guide.hears("v2")
    listen(guide.page)

    guide.page.get_by_role("slider", name="Position in the narration").fill("20")

    risen_to = guide.until(lambda now: now.position_s > 20 + 2 * RISE_S and now.volume == 1)
    risen = turning(guide.page, risen_to.url)
    assert risen[0][1] == 0
    assert all(later[1] >= earlier[1] for earlier, later in pairwise(risen))
    assert risen[-1][0] < 20 + 2 * RISE_S


def test_an_exhibit_without_the_visitors_language_gives_a_notice(simulator: OpenSimulator) -> None:
    """At an exhibit that speaks only French, a visitor who asked for English gets one notice and no sound."""
    guide = simulator(*AT_THE_PRESS)
    guide.start("English")

    notice = guide.page.locator("[data-testid=notice][data-kind=language_gap]")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text("French")
    expect(guide.announced).to_contain_text("French")
    expect(guide.player).to_contain_text("Nothing is playing")


def test_a_zone_that_only_offers_waits_for_the_button(simulator: OpenSimulator) -> None:
    """Where a narration is only offered, a short chime sounds and a card asks; only the button starts it."""
    guide = simulator(*AT_THE_LOOS_TRAIN)
    with guide.page.expect_request(
        lambda request: request.resource_type == "media" and "/media/" in request.url
    ):
        guide.start("English")
    card = guide.page.get_by_test_id("offer")
    expect(card).to_contain_text("The Loos train memorial")
    expect(guide.player).to_contain_text("Nothing is playing")

    card.get_by_role("button", name="Yes, play").click()

    guide.hears("loos")
    expect(card).to_be_hidden()


def test_everything_beside_the_plan_speaks_french(simulator: OpenSimulator) -> None:
    """In French the pages, the narration, the decisions and the evidence are in French."""
    guide = simulator(*AT_THE_V2, locale="fr-FR")
    expect(guide.page.locator("html")).to_have_attribute("lang", "fr")
    guide.page.get_by_test_id("start").click()

    guide.hears("v2")
    expect(guide.player).to_contain_text("En cours")
    expect(guide.decisions).to_contain_text("V2")
    expect(guide.decisions).to_contain_text(re.compile("français"))
    guide.page.get_by_role("button", name="EN, English").click()
    expect(guide.player).to_contain_text("Now playing")
    expect(guide.decisions).to_contain_text("Started")


def test_the_dot_can_be_dragged(simulator: OpenSimulator) -> None:
    """The dot goes where it is dragged, and the keys move it by half a metre."""
    guide = simulator(*IN_A_CORRIDOR)
    x, y = guide.dot()
    guide.page.mouse.move(x, y)
    guide.page.mouse.down()
    guide.page.mouse.move(x + 60, y, steps=5)
    guide.page.mouse.up()

    expect(guide.whereabouts).not_to_have_attribute("data-x", "40")
    dragged = float(guide.whereabouts.get_attribute("data-x") or 0)
    assert dragged > IN_A_CORRIDOR[1] + 2

    guide.step("ArrowLeft", 2)
    expect(guide.whereabouts).to_have_attribute("data-x", repr(dragged - 0.5 - 0.5).removesuffix(".0"))


def test_a_click_walks_and_escape_stops(simulator: OpenSimulator) -> None:
    """A click on the plan is where the visitor walks to; Esc on the plan stops the walk."""
    guide = simulator(*IN_A_CORRIDOR)
    x, y = guide.dot()
    guide.page.mouse.click(x + 80, y)

    expect(guide.whereabouts).to_have_attribute("data-walking", "true")
    guide.plan.focus()
    guide.page.keyboard.press("Escape")
    expect(guide.whereabouts).to_have_attribute("data-walking", "false")
