"""Figures of many visits, with their 95 % bounds, beside what they must reach and what is aimed at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, isnan, sqrt
from typing import Final

import numpy as np

from guide.quality.metrics import Counts

Z: Final = 1.96
RESAMPLES: Final = 300
RESAMPLE_SEED: Final = 5
MS_PER_HOUR: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % bounds; NaN where there was nothing to count."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Metric:
    """One column of the tables."""

    key: str
    title: str
    unit: str
    """`%`, `s` or `/h`; shares are kept as per cent."""
    more_is_better: bool = False


METRICS: Final[tuple[Metric, ...]] = (
    Metric("cuts", "cuts", "/h"),
    Metric("wrong", "wrong starts", "%"),
    Metric("false", "false starts", "%"),
    Metric("missed", "missed", "%"),
    Metric("whole", "heard whole", "%", more_is_better=True),
    Metric("latency_median", "latency, median", "s"),
    Metric("latency_p95", "latency, 95th percentile", "s"),
    Metric("stale", "stale share", "%"),
    Metric("repeats", "repeats", "/h"),
    Metric("stale_all", "stale anywhere", "%"),
    Metric("arrival_p95", "latency from the arrival, 95th percentile", "s"),
)


def figures(counts: Sequence[Counts]) -> dict[str, Figure]:
    """All figures of some visits, by the keys of `METRICS`.

    Bounds: Wilson's for shares, Garwood's exact ones for rates (a bootstrap of no cuts at all would promise none
    for ever), a bootstrap over visits for latency and for the stale share of time.
    """
    hours = sum(each.visit_ms for each in counts) / MS_PER_HOUR
    starts = sum(each.starts for each in counts)
    median, p95 = latencies(counts, lambda each: each.latencies_ms)
    return {
        "cuts": rate(sum(each.cuts for each in counts), hours),
        "wrong": share(sum(each.wrong for each in counts), starts),
        "false": share(sum(each.false for each in counts), starts),
        "missed": share(sum(each.missed for each in counts), sum(each.missable for each in counts)),
        "whole": share(sum(each.whole for each in counts), sum(each.long_stays for each in counts)),
        "latency_median": median,
        "latency_p95": p95,
        "stale": stale(counts, lambda each: each.stale_ms),
        "repeats": rate(sum(each.repeats for each in counts), hours),
        "stale_all": stale(counts, lambda each: each.stale_ms + each.stale_heard_ms),
        "arrival_p95": latencies(counts, lambda each: each.arrivals_ms)[1],
    }


def share(part: int, whole: int) -> Figure:
    """Per cent, with Wilson's bounds.

    >>> share(0, 100).value, round(share(0, 100).high, 1)
    (0.0, 3.7)
    """
    if whole == 0:
        return Figure(float("nan"), float("nan"), float("nan"))
    p, z2 = part / whole, Z * Z
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    reach = Z * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    return Figure(100 * p, max(0.0, 100 * (middle - reach)), min(100.0, 100 * (middle + reach)))


def rate(events: int, hours: float) -> Figure:
    """Events an hour, with the exact bounds of a Poisson count (Garwood 1936)."""
    if hours <= 0:
        return Figure(float("nan"), float("nan"), float("nan"))
    low = 0.0 if events == 0 else _solve(lambda mean: _at_most(events - 1, mean) - 0.975, events)
    high = _solve(lambda mean: _at_most(events, mean) - 0.025, events)
    return Figure(events / hours, low / hours, high / hours)


def _at_most(events: int, mean: float) -> float:
    """The probability of so many Poisson events or fewer."""
    term = total = exp(-mean)
    for n in range(1, events + 1):
        term *= mean / n
        total += term
    return total


def _solve(falling: Callable[[float], float], events: int) -> float:
    """Where a falling function of the mean is nought; from some hundred events on the normal law serves."""
    low, high = 0.0, events + 6 * sqrt(events + 1) + 6
    if events > 400:  # noqa: PLR2004 - exp() would lose its digits above
        return events + (Z if falling(0.0) > 0.5 else -Z) * sqrt(events)  # noqa: PLR2004 - which bound it is
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def latencies(counts: Sequence[Counts], of: Callable[[Counts], Sequence[int]]) -> tuple[Figure, Figure]:
    """Median and 95th percentile of all latencies in seconds, with bounds from visits drawn anew."""
    values = np.array([each for one in counts for each in of(one)], dtype=np.float64) / 1000
    visits = np.repeat(np.arange(len(counts)), [len(of(each)) for each in counts])
    if not len(values):
        nothing = Figure(float("nan"), float("nan"), float("nan"))
        return nothing, nothing
    order = np.argsort(values, kind="stable")
    values, weights = values[order], _redrawn(len(counts))[:, visits[order]]
    weights = np.vstack([np.ones(len(values)), weights]).cumsum(axis=1)

    def quantile(part: float) -> Figure:
        at = (weights < part * weights[:, -1:]).sum(axis=1)
        found = values[np.minimum(at, len(values) - 1)]
        low, high = np.quantile(found[1:], (0.025, 0.975), method="nearest")
        return Figure(float(found[0]), float(low), float(high))

    return quantile(0.5), quantile(0.95)


def stale(counts: Sequence[Counts], of: Callable[[Counts], int]) -> Figure:
    """A stale share of the sounding time in per cent, with bounds from visits drawn anew."""
    sounding = np.array([each.sounding_ms for each in counts], dtype=np.float64)
    stale_ms = np.array([of(each) for each in counts], dtype=np.float64)
    if sounding.sum() == 0:
        return Figure(float("nan"), float("nan"), float("nan"))
    weights = _redrawn(len(counts))
    found = 100 * (weights @ stale_ms) / np.maximum(weights @ sounding, 1.0)
    low, high = np.quantile(found, (0.025, 0.975))
    return Figure(100 * float(stale_ms.sum() / sounding.sum()), float(low), float(high))


def _redrawn(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """How often each visit is drawn, one row for each resample."""
    rng = np.random.default_rng(RESAMPLE_SEED)
    return rng.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)


# --- what is to be reached ---


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure must reach, and what is aimed at."""

    must: float
    aim: float


def _goals(musts: Sequence[float], aims: Sequence[float]) -> Mapping[str, Goal]:
    asked = METRICS[: len(musts)]  # nothing is asked of the last
    return {metric.key: Goal(must, aim) for metric, must, aim in zip(asked, musts, aims, strict=True)}


GOALS: Final[Mapping[str, Mapping[str, Goal]]] = {
    "uwb": _goals((0.2, 3, 0.5, 1, 98, 4.5, 10, 1, 0), (0, 2, 0, 0.5, 99, 3, 8, 0.5, 0)),
    "ble": _goals((0.4, 10, 6, 4, 93, 11, 30, 5, 0), (0.1, 6, 3, 2, 97, 7, 20, 3, 0)),
}
"""By profile, in the order of `METRICS`, at one poll a second or faster. The other profiles have none."""

HELD_S: Final = 1.0
"""Seconds between polls up to which every goal must be reached; slower ones are held to the median alone, as the design
says of them nothing else, and shown beside the same goals (decision 0029)."""
MEDIAN_LEEWAY_S: Final = ((5.0, 4.0), (2.0, 1.0))
"""At polls as slow as this (s) the median latency may be so much worse (s)."""


def must_be_reached(key: str, period_s: float) -> bool:
    """Whether a figure is held to its goal at a poll period, or only shown beside it."""
    return period_s <= HELD_S or key == "latency_median"


def goal(profile: str, key: str, period_s: float) -> Goal | None:
    """What a figure is held to, or shown beside, at a poll period."""
    found = GOALS.get(profile, {}).get(key)
    if found is None or key != "latency_median":
        return found
    leeway = next((more for period, more in MEDIAN_LEEWAY_S if period_s >= period), 0.0)
    return Goal(found.must + leeway, found.aim + leeway)


def verdict(figure: Figure, key: str, profile: str, period_s: float) -> str:
    """`aim`, `must` or `missed`, whichever a figure reaches; empty where nothing is asked or nothing was counted."""
    asked = goal(profile, key, period_s)
    if asked is None or isnan(figure.value):
        return ""
    sign = -1 if next(each.more_is_better for each in METRICS if each.key == key) else 1
    if sign * figure.value <= sign * asked.aim:
        return "aim"
    return "must" if sign * figure.value <= sign * asked.must else "missed"
