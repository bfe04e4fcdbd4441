"""What the tests ask a worker process to do."""

from __future__ import annotations

import os
import signal
import sys
import time

from media import worker
from media.errors import TranscriptError, UnfitAudioError


def add(one: int, other: int) -> int:
    """A job that just works."""
    return one + other


def chatter() -> str:
    """A job whose libraries talk on both channels."""
    print("noise on standard output", flush=True)  # noqa: T201 - the noise is what is tested
    os.write(1, b"noise from C\n")
    print("noise on standard error", file=sys.stderr, flush=True)  # noqa: T201 - the noise is what is tested
    return "said"


def sleep() -> None:
    """A job that hangs."""
    time.sleep(600)


def swallow() -> int:
    """A job that wants more memory than there is."""
    return len(bytearray(4 << 30))


def die(name: str) -> None:
    """A job that ends the way a crash in C does."""
    os.kill(os.getpid(), signal.Signals[name])
    time.sleep(60)


def leave() -> None:
    """A job that ends without an answer."""
    os._exit(3)


def refuse() -> None:
    """A job that refuses a file."""
    raise UnfitAudioError("silent", "The sound is silent from start to end.")


def refuse_transcript() -> None:
    """A job whose error is built in its own way."""
    raise TranscriptError([])


def blunder() -> None:
    """A job with a mistake of ours in it."""
    raise KeyError("nobody foresaw this")


def niceness() -> int:
    """How politely the job runs."""
    return os.nice(0)


class Bomb:
    """What a child overrun by hostile bytes might send: unpickled carelessly, it runs a function here."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("echo pwned",)


def bomb() -> Bomb:
    """A job that answers with it."""
    return Bomb()


class Loop:
    """The same through a function of our own package."""

    def __reduce__(self) -> tuple[object, ...]:
        return worker.run, ("os:getpid",)


def loop() -> Loop:
    """A job that answers with it."""
    return Loop()


def report() -> str:
    """A job that tells how far it is."""
    worker.tell(10, "probing", "One\nof two.")
    worker.tell(60, "encoding", "Two of two.")
    return "done"


def rave() -> str:
    """A job whose channel is full of other things."""
    os.write(
        _channel(), b"\xff\x00\n\n-5 ready no\nready\n" + b"x" * 9000 + b"\n900 ready " + b"y" * 1500 + b"\n"
    )
    return "done"


def _channel() -> int:
    channel = worker._channel
    assert channel is not None
    return channel.fileno()
