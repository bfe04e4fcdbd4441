"""A proposal is tried before it is told: one that would bring another kind of finding is none."""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
import shapely

from zones import check_limits as limits
from zones.check_changes import MOST_CHANGED
from zones.check_found import Change, Edit
from zones.check_pairs import alike, close, disordered, overlaps_of
from zones.check_scene import Scene, narrowed, of_priorities
from zones.footprints import footprint, polygons
from zones.units import Millis

_KINDS: Final = (alike, disordered, close)


def kept(scene: Scene, group: Collection[int], change: Change | None) -> Change | None:
    """The change, if nothing new stands in anybody's way near by when it is made."""
    if change is None or len(group) > MOST_CHANGED:
        return change
    near = near_to(scene, group)
    return change if _kinds(_changed(scene, near, change)) <= _kinds(narrowed(scene, near, {}, ())) else None


def near_to(scene: Scene, group: Collection[int]) -> list[int]:
    """Some zones, and every other that may be in the way of one of them, or have one of them in its way."""
    longest = Millis(max(scene.lengths.values(), default=0))
    reach = max(
        limits.elbow_room(longest, scene.error, limits.INTERRUPTED_DEVIATE), limits.alike_within(scene.error)
    )
    tree = shapely.STRtree(scene.shapes)
    found = tree.query(scene.shapes[sorted(group)], predicate="dwithin", distance=reach)[1]
    return sorted({*group, *np.unique(found).tolist()})


def _changed(scene: Scene, near: Sequence[int], change: Change) -> Scene:
    """Some zones of a scene as they are after a change."""
    edits = {edit.zone: edit for edit in change.edits}
    of = {n: edits.get(scene.zones[n].id, Edit(scene.zones[n].id)) for n in near}
    order = {n: edit.priority for n, edit in of.items() if edit.priority is not None}
    drawn = {n: footprint(polygons(edit.parts)) for n, edit in of.items() if edit.parts is not None}
    waiting = {n for n, edit in of.items() if edit.mode == "offer"}
    return narrowed(of_priorities(scene, order), [n for n in near if not of[n].gone], drawn, waiting)


def _kinds(scene: Scene) -> set[int]:
    """Which kinds of finding there are between the zones of a scene."""
    overlaps = overlaps_of(scene)
    return {n for n, finder in enumerate(_KINDS) if next(iter(finder(scene, overlaps)), None) is not None}
