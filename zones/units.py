"""The units of the core: level metres, x right and y up; times in whole milliseconds.

A time is an integer, so that equal inputs give equal outputs on every machine; a rule is written in seconds,
as curators think of it, and turned into milliseconds where it meets a time.
"""

from typing import Final, NewType

Metres = NewType("Metres", float)
"""A length, or a coordinate in the frame of a site."""

Seconds = NewType("Seconds", float)
"""A length of time as people set it."""

Millis = NewType("Millis", int)
"""A moment (since 1970-01-01T00:00Z) or a length of time, in milliseconds."""

Probability = NewType("Probability", float)
"""From 0 to 1."""

Point = tuple[float, float]
"""x and y in metres."""


def millis(seconds: float) -> Millis:
    """Whole milliseconds of a rule given in seconds.

    >>> millis(Seconds(2.5))
    2500
    """
    return Millis(round(seconds * 1000.0))


frozen: Final = tuple.__new__
"""`frozen(Stood, (exhibit, x, y))` is `Stood(exhibit, x, y)`, all fields given, for half the time.

A named tuple's own constructor is a Python function; a step would call ten of them.
"""

_GRID: Final = 1.5 * 2.0**32
"""Between 2³² and 2³³ a float has steps of 2⁻²⁰: what is added to this falls on them."""


def fine(value: float) -> float:
    """The outcome of `exp` or `erf` to 2⁻²⁰ (a millionth): another machine's may differ in the last digit.

    So another machine replays the same, as the four rules of arithmetic and the root are exact by IEEE 754. `round`
    takes six times as long.

    >>> fine(0.1) == fine(0.1 + 1e-12), abs(fine(0.1) - 0.1) < 1e-6
    (True, True)
    """
    return value + _GRID - _GRID
