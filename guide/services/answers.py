"""The answer to a poll: what should be heard now, in full, so that a lost answer loses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from guide.clock import rfc3339
from guide.services.ladder import Ladder, Rung
from guide.services.language_names import reader_of
from guide.services.releases import ReleaseView
from guide.services.sentences import in_sentence, notice_text
from guide.services.visit import Visit
from zones.arbitration import OFFER_LIMIT_MS
from zones.decision import Decision, Notice
from zones.narration import FADE_MS, position
from zones.state import Waiting
from zones.units import Millis

POLL_AFTER_MS: Final = 1000
NOTICE_MS: Final = 30_000
MEDIA: Final = "/api/v1/media"
Renditions = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """What an answer is made from beside the visit: the release, its ladder, and the ladder that is sounding.

    A narration goes on when the release or the languages change under it; `sounding` is the rung it began with.
    """

    view: ReleaseView
    ladder: Ladder
    sounding: Rung | None
    renditions: Renditions


def answer(visit: Visit, scene: Scene, decision: Decision, seq: int | None, now: int) -> dict[str, Any]:
    """The whole answer, as the contract has it."""
    state = visit.state
    fade = decision.fade_at_ms
    return {
        "seq": seq,
        "release": visit.release,
        "server_time": rfc3339(now),
        "playing": playing(visit, scene, decision.at),
        "next": _named(visit, scene, state.waiting),
        "offer": _offer(visit, scene, state.offer),
        "action": decision.action,
        "reason": decision.reason,
        "fade_out": None if fade is None else {"at_ms": fade, "duration_ms": FADE_MS},
        "notices": notices(visit, scene, decision),
        "poll_after_ms": POLL_AFTER_MS,
    }


def playing(visit: Visit, scene: Scene, at: Millis) -> dict[str, Any] | None:
    """What should be heard now; nothing for silence."""
    narration, rung = visit.state.narration, scene.sounding
    if narration is None or rung is None or rung.track is None:
        return None
    track = rung.track
    by_format = scene.renditions
    urls = [f"{MEDIA}/{by_format[each].sha256}.{each}" for each in ("opus", "m4a") if each in by_format]
    text = rung.text
    return {
        "exhibit": narration.exhibit,
        "number": rung.exhibit.number,
        "title": title_of(rung.exhibit.title, [rung.requested, *visit.wishes.languages], scene.view),
        "track": narration.track,
        "paused": narration.paused_at is not None,
        "language": track.language,
        "requested": rung.requested,
        "fallback": rung.fallback,
        "text_language": rung.text_language,
        "url": urls[0] if urls else None,
        "alternates": urls[1:],
        "transcript": f"{MEDIA}/{text.transcript_sha256}.vtt" if text else None,
        "duration_ms": narration.duration_ms,
        "position_ms": min(position(narration, at), narration.duration_ms),
        "gain_db": 0.0,
    }


def title_of(titles: Mapping[str, str], wishes: list[str], view: ReleaseView) -> str:
    """A title in the first language that has one: the visitor's, the house's, any."""
    wanted = [*(tag.split("-")[0] for tag in wishes), *view.content.site.languages, *sorted(titles)]
    return next((titles[tag] for tag in (*wishes, *wanted) if tag in titles), "")


def _named(visit: Visit, scene: Scene, waiting: Waiting | None) -> dict[str, Any] | None:
    if waiting is None or waiting.exhibit not in scene.ladder.rungs:
        return None
    rung = scene.ladder.rungs[waiting.exhibit]
    return {
        "exhibit": waiting.exhibit,
        "number": rung.exhibit.number,
        "title": title_of(rung.exhibit.title, visit.wishes.languages, scene.view),
        "zone": waiting.zone,
        "language": rung.track.language if rung.track else None,
    }


def _offer(visit: Visit, scene: Scene, offer: Waiting | None) -> dict[str, Any] | None:
    named = _named(visit, scene, offer)
    if named is None or offer is None:
        return None
    expires = rfc3339(offer.since + OFFER_LIMIT_MS)
    return {"id": f"{offer.exhibit}-{offer.since}", **named, "expires_at": expires}


def notices(visit: Visit, scene: Scene, decision: Decision) -> list[dict[str, Any]]:
    """The notices of the last half minute, each with the same id in every answer."""
    shown = [
        _notice(visit, scene, each)
        for each in visit.state.notices
        if decision.at - each.at < NOTICE_MS and each.exhibit in scene.ladder.rungs
    ]
    where, called_at = visit.state.where, visit.called_at
    if decision.reason == "radio_silence" and where is not None:
        shown.append(_plain(visit, "position_unknown", where.at))
    if called_at is not None and decision.at - called_at < NOTICE_MS:
        shown.append(_plain(visit, "last_call", called_at))
    return shown


def _plain(visit: Visit, kind: str, since: int) -> dict[str, Any]:
    """A notice about no exhibit."""
    text = notice_text(kind, reader_of(visit.wishes.languages))
    return {"id": f"{kind}-{since}", "kind": kind, "exhibit": None, "text": text, "available": []}


def _notice(visit: Visit, scene: Scene, notice: Notice) -> dict[str, Any]:
    reader = reader_of(visit.wishes.languages)
    rung = scene.ladder.rungs[notice.exhibit]
    heard = [each for each in scene.view.content.site.languages if _spoken(scene.view, notice.exhibit, each)]
    advice = rung.exhibit.advisories
    text = notice_text(
        notice.kind,
        reader,
        title=title_of(rung.exhibit.title, visit.wishes.languages, scene.view),
        available=", ".join(in_sentence(each, reader) for each in heard) or "—",
        requested=in_sentence(rung.requested, reader),
        language=in_sentence(rung.track.language if rung.track else None, reader),
        level_dba=f"{advice.level_dba:g}" if advice and advice.level_dba else "?",
        min_age=advice.min_age if advice else "?",
        note=title_of(advice.note, [reader], scene.view) if advice else "",
    )
    identity = f"{notice.kind}-{notice.exhibit}-{notice.at}"
    return {"id": identity, "kind": notice.kind, "exhibit": notice.exhibit, "text": text, "available": heard}


def _spoken(view: ReleaseView, exhibit: str, language: str) -> bool:
    return any(
        track.exhibit == exhibit and track.language == language and track.source_sha256 is not None
        for track in view.content.tracks
    )
