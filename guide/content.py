"""What a museum's content is made of: the documents of a site folder, a draft and a release alike.

Each document is one frozen value. A draft keeps them as rows that curators edit; a release is one `Content`,
never changed again. Geometry is in local metres, rounded to a millimetre.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints

from zones.values import ID_PATTERN

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
"""A language tag; longer ones than 35 letters are not in use (RFC 5646, section 4.4.1)."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
StoredSound = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\.[a-z0-9]{2,4}$")]
"""A sound's name in the store: its SHA-256 and its extension."""
Milliseconds = Annotated[int, Field(ge=0)]
Localised = dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=2000)]]
Point = tuple[FiniteFloat, FiniteFloat]
Variant = Literal["standard", "family", "plain", "audio-description"]
VARIANTS: Final[tuple[Variant, ...]] = ("standard", "family", "plain", "audio-description")


class Doc(BaseModel):
    """The base of all documents: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FrameDoc(Doc):
    """Where local metres lie on the earth."""

    lat: Annotated[FiniteFloat, Field(ge=-85, le=85)]
    lon: Annotated[FiniteFloat, Field(ge=-180, le=180)]
    rotation_deg: FiniteFloat = 0.0


Hearing = Literal["standard", "child", "hearing-loss"]
"""For whom a guide's loudness is set: what a visit says in `hearing`."""
HEARINGS: Final[tuple[Hearing, ...]] = ("standard", "child", "hearing-loss")
TARGET_LUFS: Final = -16.0
"""What narrations are levelled to where the site says nothing: as speech on handhelds usually is (AES TD1008)."""


class LoudnessDoc(Doc):
    """How loud the guide is: the level of all narrations, and the most that each kind of hearing is given."""

    target_lufs: Annotated[FiniteFloat, Field(ge=-24, le=-12)] = TARGET_LUFS
    gain_db: dict[Hearing, Annotated[FiniteFloat, Field(ge=-24, le=12)]] = {}


class SiteDoc(Doc):
    """One museum."""

    format: Literal[1] = 1
    id: Id
    name: Localised
    languages: Annotated[list[Language], Field(min_length=1)]
    time_zone: str = "Europe/Paris"
    profile: str = "uwb"
    frame: FrameDoc
    rules: dict[str, FiniteFloat] = {}
    claims: dict[Language, Literal["full", "partial"]] = {}
    loudness: LoudnessDoc = LoudnessDoc()
    retention: dict[str, FiniteFloat] = {}
    anonymous: bool = False
    """True where a visitor's own phone may start a visit without a key."""
    invented_plan: bool = False


class LevelDoc(Doc):
    """One floor, with its plan."""

    id: Id
    ordinal: int
    name: Localised = {}
    outline: Annotated[list[Point], Field(min_length=3)] | None = None
    plan: str | None = None
    """In a site folder the plan's path, in a draft or release its media name, `<sha256>.svg`."""
    plan_origin: Point | None = None
    plan_size: tuple[Annotated[FiniteFloat, Field(gt=0)], Annotated[FiniteFloat, Field(gt=0)]] | None = None


class ConnectorDoc(Doc):
    """Stairs, a lift or a door between levels."""

    id: Id
    kind: str
    levels: Annotated[list[Id], Field(min_length=2)]
    outline: Annotated[list[Point], Field(min_length=3)]


class PartDoc(Doc):
    """One polygon of a zone."""

    outline: list[Point]
    holes: list[list[Point]] = []


def _unsigned(value: float) -> float:
    """Zero without a sign: minus zero is the same priority, and would be another content."""
    return value + 0.0


class ZoneDoc(Doc):
    """The place that triggers an exhibit."""

    id: Id
    exhibit: Id | None = None
    levels: Annotated[list[Id], Field(min_length=1)]
    parts: Annotated[list[PartDoc], Field(min_length=1)]
    priority: Annotated[FiniteFloat, AfterValidator(_unsigned)] = 0
    mode: Literal["auto", "offer", "manual", "notice"] = "auto"
    rules: dict[str, FiniteFloat] = {}


class AdvisoriesDoc(Doc):
    """What people should know before the door: age, measured dB(A), flashing light."""

    min_age: Annotated[int, Field(ge=0, le=99)] | None = None
    level_dba: Annotated[FiniteFloat, Field(ge=0, le=140)] | None = None
    measured: str | None = None
    flashing: bool = False
    note: Localised = {}


class ExhibitDoc(Doc):
    """What a narration is about; its number is what the visitor types."""

    id: Id
    number: Number | None = None
    title: Localised
    image: str | None = None
    advisories: AdvisoriesDoc | None = None
    credit: str | None = None
    claims: dict[Language, Literal["full", "partial"]] = {}


class SegmentDoc(Doc):
    """A part of a show."""

    minutes: Annotated[FiniteFloat, Field(gt=0, le=600)]
    delivery: Literal["live", "recorded"]
    language: Language
    subtitles: list[Language] = []
    title: Localised = {}


class ScreeningDoc(Doc):
    """One sitting: daily (`15:00`) or at a date and time."""

    starts: str


class ShowDoc(Doc):
    """A sitting of segments, each with its language."""

    id: Id
    exhibit: Id
    title: Localised = {}
    segment: Annotated[list[SegmentDoc], Field(min_length=1)]
    screening: list[ScreeningDoc] = []
    advisories: AdvisoriesDoc | None = None
    """Of the sitting; where it has none, those of its exhibit hold."""
    claims: dict[Language, Literal["full", "partial"]] = {}


class TourDoc(Doc):
    """An ordered choice of exhibits with a length."""

    id: Id
    title: Localised
    exhibits: list[Id]
    minutes: Annotated[FiniteFloat, Field(gt=0)] | None = None


class PlaceDoc(Doc):
    """What a QR code, an NFC tag, an infrared or a radio beacon stands for: a zone, or a position."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    kind: Literal["qr", "nfc", "ir", "beacon"]
    zone: Id | None = None
    level: Id | None = None
    x: FiniteFloat | None = None
    y: FiniteFloat | None = None


class MeasuredDoc(Doc):
    """What the media pipeline measured of a sound; times are those of its renditions, after trimming.

    `languages` is the speech (ms) in each language that is heard in the track; `checked` says that a transcript
    bears it out, else the declared language counts for all of it.
    """

    recipe: str
    integrated_lufs: FiniteFloat | None = None
    loudness_range_lu: FiniteFloat | None = None
    true_peak_dbtp: FiniteFloat | None = None
    gain_db: FiniteFloat = 0.0
    lead_ms: Milliseconds = 0
    """Cut from the beginning of the source: a source's time less this is a rendition's."""
    tail_ms: Milliseconds = 0
    speech_ms: Milliseconds = 0
    languages: dict[Language, Milliseconds] = {}
    checked: bool = False
    peaks_sha256: Sha256 | None = None
    notes: tuple[str, ...] = ()


class MeasuresDoc(MeasuredDoc):
    """The figures of a track, with its transcript in the times of the renditions."""

    captions_sha256: Sha256 | None = None
    """None where nothing was cut from the beginning."""


class TrackDoc(Doc):
    """An exhibit's narration in one language and variant: the source, its transcript, and where it may be cut.

    A transcript without audio is a track too, of text alone: the bridge to somebody who reads a language that
    nobody has recorded. Its duration is 0.
    """

    id: str
    exhibit: Id
    language: Language
    variant: Variant = "standard"
    source_sha256: Sha256 | None = None
    source_ext: str | None = None
    transcript_sha256: Sha256 | None = None
    duration_ms: int = 0
    gaps_ms: list[int] = []
    ambience: StoredSound | None = None
    """What lies under the narration in its renditions; the source stays as it was recorded."""
    measures: MeasuresDoc | None = None

    @property
    def captions(self) -> str | None:
        """The transcript in step with the renditions: the source's own, unless its beginning was cut."""
        moved = self.measures.captions_sha256 if self.measures else None
        return moved or self.transcript_sha256


class Content(Doc):
    """All of a site: what a site folder carries, what a draft is now, what a release will always be."""

    site: SiteDoc
    levels: list[LevelDoc] = []
    connectors: list[ConnectorDoc] = []
    zones: list[ZoneDoc] = []
    exhibits: list[ExhibitDoc] = []
    shows: list[ShowDoc] = []
    tours: list[TourDoc] = []
    places: list[PlaceDoc] = []
    tracks: list[TrackDoc] = []


KINDS: Final[Mapping[str, type[Doc]]] = {
    "level": LevelDoc,
    "connector": ConnectorDoc,
    "zone": ZoneDoc,
    "exhibit": ExhibitDoc,
    "show": ShowDoc,
    "tour": TourDoc,
    "place": PlaceDoc,
    "track": TrackDoc,
}
"""The kinds of draft item beside the site itself; the plural is the field of `Content`."""


def canonical(value: Doc | Mapping[str, Any]) -> str:
    """The one JSON text of a document: keys sorted, no spaces, so that equal content has equal bytes."""
    body = value.model_dump(mode="json") if isinstance(value, Doc) else value
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(content: Content) -> str:
    """SHA-256 of the content, whatever the order of its documents; measured figures are left out.

    Import and export agree by it: `import(export(release))` has the same hash.
    """
    body = content.model_dump(mode="json")
    for kind, rows in body.items():
        if kind != "site":
            rows.sort(key=lambda row: (row["id"], row.get("kind", "")))
    for row in body["tracks"]:
        for measured in ("duration_ms", "gaps_ms", "measures"):
            row.pop(measured)
        if row["ambience"] is None:
            del row["ambience"]  # it came later: what has none keeps the hash that it had
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def track_id(exhibit: str, language: str, variant: str) -> str:
    """The id of a track, from what it is.

    >>> track_id("v2", "en", "family")
    'v2.en.family'
    """
    return f"{exhibit}.{language}.{variant}"
