"""Rows of the speed table, and how it is written."""

import platform
import statistics
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

    @property
    def reached(self) -> bool | None:
        """Whether the figure is as good as it must be; all figures here are better when smaller."""
        return None if self.must is None else self.value <= self.must


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
    return f"{platform.machine()}, Python {platform.python_version()}, {platform.system()}"


def as_markdown(rows: Sequence[Row], at_ms: int) -> str:
    """The table as a page of the documentation."""
    lines = [
        "# Speed",
        "",
        f"Made by `coupole bench --docs docs/benchmarks.md` on {rfc3339(at_ms)[:10]} ({machine()}, two shared cores).",
        "Absolute figures belong to that machine; what was run beside a row in the same minute puts it in proportion.",
        "",
        "| what | measured | must be at most | beside it |",
        "| --- | --- | --- | --- |",
    ]
    for row in rows:
        must = (
            ""
            if row.must is None
            else f"{_figure(row.must)} {row.unit}{'' if row.reached else ' — **missed**'}"
        )
        beside = "" if row.beside_value is None else f"{row.beside}: {_figure(row.beside_value)} {row.unit}"
        lines.append(f"| {row.what} | {_figure(row.value)} {row.unit} | {must} | {beside} |")
    return "\n".join([*lines, ""])


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits say enough
