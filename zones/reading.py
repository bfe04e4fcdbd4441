"""What all ways of writing a zone have in common: its properties, its rings, and how faults are gathered.

A reader makes an `Entry` of each zone, puts into it what it can read and a sentence for what it cannot, and
gives all entries to `finish`, which judges the geometry and either answers with zones or raises every fault.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from zones.errors import Fault, LayoutFaults
from zones.json_text import item_lines
from zones.model import MODES, Level, Mode, Part, Ring, Zone
from zones.rings import mended
from zones.rule_values import read_rules
from zones.soundness import Subject, judge_zones
from zones.values import ID_RULE, is_id, number, quoted

HIGHEST_PRIORITY: Final = 1000.0
FIELDS: Final = ("id", "exhibit", "levels", "priority", "mode", "rules")
METRE_DECIMALS: Final = 3
HIGHEST_NUMBER: Final = 10**18


@dataclass(frozen=True, slots=True)
class ReadZones:
    """Zones out of a file or a request, and what was put right or passed over, in sentences for the curator."""

    zones: tuple[Zone, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Entry:
    """One zone while it is read."""

    name: str
    id: str | None = None
    exhibit: str | None = None
    levels: tuple[str, ...] | None = None
    priority: float = 0
    mode: Mode = "auto"
    rules: tuple[tuple[str, float], ...] = ()
    parts: tuple[Part, ...] | None = None
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unused: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """What a curator calls it: by its id, or by its place in the file."""
        return self.name if self.id is None else f"zone {self.id}"

    def zone(self) -> Zone:
        """The zone, once nothing is wrong."""
        return Zone(
            self.id or "",
            self.exhibit,
            self.levels or (),
            self.parts or (),
            self.priority,
            self.mode,
            self.rules,
        )


def read_fields(entry: Entry, given: Mapping[str, object], exhibits: Collection[str] | None) -> None:
    """Take a zone's properties into its entry.

    Args:
        entry: With its name.
        given: The properties by the names in `FIELDS`; a missing `exhibit`, `priority`, `mode` or `rules` is
            the default.
        exhibits: The ids that exist, None where that is judged elsewhere.
    """
    _read_id(entry, given.get("id"))
    _read_exhibit(entry, given.get("exhibit"), exhibits)
    _read_levels(entry, given.get("levels"))
    _read_priority(entry, given.get("priority"))
    _read_mode(entry, given.get("mode"))
    entry.rules, wrong = read_rules(given.get("rules"))
    entry.wrong += wrong


def _read_id(entry: Entry, given: object) -> None:
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < HIGHEST_NUMBER:
        given = str(given)  # drawing programs number their features
    if is_id(given):
        entry.id = given
    else:
        entry.wrong.append(f"its id is {quoted(given)}; an id is {ID_RULE}")


def _read_exhibit(entry: Entry, given: object, exhibits: Collection[str] | None) -> None:
    if given is None:
        return
    if not is_id(given):
        entry.wrong.append(f"its exhibit is {quoted(given)}; an exhibit's id is {ID_RULE}")
    elif exhibits is not None and given not in exhibits:
        entry.wrong.append(f"there is no exhibit {given}; add it, or leave the exhibit empty")
    else:
        entry.exhibit = given


def _read_levels(entry: Entry, given: object) -> None:
    if not isinstance(given, list | tuple) or not given:
        entry.wrong.append(f'its levels are {quoted(given)}; write a list of level ids, like ["tunnels"]')
    elif odd := [each for each in given if not is_id(each)]:
        entry.wrong.append(f"one of its levels is {quoted(odd[0])}; a level's id is {ID_RULE}")
    else:
        entry.levels = tuple(dict.fromkeys(given))


def _read_priority(entry: Entry, given: object) -> None:
    taken = 0.0 if given is None else number(given)
    if taken is None or abs(taken) > HIGHEST_PRIORITY:
        limits = f"between -{HIGHEST_PRIORITY:g} and {HIGHEST_PRIORITY:g}"
        entry.wrong.append(f"its priority is {quoted(given)}; it lies {limits}")
    else:
        entry.priority = taken


def _read_mode(entry: Entry, given: object) -> None:
    mode = next((mode for mode in MODES if mode == given), "auto" if given is None else None)
    if mode is None:
        entry.wrong.append(f"its mode is {quoted(given)}; it is one of {', '.join(MODES)}")
    else:
        entry.mode = mode


def written_fields(zone: Zone) -> dict[str, object]:
    """A zone's properties as they are written: whole numbers without a point, rules only where it has some."""
    written: dict[str, object] = {
        "id": zone.id,
        "exhibit": zone.exhibit,
        "levels": list(zone.levels),
        "priority": _plain(zone.priority),
        "mode": zone.mode,
    }
    if zone.rules:
        written["rules"] = {key: _plain(value) for key, value in zone.rules}
    return written


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else value


def read_ring(entry: Entry, given: object, name: str) -> Ring | None:
    """The corners of a ring as written, None and a sentence where they are no corners."""
    if not isinstance(given, list | tuple):
        entry.wrong.append(f"{name} is {quoted(given)}; write a list of corners, each a pair of numbers")
        return None
    corners: list[tuple[float, float]] = []
    for place, corner in enumerate(given, 1):
        pair = [number(each) for each in corner[:2]] if isinstance(corner, list | tuple) else []
        match pair:
            case [float(x), float(y)]:
                corners.append((x, y))
            case _:
                entry.wrong.append(f"corner {place} of {name} is {quoted(corner)}; write a pair of numbers")
                return None
    return tuple(corners)


def take_parts(entry: Entry, parts: Sequence[Part]) -> None:
    """Give an entry its parts in metres: rounded to the millimetre, mended, with a note of what was mended."""
    taken: list[Part] = []
    for place, part in enumerate(parts, 1):
        better, notes = mended(_rounded(part))
        prefix = f"part {place}: " if len(parts) > 1 else ""
        entry.notes += [prefix + note for note in notes]
        taken.append(better)
    entry.parts = tuple(taken)


def _rounded(part: Part) -> Part:
    outline, *holes = (
        tuple((round(x, METRE_DECIMALS) + 0.0, round(y, METRE_DECIMALS) + 0.0) for x, y in ring)
        for ring in (part.outline, *part.holes)
    )
    return Part(outline, tuple(holes))


def finish(
    entries: Sequence[Entry], levels: Iterable[Level], source: str | Mapping[str, object], key: str
) -> ReadZones:
    """The zones of all entries.

    Args:
        entries: In the order of the file.
        levels: Those of the site, sound ones.
        source: What was read; where it is a text, faults name the line.
        key: Under which key of it the zones stand.

    Raises:
        LayoutFaults: Anything is wrong with any of them; every fault is named.
    """
    subjects = [Subject(each.where, each.id, each.parts, each.levels, each.wrong) for each in entries]
    judge_zones(subjects, levels)
    if any(subject.wrong for subject in subjects):
        raise LayoutFaults(_located(subjects, item_lines(source, key)))
    notes = [f"{entry.where}: {note}" for entry in entries for note in entry.notes]
    unused = Counter(name for entry in entries for name in entry.unused)
    notes += [
        f"the property {quoted(name)} is not used ({count} {'zone' if count == 1 else 'zones'})"
        for name, count in sorted(unused.items())
    ]
    return ReadZones(tuple(entry.zone() for entry in entries), tuple(notes))


def _located(subjects: Sequence[Subject], lines: Sequence[int]) -> tuple[Fault, ...]:
    places = [f" (line {line})" for line in lines] if len(lines) == len(subjects) else [""] * len(subjects)
    return tuple(
        Fault(subject.where + place, message)
        for subject, place in zip(subjects, places, strict=True)
        for message in subject.wrong
    )
