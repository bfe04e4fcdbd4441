"""A visit by the contract alone: the walk of a visitor, and what the log says of it."""

from typing import Any

import httpx2

from tests.stories.museum import MIDDLE
from tests.stories.visitor import Visitor

RAIL, ENGINE, RADIO, GAP = (MIDDLE[name][0] for name in ("rail", "engine", "radio", "gap"))


def log_of(client: httpx2.Client, key: str, **filters: Any) -> list[dict[str, Any]]:
    """The decision log, oldest first."""
    answer = client.get(
        "/api/v1/decisions", params={"limit": 500, **filters}, headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == httpx2.codes.OK, answer.text
    return list(reversed(answer.json()["items"]))


def test_a_whole_visit(client: httpx2.Client, device_key: str, staff_key: str) -> None:
    """A visitor walks, wanders, leaves, presses buttons; every message is sent three times, and answered the same."""
    visitor = Visitor(client, device_key, retries=2)
    visit = visitor.begin()
    assert visit["coverage"]["summary"].startswith("English: ")
    assert "gap" in [each["exhibit"] for each in visit["coverage"]["exceptions"]]

    # into the rail tunnel, to hear it
    visitor.walk(-5.0, RAIL)
    assert visitor.stand(RAIL, seconds=3)["playing"]["exhibit"] == "rail"

    # a look at the engine next door, and back: the narration goes on
    visitor.walk(RAIL, 6.0)
    visitor.stand(6.0, seconds=2)
    visitor.walk(6.0, RAIL)
    assert visitor.answers[-1]["playing"]["exhibit"] == "rail"

    # for good to the engine: the rail fades at a sentence, the engine follows
    visitor.walk(RAIL, ENGINE)
    released = next(
        answer
        for answer in (visitor.stand(ENGINE) for _ in range(20))
        if answer["reason"] == "committed_departure"
    )
    assert released["action"] == "continue"
    assert released["playing"]["exhibit"] == "rail"
    assert released["fade_out"]["duration_ms"] == 800
    assert released["fade_out"]["at_ms"] > released["playing"]["position_ms"]
    assert released["next"]["exhibit"] == "engine"
    switched = next(
        answer for answer in (visitor.stand(ENGINE) for _ in range(10)) if answer["action"] == "switch"
    )
    assert switched["playing"]["exhibit"] == "engine"
    assert switched["playing"]["position_ms"] == 0

    # a number typed beats the engine; skipping goes on with what is here
    assert visitor.press("play", "103")["playing"]["exhibit"] == "radio"
    assert visitor.stand(ENGINE, seconds=5)["playing"]["exhibit"] == "radio"
    assert visitor.press("pause")["playing"]["paused"] is True
    assert visitor.press("resume")["playing"]["paused"] is False
    assert visitor.press("skip")["playing"] is None

    # the place that has no English: one notice, and silence
    visitor.walk(ENGINE, GAP, speed=1.5)
    silent = visitor.stand(GAP, seconds=4)
    assert (silent["playing"], silent["reason"]) == (None, "gap_in_language")
    assert [(each["kind"], each["available"]) for each in silent["notices"]] == [("language_gap", ["fr"])]

    ended = client.post(f"{visitor.path}/end", headers=visitor.headers)
    assert ended.json()["ended_at"] is not None
    _the_log_tells_it(log_of(client, staff_key, visit=visitor.id))


def _the_log_tells_it(log: list[dict[str, Any]]) -> None:
    """Each change is one row, each suppressed trigger one row from its first to its last moment."""
    changes = [(row["action"], row["reason"], row["exhibit"]) for row in log if row["action"] != "none"]
    assert changes[0] == ("start", "dwell_met", "rail")
    assert ("continue", "queued", "engine") in changes
    assert ("continue", "committed_departure", "rail") in changes
    assert ("switch", "committed_departure", "engine") in changes
    assert ("switch", "visitor_asked", "radio") in changes
    assert ("pause", "visitor_asked", "radio") in changes
    assert ("resume", "visitor_asked", "radio") in changes
    assert ("stop", "skipped", "radio") in changes
    suppressed = [row for row in log if row["action"] == "none" and row["zone"]]
    assert {("gap", "gap_in_language"), ("engine", "narration_playing")} <= {
        (row["zone"], row["reason"]) for row in suppressed
    }
    assert all(row["until"] is not None and row["until"] >= row["at"] for row in suppressed)
    assert len({row["id"] for row in log}) == len(log)
    assert all(row["sentence"] and row["engine"] and row["rules"] for row in log)


def test_the_media_really_is_there(client: httpx2.Client, device_key: str) -> None:
    """What a poll names can be fetched, in parts too, and is kept for ever."""
    visitor = Visitor(client, device_key)
    visitor.begin()
    playing = visitor.press("play", "101")["playing"]
    whole = client.get(playing["url"])
    assert whole.headers["content-type"].startswith("audio/ogg")
    assert whole.content[:4] == b"OggS"
    assert "immutable" in whole.headers["cache-control"]
    part = client.get(playing["url"], headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, whole.content[:100])
    assert part.headers["content-range"] == f"bytes 0-99/{len(whole.content)}"
    again = client.get(playing["url"], headers={"If-None-Match": whole.headers["etag"]})
    assert again.status_code == httpx2.codes.NOT_MODIFIED


def test_wait_for_the_end(client: httpx2.Client, device_key: str) -> None:
    """Without a player's report the narration is over at the first poll past its length, then a breath follows."""
    visitor = Visitor(client, device_key)
    visitor.begin()
    started = visitor.stand(RAIL, seconds=2)
    assert started["action"] == "start"
    length_s = started["playing"]["duration_ms"] / 1000
    before = visitor.stand(RAIL, every=length_s - 0.1)
    assert (before["action"], before["playing"]["exhibit"]) == ("continue", "rail")
    over = visitor.stand(RAIL, every=0.2)
    assert (over["action"], over["reason"], over["playing"]) == ("stop", "narration_finished", None)
    assert visitor.stand(RAIL, every=5.0)["reason"] == "already_heard"


def test_the_device_is_the_truth(client: httpx2.Client, device_key: str) -> None:
    """With a player's report the position is the player's, and so is the end."""
    visitor = Visitor(client, device_key)
    visitor.begin()
    track = visitor.stand(RAIL, seconds=2)["playing"]["track"]
    at = visitor.stand(RAIL, seconds=40, player={"state": "playing", "track": track, "position_ms": 5000})
    assert at["playing"]["position_ms"] == 5000
    other = visitor.stand(RAIL, player={"state": "ended", "track": "other"})
    assert other["playing"]["exhibit"] == "rail"
    over = visitor.stand(RAIL, player={"state": "ended", "track": track})
    assert (over["action"], over["reason"]) == ("stop", "narration_finished")
