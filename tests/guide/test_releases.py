"""Releases: published once, never changed, the active one swapped and swapped back."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from guide.services.access import Role
from guide.services.catalogue import Catalogue
from guide.services.releases import Releases
from guide.settings import Settings
from guide.store.database import Database
from guide.wiring import Guide
from tests.guide.fakes import FakeClock
from tests.guide.museum import Folder

KeyOf = Callable[[Role], dict[str, str]]


@pytest.fixture
def curator(client: TestClient, guide: Guide, museum: Path) -> dict[str, str]:
    """The key of a curator of the imported museum."""
    assert client
    guide.catalogue.importing.run(museum, who="import")
    return {"Authorization": f"Bearer {guide.access.add_key('small', 'anna', 'curator').key}"}


class TestPublishing:
    def test_a_draft_becomes_a_release(self, client: TestClient, curator: dict[str, str]) -> None:
        """Numbered from one, with its note and who did it; it is active at once."""
        answer = client.post("/api/v1/releases", json={"note": "opening"}, headers=curator)
        assert (answer.status_code, answer.headers["location"]) == (201, "/api/v1/releases/1")
        body = answer.json()
        assert (body["number"], body["note"], body["created_by"], body["active"]) == (
            1,
            "opening",
            "anna",
            True,
        )
        assert (
            client.get(answer.headers["location"], headers=curator).json()["content_hash"]
            == body["content_hash"]
        )
        assert client.post("/api/v1/releases", headers=curator).json()["number"] == 2

    def test_warnings_do_not_stop_it(self, client: TestClient, curator: dict[str, str]) -> None:
        """Missing languages are told with the release that they are missing in."""
        found = client.post("/api/v1/releases", json={}, headers=curator).json()["warnings"]
        assert {"no_zone", "language_missing", "transcript_missing"} <= {each["code"] for each in found}
        assert all(each["severity"] == "warning" and each["sentence"].endswith(".") for each in found)

    @pytest.mark.parametrize(
        ("method", "path", "body", "code", "sentence"),
        [
            ("DELETE", "exhibits/ida", None, "unknown_exhibit", "zone ida: exhibit 'ida' does not exist"),
            ("DELETE", "zones/v2", None, "unknown_zone", "zone 'v2' does not exist"),
            ("PATCH", "shows/sitting", {"claims": {"en": "full"}}, "claim_refuted", "English: 15 of 45 min"),
        ],
    )
    def test_what_is_not_sound_is_not_published(
        self, client: TestClient, curator: dict[str, str], method: str, path: str, body: object, code: str,
        sentence: str,
    ) -> None:  # fmt: skip
        """A document that names another which is gone, and a promise that the minutes refute."""
        headers = {**curator, "If-Match": "*"}
        assert client.request(method, f"/api/v1/draft/{path}", json=body, headers=headers).status_code < 300
        answer = client.post("/api/v1/releases", json={"note": ""}, headers=curator)
        assert (answer.status_code, answer.json()["code"]) == (409, "draft_not_sound")
        found = answer.json()["findings"]
        assert code in {each["code"] for each in found}
        assert all(each["severity"] == "error" for each in found)
        assert any(sentence in each["sentence"] for each in found)
        assert any(sentence in each["message"] for each in answer.json()["errors"])
        assert client.get("/api/v1/releases", headers=curator).json()["items"] == []

    def test_later_edits_leave_it_alone(
        self, client: TestClient, curator: dict[str, str], guide: Guide
    ) -> None:
        """Visitors hear what was published until somebody publishes again."""
        client.post("/api/v1/releases", json={}, headers=curator)
        client.patch(
            "/api/v1/draft/exhibits/v2", json={"title": {"en": "X"}}, headers={**curator, "If-Match": "*"}
        )
        assert guide.releases.active("small", fresh=True).exhibits["v2"].title["en"] == "The V-2"

    def test_a_long_note_is_refused(self, client: TestClient, curator: dict[str, str]) -> None:
        """A note is a note."""
        assert client.post("/api/v1/releases", json={"note": "x" * 2001}, headers=curator).status_code == 422


class TestActivation:
    def test_the_way_back(self, client: TestClient, curator: dict[str, str], guide: Guide) -> None:
        """After a bad publication the one before is active again with one call; the history of numbers stays."""
        for _ in range(2):
            client.post("/api/v1/releases", json={}, headers=curator)
        told: list[int] = []
        guide.releases.listen(lambda view: told.append(view.number))
        answer = client.post("/api/v1/releases/1/activate", headers=curator)
        assert (answer.status_code, answer.json()["active"]) == (200, True)
        assert (told, guide.releases.active("small").number) == ([1], 1)
        listed = client.get("/api/v1/releases", headers=curator).json()["items"]
        assert [(each["number"], each["active"]) for each in listed] == [(2, False), (1, True)]

    @pytest.mark.parametrize("path", ["releases/9", "releases/9/export", "releases/9/activate"])
    def test_one_that_does_not_exist(self, client: TestClient, curator: dict[str, str], path: str) -> None:
        """404, whatever is asked of it."""
        method = "POST" if path.endswith("activate") else "GET"
        answer = client.request(method, f"/api/v1/{path}", headers=curator)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_release")

    def test_the_list_pages(self, client: TestClient, curator: dict[str, str]) -> None:
        """Newest first, in pieces."""
        for _ in range(3):
            client.post("/api/v1/releases", json={}, headers=curator)
        page = client.get("/api/v1/releases?limit=2", headers=curator).json()
        rest = client.get(f"/api/v1/releases?limit=2&cursor={page['next_cursor']}", headers=curator).json()
        assert [each["number"] for each in page["items"] + rest["items"]] == [3, 2, 1]

    def test_another_process_may_do_it(
        self, database: Database, settings: Settings, clock: FakeClock, museum: Path
    ) -> None:
        """The command line publishes while the service runs: a look at the database, and it follows."""
        service, command = Releases(database, clock), Releases(database, clock)
        importing = Catalogue.wire(settings, database, command, clock).importing
        importing.run(museum, who="a", publish=True)
        assert service.active("small").number == 1
        importing.run(museum, who="a", publish=True)
        assert service.active("small").number == 1
        told: list[int] = []
        service.listen(lambda view: told.append(view.number))
        service.refresh()
        assert (service.active("small").number, told) == (2, [2])
        importing.run(museum, who="a", publish=True)
        assert service.active("small", fresh=True).number == 3


class TestUploads:
    def test_a_zip_is_imported(self, client: TestClient, key_of: KeyOf, museum: Path, tmp_path: Path) -> None:
        """As the body itself, or as a file of a form; the key that was made before the site is the site's."""
        key = key_of("curator")
        data = Folder.copy(museum, tmp_path / "copy").zipped("small/")
        plain = client.post(
            "/api/v1/draft/import", content=data, headers={**key, "Content-Type": "application/zip"}
        )
        assert (plain.status_code, plain.json()["draft_version"]) == (200, 1)
        form = client.post("/api/v1/draft/import?publish=true", files={"file": ("s.zip", data)}, headers=key)
        assert (form.status_code, form.json()["release"]) == (200, 1)
        assert form.json()["content_hash"] == plain.json()["content_hash"]

    def test_faults_have_files_and_lines(
        self, client: TestClient, key_of: KeyOf, museum: Path, tmp_path: Path
    ) -> None:
        """A broken folder is 422 with every fault; nothing of it is there afterwards."""
        folder = Folder.copy(museum, tmp_path / "copy").replace("exhibits.toml", '"102"', "102")
        folder.write("tracks/v2/nl.mp3", "a text")
        key = key_of("curator")
        answer = client.post(
            "/api/v1/draft/import",
            content=folder.zipped(),
            headers={**key, "Content-Type": "application/zip"},
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "site_folder_not_sound")
        assert [each["where"] for each in answer.json()["errors"]] == ["exhibits.toml:11", "tracks/v2/nl.mp3"]
        assert client.get("/api/v1/draft", headers=key).status_code == 404

    @pytest.mark.parametrize(
        ("body", "kind", "status", "code"),
        [
            (b"hello", "application/zip", 422, "site_folder_unreadable"),
            (b"hello", "text/plain", 415, "unsupported_type"),
            (b"hello", "multipart/form-data; boundary=x", 422, "malformed_body"),
            (b"--x--\r\n", "multipart/form-data; boundary=x", 422, "malformed"),
        ],
    )
    def test_what_is_no_zip_is_refused(
        self, client: TestClient, key_of: KeyOf, body: bytes, kind: str, status: int, code: str
    ) -> None:
        """Each in its own words."""
        headers = {**key_of("curator"), "Content-Type": kind}
        answer = client.post("/api/v1/draft/import", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    def test_another_museum_is_a_conflict(
        self, client: TestClient, curator: dict[str, str], museum: Path, tmp_path: Path
    ) -> None:
        """409, and the draft stays."""
        folder = Folder.copy(museum, tmp_path / "copy").replace("site.toml", 'id = "small"', 'id = "large"')
        headers = {**curator, "Content-Type": "application/zip"}
        answer = client.post("/api/v1/draft/import", content=folder.zipped(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "other_site")

    def test_a_stale_tag_is_refused(
        self, client: TestClient, curator: dict[str, str], museum: Path, tmp_path: Path
    ) -> None:
        """With `If-Match`, an import replaces only the draft that was read."""
        data = Folder.copy(museum, tmp_path / "copy").zipped()
        headers = {**curator, "Content-Type": "application/zip", "If-Match": '"7"'}
        assert client.post("/api/v1/draft/import", content=data, headers=headers).status_code == 412

    def test_a_release_comes_out_and_goes_in(self, client: TestClient, curator: dict[str, str]) -> None:
        """What `export` gives, `import` takes: the same content."""
        made = client.post("/api/v1/releases", json={}, headers=curator).json()
        packed = client.get("/api/v1/releases/1/export", headers=curator)
        assert packed.headers["content-disposition"] == 'attachment; filename="small-1.zip"'
        assert zipfile.ZipFile(io.BytesIO(packed.content)).testzip() is None
        again = client.post(
            "/api/v1/draft/import",
            content=packed.content,
            headers={**curator, "Content-Type": "application/zip"},
        )
        assert again.json()["content_hash"] == made["content_hash"]
