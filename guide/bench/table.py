"""Rows of the speed table, and how it is written."""

import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from guide.clock import rfc3339


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured: its figure, what it must reach (where something must), and what was run beside it."""

    what: str
    value: float
    unit: str
    must: float | None = None
    beside: str | None = None
    beside_value: float | None = None
    at_least: bool = False
    """Whether the figure is better when larger, as a rate is."""

    @property
    def reached(self) -> bool | None:
        """Whether the figure is as good as it must be.

        >>> Row("replay", 40_000, "fixes/s", 30_000, at_least=True).reached, Row("step", 40, "µs", 30).reached
        (True, False)
        """
        if self.must is None:
            return None
        return self.value >= self.must if self.at_least else self.value <= self.must

    @property
    def measured(self) -> str:
        """The figure in words."""
        return f"{_figure(self.value)} {self.unit}"

    @property
    def comparison(self) -> str:
        """What was run beside it, and its figure; nothing where nothing was."""
        if self.beside_value is None:
            return ""
        return f"{self.beside}: {_figure(self.beside_value)} {self.unit}"

    @property
    def limit(self) -> str:
        """What it must reach, in words; nothing where nothing must."""
        if self.must is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {_figure(self.must)} {self.unit}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the others lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return statistics.median(values)


def as_json(rows: Sequence[Row], at_ms: int) -> dict[str, Any]:
    """The table for machines."""
    listed = [{**asdict(row), "reached": row.reached} for row in rows]
    return {"at": rfc3339(at_ms), "machine": machine(), "rows": listed}


def machine() -> str:
    """What was measured on, in a line."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    # Whoever runs from sources that were never compiled starts slower, and should read why.
    uncached = ", without Python's bytecode cache" if sys.dont_write_bytecode else ""
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, {platform.system()}{uncached}"


def as_markdown(rows: Sequence[Row], at_ms: int) -> str:
    """The table as a page of the documentation."""
    lines = [
        "# Speed",
        "",
        f"Made by `coupole bench --docs docs/benchmarks.md` on {rfc3339(at_ms)[:10]} ({machine()}).",
        "Absolute figures belong to that machine; what was run beside a row in the same minute puts it in proportion.",
        "",
        "| what | measured | must be | beside it |",
        "| --- | --- | --- | --- |",
    ]
    for row in rows:
        must = row.limit + (" — **missed**" if row.reached is False else "")
        lines.append(f"| {row.what} | {row.measured} | {must} | {row.comparison} |")
    return "\n".join([*lines, ""])


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits say enough
