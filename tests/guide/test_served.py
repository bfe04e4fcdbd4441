"""The service as a process: commands beside it and requests to it work on the same database."""

from concurrent.futures import ThreadPoolExecutor

import httpx2

from tests.stories.service import Service


def test_a_key_from_the_command_line_opens_the_running_service(served: Service) -> None:
    """Who makes a key while the service runs uses it at once; a wrong one is refused."""
    key = served.json("key", "add", "desk", "--role", "staff")["key"]
    with httpx2.Client(base_url=served.url) as client:
        assert client.get("/api/v1/devices", headers={"Authorization": f"Bearer {key}"}).status_code == 200
        assert client.get("/api/v1/devices", headers={"Authorization": f"Bearer {key}x"}).status_code == 401


def test_many_at_once(served: Service) -> None:
    """Forty requests at the same time are all answered, whatever they wait for."""
    key = served.json("key", "add", "desk", "--role", "staff")["key"]
    with (
        httpx2.Client(base_url=served.url, headers={"Authorization": f"Bearer {key}"}) as client,
        ThreadPoolExecutor(40) as pool,
    ):
        names = [f"Handset {n}" for n in range(40)]
        answers = list(pool.map(lambda name: client.post("/api/v1/devices", json={"name": name}), names))
        assert {each.status_code for each in answers} == {201}
        shown = client.get("/api/v1/devices", params={"limit": 100}).json()["items"]
        assert sorted(each["name"] for each in shown) == sorted(names)


def test_the_log_tells_nothing_secret(served: Service) -> None:
    """Keys and passwords that pass through never stand in the log, not even in the finest one."""
    served.stop()
    served.settings["COUPOLE_LOG_LEVEL"] = "debug"
    served.start()
    key = served.json("key", "add", "desk", "--role", "staff")["key"]
    body = {"email": "anna@museum.example", "password": "not in the log"}
    httpx2.post(f"{served.url}/api/v1/session", json=body, headers={"Authorization": f"Bearer {key}"})
    assert served.stop() == 0
    log = (served.data.parent / "service.log").read_text()
    assert "POST /api/v1/session 401" in log
    assert key not in log
    assert body["password"] not in log
