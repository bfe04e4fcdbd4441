"""One step at work: the visit as the stages find it and leave it, with what was seen and decided on the way."""

from dataclasses import dataclass
from typing import Literal

from zones.correlation import wary
from zones.decision import Action, Episode, Notice, Reason
from zones.model import Cue, Event, Gap, Layout, Rules, Zone
from zones.state import (
    Doubt,
    Memory,
    Narration,
    Presence,
    State,
    Stood,
    Waiting,
    Whereabouts,
    recalled,
    remembering,
)
from zones.units import Millis, frozen, millis

Seen = tuple[Zone, float, float, float]
"""A zone about the visitor: metres inside it (negative outside), how likely it is what they attend, and `inside`:
how likely that would be if there were no other zone.

Plain, as a named tuple takes five times as long to make and to take apart.
"""


@dataclass(slots=True, eq=False)
class Candidate:
    """A zone whose dwell is met, with its exhibit and the rule that holds it back, if any."""

    zone: Zone
    exhibit: str
    presence: Presence
    memory: Memory
    held_by: Reason | None = None
    free: bool = False
    """Whether it could start, were the guide silent: nothing holds it, and the visitor is not about to have left."""


@dataclass(slots=True, init=False, eq=False)
class Turn:
    """What each stage of the pipeline reads and changes: it lives for one step and never leaves it.

    The state before a step and the one after it are frozen. In between a frozen turn, made anew at each change,
    took a quarter of the step (decision 0023).
    """

    event: Event
    layout: Layout
    rules: Rules

    # the visit, as in `State` and in its order
    at: Millis
    mode: Literal["auto", "offer", "quiet"]
    where: Whereabouts | None
    doubt: Doubt | None
    presences: tuple[Presence, ...]
    narration: Narration | None
    waiting: Waiting | None
    offer: Waiting | None
    memories: tuple[Memory, ...]
    last: str | None
    notices: tuple[Notice, ...]
    episodes: tuple[Episode, ...]
    breath_until: Millis | None
    stood: Stood | None

    # what this step has found
    error: float
    """Of the fix: metres, 1σ per axis."""
    refused: Reason | None
    anew: bool
    """The fix is believed although no walk leads there: where the visitor was counts no longer."""
    scanned: Zone | None
    """The zone whose code the visitor has just held the device to."""
    seen: dict[str, Seen]
    """The zones about the visitor, by id."""
    span_ms: int
    """From the believed fix before to this one."""
    present: dict[str, Presence]
    """The zones that they are in, or have left a moment ago, by id."""
    dwelt: dict[str, int]
    """How long the visitor has dwelt in each zone that they are in, in milliseconds."""
    passed: tuple[tuple[str, Millis, Millis], ...]
    """Zones left before their dwell was met: zone, from, to."""
    found: tuple[Candidate, ...]
    """What could start here, as the arbitration saw it."""

    # what it has decided
    action: Action | None
    reason: Reason | None
    exhibit: str | None
    zone: str | None
    told: tuple[Notice, ...]
    """The notices given now."""

    def __init__(self, state: State, event: Event, layout: Layout, rules: Rules) -> None:
        """A step's beginning; time never goes back."""
        self.event, self.layout = event, layout
        (
            before,
            self.mode,
            self.where,
            self.doubt,
            self.presences,
            self.narration,
            self.waiting,
            self.offer,
            self.memories,
            self.last,
            self.notices,
            self.episodes,
            self.breath_until,
            self.stood,
        ) = state
        self.rules = rules
        if rules.correlation_cap and self.where is not None:
            self.rules = wary(rules, self.where.alike)
        self.at = at = event.at
        if before is not None and before > at:
            self.at = before
        self.error, self.span_ms, self.anew = 0.0, 0, False
        self.refused = self.scanned = self.action = self.reason = self.exhibit = self.zone = None
        self.passed = self.found = self.told = ()
        self.seen, self.present, self.dwelt = {}, {}, {}

    def state(self) -> State:
        """The visit as the stages leave it."""
        return frozen(
            State,
            (
                self.at,
                self.mode,
                self.where,
                self.doubt,
                self.presences,
                self.narration,
                self.waiting,
                self.offer,
                self.memories,
                self.last,
                self.notices,
                self.episodes,
                self.breath_until,
                self.stood,
            ),
        )

    def settled(self) -> bool:
        """Whether an earlier stage has decided already."""
        return self.action is not None

    def radio_silent(self) -> bool:
        """Whether the last believed fix is too old to say where the visitor is."""
        silent_ms = self.at - self.where.at if self.where is not None else 0
        return silent_ms > 0 and silent_ms > millis(self.rules.radio_gap)

    def unchanged(self) -> Action:
        """The action that changes nothing: the narration goes on, or there is silence."""
        return "continue" if self.narration is not None and self.narration.paused_at is None else "none"

    def decide(
        self, action: Action, reason: Reason, exhibit: str | None = None, zone: str | None = None
    ) -> None:
        """Make the decision; a later one takes its place."""
        self.action, self.reason, self.exhibit, self.zone = action, reason, exhibit, zone

    def cue(self, exhibit: str | None) -> Cue | Gap | None:
        """What the exhibit is to this visit: a cue, a gap, or nothing."""
        return None if exhibit is None else self.layout.programme.get(exhibit)

    def memory(self, exhibit: str) -> Memory:
        """What is remembered of an exhibit, or a blank memory."""
        return recalled(self.memories, exhibit)

    def remember(self, memory: Memory) -> None:
        """Put a memory in its place."""
        self.memories = remembering(self.memories, memory)
