"""One-time tickets: a WebSocket cannot send a header, so it is opened with a word that works once."""

import secrets
from typing import Final

from guide.clock import Clock
from guide.errors import Unauthenticated
from guide.services.access import Caller

LIFE_MS: Final = 30_000


class Tickets:
    """Tickets that this process has given out and not yet taken back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: dict[str, tuple[str, Caller, int]] = {}

    def give(self, visit: str, caller: Caller) -> tuple[str, int]:
        """A new ticket for a visit, and when it lapses."""
        now = self._clock.now_ms()
        self._given = {word: each for word, each in self._given.items() if each[2] > now}
        word, until = secrets.token_urlsafe(24), now + LIFE_MS
        self._given[word] = (visit, caller, until)
        return word, until

    def take(self, word: str, visit: str) -> Caller:
        """Who was given a ticket; it is gone afterwards.

        Raises:
            Unauthenticated: `wrong_ticket`: unknown, used, lapsed, or of another visit.
        """
        given = self._given.pop(word, None)
        if given is None or given[0] != visit or given[2] <= self._clock.now_ms():
            raise Unauthenticated(
                "wrong_ticket", "The ticket is unknown, used or older than half a minute: ask for a new one."
            )
        return given[1]
