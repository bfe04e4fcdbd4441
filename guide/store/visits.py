"""Visits, their events and playback, as rows."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from guide.tables import Decision, PlaybackEvent, Visit, VisitEvent

MESSAGES: Final = frozenset({"fix", "tick", "command", "late"})
"""The kinds of event that a time line names; the others (a change of mode, of release, …) are `event` there."""
OTHER_EVENT: Final = "event"
ELSEWHEN: Final = ("begin", "late", "refused")
"""The kinds whose time the engine is not told: the beginning, what came late, and what it was told of by a tick."""

Place = tuple[int, int, str]
"""A place in a time line: the moment, the rank of its kind, the row's own key."""


def find(session: Session, visit: str) -> Visit | None:
    """A visit by its id, which no two sites share."""
    return session.scalar(select(Visit).where(Visit.id == visit))


def running(session: Session, site: str, device: str | None, key: str) -> Sequence[str]:
    """The ids of the real visits of a device that have not ended; where it has no name, of its key."""
    whose = Visit.device == device if device is not None else Visit.key_id == key
    query = select(Visit.id).where(
        Visit.site == site, whose, Visit.ended_at.is_(None), Visit.simulated.is_(False)
    )
    return session.scalars(query).all()


def events(session: Session, site: str, visit: str) -> Sequence[VisitEvent]:
    """Everything that happened to a visit, in the order in which it was taken in."""
    query = select(VisitEvent).where(VisitEvent.site == site, VisitEvent.visit == visit)
    return session.scalars(query.order_by(VisitEvent.n)).all()


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
        found += _events(session, site, visit, after, kinds, limit)
    if "decision" in kinds:
        rows = _after(session, Decision, Decision.id, site, visit, after, 1, limit)
        found += [((row.at, 1, row.id), row) for row in rows]
    if "playback" in kinds:
        rows = _after(session, PlaybackEvent, PlaybackEvent.seq, site, visit, after, 2, limit)
        found += [((row.at, 2, f"{row.seq:012d}"), row) for row in rows]
    return sorted(found, key=lambda each: each[0])[:limit]


def _events(
    session: Session, site: str, visit: str, after: Place | None, kinds: frozenset[str], limit: int
) -> list[tuple[Place, VisitEvent]]:
    """Events in the order in which they were taken in, which a replay needs and their own times do not give.

    Each stands at the visit's own moment, which never goes back: the latest that the engine had been told by then.
    """
    # PostgreSQL would take a plain 0, and all that is compared with it, for 32 bits
    never = literal(0, BigInteger())
    told = case((VisitEvent.kind.in_(ELSEWHEN), never), else_=VisitEvent.at)
    moments = (
        select(VisitEvent.n, func.max(told).over(order_by=VisitEvent.n).label("moment"))
        .where(VisitEvent.site == site, VisitEvent.visit == visit)
        .subquery()
    )
    moment = moments.c.moment
    query = select(VisitEvent, moment).join(moments, VisitEvent.n == moments.c.n)
    query = query.where(VisitEvent.site == site, VisitEvent.visit == visit, _of_kinds(kinds))
    if after is not None:
        query = query.where(_beyond(moment, VisitEvent.n, after, 0))
    rows = session.execute(query.order_by(moment, VisitEvent.n).limit(limit))
    return [((at, 0, f"{row.n:012d}"), row) for row, at in rows]


def _of_kinds(kinds: frozenset[str]) -> ColumnElement[bool]:
    """What was sent by its kind; everything else that happened is an event."""
    wanted = VisitEvent.kind.in_(sorted(kinds & MESSAGES))
    return or_(wanted, VisitEvent.kind.not_in(sorted(MESSAGES))) if OTHER_EVENT in kinds else wanted


def _after(
    session: Session,
    table: Any,  # noqa: ANN401 - one of two tables that have a moment and a key
    key: InstrumentedAttribute[Any],
    site: str,
    visit: str,
    after: Place | None,
    rank: int,
    limit: int,
) -> Sequence[Any]:
    query = select(table).where(table.site == site, table.visit == visit)
    if after is not None:
        query = query.where(_beyond(table.at, key, after, rank))
    return session.scalars(query.order_by(table.at, key).limit(limit)).all()


def _beyond(
    at: ColumnElement[int] | InstrumentedAttribute[int],
    key: InstrumentedAttribute[Any],
    after: Place,
    rank: int,
) -> ColumnElement[bool]:
    moment, last_rank, last_key = after
    if rank > last_rank:
        return at >= moment
    if rank < last_rank:
        return at > moment
    value = last_key if rank == 1 else int(last_key)
    return or_(at > moment, and_(at == moment, key > value))
