"""What a step decides and why: the closed lists, the evidence, and the episodes of suppressed triggers."""

from typing import Final, Literal, NamedTuple, get_args

from zones.units import Millis

ENGINE_VERSION: Final = "7"
"""Goes into every decision; raised whenever equal inputs may give another answer."""

Action = Literal["start", "resume", "continue", "switch", "offer", "stop", "pause", "none"]
Reason = Literal[
    "dwell_met",
    "resumed",
    "visitor_asked",
    "offer_accepted",
    "narration_continues",
    "narration_finished",
    "committed_departure",
    "queued",
    "queue_expired",
    "breath",
    "dwell_pending",
    "passing_by",
    "narration_playing",
    "already_heard",
    "cooling_down",
    "lost_to_priority",
    "lost_to_nearer",
    "gap_in_language",
    "zone_closed",
    "manual_only",
    "quiet",
    "paused",
    "skipped",
    "outside",
    "radio_silence",
    "poor_accuracy",
    "teleport",
    "wrong_level",
    "out_of_order",
    "duplicate",
    "from_future",
    "too_late",
    "tick",
    "visit_ended",
]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

CHANGES: Final[frozenset[Action]] = frozenset({"start", "resume", "switch", "offer", "stop", "pause"})
"""Actions that change what a visitor hears or is offered."""


class Evidence(NamedTuple):
    """What was known of one zone: probability, metres inside (negative outside), seconds dwelt and needed."""

    zone: str
    probability: float
    inside_m: float
    dwell_s: float
    needed_s: float
    held_by: Reason | None = None


class Episode(NamedTuple):
    """A suppressed trigger, or a run of refused fixes (`zone` empty): one record from first to last moment."""

    zone: str
    exhibit: str | None
    reason: Reason
    since: Millis
    until: Millis | None = None
    evidence: Evidence | None = None


class Notice(NamedTuple):
    """Something to tell the visitor once: its kind, the exhibit it is about, and when it was first told."""

    kind: str
    exhibit: str
    at: Millis


class Decision(NamedTuple):
    """The outcome of one step.

    `track` is that of the exhibit, where it is or was just now heard. `episodes` are those that began or ended
    with this step, `notices` those given now. `fade_at_ms` is a position in the running track.
    """

    at: Millis
    action: Action
    reason: Reason
    exhibit: str | None = None
    zone: str | None = None
    track: str | None = None
    fade_at_ms: int | None = None
    evidence: tuple[Evidence, ...] = ()
    episodes: tuple[Episode, ...] = ()
    notices: tuple[Notice, ...] = ()
    changes: bool = False
    """Whether this is a row of its own: it changes what is heard, offered or next.

    What is told (a gap, say) goes with the start or the episode that it belongs to.
    """
