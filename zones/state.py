"""What the engine remembers of a visit between two steps: small, frozen, and written with its version."""

import json
import zlib
from bisect import bisect_left
from typing import Any, Final, Literal, NamedTuple

from zones.decision import Episode, Notice
from zones.errors import StateUnreadable
from zones.units import Millis, frozen

STATE_VERSION: Final = 4
LASTING: Final = frozenset({"at", "mode", "memories", "last"})
"""What stands in the state of every version in the same way."""
FAST: Final = 1
"""The level of compression: a higher one saves 5 % and takes three times as long."""


class Whereabouts(NamedTuple):
    """The last position that was believed, where that puts the visitor, with what error, and since when at rest."""

    at: Millis
    x: float
    y: float
    level: str
    mean_x: float
    mean_y: float
    error: float
    """Metres, 1σ per axis, of the mean: it shrinks while the visitor stands."""
    rest_since: Millis
    """The last fix at which they were on the move."""
    standing: float
    """How likely they stand."""
    still_x: float
    still_y: float
    still_var: float
    """The place of a visitor who stands, and its spread (square metres per axis)."""
    walk_x: float
    walk_y: float
    walk_var: float
    """The same for one who walks."""
    alike: float = 0.0
    """How alike successive fixes have erred: see `zones.correlation`."""


class Doubt(NamedTuple):
    """Fixes that were not believed but agree with one another; the third is."""

    at: Millis
    x: float
    y: float
    level: str
    agreeing: int


class Presence(NamedTuple):
    """A zone that the visitor is in, since when and from where, or has left a moment ago (`out_since`)."""

    zone: str
    since: Millis
    x: float
    y: float
    probability: float
    inside: float = 0.0
    """How likely they attend it rather than nothing, as of the last fix."""
    inside_ms: int = 0
    """For how long they were in it rather than out of it; time out of it counts back."""
    out_since: Millis | None = None
    met: bool = False
    """The dwell has been met once: leaving before it is passing by."""
    expired: bool = False
    """It waited as *next* for too long; it may start when the narration is over, not wait again."""


class Narration(NamedTuple):
    """The track being heard: `position_ms` as of `at`; `x` and `y` are where the visitor stands to listen."""

    exhibit: str
    zone: str | None
    track: str
    duration_ms: int
    started_at: Millis
    at: Millis
    position_ms: int
    x: float
    y: float
    asked: bool = False
    priority: float = 0
    paused_at: Millis | None = None
    resumed_at: Millis | None = None
    fade_at_ms: int | None = None

    def moved(self, at: Millis, position_ms: int) -> "Narration":
        """The track at a position, as of a moment: `_replace` takes twice as long, and every step comes here."""
        return frozen(Narration, (*self[:5], at, position_ms, *self[7:]))

    def heard_from(self, x: float, y: float) -> "Narration":
        """The same with another spot."""
        return frozen(Narration, (*self[:7], x, y, *self[9:]))


class Stood(NamedTuple):
    """Where the visitor stood when an exhibit's narration was over."""

    exhibit: str
    x: float
    y: float


class Waiting(NamedTuple):
    """The one place of the queue, or an offer: an exhibit of a zone, since when."""

    exhibit: str
    zone: str
    since: Millis


class Memory(NamedTuple):
    """What was heard of an exhibit: any of it, enough of it, and the sentence at which to go on.

    `armed` is taken away by a cut and given back by a real departure: until then, what was cut or skipped does
    not begin again.
    """

    exhibit: str
    resume_ms: int = 0
    begun: bool = False
    heard: bool = False
    armed: bool = True
    skipped_at: Millis | None = None


class State(NamedTuple):
    """One visit, as the engine knows it."""

    at: Millis | None = None
    mode: Literal["auto", "offer", "quiet"] = "auto"
    where: Whereabouts | None = None
    doubt: Doubt | None = None
    presences: tuple[Presence, ...] = ()
    narration: Narration | None = None
    waiting: Waiting | None = None
    offer: Waiting | None = None
    memories: tuple[Memory, ...] = ()
    last: str | None = None
    """The exhibit of the narration that was over last: what *replay* and *resume* are about in silence."""
    notices: tuple[Notice, ...] = ()
    episodes: tuple[Episode, ...] = ()
    breath_until: Millis | None = None
    stood: Stood | None = None

    def memory(self, exhibit: str) -> Memory:
        """What is remembered of an exhibit, or a blank memory."""
        return recalled(self.memories, exhibit)


def recalled(memories: tuple[Memory, ...], exhibit: str) -> Memory:
    """What is remembered of an exhibit, or a blank memory; memories stand in the order of exhibits."""
    # a row of one value comes before every longer one that begins alike
    place = bisect_left(memories, (exhibit,))
    if place < len(memories) and memories[place].exhibit == exhibit:
        return memories[place]
    return Memory(exhibit)


def remembering(memories: tuple[Memory, ...], memory: Memory) -> tuple[Memory, ...]:
    """The memories with one put in its place."""
    others = [each for each in memories if each.exhibit != memory.exhibit]
    return tuple(sorted([*others, memory], key=lambda each: each.exhibit))


_SINGLE: Final[dict[str, type[Any]]] = {
    "where": Whereabouts,
    "doubt": Doubt,
    "narration": Narration,
    "waiting": Waiting,
    "offer": Waiting,
    "stood": Stood,
}
_MANY: Final[dict[str, type[Any]]] = {
    "presences": Presence,
    "memories": Memory,
    "notices": Notice,
    "episodes": Episode,
}


def encode(state: State) -> bytes:
    """The state as compressed JSON, each part a row of its values: at most 2 KB in a visit of 40 exhibits.

    Plain, such a visit took 3.6 KB, most of it the names of exhibits and the digits of the century.

    >>> decode(encode(State(at=Millis(5)))) == State(at=Millis(5))
    True
    """
    # tuples of tuples are written as rows of their values
    named = zip(State._fields, state, strict=True)
    body = {"v": STATE_VERSION} | {name: value for name, value in named if value not in (None, ())}
    return zlib.compress(json.dumps(body, separators=(",", ":")).encode(), FAST)


def decode(text: bytes) -> State:
    """The state that `encode` wrote; of one that an older version wrote, what every version has.

    So a visit that is on when the service is renewed goes on: what was heard stays heard, the rest begins anew.

    Raises:
        StateUnreadable: when it is of a newer version or damaged.
    """
    try:
        body = json.loads(zlib.decompress(text))
        version = int(body.pop("v"))
        if version > STATE_VERSION:
            raise StateUnreadable("the visit's state is of a newer version of the engine")
        if version < STATE_VERSION:
            body = {name: value for name, value in body.items() if name in LASTING}
        return State(**{name: _value(name, value) for name, value in body.items()})
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateUnreadable("the visit's state is damaged") from error


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - any field of a state
    if name in _SINGLE:
        return _SINGLE[name](*value)
    return tuple(_MANY[name](*row) for row in value) if name in _MANY else value
