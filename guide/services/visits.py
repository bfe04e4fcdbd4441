"""Visits from handing-out to return: made, held in memory, changed, ended; and who may touch which."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from pydantic_core import to_json

from guide.clock import Clock, rfc3339
from guide.errors import Gone, NotFound
from guide.security import make_id
from guide.services import idempotency
from guide.services.access import Access, Caller
from guide.services.answers import POLL_AFTER_MS
from guide.services.coverage import coverage_for
from guide.services.journal import Journal
from guide.services.messages import VisitBody, VisitPatch
from guide.services.polling import Outcome, Polling
from guide.services.releases import Releases
from guide.services.visit import Visit, Wishes, from_row
from guide.store import visits as rows
from guide.store.database import Database
from guide.store.journal import Batch, write
from guide.tables import Visit as VisitRow
from zones.model import ModeChange, Recast

CREATED: Final = 201
REAL_IDLE_MS: Final = 4 * 3600 * 1000
SIMULATED_IDLE_MS: Final = 24 * 3600 * 1000
UNUSED_MS: Final = 10 * 60 * 1000
"""A visit that nobody has polled for so long is let go from memory; the next poll reads it again."""

log = logging.getLogger(__name__)
Result = TypeVar("Result")


class Visits:
    """All visits of this process; the database has what memory has, at most a second late."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        releases: Releases,
        polling: Polling,
        access: Access,
        clock: Clock,
    ) -> None:
        self._database = database
        self._journal = journal
        self._releases = releases
        self._clock = clock
        self._access = access
        self._open: dict[str, Visit] = {}
        self._starting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """One visit at a time for each key: two that cross would each end the other's."""
        self.polling = polling

    @property
    def count(self) -> int:
        """How many visits are held in memory."""
        return len(self._open)

    async def create(self, caller: Caller, body: VisitBody, once: tuple[str, str] | None = None) -> bytes:
        """Start a visit; a real one ends whatever visit its device had before.

        Args:
            caller: who starts it.
            body: what the visitor chose.
            once: an idempotency key and the digest of the request: sent again, it gets the same answer.

        Returns:
            The answer of the contract, as JSON.

        Raises:
            Conflict: `no_release`, nothing is published yet; `idempotency_key_reused`.
        """
        if caller.kind == "anonymous":
            return await self._create(caller, body, once)
        async with self._starting.setdefault(caller.id, asyncio.Lock()):
            return await self._create(caller, body, once)

    async def _create(self, caller: Caller, body: VisitBody, once: tuple[str, str] | None) -> bytes:
        if once is not None:
            kept = await asyncio.to_thread(self._recall, caller, *once)
            if kept is not None:
                return kept
        # A release that another process has just published counts for the visit that begins now.
        view = await asyncio.to_thread(self._releases.active, caller.site, fresh=True)
        if not body.simulated:
            await self._end_earlier(caller)
        now = self._clock.now_ms()
        profile = body.profile or view.content.site.profile
        visit = Visit(
            site=caller.site,
            id=make_id(),
            key_id=caller.id,
            device=caller.device,
            simulated=body.simulated,
            wishes=Wishes(
                list(body.languages),
                body.variant,
                body.mode,
                profile,
                body.accept_house,
                body.leave_at,
                body.screening,
                body.hearing,
            ),
            release=view.number,
            created_at=now,
            last_seen=now,
        )
        visit.state = visit.state._replace(mode=body.mode)
        batch = Batch()
        self.polling.begin(visit, batch)
        shown = self.shape(visit)
        if caller.kind == "anonymous":
            shown["key"] = await asyncio.to_thread(self._access.grant_visit, caller.site, visit.id)
        answer = to_json(shown)
        await asyncio.to_thread(self._insert, visit, batch, caller, once, answer)
        self._open[visit.id] = visit
        return answer

    def _recall(self, caller: Caller, key: str, request: str) -> bytes | None:
        with self._database.reading() as session:
            return idempotency.recall(session, caller.site, caller.id, key, request)

    def _insert(
        self, visit: Visit, batch: Batch, caller: Caller, once: tuple[str, str] | None, answer: bytes
    ) -> None:
        with self._database.session() as session:
            session.add(VisitRow(**visit.row()))
            write(session, batch)
            if once is not None:
                now = visit.created_at
                session.add(idempotency.keep(visit.site, caller.id, *once, CREATED, answer, now))

    def shape(self, visit: Visit) -> dict[str, Any]:
        """A visit as the contract shows it."""
        view = self._releases.get(visit.site, visit.release)
        wishes = visit.wishes
        return {
            "id": visit.id,
            "release": visit.release,
            "languages": wishes.languages,
            "variant": wishes.variant,
            "mode": wishes.mode,
            "profile": wishes.profile,
            "accept_house": wishes.accept_house,
            "leave_at": None if wishes.leave_at is None else rfc3339(wishes.leave_at),
            "screening": wishes.screening,
            "hearing": wishes.hearing,
            "simulated": visit.simulated,
            "device": visit.device,
            "created_at": rfc3339(visit.created_at),
            "last_seen": rfc3339(visit.last_seen),
            "ended_at": None if visit.ended_at is None else rfc3339(visit.ended_at),
            "coverage": coverage_for(view, wishes.languages, wishes.variant),
            "poll_after_ms": POLL_AFTER_MS,
        }

    async def find(self, visit_id: str, caller: Caller) -> Visit:
        """A visit that the caller may see.

        Raises:
            NotFound: `unknown_visit`; another key's visit is not there, for a device.
        """
        visit = self._open.get(visit_id) or await self._load(visit_id)
        if visit is None or not _may_see(caller, visit):
            raise NotFound.of("unknown_visit")
        return visit

    async def _load(self, visit_id: str) -> Visit | None:
        """Read a visit from the database; two who ask at once get the same one."""
        row = await asyncio.to_thread(self._row, visit_id)
        if row is None:
            return None
        return self._open.setdefault(visit_id, from_row(row))

    def _row(self, visit_id: str) -> VisitRow | None:
        with self._database.reading() as session:
            row = rows.find(session, visit_id)
            if row is not None:
                session.expunge(row)
            return row

    async def taking(self, visit: Visit, take: Callable[[Visit], Outcome]) -> Outcome:
        """Take one message into a visit: one at a time, and on disk before the answer where it changes anything.

        Raises:
            Gone: `visit_ended`.
        """
        async with visit.lock:
            if visit.ended_at is not None:
                raise Gone("visit_ended", "this visit has ended: start another with POST /api/v1/visits")
            outcome = take(visit)
            if outcome.urgent:
                await self._commit(visit, outcome.batch)
            else:
                self._journal.add(outcome.batch)
            return outcome

    async def _commit(self, visit: Visit, batch: Batch) -> None:
        visit.durable = False
        await self._journal.write(batch)
        visit.durable = True

    async def change(self, visit: Visit, patch: VisitPatch) -> dict[str, Any]:
        """Change languages, variant, mode or leaving time in mid-visit.

        Raises:
            Gone: `visit_ended`.
        """
        async with visit.lock:
            if visit.ended_at is not None:
                raise Gone("visit_ended", "this visit has ended: start another with POST /api/v1/visits")
            await self._apply(visit, patch)
            return self.shape(visit)

    async def _apply(self, visit: Visit, patch: VisitPatch) -> None:
        given = patch.model_fields_set
        wishes, batch = visit.wishes, Batch()
        for name in ("languages", "variant", "accept_house", "leave_at", "mode", "hearing"):
            value = getattr(patch, name)
            if name in given and (value is not None or name == "leave_at"):
                setattr(wishes, name, value)
        if "leave_at" in given:
            visit.called_at = None
        at = self.polling.now(visit)
        # Languages first: a change of mode already plays by them, and a replay must know them by then.
        if given & {"languages", "variant", "accept_house"}:
            body = {name: getattr(wishes, name) for name in ("languages", "variant", "accept_house")}
            self.polling.change(visit, Recast(at, patch.now), body | {"now": patch.now}, batch)
        if patch.mode is not None:
            self.polling.change(visit, ModeChange(at, patch.mode), {"mode": patch.mode}, batch)
        visit.last_seen = self._clock.now_ms()
        batch.visits[visit.site, visit.id] = visit.row()
        await self._commit(visit, batch)

    async def end(self, visit: Visit) -> dict[str, Any]:
        """End a visit; once ended, it stays as it is."""
        async with visit.lock:
            if visit.ended_at is None:
                batch = Batch()
                self.polling.close(visit, batch)
                visit.ended_at = self._clock.now_ms()
                batch.visits[visit.site, visit.id] = visit.row()
                await self._commit(visit, batch)
            return self.shape(visit)

    async def _end_earlier(self, caller: Caller) -> None:
        for each in await asyncio.to_thread(self._running, caller):
            visit = self._open.get(each) or await self._load(each)
            if visit is not None:
                await self.end(visit)

    def _running(self, caller: Caller) -> list[str]:
        """The real visits of the caller's device; a device's key that names no device is one by itself."""
        alone = caller.kind == "key" and caller.role == "device"
        if caller.device is None and not alone:
            return []
        with self._database.reading() as session:
            return list(rows.running(session, caller.site, caller.device, caller.id))

    async def sweep(self) -> None:
        """End what nobody has polled for hours; let go of what nobody has polled for minutes."""
        now = self._clock.now_ms()
        for each in await asyncio.to_thread(self._idle, now):
            visit = self._open.get(each) or await self._load(each)
            if visit is not None and visit.last_seen < now - _idle_limit(visit):
                await self.end(visit)
        unused = [each for each in self._open.values() if now - each.last_seen > UNUSED_MS]
        if unused:
            await self._journal.write(Batch())
        for visit in unused:
            if not visit.lock.locked() and now - visit.last_seen > UNUSED_MS:
                self._open.pop(visit.id, None)

    def _idle(self, now: int) -> list[str]:
        with self._database.reading() as session:
            return list(rows.idle(session, now - REAL_IDLE_MS, now - SIMULATED_IDLE_MS))

    async def sweep_forever(
        self, every_s: float, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Sweep again and again, until cancelled; a failed sweep is logged, and tried again."""
        while True:
            await pause(every_s)
            try:
                await self.sweep()
            except Exception:
                log.exception("the sweep of idle visits failed; it will be tried again")

    def known_seqs(self, visit: Visit) -> set[int]:
        """The seqs of all that a visit has sent; to be asked through `read`."""
        with self._database.reading() as session:
            return rows.known_seqs(session, visit.site, visit.id)

    def known_playback(self, visit: Visit, seqs: Sequence[int]) -> set[int]:
        """Which of some playback seqs are kept already; to be asked through `read`."""
        with self._database.reading() as session:
            return rows.known_playback(session, visit.site, visit.id, seqs)

    async def read(self, query: Callable[[], Result]) -> Result:
        """Run a reading query after everything that was answered is written, off the event loop."""
        await self._journal.write(Batch())
        return await asyncio.to_thread(query)


def _idle_limit(visit: Visit) -> int:
    return SIMULATED_IDLE_MS if visit.simulated else REAL_IDLE_MS


def _may_see(caller: Caller, visit: Visit) -> bool:
    if caller.site != visit.site:
        return False
    if caller.visit is not None:
        return caller.visit == visit.id
    return caller.role != "device" or caller.id == visit.key_id
