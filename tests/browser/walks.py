"""What came out of a window, written down there while somebody walks: it can be read when the walk is long over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

from tests.browser.rooms import PATIENCE_S, Sound

RULES: Final = ("ours", "raw")
RECORD: Final = """() => {
  const dataset = (name) => document.querySelector(`[data-testid=${name}]`)?.dataset ?? {};
  const sound = (rule) => {
    const { src = '', currentTime = 0, paused = true, volume = 0, muted = true } =
      document.querySelector(`audio[data-rule=${rule}]`) ?? {};
    return { url: src, position_s: currentTime, paused, volume: muted ? 0 : volume };
  };
  const tally = ({ starts = 0, restarts = 0, cuts = 0 }) => [starts, restarts, cuts].map(Number);
  window.moments = [];
  setInterval(() => window.moments.push({
    exhibit: dataset('player').exhibit ?? '',
    walking: dataset('whereabouts').walking === 'true',
    said: document.querySelector('[data-testid=announcer]')?.textContent ?? '',
    ours: { sound: sound('ours'), tally: tally(dataset('tally-ours')) },
    raw: { sound: sound('raw'), tally: tally(dataset('tally-raw')) },
  }), 100);
}"""
LISTEN: Final = """() => {
  const audio = document.querySelector('audio[data-rule=ours]');
  const own = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'volume');
  window.volumes = [];
  Object.defineProperty(audio, 'volume', {
    get() { return own.get.call(this); },
    set(to) { window.volumes.push([this.src, this.currentTime, to]); own.set.call(this, to); }
  });
}"""

Level = tuple[float, float]
"""A place in the track in seconds, and the volume there."""


@dataclass(frozen=True)
class Lane:
    """What one rule lets be heard, and what it has come to by now."""

    sound: Sound
    starts: int
    restarts: int
    cuts: int


@dataclass(frozen=True)
class Moment:
    """A tenth of a second of a walk."""

    exhibit: str
    """The one that the player shows."""
    walking: bool
    said: str
    """What a screen reader is told."""
    ours: Lane
    raw: Lane


def record(page: Page) -> None:
    """Begin to write down."""
    page.evaluate(RECORD)


def moments(page: Page, over: Callable[[list[Moment]], bool]) -> list[Moment]:
    """What was written down, as soon as the walk is over."""
    for _ in range(round(2 * PATIENCE_S)):
        told = page.evaluate("() => window.moments")
        found = [
            Moment(
                **each | {rule: Lane(Sound(**each[rule]["sound"]), *each[rule]["tally"]) for rule in RULES}
            )
            for each in told
        ]
        if over(found):
            return found
        page.wait_for_timeout(1000)
    raise AssertionError(f"the walk never came to its end; the last of it is {found[-1]}")


def listen(page: Page) -> None:
    """Begin to write down every volume that is set."""
    page.evaluate(LISTEN)


def turning(page: Page, url: str) -> list[Level]:
    """Where the volume of a sound was set to less than all of it."""
    told = page.evaluate("() => window.volumes")
    return [(at, level) for source, at, level in told if source.endswith(url) and level < 1]
