"""Visitors who walk through drawn floor plans, and what they hear; every step is held to what must always be."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import hypot, nan
from typing import Final, Literal

from tests.zones.plans import GROUND
from zones.decision import ACTIONS, CHANGES, REASONS, Decision, Episode
from zones.engine import step
from zones.model import (
    Command,
    Cue,
    Event,
    Fix,
    Gap,
    Layout,
    ModeChange,
    Played,
    Player,
    Programme,
    Recast,
    Rules,
    Tick,
)
from zones.profiles import PROFILES
from zones.state import Narration, State, Whereabouts, decode, encode
from zones.units import Millis

MOMENT: Final = Millis(1_780_000_000_000)
STATE_LIMIT: Final = 2048
"""Bytes of a visit's state."""
WALKING: Final = 1.2
"""Metres a second of somebody on the way to somewhere."""

Noise = Callable[[], tuple[float, float]]


def standing(
    at: Millis, x: float, y: float, rest_since: Millis, *, error: float = 0.3, level: str = GROUND
) -> Whereabouts:
    """The whereabouts of somebody who stands there, at rest since a moment."""
    spread = error * error
    return Whereabouts(at, x, y, level, x, y, error, rest_since, 1.0, x, y, spread, x, y, spread)


def told(hall: Layout, /, seconds: float = 90.0, sentence: float = 5.0, **others: Cue | Gap | None) -> Layout:
    """The hall with narrations of a length, cut into sentences; other cues by exhibit, None for nothing at all."""
    duration, pace = round(seconds * 1000), round(sentence * 1000)
    exhibits = sorted({zone.exhibit for zone in hall.zones.values() if zone.exhibit is not None})
    programme: Programme = {
        name: cue
        for name in exhibits
        if (
            cue := others.get(
                name, Cue(f"track-{name}", Millis(duration), tuple(range(pace, duration, pace)))
            )
        )
    }
    return hall.for_visit(programme)


@dataclass(slots=True)
class Visitor:
    """Somebody with a handheld that polls every so many seconds, and what came of it.

    `heard` has one line for each change of what is heard or offered: `start A`, `switch B`, `stop A`.
    """

    hall: Layout
    x: float = 0.0
    y: float = 0.0
    level: str = GROUND
    profile: str = "uwb"
    every: float = 1.0
    accuracy: float | None = None
    noise: Noise | None = None
    player: Player | None = None
    rules: Rules = PROFILES["uwb"]
    state: State = field(default_factory=State)
    now: Millis = MOMENT
    due: Millis = MOMENT
    heard: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """Seconds since the visit began, of each line of `heard`."""
    decisions: list[Decision] = field(default_factory=list)
    tape: list[tuple[Event, Layout]] = field(default_factory=list)
    """Every event so far, with the layout that held."""
    open_episodes: dict[tuple[str, str, int], Episode] = field(default_factory=dict)
    records: list[str] = field(default_factory=list)
    """Suppressed triggers by zone and reason, in the order in which they began."""

    def __post_init__(self) -> None:
        if self.profile != self.rules.profile:
            self.rules = PROFILES[self.profile]

    # --- what visitors do ---

    def stands(self, seconds: float) -> "Visitor":
        """Stay in place for some seconds, polling."""
        return self.walks(self.x, self.y, seconds=seconds)

    def walks(self, x: float, y: float | None = None, seconds: float | None = None) -> "Visitor":
        """Go straight to a place, at walking pace or within some seconds, polling on the way."""
        y = self.y if y is None else y
        pace = hypot(x - self.x, y - self.y) / WALKING
        duration = round((pace if seconds is None else seconds) * 1000)
        begin, end = self.now, self.now + duration
        from_x, from_y = self.x, self.y
        while self.due < end:
            share = (self.due - begin) / duration
            self.x, self.y = from_x + share * (x - from_x), from_y + share * (y - from_y)
            self.polls()
        self.x, self.y, self.now = x, y, Millis(end)
        return self

    def appears(self, x: float, y: float, level: str | None = None) -> "Visitor":
        """Be somewhere else from now on, as a radio sees it or after a lift."""
        self.x, self.y, self.level = x, y, level or self.level
        return self

    def polls(self) -> Decision:
        """One fix, from where the visitor stands; the next is due a period later."""
        dx, dy = self.noise() if self.noise else (0.0, 0.0)
        self.now = max(self.now, self.due)
        self.due = Millis(self.now + round(self.every * 1000))
        return self.sends(
            Fix(
                self.now, round(self.x + dx, 3), round(self.y + dy, 3), self.level, self.accuracy, self.player
            )
        )

    def presses(
        self,
        do: Literal["play", "pause", "resume", "skip", "replay", "stop"],
        exhibit: str | None = None,
    ) -> Decision:
        """Press a button between two polls."""
        return self.sends(Command(self.now, do, exhibit))

    def scans(self, zone: str, *, repeated: int = 1) -> Decision:
        """Hold the handheld to a zone's code; it may name that place with the next polls too."""
        x, y = self.hall.places[zone].centre
        for _ in range(repeated):
            self.now = Millis(self.now + round(self.every * 1000))
            self.sends(Fix(self.now, x, y, self.hall.zones[zone].levels[0], zone=zone, deliberate=True))
        return self.last

    def chooses(self, mode: Literal["auto", "offer", "quiet"]) -> Decision:
        """Change the visit's mode."""
        return self.sends(ModeChange(self.now, mode))

    def speaks(self, programme: Programme, *, now: bool = False) -> Decision:
        """Change the languages, and with them the programme."""
        self.hall = self.hall.for_visit(programme)
        return self.sends(Recast(self.now, now))

    def played_offline(self, exhibit: str) -> Decision:
        """The handheld says that it played an exhibit while it was out of reach."""
        return self.sends(Played(self.now, exhibit))

    def waits(self, seconds: float, *, ticking: bool = True) -> "Visitor":
        """Time without positions: ticks, or nothing at all."""
        end = Millis(self.now + round(seconds * 1000))
        while self.due < end:
            if ticking:
                self.sends(Tick(self.due, self.player))
            self.due = Millis(self.due + round(self.every * 1000))
        self.now = end
        return self

    # --- what comes of it ---

    @property
    def playing(self) -> str | None:
        """The exhibit that is heard."""
        return self.state.narration.exhibit if self.state.narration else None

    @property
    def position(self) -> float:
        """Seconds into the narration; nowhere in silence."""
        return self.state.narration.position_ms / 1000 if self.state.narration else nan

    @property
    def next(self) -> str | None:
        """The exhibit that waits."""
        return self.state.waiting.exhibit if self.state.waiting else None

    @property
    def offer(self) -> str | None:
        """The exhibit that is on offer."""
        return self.state.offer.exhibit if self.state.offer else None

    @property
    def last(self) -> Decision:
        """The latest decision."""
        return self.decisions[-1]

    @property
    def said(self) -> tuple[str, str]:
        """Action and reason of the latest decision."""
        return self.last.action, self.last.reason

    @property
    def notices(self) -> list[str]:
        """Every notice given so far."""
        return [f"{each.kind} {each.exhibit}" for one in self.decisions for each in one.notices]

    @property
    def reasons(self) -> list[str]:
        """The reasons of all decisions, each once, in the order in which they came up."""
        return list(dict.fromkeys(each.reason for each in self.decisions))

    def sends(self, event: Event) -> Decision:
        """Take one event through the engine."""
        before = self.state
        self.tape.append((event, self.hall))
        self.state, decision = step(before, event, self.hall, self.rules)
        self.decisions.append(decision)
        if decision.action in CHANGES:
            self.heard.append(f"{decision.action} {decision.exhibit}")
            self.times.append((decision.at - MOMENT) / 1000)
        check_change(before, self.state, decision)
        check_state(self.state)
        self._keep_books(decision)
        return decision

    def _keep_books(self, decision: Decision) -> None:
        """Every episode is opened once and closed once, and lasts."""
        for each in decision.episodes:
            key = (each.zone, each.reason, each.since)
            if each.reason == "passing_by":
                assert each.until is not None
                assert each.until >= each.since
            elif each.until is None:
                assert key not in self.open_episodes, each
                self.open_episodes[key] = each
            else:
                assert each.until > each.since, each
                assert self.open_episodes.pop(key, None) is not None, each
                continue
            self.records.append(f"{each.zone} {each.reason}".strip())
        running = {(each.zone, each.reason, each.since) for each in self.state.episodes}
        assert running == set(self.open_episodes)


def check_state(state: State) -> None:
    """A visit's state is small, and is the same when it was written and read."""
    text = encode(state)
    assert decode(text) == state
    assert encode(decode(text)) == text
    assert len(text) <= STATE_LIMIT


def check_change(before: State, after: State, decision: Decision) -> None:
    """The action says what became of the narration, and whatever a visitor would notice is a change."""
    assert decision.action in ACTIONS
    assert decision.reason in REASONS
    sound = _sound(before.narration), _sound(after.narration)
    match decision.action:
        case "start" | "resume" | "switch":
            assert after.narration is not None
            assert decision.exhibit == after.narration.exhibit
            assert decision.track == after.narration.track
        case "stop":
            assert (before.narration is not None, after.narration) == (True, None)
        case "pause":
            assert after.narration is not None
            assert after.narration.paused_at is not None
        case "continue":
            assert after.narration is not None
            assert sound[0] == sound[1]
            assert (decision.track == after.narration.track) == (decision.exhibit == after.narration.exhibit)
        case "offer":
            assert after.offer is not None
            assert after.narration is None
        case "none":
            assert sound[0] == sound[1]
            assert after.narration is None or after.narration.paused_at is not None
    noticed = (
        sound[0] != sound[1]
        or before.waiting != after.waiting
        or before.offer != after.offer
        or _fade(before) != _fade(after)
    )
    assert decision.changes or not noticed
    assert decision.fade_at_ms == _fade(after)


def _sound(narration: Narration | None) -> tuple[str, str, bool] | None:
    if narration is None:
        return None
    return narration.exhibit, narration.track, narration.paused_at is not None


def _fade(state: State) -> int | None:
    return state.narration.fade_at_ms if state.narration else None


def walk(
    hall: Layout,
    *,
    xs: Sequence[float],
    y: float | Sequence[float] = 1.0,
    every: float = 1.0,
    profile: str = "uwb",
    accuracy: float | None = None,
    level: str | Iterable[str] = GROUND,
) -> list[str]:
    """What is heard by somebody who is at one x after the other, a period apart.

    >>> from tests.zones.plans import floor_plan
    >>> walk(floor_plan(". . A A A"), y=0.5, xs=[-1, 1, 3, 3, 3, 3])
    ['start A']
    """
    visitor = Visitor(hall, profile=profile, every=every, accuracy=accuracy)
    ys = [y] * len(xs) if isinstance(y, int | float) else list(y)
    levels = [level] * len(xs) if isinstance(level, str) else list(level)
    for at_x, at_y, at_level in zip(xs, ys, levels, strict=True):
        visitor.appears(at_x, at_y, at_level).polls()
    return visitor.heard
