"""Problems: one body, written by one function, on every route and for every way to go wrong."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

import guide as package
from guide import errors
from guide.replies import STATUS, body_of, problem, status_of
from guide.services.access import Role
from guide.wiring import Guide
from tests.guide.problems import assert_problem

KeyOf = Callable[[Role], dict[str, str]]
ROOT: Final = Path(package.__file__).parent
REFERENCE: Final = ROOT.parent / "docs" / "reference" / "problems.md"
KINDS: Final = {
    name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)
}


LIMIT: Final = "take"
"""The method of a rate limit that raises for its caller, who gives the code."""


class Raised(NamedTuple):
    """One place that makes one of our errors."""

    kind: str
    code: str | None
    """As a pattern, where part of it is filled in; None where it does not stand there at all."""
    place: str


def raised() -> list[Raised]:
    """Every place that makes one of our errors."""
    trees = {path.relative_to(ROOT): ast.parse(path.read_text()) for path in sorted(ROOT.rglob("*.py"))}
    derived = {
        node.name: next(getattr(base, "id", "") for base in node.bases)
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") in KINDS for base in node.bases)
    }
    kinds = {**derived, **{name: name for name in KINDS}, LIMIT: "TooMany"}
    return [
        Raised(kinds[name], code_of(call.args[1 if name == LIMIT else 0]), f"{path}:{call.lineno}")
        for path, tree in trees.items()
        for name, call in calls(tree)
        if name in kinds
        and len(call.args) > (2 if name == LIMIT else 1)
        and f"{path}" not in {"errors.py", "security.py"}
    ]


def calls(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Every call with the name of what is called; `super().__init__` is called by the name of its class."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(value=ast.Call(func=ast.Name("super"))):
                    yield inside, node
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    yield name, node
        yield from calls(node, node.name if isinstance(node, ast.ClassDef) else inside)


def code_of(argument: ast.expr) -> str | None:
    """The code that an argument writes down."""
    match argument:
        case ast.Constant(value=str(code)):
            return code
        case ast.JoinedStr(values=parts):
            return "".join(str(each.value) if isinstance(each, ast.Constant) else "[a-z]+" for each in parts)
    return None


def is_fine(call: Raised) -> bool:
    """Whether a code stands where it is raised; those of media's errors stand in `media`."""
    return call.code is not None or call.place.startswith("commands/media.py")


class TestReference:
    def test_every_code_stands_in_it(self) -> None:
        """Whoever meets a code finds what it means; a code that nothing raises is not there."""
        written = set(re.findall(r"^\| `(\w+)` \|", REFERENCE.read_text(), re.MULTILINE))
        codes = {each.code for each in raised() if each.code is not None}
        assert {each for each in codes if not any(re.fullmatch(each, code) for code in written)} == set()
        assert {each for each in written if not any(re.fullmatch(code, each) for code in codes)} == set()

    def test_codes_stand_as_text(self) -> None:
        """A code is written where it is raised, so that it can be searched for."""
        assert [each for each in raised() if not is_fine(each)] == []

    def test_every_status_stands_in_it(self) -> None:
        """The reference says of each code with which status it comes; a program that knows one knows the other."""
        written = re.findall(r"^\| `(\w+)` \| (\d+) \|", REFERENCE.read_text(), re.MULTILINE)
        exact = {each.code for each in raised()}
        for each in raised():
            kind = getattr(errors, each.kind)
            status = status_of(kind(each.code or "x", "x", **_needed(each.kind)))
            for code, told in written:
                if code == each.code or (code not in exact and re.fullmatch(each.code or "", code)):
                    assert told == str(status), each


def _needed(kind: str) -> dict[str, Any]:
    return {"retry_after_s": 1} if kind == "TooMany" else {}


class TestBody:
    def test_every_error_has_its_status(self) -> None:
        """Each kind of error is answered with the status that the table of statuses says."""
        for kind, status in STATUS.items():
            make: Callable[..., errors.GuideError] = kind
            error = make("some_code", "A sentence.", **_needed(str(getattr(kind, "__name__", ""))))
            answer = problem(error)
            assert answer.status_code == status == body_of(error)["status"]
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["cache-control"] == "no-store"

    def test_every_kind_is_in_the_table(self) -> None:
        """No error of ours falls through to 500, but the root, which is for what nobody foresaw."""
        leaves = {getattr(errors, name) for name in KINDS} - {errors.GuideError}
        assert {each for each in leaves if not any(parent in STATUS for parent in each.__mro__)} == set()

    def test_some_problems_carry_a_header(self) -> None:
        """Who asks too often is told when to come back; who is unknown, how to be known."""
        assert problem(errors.TooMany("c", "d", retry_after_s=7)).headers["retry-after"] == "7"
        assert problem(errors.Unavailable("c", "d")).headers["retry-after"] == "1"
        assert problem(errors.Unauthenticated("c", "d")).headers["www-authenticate"].startswith("Bearer")

    def test_further_members(self) -> None:
        """A conflict may carry what is true now."""
        assert body_of(errors.Conflict("seq_out_of_order", "d", extra={"playing": None}))["playing"] is None


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of the description: method, path with something in each place, and what is said of it."""
    for path, found in app.openapi()["paths"].items():
        for method, each in found.items():
            if method == "head":
                continue  # its answer has no body; whoever has such a route tests its refusals beside it
            filled = re.sub(r"\{(\w+)\}", lambda name: "0" * 64 if name[1] == "sha256" else "none", path)
            yield method.upper(), filled, each


VISIT: Final = {"languages": ["en"]}
"""What `POST /visits` reads before it asks who calls: strangers may be welcome."""


class TestEveryRoute:
    def test_a_stranger_gets_a_problem(self, app: FastAPI, client: TestClient) -> None:
        """Without a key every route but the public ones answers 401, before it reads anything."""
        for method, path, operation in operations(app):
            answer = client.request(
                method, path, json=VISIT if operation["operationId"] == "start_visit" else None
            )
            if operation["security"]:
                assert_problem(answer, 401)

    def test_a_wrong_key_gets_a_problem(self, app: FastAPI, client: TestClient) -> None:
        """A wrong key is refused on every route that knows keys, those for strangers too."""
        for method, path, operation in operations(app):
            if operation["security"]:
                answer = client.request(
                    method, path, headers={"Authorization": "Bearer cpl_wrong"}, json=VISIT
                )
                assert_problem(answer, 401)
                assert answer.json()["code"] == ("no_key" if "/session" in path else "wrong_key")

    def test_a_device_does_not_get_behind_the_desk(
        self, app: FastAPI, client: TestClient, key_of: KeyOf
    ) -> None:
        """A handheld's key opens no route of staff and curators."""
        headers = key_of("device")
        for method, path, operation in operations(app):
            if operation["security"] and set(operation["tags"]) & {"staff", "curators"}:
                assert_problem(client.request(method, path, headers=headers), 403, "role_missing")

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1e999}', b"[" * 100_000, b"9" * 5000],
        ids=["empty", "cut", "list", "null", "utf-16", "nan", "infinite", "deep", "digits"],
    )
    def test_nonsense_gets_a_problem(
        self, app: FastAPI, client: TestClient, key_of: KeyOf, body: bytes
    ) -> None:
        """Whatever is sent to a route that takes JSON, the answer is a problem of the sender's, or it is right."""
        headers = key_of("admin") | {"Content-Type": "application/json", "If-Match": '"0"'}
        for method, path, operation in operations(app):
            if "requestBody" in operation:
                answer = client.request(method, path, headers=headers, content=body)
                assert answer.status_code < 500, (method, path, answer.text)
                if answer.status_code >= 400:
                    assert_problem(answer)

    def test_every_refusal_is_described(self, app: FastAPI) -> None:
        """The description says of each route how it refuses, and never in FastAPI's own form."""
        text = str(app.openapi())
        assert "HTTPValidationError" not in text
        for method, path, operation in operations(app):
            schema = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}, (method, path)


class TestNoRoute:
    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "BREW"])
    @pytest.mark.parametrize(
        "path", ["/api/v1/nothing", "/nothing.json", "/api/v1/devices/", "/api", "/v2/x"]
    )
    def test_nothing_there(self, client: TestClient, method: str, path: str) -> None:
        """An address that nobody answers to is 404, in JSON, for every method."""
        assert_problem(client.request(method, path), 404, "not_found")

    def test_another_method(self, client: TestClient) -> None:
        """A wrong method is told which would be right."""
        answer = client.post("/healthz")
        assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "GET"
        assert "GET" in answer.json()["detail"]


def sign_in(client: TestClient, **sent: Any) -> Response:
    """A route that anybody may send a body to."""
    return client.post("/api/v1/session", **sent)


class TestBodies:
    def test_all_faults_at_once(self, client: TestClient) -> None:
        """Two wrong fields are two faults, each with its place."""
        answer = sign_in(client, json={"email": 1, "extra": 2, "password": ""})
        assert_problem(answer, 422, "malformed")
        found = {each["where"] for each in answer.json()["errors"]}
        assert found == {"body.email", "body.extra", "body.password"}

    def test_json_that_is_none(self, client: TestClient) -> None:
        """Broken JSON is told with its place."""
        answer = sign_in(client, content=b'{"email": }', headers={"Content-Type": "application/json"})
        assert_problem(answer, 422, "malformed_json")
        assert "character 10" in answer.json()["detail"]

    @pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
    def test_texts_that_no_database_keeps(self, client: TestClient, text: str) -> None:
        """NUL and half a surrogate pair are refused at the door."""
        content = f'{{"email": "a{text}", "password": "b"}}'.encode()
        answer = sign_in(client, content=content, headers={"Content-Type": "application/json"})
        assert_problem(answer, 422, "malformed_json")

    def test_a_language_that_no_column_holds(
        self, client: TestClient, key_of: Callable[[Role], dict[str, str]]
    ) -> None:
        """A language tag longer than any in use is refused at the door, not by the database after the answer."""
        body = {"languages": ["mn" + "-abcdefgh" * 5]}
        answer = client.post("/api/v1/visits", json=body, headers=key_of("device"))
        assert_problem(answer, 422, "malformed")

    def test_a_whole_surrogate_pair_is_fine(self, client: TestClient) -> None:
        """Anything that is text may be sent, escaped or not."""
        content = b'{"email": "\\ud83d\\ude00", "password": "b"}'
        assert_problem(sign_in(client, content=content, headers={"Content-Type": "application/json"}), 401)

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
    def test_another_type(self, client: TestClient, kind: str) -> None:
        """A body of another type is told which is taken."""
        answer = sign_in(client, content=b"{}", headers={"Content-Type": kind})
        assert_problem(answer, 415, "unsupported_type")

    def test_a_body_too_large(self, client: TestClient) -> None:
        """Two megabytes of JSON are refused by their length, before they are read."""
        answer = sign_in(client, content=b" " * (2 << 20), headers={"Content-Type": "application/json"})
        assert_problem(answer, 413, "body_too_large")
        assert "1 MiB" in answer.json()["detail"]

    def test_a_body_too_large_in_pieces(self, client: TestClient) -> None:
        """A body without a length is counted while it comes, and cut off."""
        taken = []

        def pieces() -> Iterator[bytes]:
            for n in range(64):
                taken.append(n)
                yield b" " * (64 << 10)

        answer = sign_in(client, content=pieces(), headers={"Content-Type": "application/json"})
        assert_problem(answer, 413, "body_too_large")

    @pytest.mark.parametrize(
        ("path", "status"), [("/api/v1/devices?cursor=%00", 422), ("/api/v1/devices/%00/key", 404)]
    )
    def test_nul_in_an_address(self, client: TestClient, key_of: KeyOf, path: str, status: int) -> None:
        """A character that PostgreSQL cannot keep never reaches it."""
        answer = client.request("DELETE" if "key" in path else "GET", path, headers=key_of("admin"))
        assert_problem(answer, status)


class TestTheUnexpected:
    def test_it_can_be_found_in_the_log(
        self,
        guide: Guide,
        client: TestClient,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """An error that nobody foresaw is told with an id that stands in the log, and with nothing else."""

        def explode() -> None:
            raise RuntimeError("secret of the house")

        monkeypatch.setattr(guide.health, "ready", explode, raising=False)
        answer = client.get("/readyz")
        assert_problem(answer, 500, "internal")
        assert "secret" not in answer.text
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        assert answer.headers["x-request-id"] in answer.json()["detail"]
        assert "secret of the house" in caplog.text
