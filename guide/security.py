"""Secrets and limits: how keys, codes and ids are made, what is kept of them, and how often one may ask."""

import base64
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from typing import Final

from guide.clock import Clock
from guide.errors import TooMany

KEY_PREFIX: Final = "cpl_"
_CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, O, 1, I, L and U: a code is read off a screen and typed by a person."""


def make_id() -> str:
    """A new id: 26 small letters and digits, 128 bits of chance, safe in a path."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def make_key() -> str:
    """A new key, to be shown once; its beginning says to people and to secret scanners what it is."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def make_code() -> str:
    """A new enrolment code, such as `K7QM-3XVT`: short enough to type, good for one use and a day."""
    letters = [secrets.choice(_CODE_LETTERS) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def spoken_code(typed: str) -> str:
    """An enrolment code as it was made, however it was typed.

    >>> spoken_code(" k7qm 3xvt")
    'K7QM-3XVT'
    """
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return letters[:4] + "-" + letters[4:]


def make_password() -> str:
    """A new password that a person can copy: 80 bits in four groups of four."""
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def digest(secret: str) -> str:
    """What is kept of a key: its SHA-256.

    Why not a slow hash, as for passwords? A key is 256 bits of chance, so there is nothing to guess, and a
    hundred times a second the hash of a poll's key must cost nothing.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_digest(secret_key: str, secret: str) -> str:
    """What is kept of a sign-in's cookie: an HMAC, so that a new `COUPOLE_SECRET_KEY` signs everybody out."""
    return hmac.new(secret_key.encode(), secret.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def same(left: str, right: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


class RateLimit:
    """So many a window for each name, refilled evenly; kept in this process only.

    Behind several processes the limit counts for each of them.
    """

    def __init__(self, clock: Clock, count: int, window_s: int, *, names: int = 10_000) -> None:
        self._clock = clock
        self._count = count
        self._window_ms = window_s * 1000
        self._names = names
        self._lock = threading.Lock()
        self._used: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, name: str, *, phrase: str) -> None:
        """Count one for a name.

        Raises:
            TooMany: The name has used up what it may; nothing was counted.
        """
        with self._lock:
            now = self._clock.now_ms()
            used, at = self._used.pop(name, (0.0, now))
            per_ms = self._count / self._window_ms
            used = max(0.0, used - (now - at) * per_ms)
            if used + 1 > self._count:
                self._used[name] = (used, now)
                wait_s = int((used + 1 - self._count) / per_ms / 1000) + 1
                raise TooMany.of(phrase, retry_after_s=wait_s)
            self._used[name] = (used + 1, now)
            while len(self._used) > self._names:
                self._used.popitem(last=False)

    def give_back(self, name: str) -> None:
        """Forget what a name has used, as after a sign-in that succeeded."""
        with self._lock:
            self._used.pop(name, None)
