"""Bad input gets a clear sentence and the right status, and changes nothing."""

import gzip
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.stories.museum import MIDDLE
from tests.stories.visitor import Visitor

RAIL = MIDDLE["rail"][0]
GOOD: dict[str, Any] = {"x": RAIL, "y": 2.5, "level": "hall"}

MALFORMED = {
    "no JSON": (b"{nope", "malformed_json"),
    "empty": (b"", "malformed_json"),
    "an array": (b"[]", "malformed"),
    "not a number": (b'{"seq":9,"at":"2026-05-04T10:00:00Z","x":NaN,"y":2,"level":"hall"}', "malformed"),
    "infinite": (b'{"seq":9,"at":"2026-05-04T10:00:00Z","x":1,"y":-Infinity,"level":"hall"}', "malformed"),
    "1e999": (b'{"seq":9,"at":"2026-05-04T10:00:00Z","x":1e999,"y":0,"level":"hall"}', "malformed"),
    "no zone in the time": (b'{"seq":9,"at":"2026-05-04T10:00:00","x":1,"y":2,"level":"hall"}', "malformed"),
    "no such day": (b'{"seq":9,"at":"2026-02-30T10:00:00Z","x":1,"y":2,"level":"hall"}', "malformed"),
    "half a position": (b'{"seq":9,"at":"2026-05-04T10:00:00Z","x":1,"level":"hall"}', "malformed"),
    "a seq below zero": (b'{"seq":-1,"at":"2026-05-04T10:00:00Z"}', "malformed"),
    "an unknown level": (
        b'{"seq":9,"at":"2026-05-04T10:00:00Z","x":1,"y":2,"level":"attic"}',
        "unknown_level",
    ),
    "an unknown code": (
        b'{"seq":9,"at":"2026-05-04T10:00:00Z","place":{"kind":"qr","id":"elsewhere"}}',
        "unknown_place",
    ),
    "the other side of the earth": (
        b'{"seq":9,"at":"2026-05-04T10:00:00Z","lon":-170,"lat":-40}',
        "far_away",
    ),
}


@pytest.fixture
def visitor(client: httpx2.Client, device_key: str) -> Visitor:
    """A visitor who has just begun to listen."""
    made = Visitor(client, device_key)
    made.begin()
    made.stand(RAIL, seconds=3)
    return made


def test_malformed_polls(visitor: Visitor) -> None:
    """Whatever is wrong with a poll is told, and the narration goes on as if it had never come."""
    before = visitor.answers[-1]
    for what, (body, code) in MALFORMED.items():
        answer = visitor.client.post(f"{visitor.path}/poll", content=body, headers=visitor.headers)
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json", what
        assert (answer.status_code, problem["code"]) == (422, code), (what, problem)
        assert problem["detail"], what
    after = visitor.stand(RAIL)
    assert after["playing"]["position_ms"] == before["playing"]["position_ms"] + 1000


def test_seq(visitor: Visitor) -> None:
    """A seq used for something else, or behind, is refused; the latter with what is playing."""
    url = f"{visitor.path}/poll"
    other = {"seq": visitor.seq, "at": visitor.at(), **GOOD, "x": 99.0}
    assert visitor.client.post(url, json=other, headers=visitor.headers).json()["code"] == "seq_reused"
    command = {"seq": visitor.seq, "at": visitor.at(), "do": "pause"}
    reused = visitor.client.post(f"{visitor.path}/commands", json=command, headers=visitor.headers)
    assert (reused.status_code, reused.json()["code"]) == (409, "seq_reused")
    behind = visitor.client.post(url, json={"seq": 1, "at": visitor.at(), **GOOD}, headers=visitor.headers)
    assert (behind.status_code, behind.json()["code"]) == (409, "seq_out_of_order")
    assert behind.json()["playing"]["exhibit"] == "rail"


def test_unknown_number(visitor: Visitor) -> None:
    """A number that nothing has is 404, and its seq may be used for the right one."""
    body = {"seq": visitor.seq + 1, "at": visitor.at(), "do": "play", "exhibit": "999"}
    answer = visitor.client.post(f"{visitor.path}/commands", json=body, headers=visitor.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_exhibit")
    assert visitor.press("play", "102")["playing"]["exhibit"] == "engine"


def test_keys_and_visits_of_others(visitor: Visitor, service: Any) -> None:
    """A wrong key is 401; another device's visit is not there; an ended one is gone."""
    url = f"{visitor.path}/poll"
    message = {"seq": 99, "at": visitor.at(), **GOOD}
    assert visitor.client.post(url, json=message).status_code == httpx2.codes.UNAUTHORIZED
    wrong = visitor.client.post(url, json=message, headers={"Authorization": "Bearer cpl_wrong"})
    assert wrong.status_code == httpx2.codes.UNAUTHORIZED
    other = {"Authorization": f"Bearer {service.json('device', 'add', 'handheld 2')['key']}"}
    assert visitor.client.post(url, json=message, headers=other).status_code == httpx2.codes.NOT_FOUND
    assert visitor.client.get(visitor.path, headers=other).status_code == httpx2.codes.NOT_FOUND
    visitor.client.post(f"{visitor.path}/end", headers=visitor.headers)
    assert visitor.client.post(f"{visitor.path}/end", headers=visitor.headers).status_code == httpx2.codes.OK
    gone = visitor.client.post(url, json=message, headers=visitor.headers)
    assert (gone.status_code, gone.json()["code"]) == (410, "visit_ended")


def test_huge_bodies(visitor: Visitor) -> None:
    """A body over the limit is 413, whether it is large or unpacks to be."""
    url = f"{visitor.path}/fixes"
    large = visitor.client.post(url, content=b" " * (2 << 20), headers=visitor.headers)
    assert large.status_code == 413
    packed = gzip.compress(b" " * (50 << 20))
    bomb = visitor.client.post(url, content=packed, headers={**visitor.headers, "Content-Encoding": "gzip"})
    assert bomb.status_code == 413


def real_at(offset_s: float = 0.0) -> str:
    """A moment about now."""
    return (datetime.now(UTC) + timedelta(seconds=offset_s)).isoformat(timespec="milliseconds")


def test_real_clocks(client: httpx2.Client, device_key: str, staff_key: str) -> None:
    """A device whose clock is an hour wrong is understood; a fix from the future or too late decides nothing."""
    visitor = Visitor(client, device_key)
    visit = visitor.begin(simulated=False)
    wrong = 3600.0

    def poll(seq: int, offset: float) -> dict[str, Any]:
        body = {"seq": seq, "at": real_at(offset), **GOOD, "accuracy": 0.05}
        answer = client.post(f"{visitor.path}/poll", json=body, headers=visitor.headers)
        assert answer.status_code == httpx2.codes.OK, answer.text
        return dict(answer.json())

    assert poll(1, wrong)["reason"] == "dwell_pending"
    time.sleep(1.1)
    assert poll(2, wrong)["action"] == "start"
    future = poll(3, wrong + 60)
    assert (future["action"], future["reason"], future["playing"]["exhibit"]) == (
        "none",
        "from_future",
        "rail",
    )
    late = poll(4, wrong - 60)
    assert (late["action"], late["reason"], late["playing"]["exhibit"]) == ("none", "too_late", "rail")
    assert poll(5, wrong)["action"] == "continue"
    year = poll(6, -365 * 86400.0)
    assert (year["action"], year["reason"]) == ("none", "too_late")
    answer = client.get(
        "/api/v1/decisions", params={"visit": visit["id"]}, headers={"Authorization": f"Bearer {staff_key}"}
    )
    assert {"from_future", "too_late"} <= {row["reason"] for row in answer.json()["items"]}


def test_a_refused_poll_sets_no_clock(client: httpx2.Client, device_key: str) -> None:
    """A first poll of an unknown level, an hour off, leaves no mark: the right clock is understood afterwards."""
    visitor = Visitor(client, device_key)
    visitor.begin(simulated=False)
    wrong = {"seq": 1, "at": real_at(3600), **GOOD, "level": "attic"}
    assert client.post(f"{visitor.path}/poll", json=wrong, headers=visitor.headers).status_code == 422
    right = {"seq": 1, "at": real_at(), **GOOD}
    answer = client.post(f"{visitor.path}/poll", json=right, headers=visitor.headers).json()
    assert answer["reason"] == "dwell_pending"


def test_a_second_visit_of_a_device(client: httpx2.Client, device_key: str) -> None:
    """A new real visit ends the device's earlier one; simulated visits leave each other alone."""
    first, second = Visitor(client, device_key), Visitor(client, device_key)
    first.begin(simulated=False)
    simulated = Visitor(client, device_key)
    simulated.begin()
    second.begin(simulated=False)
    assert client.get(first.path, headers=first.headers).json()["ended_at"] is not None
    assert client.get(second.path, headers=second.headers).json()["ended_at"] is None
    assert client.get(simulated.path, headers=simulated.headers).json()["ended_at"] is None


def test_idempotency_key(client: httpx2.Client, device_key: str) -> None:
    """The same start sent twice makes one visit; the key with another body is a conflict."""
    headers = {"Authorization": f"Bearer {device_key}", "Idempotency-Key": "once"}
    body = {"languages": ["en"]}
    first, second = (client.post("/api/v1/visits", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    other = client.post("/api/v1/visits", json={"languages": ["fr"]}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_late_fixes_and_playback(visitor: Visitor, client: httpx2.Client, staff_key: str) -> None:
    """What was kept offline is taken once, item by item, starts nothing, and what was heard counts."""
    fixes = [{"seq": 100 + i, "at": visitor.at(), **GOOD} for i in range(3)]
    bad = [{"seq": 103, "at": visitor.at(), **GOOD, "level": "attic"}, {"seq": 104, "at": "yesterday"}]
    packed = gzip.compress(json.dumps({"fixes": fixes + bad}).encode())
    headers = {**visitor.headers, "Content-Encoding": "gzip", "Content-Type": "application/json"}
    answer = client.post(f"{visitor.path}/fixes", content=packed, headers=headers)
    assert [each["result"] for each in answer.json()["items"]] == ["accepted"] * 3 + ["rejected"] * 2
    assert answer.json()["acknowledged_seq"] == 102
    again = client.post(f"{visitor.path}/fixes", json={"fixes": fixes}, headers=visitor.headers).json()
    assert [each["result"] for each in again["items"]] == ["duplicate"] * 3
    events = [
        {
            "seq": 1,
            "at": visitor.at(),
            "kind": "completed",
            "track": "engine.en.standard",
            "position_ms": 60000,
        },
        {
            "seq": 1,
            "at": visitor.at(),
            "kind": "completed",
            "track": "engine.en.standard",
            "position_ms": 60000,
        },
    ]
    told = client.post(f"{visitor.path}/playback", json={"events": events}, headers=visitor.headers).json()
    assert [each["result"] for each in told["items"]] == ["accepted", "duplicate"]
    visitor.seq = 102
    visitor.press("stop")
    visitor.walk(RAIL, MIDDLE["engine"][0])
    assert visitor.stand(MIDDLE["engine"][0], seconds=4)["reason"] == "already_heard"
    timeline = client.get(
        f"{visitor.path}/timeline",
        params={"kinds": "late,playback"},
        headers={"Authorization": f"Bearer {staff_key}"},
    ).json()["items"]
    assert [each["kind"] for each in timeline] == ["late"] * 3 + ["playback"]
