"""Whether levels, zones and connectors are sound, and a sentence for everything that is not.

Thousands of zones are judged at once by shapely's vectorised functions; only what fails is looked at one by
one, to say where. The readers of files judge their zones here too, before any zone is made of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from zones.errors import Fault
from zones.footprints import Footprint, Geometries, footprint, polygons
from zones.model import Connector, Level, Part, Zone
from zones.shape_faults import SMALLEST_AREA, plain_faults, shape_faults

OUTLINE_SLACK: Final = 0.5
"""Metres a zone may reach over the outline of its level: outlines are drawn along either face of a wall."""

LEVELS_OF_A_CONNECTOR: Final = 2


@dataclass(slots=True)
class Subject:
    """A level, zone or connector under judgement, with what was found wrong with it so far.

    `id`, `parts` and `levels` are None where they could not even be read, which has been said then.
    """

    where: str
    id: str | None
    parts: tuple[Part, ...] | None
    levels: tuple[str, ...] | None = None
    wrong: list[str] = field(default_factory=list)
    covers: Footprint | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """Every fault, and the footprint of each zone in the order given, None where it has none."""

    faults: tuple[Fault, ...]
    footprints: tuple[Footprint | None, ...]


def survey(levels: Sequence[Level], zones: Sequence[Zone], connectors: Sequence[Connector] = ()) -> Survey:
    """Judge a whole site.

    Args:
        levels: With or without outlines, which are judged too.
        zones: In any number and order.
        connectors: Stairs and lifts.

    Returns:
        The faults in the order levels, zones, connectors, and the footprints of the zones that have one.
    """
    floors = [_floor(level) for level in levels]
    places = [Subject(f"zone {zone.id}", zone.id, zone.parts, zone.levels) for zone in zones]
    ways = [Subject(f"connector {way.id}", way.id, (way.outline,), way.levels) for way in connectors]
    known = {level.id for level in levels}
    _find_doubles(floors)
    _find_shapes(floors)
    _find_doubles(ways)
    _find_levels(ways, known)
    for way in ways:
        if len(set(way.levels or ())) < LEVELS_OF_A_CONNECTOR:
            way.wrong.append("joins fewer than two levels; name those between which it leads")
    _find_shapes(ways)
    _judge(places, floors)
    return Survey(faults_of([*floors, *places, *ways]), tuple(place.covers for place in places))


def judge_zones(places: Sequence[Subject], levels: Iterable[Level]) -> None:
    """Judge zones against the levels of their site, which are taken to be sound."""
    floors = [_floor(level) for level in levels]
    _find_shapes(floors)
    _judge(places, floors)


def faults_of(subjects: Iterable[Subject]) -> tuple[Fault, ...]:
    """Everything found wrong, in the order of the subjects."""
    return tuple(Fault(subject.where, message) for subject in subjects for message in subject.wrong)


def _floor(level: Level) -> Subject:
    return Subject(f"level {level.id}", level.id, (level.outline,) if level.outline else ())


def _judge(places: Sequence[Subject], floors: Sequence[Subject]) -> None:
    _find_doubles(places)
    _find_levels(places, {floor.id for floor in floors if floor.id is not None})
    for place in places:
        if place.parts == ():
            place.wrong.append("has no outline; draw one")
    _find_shapes(places)
    _find_strays(places, floors)


def _find_doubles(subjects: Sequence[Subject]) -> None:
    seen: set[str] = set()
    for subject in subjects:
        if subject.id is None:
            continue
        if subject.id in seen:
            subject.wrong.append("this id is already taken; every id stands once")
        seen.add(subject.id)


def _find_levels(subjects: Sequence[Subject], known: set[str]) -> None:
    names = ", ".join(sorted(known)) or "none"
    for subject in subjects:
        if subject.levels == ():
            subject.wrong.append("is on no level; name at least one")
        subject.wrong.extend(
            f"there is no level {level} (the site's levels: {names})"
            for level in subject.levels or ()
            if level not in known
        )


def _find_shapes(subjects: Sequence[Subject]) -> None:
    """Judge all parts of all subjects, and give each sound subject what it covers."""
    todo: list[tuple[Subject, Part, str]] = []
    for subject in subjects:
        parts = subject.parts or ()
        for number, part in enumerate(parts, 1):
            prefix = f"part {number}: " if len(parts) > 1 else ""
            if wrong := [prefix + message for message in plain_faults(part)]:
                subject.wrong += wrong
            else:
                todo.append((subject, part, prefix))
    shapes = polygons([part for _, part, _ in todo])
    sound = shapely.is_valid(shapes) & (shapely.area(shapes) >= SMALLEST_AREA)
    for unsound in np.flatnonzero(~sound):
        subject, part, prefix = todo[unsound]
        subject.wrong += [prefix + message for message in shape_faults(part, shapes[unsound])]
    for subject, its_shapes, all_sound in _by_subject([each for each, _, _ in todo], shapes, sound):
        if all_sound and len(its_shapes) == len(subject.parts or ()):
            subject.covers = footprint(its_shapes)


def _by_subject(
    subjects: Sequence[Subject], shapes: Geometries, sound: NDArray[np.bool_]
) -> Iterator[tuple[Subject, Geometries, bool]]:
    """Each subject with the run of parts that is its own."""
    turns = (turn for turn in range(1, len(subjects)) if subjects[turn] is not subjects[turn - 1])
    for start, end in pairwise([0, *turns, len(subjects)]):
        if start < end:
            yield subjects[start], shapes[start:end], bool(sound[start:end].all())


def _find_strays(places: Sequence[Subject], floors: Sequence[Subject]) -> None:
    """Zones that reach out of the outline of a level they are on."""
    for floor in floors:
        if floor.covers is None:
            continue
        here = [place for place in places if place.covers is not None and floor.id in (place.levels or ())]
        if not here:
            continue
        allowed = shapely.buffer(floor.covers, OUTLINE_SLACK)
        shapely.prepare(allowed)
        inside = shapely.covers(allowed, np.array([place.covers for place in here], dtype=np.object_))
        for number in np.flatnonzero(~inside):
            here[number].wrong.append(_stray(here[number].covers, floor.covers, floor.id))


def _stray(shape: Footprint | None, outline: Footprint, level: str | None) -> str:
    corners = shapely.get_coordinates(shape)
    distances = np.asarray(shapely.distance(shapely.points(corners), outline))
    worst = int(np.argmax(distances))
    x, y = corners[worst]
    return (
        f"reaches {distances[worst]:.2f} m out of the outline of level {level} at ({x:.2f}, {y:.2f}); "
        "move the zone or widen the level's outline"
    )
