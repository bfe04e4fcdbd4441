"""What recorded position errors look like: size, memory, rough stretches, lost estimates, stated accuracy.

A set is a CSV file as in the folders of recorded data: `t_s`, `tag_id`, estimate and truth in metres, and
perhaps `accuracy_m`. The samples of one tag are far from independent, so each fit says how many independent
ones they are worth, and the bounds that follow.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LAGS_S: Final = (0.2, 0.4, 0.6, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60)
QUICK_S: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
DRIFT_S: Final = (8.0, 12.0, 20.0, 30.0, 45.0, 60.0, 90.0)
LEAST_PAIRS: Final = 30
"""A lag with fewer pairs of samples says nothing of its own."""
BACK_TO_BACK: Final = 1.6
"""An interval this many times the usual one has lost an estimate."""
LONG_GAP_S: Final = 5.0
ROUGH_ROUNDS: Final = 200


class Unreadable(Exception):
    """Raised when a recorded set lacks a column or has no rows."""


@dataclass(frozen=True, eq=False)
class Recording:
    """One tag: times in seconds, errors in metres (x, y), stated accuracies (NaN where none)."""

    tag: str
    times_s: Floats
    errors_m: Floats
    claims_m: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """What a recorded set says of its positioning system; names as in `guide.quality.noise.NoiseModel`."""

    samples: int
    tags: int
    minutes: float
    independent: float
    """As many independent samples as these correlated ones are worth."""
    interval_s: float
    whole_m: float
    """1σ per axis of all estimates, with its 95 % bounds; `size_m` leaves the rough ones out."""
    low_m: float
    high_m: float
    size_m: float
    quick_share: float
    quick_s: float
    drift_share: float
    drift_s: float
    rough_share: float
    rough_ratio: float
    rough_s: float
    missing_share: float
    gap_every_s: float
    gap_s: float
    claim_factor: float
    claim_spread: float


def read(path: Path) -> list[Recording]:
    """The recordings of a set, by tag.

    Raises:
        Unreadable: A column is missing, a figure is none, or there is no row with an estimate.
    """
    rows: defaultdict[str, list[tuple[float, ...]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            try:
                if row["x_est_m"] and row["y_est_m"]:
                    rows[row["tag_id"]].append(_sample(row))
            except KeyError as error:
                raise Unreadable(f"{path}: there is no column {error}; a set has {_COLUMNS}") from error
            except ValueError as error:
                raise Unreadable(f"{path}, line {line}: {error}") from error
    if not rows:
        raise Unreadable(f"{path}: there is no row with an estimate")
    return [_recording(tag, np.array(each)) for tag, each in sorted(rows.items())]


_COLUMNS: Final = "t_s, tag_id, x_est_m, y_est_m, x_true_m, y_true_m"


def _sample(row: Mapping[str, str]) -> tuple[float, ...]:
    dx, dy = (float(row[f"{axis}_est_m"]) - float(row[f"{axis}_true_m"]) for axis in "xy")
    return float(row["t_s"]), dx, dy, float(row.get("accuracy_m") or "nan")


def _recording(tag: str, samples: Floats) -> Recording:
    return Recording(tag, samples[:, 0], samples[:, 1:3], samples[:, 3])


def fit(recordings: Sequence[Recording], gaps_s: Sequence[float] = ()) -> Fit:
    """The figures of a set.

    Args:
        recordings: Of one positioning system.
        gaps_s: Real drop-outs, where the set lists them apart because its rows were thinned out later.

    Returns:
        A fit; `gap_every_s` is infinite where no gap longer than 5 s was seen.
    """
    errors = np.concatenate([each.errors_m for each in recordings])
    intervals = np.concatenate([np.diff(each.times_s) for each in recordings])
    interval = float(np.median(intervals))
    total_s = float(sum(each.times_s[-1] - each.times_s[0] for each in recordings))
    share, ratio, doubt = rough(errors)
    whole = float(np.sqrt((errors**2).mean()))
    size = whole / float(np.sqrt(1 + share * (ratio**2 - 1)))
    lags, correlation, pairs = correlogram(recordings, interval)
    quick, quick_s, drift, drift_s = two_memories(lags, correlation, pairs)
    worth = len(errors) / (1 + 2 * _memory_s(quick, quick_s, drift, drift_s) / interval)
    bound = 1.96 / float(np.sqrt(4 * worth))  # two axes, and half the relative error of a variance
    claims = np.concatenate([each.claims_m for each in recordings])
    stated = claims[np.isfinite(claims)]
    missing, every, length = lost(np.asarray(gaps_s) if len(gaps_s) else intervals, interval, total_s)
    return Fit(
        samples=len(errors),
        tags=len(recordings),
        minutes=total_s / 60,
        independent=worth,
        interval_s=interval,
        whole_m=whole,
        low_m=whole * (1 - bound),
        high_m=whole * (1 + bound),
        size_m=size,
        quick_share=quick,
        quick_s=quick_s,
        drift_share=drift,
        drift_s=drift_s,
        rough_share=share,
        rough_ratio=ratio,
        rough_s=run_length(recordings, doubt, share, interval),
        missing_share=missing,
        gap_every_s=every,
        gap_s=length,
        claim_factor=float(np.median(stated)) / whole if len(stated) else float("nan"),
        claim_spread=float(np.log(stated).std()) if len(stated) else float("nan"),
    )


def _memory_s(quick: float, quick_s: float, drift: float, drift_s: float) -> float:
    return quick * quick_s + drift * drift_s


def rough(errors_m: Floats) -> tuple[float, float, Floats]:
    """The share of estimates that are several times worse, by how much, and each one's probability to be one.

    Two normal distributions about zero, one wider, told apart by expectation and maximisation. Where the errors
    are no wider than a normal distribution's, the share is 0.
    """
    squares = (errors_m**2).sum(axis=1) / 2
    share, narrow, wide = 0.1, 0.5 * float(np.median(squares)) / np.log(2), 4 * float(squares.mean())
    doubt = np.zeros(len(squares))
    for _ in range(ROUGH_ROUNDS):
        near = (1 - share) / narrow * np.exp(-squares / narrow)
        far = share / wide * np.exp(-squares / wide)
        doubt = far / np.maximum(near + far, np.finfo(float).tiny)
        share = float(doubt.mean())
        narrow = float(((1 - doubt) * squares).sum() / max(len(squares) - doubt.sum(), 1e-9))
        wide = float((doubt * squares).sum() / max(doubt.sum(), 1e-9))
    ratio = float(np.sqrt(wide / narrow))
    distinct = share * len(squares) >= LEAST_ROUGH and ratio >= LEAST_RATIO
    return (share, ratio, doubt) if distinct else (0.0, 1.0, np.zeros(len(squares)))


LEAST_ROUGH: Final = 10
LEAST_RATIO: Final = 1.5
"""Fewer rough estimates than this, or hardly worse ones, are no sign of a second kind."""


def run_length(recordings: Iterable[Recording], doubt: Floats, share: float, interval_s: float) -> float:
    """For how long a stretch of rough estimates lasts on average, in seconds; one interval if nothing lasts.

    The covariance of one estimate's doubt with the next one's is held against what it would be if stretches never
    ended, and against that with the last but one. Errors that last raise the first share, chance in a small set
    the second: the lower of the two is taken.
    """
    if not share:
        return interval_s
    starts = np.cumsum([0, *(len(each.times_s) for each in recordings)]).tolist()
    parts = [doubt[one:other] - share for one, other in pairwise(starts)]
    one, two = (
        float(np.mean(np.concatenate([part[lag:] * part[:-lag] for part in parts if len(part) > lag])))
        for lag in (1, 2)
    )
    if_rough = float((doubt**2).sum() / doubt.sum())
    if_fine = float((doubt * (1 - doubt)).sum() / (1 - doubt).sum())
    kept = min(one / (share * (1 - share) * (if_rough - if_fine) ** 2), two / max(one, 1e-9))
    if kept <= LEAST_KEPT:
        return interval_s
    return float(-interval_s / np.log(min(kept, 0.95)) / (1 - share))


LEAST_KEPT: Final = 0.05
"""Of one estimate's doubt in the next one's: less than this is chance."""


def correlogram(recordings: Sequence[Recording], interval_s: float) -> tuple[Floats, Floats, Floats]:
    """The correlation of the error with itself some seconds later: lags, correlations, numbers of pairs.

    About zero and not about the mean: a steady offset is part of the error, and stays in it.
    """
    power = float(np.concatenate([(each.errors_m**2).sum(axis=1) for each in recordings]).mean())
    found = []
    for lag in LAGS_S:
        if lag >= 0.9 * interval_s:
            products = np.concatenate([_products(each, lag, interval_s / 2) for each in recordings])
            if len(products) >= LEAST_PAIRS:
                found.append((lag, float(products.mean()) / power, float(len(products))))
    lags, correlation, pairs = np.array(found).T if found else np.empty((3, 0))
    return lags, correlation, pairs


def _products(recording: Recording, lag_s: float, slack_s: float) -> Floats:
    times, errors = recording.times_s, recording.errors_m
    later = np.searchsorted(times, times + lag_s - slack_s)
    now = np.flatnonzero(later < len(times))
    later = later[now]
    fits = (np.abs(times[later] - times[now] - lag_s) <= slack_s) & (later > now)
    products: Floats = (errors[now[fits]] * errors[later[fits]]).sum(axis=1)
    return products


def two_memories(lags_s: Floats, correlation: Floats, pairs: Floats) -> tuple[float, float, float, float]:
    """Shares and times of a quick and a drifting part, by least squares; what neither explains is white.

    Raises:
        Unreadable: There are too few samples for any lag.
    """
    if len(lags_s) == 0:
        raise Unreadable("there are too few samples to see how long the error lasts")
    weights = np.sqrt(pairs)
    best = (np.inf, 0.0, QUICK_S[0], 0.0, DRIFT_S[0])
    for quick_s, drift_s in product(QUICK_S, DRIFT_S):
        if drift_s >= 2 * quick_s:
            parts = np.exp(-lags_s[:, None] / np.array([quick_s, drift_s]))
            quick, drift = _shares(parts * weights[:, None], correlation * weights)
            left = float((((parts @ [quick, drift]) - correlation) ** 2 * pairs).sum())
            best = min(best, (left, quick, quick_s, drift, drift_s))
    return best[1:]


def _shares(parts: Floats, target: Floats) -> tuple[float, float]:
    """Two shares, neither negative, not more than the whole together, that explain most."""
    both, *_ = np.linalg.lstsq(parts, target, rcond=None)
    alone = [max(0.0, float(part @ target / (part @ part))) for part in parts.T]
    line = parts[:, 0] - parts[:, 1]
    mixed = min(1.0, max(0.0, float(line @ (target - parts[:, 1]) / max(float(line @ line), 1e-12))))
    choices = [(min(1.0, alone[0]), 0.0), (0.0, min(1.0, alone[1])), (mixed, 1 - mixed)]
    if both.min() >= 0 and both.sum() <= 1:
        choices.append((float(both[0]), float(both[1])))
    return min(choices, key=lambda each: float(((parts @ each - target) ** 2).sum()))


def lost(intervals_s: Floats, interval_s: float, total_s: float) -> tuple[float, float, float]:
    """The share of single estimates lost, the time between gaps over 5 s, and their mean length."""
    long_ones = intervals_s[intervals_s > max(LONG_GAP_S, 2 * interval_s)]
    short = intervals_s[(intervals_s > BACK_TO_BACK * interval_s) & (intervals_s <= LONG_GAP_S)]
    missing = float(np.maximum(1, np.round(short / interval_s) - 1).sum()) / max(1.0, total_s / interval_s)
    if not len(long_ones):
        return missing, float("inf"), 0.0
    return missing, total_s / len(long_ones), float(long_ones.mean())


def fit_folder(folder: Path) -> Fit:
    """The fit of a recorded set: its `noise.csv`, with the drop-outs of `dropouts.csv` where there is one.

    Raises:
        Unreadable: One of the files is none.
    """
    apart = folder / "dropouts.csv"
    gaps: list[float] = []
    if apart.exists():
        with apart.open(encoding="utf-8", newline="") as file:
            gaps = [float(row["gap_s"]) for row in csv.DictReader(file)]
    recordings = read(folder / "noise.csv")
    try:
        return fit(recordings, gaps)
    except Unreadable as error:
        raise Unreadable(f"{folder}: {error}") from error


def fit_all(folder: Path) -> dict[str, Fit]:
    """The fits of all recorded sets below a folder, by the names of their folders; sorted."""
    return {each.parent.name: fit_folder(each.parent) for each in sorted(folder.glob("*/noise.csv"))}
