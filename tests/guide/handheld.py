"""A handheld with a real visit, whose clock and whose connection the test holds in its hand."""

from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient

from guide.clock import rfc3339
from tests.guide.fakes import FakeClock


@dataclass
class Handheld:
    """Sends what it is told to; every message counts up `seq`."""

    client: TestClient
    clock: FakeClock
    headers: dict[str, str]
    ahead_s: float = 0.0
    """How far its own clock is ahead of the service's."""
    seq: int = 0
    path: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)

    def begins(self, *languages: str, **wishes: Any) -> dict[str, Any]:
        """Hand it out."""
        body = {"languages": [*languages], "profile": "exact", **wishes}
        answer = self.client.post("/api/v1/visits", json=body, headers=self.headers)
        assert answer.status_code == 201, answer.text
        visit: dict[str, Any] = answer.json()
        self.path = f"/api/v1/visits/{visit['id']}"
        return visit

    def at(self, delay: float = 0.0) -> str:
        """What its clock showed some seconds ago."""
        return rfc3339(self.clock.now_ms() + int(1000 * (self.ahead_s - delay)))

    def polls(
        self, x: float | None = None, *, times: int = 1, delay: float = 0.0, **more: Any
    ) -> dict[str, Any]:
        """Poll once a second from a place, or from nowhere; gives the last answer."""
        where = {} if x is None else {"x": x, "y": 2.5, "level": "hall"}
        for _ in range(times):
            self.clock.pass_s(1)
            self.sends("poll", {"at": self.at(delay), **where, **more})
        return self.answers[-1]

    def presses(self, do: str, exhibit: str | None = None) -> dict[str, Any]:
        """Press a button."""
        self.clock.pass_s(1)
        return self.sends("commands", {"at": self.at(), "do": do, "exhibit": exhibit})

    def sends(self, endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send one message."""
        self.seq += 1
        answer = self.client.post(
            f"{self.path}/{endpoint}", json={"seq": self.seq, **body}, headers=self.headers
        )
        assert answer.status_code == 200, answer.text
        self.answers.append(answer.json())
        return self.answers[-1]

    def changes(self, **patch: Any) -> None:
        """Change what was chosen."""
        answer = self.client.patch(self.path, json=patch, headers=self.headers)
        assert answer.status_code == 200, answer.text

    def ends(self) -> None:
        """Bring it back."""
        assert self.client.post(f"{self.path}/end", headers=self.headers).status_code == 200

    def reasons(self) -> list[str]:
        """The reasons of the answers so far; they are forgotten with that."""
        told = [each["reason"] for each in self.answers]
        self.answers.clear()
        return told
