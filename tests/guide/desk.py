"""A curator at the desk, for tests: a key, short calls, sounds to send, and jobs done one after the other."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from httpx2 import Response
from starlette.testclient import TestClient

from guide.wiring import Guide
from tests.stories.museum import speak

VTT: Final = "WEBVTT\n\n00:00.000 --> 00:02.000\nVoici Ida.\n"
PIECES: Final = "application/offset+octet-stream"


@dataclass(frozen=True)
class Desk:
    """Speaks to the service as a curator does; jobs are done when the test says so."""

    client: TestClient
    guide: Guide
    key: dict[str, str]
    folder: Path

    def __call__(self, method: str, path: str, **sent: Any) -> Response:
        """One request; `match` is its `If-Match`."""
        headers = {**self.key, **sent.pop("headers", {})}
        if (match := sent.pop("match", None)) is not None:
            headers["If-Match"] = match
        return self.client.request(method, f"/api/v1{path}", headers=headers, **sent)

    def sound(self, seconds: float = 2.0, hertz: float = 330.0) -> bytes:
        """A WAV file that nobody else has."""
        path = self.folder / f"{seconds}-{hertz}.wav"
        if not path.exists():
            speak(path, seconds, hertz)
        return path.read_bytes()

    def send(self, sound: bytes | None, once: str | None = None, **fields: str) -> Response:
        """Send a narration as a form; `once` is its idempotency key."""
        headers = {} if once is None else {"Idempotency-Key": once}
        files = None if sound is None else {"file": ("any.wav", sound)}
        if files is None:
            # a form without a file is still a form
            files = {name: (None, value) for name, value in fields.items()}  # type: ignore[misc]
            return self("POST", "/tracks", files=files, headers=headers)
        return self("POST", "/tracks", files=files, data=fields, headers=headers)

    def work(self) -> int:
        """Do every job that waits, and say how many."""
        count = 0
        while self.guide.catalogue.runner.run_one():
            count += 1
        return count

    def job(self, answer: Response, language: str = "en") -> dict[str, Any]:
        """The job that an answer names, as it is now."""
        told = self("GET", f"/jobs/{answer.json()['job']['id']}?language={language}")
        assert told.status_code == 200, told.text
        body: dict[str, Any] = told.json()
        return body

    def done(self, answer: Response) -> dict[str, Any]:
        """The job of an answer, done."""
        assert answer.status_code == 202, answer.text
        self.work()
        return self.job(answer)

    def track(self, track: str) -> dict[str, Any]:
        """A track as it is now."""
        body: dict[str, Any] = self("GET", f"/tracks/{track}").json()
        return body

    def tag(self, path: str) -> str:
        """The entity tag of what is there."""
        return str(self("GET", path).headers["etag"])

    def tus(self, method: str, path: str, **sent: Any) -> Response:
        """A request of the tus protocol; header names with low lines for dashes."""
        content = sent.pop("content", None)
        headers = {"Tus-Resumable": "1.0.0"} | {
            name.replace("_", "-"): str(value) for name, value in sent.items() if value is not None
        }
        headers = {name: value for name, value in headers.items() if value != "-"}
        return self.client.request(method, path, headers={**self.key, **headers}, content=content)

    def begin(self, length: int, **fields: str) -> str:
        """Begin an upload; gives its address."""
        wanted = {"exhibit": "ida", "language": "en", **fields}
        answer = self.tus("POST", "/api/v1/uploads", Upload_Length=length, Upload_Metadata=metadata(wanted))
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"])

    def piece(self, upload: str, at: int, data: bytes, **more: str) -> Response:
        """Send a piece."""
        return self.tus("PATCH", upload, content=data, Upload_Offset=at, Content_Type=PIECES, **more)


def metadata(fields: dict[str, str]) -> str:
    """`Upload-Metadata` of some fields."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in fields.items())
