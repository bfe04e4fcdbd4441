"""The catalogue's queries: the draft, its changes, releases and renditions, as rows on one side, values on the other.

Every function works in the caller's transaction. What writes begins with `lock`, so that two editors, or an editor
and the background, take turns on SQLite and PostgreSQL alike.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from guide.content import KINDS, Content, Doc, PlaceDoc, SiteDoc, TrackDoc
from guide.errors import NotFound
from guide.tables import DraftChange, DraftItem, Release, ReleaseEvent, Rendition, Site

LONGEST_ID: Final = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One document of the draft and the draft's version at which it last changed."""

    doc: Doc
    version: int


@dataclass(frozen=True, slots=True)
class RenditionRow:
    """One encoded file of a source."""

    source_sha256: str
    format: str
    recipe: str
    sha256: str
    size_bytes: int
    duration_ms: int

    @property
    def url(self) -> str:
        """Where it is served."""
        return media_url(self.sha256, self.format)


@dataclass(frozen=True, slots=True)
class Change:
    """One edit of the draft."""

    id: int
    version: int
    at: int
    who: str
    act: str
    kind: str | None
    item: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """What is told of a release in a list."""

    number: int
    created_at: int
    created_by: str
    note: str
    content_hash: str


def media_url(sha256: str, ext: str) -> str:
    """Where a stored file is served."""
    return f"/api/v1/media/{sha256}.{ext}"


def plural(kind: str) -> str:
    """The field of `Content` that holds a kind's documents."""
    return f"{kind}s"


def item_id(doc: Doc) -> str:
    """The id of a document's row; a QR code and a beacon may carry the same text.

    >>> item_id(PlaceDoc(id="7", kind="qr", zone="v2"))
    'qr:7'
    """
    name = str(getattr(doc, "id"))  # noqa: B009 - every document in a list has one
    if not isinstance(doc, PlaceDoc):
        return name
    whole = f"{doc.kind}:{name}"
    return whole if len(whole) <= LONGEST_ID else f"{doc.kind}:{hashlib.sha256(name.encode()).hexdigest()}"


def site_ids(session: Session) -> tuple[str, ...]:
    """All sites, sorted."""
    return tuple(session.scalars(select(Site.id).order_by(Site.id)))


def find_site(session: Session, site: str) -> Site | None:
    """The row of a site."""
    return session.get(Site, site)


def no_site(site: str) -> NotFound:
    """The error for a site that is not there; a key made before the first import has none."""
    named = f"no site {site!r}" if site else "no site yet"
    return NotFound("unknown_site", f"There is {named}; import a site folder: coupole import PATH.")


def lock(session: Session, site: str) -> int:
    """Keep everybody else from writing this site's catalogue until the transaction ends.

    An update that changes nothing takes the lock on both databases; `FOR UPDATE` would be passed over by SQLite.

    Returns:
        The draft's version.

    Raises:
        NotFound: There is no such site.
    """
    kept = (
        update(Site)
        .where(Site.id == site)
        .values(draft_version=Site.draft_version)
        .returning(Site.draft_version)
    )
    version = session.scalar(kept)
    if version is None:
        raise no_site(site)
    return version


def draft_version(session: Session, site: str) -> int:
    """The draft's version; 0 where there is no site."""
    return session.scalar(select(Site.draft_version).where(Site.id == site)) or 0


def draft(session: Session, site: str) -> Content:
    """The whole draft.

    Raises:
        NotFound: There is no such site.
    """
    body = session.scalar(select(Site.body).where(Site.id == site))
    if body is None:
        raise no_site(site)
    rows: dict[str, list[Any]] = {plural(kind): [] for kind in KINDS}
    query = (
        select(DraftItem.kind, DraftItem.body)
        .where(DraftItem.site == site)
        .order_by(DraftItem.position, DraftItem.id)
    )
    for kind, row in session.execute(query):
        rows[plural(kind)].append(row)
    return Content.model_validate({"site": body, **rows})


def find_item(session: Session, site: str, kind: str, item: str) -> Item | None:
    """One document of the draft."""
    row = session.get(DraftItem, (site, kind, item))
    return Item(KINDS[kind].model_validate(row.body), row.version) if row else None


def items(session: Session, site: str, kind: str) -> tuple[Item, ...]:
    """All documents of one kind, in their order."""
    query = (
        select(DraftItem)
        .where(DraftItem.site == site, DraftItem.kind == kind)
        .order_by(DraftItem.position, DraftItem.id)
    )
    return tuple(Item(KINDS[kind].model_validate(row.body), row.version) for row in session.scalars(query))


def put_item(session: Session, site: str, kind: str, doc: Doc, version: int) -> None:
    """Write one document, new ones behind the others."""
    body = doc.model_dump(mode="json")
    row = session.get(DraftItem, (site, kind, item_id(doc)))
    if row is not None:
        row.body, row.version = body, version
        return
    last = session.scalar(
        select(func.max(DraftItem.position)).where(DraftItem.site == site, DraftItem.kind == kind)
    )
    position = 0 if last is None else last + 1
    session.add(
        DraftItem(site=site, kind=kind, id=item_id(doc), body=body, version=version, position=position)
    )
    session.flush()


def put_figures(session: Session, site: str, doc: TrackDoc) -> None:
    """Write what was measured of a track: the draft has another version, the track has not, and no history either."""
    row = session.get_one(DraftItem, (site, "track", doc.id))
    row.body = doc.model_dump(mode="json")
    session.execute(update(Site).where(Site.id == site).values(draft_version=Site.draft_version + 1))
    session.flush()


def remove_item(session: Session, site: str, kind: str, item: str) -> None:
    """Remove one document."""
    session.execute(
        delete(DraftItem).where(DraftItem.site == site, DraftItem.kind == kind, DraftItem.id == item)
    )


def replace_draft(session: Session, content: Content, version: int) -> None:
    """Put a whole content in place of the draft."""
    site = content.site.id
    session.execute(delete(DraftItem).where(DraftItem.site == site))
    rows = [
        {
            "site": site,
            "kind": kind,
            "id": item_id(doc),
            "body": doc.model_dump(mode="json"),
            "version": version,
            "position": position,
        }
        for kind in KINDS
        for position, doc in enumerate(getattr(content, plural(kind)))
    ]
    session.bulk_insert_mappings(DraftItem.__mapper__, rows)
    put_site(session, content.site)


def put_site(session: Session, site: SiteDoc) -> None:
    """Write the site's own document."""
    session.execute(update(Site).where(Site.id == site.id).values(body=site.model_dump(mode="json")))


def set_draft_version(session: Session, site: str, version: int) -> None:
    """Count one edit."""
    session.execute(update(Site).where(Site.id == site).values(draft_version=version))


def add_site(session: Session, site: SiteDoc, at: int) -> None:
    """A new site with an empty draft."""
    session.add(
        Site(
            id=site.id, draft_version=0, body=site.model_dump(mode="json"), active_release=None, created_at=at
        )
    )
    session.flush()


def add_change(session: Session, site: str, change: Change) -> None:
    """Keep who changed what; the row finds its own id."""
    session.add(
        DraftChange(
            site=site,
            version=change.version,
            at=change.at,
            who=change.who,
            act=change.act,
            kind=change.kind,
            item=change.item,
            before=dict(change.before) if change.before is not None else None,
            after=dict(change.after) if change.after is not None else None,
        )
    )


def changes(session: Session, site: str, before: int | None, limit: int) -> tuple[Change, ...]:
    """The edits of the draft, newest first, those older than an id."""
    query = select(DraftChange).where(DraftChange.site == site).order_by(DraftChange.id.desc()).limit(limit)
    if before is not None:
        query = query.where(DraftChange.id < before)
    return tuple(
        Change(row.id, row.version, row.at, row.who, row.act, row.kind, row.item, row.before, row.after)
        for row in session.scalars(query)
    )


def active_release(session: Session, site: str) -> int | None:
    """The number of the active release."""
    return session.scalar(select(Site.active_release).where(Site.id == site))


def active_releases(session: Session) -> dict[str, int | None]:
    """The active release of every site."""
    return {site: number for site, number in session.execute(select(Site.id, Site.active_release))}  # noqa: C416 - rows are no pairs to mypy


def add_release(session: Session, site: str, row: ReleaseRow, content: Content) -> None:
    """Keep a new release."""
    session.add(
        Release(
            site=site,
            number=row.number,
            created_at=row.created_at,
            created_by=row.created_by,
            note=row.note,
            content=content.model_dump(mode="json"),
            content_hash=row.content_hash,
        )
    )
    session.flush()


def next_release(session: Session, site: str) -> int:
    """The number that the next release gets; call it under `lock`."""
    return (session.scalar(select(func.max(Release.number)).where(Release.site == site)) or 0) + 1


def release_content(session: Session, site: str, number: int) -> Content | None:
    """What was published under a number."""
    body = session.scalar(select(Release.content).where(Release.site == site, Release.number == number))
    return None if body is None else Content.model_validate(body)


_RELEASE_COLUMNS = (
    Release.number,
    Release.created_at,
    Release.created_by,
    Release.note,
    Release.content_hash,
)


def find_release(session: Session, site: str, number: int) -> ReleaseRow | None:
    """What is told of one release."""
    query = select(*_RELEASE_COLUMNS).where(Release.site == site, Release.number == number)
    row = session.execute(query).one_or_none()
    return ReleaseRow(*row) if row else None


def releases(session: Session, site: str, before: int | None, limit: int) -> tuple[ReleaseRow, ...]:
    """The releases, newest first, those with a lower number than `before`."""
    query = select(*_RELEASE_COLUMNS).where(Release.site == site).order_by(Release.number.desc()).limit(limit)
    if before is not None:
        query = query.where(Release.number < before)
    return tuple(ReleaseRow(*row) for row in session.execute(query))


def set_active(session: Session, site: str, number: int, *, at: int, who: str) -> None:
    """Make a release the active one, and keep who did."""
    session.execute(update(Site).where(Site.id == site).values(active_release=number))
    session.add(ReleaseEvent(site=site, number=number, at=at, who=who))


def renditions(session: Session, site: str) -> tuple[RenditionRow, ...]:
    """All renditions of a site."""
    query = select(
        Rendition.source_sha256,
        Rendition.format,
        Rendition.recipe,
        Rendition.sha256,
        Rendition.size_bytes,
        Rendition.duration_ms,
    ).where(Rendition.site == site)
    return tuple(RenditionRow(*row) for row in session.execute(query))


def rendition_count(session: Session) -> int:
    """How many renditions there are, of all sites: what tells that another process made one."""
    return session.scalar(select(func.count()).select_from(Rendition)) or 0


def add_renditions(session: Session, site: str, rows: Iterable[RenditionRow], at: int) -> None:
    """Keep renditions that are not there yet; call it under `lock`."""
    there = {(row.source_sha256, row.recipe) for row in renditions(session, site)}
    wanted = {(row.source_sha256, row.recipe): row for row in rows}
    session.add_all(
        Rendition(
            site=site,
            source_sha256=row.source_sha256,
            recipe=row.recipe,
            format=row.format,
            sha256=row.sha256,
            size_bytes=row.size_bytes,
            duration_ms=row.duration_ms,
            created_at=at,
        )
        for key, row in wanted.items()
        if key not in there
    )
    session.flush()


def release_numbers(session: Session) -> Sequence[tuple[str, int]]:
    """Every release of every site."""
    return [(site, number) for site, number in session.execute(select(Release.site, Release.number))]


def rows_that_name_files(session: Session) -> Iterator[object]:
    """Everything in which the name of a stored file may stand: drafts, their history, releases, renditions."""
    for column in (
        DraftItem.body,
        Site.body,
        DraftChange.before,
        DraftChange.after,
        Release.content,
        Rendition.sha256,
        Rendition.source_sha256,
    ):
        yield from session.scalars(select(column).execution_options(yield_per=100))


def stamp(session: Session) -> tuple[int, ...]:
    """A value that changes whenever a draft, a release or a rendition is added or edited."""
    return (
        session.scalar(select(func.sum(Site.draft_version))) or 0,
        session.scalar(select(func.count()).select_from(Site)) or 0,
        session.scalar(select(func.count()).select_from(Release)) or 0,
        rendition_count(session),
    )
