"""`coupole user`: people who sign in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from guide.clock import SystemClock
from guide.commands.common import Json, Site, open_database, show
from guide.secret import secret_key
from guide.services.people import NewPerson, People
from guide.settings import Settings

Generate = Annotated[
    bool, typer.Option("--generate", help="Make a password and print it, instead of asking for one.")
]
user = typer.Typer(help="People who sign in.", no_args_is_help=True)


@user.callback()
def _user() -> None:
    """People who sign in."""


@user.command("add")
def add_user(
    email: Annotated[str, typer.Argument(help="The e-mail address under which they sign in.")],
    *,
    role: Annotated[str, typer.Option(help="What they may do: staff, curator or admin.")],
    generate: Generate = False,
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Add a person. The password is asked for, or made and printed once where nobody can be asked."""
    with _people() as people:
        people.check(email, role)
        made = people.add(email, role, _asked(spare=generate or as_json), site=site)
    _show(made, f"{made.email} ({made.role}) may sign in.", as_json=as_json)


@user.command("password")
def set_password(
    email: Annotated[str, typer.Argument(help="The e-mail address under which they sign in.")],
    *,
    generate: Generate = False,
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Give a person a new password, asked for or made, and end their sign-ins."""
    with _people() as people:
        made = people.set_password(email, _asked(spare=generate or as_json), site=site)
    _show(made, f"{made.email} has a new password; older sign-ins are over.", as_json=as_json)


def _show(made: NewPerson, sentence: str, *, as_json: bool) -> None:
    result = {"id": made.email, "email": made.email, "role": made.role, "password": made.password}
    told = f"\n\n  {made.password}\n\nThe password is shown this once; keep it." if made.password else ""
    show(result, sentence + told, as_json=as_json)


@contextmanager
def _people() -> Iterator[People]:
    settings = Settings.read()
    with open_database(settings) as database:
        yield People(database, SystemClock(), secret_key(settings), hours=settings.sign_in_hours)


def _asked(*, spare: bool) -> str | None:
    """A password, or None to have one made: where the person is to be spared the question, or there is nobody."""
    if spare or not sys.stdin.isatty():
        return None
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
