"""What the commands share: settings, the database, and how results are shown."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

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
