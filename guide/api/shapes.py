"""The shapes of the device's answers, for the API's description; the hot path writes them without pydantic.

A test holds real answers against them, so the description cannot drift from what is sent.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from zones.decision import Action, Reason


class Shape(BaseModel):
    """The base: fields may be added, never renamed."""

    model_config = ConfigDict(extra="forbid")


class CoverageException(Shape):
    """An exhibit or show whose minutes differ from what the language promises."""

    exhibit: str
    summary: str


class VisitCoverage(Shape):
    """What there is to hear in a language: of a site, of a tour, or in a visit's first language.

    `measured` says that speech was counted, not durations; `checked` that transcripts bear out the languages.
    """

    language: str
    minutes: float
    total_minutes: float
    exhibits: int
    total_exhibits: int
    measured: bool
    checked: bool
    summary: str
    exceptions: list[CoverageException]


class VisitShape(Shape):
    """A visit. `key` is there only in the answer to an anonymous start, and opens this visit alone."""

    id: str
    release: int
    languages: list[str]
    variant: str
    mode: Literal["auto", "offer", "quiet"]
    profile: str
    accept_house: bool
    leave_at: str | None
    screening: str | None
    hearing: Literal["standard", "child", "hearing-loss"]
    simulated: bool
    device: str | None
    created_at: str
    last_seen: str
    ended_at: str | None
    coverage: VisitCoverage
    poll_after_ms: int
    key: str | None = None


class VisitList(Shape):
    """Visits, newest first."""

    items: list[VisitShape]
    next_cursor: str | None


class PlayingShape(Shape):
    """What should be heard now, in full."""

    exhibit: str
    number: str | None
    title: str
    track: str
    paused: bool
    language: str
    requested: str
    fallback: bool
    text_language: str | None
    url: str | None
    alternates: list[str]
    transcript: str | None
    duration_ms: int
    position_ms: int
    gain_db: float


class NextShape(Shape):
    """The queue's one place."""

    exhibit: str
    number: str | None
    title: str
    zone: str
    language: str | None


class OfferShape(NextShape):
    """A narration that waits for the visitor's button."""

    id: str
    expires_at: str
    chime: str
    """A short sound to play once for each `id`, as loud as a narration."""
    chime_alternates: list[str]
    gain_db: float
    """At which it is played, as a narration's."""


class FadeShape(Shape):
    """Where in the running track the device fades out, and over how long."""

    at_ms: int
    duration_ms: int


class NoticeShape(Shape):
    """Something to tell the visitor; the same id in every answer while it stands."""

    id: str
    kind: Literal["language_gap", "fallback", "text_only", "loudness", "age", "last_call", "position_unknown"]
    exhibit: str | None
    text: str
    available: list[str]


class PollAnswer(Shape):
    """What to play, and why."""

    seq: int | None
    release: int
    server_time: str
    playing: PlayingShape | None
    next: NextShape | None
    offer: OfferShape | None
    action: Action
    reason: Reason
    fade_out: FadeShape | None
    notices: list[NoticeShape]
    poll_after_ms: int


class ItemResult(Shape):
    """What became of one late fix or playback event."""

    seq: int | None
    result: Literal["accepted", "duplicate", "rejected"]
    reason: str | None = None
    detail: str | None = None


class ItemResults(Shape):
    """One result an item, and the highest seq that is known now."""

    items: list[ItemResult]
    acknowledged_seq: int


class TicketShape(Shape):
    """A one-time ticket for `WS /visits/{id}/stream?ticket=…`."""

    ticket: str
    expires_at: str


class EvidenceShape(Shape):
    """What was known of one zone when a decision fell."""

    zone: str
    probability: float
    inside_m: float
    dwell_s: float
    needed_s: float
    held_by: str | None


class DecisionShape(Shape):
    """A decision, or the episode of a suppressed trigger (`until` its end)."""

    id: str
    visit: str
    device: str | None
    seq: int | None
    at: str
    until: str | None
    action: Action
    reason: Reason
    exhibit: str | None
    zone: str | None
    track: str | None
    language: str | None
    requested: str | None
    text_language: str | None
    release: int
    engine: str
    rules: str
    evidence: list[EvidenceShape]
    sentence: str


class DecisionList(Shape):
    """Decisions, newest first."""

    items: list[DecisionShape]
    next_cursor: str | None


class TimelineShape(Shape):
    """Fixes, commands, decisions and playback of a visit, in order."""

    visit: VisitShape
    items: list[dict[str, Any]]
    next_cursor: str | None
