"""What the parts of the harness hand to each other: worlds, visits with their truth, and what was heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from zones.model import Cue, Fix, Layout, Rules

TRUTH_STEP_MS = 100
"""The truth has a place for every tenth of a second."""

Metres = npt.NDArray[np.float64]
Moments = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class World:
    """A museum to walk in: a layout with its programme, in which every exhibit is a cue that can be heard."""

    name: str
    kind: str
    """tunnel, hall, nested, levels, corridor, border, rooms, or recorded."""
    layout: Layout

    @property
    def cues(self) -> Mapping[str, Cue]:
        """What there is to be heard, by exhibit."""
        return {name: cue for name, cue in self.layout.programme.items() if isinstance(cue, Cue)}


@dataclass(frozen=True, slots=True)
class Stay:
    """The visitor attends this exhibit from one moment up to another: what a perfect guide would know."""

    exhibit: str
    from_ms: int
    to_ms: int

    def holds(self, at_ms: float) -> bool:
        """Whether the exhibit is attended at a moment."""
        return self.from_ms <= at_ms < self.to_ms


@dataclass(frozen=True, eq=False)
class Visit:
    """One walk with its truth: a place for every tenth of a second, and what is attended when.

    The walk does not depend on what is heard, so that every system is judged on the same one.
    """

    world: World
    style: str
    seed: int
    times_ms: Moments
    """From 0 in steps of `TRUTH_STEP_MS`."""
    xs: Metres
    ys: Metres
    levels: tuple[str, ...]
    """The name of the level at each moment; as long as `times_ms`."""
    stays: tuple[Stay, ...]
    """In order of time; they do not overlap."""

    @property
    def end_ms(self) -> int:
        """When the device is handed back."""
        return int(self.times_ms[-1])

    @property
    def hours(self) -> float:
        """How long the visit takes."""
        return self.end_ms / 3_600_000


@dataclass(frozen=True, slots=True)
class Heard:
    """One stretch of sound: an exhibit, from when to when, and which part of its track."""

    exhibit: str
    started_ms: int
    ended_ms: int
    from_position_ms: int
    to_position_ms: int
    finished: bool
    """Whether the track came to its end in this stretch."""
    why: str
    """Of the beginning, in the words of the system; for reading failures only."""


class System(Protocol):
    """Rules under test: they see the fixes alone, and say what is heard."""

    @property
    def name(self) -> str:
        """As it stands in the tables."""

    def run(self, world: World, fixes: Sequence[Fix], rules: Rules) -> list[Heard]:
        """What a visitor hears, given these fixes; in order of time, and one thing at a time.

        Times are those of the fixes. What still sounds at the last fix ends there, not finished.
        """


class Noise(Protocol):
    """A positioning system: what it makes of a walk."""

    @property
    def name(self) -> str:
        """As it stands in the tables."""

    @property
    def profile(self) -> str:
        """The rules that it runs under, a key of `zones.profiles.PROFILES`."""

    def fixes(self, visit: Visit, period_s: float, rng: np.random.Generator) -> list[Fix]:
        """One fix per period, with error, drop-outs and the accuracy that the system states."""
