"""Rows of the decision log: one for each decision that changes something, one for each episode."""

import hashlib
import json
import zlib
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from guide.services.ladder import Rung
from guide.services.visit import Visit
from zones.decision import ENGINE_VERSION, Decision, Episode, Evidence
from zones.model import Rules


@lru_cache(maxsize=64)
def rules_hash(rules: Rules) -> str:
    """A short hash of the rules in force, which goes into every decision."""
    body = json.dumps(asdict(rules), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def decision_row(
    visit: Visit, decision: Decision, rung: Rung | None, rules: Rules, seq: int | None
) -> dict[str, Any]:
    """The row of a decision; its id sorts by the visit's time and counts within the visit."""
    visit.decisions += 1
    return _row(visit, rules, rung) | {
        "id": f"{decision.at:013d}-{visit.id}-{visit.decisions:05d}",
        "seq": seq,
        "at": decision.at,
        # what came to nothing is over at once: like an episode, it never stays open
        "until": decision.at if decision.action == "none" and decision.zone else None,
        "action": decision.action,
        "reason": decision.reason,
        "exhibit": decision.exhibit,
        "zone": decision.zone,
        "track": decision.track if decision.exhibit else None,
        "evidence": [evidence(each) for each in decision.evidence],
    }


def episode_row(
    visit: Visit, episode: Episode, rung: Rung | None, rules: Rules, seq: int | None
) -> dict[str, Any]:
    """The row of a suppressed trigger, from its first moment on."""
    return _row(visit, rules, rung) | {
        "id": episode_id(visit, episode),
        "seq": seq,
        "at": episode.since,
        "until": episode.until,
        "action": "none",
        "reason": episode.reason,
        "exhibit": episode.exhibit,
        "zone": episode.zone or None,
        "evidence": [evidence(episode.evidence)] if episode.evidence else [],
    }


def episode_id(visit: Visit, episode: Episode) -> str:
    """The id of an episode, from what it is: whoever ends it finds it again."""
    mark = zlib.crc32(f"{episode.zone}|{episode.reason}".encode())
    return f"{episode.since:013d}-{visit.id}-{mark:08x}"


def evidence(each: Evidence) -> dict[str, Any]:
    """Evidence as the contract shows it: millimetres, and shares to four places; the engine itself does not round."""
    figures = {"probability": round(each.probability, 4), "inside_m": round(each.inside_m, 3)}
    return each._asdict() | figures


def _row(visit: Visit, rules: Rules, rung: Rung | None) -> dict[str, Any]:
    track = rung.track if rung else None
    return {
        "site": visit.site,
        "visit": visit.id,
        "device": visit.device,
        "until": None,
        "track": None,
        "language": track.language if track else None,
        "requested": rung.requested if rung else visit.wishes.languages[0],
        "text_language": rung.text_language if rung else None,
        "release": visit.release,
        "engine": ENGINE_VERSION,
        "rules": rules_hash(rules),
        "simulated": visit.simulated,
    }
