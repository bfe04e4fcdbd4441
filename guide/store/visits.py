"""Visits, their events and playback, as rows."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from guide.tables import Decision, PlaybackEvent, Visit, VisitEvent

MESSAGES: Final = frozenset({"fix", "tick", "command", "late"})
"""The kinds of event that a time line names; the others (a change of mode, of release, …) are `event` there."""
OTHER_EVENT: Final = "event"

Place = tuple[int, int, str]
"""A place in a time line: the moment, the rank of its kind, the row's own key."""


def find(session: Session, visit: str) -> Visit | None:
    """A visit by its id, which no two sites share."""
    return session.scalar(select(Visit).where(Visit.id == visit))


def running(session: Session, site: str, device: str) -> Sequence[str]:
    """The ids of the real visits of a device that have not ended."""
    query = select(Visit.id).where(
        Visit.site == site, Visit.device == device, Visit.ended_at.is_(None), Visit.simulated.is_(False)
    )
    return session.scalars(query).all()


def idle(session: Session, real_before: int, simulated_before: int) -> Sequence[str]:
    """The ids of open visits that nobody has polled since."""
    query = select(Visit.id).where(
        Visit.ended_at.is_(None),
        or_(
            and_(Visit.simulated.is_(False), Visit.last_seen < real_before),
            and_(Visit.simulated.is_(True), Visit.last_seen < simulated_before),
        ),
    )
    return session.scalars(query).all()


def page(
    session: Session, site: str, *, active: bool | None, before: tuple[int, str] | None, limit: int
) -> Sequence[Visit]:
    """Visits, newest first, from a place in the list on."""
    query = select(Visit).where(Visit.site == site)
    if active is not None:
        query = query.where(Visit.ended_at.is_(None) if active else Visit.ended_at.is_not(None))
    if before is not None:
        at, identity = before
        query = query.where(or_(Visit.created_at < at, and_(Visit.created_at == at, Visit.id < identity)))
    return session.scalars(query.order_by(Visit.created_at.desc(), Visit.id.desc()).limit(limit)).all()


def known_seqs(session: Session, site: str, visit: str) -> set[int]:
    """The seqs of a visit's messages so far."""
    query = select(VisitEvent.body).where(VisitEvent.site == site, VisitEvent.visit == visit)
    return {body["seq"] for body in session.scalars(query) if body.get("seq") is not None}


def known_playback(session: Session, site: str, visit: str, seqs: Sequence[int]) -> set[int]:
    """Which of some playback seqs are kept already."""
    query = select(PlaybackEvent.seq).where(
        PlaybackEvent.site == site, PlaybackEvent.visit == visit, PlaybackEvent.seq.in_(seqs)
    )
    return set(session.scalars(query))


def timeline(
    session: Session, site: str, visit: str, *, after: Place | None, kinds: frozenset[str], limit: int
) -> list[tuple[Place, Any]]:
    """Events, decisions and playback in one order, from a place on."""
    found: list[tuple[Place, Any]] = []
    if kinds & {*MESSAGES, OTHER_EVENT}:
        rows = _after(session, VisitEvent, VisitEvent.n, site, visit, after, 0, limit, _of_kinds(kinds))
        found += [((row.at, 0, f"{row.n:012d}"), row) for row in rows]
    if "decision" in kinds:
        rows = _after(session, Decision, Decision.id, site, visit, after, 1, limit)
        found += [((row.at, 1, row.id), row) for row in rows]
    if "playback" in kinds:
        rows = _after(session, PlaybackEvent, PlaybackEvent.seq, site, visit, after, 2, limit)
        found += [((row.at, 2, f"{row.seq:012d}"), row) for row in rows]
    return sorted(found, key=lambda each: each[0])[:limit]


def _of_kinds(kinds: frozenset[str]) -> ColumnElement[bool]:
    """What was sent by its kind; everything else that happened is an event."""
    wanted = VisitEvent.kind.in_(sorted(kinds & MESSAGES))
    return or_(wanted, VisitEvent.kind.not_in(sorted(MESSAGES))) if OTHER_EVENT in kinds else wanted


def _after(
    session: Session,
    table: Any,  # noqa: ANN401 - one of three tables that have a moment and a key
    key: InstrumentedAttribute[Any],
    site: str,
    visit: str,
    after: Place | None,
    rank: int,
    limit: int,
    *more: ColumnElement[bool],
) -> Sequence[Any]:
    query = select(table).where(table.site == site, table.visit == visit, *more)
    if after is not None:
        query = query.where(_beyond(table.at, key, after, rank))
    return session.scalars(query.order_by(table.at, key).limit(limit)).all()


def _beyond(
    at: InstrumentedAttribute[int], key: InstrumentedAttribute[Any], after: Place, rank: int
) -> ColumnElement[bool]:
    moment, last_rank, last_key = after
    if rank > last_rank:
        return at >= moment
    if rank < last_rank:
        return at > moment
    value = last_key if rank == 1 else int(last_key)
    return or_(at > moment, and_(at == moment, key > value))
