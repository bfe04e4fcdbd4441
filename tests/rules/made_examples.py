"""The examples of `docs/reference/examples.md`, made by calling the service with the demo site.

The service stands at one moment, and simulated visits bring their own time, so the same calls get the same answers.
What is left to chance (ids, keys, codes) and what depends on the codec's version is replaced by stand-ins.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from starlette.testclient import TestClient

from guide.app import create_app
from guide.services.demo import prepare
from guide.settings import Settings
from guide.wiring import Guide
from tests.guide.fakes import FakeClock

BEGIN: Final = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
API: Final = "/api/v1"
WIDTH: Final = 110
MOST: Final = {dict: 2, str: 4}
"""How many of a list are shown, by what it is a list of."""
_CHANCE: Final = (
    (re.compile(r"cpl_[\w-]{43}"), "cpl_…"),
    (re.compile(r"[0-9a-f]{64}(?=\.m4a)"), "b1946ac9…"),  # depends on the codec's version
    (re.compile(r"(?<![0-9a-f])([0-9a-f]{8})[0-9a-f]{56}(?![0-9a-f])"), r"\1…"),
    (re.compile(r'(?<="code": ")[2-9A-Z]{4}-[2-9A-Z]{4}'), "K7QM-3XVT"),
    (re.compile(r'(?<="ticket": ")[\w-]{32}'), "q8Yt…"),
    (re.compile(r'(?<="next_cursor": ")[^"]+'), "WzE3OTUzNDE2…"),
)
_ID: Final = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
PACE: Final = 1.5
"""Metres a second."""
IDA: Final = (9.5, 30.0, "tunnels")
RAILS: Final = (15.5, 30.0, "tunnels")
LOOS: Final = (64.0, 20.0, "tunnels")
PRESS: Final = (95.0, 32.0, "dome-1")
DORA: Final = (121.0, 38.0, "dome-2")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Book:
    """Writes down calls and answers as Markdown."""

    client: TestClient
    keys: dict[str, str]
    text: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def heading(self, title: str, about: str = "") -> None:
        """Begin a group of examples."""
        self.text.append(f"## {title}\n\n{about}\n" if about else f"## {title}\n")

    def call(
        self,
        about: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str = "device",
        hide: tuple[str, ...] = (),
        **headers: str,
    ) -> Any:
        """Make a call and write it down with its answer, some members of it only hinted at."""
        answer = self.silently(method, path, body, who=who, **headers)
        by = f"with a {who} key" if who else "without a key"
        sent = [f"`{name.replace('_', '-')}: {value}`" for name, value in headers.items()]
        self.text.append(f"### {about}\n\n`{method} {self.masked(path)}` {', '.join([by, *sent])}\n")
        if body is not None:
            self.text.append(f"```json\n{self.shown(body)}\n```\n")
        told = [
            f"`{name}: {answer.headers[name]}`" for name in ("Location", "ETag") if name in answer.headers
        ]
        status = f"`{answer.status_code} {answer.reason_phrase}`"
        self.text.append(f"{', '.join([status, *map(self.masked, told)])}\n")
        found = answer.json()
        self.text.append(f"```json\n{self.shown(found | dict.fromkeys(hide, '…'))}\n```\n")
        return found

    def silently(
        self, method: str, path: str, body: Any = None, *, who: str = "device", **headers: str
    ) -> Any:
        """Make a call that is not written down."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            sent["Authorization"] = f"Bearer {self.keys[who]}"
        return self.client.request(method, f"{API}{path}", json=body, headers=sent)

    def form(self, about: str, path: str, fields: dict[str, str], who: str) -> Any:
        """Send a form of fields and write it down with its answer."""
        files = [(name, (None, value)) for name, value in fields.items()]
        headers = {"Authorization": f"Bearer {self.keys[who]}"}
        answer = self.client.post(f"{API}{path}", files=files, headers=headers)
        sent = "\n".join(f"{name}={json.dumps(value)}" for name, value in fields.items())
        self.text.append(f"### {about}\n\n`POST {path}` with a {who} key, as `multipart/form-data`\n")
        self.text.append(f"```text\n{sent}\n```\n\n`{answer.status_code} {answer.reason_phrase}`\n")
        self.text.append(f"```json\n{self.shown(answer.json())}\n```\n")
        return answer.json()

    def shown(self, value: Any) -> str:
        """JSON as a reader likes it: long lists cut, short values on one line."""
        return self.masked(_pretty(_cut(value)))

    def masked(self, text: str) -> str:
        """The text with stand-ins for what is left to chance."""
        for pattern, stand_in in _CHANCE:
            text = pattern.sub(stand_in, text)
        return _ID.sub(lambda match: self.names.setdefault(match[0], self._stand_in()), text)

    def _stand_in(self) -> str:
        """An id that looks like one, and is the same each time."""
        n = len(self.names)
        return "".join(_LETTERS[(7 * n + 11 * k) % 26] for k in range(26))


@dataclass
class Walk:
    """A simulated visit that polls once a second of its own time."""

    book: Book
    id: str
    seq: int = 0
    now: datetime = BEGIN
    x: float = 0.0

    def message(self, x: float, y: float, level: str, **more: Any) -> dict[str, Any]:
        """The next poll."""
        self.seq += 1
        self.now += timedelta(seconds=1)
        at = self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"seq": self.seq, "at": at, "x": x, "y": y, "level": level, "accuracy": 0.3, **more}

    def stand(self, x: float, y: float, level: str, *, until: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Walk there and poll until an answer has an action or a reason; the last message and its answer."""
        for _ in range(200):
            self.x += max(-PACE, min(PACE, x - self.x)) if self.seq else x
            message = self.message(self.x, y, level)
            answer = self.book.silently("POST", f"/visits/{self.id}/poll", message).json()
            if until in (answer["action"], answer["reason"]):
                return message, answer
        raise AssertionError(f"nobody was told {until!r}")

    def tell(self, about: str, x: float, y: float, level: str, *, until: str) -> None:
        """The same, with the last poll written down; sent again, it gets the same answer."""
        message, answer = self.stand(x, y, level, until=until)
        assert self.book.call(about, "POST", f"/visits/{self.id}/poll", message) == answer


def examples() -> str:
    """All examples, as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        clock = FakeClock()
        app = create_app(
            Settings.read(data=Path(folder), database_url=None, media_url=None, jobs_at_once=0), clock=clock
        )
        guide: Guide = app.state.guide
        prepare(Path(folder), guide.catalogue, guide.people)
        _encode_one(guide, "ida.en.standard")
        with TestClient(app) as client:
            keys = {
                role: guide.access.add_key("coupole", f"the {role}", role).key
                for role in ("staff", "curator")
            }
            book = Book(client, keys)
            for write in (
                _devices,
                _visit,
                _told,
                _problems,
                _late,
                _staff,
                _curators,
                _narrations,
                _published,
            ):
                write(book)
    return "\n".join(book.text)


def _encode_one(guide: Guide, track: str) -> None:
    """One narration in AAC, as the background makes it; nothing else is made meanwhile."""
    background = guide.catalogue.background
    background.stop()
    view = guide.releases.active("coupole")
    background._make(next(each for each in background.missing(view) if each.track == track))


def _devices(book: Book) -> None:
    book.heading("Enrolment")
    made = book.call("Staff prepare a device", "POST", "/devices", {"name": "handheld 7"}, who="staff")
    body = {"code": made["code"], "name": "handheld 7"}
    about = "The device turns the code into its key"
    book.keys["device"] = book.call(about, "POST", "/devices/enroll", body, who="")["key"]


def _visit(book: Book) -> None:
    book.heading("A visit", "The visitor walks from the portal into the first gallery, and on.")
    walk = Walk(book, _begin(book, "Handing out a device", languages=["en", "fr"]))
    walk.tell("Walking in: not long enough yet", *IDA, until="dwell_pending")
    walk.tell("Two seconds later the narration starts", *IDA, until="start")
    walk.tell("A look at the neighbour's: it waits as *next*", *RAILS, until="queued")
    walk.tell(
        "Staying there: the narration fades at the next sentence gap", *RAILS, until="committed_departure"
    )
    walk.tell("Past the fade", *RAILS, until="switch")
    sent = walk.message(*RAILS)
    command = {"seq": sent["seq"], "at": sent["at"], "do": "play", "exhibit": "123"}
    book.call("The visitor types a number", "POST", f"/visits/{walk.id}/commands", command)
    languages = {"languages": ["nl", "en"]}
    book.call("The languages change", "PATCH", f"/visits/{walk.id}", languages, hide=("coverage",))
    book.call("The device comes back", "POST", f"/visits/{walk.id}/end", hide=("coverage",))


def _told(book: Book) -> None:
    book.heading("Gaps, offers and notices")
    french_only = "Recorded in French only: silence, and one notice"
    Walk(book, _begin(book)).tell(french_only, *PRESS, until="gap_in_language")
    Walk(book, _begin(book)).tell("An age is recommended", *DORA, until="start")
    offered = Walk(book, _begin(book))
    offered.tell("A zone of mode `offer`", *LOOS, until="offer")
    book.heading("Ways in without a key")
    book.call("A ticket for the visit's WebSocket", "POST", f"/visits/{offered.id}/ticket")
    about = "A visitor's own phone, where the site allows it"
    book.call(about, "POST", "/visits", {"languages": ["fr"], "simulated": True}, who="")


def _begin(book: Book, about: str = "", **body: Any) -> str:
    """A new simulated visit, written down where there is something to say of it."""
    sent = {"languages": ["en"], "simulated": True} | body
    answer = (
        book.call(about, "POST", "/visits", sent) if about else book.silently("POST", "/visits", sent).json()
    )
    return str(answer["id"])


def _problems(book: Book) -> None:
    book.heading("Problems", "All faults of a request are told at once.")
    walk = Walk(book, _begin(book))
    message, _ = walk.stand(*IDA, until="start")
    path = f"/visits/{walk.id}/poll"
    book.call("A `seq` used for something else", "POST", path, message | {"x": 10.0})
    wrong = {"seq": -1, "at": "yesterday", "x": 9.5, "level": "tunnels"}
    book.call("Malformed", "POST", path, wrong)
    book.call("A level that is not there", "POST", path, walk.message(1.0, 1.0, "attic"))
    book.call("A visit that is not the device's", "GET", f"/visits/{'a' * 26}")


def _late(book: Book) -> None:
    book.heading("After a time without connection")
    walk = Walk(book, _begin(book))
    fixes = [walk.message(*IDA), walk.message(9.5, 30.0, "attic")]
    book.call("Late fixes: each is judged alone", "POST", f"/visits/{walk.id}/fixes", {"fixes": fixes})
    track = {"track": "ida.en.standard", "position_ms": 59000}
    event = {"seq": 1, "at": fixes[0]["at"], "kind": "completed", **track}
    book.call("What was played", "POST", f"/visits/{walk.id}/playback", {"events": [event]})


def _staff(book: Book) -> None:
    book.heading("The decision log")
    log = "/decisions?limit=1&reason="
    book.call(
        "A decision", "GET", f"{log}committed_departure&action=switch", who="staff", Accept_Language="en"
    )
    held = f"{log}narration_playing&zone=rails&to=2026-11-22T10:00:13Z"
    about = "A suppressed trigger: one row from its first moment to its last"
    book.call(about, "GET", held, who="staff", Accept_Language="en")
    book.call("The same for a reader of French", "GET", held, who="staff", Accept_Language="fr")
    visit = book.silently("GET", "/decisions?reason=queued", who="staff").json()["items"][-1]["visit"]
    line = f"/visits/{visit}/timeline?kinds=command,decision"
    book.call("The time line of a visit", "GET", line, who="staff", hide=("visit",), Accept_Language="en")
    book.call("The fleet", "GET", "/devices", who="staff")


def _curators(book: Book) -> None:
    book.heading("The draft")
    zone = "/draft/zones/ida"
    book.call("A zone, in metres and in WGS 84", "GET", zone, who="curator")
    etag = book.silently("GET", zone, who="curator").headers["ETag"]
    book.call("An edit without `If-Match`", "PATCH", zone, {"priority": 1}, who="curator")
    patch = {"priority": 1, "rules": {"dwell": 3}}
    book.call("With it", "PATCH", zone, patch, who="curator", hide=("geometry",), If_Match=etag)
    book.call("Once more: somebody was faster", "PATCH", zone, {"priority": 2}, who="curator", If_Match=etag)
    loop = {"levels": ["tunnels"], "outline": [[4, 28], [8, 32], [8, 28], [4, 32]], "mode": "loud"}
    book.call("A zone that is not sound", "POST", "/draft/zones/loop", loop, who="curator")


def _narrations(book: Book) -> None:
    book.heading("Narrations")
    about = "A track with what was measured of it"
    hidden = ("gaps_ms", "renditions", "alternates")
    book.call(about, "GET", "/tracks/ida.en.standard", who="curator", hide=hidden, Accept_Language="en")
    text = "WEBVTT\n\n00:00.000 --> 00:04.000\nIda war vierzehn.\n"
    fields = {"exhibit": "ida", "language": "de", "variant": "family", "transcript": text}
    made = book.form("Sending a narration; here a text alone", "/tracks", fields, "curator")
    guide: Guide = book.client.app.state.guide  # type: ignore[attr-defined]
    guide.catalogue.runner.run_one()
    book.call("Its job", "GET", f"/jobs/{made['job']['id']}", who="curator", Accept_Language="fr")
    wrong = {
        "exhibit": "harrow",
        "language": "ja",
        "transcript": "WEBVTT\n\n00:04.000 --> 00:01.000\nBackwards\n",
    }
    book.form("What cannot be taken: all faults at once", "/tracks", wrong, "curator")


def _published(book: Book) -> None:
    book.heading("Releases and findings")
    book.call("The layout check", "POST", "/draft/check", who="curator")
    note = {"note": "Ida waits a little longer"}
    book.call("Publishing: what does not stop it is in `warnings`", "POST", "/releases", note, who="curator")
    show = book.silently("GET", "/draft/shows/planetarium", who="curator")
    claim = {"claims": {"en": "full"}}
    path, etag = "/draft/shows/planetarium", show.headers["ETag"]
    book.silently("PATCH", path, claim, who="curator", If_Match=etag)
    note = {"note": "Now in English"}
    book.call("A claim that the minutes refute stops it", "POST", "/releases", note, who="curator")
    book.call("The way back", "POST", "/releases/1/activate", who="curator")
    about = "A job: renditions that are made in the background"
    book.call(about, "GET", "/jobs/renditions-1", who="curator")
    path = "/coverage?release=active"
    book.call("The coverage, exhibit by language", "GET", path, who="curator", Accept_Language="en")
    book.call("The tours", "GET", "/tours", who="staff", Accept_Language="en")
    book.call("The sittings of a day", "GET", "/screenings?date=2026-11-22", who="staff")
    book.call("What a handheld takes along", "GET", "/bundle?languages=en", hide=("rules", "tours", "shows"))


def _cut(value: Any) -> Any:
    """The value with long lists of documents or words cut; rings and figures stay."""
    if isinstance(value, dict):
        return {key: _cut(each) for key, each in value.items()}
    if isinstance(value, list):
        most = next((most for kind, most in MOST.items() if value and isinstance(value[0], kind)), len(value))
        more = len(value) - most
        return [*map(_cut, value[:most]), *([f"… {more} more"] if more > 0 else [])]
    return value


def _pretty(value: Any, indent: int = 0) -> str:
    """JSON with a value on one line wherever it fits."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner = " " * (indent + 2)
    parts = list(_parts(value, indent + 2))
    brackets = "{}" if isinstance(value, dict) else "[]"
    return f"{brackets[0]}\n{inner}" + f",\n{inner}".join(parts) + f"\n{' ' * indent}{brackets[1]}"


def _parts(value: dict[str, Any] | list[Any], indent: int) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            name = f"{json.dumps(key, ensure_ascii=False)}: "
            yield name + _pretty(each, indent + (0 if isinstance(each, dict | list) else len(name)))
    else:
        for each in value:
            yield _pretty(each, indent)
