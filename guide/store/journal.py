"""What the hot path writes: visits as they are now, their events, and decisions, in one transaction a batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from guide.tables import Decision, PlaybackEvent, Visit, VisitEvent

Row = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """Rows to be written together; the newest row of a visit stands for those before it."""

    visits: dict[tuple[str, str], Row] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    playback: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    closings: list[Row] = field(default_factory=list)
    """Episodes that are over: `{"site", "visit", "id", "until"}`."""

    def add(self, other: "Batch") -> None:
        """Take in another batch, which is newer."""
        self.visits |= other.visits
        self.events += other.events
        self.playback += other.playback
        self.decisions += other.decisions
        self.closings += other.closings

    def by_visit(self) -> "list[Batch]":
        """The same rows, a batch for each visit."""
        parts: dict[tuple[str, str], Batch] = {}
        for key, row in self.visits.items():
            parts.setdefault(key, Batch()).visits[key] = row
        for name in ("events", "playback", "decisions"):
            for row in getattr(self, name):
                getattr(parts.setdefault((row["site"], row["visit"]), Batch()), name).append(row)
        for row in self.closings:
            parts.setdefault((row["site"], row["visit"]), Batch()).closings.append(row)
        return list(parts.values())

    def __bool__(self) -> bool:
        return any((self.visits, self.events, self.playback, self.decisions, self.closings))


def write(session: Session, batch: Batch) -> None:
    """Write a batch; a visit's row must exist already."""
    for table, rows in (
        (VisitEvent, batch.events),
        (PlaybackEvent, batch.playback),
        (Decision, batch.decisions),
    ):
        _insert(session, table, rows)
    for closing in batch.closings:
        session.execute(
            update(Decision)
            .where(Decision.site == closing["site"], Decision.id == closing["id"])
            .values(until=closing["until"])
        )
    if batch.visits:
        session.execute(update(Visit), list(batch.visits.values()))


def _insert(session: Session, table: type[Any], rows: Sequence[Row]) -> None:
    if rows:
        session.execute(insert(table), _uniform(rows))


def _uniform(rows: Iterable[Row]) -> list[Row]:
    """Rows with the same keys each, which a single statement needs."""
    listed = list(rows)
    keys = dict.fromkeys(key for row in listed for key in row)
    return [{key: row.get(key) for key in keys} for row in listed]
