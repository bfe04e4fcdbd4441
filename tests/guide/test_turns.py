"""Turns: who may write next, when several of one process want to."""

import threading
from collections.abc import Iterator

import pytest

from guide.errors import Unavailable
from guide.store.turns import Turns

SECONDS = 20.0


class Queue:
    """Writers who queue for a turn, and the order in which they had it."""

    def __init__(self) -> None:
        self.turns = Turns(SECONDS)
        self.had: list[str] = []
        self._threads: list[threading.Thread] = []

    def join(self, name: str, *, hurried: bool = False) -> None:
        """Somebody comes, and stands in the queue when this returns."""
        before = self.turns.waiting
        thread = threading.Thread(target=self._write, args=(name,), kwargs={"hurried": hurried})
        thread.start()
        self._threads.append(thread)
        while self.turns.waiting == before:
            threading.Event().wait(0.001)

    def _write(self, name: str, *, hurried: bool) -> None:
        with self.turns.taken(hurried=hurried):
            self.had.append(name)

    def end(self) -> None:
        """All have had their turn."""
        for each in self._threads:
            each.join(SECONDS)


@pytest.fixture
def queue() -> Iterator[Queue]:
    """A queue of one process."""
    made = Queue()
    yield made
    made.end()


def test_first_come_first_served(queue: Queue) -> None:
    """Those who wait write in the order in which they came."""
    with queue.turns.taken(hurried=False):
        for name in ("a", "b", "c"):
            queue.join(name)
    queue.end()
    assert queue.had == ["a", "b", "c"]


def test_a_poll_goes_before_uploads(queue: Queue) -> None:
    """However many uploads wait to be written down, what a visitor waits for is written next."""
    with queue.turns.taken(hurried=False):
        queue.join("upload 1")
        queue.join("upload 2")
        queue.join("poll 1", hurried=True)
        queue.join("poll 2", hurried=True)
    queue.end()
    assert queue.had == ["poll 1", "poll 2", "upload 1", "upload 2"]


def test_nobody_waits_for_ever() -> None:
    """Where somebody keeps the turn, the others are told that the database does not answer, and the queue is sound."""
    turns = Turns(0.01)
    with turns.taken(hurried=False), pytest.raises(Unavailable), turns.taken(hurried=True):
        pass
    assert turns.waiting == 0
    with turns.taken(hurried=False):
        pass


def test_a_failed_writer_gives_its_turn_back() -> None:
    """What goes wrong within a turn ends the turn."""
    turns = Turns(SECONDS)
    with pytest.raises(ZeroDivisionError), turns.taken(hurried=False):
        _ = 1 / 0
    with turns.taken(hurried=False):
        pass
