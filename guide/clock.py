"""What time it is, and how a moment is written: milliseconds since 1970 (UTC) inside, RFC 3339 outside."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})"
)


class Clock(Protocol):
    """Where the service learns the time; tests bring their own."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 (UTC)."""
        ...  # pragma: no cover - a protocol has no body


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 (UTC), as the machine has it."""
        return time.time_ns() // 1_000_000


def rfc3339(at_ms: int) -> str:
    """A moment as everything outside reads it, always in UTC with milliseconds.

    >>> rfc3339(1_795_341_612_250)
    '2026-11-22T10:00:12.250Z'
    """
    moment = _EPOCH + timedelta(milliseconds=at_ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_rfc3339(text: str) -> int:
    """The milliseconds of a written moment; finer digits are cut off.

    Source: RFC 3339, section 5.6. A second of 60 is refused, as no clock here shows one.

    Raises:
        ValueError: The text is no moment, or says no zone; the message is one sentence for the sender.

    >>> from_rfc3339("2026-11-22T11:00:12.2509+01:00")
    1795341612250
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError("must be an RFC 3339 moment with its zone, such as 2026-11-22T10:00:12.250Z")
    day, clock, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone in 'Zz' else zone}")
        whole_s = (moment - _EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        raise ValueError(f"{text} is not a moment of the calendar") from None
    return whole_s * 1000 + int((fraction or "0").ljust(3, "0")[:3])
