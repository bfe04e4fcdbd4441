"""`coupole migrate`, `coupole doctor`: keeping an installation sound."""

import json

import typer

from guide.api.pages import WEB
from guide.commands.common import FAILED, Json, show
from guide.errors import GuideError
from guide.migrations import HEAD
from guide.services.health import Finding, Health
from guide.settings import Settings
from guide.store.database import Database


def migrate(*, as_json: Json = False) -> None:
    """Bring the database to this program's version."""
    database = Database(Settings.read().database)
    try:
        before = database.version()
        database.migrate()
    finally:
        database.close()
    sentence = (
        f"The database is of version {HEAD} already."
        if before == HEAD
        else f"The database went from version {before or 'none'} to {HEAD}."
    )
    show({"from": before, "to": HEAD}, sentence, as_json=as_json)


def doctor(*, as_json: Json = False) -> None:
    """Check everything that the service needs; exit 1 where it lacks."""
    findings = _findings()
    if as_json:
        rows = [
            {"name": each.name, "ok": each.ok, "warning": each.warning, "sentence": each.sentence}
            for each in findings
        ]
        typer.echo(json.dumps({"ok": all(each.ok for each in findings), "checks": rows}, ensure_ascii=False))
    else:
        for each in findings:
            sign = "!" if each.warning else "+" if each.ok else "x"
            typer.echo(f"{sign} {each.name:<9} {each.sentence}")
    if not all(each.ok for each in findings):
        raise typer.Exit(FAILED)


def _findings() -> list[Finding]:
    try:
        settings = Settings.read()
        database = Database(settings.database)
    except GuideError as error:
        told = " ".join([error.detail, *(f"{each}." for each in error.errors)])
        return [Finding("settings", ok=False, sentence=told)]
    try:
        if database.version() is None:
            database.migrate()
        return list(Health(settings, database).everything(WEB))
    except GuideError as error:
        return [Finding("database", ok=False, sentence=error.detail)]
    finally:
        database.close()
