"""Bars for whatever takes more than a second; on standard error, and only where a person watches."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from guide.services.narrations import Progress as Told
from guide.services.narrations import unheard


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Told]:
    """What a service tells of its steps, as a bar for each.

    Args:
        title: stands before each step.
        quiet: show nothing, as where a machine reads.
    """
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield unheard
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bars:
        steps = {}

        def told(step: str, done: int, total: int) -> None:
            if step not in steps:
                steps[step] = bars.add_task(f"{title}: {step}", total=total)
            bars.update(steps[step], completed=done, total=total)

        yield told
