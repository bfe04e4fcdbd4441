"""`coupole media say`: narrations spoken by a synthesiser, for the demo and for drafts nobody has recorded yet."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from guide.commands.common import FAILED, Json, show
from guide.commands.progress import progress
from guide.errors import GuideError, Malformed
from media.errors import MediaError
from media.voices import Told, say_folder

app = typer.Typer(help="Narrations: speak transcripts with a synthesiser.", no_args_is_help=True)

TRACKS: Final = "tracks"


@app.callback()
def _media() -> None:
    """Narrations."""


@app.command("say")
def say(
    paths: Annotated[
        list[Path],
        typer.Argument(exists=True, help="Site folders, or in one: tracks/<exhibit>, or single transcripts."),
    ],
    *,
    as_json: Json = False,
) -> None:
    """Speak transcripts: write the sound beside each, its true times into it, and list both in renditions.toml.

    What a person recorded is never spoken over, and what has not changed is not spoken again. Needs the extra:
    pip install 'coupole[voices]'.
    """
    told: list[Told] = []
    for folder, exhibits in _folders(paths).items():
        told += _say(folder, exhibits, quiet=as_json)
    refused = [each for each in told if each.outcome == "refused"]
    show({"tracks": [_body(each) for each in told]}, _summary(told), as_json=as_json)
    if refused:
        raise typer.Exit(FAILED)


def _folders(paths: Sequence[Path]) -> dict[Path, set[str]]:
    """The site folders that are meant, and of each the exhibits; none means all.

    Raises:
        Malformed: A path is in no site folder.
    """
    wanted: dict[Path, set[str]] = defaultdict(set)
    whole: set[Path] = set()
    for path in (each.resolve() for each in paths):
        exhibit = path.parent if path.is_file() else path
        if path.is_dir() and (path / TRACKS).is_dir():
            whole.add(path)
            wanted[path] |= set()
        elif exhibit.parent.name == TRACKS:
            wanted[exhibit.parent.parent].add(exhibit.name)
        else:
            raise Malformed(
                "no_site_folder", f"{path} is no site folder, and not tracks/<exhibit>/<language>.vtt in one."
            )
    return {folder: set() if folder in whole else exhibits for folder, exhibits in wanted.items()}


def _say(folder: Path, exhibits: set[str], *, quiet: bool) -> tuple[Told, ...]:
    try:
        with progress(folder.name, quiet=quiet) as told:
            return say_folder(folder, exhibits, lambda _, done, total: told("speaking", done, total))
    except MediaError as error:
        raise GuideError(error.code, f"{folder}: {error.sentence}") from error


def _body(told: Told) -> dict[str, Any]:
    brought = told.brought
    return {
        "track": told.track,
        "outcome": told.outcome,
        "message": told.sentence or None,
        "duration_ms": brought.duration_ms if brought else None,
        "sha256": brought.sha256 if brought else None,
    }


def _summary(told: Sequence[Told]) -> str:
    if not told:
        return "There is no transcript to speak: tracks/<exhibit>/<language>.vtt."
    lines = [
        f"{each.outcome:9} {each.track} {each.sentence}".rstrip()
        for each in told
        if each.outcome != "unchanged"
    ]
    same = sum(each.outcome == "unchanged" for each in told)
    return "\n".join([*lines, *([f"{same} unchanged"] if same else [])])
