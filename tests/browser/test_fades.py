"""A narration that lets go, and one that goes on, as they come out of the page: softly, and never with a click."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.rooms import PATIENCE_S, Simulator

OpenSimulator = Callable[..., Simulator]
Level = tuple[float, float]
"""A place in the track in seconds, and the volume there."""
IN_IDA: Final = ("tunnels", 30.0, 2.5)
AT_THE_V2: Final = ("dome-2", 104.5, 46.0)
RISE_S: Final = 0.12
LISTEN: Final = """() => {
  const audio = document.querySelector('audio');
  const own = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'volume');
  window.volumes = [];
  Object.defineProperty(audio, 'volume', {
    get() { return own.get.call(this); },
    set(to) { window.volumes.push([this.currentTime, to]); own.set.call(this, to); }
  });
}"""


def turning(guide: Simulator) -> list[Level]:
    """Where the volume was set to less than all of it since the page is listened to."""
    return [(at, level) for at, level in guide.page.evaluate("() => window.volumes") if level < 1]


def test_what_goes_on_in_the_middle_comes_up(simulator: OpenSimulator) -> None:
    """A narration that goes on at a sentence in its middle rises from silence, within an eighth of a second."""
    guide = simulator(*AT_THE_V2)
    guide.start("English")
    guide.hears("v2")
    guide.page.evaluate(LISTEN)

    guide.page.get_by_role("slider", name="Position in the narration").fill("20")

    guide.until(lambda now: now.position_s > 20 + 2 * RISE_S and now.volume == 1)
    risen = turning(guide)
    assert risen[0][1] == 0
    assert all(later[1] >= earlier[1] for earlier, later in pairwise(risen))
    assert risen[-1][0] < 20 + 2 * RISE_S


@pytest.mark.slow
def test_what_lets_go_is_heard_to_fade_to_its_end(simulator: OpenSimulator) -> None:
    """Who settles elsewhere hears the sentence out and the sound go down to nothing; then the next one begins."""
    guide = simulator(*IN_IDA)
    guide.start("English")
    guide.walk_to("Ida, the railway tunnel")
    guide.hears("ida")
    guide.page.evaluate(LISTEN)

    guide.walk_to("The roof first")

    expect(guide.player).to_have_attribute("data-exhibit", "construction", timeout=PATIENCE_S * 1000)
    faded = turning(guide)
    (begins, _), (ends, last) = faded[0], faded[-1]
    assert last == 0
    assert ends - begins >= 0.75
    assert len(faded) >= 5
    assert all(later[1] <= earlier[1] for earlier, later in pairwise(faded))
