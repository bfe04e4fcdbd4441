"""Whose turn it is to write: the writers of one process queue here, and the visits' journal goes first.

Why not in SQLite? Who finds its lock taken sleeps there, longer each time, up to a tenth of a second, and nobody wakes
them when it comes free; with ten uploads at once a poll's commit was measured to wait 130 ms for a lock held for 10.
Another process is still waited for in that way.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from guide.errors import Unavailable


class Turns:
    """One writer at a time; of those who wait, first come first served among the hurried, then among the others."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._condition = threading.Condition()
        self._busy = False
        self._count = 0
        self._waiting: list[tuple[bool, int]] = []
        """Of each who waits, that there is no hurry and the number: in this order they come to their turn."""

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @contextmanager
    def taken(self, *, hurried: bool) -> Iterator[None]:
        """The turn, for as long as the block runs.

        Raises:
            Unavailable: It did not come in time.
        """
        with self._condition:
            self._wait(hurried=hurried)
            self._busy = True
        try:
            yield
        finally:
            with self._condition:
                self._busy = False
                self._condition.notify_all()

    def _wait(self, *, hurried: bool) -> None:
        self._count += 1
        mine = (not hurried, self._count)
        self._waiting.append(mine)
        try:
            came = self._condition.wait_for(
                lambda: not self._busy and mine == min(self._waiting), self._longest_s
            )
        finally:
            self._waiting.remove(mine)
        if not came:
            self._condition.notify_all()
            raise Unavailable.of("database_unavailable")
