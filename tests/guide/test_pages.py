"""The pages: files that may be kept for ever, one page for every room, nothing from anywhere else."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from guide.api.pages import Pages
from tests.guide.problems import assert_problem

SHELL = (
    '<!doctype html><meta http-equiv="content-security-policy" '
    "content=\"default-src 'self'; script-src 'self' 'sha256-abc='\"><script>start()</script>"
)
SCRIPT = "export const rooms = [];\n" * 100


@pytest.fixture
def built(tmp_path: Path) -> TestClient:
    """A small build."""
    files = {
        "200.html": SHELL,
        "_app/immutable/app.Bg4K.js": SCRIPT,
        "theme.js": "dark()",
        "icon.svg": "<svg/>",
    }
    for name, text in files.items():
        path = tmp_path / "build" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "secret").write_text("out of the build")
    return TestClient(Pages(tmp_path / "build"))


@pytest.mark.parametrize("path", ["/", "/simulator", "/desk/zones/v2"])
@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml;q=0.9", "*/*"])
def test_every_room_is_one_page(built: TestClient, path: str, accept: str) -> None:
    """Whatever room a browser opens, it gets the page, which finds the room itself."""
    answer = built.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.text) == (200, SHELL)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_its_first_script_may_run(built: TestClient) -> None:
    """The policy knows the hash of the page's first script, lets in nothing else, and forbids framing."""
    policy = built.get("/").headers["content-security-policy"]
    assert policy == "default-src 'self'; script-src 'self' 'sha256-abc='; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/_app/immutable/gone.js", "*/*"),
        ("/_app/immutable/gone", "text/html"),
        ("/favicon.ico", "*/*"),
        ("/api/v1/nothing", "text/html"),
        ("/docs-assets/gone.css", "text/html"),
        ("/metrics/more", "text/html"),
        ("/simulator", "application/json"),
    ],
)
def test_what_is_no_room_is_not_there(built: TestClient, path: str, accept: str) -> None:
    """A script that an old page asks for is 404, not a page."""
    assert_problem(built.get(path, headers={"Accept": accept}), 404, "not_found")


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "/_app/..%2f..%2fsecret"])
def test_no_path_leads_out_of_the_build(built: TestClient, path: str) -> None:
    """Files beside the build cannot be reached."""
    assert "out of the build" not in built.get(path).text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_are_only_read(built: TestClient, method: str) -> None:
    """Nothing can be sent to a page."""
    assert_problem(built.request(method, "/simulator"), 404)


def test_files_named_by_their_hash_are_kept_for_ever(built: TestClient) -> None:
    """A browser asks once for what never changes, and each time for what may."""
    assert "immutable" in built.get("/_app/immutable/app.Bg4K.js").headers["cache-control"]
    assert built.get("/theme.js").headers["cache-control"] == "no-cache"


def test_what_is_known_is_not_sent_again(built: TestClient) -> None:
    """A page that has not changed costs a few bytes."""
    tag = built.get("/").headers["etag"]
    answer = built.get("/", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag


def test_large_texts_are_packed(built: TestClient) -> None:
    """A phone on the museum's radio gets scripts under gzip, one that cannot read it gets them plain."""
    path = "/_app/immutable/app.Bg4K.js"
    packed = built.get(path, headers={"Accept-Encoding": "gzip"})
    plain = built.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.text == plain.text == SCRIPT
    assert int(packed.headers["content-length"]) < len(SCRIPT) / 5
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == "Accept-Encoding"


def test_without_a_build_a_sentence_says_so(tmp_path: Path) -> None:
    """An installation without pages says how to get them, and its HTTP interface works all the same."""
    answer = TestClient(Pages(tmp_path / "none")).get("/")
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/plain")
    assert "npm run build" in answer.text
