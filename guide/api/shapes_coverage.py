"""The shapes of what is told of languages, shows and tours, in minutes, for the API's description."""

from typing import Any, Literal

from guide.api.shapes import Shape, VisitCoverage
from guide.content import SegmentDoc, ShowDoc, TourDoc


class EditShape(Shape):
    """One edit of a proposal: a body for `PATCH /draft/zones/{zone}`; null where the zone is to be deleted."""

    zone: str
    patch: dict[str, Any] | None


class ProposalShape(Shape):
    """What would make a finding go away: in words, and as edits where a machine can make them."""

    change: Literal["shrink", "priority", "offer", "merge", "record"]
    sentence: str
    zone: str | None
    by_m: float | None
    edits: list[EditShape]


class FindingShape(Shape):
    """One thing that a check found; `where` is the document or the file with its line."""

    code: str
    severity: Literal["error", "warning"]
    sentence: str
    zones: list[str]
    exhibits: list[str]
    level: str | None
    at: list[float] | None
    value: float | None
    limit: float | None
    proposal: ProposalShape | None
    where: str


class LanguageMinutes(Shape):
    """The minutes of an exhibit, a show or a tour in one language.

    `measured` says that speech was counted, not durations; `checked` that transcripts bear out the languages.
    """

    minutes: float
    summary: str
    covered: bool
    measured: bool
    checked: bool


class ExhibitCoverage(Shape):
    """One row of the matrix."""

    exhibit: str
    number: str | None
    title: dict[str, str]
    total_minutes: float
    languages: dict[str, LanguageMinutes]


class ShowCoverage(Shape):
    """The same for a show, by its segments."""

    show: str
    exhibit: str
    title: dict[str, str]
    total_minutes: float
    languages: dict[str, LanguageMinutes]


class TourCoverage(Shape):
    """The same for a tour, over its exhibits."""

    tour: str
    title: dict[str, str]
    total_minutes: float
    languages: dict[str, LanguageMinutes]


class GapShape(Shape):
    """A recording to make: the minutes that are missing, and how many visits missed them."""

    exhibit: str
    language: str
    missing_minutes: float
    visits: int
    missed_minutes: float


class MissedShape(Shape):
    """The minutes that visitors missed in a language, and how often they met a gap in it."""

    language: str
    met: int
    missed_minutes: float


class DemandShape(Shape):
    """What real visits missed since a moment, the language that was missed most first."""

    since: str
    languages: list[MissedShape]


class CoverageShape(Shape):
    """Exhibit by language in minutes, with totals; gaps in the order in which to record them."""

    release: int | Literal["draft"]
    tour: str | None
    languages: list[VisitCoverage]
    exhibits: list[ExhibitCoverage]
    shows: list[ShowCoverage]
    tours: list[TourCoverage]
    gaps: list[GapShape]
    demand: DemandShape
    findings: list[FindingShape]


class TourShape(TourDoc):
    """A tour: `minutes` is how long it takes, `narration_minutes` how much there is to hear."""

    narration_minutes: float
    coverage: list[VisitCoverage]


class TourList(Shape):
    """Tours in their order."""

    items: list[TourShape]
    next_cursor: str | None


class ScreeningShape(Shape):
    """One sitting; `local` is its beginning on the museum's clock."""

    show: str
    exhibit: str
    title: dict[str, str]
    starts_at: str
    ends_at: str
    local: str
    minutes: float


class ScreeningList(Shape):
    """The sittings of a day in their order."""

    date: str
    time_zone: str
    items: list[ScreeningShape]
    next_cursor: str | None


class ShowLanguage(LanguageMinutes):
    """How much of a show is in a language: its segments by their place, and what has subtitles only."""

    language: str
    total_minutes: float
    segments: list[int]
    subtitled_minutes: float


class SiteShow(ShowDoc):
    """A show as pages tell it: `minutes` long, in each language, with today's screenings."""

    segments: list[SegmentDoc]
    minutes: float
    coverage: list[ShowLanguage]
    screenings: list[ScreeningShape]
