"""The ways in: a stranger's phone, an enrolment code, a WebSocket's ticket, a code on the wall."""

import json
from typing import Any

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from guide.api.shapes import PollAnswer, TimelineShape, VisitShape
from guide.api.stream import REFUSED
from tests.stories.museum import MIDDLE
from tests.stories.service import Service
from tests.stories.visitor import Visitor

RAIL, ENGINE = MIDDLE["rail"][0], MIDDLE["engine"][0]


def test_a_strangers_phone(client: httpx2.Client) -> None:
    """Where the site allows it, a phone starts a visit without a key, and gets one for that visit alone."""
    answer = client.post("/api/v1/visits", json={"languages": ["fr-BE"], "simulated": True})
    assert answer.status_code == httpx2.codes.CREATED
    visitor = Visitor(client, answer.json()["key"])
    visitor.id = answer.json()["id"]
    assert visitor.stand(RAIL, seconds=2)["playing"]["title"] == "Le rail"
    other = client.post("/api/v1/visits", json={"languages": ["en"], "simulated": True}).json()
    stolen = client.get(f"/api/v1/visits/{other['id']}", headers=visitor.headers)
    assert stolen.status_code == httpx2.codes.NOT_FOUND
    assert client.get("/api/v1/decisions", headers=visitor.headers).status_code == httpx2.codes.FORBIDDEN
    own = client.get(f"{visitor.path}/timeline", headers=visitor.headers, params={"language": "fr"})
    sentences = [each["sentence"] for each in own.json()["items"] if each["kind"] == "decision"]
    assert sentences
    assert sentences[0].startswith("« Le rail » a commencé en français")


def test_enrolment(client: httpx2.Client, staff_key: str) -> None:
    """A handheld turns a one-time code into its own key; the code works once, and the key until it is revoked."""
    staff = {"Authorization": f"Bearer {staff_key}"}
    made = client.post("/api/v1/devices", json={"name": "handheld 7"}, headers=staff)
    assert made.status_code == httpx2.codes.CREATED, made.text
    code = made.json()["code"]
    enrolled = client.post("/api/v1/devices/enroll", json={"code": code, "name": "handheld 7"})
    assert enrolled.status_code == httpx2.codes.CREATED, enrolled.text
    assert set(enrolled.json()) >= {"device_id", "key"}
    again = client.post("/api/v1/devices/enroll", json={"code": code, "name": "handheld 8"})
    assert again.status_code in (httpx2.codes.NOT_FOUND, httpx2.codes.GONE, httpx2.codes.CONFLICT)
    visitor = Visitor(client, enrolled.json()["key"])
    assert visitor.begin()["device"] == enrolled.json()["device_id"]
    client.delete(f"/api/v1/devices/{enrolled.json()['device_id']}/key", headers=staff)
    assert client.get(visitor.path, headers=visitor.headers).status_code == httpx2.codes.UNAUTHORIZED


def test_the_stream(service: Service, client: httpx2.Client, device_key: str) -> None:
    """Over a WebSocket the same messages get the same answers; a fault is answered, a ticket works once."""
    visitor = Visitor(client, device_key)
    visitor.begin()
    ticket = client.post(f"{visitor.path}/ticket", headers=visitor.headers).json()["ticket"]
    url = f"ws://127.0.0.1:{service.port}{visitor.path}/stream?ticket={ticket}"
    with connect(url) as socket:

        def ask(message: Any) -> Any:
            socket.send(message if isinstance(message, str) else json.dumps(message))
            return json.loads(socket.recv(timeout=10))

        visitor.now += 1
        poll = {"seq": 1, "at": visitor.at(), "x": RAIL, "y": 2.5, "level": "hall"}
        assert ask(poll)["reason"] == "dwell_pending"
        assert ask({**poll, "x": 99})["code"] == "seq_reused"
        assert ask("{nope")["code"] == "malformed_json"
        command = {"seq": 2, "at": visitor.at(), "do": "play", "exhibit": "102"}
        started = ask(command)
        assert started["playing"]["exhibit"] == "engine"
        assert ask(command) == started
        over_http = client.post(f"{visitor.path}/commands", json=command, headers=visitor.headers)
        assert over_http.json() == started
    with connect(url) as refused, pytest.raises(ConnectionClosed) as closed:
        refused.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == REFUSED


def test_languages_in_mid_visit(client: httpx2.Client, device_key: str) -> None:
    """Another language holds from the next start; with `now`, from the next poll."""
    visitor = Visitor(client, device_key, languages=["fr"])
    visitor.begin()
    assert visitor.stand(RAIL, seconds=3)["playing"]["language"] == "fr"
    client.patch(visitor.path, json={"languages": ["en"]}, headers=visitor.headers)
    assert visitor.stand(RAIL)["playing"]["language"] == "fr"
    client.patch(visitor.path, json={"languages": ["en"], "now": True}, headers=visitor.headers)
    assert visitor.stand(RAIL)["playing"]["language"] == "en"
    assert visitor.press("play", "102")["playing"]["language"] == "en"


def test_house_audio(client: httpx2.Client, device_key: str) -> None:
    """Who accepts the house's language hears it, is told once, and the answer says what was asked for."""
    visitor = Visitor(client, device_key)
    visitor.begin(accept_house=True)
    playing = visitor.press("play", "104")["playing"]
    assert (playing["language"], playing["requested"], playing["fallback"]) == ("fr", "en", True)
    assert [each["kind"] for each in visitor.answers[-1]["notices"]] == ["fallback"]


def test_offers_and_quiet(client: httpx2.Client, device_key: str) -> None:
    """A visit of mode `offer` waits for the button; leaving withdraws; quiet starts nothing."""
    visitor = Visitor(client, device_key)
    visitor.begin(mode="offer")
    offered = visitor.stand(RAIL, seconds=2)
    assert (offered["action"], offered["playing"], offered["offer"]["exhibit"]) == ("offer", None, "rail")
    visitor.walk(RAIL, -6.0)
    assert visitor.stand(-6.0, seconds=4)["offer"] is None
    visitor.walk(-6.0, RAIL)
    assert visitor.stand(RAIL, seconds=3)["offer"]["exhibit"] == "rail"
    taken = visitor.press("play")
    assert (taken["action"], taken["reason"], taken["playing"]["exhibit"]) == (
        "start",
        "offer_accepted",
        "rail",
    )
    client.patch(visitor.path, json={"mode": "quiet"}, headers=visitor.headers)
    assert visitor.stand(RAIL)["playing"] is None
    visitor.walk(RAIL, ENGINE)
    assert visitor.stand(ENGINE, seconds=4)["reason"] == "quiet"
    assert visitor.press("play", "102")["playing"]["exhibit"] == "engine"


def test_answers_are_as_described(client: httpx2.Client, device_key: str, staff_key: str) -> None:
    """The description of the API and the answers agree, field by field."""
    visitor = Visitor(client, device_key)
    VisitShape.model_validate(visitor.begin())
    visitor.walk(-2.0, RAIL)
    visitor.stand(RAIL, seconds=3)
    visitor.walk(RAIL, ENGINE)
    visitor.stand(ENGINE, seconds=20)
    for answer in visitor.answers:
        PollAnswer.model_validate(answer)
    timeline = client.get(f"{visitor.path}/timeline", headers={"Authorization": f"Bearer {staff_key}"})
    TimelineShape.model_validate(timeline.json())


def test_the_last_call(client: httpx2.Client, device_key: str) -> None:
    """Ten minutes before the leaving time one notice says so, for half a minute."""
    visitor = Visitor(client, device_key)
    visitor.begin(leave_at="2026-05-04T10:12:00Z", languages=["EN-gb"])
    assert visitor.stand(-5.0)["notices"] == []
    visitor.now = 120.0
    called = [each["kind"] for each in visitor.stand(-5.0)["notices"]]
    assert called == ["last_call"]
    assert [visitor.stand(-5.0, every=20.0)["notices"] != [] for _ in range(2)] == [True, False]


def test_a_change_before_the_first_fix(client: httpx2.Client, device_key: str) -> None:
    """A simulated visit of last spring may be changed before its first fix, and its time still runs."""
    visitor = Visitor(client, device_key)
    visitor.begin()
    client.patch(visitor.path, json={"mode": "quiet"}, headers=visitor.headers)
    client.patch(visitor.path, json={"mode": "auto", "languages": ["fr"]}, headers=visitor.headers)
    started = visitor.stand(RAIL, seconds=2)
    assert (started["action"], started["playing"]["language"]) == ("start", "fr")
    assert visitor.stand(RAIL, seconds=3)["playing"]["position_ms"] == 3000
