"""The answer to a poll: what should be heard now, in full, so that a lost answer loses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from guide.clock import rfc3339
from guide.services.ladder import Ladder, Rung
from guide.services.loudness import chime_gain_db, gain_db
from guide.services.notices import title_of, told
from guide.services.releases import ReleaseView
from guide.services.visit import Visit
from media.chime import shipped
from zones.arbitration import OFFER_LIMIT_MS
from zones.decision import Decision
from zones.narration import FADE_MS, position
from zones.state import Waiting
from zones.units import Millis

POLL_AFTER_MS: Final = 1000
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
        "notices": told(visit, scene.view, scene.ladder, decision),
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
        "transcript": captions_url(rung),
        "duration_ms": narration.duration_ms,
        "position_ms": min(position(narration, at), narration.duration_ms),
        "gain_db": gain_db(scene.view.doc, visit.wishes.hearing),
    }


def captions_url(rung: Rung) -> str | None:
    """Where the text is that is shown, in step with the sound.

    A text alone is written to be read over the sound as it was recorded; what was cut from its beginning is asked for.
    """
    text, track = rung.text, rung.track
    if text is None:
        return None
    over = track.measures if track is not None and text.source_sha256 is None else None
    return f"{MEDIA}/{text.captions}.vtt" + (f"?lead_ms={over.lead_ms}" if over and over.lead_ms else "")


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
    urls = [f"{MEDIA}/{each.sha256}.{each.format}" for each in shipped()]
    sound = {"chime": urls[0], "chime_alternates": urls[1:]}
    gain = chime_gain_db(scene.view.doc, visit.wishes.hearing)
    return {
        "id": f"{offer.exhibit}-{offer.since}",
        **named,
        "expires_at": expires,
        **sound,
        "gain_db": gain,
    }
