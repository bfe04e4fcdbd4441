"""What the layout check proposes: made as it says, each proposal makes its finding go away."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from tests.zones.plans import floor_plan
from tests.zones.test_check import REVIEWED, box, checked, codes, room, the
from zones.check_changes import STEP
from zones.check_found import Change, Edit
from zones.check_limits import borrowed, elbow_room
from zones.model import Level, Zone
from zones.profiles import PROFILES
from zones.soundness import survey
from zones.units import Millis


def made(zones: Iterable[Zone], change: Change | None) -> list[Zone]:
    """The zones after a change, which are as sound as they were."""
    assert change is not None
    before = list(zones)
    after = applied(before, change)
    levels = [Level(name, 0) for name in sorted({name for zone in before for name in zone.levels})]
    assert len(survey(levels, after).faults) <= len(survey(levels, before).faults)
    return after


def applied(zones: Iterable[Zone], change: Change) -> list[Zone]:
    """The zones with every edit made; each edit is of a zone that is there."""
    edits = {edit.zone: edit for edit in change.edits}
    after: list[Zone] = []
    for zone in zones:
        edit = edits.pop(zone.id, None)
        if edit is None:
            after.append(zone)
        elif not edit.gone:
            given: Mapping[str, object] = {
                "parts": edit.parts or zone.parts,
                "priority": zone.priority if edit.priority is None else edit.priority,
                "mode": edit.mode or zone.mode,
            }
            after.append(replace(zone, **given))  # type: ignore[arg-type]
    assert edits == {}
    return after


class TestShrink:
    def test_an_overlap_is_cut_back(self) -> None:
        """The larger of two zones gives the overlap up, and no more than that."""
        zones = [room("a", box(0, 0, 18, 10)), room("b", box(16, 0, 14, 10))]
        (found,) = checked(zones)
        assert found.change is not None
        assert (found.change.kind, found.change.by_m) == ("shrink", 2.0)
        (left, _) = made(zones, found.change)
        assert set(left.parts[0].outline) == set(box(0, 0, 16, 10).outline)
        assert checked(made(zones, found.change)) == ()

    def test_a_row_is_cut_back_at_once(self) -> None:
        """The reviewer's tunnel after the proposal: no bay lies over another."""
        zones = list(REVIEWED.zones.values())
        levels = list(REVIEWED.levels.values())
        found = the("overlap_without_order", checked(zones, levels))
        assert found.change is not None
        assert (found.change.kind, found.change.by_m) == ("shrink", 1.0)
        assert "overlap_without_order" not in codes(checked(made(zones, found.change), levels))

    def test_neighbours_are_drawn_apart(self) -> None:
        """Bays that touch get a gap between them, where what is left of them still is deep enough.

        What they lack is drawn back in whole steps, and one more.
        """
        uwb = PROFILES["uwb"]
        lack = elbow_room(Millis(75_000), uwb.default_sigma) - (3 + borrowed(uwb))
        zones = [room("a", box(0, 0, 6, 6)), room("b", box(6, 0, 6, 6))]
        (found,) = checked(zones)
        assert found.code == "narrations_too_close"
        assert found.change is not None
        assert found.change.kind == "shrink"
        assert found.change.by_m == pytest.approx(STEP * (math.ceil(lack / STEP) + 1))
        assert checked(made(zones, found.change)) == ()

    def test_who_stands_in_the_neighbour_is_freed_too(self) -> None:
        """A listener whose place lies deep in the other zone needs more than what the figure lacks."""
        zones = [room("a", box(6, 6, 11, 12)), room("b", box(9, 8, 5, 12), priority=1.0)]
        found = the("narrations_too_close", checked(zones, profile="exact"))
        assert found.value < 2
        assert codes(checked(made(zones, found.change), profile="exact")) == []

    def test_a_nested_zone_is_kept_in_its_place(self) -> None:
        """What lies in a zone that is drawn back is drawn back with it, or it would be in its neighbour's way."""
        zones = [
            room("a", box(10, 4, 9, 11)),
            room("b", box(3, 8, 10, 10), priority=1.0),
            room("c", box(8, 6, 5, 5), priority=2.0),
        ]
        found = the("narrations_too_close", checked(zones, profile="exact"))
        assert "narrations_too_close" not in codes(checked(made(zones, found.change), profile="exact"))

    def test_a_zone_is_drawn_in(self) -> None:
        """What reaches out of the level is cut off."""
        levels = [Level("hall", 0, box(0, 0, 20, 10))]
        zones = [room("a", box(15, 2, 8, 6))]
        (found,) = checked(zones, levels)
        assert found.change is not None
        assert (found.change.kind, found.change.by_m) == ("shrink", 3.0)
        assert checked(made(zones, found.change), levels) == ()

    def test_wholly_outside_there_is_nothing_to_draw(self) -> None:
        """A zone that lies beside its level has no part to keep."""
        (found,) = checked([room("a", box(30, 0, 5, 5))], [Level("hall", 0, box(0, 0, 20, 10))])
        assert (found.code, found.change) == ("zone_outside_level", None)


class TestOrder:
    def test_what_mostly_lies_in_another_goes_first(self) -> None:
        """Two zones that cannot be cut apart get an order: the smaller first."""
        zones = [room("a", box(0, 0, 10, 10)), room("b", box(3, 0, 8.5, 10))]
        found = the("overlap_without_order", checked(zones))
        assert found.change is not None
        assert found.change.kind == "priority"
        assert [(edit.zone, edit.priority) for edit in found.change.edits] == [("b", 1.0)]
        assert "overlap_without_order" not in codes(checked(made(zones, found.change)))

    def test_a_pile_gets_an_order_in_one_go(self) -> None:
        """Three zones over each other get three priorities, none of which a fourth beside them has already."""
        zones = [
            room("a", box(0, 0, 10, 10)),
            room("b", box(0.5, 0, 10, 9.8)),
            room("c", box(1, 0, 10, 9.6)),
            room("d", box(1.5, 0, 10, 9.4), priority=1.0),
        ]
        found = the("overlap_without_order", checked(zones))
        assert "overlap_without_order" not in codes(checked(made(zones, found.change)))


class TestOnePriority:
    def test_where_that_is_enough(self) -> None:
        """Rooms that two of a kind may touch in need no other borders, only one priority."""
        zones = [room("a", box(0, 0, 7, 7)), room("b", box(7, 0, 7, 7), priority=1.0)]
        (found,) = checked(zones, seconds=60)
        assert found.change == Change("priority", (Edit("b", priority=0.0),))
        assert checked(made(zones, found.change), seconds=60) == ()

    def test_where_it_is_not(self) -> None:
        """Smaller rooms get one priority and are drawn apart, by less than with two."""
        zones = [room("a", box(0, 0, 5, 5)), room("b", box(5, 0, 5, 5), priority=1.0)]
        (found,) = checked(zones, seconds=60)
        assert found.change is not None
        assert (found.change.kind, found.change.by_m) == ("shrink", 0.35)
        assert [edit.priority for edit in found.change.edits] == [None, 0.0]
        assert checked(made(zones, found.change), seconds=60) == ()

    def test_a_showcase_goes_first_without(self) -> None:
        """In a room the smaller zone has no need of a priority."""
        zones = [room("a", box(0, 0, 15, 15)), room("b", box(6, 6, 3, 3), priority=3.0)]
        (found,) = checked(zones, seconds=60)
        assert found.change == Change("priority", (Edit("b", priority=0.0),))
        assert checked(made(zones, found.change), seconds=60) == ()

    def test_not_where_an_overlap_needs_it(self) -> None:
        """Two that share their ground keep their order; they wait for the button instead."""
        zones = [room("a", box(0, 0, 10, 8)), room("b", box(5, 0, 10, 8), priority=1.0)]
        (found,) = checked(zones, seconds=60)
        assert found.change is not None
        assert all(edit.priority is None for edit in found.change.edits)
        assert checked(made(zones, found.change), seconds=60) == ()

    def test_a_third_does_not_take_its_place(self) -> None:
        """Lowered to its neighbour, a zone would be cut by a third that was below it: that is drawn apart, too."""
        zones = [
            room("a", box(0, 0, 7, 7)),
            room("b", box(7, 0, 7, 7), priority=2.0),
            room("c", box(14, 0, 7, 7), priority=1.0),
        ]
        found = the("narrations_too_close", checked(zones, seconds=60))
        assert found.change is not None
        assert "narrations_too_close" not in codes(checked(made(zones, found.change), seconds=60))


class TestOtherChanges:
    def test_a_bay_too_small_to_shrink_offers(self) -> None:
        """Bays of 2.4 m cannot be drawn apart: they wait for the button instead of starting."""
        zones = [room("a", box(0, 0, 2.4, 5)), room("b", box(2.7, 0, 2.4, 5))]
        found = the("narrations_too_close", checked(zones))
        assert found.change is not None
        assert found.change.kind == "offer"
        assert checked(made(zones, found.change)) == ()

    def test_two_that_are_alike_become_one(self) -> None:
        """The first takes the ground of both; the other goes."""
        zones = [room("a", box(0, 0, 7, 7)), room("b", box(7, 0, 7, 7))]
        found = the("zones_alike", checked(zones, profile="ble"))
        assert found.change is not None
        assert found.change.kind == "merge"
        (left,) = made(zones, found.change)
        assert {x for x, _ in left.parts[0].outline} >= {0, 14}
        assert checked([left], profile="ble") == ()

    def test_a_whole_row_is_not_merged(self) -> None:
        """A row of six bays in one zone would be no layout at all; nor are zones on different levels merged."""
        row = floor_plan("A B C D E F", cell=3.0)
        found = the("zones_alike", checked(row.zones.values(), list(row.levels.values()), profile="ble"))
        assert found.change is None
        levels = [Level("hall", 0), Level("attic", 1)]
        both = replace(room("b", box(0, 0, 7, 7)), levels=("hall", "attic"))
        found = the("zones_alike", checked([room("a", box(0, 0, 7, 7)), both], levels))
        assert found.change is None

    def test_half_a_museum_is_not_redrawn(self) -> None:
        """A hundred bays on top of each other are told, and left to the curator."""
        row = [room(f"b{n:03}", box(n * 3, 0, 4, 5)) for n in range(100)]
        assert [each.change for each in checked(row)] == [None, None]
