"""Who is asking: keys of devices and integrations, and what each role may.

A key is looked up in a dictionary after its first time; its row is read again once a minute, so a key that
another process revoked is refused within a minute, and one revoked here at once.
"""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from guide.clock import Clock
from guide.errors import NotFound, Unauthenticated
from guide.security import digest, make_id, make_key
from guide.store import keys
from guide.store.database import Database
from guide.tables import Device, Key

Role = Literal["device", "staff", "curator", "admin"]
ROLES: Final[tuple[Role, ...]] = ("device", "staff", "curator", "admin")
IMPLIED: Final[Mapping[Role, frozenset[Role]]] = {
    "device": frozenset({"device"}),
    "staff": frozenset({"staff"}),
    "curator": frozenset({"staff", "curator"}),
    "admin": frozenset(ROLES),
}
"""What a role may do is what each role in its row may."""
FRESH_MS: Final = 60_000
_KEPT: Final = 50_000
"""How many keys are remembered; 50,000 take about 30 MB."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, and for which site."""

    site: str
    kind: Literal["key", "person", "anonymous"]
    id: str
    name: str
    role: Role
    device: str | None = None
    visit: str | None = None
    """Set for the anonymous grant, which opens this one visit and nothing else."""

    def may(self, role: Role) -> bool:
        """Whether the caller may what a role may; the anonymous grant is no role."""
        return self.kind != "anonymous" and role in IMPLIED[self.role]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is shown once."""

    id: str
    name: str
    role: Role
    key: str
    device: str | None = None


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as lists show it: everything but itself."""

    id: str
    name: str
    role: str
    device: str | None
    created_at: int


@dataclass(slots=True)
class _Known:
    caller: Caller
    expires_at: int | None
    read_at: int


class Access:
    """Makes, recognises and revokes keys."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._generation = 0
        self._lock = threading.Lock()

    def remembered(self, key: str) -> Caller | None:
        """Who holds a key, if that is known without asking the database: the hot path's first try."""
        known = self._known.get(digest(key))
        now = self._clock.now_ms()
        if known is None or now - known.read_at > FRESH_MS:
            return None
        if known.expires_at is not None and known.expires_at <= now:
            return None
        return known.caller

    def by_key(self, key: str) -> Caller:
        """Who holds a key.

        Raises:
            Unauthenticated: Nobody does, or it has expired or was revoked.
        """
        return self.remembered(key) or self._look_up(key)

    async def recognise(self, key: str) -> Caller:
        """The same without ever holding up the event loop.

        Raises:
            Unauthenticated: Nobody holds it, or it has expired or was revoked.
        """
        known = self.remembered(key)
        return known if known is not None else await asyncio.to_thread(self._look_up, key)

    def _look_up(self, key: str) -> Caller:
        sha256 = digest(key)
        with self._lock:
            generation = self._generation
        with self._database.reading() as session:
            row = keys.key_by_digest(session, sha256)
        now = self._clock.now_ms()
        if row is None:
            raise Unauthenticated.of("wrong_key")
        if row.revoked_at is not None:
            raise Unauthenticated.of("key_revoked")
        if row.expires_at is not None and row.expires_at <= now:
            raise Unauthenticated.of("key_expired")
        caller = _caller(row)
        self._remember(sha256, _Known(caller, row.expires_at, now), generation)
        if row.device is not None:
            self._seen(row.site, row.device, now)
        return caller

    def _remember(self, sha256: str, known: _Known, generation: int) -> None:
        """Keep it, unless a key was revoked while its row was read."""
        with self._lock:
            if generation != self._generation or known.caller.site == keys.NO_SITE:
                return
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[sha256] = known

    def _seen(self, site: str, device: str, now: int) -> None:
        with self._database.session() as session:
            row = session.get(Device, (site, device))
            if row is not None:
                row.last_seen = now

    def add_key(
        self, site: str, name: str, role: Role, *, device: str | None = None, expires_at: int | None = None
    ) -> NewKey:
        """A new key; it is shown this once, and only its hash is kept."""
        with self._database.session() as session:
            row, made = new_key(site, name, role, self._clock.now_ms(), device=device)
            row.expires_at = expires_at
            session.add(row)
        return made

    def grant_visit(self, site: str, visit: str, *, expires_at: int | None = None) -> str:
        """The anonymous grant: a key for one visit and nothing else."""
        with self._database.session() as session:
            row, made = new_key(site, "visitor", "device", self._clock.now_ms(), visit=visit)
            row.expires_at = expires_at
            session.add(row)
        return made.key

    def list_keys(self, site: str) -> Sequence[KnownKey]:
        """The keys of a site that can be used, oldest first; not the grants of visitors."""
        with self._database.reading() as session:
            return [
                KnownKey(row.id, row.name, row.role, row.device, row.created_at)
                for row in keys.key_list(session, site)
            ]

    def revoke_key(self, site: str, key_id: str) -> None:
        """Revoke one key.

        Raises:
            NotFound: No key of that id can be used.
        """
        if not self._revoke(site, key=key_id):
            raise NotFound(
                "unknown_key", f"There is no key {key_id} that could be revoked; see `coupole key list`."
            )

    def revoke_device(self, site: str, device: str) -> int:
        """Revoke all keys of a device; returns how many there were. None left is no error."""
        return self._revoke(site, device=device)

    def revoke_visit(self, site: str, visit: str) -> int:
        """Revoke the anonymous grant of a visit."""
        return self._revoke(site, visit=visit)

    def _revoke(
        self, site: str, *, key: str | None = None, device: str | None = None, visit: str | None = None
    ) -> int:
        with self._database.session() as session:
            rows = keys.keys_of(session, site, key=key, device=device, visit=visit)
            for row in rows:
                row.revoked_at = self._clock.now_ms()
            gone = [row.sha256 for row in rows]
        with self._lock:
            self._generation += 1
            for sha256 in gone:
                self._known.pop(sha256, None)
        return len(gone)


def new_key(
    site: str, name: str, role: Role, now: int, *, device: str | None = None, visit: str | None = None
) -> tuple[Key, NewKey]:
    """The row and the key of it, for a caller who has a transaction open."""
    key = make_key()
    row = Key(
        site=site,
        id=make_id(),
        sha256=digest(key),
        name=name,
        role=role,
        device=device,
        visit=visit,
        created_at=now,
        expires_at=None,
        revoked_at=None,
    )
    return row, NewKey(row.id, name, role, key, device)


def _caller(row: Key) -> Caller:
    role: Role = next((each for each in ROLES if each == row.role), "device")
    kind: Literal["key", "anonymous"] = "key" if row.visit is None else "anonymous"
    return Caller(row.site, kind, row.id, row.name, role, row.device, row.visit)
