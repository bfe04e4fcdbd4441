"""The fleet over HTTP: a code becomes a key once, a lost device is shut out."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from guide.services.access import Role
from tests.guide.fakes import FakeClock

KeyOf = Callable[[Role], dict[str, str]]


@pytest.fixture
def staff(key_of: KeyOf) -> dict[str, str]:
    """The key of the desk."""
    return key_of("staff")


def prepared(client: TestClient, staff: dict[str, str], name: str = "Handset 7") -> dict[str, str]:
    """Add a device, and give its code."""
    answer = client.post("/api/v1/devices", json={"name": name}, headers=staff)
    assert answer.status_code == 201
    body: dict[str, str] = answer.json()
    return body


def enrol(client: TestClient, code: str, name: str | None = None) -> tuple[int, dict[str, str]]:
    """What a handheld gets for a code."""
    answer = client.post("/api/v1/devices/enroll", json={"code": code, "name": name})
    return answer.status_code, answer.json()


class TestEnrolment:
    def test_a_code_becomes_a_key(self, client: TestClient, staff: dict[str, str]) -> None:
        """A new handheld types its code and is in; staff see it under its own name."""
        made = prepared(client, staff)
        status, body = enrol(client, made["code"], "Handset 7, blue")
        assert (status, set(body)) == (201, {"device_id", "key"})
        assert body["device_id"] == made["id"]
        shown = client.get("/api/v1/devices", headers=staff).json()["items"]
        assert [(each["name"], each["enrolled"]) for each in shown] == [("Handset 7, blue", True)]

    def test_a_code_may_be_typed_carelessly(self, client: TestClient, staff: dict[str, str]) -> None:
        """Small letters, spaces and a missing hyphen do not matter."""
        code = prepared(client, staff)["code"]
        assert enrol(client, f" {code.lower().replace('-', ' ')} ")[0] == 201

    def test_a_code_works_once(self, client: TestClient, staff: dict[str, str]) -> None:
        """Who reads a used code over a shoulder gets nothing."""
        code = prepared(client, staff)["code"]
        enrol(client, code)
        status, body = enrol(client, code)
        assert (status, body["code"]) == (409, "code_used")

    def test_a_code_expires(self, client: TestClient, staff: dict[str, str], clock: FakeClock) -> None:
        """A code that lies about for a day is void."""
        code = prepared(client, staff)["code"]
        clock.pass_s(24 * 3600)
        status, body = enrol(client, code)
        assert (status, body["code"]) == (410, "code_expired")

    def test_codes_cannot_be_tried_out(self, client: TestClient) -> None:
        """After many wrong codes an address must wait; the answer says how long."""
        answers = [enrol(client, f"AAAA-{n:04d}") for n in range(31)]
        assert {status for status, _ in answers[:30]} == {404}
        answer = client.post("/api/v1/devices/enroll", json={"code": "AAAA-AAAA", "name": "x"})
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1


class TestFleetList:
    def test_it_goes_on_by_cursor(self, client: TestClient, staff: dict[str, str]) -> None:
        """Five devices come in pages of two, each once."""
        for n in range(5):
            prepared(client, staff, f"Handset {n}")
        seen: list[str] = []
        cursor = None
        for expected in (2, 2, 1):
            params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            body = client.get("/api/v1/devices", headers=staff, params=params).json()
            assert len(body["items"]) == expected
            seen += [each["name"] for each in body["items"]]
            cursor = body["next_cursor"]
        assert cursor is None
        assert sorted(seen) == [f"Handset {n}" for n in range(5)]

    @pytest.mark.parametrize("cursor", ["x", "!!!", "W10", "WzFd", "bnVsbA", "é"])
    def test_a_made_up_cursor_is_refused(
        self, client: TestClient, staff: dict[str, str], cursor: str
    ) -> None:
        """A cursor that no list gave is told to be none."""
        answer = client.get("/api/v1/devices", headers=staff, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")

    @pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\nb", "nul\0"])
    def test_a_name_is_a_line(self, client: TestClient, staff: dict[str, str], name: str) -> None:
        """A device's name is one line of one to two hundred characters."""
        assert client.post("/api/v1/devices", json={"name": name}, headers=staff).status_code == 422


class TestShuttingOut:
    def test_a_lost_device_is_out_at_once(self, client: TestClient, staff: dict[str, str]) -> None:
        """Its key answers 401 from the next request on; asking again changes nothing."""
        made = prepared(client, staff)
        key = enrol(client, made["code"])[1]["key"]
        as_device = {"Authorization": f"Bearer {key}"}
        assert client.get("/api/v1/devices", headers=as_device).json()["code"] == "role_missing"
        for _ in range(2):
            assert client.delete(f"/api/v1/devices/{made['id']}/key", headers=staff).status_code == 204
        answer = client.get("/api/v1/devices", headers=as_device)
        assert (answer.status_code, answer.json()["code"]) == (401, "key_revoked")

    def test_an_unknown_device(self, client: TestClient, staff: dict[str, str]) -> None:
        """A device that is not there cannot be shut out."""
        answer = client.delete("/api/v1/devices/nobody/key", headers=staff)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_device")

    def test_a_device_does_not_manage_devices(self, client: TestClient, key_of: KeyOf) -> None:
        """A handheld's key neither lists, adds nor shuts out."""
        device = key_of("device")
        assert client.get("/api/v1/devices", headers=device).status_code == 403
        assert client.post("/api/v1/devices", json={"name": "x"}, headers=device).status_code == 403
        assert client.delete("/api/v1/devices/x/key", headers=device).status_code == 403
