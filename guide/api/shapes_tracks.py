"""The shapes of tracks, jobs and uploads, for the API's description."""

from typing import Any, Literal

from guide.api.shapes import Shape


class RenditionShape(Shape):
    """One encoded file."""

    format: str
    recipe: str
    sha256: str
    size_bytes: int
    duration_ms: int
    url: str


class MeasuresShape(Shape):
    """What was measured of a track's sound; loudness is that of its renditions, as it is heard."""

    integrated_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    gain_db: float
    lead_ms: int
    tail_ms: int
    speech_ms: int
    speech_minutes: float
    languages: dict[str, int]
    checked: bool
    recipe: str
    waveform: str | None
    notes: list[str]


class RemarkShape(Shape):
    """What a curator should know of a track's languages."""

    code: Literal["no_speech", "other_language", "unchecked"]
    language: str
    ms: int
    sentence: str


class TrackShape(Shape):
    """A track with its measurements and files."""

    id: str
    exhibit: str
    language: str
    variant: str
    duration_ms: int
    gaps_ms: list[int]
    url: str | None
    alternates: list[str]
    transcript: str | None
    renditions: list[RenditionShape]
    measures: MeasuresShape | None
    findings: list[RemarkShape]
    source_sha256: str | None


class TrackList(Shape):
    """Tracks in the order of their ids."""

    items: list[TrackShape]
    next_cursor: str | None


class JobShape(Shape):
    """Work that goes on beside the requests; `track` is the id of what it makes.

    `can_retry` says of a failed job that what it works on is still there.
    """

    id: str
    kind: str
    state: Literal["received", "probing", "measured", "encoding", "ready", "failed"]
    percent: int
    step: str
    message: str | None
    result: dict[str, Any] | None
    track: str | None
    can_retry: bool
    created_at: str | None


class JobList(Shape):
    """Jobs, newest first."""

    items: list[JobShape]
    next_cursor: str | None


class WantedTrack(Shape):
    """The track that an upload becomes."""

    id: str
    exhibit: str
    language: str
    variant: str


class SubmittedShape(Shape):
    """An upload that was taken: the track that it becomes, and the job that makes it."""

    track: WantedTrack
    job: JobShape


class UploadShape(Shape):
    """An upload on its way; `job` once all of it has come."""

    id: str
    length: int
    offset: int
    expires_at: str
    track: WantedTrack
    job: JobShape | None


class TranscriptShape(Shape):
    """A transcript that was taken; `job` where the track must be listened to anew."""

    track: TrackShape
    notes: list[str]
    job: JobShape | None
