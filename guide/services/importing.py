"""Importing a site folder: read, judge, take in the audio, and put it in place of the draft, all or nothing.

    open  ->  read_site_folder  ->  take_in  ->  store files  ->  one transaction: draft, renditions, release

Files are stored before the transaction that names them; where it fails they are orphans, which a sweep removes.
"""

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from guide.clock import Clock
from guide.content import Content, TrackDoc, content_hash
from guide.errors import Conflict, Fault, Malformed
from guide.services.content_check import PLURALS
from guide.services.draft import Precondition, require
from guide.services.findings import Finding, errors_of, warnings_of
from guide.services.layout_check import check
from guide.services.narrations import Known, Progress, Taken, take_in, unheard
from guide.services.publishing import publish_in
from guide.services.releases import Releases
from guide.services.site_folder import SiteFolder, read_site_folder
from guide.services.site_folder_source import open_source
from guide.store import catalogue, jobs, keys
from guide.store.catalogue import Change
from guide.store.database import Database
from media.store import Store

STORING: Final = "storing"
STORED_AT_ONCE: Final = 8


class SiteFolderFaults(Malformed):
    """Raised when a site folder is not sound; carries every fault with its file and line."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    site: str
    draft_version: int
    content_hash: str
    counts: Mapping[str, int]
    warnings: tuple[Finding, ...]
    release: int | None = None

    def body(self) -> dict[str, Any]:
        """The same as JSON."""
        return {**asdict(self), "warnings": [each.body() for each in self.warnings]}


@dataclass(frozen=True, slots=True)
class _Ready:
    """A site folder found sound and taken in."""

    content: Content
    taken: Taken
    warnings: tuple[Finding, ...]


class Importing:
    """Takes site folders into the draft."""

    def __init__(self, database: Database, store: Store, releases: Releases, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._releases = releases
        self._clock = clock

    def run(
        self,
        path: Path,
        *,
        who: str,
        site: str = "",
        publish: bool = False,
        note: str = "",
        allowed: Precondition | None = None,
        progress: Progress = unheard,
    ) -> Imported:
        """Put a site folder, or a zip of one, in place of the draft.

        Args:
            path: Of the folder or the zip.
            who: The name kept with the change.
            site: The site of the caller's key; empty takes the folder's own where it is the first or only one.
            publish: Publish it in the same transaction.
            note: Of the release.
            allowed: Asked whether the draft's version may be replaced; None replaces any.
            progress: Told what is done, how much of how much.

        Raises:
            SiteFolderFaults: It is not sound; nothing was taken in.
            Conflict: It is another site's.
            PreconditionFailed: The draft has another version by now.
        """
        with self._store.staging() as staging, open_source(path, staging) as source:
            folder = read_site_folder(source)
            if folder.content is not None:
                self._refuse_strangers(folder.content.site.id, site)
            taken = take_in(source, folder, staging, self._known(folder.content), progress)
            ready = _judged(folder, taken)
            self._store_files(folder, ready, staging, progress)
        return self._commit(ready, who=who, publish=publish, note=note, allowed=allowed)

    def _refuse_strangers(self, given: str, site: str) -> None:
        with self._database.reading() as session:
            _refuse_stranger(catalogue.site_ids(session), given, site)

    def _known(self, content: Content | None) -> Known:
        """What earlier imports of this site have decoded and encoded, so that it need not be done again."""
        if content is None:
            return Known()
        with self._database.reading() as session:
            site = catalogue.find_site(session, content.site.id)
            if site is None:
                return Known()
            tracks = catalogue.draft(session, content.site.id).tracks
            rows = catalogue.renditions(session, content.site.id)
        there = {
            (row.source_sha256, row.recipe)
            for row in rows
            if row.format == "opus" and self._store.has(row.sha256, row.format)
        }
        return Known(
            {
                (source, track.transcript_sha256, track.language, measures.recipe): track
                for track in tracks
                if (source := track.source_sha256) and (measures := track.measures)
                if (source, measures.recipe) in there
            }
        )

    def _store_files(self, folder: SiteFolder, ready: _Ready, staging: Path, progress: Progress) -> None:
        """Store what the content names, several files at once: a disk flushes eight about as fast as one.

        Of the demo's 196 files, one after the other took 3 s, all of it waiting for the disk.
        """
        pictures = {(each.sha256, each.ext): each.data for each in folder.pictures.values()}
        files: dict[tuple[str, str], Path | bytes] = {**ready.taken.files, **pictures}
        progress(STORING, 0, len(files))
        with ThreadPoolExecutor(STORED_AT_ONCE) as pool:
            puts = pool.map(lambda each: self._store_file(each[0], each[1], staging), files.items())
            for n, _ in enumerate(puts, 1):
                progress(STORING, n, len(files))

    def _store_file(self, name: tuple[str, str], content: Path | bytes, staging: Path) -> None:
        sha256, ext = name
        # in the store's own staging folder, so that it is moved and not copied once more
        draft = staging / f"store-{sha256}.{ext}"
        if isinstance(content, bytes):
            draft.write_bytes(content)
        else:
            shutil.copyfile(content, draft)
        if self._store.put_file(draft, ext).sha256 != sha256:
            raise Conflict(
                "site_folder_changed", "A file of the site folder changed while it was read; try again."
            )

    def _commit(
        self, ready: _Ready, *, who: str, publish: bool, note: str, allowed: Precondition | None
    ) -> Imported:
        content, site, now = ready.content, ready.content.site.id, self._clock.now_ms()
        release = None
        with self._database.session() as session:
            version, before = self._begin(session, content, now)
            if allowed is not None:
                require(allowed, version, version)
            catalogue.replace_draft(session, content, version + 1)
            catalogue.set_draft_version(session, site, version + 1)
            catalogue.add_change(session, site, _change(version + 1, now, who, before, content))
            catalogue.add_renditions(session, site, ready.taken.renditions, now)
            for source, speech in ready.taken.speech.items():
                jobs.keep_hearing(session, site, source, speech, now)
            if publish:
                release = publish_in(session, content, note=note, who=who, at=now).release.number
        self._releases.read_renditions()
        if release is not None:
            self._releases.active(site, fresh=True)
        return Imported(
            site=site,
            draft_version=version + 1,
            content_hash=content_hash(content),
            counts={plural: len(getattr(content, plural)) for plural in PLURALS.values()},
            warnings=ready.warnings,
            release=release,
        )

    @staticmethod
    def _begin(session: Session, content: Content, now: int) -> tuple[int, Content | None]:
        """The draft's version and what it was; the first import makes the site, and the keys made before it are its."""
        site = content.site.id
        sites = catalogue.site_ids(session)
        _refuse_stranger(sites, site, "")
        if site not in sites:
            catalogue.add_site(session, content.site, now)
            keys.bind_unclaimed(session, site)
            return 0, None
        version = catalogue.lock(session, site)
        return version, catalogue.draft(session, site)


def _refuse_stranger(sites: Sequence[str], given: str, wanted: str) -> None:
    home = wanted or (sites[0] if len(sites) == 1 else "")
    if (home and home != given) or (not home and sites and given not in sites):
        raise Conflict(
            "other_site",
            f"The site folder is of the site {given!r}, but this is {home or ', '.join(sites)!r}; "
            "give the folder of this site, or keep the other in a database of its own.",
        )


def _change(version: int, at: int, who: str, before: Content | None, after: Content) -> Change:
    return Change(
        id=0,
        version=version,
        at=at,
        who=who,
        act="import",
        kind=None,
        item=None,
        before=before.model_dump(mode="json") if before else None,
        after={"content_hash": content_hash(after)},
    )


def _judged(folder: SiteFolder, taken: Taken) -> _Ready:
    """The content with its tracks and the names of its pictures.

    Raises:
        SiteFolderFaults: Anything is wrong with any of it.
    """
    content = _whole(folder, taken) if folder.content is not None else None
    faults = [*folder.found.faults]
    findings: tuple[Finding, ...] = ()
    if content is not None and not faults:
        findings = check(content)
        faults = [Fault(each.where or "site", each.sentence) for each in errors_of(findings)]
    if faults or content is None:
        count = f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}"
        raise SiteFolderFaults(
            "site_folder_not_sound",
            f"The site folder has {count}; nothing was taken in.",
            sorted(dict.fromkeys(faults), key=_in_order),
        )
    notes = [_note(each) for each in dict.fromkeys(folder.found.notes)]
    return _Ready(content, taken, (*notes, *warnings_of(findings)))


def _in_order(fault: Fault) -> tuple[str, int, str]:
    file, _, line = fault.where.rpartition(":")
    return (file, int(line), fault.message) if line.isdigit() else (fault.where, 0, fault.message)


def _note(fault: Fault) -> Finding:
    return Finding(
        "remark", "warning", f"{fault.where} {fault.message}.".replace("..", "."), where=fault.where
    )


def _whole(folder: SiteFolder, taken: Taken) -> Content:
    if folder.content is None:  # pragma: no cover - asked before
        raise AssertionError
    names = {name: picture.stored_name for name, picture in folder.pictures.items()}
    content = folder.content
    return content.model_copy(
        update={
            "levels": [
                each.model_copy(update={"plan": names.get(each.plan or "")}) for each in content.levels
            ],
            "exhibits": [
                each.model_copy(update={"image": names.get(each.image or "")}) for each in content.exhibits
            ],
            "tracks": list[TrackDoc](taken.tracks),
        }
    )
