"""The fleet: handhelds, how they are enrolled, and how one that is lost is shut out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from guide.clock import Clock
from guide.errors import Conflict, Gone, NotFound
from guide.security import digest, make_code, make_id, spoken_code
from guide.services.access import Access, NewKey, new_key
from guide.store import keys
from guide.store.database import Database
from guide.tables import Device, Enrolment

_HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Handheld:
    """A device as the fleet list shows it."""

    id: str
    name: str
    created_at: int
    last_seen: int | None
    enrolled: bool
    """True where it holds a key that is not revoked."""


@dataclass(frozen=True, slots=True)
class Enrolling:
    """A new device with the code by which it gets its key."""

    device: Handheld
    code: str
    expires_at: int


class Fleet:
    """Adds, lists and shuts out devices."""

    def __init__(self, database: Database, clock: Clock, access: Access, *, enrolment_hours: float) -> None:
        self._database = database
        self._clock = clock
        self._access = access
        self._lasts_ms = int(enrolment_hours * _HOUR_MS)

    def add(self, site: str, name: str) -> tuple[Handheld, NewKey]:
        """A new device with its key at once, as the command line makes it."""
        now = self._clock.now_ms()
        with self._database.session() as session:
            device = _device(site, name, now)
            row, key = new_key(site, name, "device", now, device=device.id)
            session.add_all([device, row])
            return _handheld(device, enrolled=True), key

    def prepare(self, site: str, name: str) -> Enrolling:
        """A new device without a key, and the code by which it gets one: for one use."""
        now, code = self._clock.now_ms(), make_code()
        with self._database.session() as session:
            device = _device(site, name, now)
            session.add(device)
            session.add(
                Enrolment(
                    site=site,
                    code_sha256=digest(code),
                    device=device.id,
                    created_at=now,
                    expires_at=now + self._lasts_ms,
                    used_at=None,
                )
            )
            return Enrolling(_handheld(device, enrolled=False), code, now + self._lasts_ms)

    def enrol(self, code: str, name: str | None) -> NewKey:
        """The key of the device that a code was made for; the device may bring its own name.

        Raises:
            NotFound: No such code was made.
            Conflict: The code was used.
            Gone: The code has expired.
        """
        now = self._clock.now_ms()
        with self._database.session() as session:
            enrolment = keys.enrolment_by_digest(session, digest(spoken_code(code)))
            if enrolment is None:
                raise NotFound("unknown_code", "This enrolment code was not made here; check its letters.")
            if enrolment.used_at is not None:
                raise Conflict("code_used", "This enrolment code was used; ask for a new one.")
            if enrolment.expires_at <= now:
                raise Gone("code_expired", "This enrolment code has expired; ask for a new one.")
            enrolment.used_at = now
            device = session.get_one(Device, (enrolment.site, enrolment.device))
            device.name = name or device.name
            device.last_seen = now
            row, key = new_key(device.site, device.name, "device", now, device=device.id)
            session.add(row)
        return key

    def page(self, site: str, after: str | None, limit: int) -> tuple[Sequence[Handheld], str | None]:
        """Devices in the order of their ids, and the id after which the list goes on."""
        with self._database.reading() as session:
            rows = keys.device_page(session, site, after, limit + 1)
            shown = rows[:limit]
            enrolled = keys.devices_with_key(session, site, [row.id for row in shown])
            items = [_handheld(row, enrolled=row.id in enrolled) for row in shown]
        return items, shown[-1].id if len(rows) > limit else None

    def shut_out(self, site: str, device: str) -> None:
        """Revoke a device's keys; a device without one is no error.

        Raises:
            NotFound: There is no such device.
        """
        with self._database.reading() as session:
            if session.get(Device, (site, device)) is None:
                raise NotFound("unknown_device", f"There is no device {device}.")
        self._access.revoke_device(site, device)


def _device(site: str, name: str, now: int) -> Device:
    return Device(site=site, id=make_id(), name=name, created_at=now, last_seen=None)


def _handheld(row: Device, *, enrolled: bool) -> Handheld:
    return Handheld(row.id, row.name, row.created_at, row.last_seen, enrolled)
