"""The handheld as the harness knows it: it plays what it was told last, to the end or to the fade, without delay."""

from collections.abc import Mapping

from guide.quality.kinds import Heard
from zones.model import Cue


class Sounding:
    """A device under a system: call `advance` with the time of each fix, then `start`, `stop` or `fade`.

    Between two fixes it plays on by itself: a track ends when it ends, and a fade is a position in the track at
    which it falls silent. One track at a time.
    """

    def __init__(self, cues: Mapping[str, Cue]) -> None:
        self._cues = cues
        self._heard: list[Heard] = []
        self._began = (0, 0)
        self._why = ""
        self._fade: int | None = None
        self.exhibit: str | None = None
        """What sounds now; nothing in silence."""
        self.over: str | None = None
        """What came to its own end last."""

    def advance(self, at_ms: int) -> None:
        """Let time pass: what is over by then ends at its own moment, not at this one."""
        if self.exhibit is None:
            return
        started, position = self._began
        duration = self._cues[self.exhibit].duration_ms
        until = duration if self._fade is None else min(duration, max(self._fade, position))
        if position + at_ms - started >= until:
            self._end(started + until - position, finished=until == duration)

    def position_ms(self, at_ms: int) -> int:
        """Where the track is that sounds; 0 in silence."""
        return 0 if self.exhibit is None else self._began[1] + at_ms - self._began[0]

    def left_ms(self, at_ms: int) -> int:
        """How much of the track that sounds is left; 0 in silence."""
        return 0 if self.exhibit is None else self._cues[self.exhibit].duration_ms - self.position_ms(at_ms)

    def start(self, at_ms: int, exhibit: str, from_ms: int = 0, why: str = "") -> None:
        """Play an exhibit from a position; what sounds is cut."""
        self.stop(at_ms)
        self.exhibit, self._began, self._why, self._fade = exhibit, (at_ms, from_ms), why, None

    def stop(self, at_ms: int) -> None:
        """Cut what sounds, if anything does."""
        self.advance(at_ms)
        if self.exhibit is not None:
            self._end(at_ms, finished=False)

    def fade(self, position_ms: int | None) -> None:
        """Fall silent at a position of the track that sounds, or play on after all."""
        self._fade = position_ms

    def heard(self, at_ms: int) -> list[Heard]:
        """All that was heard, the device being handed back at this moment."""
        self.stop(at_ms)
        return list(self._heard)

    def _end(self, at_ms: int, *, finished: bool) -> None:
        if self.exhibit is None:
            return
        started, position = self._began
        if at_ms > started or finished:
            reached = position + at_ms - started
            self._heard.append(
                Heard(self.exhibit, started, at_ms, position, reached, finished=finished, why=self._why)
            )
        self.over = self.exhibit if finished else self.over
        self.exhibit, self._fade = None, None
