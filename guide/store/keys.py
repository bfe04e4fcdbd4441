"""Keys, devices and enrolment codes as rows."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from guide.errors import Conflict, NotFound
from guide.tables import Device, Enrolment, Key, Person, Site

NO_SITE = ""
"""The site of keys, people and devices that were made before there was one; the first import binds them."""


def home_site(session: Session, named: str | None = None) -> str:
    """The site that is meant: the named one, or the only one, or none yet.

    Raises:
        NotFound: No site has that name.
        Conflict: There are several, and none was named.
    """
    sites = session.scalars(select(Site.id).order_by(Site.id)).all()
    if named is not None:
        if named not in sites:
            raise NotFound("unknown_site", f"There is no site {named}.")
        return named
    if len(sites) > 1:
        raise Conflict("which_site", f"There are several sites ({', '.join(sites)}): say which is meant.")
    return sites[0] if sites else NO_SITE


def bind_unclaimed(session: Session, site: str) -> None:
    """Give everything that was made before there was a site to the first one."""
    for table in (Key, Person, Device, Enrolment):
        session.execute(update(table).where(table.site == NO_SITE).values(site=site))


def key_by_digest(session: Session, sha256: str) -> Key | None:
    """The key with that hash, revoked or not."""
    return session.scalar(select(Key).where(Key.sha256 == sha256))


def keys_of(
    session: Session,
    site: str,
    *,
    key: str | None = None,
    device: str | None = None,
    visit: str | None = None,
) -> Sequence[Key]:
    """The keys of an id, of a device or of a visit that are not revoked."""
    wanted = select(Key).where(Key.site == site, Key.revoked_at.is_(None))
    if key is not None:
        wanted = wanted.where(Key.id == key)
    if device is not None:
        wanted = wanted.where(Key.device == device)
    if visit is not None:
        wanted = wanted.where(Key.visit == visit)
    return session.scalars(wanted.order_by(Key.id)).all()


def key_list(session: Session, site: str) -> Sequence[Key]:
    """The keys of a site that can be used, oldest first; not the grants of visitors."""
    wanted = select(Key).where(Key.site == site, Key.revoked_at.is_(None), Key.visit.is_(None))
    return session.scalars(wanted.order_by(Key.created_at, Key.id)).all()


def device_page(session: Session, site: str, after: str | None, limit: int) -> Sequence[Device]:
    """Devices in the order of their ids, from after one of them."""
    wanted = select(Device).where(Device.site == site)
    if after is not None:
        wanted = wanted.where(Device.id > after)
    return session.scalars(wanted.order_by(Device.id).limit(limit)).all()


def devices_with_key(session: Session, site: str, devices: Sequence[str]) -> frozenset[str]:
    """Which of these devices hold a key that is not revoked."""
    wanted = select(Key.device).where(
        Key.site == site, Key.device.in_(devices), Key.revoked_at.is_(None), Key.visit.is_(None)
    )
    return frozenset(filter(None, session.scalars(wanted)))


def enrolment_by_digest(session: Session, code_sha256: str) -> Enrolment | None:
    """The enrolment with that code, whatever its site, used or not; nobody else may take it meanwhile."""
    return session.scalar(select(Enrolment).where(Enrolment.code_sha256 == code_sha256).with_for_update())


def count_keys(session: Session) -> int:
    """How many keys can be used."""
    return session.scalar(select(func.count()).select_from(Key).where(Key.revoked_at.is_(None))) or 0
