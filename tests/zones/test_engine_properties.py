"""What holds for every visit, however odd the museum, the radio and the visitor are."""

import math
from collections.abc import Callable
from random import Random
from typing import Final

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.zones import strategies
from tests.zones.museums import MUSEUMS, Doing, act, museums, periods, visits
from tests.zones.walks import Visitor
from zones.decision import Decision
from zones.engine import replay, step
from zones.geometry import build_layout
from zones.model import Event, Fix, Layout, Rules
from zones.profiles import PROFILES
from zones.state import State, decode, encode
from zones.units import Millis

UWB: Final = PROFILES["uwb"]
profiles = st.sampled_from(sorted(PROFILES))
unhurried = settings(deadline=None, max_examples=60)
"""Whole visits take as long as they take."""


def visited(hall: Layout, doings: list[Doing], *, profile: str = "uwb", every: float = 1.0) -> Visitor:
    """Somebody who has done all that, and whose every step was checked on the way."""
    visitor = Visitor(hall, x=1.5, y=1.5, profile=profile, every=every)
    for doing in doings:
        act(visitor, doing)
    return visitor


def again(visitor: Visitor) -> tuple[State, list[Decision]]:
    """The same events through the engine from the beginning, written and read between any two."""
    state = State()
    decisions = []
    for event, hall in visitor.tape:
        state, decision = step(decode(encode(state)), event, hall, visitor.rules)
        decisions.append(decision)
    return state, decisions


def nearly(exact: Callable[[float], float], chance: Random) -> Callable[[float], float]:
    """The function as another library computes it: sometimes the next number up or down."""
    return lambda value: math.nextafter(exact(value), chance.choice((-math.inf, exact(value), math.inf)))


class TestEveryVisit:
    @unhurried
    @given(museums(), visits(), profiles, periods())
    def test_every_step_is_sound(self, hall: Layout, doings: list[Doing], profile: str, every: float) -> None:
        """Nothing raises; the answer says truly what changed; every record that opens closes once."""
        visitor = visited(hall, doings, profile=profile, every=every)

        visitor.hall = MUSEUMS["nothing"]
        visitor.appears(-100, -100).stands(60)
        visitor.every = 5.0
        visitor.waits(20 * 60 + 200)  # an odd tick may have set the clock twenty minutes ahead
        assert visitor.playing is None

    @settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(strategies.layouts(), strategies.rules(), strategies.walks())
    def test_any_site_and_any_message(self, hall: Layout, rules: Rules, events: list[Event]) -> None:
        """The same for sites and messages that nobody would think of."""
        visitor = Visitor(hall, rules=rules, profile=rules.profile)

        for event in events:
            visitor.sends(event)

    @unhurried
    @given(st.lists(st.tuples(museums(), visits(6)), min_size=2, max_size=4))
    def test_releases_come_and_go(self, releases: list[tuple[Layout, list[Doing]]]) -> None:
        """A release may be activated at any moment of a visit: zones vanish, and nothing breaks."""
        visitor = Visitor(releases[0][0], x=1.5, y=1.5)
        for hall, doings in releases:
            visitor.hall = hall
            for doing in doings:
                act(visitor, doing)

    @unhurried
    @given(museums(), visits(), profiles)
    def test_cut_anywhere(self, hall: Layout, doings: list[Doing], profile: str) -> None:
        """A replay that stores and reads the state between any two events decides the same."""
        visitor = visited(hall, doings, profile=profile)

        assert again(visitor) == (visitor.state, visitor.decisions)

    @unhurried
    @given(museums(), visits(), profiles, st.randoms(use_true_random=False))
    def test_on_another_machine(
        self, hall: Layout, doings: list[Doing], profile: str, chance: Random
    ) -> None:
        """Where another machine's `exp` and `erf` differ in the last digit, its replay does not."""
        visitor = visited(hall, doings, profile=profile)
        with pytest.MonkeyPatch.context() as patched:
            for name in ("exp", "erf"):
                patched.setattr(math, name, nearly(getattr(math, name), chance))

            assert again(visitor) == (visitor.state, visitor.decisions)

    @unhurried
    @given(museums(), visits(), st.integers(0, 1000))
    def test_replay_from_the_middle(self, hall: Layout, doings: list[Doing], place: int) -> None:
        """Replay from a stored state gives the rest of the decisions."""
        visitor = visited(hall, doings)
        events = [event for event, there in visitor.tape if there is hall]
        cut = place % (len(events) + 1)
        state, before = replay(events[:cut], hall, UWB)
        _, after = replay(events[cut:], hall, UWB, decode(encode(state)))

        assert [*before, *after] == replay(events, hall, UWB)[1]

    @unhurried
    @given(museums(), visits(), st.randoms(use_true_random=False))
    def test_order_of_zones(self, hall: Layout, doings: list[Doing], chance: Random) -> None:
        """The order in which zones stand in a file changes no decision."""
        zones = list(hall.zones.values())
        chance.shuffle(zones)
        shuffled = build_layout(list(hall.levels.values()), zones, hall.connectors)
        visitor = visited(hall, doings)
        other = visited(shuffled.for_visit(hall.programme), doings)

        assert other.decisions == visitor.decisions

    @unhurried
    @given(museums(), visits(), periods())
    def test_nothing_takes_over_from_its_equals(
        self, hall: Layout, doings: list[Doing], every: float
    ) -> None:
        """While a narration plays, only the visitor, a higher priority or a fade brings another."""
        visitor = visited(hall, doings, every=every)
        state = State()
        for event, there in visitor.tape:
            before, (state, now) = state.narration, step(state, event, there, UWB)
            if before is None or state.narration is None or now.action != "switch":
                continue
            reasons = {"visitor_asked"}
            reasons |= {"committed_departure"} if before.fade_at_ms is not None else set()
            reasons |= {"dwell_met"} if state.narration.priority > before.priority else set()
            assert now.reason in reasons

    @unhurried
    @given(museums(), visits())
    def test_heard_does_not_start_by_itself(self, hall: Layout, doings: list[Doing]) -> None:
        """What has been heard starts again by the visitor's wish only."""
        visitor = visited(hall, doings)
        state = State()
        for (event, there), decided in zip(visitor.tape, visitor.decisions, strict=True):
            before, (state, _) = state, step(state, event, there, UWB)
            if decided.action in ("start", "resume", "switch", "offer") and before.narration is None:
                asked = decided.reason in ("visitor_asked", "offer_accepted")
                assert asked or not before.memory(decided.exhibit or "").heard

    @unhurried
    @given(museums(), visits(), periods())
    def test_repeats_change_nothing(self, hall: Layout, doings: list[Doing], every: float) -> None:
        """Every fix and tick sent twice: the same is heard, at the same times."""
        visitor = visited(hall, [each for each in doings if each.deed in ("go", "jump", "dark")], every=every)
        twice = Visitor(hall, x=1.5, y=1.5, every=every)
        for event, _ in visitor.tape:
            twice.sends(event)
            twice.sends(event)

        assert (twice.heard, twice.times) == (visitor.heard, visitor.times)

    @unhurried
    @given(st.integers(-20, 180), st.integers(-20, 180), st.integers(1, 100), periods())
    @example(begin=176, end=151, seconds=20, every=0.5)
    def test_polling_more_often_while_standing(
        self, begin: int, end: int, seconds: int, every: float
    ) -> None:
        """Positions put in between while the visitor stands change no narration, and no start by over a period.

        But for half a metre about the borders of the rooms, where more fixes may settle what fewer leave open.
        """
        row = MUSEUMS["a row of rooms"]
        assume(min(end % 40, -end % 40) >= 5)
        base = Visitor(row, x=begin / 10, y=2.0, every=every).walks(end / 10)
        arrived = len(base.tape)
        assume(base.playing is None)
        base.stands(seconds)
        often = Visitor(row, every=every)
        for number, (event, _) in enumerate(base.tape):
            often.sends(event)
            if number >= arrived and isinstance(event, Fix):
                between = Millis(event.at + round(every * 500))
                often.sends(Fix(between, event.x, event.y, event.level))

        both = min(len(base.heard), len(often.heard))
        assert often.heard[:both] == base.heard[:both]
        assert often.times[:both][:1] == pytest.approx(base.times[:both][:1], abs=every)
