"""Stand-ins that keep the real interfaces, for what a test must hold in its hand."""


class FakeClock:
    """A clock that moves only when a test moves it; it starts at 2026-11-22T10:00:00Z."""

    def __init__(self, now_ms: int = 1_795_341_600_000) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """Milliseconds since 1970 (UTC)."""
        return self._now_ms

    def pass_s(self, seconds: float) -> None:
        """Let time pass."""
        self._now_ms += int(seconds * 1000)
