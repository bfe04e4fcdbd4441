"""The trigger engine: `step` takes one event into a visit's state and says what should be heard, and why.

Read this file first. A step is pure: no clock, no randomness, no I/O. Time comes with the event, so a recorded
visit replays exactly, cut anywhere. The pipeline is the list below, and each stage is a function in the file
that it is imported from:

    admission    which fixes are believed
    evidence     where the visitor is: presence in zones, rest, a slow position
    narration    the track under way: its position, what the device says of it, its end
    departure    when the visitor has gone so that it is released, and so that it may begin again
    requests     what the visitor asks for
    candidates   what could start here, the rules that hold it back, the order
    arbitration  what starts, what waits, what is offered
    notices      what is told
    reasons      the decision with its evidence, and the records of what was suppressed
"""

from collections.abc import Callable, Iterable
from typing import Final

from zones.admission import admit
from zones.arbitration import arbitrate
from zones.decision import Decision
from zones.departure import rearm
from zones.evidence import locate
from zones.model import Event, Layout, Rules
from zones.narration import advance
from zones.reasons import conclude
from zones.requests import obey
from zones.state import State
from zones.turn import Turn

Stage = Callable[[Turn], None]

PIPELINE: Final[tuple[Stage, ...]] = (
    advance,  # time passes: the track moves on, and may be over
    admit,  # is the fix believed?
    locate,  # where is the visitor, and for how long?
    rearm,  # what was cut may begin again after a real departure
    obey,  # what the visitor asks for beats every rule
    arbitrate,  # release, queue, offer or start
)


def step(state: State, event: Event, layout: Layout, rules: Rules) -> tuple[State, Decision]:
    """The state after an event, and what was decided.

    Args:
        state: the visit so far; `State()` for a new one.
        event: a fix, a tick, a command or a change, with its time.
        layout: levels, zones and connectors, with the visit's programme.
        rules: those of the positioning profile, with the site's overrides.

    Returns:
        The new state and the decision, both frozen. Equal inputs give equal outputs on every machine.
    """
    turn = Turn(state, event, layout, rules)
    for stage in PIPELINE:
        stage(turn)
    return conclude(turn, before=state)


def replay(
    events: Iterable[Event], layout: Layout, rules: Rules, state: State | None = None
) -> tuple[State, list[Decision]]:
    """The decisions of a recorded visit, from any state on: the engine run again over its events."""
    state = state or State()
    decisions = []
    for event in events:
        state, decision = step(state, event, layout, rules)
        decisions.append(decision)
    return state, decisions
