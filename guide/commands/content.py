"""`coupole import` and `coupole export`: site folders in and out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from guide.clock import SystemClock
from guide.commands.common import Json, Site, open_database, show, told_as
from guide.commands.progress import progress
from guide.errors import Unusable
from guide.services.catalogue import Catalogue
from guide.services.importing import Imported
from guide.services.releases import Releases
from guide.settings import Settings
from guide.store import catalogue as rows
from guide.store import keys
from guide.words import several

WHO: Final = "command line"


def import_(
    path: Annotated[Path, typer.Argument(exists=True, help="A site folder, or a zip of one.")],
    *,
    publish: Annotated[bool, typer.Option("--publish", help="Publish it too.")] = False,
    note: Annotated[str, typer.Option(help="What the release is for, with --publish.")] = "",
    as_json: Json = False,
) -> None:
    """Take a site folder, or a zip of it, into the draft: all, or nothing."""
    settings = Settings.read()
    with told_as(as_json=as_json), open_database(settings) as database:
        releases = Releases(database, SystemClock())
        importing = Catalogue.wire(settings, database, releases, SystemClock()).importing
        with progress(path.name, quiet=as_json) as told:
            made = importing.run(path, who=WHO, publish=publish, note=note, progress=told)
    show(made.body(), _summary(made), as_json=as_json)


def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The zip to write.")],
    *,
    release: Annotated[
        int | None,
        typer.Option(min=1, max=10**9, help="Its number; else the active release, else the draft."),
    ] = None,
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Write a release, or the draft where nothing is published, as a zip."""
    settings = Settings.read()
    with told_as(as_json=as_json), open_database(settings) as database:
        with database.reading() as session:
            home = keys.home_site(session, site)
            number = release or rows.active_release(session, home)
        releases = Releases(database, SystemClock())
        releases.read_renditions()
        exporting = Catalogue.wire(settings, database, releases, SystemClock()).exporting
        with _replacing(file) as draft, draft.open("w+b") as out:
            done = exporting.draft(home, out) if number is None else exporting.release(home, number, out)
    what = "the draft" if done.release is None else f"release {done.release}"
    size = file.stat().st_size
    result = {
        "site": done.site,
        "release": done.release,
        "files": done.files,
        "file": str(file),
        "size_bytes": size,
    }
    show(result, f"{file}: {what} of {done.site}, {done.files} files, {size / 1e6:.1f} MB", as_json=as_json)


def _summary(made: Imported) -> str:
    counts = several(
        f"{count} {name if count > 1 else name.removesuffix('s')}"
        for name, count in made.counts.items()
        if count
    )
    lines = [f"Imported {made.site}: {counts}."]
    lines += [f"  note: {each.sentence}" for each in made.warnings]
    if made.release is None:
        lines.append(
            f"The draft is at version {made.draft_version}; nothing is published yet (--publish does)."
        )
    else:
        lines.append(f"Release {made.release} is published and active.")
    return "\n".join(lines)


@contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """A file to write beside the one that is meant, which takes its place when all went well.

    Raises:
        Unusable: The folder is not there or may not be written.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.touch()
    except OSError as error:
        raise Unusable("cannot_write", f"{file} cannot be written: {error.strerror}.") from None
    try:
        yield draft
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
