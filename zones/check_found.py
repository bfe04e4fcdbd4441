"""What the layout check finds, as facts: codes and figures. Who reads them words them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from zones.model import Mode, Part
from zones.units import Metres, Point

Code = Literal[
    "zone_outside_level",
    "zones_alike",
    "overlap_without_order",
    "narrations_too_close",
    "zone_too_small",
    "zone_too_crowded",
    "level_unreachable",
]
CODES: Final[tuple[Code, ...]] = get_args(Code)
"""In the order in which findings are told: first what makes a narration start wrongly, then what hinders one."""

ChangeKind = Literal["shrink", "priority", "offer", "merge"]
CHANGES: Final[tuple[ChangeKind, ...]] = get_args(ChangeKind)


@dataclass(frozen=True, slots=True)
class Edit:
    """What would be done to one zone: another shape, priority or mode, or the zone taken away."""

    zone: str
    parts: tuple[Part, ...] | None = None
    priority: float | None = None
    mode: Mode | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Edits that, made together, make a finding go away; `by_m` is the most that a border would move."""

    kind: ChangeKind
    edits: tuple[Edit, ...]
    by_m: Metres | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found.

    `zones` stand with the two of the worst place first, all others by id; `at` is the worst place, in metres;
    `value` broke `limit` there. `facts` are further figures and names that a sentence needs, by name.
    """

    code: Code
    zones: tuple[str, ...]
    exhibits: tuple[str, ...]
    level: str
    at: Point
    value: float
    limit: float
    facts: Mapping[str, float | str] = field(default_factory=dict)
    change: Change | None = None
