"""The rules of other systems do what their makers publish: each on a drawn walk whose outcome is known."""

from collections.abc import Sequence

import pytest

from guide.quality.kinds import World
from guide.quality.rivals import RIVALS
from tests.zones.plans import floor_plan
from zones.model import Fix, Layout
from zones.profiles import PROFILES
from zones.units import Millis

BY_NAME = {rival.name: rival for rival in RIVALS}
PAIR = floor_plan(
    """
    A A B B
    A A B B
    """,
    cell=2.0,
)
"""Two exhibits side by side, each 4 m by 4 m: A up to x = 4, B beyond."""
NESTED = floor_plan(
    """
    A A A A
    A A A A
    """,
    """
    . B B .
    . . . .
    """,
    cell=2.0,
)
STACKED = floor_plan({"tunnel": "A A", "dome": "B B"}, cell=4.0)


def heard(
    name: str, plan: Layout, xs: Sequence[float], *, every: float = 1.0, **fix: float | str
) -> list[str]:
    """What begins when somebody is seen at these places, one after the other; `A 3` is A after 3 s."""
    where = {"y": 2.0, "level": next(iter(plan.levels)), "accuracy": 0.3, **fix}
    fixes = [
        Fix(Millis(round(1000 * every * n)), x=x, **where)  # type: ignore[arg-type]  # by name, each of its type
        for n, x in enumerate([*xs, *xs[-1:]])  # the last place once more, so that what began there is heard
    ]
    sounds = BY_NAME[name].run(World("plan", "drawn", plan), fixes, PROFILES["uwb"])
    return [f"{each.exhibit} {each.started_ms / 1000:g}" for each in sounds]


def test_there_are_nine_with_their_sources() -> None:
    """Nine rules of others, each with a name of its own and the place where it is published."""
    assert len(BY_NAME) == 9
    assert all(rival.source for rival in RIVALS)


def test_raw_containment_cuts_who_sways_over_a_border() -> None:
    """Two steps over the border and back: B cuts A, and A begins anew."""
    assert heard("raw containment", PAIR, [2, 2, 5, 5, 2, 2]) == ["A 0", "B 2", "A 4"]


def test_nearest_centre_plays_in_the_corridor_too() -> None:
    """10 m away from every exhibit something plays all the same, and it changes half-way between two."""
    assert heard("nearest centre", PAIR, [-8, -8, 3.9, 4.1]) == ["A 0", "B 3"]
    assert heard("nearest centre", PAIR, [-30, -20]) == []


def test_dwell_counts_three_seconds_without_a_break() -> None:
    """Two seconds in A are not enough, nor are two and two with a step outside; three are."""
    assert heard("dwell 3 s", PAIR, [2, 2, 2, 5, 5, 2, 2, 2]) == []
    assert heard("dwell 3 s", PAIR, [2, 2, 2, 2, 5, 5, 5, 5]) == ["A 3", "B 7"]


def test_two_fences_hold_who_steps_just_outside() -> None:
    """Half a metre over the border A is not left, so that coming back is no new entry: B plays on."""
    assert heard("two fences", PAIR, [2, 2, 4.5, 2, 2]) == ["A 0", "B 2"]
    assert heard("two fences", PAIR, [2, 2, 6, 2, 2]) == ["A 0", "B 2", "A 3"]


@pytest.mark.parametrize(
    ("away", "begins"),
    [
        pytest.param([6, 6, 6], ["A 0", "B 2"], id="back within the delay of 5 s"),
        pytest.param([6] * 7, ["A 0", "B 2", "A 9"], id="away for longer"),
        pytest.param([4.5] * 20, ["A 0", "B 2"], id="within the tolerance"),
        pytest.param([4.5] * 32, ["A 0", "B 2", "A 34"], id="within the tolerance for more than 30 s"),
    ],
)
def test_omlox_exits(away: list[float], begins: list[str]) -> None:
    """An exit waits for its delay and its tolerance; who was held to have left A enters it anew."""
    assert heard("omlox exit rules", PAIR, [2, 2, *away, 2, 2]) == begins


def test_votes_outlast_a_stray_position() -> None:
    """One position in B among five in A changes nothing, three do."""
    assert heard("3 of 5", PAIR, [2, 2, 2, 5, 2, 2]) == ["A 2"]
    assert heard("3 of 5", PAIR, [2, 2, 2, 5, 2, 5, 5]) == ["A 2", "B 6"]


def test_overlap_ratio_asks_for_most_of_the_circle() -> None:
    """On the border half of the circle is in each zone: nothing is entered, and nothing is left."""
    assert heard("overlap ratio", PAIR, [4, 4, 4], accuracy=0.6) == []
    assert heard("overlap ratio", PAIR, [2, 4, 4, 5.5], accuracy=0.6) == ["A 0", "B 3"]


def test_overlap_ratio_of_a_zone_smaller_than_the_circle() -> None:
    """With an error that is larger than the zone, the share of the zone counts; else nothing could be entered."""
    assert heard("overlap ratio", PAIR, [2], accuracy=4.0) == ["A 0"]


def test_the_incumbent_wins_a_close_contest() -> None:
    """Barely past the half-way line A stays; only in the middle of B has the challenger a clear lead."""
    assert heard("percentage contest", PAIR, [2, 2, 4.2, 4.2, 4.2], every=1.1) == ["A 0"]
    assert heard("percentage contest", PAIR, [2, 2, 3, 4, 5, 6, 6, 6], every=1.1) == ["A 0", "B 5.5"]


@pytest.mark.parametrize(("silence", "begins"), [(1_100, ["A"]), (40_000, ["A", "B"])])
def test_a_silent_radio_ends_a_contest(silence: int, begins: list[str]) -> None:
    """What was near a moment ago still counts as near; after 30 s without a position it is forgotten."""
    moments = ((0, 2.0), (1_100, 2.0), (1_100 + silence, 5.2), (2_200 + silence, 5.2))
    walk = [Fix(Millis(at), x, 2.0, "ground") for at, x in moments]
    sounds = BY_NAME["percentage contest"].run(World("plan", "drawn", PAIR), walk, PROFILES["ble"])
    assert [each.exhibit for each in sounds] == begins


def test_a_position_that_flees_is_not_believed_by_the_contest() -> None:
    """One position 6 m off after a second is faster than anybody: the incumbent's distance stays what it was."""
    assert heard("percentage contest", PAIR, [2, 2, 2, 2, 7, 2, 2], every=1.1) == ["A 0"]


def test_what_plays_is_finished_and_then_banned() -> None:
    """A goes on to its end while the visitor is in B; then B plays, and A not again for half an hour."""
    begins = heard("finish and ban", PAIR, [2, *[6.0] * 185, *[2.0] * 200])
    assert begins == ["A 0", "B 90"]


@pytest.mark.parametrize("name", BY_NAME)
def test_nothing_sounds_through_the_floor(name: str) -> None:
    """Whoever stands in the tunnel hears nothing of the dome above it."""
    assert {each[0] for each in heard(name, STACKED, [4.0] * 12, every=1.1, level="tunnel")} == {"A"}


@pytest.mark.parametrize("name", ["raw containment", "dwell 3 s", "two fences", "omlox exit rules", "3 of 5"])
def test_the_inner_of_two_nested_zones_plays(name: str) -> None:
    """Inside both, the smaller zone is heard."""
    assert {each[0] for each in heard(name, NESTED, [4.0] * 6, y=3.0)} == {"B"}


@pytest.mark.parametrize("name", sorted({*BY_NAME} - {"finish and ban"}))
def test_the_app_around_them_is_kind(name: str) -> None:
    """Out of every zone the track plays on, and what was heard to its end does not begin again."""
    walk = [*[2.0] * 8, *[-3.0] * 90, *[2.0] * 20]
    assert [each[0] for each in heard(name, PAIR, walk, every=1.1)] == ["A"]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_visit_without_positions_is_silent(name: str) -> None:
    """Where nothing is seen, nothing is heard."""
    assert heard(name, PAIR, []) == []
