"""Publishing: the draft, found sound, becomes a numbered release that never changes, and the active one at once.

Publishing activates. A release that nobody hears is an export; the way back is to activate an earlier number.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from guide.clock import Clock, rfc3339
from guide.content import Content, content_hash
from guide.errors import Conflict, Fault, NotFound
from guide.services.findings import Finding, errors_of, warnings_of
from guide.services.layout_check import check
from guide.services.releases import Releases
from guide.store import catalogue
from guide.store.catalogue import ReleaseRow
from guide.store.database import Database


@dataclass(frozen=True, slots=True)
class Published:
    """A release just made, and what the check had to say that did not stop it."""

    release: ReleaseRow
    warnings: tuple[Finding, ...]


def publish_in(
    session: Session, content: Content, *, note: str, who: str, at: int, reader: str = "en"
) -> Published:
    """Publish a content in the caller's transaction, which holds the site's lock.

    Raises:
        Conflict: `draft_not_sound`, with every finding that stops it.
    """
    findings = check(content, reader)
    if blocking := errors_of(findings):
        faults = [Fault(each.where, each.sentence) for each in blocking]
        extra = {"findings": [each.body() for each in blocking]}
        raise Conflict.of("draft_not_sound", faults, extra=extra, count=len(faults))
    site = content.site.id
    row = ReleaseRow(
        number=catalogue.next_release(session, site),
        created_at=at,
        created_by=who,
        note=note,
        content_hash=content_hash(content),
    )
    catalogue.add_release(session, site, row, content)
    catalogue.set_active(session, site, row.number, at=at, who=who)
    return Published(row, warnings_of(findings))


class Publishing:
    """Makes releases of the draft."""

    def __init__(self, database: Database, releases: Releases, clock: Clock) -> None:
        self._database = database
        self._releases = releases
        self._clock = clock

    def publish(self, site: str, *, note: str, who: str, reader: str = "en") -> Published:
        """Publish the draft of a site, and make it the active release.

        Raises:
            Conflict: `draft_not_sound`, with every finding that stops it.
            NotFound: There is no such site.
        """
        with self._database.session() as session:
            catalogue.lock(session, site)
            content = catalogue.draft(session, site)
            made = publish_in(session, content, note=note, who=who, at=self._clock.now_ms(), reader=reader)
        self._releases.active(site, fresh=True)
        return made

    def listed(
        self, site: str, before: int | None, limit: int
    ) -> tuple[tuple[ReleaseRow, ...], int | None, int | None]:
        """Releases, newest first, the number of the active one, and where the list goes on."""
        with self._database.reading() as session:
            found = catalogue.releases(session, site, before, limit + 1)
            active = catalogue.active_release(session, site)
        page = found[:limit]
        return page, active, page[-1].number if len(found) > limit else None

    def found(self, site: str, number: int) -> tuple[ReleaseRow, int | None]:
        """One release, and the number of the active one.

        Raises:
            NotFound: There is none of this number.
        """
        with self._database.reading() as session:
            row = catalogue.find_release(session, site, number)
            active = catalogue.active_release(session, site)
        if row is None:
            raise NotFound.of("unknown_release", number=number)
        return row, active


def release_body(row: ReleaseRow, active: int | None) -> dict[str, Any]:
    """A release as it is told."""
    return {
        "number": row.number,
        "created_at": rfc3339(row.created_at),
        "created_by": row.created_by,
        "note": row.note,
        "content_hash": row.content_hash,
        "active": row.number == active,
    }
