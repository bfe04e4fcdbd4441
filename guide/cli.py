"""The command line: `coupole COMMAND`. Only the module of the command that was asked for is loaded.

A command is a function of a module in `guide.commands`, or a Typer app where it has commands of its own; its
errors are `GuideError`s, told here in one sentence each. Exit 0 for done, 1 for failed, 2 for misuse.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Final, NamedTuple

import typer

from guide.errors import GuideError


class Command(NamedTuple):
    """Where a command's function or app is, and what it does in a line."""

    place: str
    summary: str


COMMANDS: Final[dict[str, Command]] = {
    "demo": Command(
        "guide.commands.demo:demo", "Run the La Coupole demo: import, publish, serve, open a browser."
    ),
    "serve": Command("guide.commands.serve:serve", "Run the service until it is stopped."),
    "worker": Command("guide.commands.worker:worker", "Work on uploads until it is stopped."),
    "import": Command(
        "guide.commands.content:import_",
        "Take a site folder, or a zip of it, into the draft: all, or nothing.",
    ),
    "export": Command(
        "guide.commands.content:export", "Write a release, or the draft where nothing is published, as a zip."
    ),
    "check": Command(
        "guide.commands.check:check", "Check the layout of the draft, or of a site folder; exit 1 on errors."
    ),
    "device": Command("guide.commands.fleet:device", "Handhelds of the fleet."),
    "key": Command("guide.commands.fleet:key", "Keys of devices and integrations."),
    "user": Command("guide.commands.people:user", "People who sign in."),
    "media": Command(
        "guide.commands.media:app",
        "Narrations: judge sound files, lay an ambience under one, speak transcripts.",
    ),
    "bench": Command(
        "guide.commands.bench:bench", "Measure the speed of this machine's installation: some five minutes."
    ),
    "quality": Command(
        "guide.commands.quality:quality",
        "Measure how well narrations are triggered, on simulated visits: some minutes, less with a choice.",
    ),
    "migrate": Command("guide.commands.operations:migrate", "Bring the database to this program's version."),
    "doctor": Command(
        "guide.commands.operations:doctor", "Check everything that the service needs; exit 1 where it lacks."
    ),
}
FAILED: Final = 1
INTERRUPTED: Final = 130


def build(arguments: Sequence[str]) -> typer.Typer:
    """The Typer app for these arguments: the command that they name in full, the others by name and summary."""
    app = typer.Typer(
        name="coupole",
        help="An audio guide for museums: says what a handheld should play, and why.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    wanted = next((each for each in arguments if not each.startswith("-")), None)
    for name, command in COMMANDS.items():
        found = _load(command.place) if name == wanted else _unloaded
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name, short_help=command.summary)
        else:
            app.command(name, short_help=command.summary)(found)
    return app


def main() -> None:
    """Run the command that the process was started with."""
    try:
        build(sys.argv[1:])(prog_name="coupole")
    except GuideError as error:
        sys.stderr.write(told(error))
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def told(error: GuideError) -> str:
    """An error as the terminal shows it: the sentence, then each fault on a line.

    >>> print(told(GuideError("x", "It does not work.")), end="")
    coupole: It does not work.
    """
    return "".join(
        f"{line}\n" for line in [f"coupole: {error.detail}", *(f"  {each}" for each in error.errors)]
    )


def _load(place: str) -> typer.Typer:
    module, _, name = place.partition(":")
    found: typer.Typer = getattr(import_module(module), name)
    return found


def _unloaded() -> None:
    """Stands for a command that was not asked for."""


def _tell_version(asked: bool) -> None:  # noqa: FBT001 - Typer's own form of a callback
    if asked:
        typer.echo(f"coupole {version('coupole')}")
        raise typer.Exit


def _options(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is, and leave.", is_eager=True, callback=_tell_version
        ),
    ] = False,
) -> None:
    """Hold the options that stand before any command."""
