"""A visitor with a handheld, by the HTTP contract alone: a simulated visit whose time is our own."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

BEGIN = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


@dataclass
class Visitor:
    """Polls once a second of the visit's own time; every message counts up `seq`."""

    client: httpx2.Client
    key: str
    languages: list[str] = field(default_factory=lambda: ["en"])
    retries: int = 0
    now: float = 0.0
    seq: int = 0
    id: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)

    def begin(self, **more: Any) -> dict[str, Any]:
        """Start the visit."""
        body = {"languages": self.languages, "simulated": True, **more}
        answer = self.client.post("/api/v1/visits", json=body, headers=self.headers)
        assert answer.status_code == httpx2.codes.CREATED, answer.text
        self.id = answer.json()["id"]
        assert answer.headers["location"] == f"/api/v1/visits/{self.id}"
        visit: dict[str, Any] = answer.json()
        return visit

    @property
    def headers(self) -> dict[str, str]:
        """The credential."""
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def path(self) -> str:
        """The visit's address."""
        return f"/api/v1/visits/{self.id}"

    def at(self) -> str:
        """The visit's moment."""
        return (BEGIN + timedelta(seconds=self.now)).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def stand(
        self, x: float, y: float = 2.5, *, seconds: int = 1, every: float = 1.0, **more: Any
    ) -> dict[str, Any]:
        """Poll from one place for some seconds; gives the last answer."""
        for _ in range(seconds):
            self.now += every
            self.send("poll", {"x": x, "y": y, "level": "hall", "accuracy": 0.05, **more})
        return self.answers[-1]

    def walk(self, x0: float, x1: float, *, speed: float = 1.1) -> dict[str, Any]:
        """Walk along the middle line."""
        steps = max(1, round(abs(x1 - x0) / speed))
        for step in range(1, steps + 1):
            self.stand(round(x0 + (x1 - x0) * step / steps, 3))
        return self.answers[-1]

    def tick(self, seconds: float = 1.0, **more: Any) -> dict[str, Any]:
        """A poll without a position."""
        self.now += seconds
        return self.send("poll", more)

    def press(self, do: str, exhibit: str | None = None) -> dict[str, Any]:
        """A button."""
        self.now += 0.5
        body = {"do": do} | ({"exhibit": exhibit} if exhibit else {})
        return self.send("commands", body)

    def send(self, endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send one message, and again as often as this visitor retries; every answer must be the same bytes."""
        self.seq += 1
        message = {"seq": self.seq, "at": self.at(), **body}
        first = self.client.post(f"{self.path}/{endpoint}", json=message, headers=self.headers)
        assert first.status_code == httpx2.codes.OK, first.text
        for _ in range(self.retries):
            again = self.client.post(f"{self.path}/{endpoint}", json=message, headers=self.headers)
            assert (again.status_code, again.content) == (first.status_code, first.content)
        self.answers.append(first.json())
        return self.answers[-1]

    def heard(self) -> list[str]:
        """What changed, in order: `start rail`, `stop rail`, …"""
        told = []
        playing = None
        for answer in self.answers:
            now = answer["playing"]["exhibit"] if answer["playing"] else None
            if answer["action"] in ("start", "resume", "switch", "stop", "pause", "offer"):
                told.append(f"{answer['action']} {now or playing}")
            playing = now
        return told
