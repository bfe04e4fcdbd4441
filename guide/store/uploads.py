"""The queries of uploads: how much of each is there for certain. Each works in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from guide.store.rows import row_of, value_of
from guide.tables import Upload


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One file on its way in."""

    site: str
    id: str
    owner: str
    who: str
    length: int
    received: int
    header: str
    wanted: Mapping[str, Any]
    job: str | None
    created_at: int
    expires_at: int

    @property
    def is_whole(self) -> bool:
        """Whether all of it has come."""
        return self.received == self.length


def _row(upload: Upload) -> UploadRow:
    return value_of(UploadRow, upload)


def add(session: Session, upload: UploadRow) -> None:
    """Keep a new upload."""
    session.add(row_of(Upload, upload))
    session.flush()


def find(session: Session, site: str, upload: str) -> UploadRow | None:
    """One upload."""
    row = session.get(Upload, (site, upload), populate_existing=True)
    return _row(row) if row else None


def advance(session: Session, upload: UploadRow, received: int, *, job: str | None, expires_at: int) -> bool:
    """Count what has come since the row was read; False where somebody else counted first."""
    moved = session.execute(
        update(Upload)
        .where(
            Upload.site == upload.site,
            Upload.id == upload.id,
            Upload.received == upload.received,
            Upload.job.is_(None),
        )
        .values(received=received, job=job, expires_at=expires_at)
        .returning(Upload.id)
    )
    return moved.scalar() is not None


def remove(session: Session, site: str, upload: str) -> None:
    """Forget an upload."""
    session.execute(delete(Upload).where(Upload.site == site, Upload.id == upload))


def forget(session: Session, site: str, job: str) -> None:
    """Forget the upload that became a job."""
    session.execute(delete(Upload).where(Upload.site == site, Upload.job == job))


def under_way(session: Session, site: str) -> tuple[int, int]:
    """How many uploads of a site are not finished, and how many bytes they will have."""
    query = select(func.count(), func.coalesce(func.sum(Upload.length), 0)).where(
        Upload.site == site, Upload.job.is_(None)
    )
    count, size = session.execute(query).one()
    return int(count), int(size)


def expired(session: Session, now: int) -> tuple[UploadRow, ...]:
    """Uploads of all sites whose time is over, finished or not."""
    return tuple(_row(each) for each in session.scalars(select(Upload).where(Upload.expires_at <= now)))


def names(session: Session) -> frozenset[str]:
    """The ids of all uploads that are not finished: their files are still wanted."""
    return frozenset(session.scalars(select(Upload.id).where(Upload.job.is_(None))))
