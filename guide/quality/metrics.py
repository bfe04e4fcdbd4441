"""What is measured on a visit: each figure's definition, how it is counted, and which moments went wrong.

Counts add up over visits; figures with their bounds are made of them in `figures`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import hypot
from typing import Final, Literal

from guide.quality.kinds import TRUTH_STEP_MS, Heard, Stay, Visit
from zones.geometry import near

SOON_MS: Final = 6_000
"""A start may come so long before the exhibit is attended: the visitor is about to get there."""
STOOD_MS: Final = 2_500
MISSABLE_MS: Final = 12_000
OVERTIME_MS: Final = 8_000
SETTLED_MS: Final = 12_000
BREATH_MS: Final = 2_000
HEARD_SHARE: Final = 0.8
WHOLE_SHARE: Final = 0.97
SLOW_MS: Final = 15_000
"""A latency worth looking at."""

Stale = tuple[int, "Failure"]
"""For how long, and the moment at which it began."""

Kind = Literal["cut", "wrong", "false", "missed", "not whole", "slow", "stale", "repeat"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One moment at which the visitor was not well served."""

    kind: Kind
    at_ms: int
    exhibit: str
    note: str = ""
    truth: str = ""
    """Where the visitor truly was, what they attended, and how deep in which zones."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted on one visit; whole numbers, so that visits add up exactly."""

    visit_ms: int = 0
    cuts: int = 0
    starts: int = 0
    wrong: int = 0
    false: int = 0
    repeats: int = 0
    missable: int = 0
    missed: int = 0
    long_stays: int = 0
    whole: int = 0
    sounding_ms: int = 0
    stale_ms: int = 0
    stale_heard_ms: int = 0
    """The same before an exhibit that had been heard already, for which nothing may be released."""
    latencies_ms: tuple[int, ...] = ()
    arrivals_ms: tuple[int, ...] = ()
    """The same where the wait for a release counts from the arrival: the harsher reading."""
    failures: tuple[Failure, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Hearing:
    """A visit and what was heard on it."""

    visit: Visit
    heard: Sequence[Heard]
    end_ms: int
    """When the device was handed back: what sounded then was not cut."""

    def duration_ms(self, exhibit: str) -> int:
        """The length of an exhibit's narration."""
        return self.visit.world.cues[exhibit].duration_ms

    def share(self, exhibit: str, until_ms: int) -> float:
        """Which share of an exhibit's narration was heard up to a moment, parts heard twice counted once."""
        parts = sorted(
            (
                each.from_position_ms,
                min(each.to_position_ms, each.from_position_ms + until_ms - each.started_ms),
            )
            for each in self.heard
            if each.exhibit == exhibit and each.started_ms < until_ms
        )
        covered = reached = 0
        for begin, end in parts:
            covered += max(0, end - max(begin, reached))
            reached = max(reached, end)
        return covered / self.duration_ms(exhibit)

    def attended(self, exhibit: str, from_ms: int, to_ms: int) -> bool:
        """Whether the visitor attends an exhibit at any moment between two, both included."""
        return any(
            each.exhibit == exhibit and each.from_ms <= to_ms and from_ms < each.to_ms
            for each in self.visit.stays
        )


def measure(visit: Visit, heard: Sequence[Heard], end_ms: int) -> Counts:
    """All counts of a visit.

    Args:
        visit: The truth.
        heard: What a system made the visitor hear, in order of time.
        end_ms: The time of the last fix; what still sounds then counts as neither cut nor finished.
    """
    hearing = Hearing(visit, heard, end_ms)
    cut, wrong, false, repeat = cuts(hearing), wrong_starts(hearing), false_starts(hearing), repeats(hearing)
    missable, missed = misses(hearing)
    stays, torn = torn_stays(hearing)
    latencies, arrivals, slow = waits(hearing)
    stale, heard_before = stale_times(hearing)
    return Counts(
        visit_ms=visit.end_ms,
        cuts=len(cut),
        starts=len(heard),
        wrong=len(wrong),
        false=len(false),
        repeats=len(repeat),
        missable=missable,
        missed=len(missed),
        long_stays=stays,
        whole=stays - len(torn),
        sounding_ms=sum(each.ended_ms - each.started_ms for each in heard),
        stale_ms=sum(length for length, _ in stale),
        stale_heard_ms=sum(length for length, _ in heard_before),
        latencies_ms=tuple(latencies),
        arrivals_ms=tuple(arrivals),
        failures=_told(
            visit, (*cut, *wrong, *false, *repeat, *missed, *torn, *slow, *(each for _, each in stale))
        ),
    )


def _told(visit: Visit, failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """The failures in order of time, each with the truth of its moment."""
    ordered = sorted(failures, key=lambda each: (each.at_ms, each.kind, each.exhibit))
    return tuple(replace(each, truth=truth(visit, each.at_ms)) for each in ordered)


def truth(visit: Visit, at_ms: int) -> str:
    """Where the visitor truly is at a moment, for people who look into a failure.

    Depths are metres inside a zone, negative outside, of those within 3 m.
    """
    n = min(max(0, at_ms // TRUTH_STEP_MS), len(visit.levels) - 1)
    before = max(0, n - 1000 // TRUTH_STEP_MS)
    x, y, level = float(visit.xs[n]), float(visit.ys[n]), visit.levels[n]
    seconds = max(1, n - before) * TRUTH_STEP_MS / 1000
    pace = hypot(x - float(visit.xs[before]), y - float(visit.ys[before])) / seconds
    stay = next((each for each in visit.stays if each.holds(at_ms)), None)
    doing = "attends nothing"
    if stay is not None:
        of = (at_ms - stay.from_ms, stay.to_ms - stay.from_ms, visit.world.cues[stay.exhibit].duration_ms)
        doing = "attends {} ({:.0f} of {:.0f} s, narration {:.0f} s)".format(
            stay.exhibit, *(each / 1000 for each in of)
        )
    zones = sorted(near(visit.world.layout, level, x, y, 3.0), key=lambda each: -each[1])
    about = ", ".join(f"{zone.exhibit} {inside:+.1f}" for zone, inside in zones[:4])
    return f"{doing}, at {x:.1f} {y:.1f} {level}, {pace:.1f} m/s, zones {about or 'none'}"


def cuts(hearing: Hearing) -> list[Failure]:
    """Narrations stopped or replaced while the visitor still attends that exhibit; a rate per visit hour.

    The moment that counts is when the sound ends, not when that was decided. Wandering off and coming back within
    a stay is attending. What sounds when the device is handed back is not cut.
    """
    return [
        Failure("cut", each.ended_ms, each.exhibit, f"at {each.to_position_ms / 1000:.0f} s of it")
        for each in hearing.heard
        if not each.finished
        and each.ended_ms < hearing.end_ms
        and hearing.attended(each.exhibit, each.ended_ms, each.ended_ms)
    ]


def wrong_starts(hearing: Hearing) -> list[Failure]:
    """Starts whose exhibit the visitor does not attend at that moment or within the next 6 s; a share of starts.

    Every stretch of sound begins with a start: a resumed narration and a switch count like a first start.
    """
    return [Failure("wrong", each.started_ms, each.exhibit, each.why) for each in _wrong(hearing)]


def false_starts(hearing: Hearing) -> list[Failure]:
    """Wrong starts of which the visitor had not truly stood in the zone for the last 2.5 s; a share of all starts.

    "Stood in" is being inside, walking or not: a perfect dwell rule of 2.5 s would not have started it.
    """
    return [
        Failure("false", each.started_ms, each.exhibit, each.why)
        for each in _wrong(hearing)
        if not _was_inside(hearing.visit, each.exhibit, each.started_ms)
    ]


def repeats(hearing: Hearing) -> list[Failure]:
    """Starts of what was heard to 80 % or more before, over all its parts; a rate per visit hour."""
    return [
        Failure("repeat", each.started_ms, each.exhibit, each.why)
        for each in hearing.heard
        if hearing.share(each.exhibit, each.started_ms) >= HEARD_SHARE
    ]


def misses(hearing: Hearing) -> tuple[int, list[Failure]]:
    """Stays of 12 s or more, of exhibits not heard before, and those of them in which the exhibit never sounded.

    Not heard before: less than 80 % of it by the beginning of the stay. What sounds already when the visitor
    arrives, or goes on from a stay before, is not missed.
    """
    open_stays = [
        stay
        for stay in hearing.visit.stays
        if stay.to_ms - stay.from_ms >= MISSABLE_MS and _unheard(hearing, stay)
    ]
    return len(open_stays), [
        Failure("missed", stay.from_ms, stay.exhibit, f"stay of {(stay.to_ms - stay.from_ms) / 1000:.0f} s")
        for stay in open_stays
        if not any(
            each.exhibit == stay.exhibit and each.started_ms < stay.to_ms and stay.from_ms < each.ended_ms
            for each in hearing.heard
        )
    ]


def torn_stays(hearing: Hearing) -> tuple[int, list[Failure]]:
    """Stays longer than the narration by 8 s or more, and those of them in which it was not heard to its end.

    Of exhibits not heard before, as with misses. Heard to its end: a stretch that began before the stay was over
    came to the end of the track, and by then 97 % of the track had been heard, in one part or several. The end
    itself may come after the stay: what has 8 s or less left is finished, and was heard whole.
    """
    stays = [
        stay
        for stay in hearing.visit.stays
        if stay.to_ms - stay.from_ms >= hearing.duration_ms(stay.exhibit) + OVERTIME_MS
        and _unheard(hearing, stay)
    ]
    return len(stays), [
        Failure(
            "not whole", stay.from_ms, stay.exhibit, f"stay of {(stay.to_ms - stay.from_ms) / 1000:.0f} s"
        )
        for stay in stays
        if not any(
            each.exhibit == stay.exhibit
            and each.finished
            and each.started_ms < stay.to_ms
            and stay.from_ms < each.ended_ms
            and hearing.share(stay.exhibit, each.ended_ms) >= WHOLE_SHARE
            for each in hearing.heard
        )
    ]


def waits(hearing: Hearing) -> tuple[list[int], list[int], list[Failure]]:
    """Milliseconds from when a start was due to the start, of every stay in which its exhibit starts.

    Due is the later of the true arrival (the visitor comes to a stand at the exhibit) and the natural end, plus a
    breath of 2 s, of another narration that was on at the arrival. What was released would have ended later, so who
    gets a release has not waited; the second list counts the wait for it from the arrival, and so do the failures.
    A start up to 6 s before the arrival has no latency; what has sounded for longer has none to tell.
    """
    found, from_arrival, slow = [], [], []
    for stay in hearing.visit.stays:
        start = next(
            (
                each.started_ms
                for each in hearing.heard
                if each.exhibit == stay.exhibit and stay.from_ms - SOON_MS <= each.started_ms < stay.to_ms
            ),
            None,
        )
        sounds_already = any(
            each.exhibit == stay.exhibit
            and each.started_ms < stay.from_ms - SOON_MS
            and each.ended_ms > stay.from_ms
            for each in hearing.heard
        )
        if start is None or sounds_already:
            continue
        found.append(max(0, start - _due_ms(hearing, stay)))
        wait = max(0, start - _due_ms(hearing, stay, finished=True))
        from_arrival.append(wait)
        if wait >= SLOW_MS:
            slow.append(Failure("slow", start, stay.exhibit, f"{wait / 1000:.1f} s late"))
    return found, from_arrival, slow


def stale_times(hearing: Hearing) -> tuple[list[Stale], list[Stale]]:
    """Milliseconds for which a narration goes on though the visitor has settled elsewhere for 12 s; the first are free.

    Settled, as the design words it, is where something could start: an exhibit not heard before. The second list is
    the same before what has been heard already, for which the rules release nothing. Both are shares of all sounding
    time, not of the whole visit: of these two readings the harsher one.
    """
    fresh: list[Stale] = []
    heard_before: list[Stale] = []
    for each in hearing.heard:
        for stay in hearing.visit.stays:
            begin, end = max(each.started_ms, stay.from_ms + SETTLED_MS), min(each.ended_ms, stay.to_ms)
            if stay.exhibit != each.exhibit and end > begin:
                note = f"for {(end - begin) / 1000:.1f} s while attending {stay.exhibit}"
                known = hearing.share(stay.exhibit, begin) >= HEARD_SHARE
                found = heard_before if known else fresh
                found.append((end - begin, Failure("stale", begin, each.exhibit, note)))
    return fresh, heard_before


def _wrong(hearing: Hearing) -> Iterable[Heard]:
    return (
        each
        for each in hearing.heard
        if not hearing.attended(each.exhibit, each.started_ms, each.started_ms + SOON_MS)
    )


def _was_inside(visit: Visit, exhibit: str, at_ms: int) -> bool:
    """Whether the visitor was truly in a zone of the exhibit for the last 2.5 s."""
    last = min(at_ms // TRUTH_STEP_MS, len(visit.levels) - 1)
    first = max(0, -(-(at_ms - STOOD_MS) // TRUTH_STEP_MS))
    return all(
        any(
            zone.exhibit == exhibit
            for zone, _ in near(
                visit.world.layout, visit.levels[n], float(visit.xs[n]), float(visit.ys[n]), 0.0
            )
        )
        for n in range(first, last + 1)
    )


def _unheard(hearing: Hearing, stay: Stay) -> bool:
    return hearing.share(stay.exhibit, stay.from_ms) < HEARD_SHARE


def _due_ms(hearing: Hearing, stay: Stay, *, finished: bool = False) -> int:
    """When a start is due; `finished` leaves out the end that a narration would have had."""
    on = (
        each.ended_ms + hearing.duration_ms(each.exhibit) - each.to_position_ms + BREATH_MS
        for each in hearing.heard
        if each.exhibit != stay.exhibit
        and (each.finished or not finished)
        and each.started_ms <= stay.from_ms < each.ended_ms + BREATH_MS
    )
    return max([stay.from_ms, *on])
