"""What counts as a cut, a wrong start, a miss: each definition on visits made by hand, in whole seconds."""

from collections.abc import Sequence

import numpy as np
import pytest

from guide.quality.figures import METRICS, figures, goal, rate, share, verdict
from guide.quality.kinds import Heard, Stay, Visit, World
from guide.quality.metrics import Counts, Hearing, measure, truth
from tests.zones.plans import floor_plan
from tests.zones.walks import told

HALL = World("two rooms", "rooms", told(floor_plan("A A B B . .", cell=2.0), seconds=60.0))
"""A from 0 to 4 m, B from 4 to 8 m, floor beyond; a minute of narration in each."""
IN_A, IN_B, OUT = 2.0, 6.0, 11.0

Stretch = tuple[str, float, float] | tuple[str, float, float, float]


def visit(
    *stays: tuple[str, float, float], way: Sequence[tuple[float, float]] = (), ends: float = 300.0
) -> Visit:
    """A visit with these stays; the visitor is in the middle of what they attend, else on the floor.

    `way` puts the visitor elsewhere: from which second on, at which x.
    """
    times = np.arange(0, round(ends * 10) + 1, dtype=np.int64) * 100
    xs = np.full(len(times), OUT)
    for exhibit, begin, end in stays:
        xs[(times >= begin * 1000) & (times < end * 1000)] = {"A": IN_A, "B": IN_B}[exhibit]
    for since, x in way:
        xs[times >= since * 1000] = x
    attended = tuple(Stay(name, round(begin * 1000), round(end * 1000)) for name, begin, end in stays)
    ys = np.ones(len(times))
    return Visit(HALL, "still", 1, times, xs, ys, ("ground",) * len(times), attended)


def sound(*stretches: Stretch) -> list[Heard]:
    """Stretches of sound: exhibit, from and to in seconds, and where in the track it begins, if not at 0."""
    heard = []
    for name, begin, end, *position in stretches:
        first = round(1000 * position[0]) if position else 0
        last = first + round((end - begin) * 1000)
        heard.append(
            Heard(
                name, round(begin * 1000), round(end * 1000), first, last, finished=last == 60_000, why="test"
            )
        )
    return heard


def counted(walk: Visit, *stretches: Stretch) -> Counts:
    """What is counted when these stretches are heard on a visit."""
    return measure(walk, sound(*stretches), walk.end_ms)


def kinds(counts: Counts) -> list[str]:
    """The failures, as kind and exhibit."""
    return [f"{each.kind} {each.exhibit}" for each in counts.failures]


LISTENS = visit(("A", 10, 80))


class TestCuts:
    def test_a_narration_that_is_replaced_is_cut(self) -> None:
        """A visitor who still attends A, and hears B begin, was cut."""
        counts = counted(LISTENS, ("A", 12, 40), ("B", 40, 100))
        assert counts.cuts == 1
        assert "cut A" in kinds(counts)

    def test_the_end_is_no_cut(self) -> None:
        """A narration that came to its end was not cut."""
        assert counted(LISTENS, ("A", 12, 72)).cuts == 0

    def test_who_has_gone_is_not_cut(self) -> None:
        """A narration that stops after the visitor has left is no cut."""
        assert counted(visit(("A", 10, 50)), ("A", 12, 55)).cuts == 0

    def test_a_wanderer_is_cut(self) -> None:
        """Who strays into B within the stay still attends A: a stop is a cut."""
        walk = visit(("A", 10, 80), way=((30, IN_B), (45, IN_A)))
        assert counted(walk, ("A", 12, 40)).cuts == 1

    def test_handing_back_is_no_cut(self) -> None:
        """What sounds when the device is handed back was not cut by the guide."""
        assert counted(visit(("A", 10, 300)), ("A", 270, 300)).cuts == 0


class TestWrongStarts:
    @pytest.mark.parametrize(("start", "wrong"), [(3.9, 1), (4.0, 0), (10, 0), (79.9, 0), (80, 1)])
    def test_six_seconds_early(self, start: float, wrong: int) -> None:
        """A start may come up to 6 s before the visitor is there, and not after they have left."""
        assert counted(LISTENS, ("A", start, start + 60)).wrong == wrong

    def test_the_neighbour(self) -> None:
        """A start of B for a visitor of A is wrong, and so is each time it goes on."""
        counts = counted(LISTENS, ("B", 20, 30), ("B", 40, 50, 8))
        assert (counts.starts, counts.wrong) == (2, 2)

    def test_who_walks_through_has_been_inside(self) -> None:
        """B, through which the visitor walked for 3 s, is wrong; a dwell of 2.5 s would have started it too."""
        walk = visit(("A", 10, 80), way=((100, IN_B), (110, OUT)))
        counts = counted(walk, ("B", 103, 163))
        assert (counts.wrong, counts.false) == (1, 0)

    @pytest.mark.parametrize(("start", "false"), [(102.4, 1), (102.5, 0), (109.9, 0), (110.0, 1)])
    def test_two_and_a_half_seconds_inside(self, start: float, false: int) -> None:
        """A start is false as well where the visitor was not truly inside for the last 2.5 s."""
        walk = visit(("A", 10, 80), way=((100, IN_B), (110, OUT)))
        assert counted(walk, ("B", start, start + 60)).false == false

    def test_a_right_start_is_never_false(self) -> None:
        """Somebody on the way to A who hears it begin was not told anything false."""
        counts = counted(LISTENS, ("A", 5, 65))
        assert (counts.wrong, counts.false) == (0, 0)


class TestMisses:
    def test_nothing_is_heard(self) -> None:
        """A visitor who stood at A for a minute and heard nothing of it has missed it."""
        counts = counted(LISTENS)
        assert (counts.missable, counts.missed) == (1, 1)

    @pytest.mark.parametrize(("seconds", "missable"), [(11.9, 0), (12.0, 1)])
    def test_a_glance_cannot_be_missed(self, seconds: float, missable: int) -> None:
        """Stays under 12 s are not counted."""
        assert counted(visit(("A", 10, 10 + seconds))).missable == missable

    def test_what_was_heard_before_is_not_missed(self) -> None:
        """Back at an exhibit of which 80 % was heard, the visitor misses nothing."""
        walk = visit(("A", 10, 80), ("A", 100, 140))
        assert counted(walk, ("A", 12, 60)).missable == 1
        assert counted(walk, ("A", 12, 59)).missable == 2

    def test_what_sounds_already_is_not_missed(self) -> None:
        """A narration that was on when the visitor came back counts as heard there."""
        counts = counted(visit(("A", 10, 20), ("A", 40, 70)), ("A", 12, 45))
        assert (counts.missable, counts.missed) == (1, 0)

    def test_another_narration_does_not_help(self) -> None:
        """B, heard all the time at A, leaves A missed."""
        assert counted(LISTENS, ("B", 12, 72)).missed == 1


class TestHeardWhole:
    @pytest.mark.parametrize(
        ("stretches", "whole"),
        [
            pytest.param([("A", 12, 72)], 1, id="in one part"),
            pytest.param([("A", 12, 40), ("A", 45, 80, 25)], 1, id="in two parts, a sentence twice"),
            pytest.param([("A", 12, 40), ("A", 45, 75, 30)], 0, id="a hole in the middle"),
            pytest.param([("A", 12, 40)], 0, id="not to the end"),
            pytest.param([("A", 50, 110)], 1, id="the end after the stay"),
            pytest.param([("A", 81, 141)], 0, id="begun after the stay"),
            pytest.param([], 0, id="not at all"),
        ],
    )
    def test_parts_count_together(self, stretches: list[Stretch], whole: int) -> None:
        """A narration is heard whole in one part or several, if nothing of it is left out."""
        counts = counted(LISTENS, *stretches)
        assert (counts.long_stays, counts.whole) == (1, whole)

    @pytest.mark.parametrize(("seconds", "long"), [(67.9, 0), (68.0, 1)])
    def test_only_who_stays_long_enough(self, seconds: float, long: int) -> None:
        """Stays count that are longer than the narration by 8 s or more."""
        assert counted(visit(("A", 10, 10 + seconds))).long_stays == long

    def test_a_second_look_need_not_be_whole(self) -> None:
        """What was heard before is not asked for again."""
        assert counted(visit(("A", 10, 80), ("A", 100, 180)), ("A", 12, 72)).long_stays == 1


class TestLatency:
    def test_from_the_arrival(self) -> None:
        """In silence the wait begins when the visitor comes to a stand."""
        assert counted(LISTENS, ("A", 13.5, 73.5)).latencies_ms == (3_500,)

    def test_an_early_start_has_none(self) -> None:
        """Who hears it begin while still walking up has not waited."""
        assert counted(LISTENS, ("A", 7, 67)).latencies_ms == (0,)

    def test_from_the_end_of_the_one_before(self) -> None:
        """Where another narration is on, the wait begins at its end and a breath of 2 s."""
        walk = visit(("B", 0, 40), ("A", 45, 130))
        assert counted(walk, ("B", 1, 61), ("A", 64, 124)).latencies_ms == (1_000, 1_000)

    def test_a_breath_counts_too(self) -> None:
        """Who arrives within the breath after a narration has that breath to wait for."""
        walk = visit(("B", 0, 40), ("A", 62, 130))
        assert counted(walk, ("B", 1, 61), ("A", 63, 123)).latencies_ms[1] == 0

    def test_a_release_has_two_readings(self) -> None:
        """What was let go would have ended later, so nobody waited; from the arrival it was twelve seconds."""
        walk = visit(("B", 0, 30), ("A", 35, 130))
        found = counted(walk, ("B", 1, 47), ("A", 47, 107))
        assert (found.latencies_ms[1], found.arrivals_ms[1]) == (0, 12_000)

    def test_what_sounds_already_has_none_to_tell(self) -> None:
        """What has been on since long before the arrival says nothing about waiting."""
        assert counted(visit(("A", 10, 20), ("A", 40, 70)), ("A", 12, 45)).latencies_ms == (2_000,)

    def test_a_long_wait_is_listed(self) -> None:
        """A wait of 15 s or more is among the moments to look at."""
        assert kinds(counted(LISTENS, ("A", 30, 90))) == ["slow A"]


class TestStaleTime:
    def test_twelve_seconds_are_free(self) -> None:
        """A goes on while the visitor settles at B: from the 12th second on it is stale."""
        walk = visit(("A", 0, 30), ("B", 35, 120))
        counts = counted(walk, ("A", 2, 62))
        assert (counts.sounding_ms, counts.stale_ms) == (60_000, 15_000)

    def test_a_wrong_narration_is_stale_too(self) -> None:
        """B that began while the visitor had long been at A is stale at once."""
        assert counted(LISTENS, ("B", 30, 40)).stale_ms == 10_000

    def test_what_was_heard_cannot_take_over(self) -> None:
        """B goes on while the visitor is back at A, which they heard: that stands apart."""
        back = visit(("A", 0, 70), ("B", 75, 85), ("A", 90, 130))
        counts = counted(back, ("A", 2, 62), ("B", 77, 137))
        assert (counts.stale_ms, counts.stale_heard_ms) == (0, 28_000)

    def test_nobody_elsewhere(self) -> None:
        """Somebody who walks off and attends nothing makes nothing stale."""
        assert counted(visit(("A", 0, 30)), ("A", 2, 62)).stale_ms == 0


class TestRepeats:
    @pytest.mark.parametrize(("first", "repeats"), [(47.9, 0), (48.0, 1)])
    def test_eighty_per_cent_is_heard(self, first: float, repeats: int) -> None:
        """What was heard to 80 % must not begin by itself again."""
        walk = visit(("A", 10, 80), ("A", 150, 250))
        assert counted(walk, ("A", 12, 12 + first), ("A", 152, 212)).repeats == repeats

    def test_parts_add_up(self) -> None:
        """Two parts that together make 80 % are as good as one; what was heard twice counts once."""
        walk = visit(("A", 10, 250))
        assert counted(walk, ("A", 12, 42), ("A", 50, 75, 25), ("A", 90, 100, 50)).repeats == 1
        assert Hearing(walk, sound(("A", 12, 42), ("A", 50, 75, 25)), 250_000).share(
            "A", 60_000
        ) == pytest.approx(35 / 60)


def test_the_truth_of_a_moment() -> None:
    """Who looks into a failure reads where the visitor was, what they attended, and how deep in which zones."""
    assert truth(LISTENS, 20_000) == (
        "attends A (10 of 70 s, narration 60 s), at 2.0 1.0 ground, 0.0 m/s, zones A +1.0, B -2.0"
    )
    assert truth(LISTENS, 250_000) == "attends nothing, at 11.0 1.0 ground, 0.0 m/s, zones B -3.0"


# --- figures ---


def test_shares_have_wilsons_bounds() -> None:
    """Nothing in a hundred may still be 3.7 %; a half of a hundred lies between 40 and 60 %."""
    assert (share(0, 100).low, round(share(0, 100).high, 2)) == (0.0, 3.7)
    half = share(50, 100)
    assert (half.value, round(half.low, 1), round(half.high, 1)) == (50.0, 40.4, 59.6)


@pytest.mark.parametrize(
    ("events", "low", "high"), [(0, 0.0, 3.69), (1, 0.025, 5.57), (10, 4.80, 18.39), (100, 81.36, 121.63)]
)
def test_rates_have_exact_bounds(events: int, low: float, high: float) -> None:
    """The bounds of a count are Garwood's, as printed in tables: none in an hour may still be 3.7."""
    found = rate(events, 1.0)
    assert (found.value, found.low, found.high) == pytest.approx((events, low, high), abs=0.006)


def test_large_counts_keep_their_bounds() -> None:
    """A thousand events have bounds two standard deviations off."""
    found = rate(1000, 10.0)
    assert (round(found.low, 1), round(found.high, 1)) == (93.8, 106.2)


def test_visits_add_up() -> None:
    """Figures are of all visits together: a long one weighs more than a short one."""
    short, long = visit(("A", 10, 80), ends=100), visit(("A", 10, 80), ends=3500)
    cut, fine = counted(short, ("A", 12, 40)), counted(long, ("A", 20, 80))
    found = figures([cut, fine])
    assert found["cuts"].value == pytest.approx(1.0)
    assert found["whole"].value == 50.0
    assert (found["latency_median"].value, found["latency_p95"].value) == (2.0, 10.0)
    assert list(found) == [metric.key for metric in METRICS]


def test_nothing_counted_is_nothing_claimed() -> None:
    """Where there was no stay and no start, there is no figure, and no verdict."""
    found = figures([counted(visit())])
    assert str(found["missed"].value) == str(found["latency_p95"].value) == "nan"
    assert verdict(found["missed"], "missed", "uwb", 1.0) == ""


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("wrong", 0.0, "aim"),
        ("wrong", 2.5, "must"),
        ("wrong", 3.1, "missed"),
        ("whole", 99.5, "aim"),
        ("whole", 98.0, "must"),
        ("whole", 97.9, "missed"),
    ],
)
def test_verdicts(key: str, value: float, expected: str) -> None:
    """A figure reaches its aim, what it must, or neither; of what is heard whole, more is better."""
    assert verdict(share(round(value * 10), 1000), key, "uwb", 1.0) == expected


@pytest.mark.parametrize(("period", "must"), [(0.5, 4.5), (1.0, 4.5), (2.0, 5.5), (5.0, 8.5)])
def test_slow_polls_have_leeway(period: float, must: float) -> None:
    """At 2 s between polls the median may be 1 s worse, at 5 s by 4 s."""
    found = goal("uwb", "latency_median", period)
    assert found is not None
    assert found.must == must


def test_other_profiles_have_no_goals() -> None:
    """Wi-Fi, beacons and codes are documented and judged by nobody."""
    assert goal("wifi-rtt", "cuts", 1.0) is None
