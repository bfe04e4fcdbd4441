"""One visit as the service holds it in memory, and as it lies in the database."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from guide.content import Hearing, Variant
from guide.tables import Visit as VisitRow
from zones.state import State, decode, encode


@dataclass(slots=True)
class Wishes:
    """What the visitor chose: languages in order, variant, mode, and the like."""

    languages: list[str]
    variant: Variant = "standard"
    mode: str = "auto"
    profile: str = "uwb"
    accept_house: bool = False
    leave_at: int | None = None
    screening: str | None = None
    hearing: Hearing = "standard"

    def body(self) -> dict[str, Any]:
        """As kept in the database."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Answer:
    """The last answer, kept byte for byte for whoever asks again."""

    seq: int
    fingerprint: str
    status: int
    body: bytes


class ClockDoubt(NamedTuple):
    """A run of messages that the visit's clock refuses and that agree with one another: the last, and how many.

    `least_ms` is the least of their delays, as a new offset would be.
    """

    at: int
    arrived: int
    least_ms: int
    agreeing: int


@dataclass(slots=True)
class Visit:
    """A visit under way. Whoever changes it holds `lock`."""

    site: str
    id: str
    key_id: str
    device: str | None
    simulated: bool
    wishes: Wishes
    release: int
    created_at: int
    last_seen: int
    ended_at: int | None = None
    seq: int = -1
    playback_seq: int = -1
    clock_offset_ms: int | None = None
    clock_doubt: ClockDoubt | None = None
    state: State = field(default_factory=State)
    answer: Answer | None = None
    events: int = 0
    decisions: int = 0
    sounding: int | None = None
    """The release that the running narration began in; it goes on when another becomes active."""
    called_at: int | None = None
    """When the last call was given."""
    refusing: str | None = None
    """The id of the record of fixes refused for their time, while that goes on."""
    durable: bool = True
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def row(self) -> dict[str, Any]:
        """The values of the row that stands for this visit."""
        answer = self.answer
        last = {
            "events": self.events,
            "decisions": self.decisions,
            "sounding": self.sounding,
            "called_at": self.called_at,
            "refusing": self.refusing,
            "clock_doubt": self.clock_doubt,
            "answer": answer
            and {
                "seq": answer.seq,
                "fingerprint": answer.fingerprint,
                "status": answer.status,
                "body": answer.body.decode(),
            },
        }
        return {
            "site": self.site,
            "id": self.id,
            "key_id": self.key_id,
            "device": self.device,
            "simulated": self.simulated,
            "body": self.wishes.body(),
            "release": self.release,
            "created_at": self.created_at,
            "last_seen": self.last_seen,
            "ended_at": self.ended_at,
            "seq": self.seq,
            "playback_seq": self.playback_seq,
            "clock_offset_ms": self.clock_offset_ms,
            "state": encode(self.state),
            "last": last,
        }


def from_row(row: VisitRow) -> Visit:
    """The visit that a row stands for."""
    last = row.last
    kept, doubt = last.get("answer"), last.get("clock_doubt")
    return Visit(
        site=row.site,
        id=row.id,
        key_id=row.key_id,
        device=row.device,
        simulated=row.simulated,
        wishes=Wishes(**row.body),
        release=row.release,
        created_at=row.created_at,
        last_seen=row.last_seen,
        ended_at=row.ended_at,
        seq=row.seq,
        playback_seq=row.playback_seq,
        clock_offset_ms=row.clock_offset_ms,
        clock_doubt=ClockDoubt(*doubt) if doubt else None,
        state=decode(row.state) if row.state else State(),
        answer=Answer(kept["seq"], kept["fingerprint"], kept["status"], kept["body"].encode())
        if kept
        else None,
        events=last.get("events", 0),
        decisions=last.get("decisions", 0),
        sounding=last.get("sounding"),
        called_at=last.get("called_at"),
        refusing=last.get("refusing"),
    )


def fingerprint(endpoint: str, body: bytes) -> str:
    """What tells a retry from another request under the same seq."""
    return hashlib.blake2b(endpoint.encode() + b"\0" + body, digest_size=12).hexdigest()
