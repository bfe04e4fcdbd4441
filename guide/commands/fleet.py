"""`coupole device`, `coupole key`: credentials of handhelds and integrations."""

from dataclasses import asdict
from typing import Annotated, Final

import typer

from guide.clock import SystemClock, rfc3339
from guide.commands.common import Json, Site, open_database, show
from guide.errors import Malformed
from guide.services.access import ROLES, Access, NewKey, Role
from guide.services.fleet import Fleet
from guide.settings import Settings
from guide.store import keys
from guide.words import several

device = typer.Typer(help="Handhelds of the fleet.", no_args_is_help=True)
key = typer.Typer(help="Keys of devices and integrations.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What people call it.")]
_LONGEST: Final = 200


@device.callback()
def _device() -> None:
    """Handhelds of the fleet."""


@key.callback()
def _key() -> None:
    """Keys of devices and integrations."""


@device.command("add")
def add_device(name: Name, *, site: Site = None, as_json: Json = False) -> None:
    """Add a handheld, and print its key: once, so keep it."""
    settings = Settings.read()
    clock = SystemClock()
    with open_database(settings) as database:
        with database.reading() as session:
            home = keys.home_site(session, site)
        access = Access(database, clock)
        fleet = Fleet(database, clock, access, enrolment_hours=settings.enrolment_hours)
        handheld, made = fleet.add(home, _named(name))
    _show(made, handheld.id, as_json=as_json)


@key.command("add")
def add_key(
    name: Name,
    *,
    role: Annotated[str, typer.Option(help=f"What it may do: {several(ROLES, 'or')}.")],
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Make a key, and print it: once, so keep it."""
    chosen = _role(role)
    with open_database(Settings.read()) as database:
        with database.reading() as session:
            home = keys.home_site(session, site)
        made = Access(database, SystemClock()).add_key(home, _named(name), chosen)
    _show(made, made.id, as_json=as_json)


@key.command("list")
def list_keys(*, site: Site = None, as_json: Json = False) -> None:
    """List the keys that can be used; a key itself is shown only when it is made."""
    with open_database(Settings.read()) as database:
        with database.reading() as session:
            home = keys.home_site(session, site)
        rows = [
            {**asdict(each), "created_at": rfc3339(each.created_at)}
            for each in Access(database, SystemClock()).list_keys(home)
        ]
    lines = [f"{row['id']}  {row['role']:<7}  {row['created_at']}  {row['name']}" for row in rows]
    show({"keys": rows}, "\n".join(lines) or "No key can be used.", as_json=as_json)


@key.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="Its id, as `coupole key list` shows it.")],
    *,
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Revoke a key; a running service refuses it within a minute."""
    with open_database(Settings.read()) as database:
        with database.reading() as session:
            home = keys.home_site(session, site)
        Access(database, SystemClock()).revoke_key(home, key_id)
    show({"id": key_id, "revoked": True}, f"The key {key_id} is revoked.", as_json=as_json)


def _named(name: str) -> str:
    name = name.strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise Malformed("bad_name", f"A name has 1 to {_LONGEST} printable characters.")
    return name


def _role(role: str) -> Role:
    found = next((each for each in ROLES if each == role), None)
    if found is None:
        raise typer.BadParameter(f"{role!r} is no role; the roles are {several(ROLES)}.", param_hint="--role")
    return found


def _show(made: NewKey, identity: str, *, as_json: bool) -> None:
    show(
        {"id": identity, "name": made.name, "role": made.role, "key": made.key},
        f"{made.name} ({made.role}, {identity})\n\n  {made.key}\n\nThe key is shown this once; keep it.",
        as_json=as_json,
    )
