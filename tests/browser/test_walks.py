"""Walks that take their time, all of them at once: each has a window of its own, and what is heard is written down."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.browser.rooms import Simulator
from tests.browser.walks import Moment, listen, moments, record, turning

OpenPage = Callable[..., Page]
AT_IDA: Final = "/simulator?level=tunnels&x=13&y=30"
BY_THE_ROOF: Final = "/simulator?level=tunnels&x=30&y=2.5"
SEVERAL: Final = 4

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


@pytest.fixture(scope="module")
def reviewer(open_window: OpenPage) -> Page:
    """The reviewer's walk, by one touch."""
    page = open_window("/simulator")
    record(page)
    page.get_by_role("button", name="Hear the reviewer’s walk").click()
    return page


@pytest.fixture(scope="module")
def departing(open_window: OpenPage) -> Page:
    """Somebody who listens to Ida for a moment and goes on into the next zone."""
    guide = Simulator(open_window(AT_IDA))
    record(guide.page)
    guide.start("English")
    guide.hears("ida")
    guide.step("ArrowRight", 17)
    return guide.page


@pytest.fixture(scope="module")
def settling(open_window: OpenPage) -> Page:
    """Somebody who walks to Ida, listens, and walks on to where the roof is told of."""
    guide = Simulator(open_window(BY_THE_ROOF))
    record(guide.page)
    guide.start("English")
    guide.walk_to("Ida, the railway tunnel")
    guide.hears("ida")
    listen(guide.page)
    guide.walk_to("The roof first")
    return guide.page


@pytest.fixture(scope="module", autouse=True)
def all_at_once(reviewer: Page, departing: Page, settling: Page) -> None:
    """Everybody is on their way before the first is waited for."""


def sounding(heard: list[Moment], exhibit: str) -> list[Moment]:
    """The moments in which an exhibit's narration comes out of the page."""
    return [each for each in heard if each.exhibit == exhibit and not each.ours.sound.paused]


def is_over(moment: Moment) -> bool:
    """Whether the recorded walk is at its end, and the second narration has begun, which waits for the first."""
    return not moment.walking and moment.ours.starts > 1


def is_summed_up(moment: Moment) -> bool:
    """Whether a screen reader is told what the recorded walk came to."""
    return "The walk is over" in moment.said


def is_heard(heard: list[Moment], exhibit: str) -> bool:
    """Whether an exhibit's narration really sounds: its time goes on, and the sound is not turned off."""
    found = [each.ours.sound.position_s for each in sounding(heard, exhibit) if each.ours.sound.volume > 0]
    return bool(found) and max(found) > min(found) + 0.5


def test_the_reviewers_walk_is_cut_by_raw_containment_and_never_by_our_rules(reviewer: Page) -> None:
    """Who strays while listening hears each narration whole; by raw containment it is cut and begins again."""
    heard = moments(reviewer, lambda so_far: any(map(is_over, so_far)) and any(map(is_summed_up, so_far)))

    assert is_heard(heard, "ida")
    assert {each.raw.sound.volume for each in heard} == {0}
    cut_twice = next(each for each in heard if each.raw.cuts >= 2)
    assert cut_twice.walking
    assert cut_twice.ours.sound.position_s > cut_twice.raw.sound.position_s + SEVERAL
    assert "Cuts: our rules 0" in next(each.said for each in heard if is_summed_up(each))
    end = next(each for each in heard if is_over(each))
    assert (end.ours.starts, end.ours.restarts, end.ours.cuts) == (2, 0, 0)
    assert end.raw.cuts >= SEVERAL
    assert end.raw.restarts >= SEVERAL


def test_a_real_departure_fades_and_goes_over_to_the_next(departing: Page) -> None:
    """A visitor who has really gone on to the next zone hears the first fade out, then the next one."""
    heard = moments(departing, lambda so_far: is_heard(so_far, "rails"))

    first, then = (sounding(heard, exhibit)[-1].ours.sound.url for exhibit in ("ida", "rails"))
    assert first != then
    volumes = [each.ours.sound.volume for each in heard if each.ours.sound.url == first]
    assert 0 < min(volumes, key=lambda level: level or 1) < volumes[0]


def test_what_lets_go_is_heard_to_fade_to_its_end(settling: Page) -> None:
    """Who settles elsewhere hears the sentence out and the sound go down to nothing; then the next one begins."""
    heard = moments(settling, lambda so_far: is_heard(so_far, "construction"))

    faded = turning(settling, sounding(heard, "ida")[0].ours.sound.url)
    (begins, _), (ends, last) = faded[0], faded[-1]
    assert last == 0
    assert ends - begins >= 0.2  # of 0.8 s: a busy machine is late for the first of it
    assert len(faded) >= 3
    assert all(later[1] <= earlier[1] for earlier, later in pairwise(faded))
