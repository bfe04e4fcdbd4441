"""What is remembered of a visit: small, versioned, and the same when it is read again."""

import zlib
from hashlib import sha256
from typing import Final

import pytest

from tests.zones.plans import floor_plan
from tests.zones.walks import MOMENT, STATE_LIMIT, Visitor, told
from zones.decision import Episode, Notice
from zones.errors import StateUnreadable
from zones.geometry import build_layout
from zones.model import Cue, Gap, Layout, Level, Part, Zone
from zones.notices import NOTICES_KEPT
from zones.state import (
    STATE_VERSION,
    Doubt,
    Memory,
    Narration,
    Presence,
    State,
    Waiting,
    Whereabouts,
    decode,
    encode,
    remembering,
)
from zones.units import Millis, fine

EXHIBITS: Final = tuple(sha256(bytes([number])).hexdigest()[:12] for number in range(40))
"""Ids of twelve characters that have nothing in common: no names would be harder to compress."""


def at(seconds: float) -> Millis:
    """A moment of the visit."""
    return Millis(MOMENT + round(seconds * 1000))


def busy(memories: tuple[Memory, ...]) -> State:
    """A visit in the thick of it: a narration fading, one waiting, three more zones, notices, a doubt."""
    here = EXHIBITS[:5]
    return State(
        at=at(4321.987),
        where=Whereabouts(
            at(4321),
            12.345,
            67.891,
            "tunnels",
            fine(12.345678),
            fine(67.891234),
            fine(0.3217),
            at(4300),
            fine(0.912345),
            fine(12.345612),
            fine(67.891256),
            fine(0.098765),
            fine(12.378901),
            fine(67.812345),
            fine(0.345678),
        ),
        doubt=Doubt(at(4321.9), 45.678, 12.345, "tunnels", 2),
        presences=tuple(
            Presence(
                name,
                at(4000),
                fine(12.345678),
                fine(67.891234),
                fine(0.9876),
                fine(0.9912),
                21_000,
                at(4320),
                met=True,
            )
            for name in here
        ),
        narration=Narration(
            here[0],
            here[0],
            "track-7f3a9c2e1b",
            123_456,
            at(4200),
            at(4321.987),
            98_765,
            fine(12.301234),
            fine(67.854321),
            paused_at=None,
            fade_at_ms=101_234,
        ),
        waiting=Waiting(here[1], here[1], at(4310)),
        memories=memories,
        last=here[4],
        notices=tuple(Notice("language_gap", name, at(4000)) for name in EXHIBITS[:NOTICES_KEPT]),
        episodes=tuple(Episode(name, name, "narration_playing", at(4300)) for name in here[1:]),
    )


class TestSize:
    @pytest.mark.parametrize("heard", [40, 20, 0])
    def test_forty_exhibits(self, heard: int) -> None:
        """Late in a visit to forty exhibits, heard and cut, the state has no more than 2 KB."""
        memories = tuple(
            Memory(name, begun=True, heard=True)
            if number < heard
            else Memory(name, 1013 * number % 80_000, begun=True, skipped_at=at(97 * number))
            for number, name in enumerate(EXHIBITS)
        )

        assert len(encode(busy(memories))) <= STATE_LIMIT

    def test_a_long_visit(self) -> None:
        """A walk past forty exhibits, every third one a gap, every other one cut: each step keeps the limit."""
        hall = _gallery()
        visitor = Visitor(hall, x=1.5, y=1.5, level="hall")
        for number in range(40):
            visitor.walks(3 * number + 1.5).stands(9 if number % 2 else 32)
            if number % 5 == 0:
                visitor.presses("skip")

        assert len(visitor.state.memories) > 20
        assert len(visitor.notices) > 10

    def test_an_empty_visit_is_a_few_bytes(self) -> None:
        """Nothing has happened, and next to nothing is written."""
        assert len(encode(State())) < 40


def _gallery() -> Layout:
    """Forty rooms of 3 m in a row."""
    zones = [
        Zone(name, name, ("hall",), (Part(((x, 0), (x + 3, 0), (x + 3, 3), (x, 3))),))
        for x, name in zip(range(0, 120, 3), EXHIBITS, strict=True)
    ]
    hall = build_layout([Level("hall", 0)], zones)
    gaps = tuple(range(4000, 28_000, 4000))
    return hall.for_visit(
        {
            name: Gap() if number % 3 == 0 else Cue(f"{name}.en.standard", Millis(28_000), gaps)
            for number, name in enumerate(EXHIBITS)
        }
    )


class TestWrittenAndRead:
    def test_everything(self) -> None:
        """Every part of a state is what it was."""
        state = busy((Memory("a", 2, heard=True), Memory("b", 3, armed=False, skipped_at=at(5))))

        assert decode(encode(state)) == state

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "[]",
            "7",
            '"v"',
            "null",
            "{}",
            '{"v":4,"where":[1]}',
            '{"v":4,"presences":5}',
            '{"v":4,"colour":"red"}',
            '{"v":1,"memories":[["a",1,2,3,4,5,6,7]]}',
        ],
    )
    def test_damaged(self, text: str) -> None:
        """A damaged state is an error of ours, with a sentence."""
        with pytest.raises(StateUnreadable, match="damaged"):
            decode(zlib.compress(text.encode()))

    @pytest.mark.parametrize("text", [b"", b"{}", encode(State())[:-3]], ids=["empty", "plain", "cut off"])
    def test_torn(self, text: bytes) -> None:
        """So is one that is not even compressed, or not to its end."""
        with pytest.raises(StateUnreadable, match="damaged"):
            decode(text)

    def test_newer_version(self) -> None:
        """A state of a newer version says so, rather than being misread."""
        with pytest.raises(StateUnreadable, match="newer version"):
            decode(zlib.compress(f'{{"v":{STATE_VERSION + 1}}}'.encode()))

    def test_older_version(self) -> None:
        """After the service is renewed a visit goes on: what was heard stays heard, the rest begins anew."""
        before = (
            b'{"v":1,"at":5,"mode":"offer","where":[5,1,2,"ground"],"memories":[["a",0,true,true,true,null]]}'
        )

        state = decode(zlib.compress(before))
        assert state == State(at=Millis(5), mode="offer", memories=(Memory("a", 0, begun=True, heard=True),))


class TestMemory:
    def test_blank(self) -> None:
        """Of an exhibit never begun nothing is remembered, and nothing holds it back."""
        memory = State().memory("a")

        assert (memory.begun, memory.heard, memory.armed) == (False, False, True)

    def test_put_in_its_place(self) -> None:
        """A memory takes the place of the one before, in the order of exhibits."""
        memories = remembering((Memory("a"), Memory("c")), Memory("b"))
        memories = remembering(memories, Memory("a", 5))

        assert [each.exhibit for each in memories] == ["a", "b", "c"]
        assert State(memories=memories).memory("a").resume_ms == 5


def test_hall_of_one_is_told() -> None:
    """The helper that cuts narrations into sentences leaves out the end."""
    cue = told(floor_plan("A"), seconds=12).programme["A"]

    assert isinstance(cue, Cue)
    assert cue.gaps_ms == (5000, 10_000)
