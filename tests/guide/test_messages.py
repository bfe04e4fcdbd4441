"""What devices send at the edges of the contract: odd frames, odd numbers, a seq used twice, a level that is none."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from guide.api.stream import NO_TEXT
from guide.services.access import ROLES
from guide.wiring import Guide
from tests.guide.handheld import Handheld

ODD: Final = {
    "NaN": (b"NaN", None),
    "an infinity": (b"-Infinity", None),
    "more than any number": (b"1e999", None),
    "half a message": (b"1.5", None),
    "a truth": (b"true", None),
    "a list": (b"[NaN]", None),
    "a text": (b'"7"', None),
    "below zero": (b"-1", -1),
    "a number with a wrong time": (b"7", 7),
}


def strictly(text: bytes) -> Any:
    """JSON as a browser reads it, to which NaN is none."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


class TestLateFixes:
    @pytest.mark.parametrize("what", ODD)
    def test_an_odd_seq(self, handheld: Handheld, what: str) -> None:
        """An item whose seq is no number is refused alone, and the answer is JSON all the same."""
        seq, told = ODD[what]
        body = b'{"fixes": [{"seq": ' + seq + b', "at": "x"}]}'
        answer = handheld.client.post(f"{handheld.path}/fixes", content=body, headers=handheld.headers)
        assert answer.status_code == 200
        (item,) = strictly(answer.content)["items"]
        assert (item["seq"], item["result"], item["reason"]) == (told, "rejected", "malformed")

    def test_a_seq_that_a_late_fix_had(self, handheld: Handheld) -> None:
        """A poll or command under the seq of the last late fix is told that it is used; under a lower one, behind."""
        handheld.polls(-4.0)
        fix = {"at": handheld.at(), "x": -4.0, "y": 2.5, "level": "hall"}
        late = {"fixes": [{"seq": 9, **fix}, {"seq": 10, **fix}]}
        assert handheld.client.post(f"{handheld.path}/fixes", json=late, headers=handheld.headers).is_success
        sent = [("poll", 10, fix), ("commands", 10, {"at": fix["at"], "do": "stop"}), ("poll", 9, fix)]
        told = [
            handheld.client.post(
                f"{handheld.path}/{where}", json={"seq": seq, **body}, headers=handheld.headers
            )
            for where, seq, body in sent
        ]
        assert [(each.status_code, each.json()["code"]) for each in told] == [
            (409, "seq_reused"),
            (409, "seq_reused"),
            (409, "seq_out_of_order"),
        ]
        handheld.seq = 10
        assert handheld.polls(-4.0)["seq"] == 11


class TestLevels:
    @pytest.mark.parametrize("where", [{}, {"place": {"kind": "beacon", "id": "7"}}])
    def test_a_level_that_is_none(self, handheld: Handheld, where: dict[str, Any]) -> None:
        """A level that the site does not have is refused without a position too, and the seq is free again."""
        body = {"seq": 1, "at": handheld.at(), "level": "attic", **where}
        answer = handheld.client.post(f"{handheld.path}/poll", json=body, headers=handheld.headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_level")
        assert handheld.polls(level="hall")["reason"] == "tick"


class TestStream:
    @pytest.fixture
    def socket(self, handheld: Handheld) -> Iterator[WebSocketTestSession]:
        """The visit's WebSocket, open."""
        ticket = handheld.client.post(f"{handheld.path}/ticket", headers=handheld.headers).json()["ticket"]
        with handheld.client.websocket_connect(f"{handheld.path}/stream?ticket={ticket}") as opened:
            yield opened

    def test_a_binary_frame(self, socket: WebSocketTestSession) -> None:
        """A message that is no text closes the connection with the code that says so."""
        socket.send_bytes(b"\x00\xff")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        assert closed.value.code == NO_TEXT

    def test_a_poll_that_only_speaks_of_do(self, handheld: Handheld, socket: WebSocketTestSession) -> None:
        """What tells a command is its key `do`, not the letters: a beacon may be called that."""
        beacons = [{"id": "do", "rssi": -50}]
        socket.send_text(json.dumps({"seq": 1, "at": handheld.at(), "beacons": beacons}))
        assert socket.receive_json()["reason"] == "tick"
        socket.send_text(f'{{"seq": 2, "at": "{handheld.at()}", "\\u0064o": "play", "exhibit": "101"}}')
        assert socket.receive_json()["playing"]["exhibit"] == "v2"

    def test_faults_are_answered(self, socket: WebSocketTestSession) -> None:
        """What is no JSON, or no object, is answered as a problem, and the connection lives on."""
        for text, code in (
            ("{nope", "malformed_json"),
            ("[1]", "malformed"),
            ('{"do": "dance"}', "malformed"),
        ):
            socket.send_text(text)
            assert socket.receive_json()["code"] == code


class TestDevicesWithoutAName:
    def running(self, handheld: Handheld, visits: list[str]) -> list[bool]:
        """Which visits go on."""
        return [
            handheld.client.get(path, headers=handheld.headers).json()["ended_at"] is None for path in visits
        ]

    def test_a_key_is_a_device(self, handheld: Handheld) -> None:
        """A device's key that names no device is one by itself: its new real visit ends its earlier one."""
        first = handheld.path
        handheld.begins("en", simulated=True)
        simulated = handheld.path
        handheld.begins("fr")
        assert self.running(handheld, [first, simulated, handheld.path]) == [False, True, True]

    def test_keys_leave_each_other_alone(self, handheld: Handheld, guide: Guide) -> None:
        """Another such key, or staff at the desk who start one visit after another, end nobody's visit."""
        first = handheld.path
        for role in ROLES[:2]:
            made = guide.access.add_key("small", role, role)
            other = Handheld(handheld.client, handheld.clock, {"Authorization": f"Bearer {made.key}"})
            other.begins("en")
        desk = other.path
        other.begins("en")
        assert self.running(handheld, [first]) == [True]
        assert self.running(other, [desk]) == [True]
