"""What is done to a recording so that a visitor never reaches for the volume: silence cut, one loudness for all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from media.av_io import RATE
from media.limiter import Limiter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from media.analyse import Analysis
    from media.av_io import Samples
    from media.loudness import Loudness

TARGET_LUFS = -16.0
"""Speech for handhelds and phones, on both ears. Source: AES TD1008; a site may set another."""
PEAK_DBTP = -1.0
"""No rendition goes over this. Source: EBU R 128."""
CEILING_DBTP = -2.0
"""Where the limiter holds before encoding, as encoding moves peaks. Of 22 renditions of people's speech that had to be
limited, Opus put the peaks 0.4 dB lower to 0.5 higher, AAC 0.3 lower to 0.8 higher, one 1.6: that one takes a second
try."""
TOLERANCE_LU = 0.5
KEEP_BEFORE_MS, KEEP_AFTER_MS = 300, 500
LEAST_CUT_MS = 200
"""Less is not worth a transcript whose times no longer are the source's."""
MOST_GAIN_DB = 54.0
"""From the gate of the loudness meter, -70 LUFS, up to the target; what lies lower has no loudness to go by."""
EDGE_MS = 10
"""A cut end is faded: a constant offset in the recording would make a click of it."""


@dataclass(frozen=True)
class Plan:
    """What is done to a source on its way to a rendition.

    Attributes:
        lead_ms: Cut from the beginning.
        tail_ms: Cut from the end.
        gain_db: By which it becomes louder.
        ceiling_dbtp: Where the limiter holds.
        target_lufs: What the rendition should measure.
    """

    lead_ms: int = 0
    tail_ms: int = 0
    gain_db: float = 0.0
    ceiling_dbtp: float = CEILING_DBTP
    target_lufs: float = TARGET_LUFS


def plan(analysis: Analysis, target_lufs: float = TARGET_LUFS) -> Plan:
    """What to do to a recording.

    Long silence at the ends is cut down to 0.3 s before the first and 0.5 s after the last sound, never into
    speech. A sound too short or too faint to have a loudness is raised to the ceiling, by 54 dB at most.
    """
    first = min([analysis.silence_before_ms, *(start for start, _ in analysis.speech[:1])])
    last = min([analysis.silence_after_ms, *(analysis.duration_ms - end for _, end in analysis.speech[-1:])])
    return Plan(
        lead_ms=_cut(first - KEEP_BEFORE_MS),
        tail_ms=_cut(last - KEEP_AFTER_MS),
        gain_db=gain_db(analysis.loudness, target_lufs),
        target_lufs=target_lufs,
    )


def gain_db(measured: Loudness, target_lufs: float = TARGET_LUFS) -> float:
    """By how much a sound must be made louder.

    >>> from media.loudness import Loudness
    >>> gain_db(Loudness(-23.0, 4.0, -9.0)), gain_db(Loudness(None, None, -9.0)), gain_db(Loudness(None, None, None))
    (7.0, 7.0, 0.0)
    """
    if measured.integrated_lufs is not None:
        gain = target_lufs - measured.integrated_lufs
    elif measured.true_peak_dbtp is not None:
        gain = CEILING_DBTP - measured.true_peak_dbtp
    else:
        gain = 0.0
    return round(min(gain, MOST_GAIN_DB), 2)


def _cut(spare_ms: int) -> int:
    return spare_ms if spare_ms >= LEAST_CUT_MS else 0


def off_by(done: Plan, measured: Loudness) -> tuple[float, float]:
    """By how much a rendition misses: its peaks in dB over -1 dBTP, then its loudness in LU beside the target.

    Half a unit beside the target is none; what has no loudness cannot be wrong.
    """
    peak, lufs = measured.true_peak_dbtp, measured.integrated_lufs
    over = 0.0 if peak is None else max(0.0, peak - PEAK_DBTP)
    beside = 0.0 if lufs is None else abs(lufs - done.target_lufs)
    return over, beside if beside > TOLERANCE_LU else 0.0


def reaches(done: Plan, measured: Loudness) -> bool:
    """Whether a rendition measures as it should: half a unit around the target, no peak over -1 dBTP."""
    return off_by(done, measured) == (0.0, 0.0)


def again(done: Plan, measured: Loudness) -> Plan:
    """What to try next where a rendition does not measure as it should: the difference, added to the last try."""
    over, _ = off_by(done, measured)
    lower = over + _SPARE_DB if over else 0.0
    more = 0.0
    if measured.integrated_lufs is not None:
        more = min(done.target_lufs - measured.integrated_lufs, _MOST_MORE_DB)
    return replace(
        done, gain_db=round(done.gain_db + more, 2), ceiling_dbtp=round(done.ceiling_dbtp - lower, 2)
    )


_SPARE_DB = 0.3
_MOST_MORE_DB = 6.0
"""A recording that the limiter takes so much from is shouting through a wall; it stays a little softer."""


def levelled(blocks: Iterable[Samples], do: Plan) -> Iterator[Samples]:
    """Mono samples at 48 kHz, cut and made as loud as planned, no peak above the ceiling."""
    limiter = Limiter(do.ceiling_dbtp)
    gain = np.float32(10 ** (do.gain_db / 20))
    for block in _trimmed(blocks, do):
        yield limiter.feed(block * gain)
    yield limiter.end()


def _trimmed(blocks: Iterable[Samples], do: Plan) -> Iterator[Samples]:
    if not do.lead_ms and not do.tail_ms:
        yield from blocks
        return
    yield from _tail_cut(_lead_cut(blocks, do.lead_ms), do.tail_ms)


def _lead_cut(blocks: Iterable[Samples], cut_ms: int) -> Iterator[Samples]:
    left = cut_ms * RATE // 1000
    fade = cut_ms > 0
    for block in blocks:
        rest = block[left:]
        left = max(0, left - len(block))
        if fade and len(rest):
            rest, fade = _faded(rest), False
        yield rest


def _tail_cut(blocks: Iterable[Samples], cut_ms: int) -> Iterator[Samples]:
    """All but the end: so much is held back that what is left at last can be dropped."""
    hold = cut_ms * RATE // 1000
    if not hold:
        yield from blocks
        return
    edge = RATE * EDGE_MS // 1000
    held: list[Samples] = []
    waiting = 0
    for block in blocks:
        held.append(block)
        waiting += len(block)
        while len(held) > 1 and waiting - len(held[0]) >= hold + edge:
            waiting -= len(held[0])
            yield held.pop(0)
    whole = np.concatenate(held) if held else np.zeros(0, np.float32)
    yield _faded(whole[: max(0, len(whole) - hold)][::-1])[::-1]


def _faded(samples: Samples) -> Samples:
    """The samples, rising from nothing in their first hundredth of a second."""
    edge = min(len(samples), RATE * EDGE_MS // 1000)
    return np.concatenate([samples[:edge] * np.linspace(0, 1, edge, dtype=np.float32), samples[edge:]])
