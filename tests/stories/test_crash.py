"""kill -9 in mid-visit: the visit goes on, and nothing that was told is lost or told twice."""

import threading
from typing import Any

import httpx2
import pytest

from tests.stories.museum import MIDDLE
from tests.stories.service import Service
from tests.stories.test_walk import log_of
from tests.stories.visitor import Visitor

RAIL, ENGINE = MIDDLE["rail"][0], MIDDLE["engine"][0]
WALK = [-3.0, -1.0, 1.0, *([RAIL] * 10), 4.0, 5.5, 6.5, *([ENGINE] * 40)]

pytestmark = pytest.mark.slow


def changes(log: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """What was changed, in order."""
    return [(row["action"], row["reason"], row["exhibit"]) for row in log if row["action"] != "none"]


def restarted(service: Service) -> None:
    """The power goes, and comes back."""
    service.kill()
    service.start()


def test_the_narration_goes_on_from_its_offset(
    service: Service, client: httpx2.Client, device_key: str
) -> None:
    """After a kill -9 the next poll finds the narration where it was, a poll's time later."""
    visitor = Visitor(client, device_key)
    visitor.begin()
    before = visitor.stand(RAIL, seconds=8)
    restarted(service)
    after = visitor.stand(RAIL)
    assert (after["action"], after["playing"]["exhibit"]) == ("continue", "rail")
    assert after["playing"]["position_ms"] == before["playing"]["position_ms"] + 1000


def test_a_retry_after_the_crash(service: Service, client: httpx2.Client, device_key: str) -> None:
    """The answer that started a narration is given again byte for byte after a kill -9."""
    visitor = Visitor(client, device_key)
    visitor.begin()
    started = visitor.stand(RAIL, seconds=2)
    assert started["action"] == "start"
    restarted(service)
    message = {"seq": visitor.seq, "at": visitor.at(), "x": RAIL, "y": 2.5, "level": "hall", "accuracy": 0.05}
    again = client.post(f"{visitor.path}/poll", json=message, headers=visitor.headers)
    assert again.json() == started


def test_a_walk_through_three_crashes(
    service: Service, client: httpx2.Client, device_key: str, staff_key: str
) -> None:
    """A visit that is killed three times, once with a poll on its way, is logged like one that is not."""
    calm = Visitor(client, device_key)
    calm.begin()
    for x in WALK:
        calm.stand(x)
    shaken = Visitor(client, device_key)
    shaken.begin()
    for step, x in enumerate(WALK):
        if step in (9, 30):
            restarted(service)
        if step == 22:
            _killed_while_asking(service, shaken, x)
            continue
        shaken.stand(x)
    expected = changes(log_of(client, staff_key, visit=calm.id))
    log = log_of(client, staff_key, visit=shaken.id)
    assert changes(log) == expected
    assert len({row["id"] for row in log}) == len(log)
    assert shaken.heard() == calm.heard()


def _killed_while_asking(service: Service, visitor: Visitor, x: float) -> None:
    """Send a poll while the service dies, then the very same poll to the one that follows it."""
    visitor.now += 1.0
    visitor.seq += 1
    message = {"seq": visitor.seq, "at": visitor.at(), "x": x, "y": 2.5, "level": "hall", "accuracy": 0.05}

    def ask() -> None:
        with httpx2.Client(base_url=service.url) as own:
            try:
                own.post(f"{visitor.path}/poll", json=message, headers=visitor.headers)
            except httpx2.TransportError:
                return  # the service died first, as it may

    asking = threading.Thread(target=ask)
    asking.start()
    restarted(service)
    asking.join()
    answer = visitor.client.post(f"{visitor.path}/poll", json=message, headers=visitor.headers)
    assert answer.status_code == httpx2.codes.OK, answer.text
    visitor.answers.append(answer.json())
