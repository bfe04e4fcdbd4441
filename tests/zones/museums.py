"""Small museums with everything in them, and visits that flit about them: quick to draw, and soon in trouble."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from hypothesis import strategies as st

from tests.zones.plans import GROUND, floor_plan
from tests.zones.walks import Visitor, told
from zones.model import Command, Cue, Fix, Gap, Layout, ModeChange, Player, Tick
from zones.units import Millis

EXHIBITS: Final = ("A", "B", "C", "D", "nowhere")
Deed: TypeAlias = Literal["go", "jump", "dark", "press", "mode", "speak", "offline", "odd", "report", "lift"]
DEEDS: Final[tuple[Deed, ...]] = (*get_args(Deed), "go", "go", "go", "go")
BUTTONS: Final = get_args(Command.__annotations__["do"])
MODES: Final = get_args(ModeChange.__annotations__["mode"])
PLAYERS: Final = get_args(Player.__annotations__["state"])


def _cues(gap: str, without_sentences: str) -> Mapping[str, Cue | Gap]:
    return {
        gap: Gap(),
        without_sentences: Cue(f"track-{without_sentences}", Millis(15_000), notices=("age",)),
    }


MUSEUMS: Final[Mapping[str, Layout]] = {
    "a row of rooms": told(floor_plan("A B C D", cell=4.0), seconds=40),
    "rooms over rooms": told(
        floor_plan("A A A B B", ". C C C .", ". . D . .", cell=3.0, D={"priority": 1}),
        seconds=30,
        B=Gap(),
        C=Cue("track-C", Millis(15_000), notices=("age",)),
    ),
    "every mode": told(
        floor_plan(
            "A B C D",
            cell=4.0,
            A={"mode": "offer"},
            B={"mode": "manual"},
            C={"mode": "notice"},
            D={"rules": {"dwell": 1.0, "cool_down": 10.0, "exit_delay": 0.0}},
        ),
        seconds=12,
        C=Cue("track-C", Millis(9000), (4000,), notices=("loudness", "fallback")),
    ),
    "two floors": told(floor_plan({"low": "A B = .", GROUND: "C B = D"}, cell=4.0), seconds=25),
    "one exhibit twice": told(
        floor_plan("A B C", ". D D", cell=4.0, C={"exhibit": "A"}, D={"priority": -1}), seconds=20, sentence=3
    ),
    "nothing": floor_plan(". . X", cell=9.0).for_visit({}),
}


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that a visitor or a radio does: what, which of several, for how many seconds."""

    deed: Deed
    which: int
    seconds: int


def visits(longest: int = 12) -> st.SearchStrategy[list[Doing]]:
    """What a visitor does in a visit; `act` makes events of it."""
    doing = st.builds(
        Doing, deed=st.sampled_from(DEEDS), which=st.integers(0, 29), seconds=st.integers(0, 20)
    )
    return st.lists(doing, max_size=longest)


def museums() -> st.SearchStrategy[Layout]:
    """One of the small museums."""
    return st.sampled_from(sorted(MUSEUMS)).map(MUSEUMS.__getitem__)


def periods() -> st.SearchStrategy[float]:
    """Seconds between two polls."""
    return st.sampled_from([0.5, 1.0, 2.0, 5.0])


def act(visitor: Visitor, doing: Doing) -> None:
    """Do it."""
    which, seconds = doing.which, doing.seconds
    x, y = which % 6 * 3 + 0.5, which % 5
    match doing.deed:
        case "go":
            visitor.walks(x, y).stands(seconds)
        case "jump":
            visitor.appears(x, y).stands(seconds)
        case "lift":
            visitor.appears(9.5, 2, ("low", GROUND)[which % 2]).stands(seconds)
        case "dark":
            visitor.waits(2 * seconds, ticking=which % 2 == 0)
        case "odd":
            visitor.sends(_odd(visitor, which, seconds))
        case "report":
            visitor.player = _report(visitor, which, seconds)
            visitor.polls()
            visitor.player = None
        case _:
            _wish(visitor, doing.deed, which)


def _wish(visitor: Visitor, deed: Deed, which: int) -> None:
    match deed:
        case "press":
            visitor.presses(BUTTONS[which % len(BUTTONS)], (*EXHIBITS, None)[which % 6])
        case "mode":
            visitor.chooses(MODES[which % len(MODES)])
        case "speak":
            tongue = {name: _other(cue, which) for name, cue in visitor.hall.programme.items()}
            visitor.speaks(tongue, now=which % 2 == 0)
        case _:
            visitor.played_offline(EXHIBITS[which % 5])


def _other(cue: Cue | Gap, which: int) -> Cue | Gap:
    if isinstance(cue, Gap) or which % 7 == 0:
        return Gap()
    return Cue(f"{cue.track}'", Millis(max(1, cue.duration_ms * (which % 3 + 1) // 2)), cue.gaps_ms)


def _odd(visitor: Visitor, which: int, seconds: int) -> Fix | Tick:
    at, x, y, level = visitor.now, visitor.x, visitor.y, visitor.level
    late = Millis(at - 1000 * seconds)
    return (
        Fix(late, x, y, level),
        Fix(at, x, y, level, 50.0),
        Fix(at, float("nan"), y, level),
        Fix(at, x + 40, y, level),
        Fix(at, x, y, "attic"),
        Fix(at, x, y, level, -1.0),
        Fix(at, x, y, level, None, None, "ABCDX"[which % 5], deliberate=True),
        Fix(at, x, y, level, None, None, "ABCDX"[which % 5]),
        Tick(late, Player("ended", None)),
        Tick(Millis(at + 60_000 * seconds)),
    )[which % 10]


def _report(visitor: Visitor, which: int, seconds: int) -> Player:
    playing = visitor.state.narration
    track = (playing.track if playing else "track-A", None, "another")[which % 5 % 3]
    return Player(PLAYERS[which % 6], track, (None, 1000 * seconds)[which // 6 % 2])
