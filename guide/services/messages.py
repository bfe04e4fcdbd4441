"""What devices send, validated: polls, commands, late fixes, playback events, and the making of visits."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from guide.clock import from_rfc3339, rfc3339
from guide.content import Hearing, Language, Variant
from zones.profiles import PROFILES

MOST_FIXES: Final = 500
MOST_EVENTS: Final = 500
FARTHEST_M: Final = 1_000_000.0


def read_time(value: object) -> int:
    """Milliseconds since 1970 of an RFC 3339 time; one without a zone is not a moment, and is refused."""
    if not isinstance(value, str):
        raise ValueError("must be an RFC 3339 moment with its zone, such as 2026-11-22T10:00:12.250Z")  # noqa: TRY004 - pydantic reports ValueError
    return from_rfc3339(value)


Time = Annotated[
    int,
    BeforeValidator(read_time),
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-22T10:00:12.250Z"]}),
    Field(ge=0, le=4_102_444_800_000),  # to the year 2100
]
Seq = Annotated[int, Field(ge=0, le=2**53 - 1, strict=True)]
Coordinate = Annotated[FiniteFloat, Field(ge=-FARTHEST_M, le=FARTHEST_M)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Message(BaseModel):
    """The base of what devices send: unknown fields are let pass, so that newer devices may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PlayerReport(Message):
    """The truth about playback, from the device."""

    state: Literal["idle", "loading", "playing", "paused", "ended", "failed"]
    track: str | None = None
    position_ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = None


class PlaceSeen(Message):
    """A code or tag that the device was held to, or a beacon that it hears."""

    kind: Literal["qr", "nfc", "ir", "beacon"]
    id: ShortText


class BeaconHeard(Message):
    """One radio beacon, with the strength of its signal in dBm."""

    id: ShortText
    rssi: FiniteFloat


class Position(Message):
    """A position in local metres or in WGS84, or a place that stands for one; none at all is a tick."""

    at: Time
    x: Coordinate | None = None
    y: Coordinate | None = None
    lon: Annotated[FiniteFloat, Field(ge=-180, le=180)] | None = None
    lat: Annotated[FiniteFloat, Field(ge=-90, le=90)] | None = None
    level: ShortText | None = None
    accuracy: FiniteFloat | None = None
    heading: FiniteFloat | None = None
    place: PlaceSeen | None = None
    beacons: Annotated[list[BeaconHeard], Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _one_position(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("give both x and y")
        if (self.lon is None) != (self.lat is None):
            raise ValueError("give both lon and lat")
        if self.x is not None and self.lon is not None:
            raise ValueError("give the position once: either x and y, or lon and lat")
        return self


class Poll(Position):
    """One fix in, one decision out."""

    seq: Seq
    player: PlayerReport | None = None


class CommandBody(Message):
    """What the visitor asks for. `exhibit` is its id or its keypad number."""

    seq: Seq
    at: Time
    do: Literal["play", "pause", "resume", "skip", "replay", "stop"]
    exhibit: ShortText | None = None


class LateFix(Position):
    """A fix that was kept on the device while it had no connection."""

    seq: Seq


class FixesBody(Message):
    """Late fixes: each is judged alone, so the items are read one by one."""

    fixes: Annotated[list[dict[str, Any]], Field(max_length=MOST_FIXES)]


class PlaybackReport(Message):
    """What the device played; `seq` is a count of its own."""

    seq: Seq
    at: Time | None = None
    kind: Annotated[
        Literal["played", "paused", "completed", "failed", "volume"],
        Field(validation_alias=AliasChoices("kind", "event", "type")),
    ]
    track: str | None = None
    position_ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = None
    volume: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None


class PlaybackBody(Message):
    """A batch of playback events."""

    events: Annotated[list[PlaybackReport], Field(max_length=MOST_EVENTS)]


def tidy_language(value: object) -> object:
    """A language tag as it is usually written; case means nothing in one (RFC 5646, section 2.1.1).

    >>> tidy_language("EN-gb")
    'en-GB'
    """
    if not isinstance(value, str):
        return value
    main, *rest = value.strip().replace("_", "-").split("-")
    alike = (
        part.upper() if len(part) == len("GB") else part.title() if len(part) == len("Latn") else part
        for part in rest
    )
    return "-".join([main.lower(), *alike])


Languages = Annotated[
    list[Annotated[Language, BeforeValidator(tidy_language)]], Field(min_length=1, max_length=10)
]
Mode = Literal["auto", "offer", "quiet"]


def _profile(value: object) -> object:
    if isinstance(value, str) and value not in PROFILES:
        raise ValueError(f"there is no profile {value!r}; take one of {', '.join(PROFILES)}")
    return value


Profile = Annotated[str, BeforeValidator(_profile)]


class VisitBody(Message):
    """The handing-out of a device."""

    languages: Languages
    variant: Variant = "standard"
    profile: Profile | None = None
    accept_house: bool = False
    leave_at: Time | None = None
    screening: ShortText | None = None
    hearing: Hearing = "standard"
    mode: Mode = "auto"
    simulated: bool = False


class VisitPatch(Message):
    """Changes in mid-visit; languages hold from the next start, at once with `now`, `hearing` from the next answer."""

    languages: Languages | None = None
    variant: Variant | None = None
    mode: Mode | None = None
    leave_at: Time | None = None
    accept_house: bool | None = None
    hearing: Hearing | None = None
    now: bool = False
