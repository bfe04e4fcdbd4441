"""What the commands share: settings, the database, and how results are shown."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from guide.errors import GuideError
from guide.settings import Settings
from guide.store.database import Database

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for a machine.")]
Site = Annotated[str | None, typer.Option("--site", help="The site that is meant, where there are several.")]
FAILED: Final = 1


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database of these settings, with tables of this version.

    Raises:
        Unusable: It does not open, or is of another version.
    """
    database = Database(settings.database)
    try:
        database.prepare()
        yield database
    finally:
        database.close()


def show(result: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """A result, as JSON or as text."""
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else text)


@contextmanager
def told_as(*, as_json: bool) -> Iterator[None]:
    """Failures in the form that was asked for; as text they are told by the command line itself."""
    try:
        yield
    except GuideError as error:
        if not as_json:
            raise
        faults = [{"where": each.where, "message": each.message} for each in error.errors]
        show({"code": error.code, "detail": error.detail, "errors": faults, **error.extra}, "", as_json=True)
        raise typer.Exit(FAILED) from None
