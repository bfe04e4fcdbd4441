"""The queries of jobs: who may take one, who holds it, how far it is. Each works in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from guide.store.rows import row_of, value_of
from guide.tables import Hearing, Job

READY: Final = "ready"
FAILED: Final = "failed"
ENDED: Final = (READY, FAILED)
RECEIVED: Final = "received"
STATES: Final = ("received", "probing", "measured", "encoding", READY, FAILED)

KEPT: Final[Mapping[str, Any]] = {"source_kept": True}
"""The result of a job that failed for no fault of its file: what it worked on is kept, and it may be tried again."""

Words = Mapping[str, str]
"""A sentence in each language of the interface."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job as it is now."""

    site: str
    id: str
    kind: str
    state: str
    percent: int
    message: Words | None
    result: Mapping[str, Any] | None
    args: Mapping[str, Any]
    track: str | None
    who: str
    attempts: int
    created_at: int

    @property
    def file(self) -> str | None:
        """The name of the file that came in for it, where one did."""
        name = self.args.get("file")
        return None if name is None else str(name)

    @property
    def may_be_tried_again(self) -> bool:
        """Whether it failed and what it works on was kept."""
        return self.state == FAILED and self.result == KEPT


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is."""

    state: str
    percent: int
    message: Words


def _row(job: Job) -> JobRow:
    return value_of(JobRow, job)


def add(session: Session, job: JobRow) -> None:
    """Keep a new job; it is done once the transaction is committed, or never was."""
    session.add(row_of(Job, job, updated_at=job.created_at))
    session.flush()


def later_than(session: Session, site: str, track: str | None, now: int) -> int:
    """A moment for a new job that puts it behind every other for its track, those of the same millisecond too."""
    last = session.scalar(select(func.max(Job.created_at)).where(Job.site == site, Job.track == track))
    return now if track is None or last is None else max(now, last + 1)


def find(session: Session, site: str, job: str) -> JobRow | None:
    """One job."""
    row = session.get(Job, (site, job), populate_existing=True)
    return _row(row) if row else None


def page(
    session: Session, site: str, *, states: Sequence[str], before: tuple[int, str] | None, limit: int
) -> tuple[JobRow, ...]:
    """Jobs of a site, newest first, those older than a place."""
    query = select(Job).where(Job.site == site).order_by(Job.created_at.desc(), Job.id.desc()).limit(limit)
    if states:
        query = query.where(Job.state.in_(states))
    if before is not None:
        at, job = before
        query = query.where(or_(Job.created_at < at, and_(Job.created_at == at, Job.id < job)))
    return tuple(_row(each) for each in session.scalars(query))


def _free(now: int) -> ColumnElement[bool]:
    return and_(Job.state.not_in(ENDED), or_(Job.leased_until.is_(None), Job.leased_until < now))


def waiting(session: Session, now: int, kinds: Sequence[str], limit: int) -> tuple[JobRow, ...]:
    """Jobs that somebody may take, oldest first; of those for one track only the oldest that has not ended."""
    earlier = aliased(Job)
    blocked = (
        select(earlier.id)
        .where(
            earlier.site == Job.site,
            earlier.track == Job.track,
            earlier.state.not_in(ENDED),
            or_(
                earlier.created_at < Job.created_at,
                and_(earlier.created_at == Job.created_at, earlier.id < Job.id),
            ),
        )
        .exists()
    )
    query = (
        select(Job)
        .where(_free(now), Job.kind.in_(kinds), ~blocked)
        .order_by(Job.created_at, Job.id)
        .limit(limit)
    )
    return tuple(_row(each) for each in session.scalars(query))


def claim(session: Session, job: JobRow, lease: str, *, now: int, until: int) -> bool:
    """Take a job, if nobody else has meanwhile; it begins from the start, whoever had begun it."""
    taken = session.execute(
        update(Job)
        .where(Job.site == job.site, Job.id == job.id, Job.attempts == job.attempts, _free(now))
        .values(
            lease=lease,
            leased_until=until,
            attempts=job.attempts + 1,
            state=RECEIVED,
            percent=0,
            updated_at=now,
        )
        .returning(Job.id)
    )
    return taken.scalar() is not None


def _held(job: JobRow, lease: str) -> ColumnElement[bool]:
    return and_(Job.site == job.site, Job.id == job.id, Job.lease == lease, Job.state.not_in(ENDED))


def renew(session: Session, job: JobRow, lease: str, until: int) -> bool:
    """Hold a job for longer; False where it was given to somebody else."""
    kept = session.execute(update(Job).where(_held(job, lease)).values(leased_until=until).returning(Job.id))
    return kept.scalar() is not None


def release(session: Session, job: JobRow, lease: str, now: int) -> None:
    """Give a job back unfinished: it is taken again at once, and this attempt does not count."""
    session.execute(
        update(Job)
        .where(_held(job, lease))
        .values(lease=None, leased_until=None, attempts=Job.attempts - 1, state=RECEIVED, percent=0)
        .values(updated_at=now)
    )


def progress(session: Session, job: JobRow, lease: str, at: Progress, now: int) -> None:
    """Write how far a job is; nothing where it was given to somebody else."""
    values = {"state": at.state, "percent": at.percent, "message": dict(at.message), "updated_at": now}
    session.execute(update(Job).where(_held(job, lease)).values(**values))


def end(
    session: Session,
    job: JobRow,
    lease: str,
    *,
    state: str,
    message: Words | None,
    result: Mapping[str, Any] | None,
    now: int,
) -> bool:
    """End a job; False where it was given to somebody else."""
    values: dict[str, Any] = {"state": state, "message": message, "result": result, "updated_at": now}
    if state == READY:
        values["percent"] = 100
    ended = session.execute(
        update(Job).where(_held(job, lease)).values(**values, lease=None, leased_until=None).returning(Job.id)
    )
    return ended.scalar() is not None


def later(session: Session, job: JobRow) -> bool:
    """Whether another job of the kind for the same track came after this one, and has not failed."""
    query = select(Job.id).where(
        Job.site == job.site,
        Job.kind == job.kind,
        Job.track == job.track,
        Job.state != FAILED,
        or_(Job.created_at > job.created_at, and_(Job.created_at == job.created_at, Job.id > job.id)),
    )
    return session.scalar(query.limit(1)) is not None


def again(session: Session, job: JobRow, who: str, now: int) -> bool:
    """Have a failed job begun anew; False where it has not failed, or somebody else did so first."""
    begun = session.execute(
        update(Job)
        .where(Job.site == job.site, Job.id == job.id, Job.state == FAILED)
        .values(state=RECEIVED, percent=0, message=None, result=None, attempts=0, who=who, updated_at=now)
        .returning(Job.id)
    )
    return begun.scalar() is not None


def forget(session: Session, before: int) -> tuple[JobRow, ...]:
    """Remove the jobs of all sites that ended before a moment, and say which they were."""
    ended = delete(Job).where(
        Job.state.in_(ENDED),
        Job.created_at < before,  # what ended before was begun before, and of that there is an index
        Job.updated_at < before,
    )
    return tuple(_row(each) for each in session.scalars(ended.returning(Job)))


def counts(session: Session) -> dict[str, int]:
    """How many jobs of all sites are in each state that is no end."""
    query = select(Job.state, func.count()).where(Job.state.not_in(ENDED)).group_by(Job.state)
    return {state: count for state, count in session.execute(query)}  # noqa: C416 - rows are no pairs to mypy


def wanted_files(session: Session) -> frozenset[str]:
    """The files of all sites' jobs that have not ended, or may be tried again."""
    rows = map(_row, session.scalars(select(Job).where(Job.state != READY)))
    return frozenset(
        each.file for each in rows if each.file and (each.state != FAILED or each.may_be_tried_again)
    )


def measured(session: Session, site: str, kind: str) -> frozenset[tuple[str, str]]:
    """Track and source of every job of a kind that is under way or has failed: asking again would not help."""
    query = select(Job.track, Job.args).where(Job.site == site, Job.kind == kind, Job.state != READY)
    return frozenset((track or "", args.get("source", "")) for track, args in session.execute(query))


def keep_hearing(
    session: Session, site: str, source: str, speech: Sequence[tuple[int, int]], now: int
) -> None:
    """Keep where speech was heard in a source."""
    session.merge(
        Hearing(site=site, source_sha256=source, speech=[list(each) for each in speech], created_at=now)
    )


def hearing(session: Session, site: str, source: str) -> tuple[tuple[int, int], ...] | None:
    """Where speech was heard in a source; None where nobody has listened."""
    row = session.get(Hearing, (site, source))
    return None if row is None else tuple((start, end) for start, end in row.speech)
