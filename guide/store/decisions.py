"""The decision log as rows: newest first, filtered, page by page or as a stream."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from guide.tables import Decision

FILTERS: Final = ("visit", "exhibit", "zone", "device", "action", "reason", "language")
CHUNK: Final = 500


def page(
    session: Session,
    site: str,
    filters: Mapping[str, str | int | None],
    before: tuple[int, str] | None,
    limit: int,
) -> Sequence[Decision]:
    """One page, newest first."""
    return session.scalars(_query(site, filters, before).limit(limit)).all()


def stream(session: Session, site: str, filters: Mapping[str, str | int | None]) -> Iterator[Decision]:
    """All of them, newest first, a few hundred in memory at a time."""
    yield from session.scalars(_query(site, filters, None).execution_options(yield_per=CHUNK))


def _query(
    site: str, filters: Mapping[str, str | int | None], before: tuple[int, str] | None
) -> Select[Decision]:
    query = select(Decision).where(Decision.site == site)
    for name in FILTERS:
        if filters.get(name) is not None:
            query = query.where(getattr(Decision, name) == filters[name])
    if filters.get("from") is not None:
        query = query.where(or_(Decision.at >= filters["from"], Decision.until >= filters["from"]))
    if filters.get("to") is not None:
        query = query.where(Decision.at <= filters["to"])
    if before is not None:
        at, identity = before
        query = query.where(or_(Decision.at < at, and_(Decision.at == at, Decision.id < identity)))
    return query.order_by(Decision.at.desc(), Decision.id.desc())
