"""A device's clock against the service's: how a visit corrects it, what it refuses, and how it learns anew."""

from typing import Final, Literal

from guide.services.visit import ClockDoubt, Visit

FUTURE_MS: Final = 5_000
LATE_MS: Final = 10_000
CLOCK_LIMIT_MS: Final = 24 * 3600 * 1000
"""A clock that is further off than a day is not believed at its first word."""
AGREEING_MESSAGES: Final = 3
STEADY_MS: Final = 100
"""By how much the ways of two late messages may differ, beside a quarter of the time between them."""

Refusal = Literal["from_future", "too_late"]


def corrected(visit: Visit, at: int, arrived: int) -> tuple[int, Refusal | None]:
    """A device's time in the service's, and why a message of that time is refused, if it is.

    A simulated visit lives in the time of its own fixes. A real device's clock may be off: the offset is the least
    delay seen, from the first message on, and what then lies more than 5 s ahead or 10 s back is refused. Three
    such messages in a row that agree with one another show that the clock has jumped: they set the offset anew, and
    the third is taken.

    Source: decision 0031.
    """
    if visit.simulated:
        return at, None
    behind = arrived - at
    if visit.clock_offset_ms is None:
        visit.clock_offset_ms = behind if abs(behind) <= CLOCK_LIMIT_MS else 0
    refused = _refusal(behind - visit.clock_offset_ms)
    if refused is not None:
        doubt = visit.clock_doubt = _doubt(visit.clock_doubt, at, arrived, refused)
        if doubt.agreeing < AGREEING_MESSAGES:
            return at + visit.clock_offset_ms, refused
        visit.clock_offset_ms = doubt.least_ms
    visit.clock_doubt = None
    visit.clock_offset_ms = min(visit.clock_offset_ms, behind)  # the quickest message tells the clock best
    return at + visit.clock_offset_ms, None


def _refusal(drift: int) -> Refusal | None:
    if drift < -FUTURE_MS:
        return "from_future"
    return "too_late" if drift > LATE_MS else None


def _doubt(doubt: ClockDoubt | None, at: int, arrived: int, refused: Refusal) -> ClockDoubt:
    """The doubt with one more message; a repeat neither agrees nor disagrees."""
    if doubt is not None and at == doubt.at:
        return doubt
    behind = arrived - at
    if doubt is None or not _agree(at - doubt.at, arrived - doubt.arrived, refused):
        return ClockDoubt(at, arrived, behind, 1)
    return ClockDoubt(at, arrived, min(doubt.least_ms, behind), doubt.agreeing + 1)


def _agree(told_ms: int, passed_ms: int, refused: Refusal) -> bool:
    """Whether both clocks went on alike from one message to the next.

    Nothing arrives before it is sent, so what is early was not held back, and 5 s will do. What is late may have been
    held back and be handed in at a stroke: it must come at the pace at which it was sent.
    """
    slack_ms = FUTURE_MS if refused == "from_future" else STEADY_MS + passed_ms / 4
    return abs(told_ms - passed_ms) <= slack_ms
