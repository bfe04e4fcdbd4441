"""The layout check: what in a layout will make narrations start wrongly, or visitors stand in each other's way.

    sound part of the site  ->  pairs that overlap  ->  each kind of finding  ->  groups  ->  proposed changes

Findings come in the order of `CODES`, each kind by level (ordinal, then id) and by its first zone. The order in
which zones are given changes nothing; a site that is turned or mirrored has the same findings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from zones import check_limits as limits
from zones.check_calm import calmed
from zones.check_changes import beside_of, drawn_in, merged, trimmed_or_ordered
from zones.check_found import CODES, Change, Code, Found
from zones.check_pairs import Overlaps, Pair, alike, close, disordered, grouped, overlaps_of
from zones.check_places import Spot, crowded, cut_off, small, strays
from zones.check_scene import Scene, scene_of
from zones.check_tried import kept
from zones.model import Connector, Level, Rules, Zone
from zones.units import Millis

__all__ = ["CODES", "check"]

MOST_ALONE: Final = 5
"""Zones of a level that are told one by one; more of the same kind are one finding with the worst place."""

Watched = Callable[[int, int], None]


def _unwatched(_done: int, _total: int) -> None:
    """A progress that nobody watches."""


def check(
    levels: Iterable[Level],
    zones: Iterable[Zone],
    connectors: Iterable[Connector],
    rules: Rules,
    lengths: Mapping[str, Millis],
    progress: Watched = _unwatched,
) -> tuple[Found, ...]:
    """Everything that the layout check has to say about a site.

    Args:
        levels: Of the site; what is not sound is left out here, `zones.soundness` names it.
        zones: In any order.
        connectors: Stairs and lifts.
        rules: Of the profile, with the site's own.
        lengths: How long the narration of each exhibit is, in its longest language; one that is not named has
            none yet, and is judged by its place alone.
        progress: Told how many of the steps are done, and how many there are.

    Returns:
        Findings in their order; none for a layout that has nothing against it.

    >>> from zones.model import Part
    >>> from zones.profiles import PROFILES
    >>> box = Part(((0, 0), (0.6, 0), (0.6, 4), (0, 4)))
    >>> [found] = check([Level("hall", 0)], [Zone("v2", "v2", ("hall",), (box,))], [], PROFILES["uwb"], {})
    >>> found.code, found.value, found.limit
    ('zone_too_small', 0.3, 0.51)
    """
    total = len(CODES) + 2
    progress(0, total)
    scene = scene_of(levels, zones, connectors, rules, lengths)
    progress(1, total)
    overlaps = overlaps_of(scene)
    progress(2, total)
    found: list[Found] = []
    for n, code in enumerate(CODES, 3):
        found += sorted(_FINDERS[code](scene, overlaps), key=lambda each: _place_in_order(scene, each))
        progress(n, total)
    return tuple(found)


def _place_in_order(scene: Scene, found: Found) -> tuple[int, tuple[str, ...]]:
    rank = {floor.level.id: n for n, floor in enumerate(scene.floors)}
    return rank[found.level], tuple(sorted(found.zones))


def _alike(scene: Scene, overlaps: Overlaps) -> Iterator[Found]:
    for group in grouped(alike(scene, overlaps)):
        facts = {"error": scene.error, "apart": round(limits.alike_within(scene.error), 2)}
        yield _of_pairs("zones_alike", scene, group, facts, _tried(scene, group, merged(scene, group)))


def _disordered(scene: Scene, overlaps: Overlaps) -> Iterator[Found]:
    beside = beside_of(overlaps)
    for group in grouped(disordered(scene, overlaps)):
        worst = overlaps[group[0].first, group[0].second]
        facts = {"area": round(worst.area, 1), "priority": float(scene.zones[worst.first].priority)}
        change = _tried(scene, group, trimmed_or_ordered(scene, group, overlaps, beside))
        yield _of_pairs("overlap_without_order", scene, group, facts, change)


def _close(scene: Scene, overlaps: Overlaps) -> Iterator[Found]:
    beside = beside_of(overlaps)
    for group in grouped(close(scene, overlaps)):
        worst = group[0]
        facts = {"seconds": round((scene.length(worst.first) or 0) / 1000), "error": scene.error}
        if worst.interrupts:
            facts |= {
                "lower": scene.zones[worst.first].priority,
                "higher": scene.zones[worst.second].priority,
            }
        yield _of_pairs("narrations_too_close", scene, group, facts, calmed(scene, group, beside))


def _tried(scene: Scene, group: Sequence[Pair], change: Change | None) -> Change | None:
    return kept(scene, {n for pair in group for n in pair[:2]}, change)


def _of_pairs(
    code: Code, scene: Scene, group: Sequence[Pair], facts: Mapping[str, float], change: Change | None
) -> Found:
    worst = group[0]
    others = {n for pair in group for n in pair[:2]} - {*worst[:2]}
    numbers = [worst.first, worst.second, *sorted(others)]
    pairs = len({frozenset(pair[:2]) for pair in group})
    return _found(code, scene, numbers, worst, {**facts, "pairs": pairs}, change)


def _small(scene: Scene, _: Overlaps) -> Iterator[Found]:
    yield from _of_spots("zone_too_small", scene, small(scene), {"error": scene.error})


def _crowded(scene: Scene, _: Overlaps) -> Iterator[Found]:
    yield from _of_spots("zone_too_crowded", scene, crowded(scene), {})


def _of_spots(code: Code, scene: Scene, spots: Iterable[Spot], facts: Mapping[str, float]) -> Iterator[Found]:
    by_level: dict[str, list[Spot]] = {}
    for spot in spots:
        by_level.setdefault(spot.level, []).append(spot)
    for level in by_level.values():
        level.sort(key=lambda spot: (-spot.excess, spot.zone))
        for group in [level] if len(level) > MOST_ALONE else [[spot] for spot in level]:
            yield _of_places(code, scene, group, facts)


def _of_places(
    code: Code,
    scene: Scene,
    group: Sequence[Spot],
    facts: Mapping[str, float],
    change: Change | None = None,
) -> Found:
    worst = group[0]
    numbers = [worst.zone, *sorted(spot.zone for spot in group[1:])]
    area = round(scene.places[worst.zone].area, 1)
    return _found(code, scene, numbers, worst, {**facts, "area": area, "count": len(group)}, change)


def _found(
    code: Code,
    scene: Scene,
    numbers: Sequence[int],
    worst: Pair | Spot,
    facts: Mapping[str, float],
    change: Change | None,
) -> Found:
    return Found(
        code=code,
        zones=tuple(scene.zones[n].id for n in numbers),
        exhibits=_exhibits(scene, numbers),
        level=worst.level,
        at=worst.at,
        value=worst.value,
        limit=round(worst.limit, 2),
        facts=facts,
        change=change,
    )


def _strays(scene: Scene, _: Overlaps) -> Iterator[Found]:
    for spot in strays(scene):
        yield _of_places("zone_outside_level", scene, [spot], {}, drawn_in(scene, spot.zone))


def _cut_off(scene: Scene, _: Overlaps) -> Iterator[Found]:
    cut = cut_off(scene)
    if cut is None:
        return
    names = ", ".join(level.id for level in cut.levels)
    yield Found(
        code="level_unreachable",
        zones=tuple(scene.zones[n].id for n in cut.zones),
        exhibits=_exhibits(scene, cut.zones),
        level=cut.levels[0].id,
        at=cut.at,
        value=float(len(cut.levels)),
        limit=0.0,
        facts={"levels": names},
    )


def _exhibits(scene: Scene, numbers: Iterable[int]) -> tuple[str, ...]:
    """The exhibits of some zones, each once, in the order of the zones."""
    return tuple(dict.fromkeys(exhibit for n in numbers if (exhibit := scene.zones[n].exhibit) is not None))


_FINDERS: Final[Mapping[Code, Callable[[Scene, Overlaps], Iterable[Found]]]] = {
    "zone_outside_level": _strays,
    "zones_alike": _alike,
    "overlap_without_order": _disordered,
    "narrations_too_close": _close,
    "zone_too_small": _small,
    "zone_too_crowded": _crowded,
    "level_unreachable": _cut_off,
}
