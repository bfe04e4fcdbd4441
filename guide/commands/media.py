"""`coupole media`: narrations judged before they are uploaded, and drafts spoken by a synthesiser."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from guide.commands.common import FAILED, Json, show
from guide.commands.progress import progress
from guide.errors import GuideError, Malformed
from guide.services.coverage import in_minutes
from guide.services.media_bed import lay_bed
from guide.services.media_check import Checked, check, sounds_in
from media.errors import MediaError
from media.level import TARGET_LUFS
from media.voices import Told, say_folder
from media.words import clock

app = typer.Typer(
    help="Narrations: judge sound files, lay an ambience under one, speak transcripts.", no_args_is_help=True
)

TRACKS: Final = "tracks"
WIDE: Final = 160


@app.callback()
def _media() -> None:
    """Narrations."""


@app.command("bed")
def bed(
    narration: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Somebody speaking.")],
    ambience: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="What lies under it: ten minutes at most.")
    ],
    into: Annotated[Path, typer.Argument(dir_okay=False, help="The file to write, .opus or .m4a.")],
    *,
    target: Annotated[
        float, typer.Option("--target", min=-24, max=-12, help="The site's loudness in LUFS.")
    ] = TARGET_LUFS,
    as_json: Json = False,
) -> None:
    """Lay an ambience under a narration: looped to its length, ducked while somebody speaks, and levelled.

    Under speech it is 24 LU softer than the voice, in long pauses 12. A transcript beside the narration (the same
    name with .vtt) is written beside the file.
    """
    try:
        laid = lay_bed(narration, ambience, into, target)
    except MediaError as error:
        raise GuideError(error.code, error.sentence) from error
    measured = {
        "file": str(laid.path),
        "transcript": str(laid.transcript) if laid.transcript else None,
        "duration_ms": laid.made.duration_ms,
        "integrated_lufs": laid.made.integrated_lufs,
        "true_peak_dbtp": laid.made.true_peak_dbtp,
    }
    lufs, peak = _figure(laid.made.integrated_lufs), _figure(laid.made.true_peak_dbtp)
    show(measured, f"{laid.path}: {clock(laid.made.duration_ms)}, {lufs} LUFS, {peak} dBTP", as_json=as_json)


@app.command("check")
def check_files(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Sound files, or folders of them.")],
    *,
    language: Annotated[
        str | None,
        typer.Option("--language", help="The language that they are in, where their names do not tell."),
    ] = None,
    target: Annotated[
        float, typer.Option("--target", min=-24, max=-12, help="The site's loudness in LUFS.")
    ] = TARGET_LUFS,
    as_json: Json = False,
) -> None:
    """Measure sound files and judge them as an upload would; exit code 1 when any would be refused.

    A transcript beside a file (the same name with .vtt) bears out its languages. Nothing is written.
    """
    files = list(sounds_in(paths))
    if not files:
        raise Malformed("no_sound", f"There is no sound file in {', '.join(map(str, paths))}.")
    with progress("check", quiet=as_json) as told:
        checked = check(files, language, target, lambda done, total: told("listening", done, total))
    refused = sum(each.refused is not None for each in checked)
    if as_json:
        show({"files": [each.body() for each in checked], "refused": refused}, "", as_json=True)
    else:
        _print(checked)
    if refused:
        raise typer.Exit(FAILED)


def _print(checked: Sequence[Checked]) -> None:
    table = Table(box=SIMPLE)
    table.add_column("file", overflow="fold", min_width=12)
    for figure in ("length", "sound", "LUFS", "LRA", "dBTP", "speech"):
        table.add_column(figure, no_wrap=True)
    table.add_column("languages", min_width=10)
    table.add_column("verdict", min_width=16)
    for each in checked:
        table.add_row(*(escape(cell) for cell in _row(each)))
    console = Console()
    # a file or a pipe has no width, and rich takes 80 columns
    Console(width=None if console.is_terminal else WIDE).print(table)
    for each in checked:
        for note in each.judged.notes if each.judged else ():
            typer.echo(f"{each.path}: {note}")


def _row(checked: Checked) -> tuple[str, ...]:
    judged = checked.judged
    if judged is None:
        return (str(checked.path), *[""] * 7, checked.verdict)
    languages = "\n".join(checked.languages())
    return (
        str(checked.path),
        clock(judged.duration_ms),
        f"{judged.probe.container}/{judged.probe.codec}",
        _figure(judged.integrated_lufs),
        _figure(judged.loudness_range_lu),
        _figure(judged.true_peak_dbtp),
        f"{in_minutes(judged.speech_ms):.1f} min",
        languages if judged.checked or not languages else f"{languages}\n(unchecked)",
        checked.verdict,
    )


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


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
