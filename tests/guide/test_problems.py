"""Problems: one body, written by one function, on every route and for every way to go wrong."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final, NamedTuple

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

import guide as package
from guide import errors
from guide.app import create_app
from guide.phrases import faults, problems
from guide.phrases.shapes import PHRASES as SHAPES
from guide.phrases.shapes import in_french
from guide.replies import STATUS, body_of, problem, status_of
from guide.services.access import Role
from guide.settings import Settings
from guide.wiring import Guide
from tests.guide.problems import assert_problem

KeyOf = Callable[[Role], dict[str, str]]
Operations = list[tuple[str, str, dict[str, Any]]]
ROOT: Final = Path(package.__file__).parent
REFERENCE: Final = ROOT.parent / "docs" / "reference" / "problems.md"
KINDS: Final = {
    name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)
}


LIMIT: Final = "take"
"""The method of a rate limit that raises for its caller, who gives the phrase."""


class Raised(NamedTuple):
    """One place that makes one of our errors."""

    kind: str
    phrase: str | None
    """Or a bare code; as a pattern, where part of it is filled in; None where it does not stand there at all."""
    place: str
    is_phrase: bool

    @property
    def code(self) -> str | None:
        """What programs read: of a phrase, what stands before the slash."""
        return None if self.phrase is None else self.phrase.partition("/")[0]


@cache
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
        Raised(kinds[name], written(argument), f"{path}:{call.lineno}", is_phrase(call))
        for path, tree in trees.items()
        for name, call in calls(tree)
        if name in kinds
        and f"{path}" not in {"errors.py", "security.py"}
        and (argument := said_by(name, call)) is not None
    ]


def is_phrase(call: ast.Call) -> bool:
    """Whether an error is made of a phrase: `Conflict.of(…)`, or by a rate limit."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in {"of", LIMIT}


def said_by(name: str, call: ast.Call) -> ast.expr | None:
    """The argument that names the phrase or the code; none where an error of ours is merely named."""
    if name == LIMIT:
        return next((each.value for each in call.keywords if each.arg == "phrase"), None)
    return call.args[0] if len(call.args) > (0 if is_phrase(call) else 1) else None


def calls(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Every call with the name of what is called; `super().__init__` is called by the name of its class."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(value=ast.Call(func=ast.Name("super"))):
                    yield inside, node
                case ast.Attribute(attr="of", value=ast.Attribute(attr=name) | ast.Name(id=name)):
                    yield name, node
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    yield name, node
        yield from calls(node, node.name if isinstance(node, ast.ClassDef) else inside)


def written(argument: ast.expr) -> str | None:
    """The phrase or the code that an argument writes down."""
    match argument:
        case ast.Constant(value=str(phrase)):
            return phrase
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
            status = status_of(kind(each.code or "x", "x"))
            for code, told in written:
                if code == each.code or (code not in exact and re.fullmatch(each.code or "", code)):
                    assert told == str(status), each


class TestPhrases:
    def test_what_is_raised_has_a_phrase(self) -> None:
        """Every phrase that is raised is there, and none is there that nothing raises."""
        used = {each.phrase for each in raised() if each.is_phrase and each.phrase is not None}
        assert {
            each for each in used if not any(re.fullmatch(each, one) for one in problems.PHRASES)
        } == set()
        assert {one for one in problems.PHRASES if not any(re.fullmatch(each, one) for each in used)} == set()

    def test_every_fault_has_a_phrase(self) -> None:
        """The same of what is said of one place."""
        text = "".join(path.read_text() for path in ROOT.rglob("*.py") if path.parent.name != "phrases")
        assert {each for each in faults.PHRASES if f'"{each}"' not in text} == set()
        made = re.findall(r'(?:Fault\.of\([^,]+, |told_fault\()"(\w+)"', text)
        assert {each for each in made if each not in faults.PHRASES} == set()

    def test_both_languages_tell_the_same(self) -> None:
        """A French sentence tells what the English one tells; only of an id's rule each has its own words."""
        for phrase, (english, french) in [*problems.PHRASES.items(), *faults.PHRASES.items()]:
            facts = [
                {name for _, name, _, _ in Formatter().parse(each) if name not in {None, "rule"}}
                for each in (english, french)
            ]
            assert facts[0] == facts[1], phrase

    def test_every_code_that_has_french_has_a_french_title(self) -> None:
        """A problem is not half French."""
        assert {each.partition("/")[0] for each in problems.PHRASES} - set(problems.TITLES) == set()


class TestLanguages:
    @pytest.mark.parametrize(
        ("accepted", "title", "detail", "language"),
        [
            (None, "Wrong sign in", "The address or the password is wrong.", "en"),
            ("*", "Wrong sign in", "The address or the password is wrong.", "en"),
            ("nl", "Wrong sign in", "The address or the password is wrong.", "en"),
            ("fr-BE, en;q=0.5", "Connexion refusée", "L’adresse ou le mot de passe est faux.", "fr"),
        ],
    )
    def test_told_in_the_readers_language(
        self, client: TestClient, accepted: str | None, title: str, detail: str, language: str
    ) -> None:
        """Who reads French is told in French; a program, which asks for no language, in English as ever."""
        headers = {} if accepted is None else {"Accept-Language": accepted}
        answer = sign_in(client, json={"email": "a@b.example", "password": "none"}, headers=headers)
        assert_problem(answer, 401, "wrong_sign_in")
        assert (answer.json()["title"], answer.json()["detail"]) == (title, detail)
        assert answer.headers["content-language"] == language

    @pytest.mark.parametrize(
        ("method", "path", "detail"),
        [
            ("GET", "/api/v1/nothing", "Il n’y a rien à cette adresse."),
            ("BREW", "/nothing", "Il n’y a rien à cette adresse."),
            ("POST", "/healthz", "Cette adresse répond à GET."),
            ("GET", "/api/v1/tracks", "Envoyez une clé avec `Authorization: Bearer CLÉ`, ou connectez-vous."),
        ],
    )
    def test_at_every_door(self, client: TestClient, method: str, path: str, detail: str) -> None:
        """What the routes refuse is told like what never reaches one."""
        answer = client.request(method, path, headers={"Accept-Language": "fr"})
        assert_problem(answer)
        assert answer.json()["detail"] == detail

    def test_faults_too(self, client: TestClient) -> None:
        """Each place of a form is told of in French as well."""
        answer = sign_in(client, json={"email": 1, "extra": 2}, headers={"Accept-Language": "fr"})
        assert {each["where"]: each["message"] for each in answer.json()["errors"]} == {
            "body.email": "doit être un texte",
            "body.password": "manque",
            "body.extra": "n’est pas un champ connu",
        }

    def test_shapes_too(self) -> None:
        """What the core finds wrong with a shape is found again by its form, inside its parts too."""
        assert in_french(
            "part 2: hole 3 crosses or touches itself at (1.00, 2.50); draw it again without the crossing"
        ) == ("partie 2 : le trou 3 se croise ou se touche en (1.00, 2.50) ; redessinez sans croisement")
        assert in_french("something that the core may say one day") is None

    def test_every_form_is_the_cores_own(self) -> None:
        """What is found again here is what `zones` says: its pieces stand in its source."""
        source = "".join(path.read_text() for path in (ROOT.parent / "zones").glob("*.py"))
        for english, _ in SHAPES:
            pieces = [each.strip(" ;:,()") for each in re.split(r"\{\w+\}", english)]
            for piece in pieces:
                assert piece.split(";")[0].strip("(' ").removesuffix(" at") in source, (english, piece)


class TestBody:
    def test_every_error_has_its_status(self) -> None:
        """Each kind of error is answered with the status that the table of statuses says."""
        for kind, status in STATUS.items():
            make: Callable[..., errors.GuideError] = kind
            error = make("some_code", "A sentence.")
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
        assert problem(errors.TooMany.of("too_many_visits", retry_after_s=7)).headers["retry-after"] == "7"
        assert problem(errors.Unavailable("c", "d")).headers["retry-after"] == "1"
        assert problem(errors.Unauthenticated("c", "d")).headers["www-authenticate"].startswith("Bearer")

    def test_further_members(self) -> None:
        """A conflict may carry what is true now."""
        assert body_of(errors.Conflict("seq_out_of_order", "d", extra={"playing": None}))["playing"] is None


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the service says of itself; to write it down takes longer than most tests."""
    written: dict[str, Any] = create_app(Settings.read(data=tmp_path_factory.mktemp("described"))).openapi()
    return written


@pytest.fixture(scope="module")
def operations(description: dict[str, Any]) -> Operations:
    """Every operation of the description: method, path with something in each place, and what is said of it."""
    return [
        (method.upper(), re.sub(r"\{(\w+)\}", _something, path), each)
        for path, found in description["paths"].items()
        for method, each in found.items()
        if method != "head"  # its answer has no body; whoever has such a route tests its refusals beside it
    ]


def _something(name: re.Match[str]) -> str:
    return "0" * 64 if name[1] == "sha256" else "none"


VISIT: Final = {"languages": ["en"]}
"""What `POST /visits` reads before it asks who calls: strangers may be welcome."""


class TestEveryRoute:
    def test_a_stranger_gets_a_problem(self, operations: Operations, client: TestClient) -> None:
        """Without a key every route but the public ones answers 401, before it reads anything."""
        for method, path, operation in operations:
            answer = client.request(
                method, path, json=VISIT if operation["operationId"] == "start_visit" else None
            )
            if operation["security"]:
                assert_problem(answer, 401)

    def test_a_wrong_key_gets_a_problem(self, operations: Operations, client: TestClient) -> None:
        """A wrong key is refused on every route that knows keys, those for strangers too."""
        for method, path, operation in operations:
            if operation["security"]:
                answer = client.request(
                    method, path, headers={"Authorization": "Bearer cpl_wrong"}, json=VISIT
                )
                assert_problem(answer, 401)
                assert answer.json()["code"] == ("no_key" if "/session" in path else "wrong_key")

    def test_a_device_does_not_get_behind_the_desk(
        self, operations: Operations, client: TestClient, key_of: KeyOf
    ) -> None:
        """A handheld's key opens no route of staff and curators."""
        headers = key_of("device")
        for method, path, operation in operations:
            if operation["security"] and set(operation["tags"]) & {"staff", "curators"}:
                assert_problem(client.request(method, path, headers=headers), 403, "role_missing")

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1e999}', b"[" * 100_000, b"9" * 5000],
        ids=["empty", "cut", "list", "null", "utf-16", "nan", "infinite", "deep", "digits"],
    )
    def test_nonsense_gets_a_problem(
        self, operations: Operations, client: TestClient, key_of: KeyOf, body: bytes
    ) -> None:
        """Whatever is sent to a route that takes JSON, the answer is a problem of the sender's, or it is right."""
        headers = key_of("admin") | {"Content-Type": "application/json", "If-Match": '"0"'}
        for method, path, operation in operations:
            if "requestBody" in operation:
                answer = client.request(method, path, headers=headers, content=body)
                assert answer.status_code < 500, (method, path, answer.text)
                if answer.status_code >= 400:
                    assert_problem(answer)

    def test_every_refusal_is_described(self, description: dict[str, Any], operations: Operations) -> None:
        """The description says of each route how it refuses, and never in FastAPI's own form."""
        assert "HTTPValidationError" not in str(description)
        for method, path, operation in operations:
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
