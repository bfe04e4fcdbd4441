"""An ambience laid under a narration: looped to its length, and ducked while somebody speaks.

Under speech it lies 24 LU below the voice, so that people who hear badly follow as well: WCAG 2.2, success criterion
1.4.7, asks for 20. In pauses of some seconds it comes up to 12 below.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from media.av_io import RATE
from media.decode import mono_blocks
from media.edit import LONGEST_MS, SILENT_DB, Turn, loop_of, shaped
from media.errors import UnfitAudioError
from media.loudness import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from media.av_io import Samples

CROSS_MS = 2_000
_STEP_MS = 1_000
"""A constant gain is applied a second at a time, so that memory stays flat."""
_ASSUMED_LUFS = -23.0
"""Of a narration too short to have a loudness."""


class Ducking(NamedTuple):
    """How an ambience makes way for speech.

    Attributes:
        below_lu: How far under the narration it lies in pauses.
        duck_db: How much further it goes while somebody speaks.
        attack_ms: In which it goes down, before the first word.
        release_ms: In which it comes up, after the last.
        pause_ms: A shorter pause is a breath, and the ambience stays down: coming up each time, it would pump.
        edge_ms: In which it begins and ends.
    """

    below_lu: float = 12.0
    duck_db: float = 12.0
    attack_ms: int = 300
    release_ms: int = 900
    pause_ms: int = 2_500
    edge_ms: int = 300


def envelope(
    speech: Sequence[tuple[int, int]], span_ms: tuple[int, int], how: Ducking | None = None
) -> tuple[Turn, ...]:
    """The gain of the ambience from the beginning of a narration to its end, relative to its level in pauses.

    Args:
        speech: When somebody speaks, in order and apart.
        span_ms: Where the narration begins and ends.
        how: How it makes way.

    >>> [turn[:2] for turn in envelope([(1_000, 3_000)], (0, 6_000))]
    [(0, 300), (300, 700), (700, 1000), (1000, 3000), (3000, 3900), (3900, 5700), (5700, 6000)]
    """
    how = how or Ducking()
    start, end = span_ms
    edge = min(how.edge_ms, (end - start) // 2)
    ducked = _ducked(speech, how)
    inner = [point for point in ducked if start + edge < point[0] < end - edge]
    first, last = (_level(ducked, at) for at in (start + edge, end - edge))
    points = [(start, SILENT_DB), (start + edge, first), *inner, (end - edge, last), (end, SILENT_DB)]
    return tuple(
        Turn(one[0], other[0], one[1], other[1]) for one, other in pairwise(points) if one[0] < other[0]
    )


def _ducked(speech: Sequence[tuple[int, int]], how: Ducking) -> list[tuple[int, float]]:
    """Where the gain turns, and to what."""
    joined: list[list[int]] = []
    for start, end in speech:
        if joined and start - joined[-1][1] < max(how.pause_ms, how.attack_ms + how.release_ms):
            joined[-1][1] = end
        else:
            joined.append([start, end])
    down = -how.duck_db
    return [
        point
        for start, end in joined
        for point in ((start - how.attack_ms, 0.0), (start, down), (end, down), (end + how.release_ms, 0.0))
    ]


def _level(points: Sequence[tuple[int, float]], at_ms: int) -> float:
    """The gain at one place in dB; between two points it goes as pydub's fade does, straight in amplitude."""
    if not points:
        return 0.0
    times, gains = zip(*points, strict=True)
    amplitude = np.interp(at_ms, times, [10 ** (gain / 20) for gain in gains])
    return float(20 * np.log10(amplitude))


def bed(
    narration: Iterable[Samples],
    ambience: Samples,
    speech: Sequence[tuple[int, int]],
    span_ms: tuple[int, int],
    narration_lufs: float | None,
    how: Ducking | None = None,
) -> Iterator[Samples]:
    """A narration with an ambience under it, block by block; as long as the narration.

    Args:
        narration: Mono samples at 48 kHz.
        ambience: The same, whole; it is looped.
        speech: When somebody speaks in the narration.
        span_ms: Where the ambience begins and ends in it.
        narration_lufs: How loud the narration is.
        how: How the ambience makes way.

    Raises:
        UnfitAudioError: When the ambience is longer than ten minutes.
    """
    how = how or Ducking()
    yield from _laid(narration, _loop(ambience, narration_lufs, how), envelope(speech, span_ms, how))


def _loop(ambience: Samples, narration_lufs: float | None, how: Ducking) -> Samples:
    """The ambience as it may follow itself, at its level in pauses."""
    meter = Meter()
    # a part at a time: a filter copies what it is fed, and ten minutes are 115 MB
    for at in range(0, len(ambience), RATE):
        meter.feed(ambience[at : at + RATE])
    level_db = (_ASSUMED_LUFS if narration_lufs is None else narration_lufs) - how.below_lu
    loudness = meter.end().integrated_lufs
    loop = loop_of(ambience, CROSS_MS)
    loop *= np.float32(10 ** ((level_db - (loudness or level_db)) / 20))
    return loop


def _laid(narration: Iterable[Samples], loop: Samples, turns: Sequence[Turn]) -> Iterator[Samples]:
    pieces = shaped(loop, [part for turn in turns for part in _parts(turn)])
    held = np.zeros(0, np.float32)
    for block in narration:
        while len(held) < len(block):
            # past the end of the ambience there is none
            held = np.concatenate([held, next(pieces, np.zeros(RATE, np.float32))])
        yield block + held[: len(block)]
        held = held[len(block) :]


def _parts(turn: Turn) -> Iterator[Turn]:
    if turn.from_db != turn.to_db:
        yield turn
        return
    for start in range(turn.start_ms, turn.end_ms, _STEP_MS):
        yield turn._replace(start_ms=start, end_ms=min(start + _STEP_MS, turn.end_ms))


def with_bed(
    ambience: Path,
    speech: Sequence[tuple[int, int]],
    span_ms: tuple[int, int],
    narration_lufs: float | None,
) -> Callable[[Path], Iterator[Samples]]:
    """How a narration is read for `media.render.render` so that an ambience lies under it.

    Gaps, speech and languages are those of the narration alone: under an ambience no pause is silent.

    Args:
        ambience: A file that `media.probe` has passed, of at most ten minutes.
        speech: When somebody speaks in the narration.
        span_ms: Where the ambience begins and ends in it.
        narration_lufs: How loud the narration is before levelling.

    Raises:
        UnfitAudioError: When the ambience is longer than ten minutes.
        MediaError: When it does not decode.
    """
    how = Ducking()
    # made once, whatever number of tries a rendition takes, and then the ambience itself need not be held
    loop, turns = _loop(_whole(ambience), narration_lufs, how), envelope(speech, span_ms, how)
    return lambda source: _laid(mono_blocks(source), loop, turns)


def _whole(path: Path) -> Samples:
    """A sound of at most ten minutes; decoded twice, as parts and whole together would be twice its size."""
    length = 0
    for block in mono_blocks(path):
        length += len(block)
        if length > LONGEST_MS * RATE // 1000:
            raise UnfitAudioError.of("too-long/edit")
    whole = np.empty(length, np.float32)
    at = 0
    for block in mono_blocks(path):
        whole[at : at + len(block)] = block
        at += len(block)
    return whole
