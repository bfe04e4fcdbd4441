"""A recorded visit once more: its events through the same steps, for the same decisions and the same rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from guide.services.events import recorded_event
from guide.services.stepping import Stepping
from guide.services.visit import Visit, Wishes
from guide.store.journal import Batch
from guide.tables import VisitEvent
from zones.decision import Decision
from zones.state import State
from zones.units import Millis


@dataclass(slots=True)
class Replayed:
    """What came of a replay."""

    visit: Visit
    """As the last event left it."""
    decisions: list[tuple[int, Decision]] = field(default_factory=list)
    """What was decided, with the count of the event that it was decided on."""
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The rows of the decision log by their ids, episodes with their ends."""


def replay(
    visit: Visit,
    events: Iterable[VisitEvent],
    stepping: Stepping,
    between: Callable[[State], State] = lambda state: state,
) -> Replayed:
    """The decisions of a recorded visit, made anew from its record.

    Args:
        visit: whose record it is. Of what was changed in mid-visit nothing is read from here, unless the record is
            older than the event `begin`: then the visit is taken to have begun as it ended.
        events: all of its record, by `n`.
        stepping: reads the releases that the record names.
        between: what becomes of the state before each event: written down and read again, in a test.

    Returns:
        The decisions, and the rows of the log. Equal to what was logged, if the same version of the engine decided.
    """
    done = Replayed(_anew(visit))
    for event in events:
        done.visit.state = between(done.visit.state)
        batch = Batch()
        decision = _take(done.visit, event, stepping, batch)
        if decision is not None:
            done.decisions.append((event.n, decision))
        done.rows |= {row["id"]: row for row in batch.decisions}
        for closing in batch.closings:
            done.rows.get(closing["id"], {})["until"] = closing["until"]
    return done


def _anew(visit: Visit) -> Visit:
    """The visit as it was made."""
    wishes = Wishes(**visit.wishes.body())
    return Visit(
        site=visit.site,
        id=visit.id,
        key_id=visit.key_id,
        device=visit.device,
        simulated=visit.simulated,
        wishes=wishes,
        release=visit.release,
        created_at=visit.created_at,
        last_seen=visit.created_at,
    )


def _take(visit: Visit, row: VisitEvent, stepping: Stepping, batch: Batch) -> Decision | None:
    """One row of the record: what it changes about the visit, or what the engine makes of it."""
    at, body = Millis(row.at), row.body
    match row.kind:
        case "begin":
            _wish(visit, body)
            visit.release = body["release"]
            visit.state = visit.state._replace(mode=body["mode"])
        case "release":
            visit.release = body["release"]
        case "refused":
            stepping.refuse(visit, body["reason"], stepping.own_scene(visit), body.get("poll"), at, batch)
        case "end":
            return stepping.close(visit, at, batch)
        case "recast":
            _wish(visit, body)
    event = recorded_event(row.kind, at, body)
    if event is None:
        return None
    scene, refused = stepping.own_scene(visit), "poll" in body
    return stepping.take(visit, event, scene, body.get("seq", body.get("poll")), batch, refused=refused)


def _wish(visit: Visit, body: dict[str, Any]) -> None:
    """What the visitor chose, as far as the record says it."""
    for name in Wishes.__slots__:
        if name in body:
            setattr(visit.wishes, name, body[name])
