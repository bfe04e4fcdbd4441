"""The tables of `docs/accuracy.md`, in Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from math import isinf, isnan
from typing import Any, Final

from guide.quality.figures import METRICS, Figure, Metric, goal, must_be_reached
from guide.quality.fitting import Fit
from guide.quality.noise import BeaconNoise, NoiseModel
from guide.quality.report_study import BESIDE, Study, Tried
from guide.quality.rivals_common import Rival
from guide.quality.run import ALL, Row
from zones.decision import ENGINE_VERSION

NONE_SHOWN: Final = "no recorded data was given to this run\n"
_HEADS: Final = {"kind": "layout", "noise": "noise", "system": "system"}
_SHORT: Final = {"latency_median": "latency, median", "latency_p95": "95th percentile"}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines_of = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines_of)


def about(found: Study, ours: Sequence[Row], command: str) -> str:
    """Of what the page is made."""
    layouts, hours = max(row.layouts for row in ours), max(row.hours for row in ours)
    return (
        f"Made by `{command}` with engine version {ENGINE_VERSION}: {found.visits} seeded visits (seed {found.seed}) "
        f"to {layouts} layouts, {hours:.1f} hours of walking, for each figure that must be reached; all else on the "
        f"first {min(found.visits, BESIDE)} of them. The same command gives the same page on every machine.\n"
    )


def by_period(rows: Sequence[Row]) -> str:
    """Ours under one noise: a line for each figure, a column for each poll period."""
    periods = [row.period_s for row in rows]
    head = ["figure", "must", "aim", *(f"poll every {period:g} s" for period in periods)]
    return table(head, [_line(metric, rows) for metric in METRICS])


def _line(metric: Metric, rows: Sequence[Row]) -> list[str]:
    asked = goal(rows[0].profile, metric.key, min(row.period_s for row in rows)) if rows else None
    sign = "≥" if metric.more_is_better else "≤"
    must, aim = (f"{sign} {asked.must:g}", f"{sign} {asked.aim:g}") if asked else ("", "")
    return [f"{metric.title}, {_unit(metric)}", must, aim, *(cell(row, metric) for row in rows)]


def _unit(metric: Metric) -> str:
    return {"/h": "an hour", "%": "%", "s": "s"}[metric.unit]


def lines(rows: Sequence[Row], *names: str) -> str:
    """A line for each row, with all figures; `names` are the fields that tell the rows apart."""
    if not rows:
        return NONE_SHOWN
    shown = [name for name in ("noise",) if name not in names and len({row.noise for row in rows}) > 1]
    columns = [*shown, *names]
    head = [
        *(_HEADS[name] for name in columns),
        *(f"{_SHORT.get(metric.key, metric.title)}, {metric.unit}" for metric in METRICS),
    ]
    return table(
        head, [[*(_name(row, each) for each in columns), *(cell(row, m) for m in METRICS)] for row in rows]
    )


def _name(row: Row, field: str) -> str:
    value = str(getattr(row, field))
    if field == "kind" and value == ALL:
        return "all"
    return f"**{value}**" if field == "system" and value == "coupole" else value


def short_of(rows: Sequence[Row]) -> str:
    """What ours misses under one noise: for each figure by how much, at which poll periods."""
    found = [line for metric in METRICS if (line := _shortfall(metric, rows))]
    if not found:
        return "Every figure reaches its aim at every poll period.\n"
    return table(
        ["not reached", "of what it must be", "of that, at slower polls", "of what is aimed at"], found
    )


def _shortfall(metric: Metric, rows: Sequence[Row]) -> list[str]:
    """A line for a figure; empty where it reaches its aim at every period."""
    musts: list[str] = []
    slower: list[str] = []
    aims: list[str] = []
    for row in rows:
        asked, figure = goal(row.profile, metric.key, row.period_s), row.figures[metric.key]
        if asked is None or row.verdict(metric.key) not in {"missed", "must"}:
            continue
        aims.append(_lacks(figure.value, asked.aim, row.period_s))
        if row.verdict(metric.key) == "missed":
            held = musts if must_be_reached(metric.key, row.period_s) else slower
            held.append(_lacks(figure.value, asked.must, row.period_s))
    if not aims:
        return []
    return [
        f"{metric.title}, {_unit(metric)}",
        "; ".join(musts) or "reached",
        "; ".join(slower),
        "; ".join(aims),
    ]


def _lacks(value: float, asked: float, period_s: float) -> str:
    return f"{_digits(abs(value - asked))} at {period_s:g} s"


def cell(row: Row, metric: Metric) -> str:
    """A figure with its bounds; bold where it misses what it must reach, with a star where it reaches the aim."""
    figure = row.figures[metric.key]
    text = shown(figure)
    if row.system != "coupole":
        return text
    reached, asked = row.verdict(metric.key), goal(row.profile, metric.key, row.period_s)
    if asked is not None:
        # a figure that misses may not read as one that does not
        missed = {"missed": asked.must, "must": asked.aim}.get(reached)
        text = shown(figure, apart_from=missed)
    return {"missed": f"**{text}**", "aim": f"{text} ★"}.get(reached, text)


def shown(figure: Figure, apart_from: float | None = None) -> str:
    """A figure as people read it; with as many digits as tell it from a limit that it missed.

    >>> shown(Figure(0.1234, 0.0, 12.345)), shown(Figure(float("nan"), 0, 0))
    ('0.12 (0–12)', '–')
    >>> shown(Figure(10.04, 9.4, 12.1), apart_from=10.0)
    '10.04 (9.4–12)'
    """
    if isnan(figure.value):
        return "–"
    value = _digits(figure.value)
    if apart_from is not None and float(value) == apart_from:
        value = next(
            (f"{figure.value:.{n}f}" for n in range(1, 6) if round(figure.value, n) != apart_from), value
        )
    return f"{value} ({_digits(figure.low)}–{_digits(figure.high)})"


def _digits(value: float) -> str:
    if value == 0:
        return "0"
    if value >= 10:  # noqa: PLR2004 - two digits say enough
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def sources(rivals: Sequence[Rival]) -> str:
    """Where the rules of the others are published."""
    return table(["system", "its rule is that of"], [[rival.name, rival.source] for rival in rivals])


def passers_by(tried: Sequence[Tried]) -> str:
    """Recorded walks of people who hardly ever stop: what starts for them."""
    if not tried:
        return NONE_SHOWN
    return table(
        [
            "system",
            "passages",
            "starts on 100 passages",
            "of these outside of the zone",
            "an hour of walking",
        ],
        [
            [
                _bold(each.system),
                f"{each.passages:,}",
                _digits(100 * each.counts.wrong / max(1, each.passages)),
                _digits(100 * each.counts.false / max(1, each.passages)),
                _digits(each.counts.wrong / each.hours),
            ]
            for each in tried
        ],
    )


def standing(tried: Sequence[Tried]) -> str:
    """Somebody who attends one exhibit for three minutes: what is cut, and what else starts."""
    if not tried:
        return NONE_SHOWN
    head = ["system", "minutes", "cuts", "starts of a neighbour"]
    return table(
        head,
        [
            [_bold(each.system), f"{60 * each.hours:.1f}", str(each.counts.cuts), str(each.counts.wrong)]
            for each in tried
        ],
    )


def _bold(name: str) -> str:
    return f"**{name}**" if name == "coupole" else name


def noises(presets: Sequence[NoiseModel | BeaconNoise], fits: Mapping[str, Fit]) -> str:
    """The presets and what they were fitted to; then the fits with what their samples are worth."""
    text = table(["preset", "size, 1σ per axis", "where it comes from"], [_preset(each) for each in presets])
    if fits:
        head = [
            "recorded set", "fixes", "worth, if independent", "size, m", "quick part", "slow part", "rough part",
            "lost", "states",
        ]  # fmt: skip
        text += "\n" + table(head, [_fit(name, each) for name, each in fits.items()])
    return text


def _preset(noise: NoiseModel | BeaconNoise) -> list[str]:
    size = f"{noise.whole_m:.2f} m" if isinstance(noise, NoiseModel) else "names a beacon"
    return [f"`{noise.name}`", size, noise.source]


def _fit(name: str, fit: Fit) -> list[str]:
    rough: Any = f"{_percent(fit.rough_share)}, {fit.rough_ratio:.1f} ×, {fit.rough_s:.1f} s"
    gaps = "" if isinf(fit.gap_every_s) else f", {fit.gap_s:.0f} s every {fit.gap_every_s / 60:.0f} min"
    return [
        f"`{name}`",
        f"{fit.samples:,}",
        f"{fit.independent:.0f}",
        f"{fit.whole_m:.2f} ({fit.low_m:.2f}–{fit.high_m:.2f})",
        f"{_percent(fit.quick_share)}, {fit.quick_s:g} s",
        f"{_percent(fit.drift_share)}, {fit.drift_s:g} s",
        rough if fit.rough_share else "none",
        f"{_percent(fit.missing_share)}{gaps}",
        "nothing" if isnan(fit.claim_factor) else f"{fit.claim_factor:.2f} × that",
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
