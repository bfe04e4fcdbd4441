"""What would give listeners room: one priority for neighbours, borders drawn back, an offer instead of a start."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from zones.check_changes import MOST_CHANGED, Beside, drawn_apart
from zones.check_found import Change, Edit
from zones.check_pairs import Pair, close, overlaps_of
from zones.check_scene import Scene, narrowed, of_priorities
from zones.check_tried import kept, near_to


def calmed(scene: Scene, pairs: Sequence[Pair], beside: Beside) -> Change | None:
    """What leaves the listeners of a group in peace.

    Where a neighbour interrupts, all of the group get the lowest priority among them; what is too close even so is
    drawn apart. Where overlaps would lose their order by that, priorities stay; by the last resort, borders too.
    """
    group = {n for pair in pairs for n in pair[:2]}
    if len(group) > MOST_CHANGED:
        return None
    near = near_to(scene, group)
    return (
        kept(scene, group, _levelled_and_apart(scene, pairs, beside, near))
        or kept(scene, group, drawn_apart(scene, pairs, beside))
        or _waiting(scene, {pair.second for pair in pairs})
    )


def _levelled_and_apart(
    scene: Scene, pairs: Sequence[Pair], beside: Beside, near: Sequence[int]
) -> Change | None:
    """One priority for all, and borders drawn back as far as is needed then; None where nobody interrupts."""
    if not any(pair.interrupts for pair in pairs):
        return None
    group = {n for pair in pairs for n in pair[:2]}
    order = _levelled(scene, group)
    level = of_priorities(scene, order)
    left = [pair for pair in _closenesses(level, near) if group & {*pair[:2]}]
    change = drawn_apart(level, left, beside) if left else Change("priority", ())
    return _with_order(scene, change, order) if change is not None else None


def _waiting(scene: Scene, numbers: set[int]) -> Change:
    return Change("offer", tuple(Edit(scene.zones[n].id, mode="offer") for n in sorted(numbers)))


def _levelled(scene: Scene, group: set[int]) -> dict[int, float]:
    """The lowest priority of the group, for those of it that have another."""
    lowest = min(scene.zones[n].priority for n in group)
    return {n: float(lowest) for n in sorted(group) if scene.zones[n].priority != lowest}


def _closenesses(scene: Scene, numbers: Sequence[int]) -> Iterator[Pair]:
    """Who is too close among some zones of a scene."""
    part = narrowed(scene, numbers, {}, ())
    for pair in close(part, overlaps_of(part)):
        yield pair._replace(first=numbers[pair.first], second=numbers[pair.second])


def _with_order(scene: Scene, change: Change, order: Mapping[int, float]) -> Change:
    """The change with the new priorities among its edits."""
    edits = {edit.zone: edit for edit in change.edits}
    for n, priority in order.items():
        name = scene.zones[n].id
        edits[name] = replace(edits.get(name, Edit(name)), priority=priority)
    return replace(change, edits=tuple(edits[name] for name in sorted(edits)))
