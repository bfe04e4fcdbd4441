"""Files on their way in: large ones in pieces that may be interrupted at any moment, small ones in one form.

How much of an upload is there is what the row says, and the row says only what is on the disk. After a crash the
rest of the file is cut off and sent again. The last piece and the job that reads the file are one transaction.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from guide.clock import Clock
from guide.errors import BadRequest, ChecksumMismatch, Conflict, Gone, NoRoom, NotFound, TooLarge
from guide.security import make_id, same
from guide.services import idempotency
from guide.services.access import Caller
from guide.services.incoming import Incoming, require_room
from guide.services.jobs import Jobs, Wanted
from guide.services.track_wishes import Wish, read_wish
from guide.store import catalogue
from guide.store import uploads as rows
from guide.store.database import Database
from guide.store.jobs import JobRow
from guide.store.uploads import UploadRow
from media.store import Store

INGEST: Final = "ingest"
ACCEPTED: Final = 202
PIECE: Final = 1 << 20
"""Bytes that are written at a time: more would be memory, less a thread for every packet."""
COUNT_S: Final = 1.0
"""How often the row is brought up to date while bytes come: what a power cut costs at most."""
STALLED_S: Final = 30.0
MOST: Final = 100
"""Uploads of one site that may be unfinished at one time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may come in."""

    file_bytes: int
    quota_bytes: int
    keep_ms: int


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece must have: an algorithm of hashlib, and the digest."""

    algorithm: str
    digest: bytes


class Uploads:
    """Takes files in."""

    def __init__(self, database: Database, store: Store, jobs: Jobs, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self.limits = limits

    # ---- whole files

    def receive(self, caller: Caller, announced: int | None) -> tuple[str, Path]:
        """The name and place for a file that comes in one piece.

        Raises:
            NoRoom: The disk or the quota has no room for it.
        """
        name = make_id()
        path = self._store.incoming(name)
        require_room(path.parent, announced or 0)
        with self._database.reading() as session:
            self._require_quota(rows.under_way(session, caller.site), announced or 0)
        return name, path

    def drop(self, name: str | None) -> None:
        """Forget a file that came in and is not wanted."""
        if name is not None:
            self._store.incoming(name).unlink(missing_ok=True)

    def submit(
        self,
        caller: Caller,
        fields: Mapping[str, str],
        file: str | None,
        told: Callable[[JobRow], bytes],
        once: tuple[str, str] | None = None,
    ) -> bytes:
        """Enqueue the reading of a file that has come; the file is dropped where that is refused.

        Args:
            caller: Who sent it.
            fields: What the form says of it.
            file: The name that `receive` gave; None for a transcript alone.
            told: Makes the answer.
            once: An idempotency key and the digest of the request: sent again, it gets the same answer.

        Raises:
            Malformed: The form is not sound; every fault is told.
            Conflict: `idempotency_key_reused`.
        """
        try:
            # Not under the lock: of ten files that have come at once, each would keep the polls' rows waiting for as
            # long as a draft takes to read. What is taken out of the draft meanwhile, the job will find.
            with self._database.reading() as session:
                content = catalogue.draft(session, caller.site)
            with self._database.session() as session:
                catalogue.lock(session, caller.site)
                if once is not None:
                    kept = idempotency.recall(session, caller.site, caller.id, *once)
                    if kept is not None:
                        self.drop(file)
                        return kept
                wish = read_wish(content, fields, has_file=file is not None)
                job = self._jobs.add(session, _wanted(caller.site, caller.name, wish, file))
                answer = told(job)
                if once is not None:
                    now = self._clock.now_ms()
                    session.add(idempotency.keep(caller.site, caller.id, *once, ACCEPTED, answer, now))
        except BaseException:
            self.drop(file)
            raise
        self._jobs.wake()
        return answer

    # ---- files in pieces

    def create(self, caller: Caller, length: int, header: str, fields: Mapping[str, str]) -> UploadRow:
        """Begin an upload.

        Raises:
            TooLarge: It would be larger than a file may be.
            NoRoom: The disk or the quota has no room for it.
            Malformed: What is said of it is not sound; every fault is told.
        """
        if length > self.limits.file_bytes:
            raise TooLarge.of("file_too_large", length=length, most=self.limits.file_bytes)
        if length == 0:
            raise BadRequest.of("upload_empty")
        name = make_id()
        require_room(self._store.incoming(name).parent, length)
        with self._database.session() as session:
            catalogue.lock(session, caller.site)
            wish = read_wish(
                catalogue.draft(session, caller.site), fields, has_file=True, where="Upload-Metadata"
            )
            self._require_quota(rows.under_way(session, caller.site), length)
            now = self._clock.now_ms()
            upload = UploadRow(
                site=caller.site,
                id=name,
                owner=f"{caller.kind}:{caller.id}",
                who=caller.name,
                length=length,
                received=0,
                header=header,
                wanted=wish.args(),
                job=None,
                created_at=now,
                expires_at=now + self.limits.keep_ms,
            )
            rows.add(session, upload)
        return upload

    def _require_quota(self, under_way: tuple[int, int], more: int) -> None:
        count, there = under_way
        if count >= MOST or there + more > self.limits.quota_bytes:
            raise NoRoom.of("too_much_under_way", count=count, there=there)

    def find(self, caller: Caller, upload: str) -> UploadRow:
        """An upload of this caller.

        Raises:
            NotFound: There is none, or it is somebody else's.
            Gone: Its time is over.
        """
        with self._database.reading() as session:
            found = rows.find(session, caller.site, upload)
        if found is None or not same(found.owner, f"{caller.kind}:{caller.id}"):
            raise NotFound.of("unknown_upload")
        if found.expires_at <= self._clock.now_ms():
            raise Gone.of("upload_expired")
        return found

    async def append(
        self, upload: UploadRow, at: int, pieces: AsyncIterator[bytes], checksum: Checksum | None = None
    ) -> UploadRow:
        """Add bytes to an upload; with the last of them its job is enqueued.

        Whatever happens on the way, what has come is kept, unless its checksum is still to be seen.

        Raises:
            Conflict: It does not go on at this place, or somebody else is sending to it.
            TooLarge: More comes than was announced.
            ChecksumMismatch: The bytes are not those that were sent.
            NoRoom: The disk is full.
        """
        _require_place(upload, at)
        if upload.is_whole:
            return upload
        path = self._store.incoming(upload.id)
        algorithm = None if checksum is None else checksum.algorithm
        file = await asyncio.to_thread(Incoming, path, at, algorithm=algorithm)
        try:
            # between the look at the row and the lock somebody may have sent some
            upload = await asyncio.to_thread(self._again, upload, at)
            return await self._take(upload, file, pieces, checksum)
        finally:
            await asyncio.to_thread(file.close)

    def _again(self, upload: UploadRow, at: int) -> UploadRow:
        with self._database.reading() as session:
            found = rows.find(session, upload.site, upload.id)
        if found is None:
            raise NotFound.of("unknown_upload")
        _require_place(found, at)
        return found

    async def _take(
        self, upload: UploadRow, file: Incoming, pieces: AsyncIterator[bytes], checksum: Checksum | None
    ) -> UploadRow:
        begin, counted, waiting = upload.received, time.monotonic(), bytearray()
        try:
            async for piece in _steadily(pieces):
                _require_fits(upload, file.position + len(waiting) + len(piece))
                waiting += piece
                if len(waiting) < PIECE:
                    continue
                await asyncio.to_thread(file.write, bytes(waiting))
                waiting.clear()
                if checksum is None and time.monotonic() - counted > COUNT_S:
                    upload = await asyncio.to_thread(self._count, upload, file)
                    counted = time.monotonic()
        except BaseException:
            if checksum is None:
                # the sender has gone, or the disk is full: what has come is not sent again
                with suppress(NoRoom):
                    await asyncio.to_thread(file.write, bytes(waiting))
                with suppress(NoRoom):
                    await asyncio.to_thread(self._count, upload, file)
            raise
        await asyncio.to_thread(file.write, bytes(waiting))
        if checksum is not None and (file.digest is None or file.digest.digest() != checksum.digest):
            await asyncio.to_thread(file.cut, begin)
            raise ChecksumMismatch.of("checksum_mismatch")
        return await asyncio.to_thread(self._count, upload, file)

    def _count(self, upload: UploadRow, file: Incoming) -> UploadRow:
        """Bring the row up to what is on the disk for certain; with the last byte the job is enqueued."""
        file.sync()
        received = file.position
        until = self._clock.now_ms() + self.limits.keep_ms
        with self._database.session() as session:
            job = None
            if received == upload.length:
                wish = Wish.of(upload.wanted)
                job = self._jobs.add(session, _wanted(upload.site, upload.who, wish, upload.id)).id
            if not rows.advance(session, upload, received, job=job, expires_at=until):
                raise Conflict.of("upload_offset/other")
        if job is not None:
            self._jobs.wake()
        return replace(upload, received=received, job=job, expires_at=until)

    def remove(self, caller: Caller, upload: str) -> None:
        """End an upload; a job that it has become already goes on.

        Raises:
            NotFound: There is none, or it is somebody else's.
        """
        found = self.find(caller, upload)
        with self._database.session() as session:
            rows.remove(session, found.site, found.id)
        if found.job is None:
            self._store.incoming(found.id).unlink(missing_ok=True)


def _wanted(site: str, who: str, wish: Wish, file: str | None) -> Wanted:
    args: dict[str, Any] = {**wish.args(), "file": file}
    return Wanted(site, INGEST, args, who, wish.track)


def _require_place(upload: UploadRow, at: int) -> None:
    if upload.received != at:
        raise Conflict.of("upload_offset/at", received=upload.received, at=at)


def _require_fits(upload: UploadRow, end: int) -> None:
    if end > upload.length:
        raise TooLarge.of("more_than_announced", length=upload.length)


async def _steadily(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces, while they come: a sender out of reach must not keep the file to itself."""
    while True:
        try:
            yield await asyncio.wait_for(anext(pieces), STALLED_S)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Conflict.of("upload_stalled", seconds=round(STALLED_S)) from None
