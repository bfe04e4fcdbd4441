"""What a device brings after it was offline: late fixes and playback events. They never start any sound."""

from typing import Any, Final

from pydantic import ValidationError

from guide.clock import Clock
from guide.errors import GuideError
from guide.services.clocks import FUTURE_MS
from guide.services.events import event_body, to_event
from guide.services.messages import FixesBody, LateFix, PlaybackBody, PlaybackReport
from guide.services.polling import Polling, note
from guide.services.releases import ReleaseView
from guide.services.visit import Visit
from guide.store.journal import Batch
from zones.model import Played, Tick
from zones.narration import HEARD_SHARE
from zones.units import Millis

NO_POSITION: Final = "no_position"


def take_fixes(
    visit: Visit, body: FixesBody, view: ReleaseView, known: set[int], clock: Clock
) -> tuple[dict[str, Any], Batch]:
    """Keep late fixes for replay, each judged alone.

    Args:
        visit: the visit, locked by the caller.
        body: the fixes as sent.
        view: the active release, for levels and places.
        known: the seqs that the visit has had already.
        clock: tells what lies in the future.

    Returns:
        The answer (one result an item, and the highest seq that is known now), and the rows.
    """
    batch, items, arrived = Batch(), [], clock.now_ms()
    for raw in body.fixes:
        result = _take_fix(visit, raw, view, known, arrived, batch)
        items.append(result)
        if result["result"] == "accepted":
            known.add(result["seq"])
    visit.seq = max([visit.seq, *(each["seq"] for each in items if each["result"] == "accepted")])
    visit.last_seen = arrived
    batch.visits[visit.site, visit.id] = visit.row()
    return {"items": items, "acknowledged_seq": visit.seq}, batch


def _take_fix(
    visit: Visit, raw: dict[str, Any], view: ReleaseView, known: set[int], arrived: int, batch: Batch
) -> dict[str, Any]:
    try:
        fix = LateFix.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        reason = f"{where}: {first['msg']}" if where else first["msg"]
        return {"seq": _told_seq(raw), "result": "rejected", "reason": "malformed", "detail": reason}
    if fix.seq in known:
        return {"seq": fix.seq, "result": "duplicate"}
    offset = 0 if visit.simulated else visit.clock_offset_ms or 0
    at = fix.at + offset
    if not visit.simulated and at > arrived + FUTURE_MS:
        return {"seq": fix.seq, "result": "rejected", "reason": "from_future"}
    try:
        event = to_event(fix, None, view, at)
    except GuideError as error:
        return {"seq": fix.seq, "result": "rejected", "reason": error.code, "detail": error.detail}
    if isinstance(event, Tick):
        return {"seq": fix.seq, "result": "rejected", "reason": NO_POSITION}
    note(visit, batch, "late", at, arrived, event_body(event, fix.seq))
    return {"seq": fix.seq, "result": "accepted"}


def _told_seq(raw: dict[str, Any]) -> int | None:
    """The seq that an item says it has, if that is one: whatever else stands there (NaN, say) is not said again."""
    seq = raw.get("seq")
    return seq if isinstance(seq, int) and not isinstance(seq, bool) else None


def take_playback(
    visit: Visit, body: PlaybackBody, view: ReleaseView, known: set[int], polling: Polling
) -> tuple[dict[str, Any], Batch]:
    """Keep playback events; a track completed to 80 % or more counts as heard."""
    batch, items = Batch(), []
    for each in body.events:
        fresh = each.seq not in known
        items.append({"seq": each.seq, "result": "accepted" if fresh else "duplicate"})
        if not fresh:
            continue
        known.add(each.seq)
        at = each.at if each.at is not None else polling.now(visit)
        batch.playback.append(_row(visit, each, at))
        exhibit = _completed(each, view)
        if exhibit is not None and not visit.state.memory(exhibit).heard:
            moment = Millis(max(visit.state.at or at, at) if visit.simulated else polling.now(visit))
            polling.change(visit, Played(moment, exhibit), {"exhibit": exhibit}, batch)
    visit.playback_seq = max([visit.playback_seq, *known])
    batch.visits[visit.site, visit.id] = visit.row()
    return {"items": items, "acknowledged_seq": visit.playback_seq}, batch


def _row(visit: Visit, each: PlaybackReport, at: int) -> dict[str, Any]:
    body = {"track": each.track, "position_ms": each.position_ms, "volume": each.volume}
    return {
        "site": visit.site,
        "visit": visit.id,
        "seq": each.seq,
        "at": at,
        "kind": each.kind,
        "body": {name: value for name, value in body.items() if value is not None},
    }


def _completed(each: PlaybackReport, view: ReleaseView) -> str | None:
    """The exhibit that an event says was heard."""
    if each.kind != "completed" or each.track is None:
        return None
    track = view.tracks_by_id.get(each.track)
    if track is None:
        return None
    whole = each.position_ms is None or each.position_ms >= HEARD_SHARE * track.duration_ms
    return track.exhibit if whole else None
