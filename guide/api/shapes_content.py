"""The shapes of what curators and pages read, for the API's description."""

from typing import Any, Literal

from pydantic import BaseModel

from guide.api.shapes import Shape, VisitCoverage
from guide.api.shapes_coverage import FindingShape, SiteShow
from guide.content import AdvisoriesDoc, ConnectorDoc, PartDoc, Point, TourDoc


class ReleaseShape(Shape):
    """A release: numbered, never changed."""

    number: int
    created_at: str
    created_by: str
    note: str
    content_hash: str
    active: bool


class PublishedShape(ReleaseShape):
    """A release just made, with what the check had to say that did not stop it."""

    warnings: list[FindingShape]


class ReleaseList(Shape):
    """Releases, newest first."""

    items: list[ReleaseShape]
    next_cursor: str | None


class ImportedShape(Shape):
    """What an import did."""

    site: str
    draft_version: int
    content_hash: str
    counts: dict[str, int]
    warnings: list[FindingShape]
    release: int | None


class DraftShape(Shape):
    """The draft: what it holds, and how it differs from the active release."""

    site: dict[str, Any]
    version: int
    counts: dict[str, int]
    content_hash: str
    active_release: int | None
    differs: bool
    diff: dict[str, dict[str, list[str]]]


class ChangeShape(Shape):
    """One edit of the draft. `before` and `after` are told where it changed one document."""

    id: int
    version: int
    at: str
    who: str
    act: Literal["create", "change", "delete", "replace", "import", "undo"]
    kind: str | None
    item: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ChangeList(Shape):
    """Edits, newest first."""

    items: list[ChangeShape]
    next_cursor: str | None


class UndoneShape(Shape):
    """The edit that was stepped back, and the draft's version now."""

    undone: ChangeShape
    version: int


class DocumentList(Shape):
    """Documents in their order."""

    items: list[dict[str, Any]]
    next_cursor: str | None


class FileShape(Shape):
    """A file that a handheld takes along."""

    url: str
    kind: Literal["audio", "transcript", "plan", "image", "chime"]
    format: str
    sha256: str
    size_bytes: int


class BundleShape(BaseModel):
    """Everything that a handheld needs offline."""

    site: str
    release: int
    content_hash: str
    languages: list[str]
    profile: str
    frame: dict[str, float]
    rules: dict[str, dict[str, Any]]
    levels: list[dict[str, Any]]
    connectors: list[dict[str, Any]]
    zones: list[dict[str, Any]]
    places: list[dict[str, Any]]
    tours: list[dict[str, Any]]
    shows: list[dict[str, Any]]
    programme: list[dict[str, Any]]
    coverage: list[VisitCoverage]
    files: list[FileShape]


class LevelShape(Shape):
    """A level with where its plan lies, in local metres."""

    id: str
    ordinal: int
    name: dict[str, str]
    plan: str | None
    plan_origin: Point | None
    plan_size: Point | None
    outline: list[Point] | None


class ZoneShape(Shape):
    """The place that triggers an exhibit, in local metres."""

    id: str
    exhibit: str | None
    levels: list[str]
    priority: float
    mode: Literal["auto", "offer", "manual", "notice"]
    parts: list[PartDoc]


class SiteExhibit(Shape):
    """An exhibit with the languages that it speaks."""

    id: str
    number: str | None
    title: dict[str, str]
    languages: list[str]
    advisories: AdvisoriesDoc | None
    image: str | None
    credit: str | None


class SiteShape(BaseModel):
    """The site as pages draw it, in local metres."""

    id: str
    name: dict[str, str]
    languages: list[str]
    language_names: dict[str, str]
    time_zone: str
    profile: str
    anonymous: bool
    invented_plan: bool
    frame: dict[str, float]
    release: int
    levels: list[LevelShape]
    connectors: list[ConnectorDoc]
    zones: list[ZoneShape]
    exhibits: list[SiteExhibit]
    tours: list[TourDoc]
    shows: list[SiteShow]
    coverage: list[VisitCoverage]
