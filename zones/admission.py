"""Which fixes are believed: one small predicate for each reason to refuse, and the ways back from doubt."""

import math
from collections.abc import Callable
from typing import Final

from zones.decision import Reason
from zones.geometry import contains
from zones.model import Connector, Fix, Layout, Rules
from zones.state import Doubt, Whereabouts
from zones.turn import Turn

WALKING_LIMIT: Final = 3.0
"""Metres a second that nobody in a museum exceeds (running apart). Source: the design."""
FARTHEST: Final = 1e8
"""Metres: more than twice around the Earth. A site in national coordinates has millions."""
AGREEING_FIXES: Final = 3
CONNECTOR_REACH: Final = 2.0
"""A lift's door is felt from just outside it: metres about a connector in which a change of level is natural."""

Predicate = Callable[[Whereabouts | None, Fix, float, Layout, Rules], bool]
"""Of where the visitor was, the fix, its error (metres), the layout and the rules."""


def sigma(fix: Fix, rules: Rules) -> float:
    """The fix's error in metres (1σ per axis), floored; the profile's default where it says nothing useful.

    An accuracy of zero, below zero or NaN says nothing useful; an infinite one says that it is poor.
    """
    stated = fix.accuracy
    if stated is None or not stated > 0.0:  # NaN is not above zero either
        stated = rules.default_sigma
    return stated if stated > rules.sigma_floor else rules.sigma_floor


def is_out_of_reach(before: Whereabouts | Doubt, fix: Fix, error: float) -> bool:
    """Further than legs carry since then: 3 m a second plus three times the error."""
    reach = WALKING_LIMIT * (fix.at - before.at) / 1000 + 3.0 * error
    return math.hypot(fix.x - before.x, fix.y - before.y) > reach


def is_nowhere(_where: Whereabouts | None, fix: Fix, _error: float, _layout: Layout, _rules: Rules) -> bool:
    """A coordinate that is none: believed once, NaN or infinity would spoil every average after it."""
    return not (abs(fix.x) <= FARTHEST and abs(fix.y) <= FARTHEST)


def is_duplicate(where: Whereabouts | None, fix: Fix, _error: float, _layout: Layout, _rules: Rules) -> bool:
    """The same moment and place as the last believed fix."""
    if where is None or fix.at != where.at:
        return False
    return (fix.x, fix.y, fix.level) == (where.x, where.y, where.level)


def is_out_of_order(
    where: Whereabouts | None, fix: Fix, _error: float, _layout: Layout, _rules: Rules
) -> bool:
    """Not newer than what has been believed already."""
    return where is not None and fix.at <= where.at


def is_poor(_where: Whereabouts | None, _fix: Fix, error: float, _layout: Layout, rules: Rules) -> bool:
    """Worse than the profile's cap: such a fix holds the state."""
    return error > rules.sigma_cap


def is_off_the_plan(
    _where: Whereabouts | None, fix: Fix, _error: float, layout: Layout, _rules: Rules
) -> bool:
    """On a level that the site does not have, or no longer has; agreeing fixes do not help."""
    return fix.level not in layout.levels


def changes_level(where: Whereabouts | None, fix: Fix, _error: float, layout: Layout, _rules: Rules) -> bool:
    """On another level, with no connector there that leads to it."""
    if where is None or fix.level == where.level:
        return False
    return not any(
        where.level in each.levels
        and fix.level in each.levels
        and (_by(each, where.x, where.y) or _by(each, fix.x, fix.y))
        for each in layout.connectors
    )


def is_teleport(where: Whereabouts | None, fix: Fix, error: float, _layout: Layout, _rules: Rules) -> bool:
    """Further than legs carry: 3 m a second plus three times the error."""
    return where is not None and is_out_of_reach(where, fix, error)


REFUSALS: Final[tuple[tuple[Reason, Predicate], ...]] = (
    ("poor_accuracy", is_nowhere),
    ("duplicate", is_duplicate),
    ("out_of_order", is_out_of_order),
    ("poor_accuracy", is_poor),
    ("wrong_level", is_off_the_plan),
    ("wrong_level", changes_level),
    ("teleport", is_teleport),
)
"""In this order; the first that holds is the reason."""


def is_ordinary(where: Whereabouts, fix: Fix, error: float, layout: Layout, rules: Rules) -> bool:
    """Newer, good, on the same level and within a walk: what nearly every fix is, and no rule above refuses it.

    To ask them one by one takes three times as long; a test holds the two together.
    """
    if fix.at <= where.at or error > rules.sigma_cap:
        return False
    if fix.level != where.level or fix.level not in layout.levels:
        return False
    # so, and not the other way round: NaN compares false
    if not (abs(fix.x) <= FARTHEST and abs(fix.y) <= FARTHEST):
        return False
    return not is_out_of_reach(where, fix, error)


DOUBTS: Final[frozenset[Reason]] = frozenset({"wrong_level", "teleport"})
"""What three agreeing fixes overcome."""


def admit(turn: Turn) -> None:
    """Refuse the fix with its reason, or let it pass; a symbolic fix is where its code stands, and passes."""
    fix = turn.event
    if not isinstance(fix, Fix):
        return
    where, error = turn.where, sigma(fix, turn.rules)
    turn.error = error
    if where is not None and is_ordinary(where, fix, error, turn.layout, turn.rules):
        turn.doubt = None
        return
    reason = _refusal(turn, fix)
    if reason in DOUBTS and fix.level in turn.layout.levels:
        turn.doubt = _doubt(turn.doubt, fix, turn.error)
        if turn.doubt.agreeing >= AGREEING_FIXES or fix.zone in turn.layout.zones:
            reason, turn.anew = None, True
    if reason is None:
        turn.doubt = None
    turn.refused = reason


def _refusal(turn: Turn, fix: Fix) -> Reason | None:
    where, error, layout, rules = turn.where, turn.error, turn.layout, turn.rules
    for reason, holds in REFUSALS:
        if holds(where, fix, error, layout, rules):
            return reason
    return None


def _doubt(doubt: Doubt | None, fix: Fix, error: float) -> Doubt:
    """The doubt with one more fix; a repeat or an older one neither agrees nor disagrees."""
    if doubt is not None and fix.at <= doubt.at:
        return doubt
    agrees = doubt is not None and doubt.level == fix.level and not is_out_of_reach(doubt, fix, error)
    return Doubt(fix.at, fix.x, fix.y, fix.level, doubt.agreeing + 1 if doubt is not None and agrees else 1)


def _by(connector: Connector, x: float, y: float) -> bool:
    if contains(connector.outline, x, y):
        return True
    ring = connector.outline.outline
    return any(_distance(ring[i - 1], ring[i], x, y) <= CONNECTOR_REACH for i in range(len(ring)))


def _distance(a: tuple[float, float], b: tuple[float, float], x: float, y: float) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, ((x - a[0]) * dx + (y - a[1]) * dy) / length))
    return math.hypot(x - a[0] - t * dx, y - a[1] - t * dy)
