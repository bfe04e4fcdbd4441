"""The table of a run and the moments that went wrong, as a terminal shows them."""

from collections.abc import Iterable, Iterator, Sequence
from math import isnan
from typing import Final

from rich.table import Table as RichTable

from guide.quality.figures import METRICS, Metric, goal
from guide.quality.run import ALL, Outcome, Row

MARKS: Final = {"aim": "✓✓", "must": "✓", "missed": "✗", "": ""}
STYLES: Final = {"aim": "green", "must": "green", "missed": "red", "": ""}
LEGEND: Final = "✓✓ reaches the aim, ✓ reaches what it must, ✗ does not; in brackets the 95 % bounds."


def table(rows: Sequence[Row]) -> RichTable:
    """A row for each system, noise and period; under each figure its bounds."""
    found = RichTable("", *(f"{each.title}, {each.unit}" for each in METRICS), show_lines=True)
    for row in rows:
        found.add_row(title(row), *(cell(row, metric) for metric in METRICS))
    return found


def title(row: Row) -> str:
    """What a row is about: system, noise, period, and the kind of world where it is one kind's."""
    kind = "" if row.kind == ALL else f"\n{row.kind}"
    return f"{row.system}\n{row.noise}, {row.period_s:g} s{kind}"


def cell(row: Row, metric: Metric) -> str:
    """A figure with its mark and its bounds."""
    figure, reached = row.figures[metric.key], row.verdict(metric.key)
    if isnan(figure.value):
        return "–"
    text = f"{figure.value:.2f} {MARKS[reached]}".rstrip()
    text = f"[{STYLES[reached]}]{text}[/]" if reached else text
    return f"{text}\n({figure.low:.1f}–{figure.high:.1f})"


def goals(profile: str, period_s: float) -> str:
    """What the figures of a profile are held to, in a line; empty where nothing is asked."""
    asked = [(metric, goal(profile, metric.key, period_s)) for metric in METRICS]
    return "; ".join(
        f"{metric.title} {'≥' if metric.more_is_better else '≤'} {each.must:g} {metric.unit} (aim {each.aim:g})"
        for metric, each in asked
        if each is not None
    )


def moments(outcomes: Iterable[Outcome], kinds: frozenset[str]) -> Iterator[str]:
    """A line for each moment that went wrong, of these kinds; none named means all."""
    for each in outcomes:
        where = f"{each.system} {each.noise} {each.period_s:g} s, {each.world}, {each.style} {each.number}"
        for failure in each.counts.failures:
            if not kinds or failure.kind in kinds:
                yield (
                    f"{where}, at {failure.at_ms / 1000:.1f} s: {failure.kind}: {failure.exhibit} "
                    f"({failure.note}); {failure.truth}"
                )
