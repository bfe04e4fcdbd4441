"""The draft over HTTP: nobody overwrites what they have not read, nothing unsound gets in, all is kept and undone."""

import json
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from guide.wiring import Guide

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""
SQUARE = [[20, 0], [24, 0], [24, 4], [20, 4]]


class Desk:
    """A curator's desk: calls the draft with a key, and `If-Match` where it is given."""

    def __init__(self, client: TestClient, key: dict[str, str]) -> None:
        self._client = client
        self._key = key

    def __call__(self, method: str, path: str, body: Any = None, match: str | None = None) -> Response:
        """One request."""
        headers = {**self._key, **({"If-Match": match} if match is not None else {})}
        if isinstance(body, str):
            headers["Content-Type"] = "application/json"
            return self._client.request(method, f"/api/v1{path}", content=body, headers=headers)
        return self._client.request(method, f"/api/v1{path}", json=body, headers=headers)

    def tag(self, path: str) -> str:
        """The entity tag of what is there."""
        return str(self("GET", path).headers["etag"])


@pytest.fixture
def desk(client: TestClient, guide: Guide, museum: Path) -> Desk:
    """The desk of a museum that has been imported."""
    guide.catalogue.importing.run(museum, who="import")
    made = guide.access.add_key("small", "anna", "curator")
    return Desk(client, {"Authorization": f"Bearer {made.key}"})


def problems(answer: Response) -> list[tuple[str, str]]:
    """The faults of an answer."""
    return [(each["where"], each["message"]) for each in answer.json()["errors"]]


class TestZones:
    def test_they_are_geojson(self, desk: Desk) -> None:
        """One feature a zone, in WGS 84, with what the zone is in its properties."""
        answer = desk("GET", "/draft/zones")
        assert answer.headers["content-type"].startswith("application/geo+json")
        features = {each["properties"]["id"]: each for each in answer.json()["features"]}
        assert set(features) == {"v2", "ida", "v2-dome"}
        assert features["v2-dome"]["geometry"]["type"] == "MultiPolygon"
        assert features["ida"]["properties"] == {
            "id": "ida", "exhibit": "ida", "levels": ["hall"], "priority": 2, "mode": "offer", "rules": {"dwell": 4},
        }  # fmt: skip

    def test_what_was_read_can_be_put_back(self, desk: Desk) -> None:
        """Reading and writing the collection moves no corner."""
        read = desk("GET", "/draft/zones")
        before = desk("GET", "/draft").json()["content_hash"]
        answer = desk("PUT", "/draft/zones", read.text, read.headers["etag"])
        assert answer.status_code == 200
        assert answer.json()["features"] == read.json()["features"]
        assert desk("GET", "/draft").json()["content_hash"] == before

    def test_all_faults_are_told_and_nothing_changes(self, desk: Desk) -> None:
        """A collection with four faults tells four, with their zones and lines, and leaves the draft alone."""
        read = desk("GET", "/draft/zones")
        broken = read.json()
        first, second, third = broken["features"]
        first["geometry"]["coordinates"][0].pop()
        second["properties"] |= {"levels": ["attic"], "exhibit": "star"}
        third["properties"]["id"] = first["properties"]["id"]
        answer = desk("PUT", "/draft/zones", json.dumps(broken, indent=1), read.headers["etag"])
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_geometry")
        told = " ".join(message for _, message in problems(answer))
        for part in ("not closed", "no level attic", "no exhibit star", "already taken"):
            assert part in told
        assert all("line" in where for where, _ in problems(answer))
        assert desk("GET", "/draft/zones").text == read.text

    def test_a_turned_ring_is_mended_and_said_so(self, desk: Desk) -> None:
        """A ring that runs the wrong way round is taken, with a note."""
        read = desk("GET", "/draft/zones")
        turned = read.json()
        turned["features"][0]["geometry"]["coordinates"][0].reverse()
        answer = desk("PUT", "/draft/zones", turned, read.headers["etag"])
        assert answer.status_code == 200
        assert answer.json()["notes"]

    @ON_SQLITE
    @pytest.mark.parametrize("text", ["{", '{"type": "FeatureCollection"}', "[]", '{"type": NaN}', "\udcff"])
    def test_what_is_no_geojson_is_refused(self, desk: Desk, text: str) -> None:
        """Anything else is told to be none."""
        body = text.encode("utf-8", "surrogateescape").decode("latin-1")
        assert desk("PUT", "/draft/zones", body, "*").status_code == 422

    def test_one_is_drawn_in_metres(self, desk: Desk) -> None:
        """A curator draws a zone, moves it, and takes it away again."""
        made = desk("POST", "/draft/zones/new", {"exhibit": "v2", "levels": ["hall"], "outline": SQUARE})
        assert (made.status_code, made.headers["location"]) == (201, "/api/v1/draft/zones/new")
        assert made.json()["outline"] == SQUARE
        moved = [[x + 1, y] for x, y in SQUARE]
        changed = desk("PATCH", "/draft/zones/new", {"outline": moved, "priority": 3}, made.headers["etag"])
        assert (changed.json()["outline"], changed.json()["priority"]) == (moved, 3)
        assert desk("DELETE", "/draft/zones/new", match=changed.headers["etag"]).status_code == 204
        assert desk("GET", "/draft/zones/new").status_code == 404

    def test_one_is_drawn_on_the_globe(self, desk: Desk) -> None:
        """The geometry that was told draws the same zone again."""
        told = desk("GET", "/draft/zones/ida").json()
        body = {"exhibit": "ida", "levels": ["hall"], "geometry": told["geometry"]}
        made = desk("POST", "/draft/zones/copy", body)
        assert made.json()["outline"] == told["outline"]

    def test_what_was_told_can_be_sent_back(self, desk: Desk) -> None:
        """An editor may send the whole zone with the one thing that it changed."""
        told = desk("GET", "/draft/zones/v2")
        outline = [[0, 0], [5, 0], [5, 6], [0, 6]]
        answer = desk("PATCH", "/draft/zones/v2", {**told.json(), "outline": outline}, told.headers["etag"])
        assert answer.json()["outline"] == outline

    @ON_SQLITE
    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            ({"levels": ["hall"]}, "has no outline"),
            ({"levels": ["hall"], "outline": SQUARE, "exhibit": "star"}, "there is no exhibit star"),
            ({"levels": ["attic"], "outline": SQUARE}, "there is no level attic"),
            ({"levels": ["hall"], "outline": [[0, 0], [4, 4], [4, 0], [0, 4]]}, "crosses"),
            ({"levels": ["hall"], "outline": SQUARE, "rules": {"speed": 1}}, "there is no rule"),
            ({"levels": ["hall"], "outline": SQUARE, "mode": "loud"}, "mode"),
            ({"levels": ["hall"], "outline": SQUARE, "id": "other"}, "the address says"),
            ({"levels": ["hall"], "outline": [[900, 0], [904, 0], [904, 4]]}, "hall"),
        ],
    )
    def test_one_that_is_not_sound_is_refused(self, desk: Desk, body: dict[str, Any], sentence: str) -> None:
        """Each with what is wrong; the draft stays as it was."""
        answer = desk("POST", "/draft/zones/new", body)
        assert answer.status_code == 422
        assert any(sentence in message for _, message in problems(answer))
        assert desk.tag("/draft") == '"1"'


class TestExhibits:
    def test_a_patch_is_merged(self, desk: Desk) -> None:
        """A title in one more language leaves the others; null takes something away."""
        tag = desk.tag("/draft/exhibits/v2")
        body = desk("PATCH", "/draft/exhibits/v2", {"title": {"nl": "De V-2"}, "credit": None}, tag).json()
        assert body["title"] == {"fr": "Le V-2", "en": "The V-2", "nl": "De V-2"}
        assert body["credit"] is None

    def test_one_is_added_and_shows_in_the_list(self, desk: Desk) -> None:
        """A new exhibit stands behind the others, with its number."""
        answer = desk("POST", "/draft/exhibits/dora", {"number": "7", "title": {"fr": "Dora"}})
        assert answer.status_code == 201
        listed = desk("GET", "/draft/exhibits").json()
        assert [each["id"] for each in listed["items"]] == ["v2", "ida", "planetarium", "dora"]
        first = desk("GET", "/draft/exhibits?limit=3").json()
        rest = desk("GET", f"/draft/exhibits?limit=3&cursor={first['next_cursor']}").json()
        assert [each["id"] for each in rest["items"]] == ["dora"]

    @ON_SQLITE
    @pytest.mark.parametrize(
        ("body", "where"),
        [
            ({"number": "101", "title": {"fr": "x"}}, "exhibit dora: number"),
            ({"number": 7, "title": {"fr": "x"}}, "body.number"),
            ({}, "body.title"),
            ({"title": {"fr": "x"}, "colour": "red"}, "body.colour"),
            ({"title": {"fr": "x"}, "image": "javascript:alert(1)"}, "body.image"),
            ({"title": {"fr": "x"}, "claims": {"it": "full"}}, "exhibit dora: claims.it"),
        ],
    )
    def test_one_that_is_not_sound_is_refused(self, desk: Desk, body: dict[str, Any], where: str) -> None:
        """Each with the key that is wrong."""
        answer = desk("POST", "/draft/exhibits/dora", body)
        assert (answer.status_code, [each for each, _ in problems(answer)]) == (422, [where])

    def test_a_body_without_bottom_is_refused(self, desk: Desk) -> None:
        """Nine hundred brackets are no exhibit, and wear nobody out."""
        deep = '{"title": ' * 900 + "{}" + "}" * 900
        for method, path in (
            ("POST", "/draft/exhibits/new"),
            ("PATCH", "/draft/exhibits/v2"),
            ("PATCH", "/draft/zones/v2"),
        ):
            assert desk(method, path, deep, "*").status_code == 422

    def test_an_id_that_is_none_is_refused(self, desk: Desk) -> None:
        """A name with a blank or an accent is no id."""
        assert (
            desk("POST", "/draft/exhibits/Salle%20%C3%A9t%C3%A9", {"title": {"fr": "x"}}).status_code == 422
        )

    def test_one_that_is_there_is_not_added_twice(self, desk: Desk) -> None:
        """Adding what exists is a conflict, not an edit."""
        answer = desk("POST", "/draft/exhibits/v2", {"title": {"fr": "x"}})
        assert (answer.status_code, answer.json()["code"]) == (409, "exhibit_exists")


class TestShows:
    def test_a_sitting_is_changed(self, desk: Desk) -> None:
        """A new time of day replaces the old ones; a time that is none is refused."""
        tag = desk.tag("/draft/shows/sitting")
        body = {"screening": [{"starts": "16:00"}]}
        answer = desk("PATCH", "/draft/shows/sitting", body, tag)
        assert answer.json()["screening"] == [{"starts": "16:00"}]
        late = desk("PATCH", "/draft/shows/sitting", {"screening": [{"starts": "26:00"}]}, "*")
        assert problems(late)[0][0] == "show sitting: screening[0].starts"

    def test_they_are_listed(self, desk: Desk) -> None:
        """With their segments."""
        items = desk("GET", "/draft/shows").json()["items"]
        assert [segment["minutes"] for segment in items[0]["segment"]] == [15.0, 30.0]


class TestPreconditions:
    @ON_SQLITE
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("PUT", "/draft/zones", '{"type": "FeatureCollection", "features": []}'),
            ("PATCH", "/draft/zones/v2", {"priority": 1}),
            ("DELETE", "/draft/zones/v2", None),
            ("PATCH", "/draft/exhibits/v2", {"credit": "x"}),
            ("DELETE", "/draft/shows/sitting", None),
        ],
    )
    def test_an_edit_says_what_it_edits(self, desk: Desk, method: str, path: str, body: Any) -> None:
        """Without `If-Match` 428, with an old or a foreign tag 412, and nothing changes either way."""
        assert desk(method, path, body).status_code == 428
        for stale in ('"0"', '"77"', 'W/"1"', '"abc"', "1", ""):
            answer = desk(method, path, body, stale)
            assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
        assert desk.tag("/draft") == '"1"'

    def test_the_second_of_two_editors_is_told(self, desk: Desk) -> None:
        """Two curators open a zone; the second to save reads it again first."""
        both = desk.tag("/draft/zones/v2")
        assert desk("PATCH", "/draft/zones/v2", {"priority": 1}, both).status_code == 200
        assert desk("PATCH", "/draft/zones/v2", {"priority": 2}, both).status_code == 412

    def test_edits_elsewhere_do_not_stand_in_the_way(self, desk: Desk) -> None:
        """Two curators edit two zones of the collection that they both read."""
        both = desk.tag("/draft/zones")
        assert desk("PATCH", "/draft/zones/v2", {"priority": 1}, both).status_code == 200
        assert desk("PATCH", "/draft/zones/ida", {"priority": 1}, both).status_code == 200
        assert (
            desk("PUT", "/draft/zones", '{"type": "FeatureCollection", "features": []}', both).status_code
            == 412
        )

    def test_what_is_not_there_is_not_there(self, desk: Desk) -> None:
        """404 for a document that the draft does not have."""
        for method, body in (("GET", None), ("PATCH", {"priority": 1}), ("DELETE", None)):
            assert desk(method, "/draft/zones/nowhere", body, "*").status_code == 404

    def test_what_one_knows_is_not_sent_again(self, desk: Desk, client: TestClient) -> None:
        """A reader with the current tag gets 304."""
        headers = {**desk._key, "If-None-Match": desk.tag("/draft/zones")}
        assert client.get("/api/v1/draft/zones", headers=headers).status_code == 304


class TestHistory:
    def test_who_changed_what_is_kept(self, desk: Desk) -> None:
        """Newest first, with the document before and after."""
        desk("PATCH", "/draft/exhibits/v2", {"credit": "anna"}, "*")
        newest, first = desk("GET", "/draft/changes").json()["items"]
        assert (newest["who"], newest["act"], newest["kind"], newest["item"]) == (
            "anna",
            "change",
            "exhibit",
            "v2",
        )
        assert (newest["before"]["credit"], newest["after"]["credit"]) == (
            "own text, synthetic voice",
            "anna",
        )
        assert (first["who"], first["act"]) == ("import", "import")

    def test_the_history_pages(self, desk: Desk) -> None:
        """A long history comes in pieces."""
        for credit in "abc":
            desk("PATCH", "/draft/exhibits/v2", {"credit": credit}, "*")
        page = desk("GET", "/draft/changes?limit=3").json()
        rest = desk("GET", f"/draft/changes?limit=3&cursor={page['next_cursor']}").json()
        assert [each["version"] for each in page["items"] + rest["items"]] == [4, 3, 2, 1]
        assert rest["next_cursor"] is None

    def test_edits_are_undone_one_by_one(self, desk: Desk) -> None:
        """Undo goes back edit by edit, over deletions with their tracks and whole collections, to the import."""
        hashes = [desk("GET", "/draft").json()["content_hash"]]
        edits: list[tuple[str, str, Any]] = [
            ("PATCH", "/draft/exhibits/v2", {"credit": "anna"}),
            ("DELETE", "/draft/exhibits/ida", None),
            ("PUT", "/draft/zones", '{"type": "FeatureCollection", "features": []}'),
            ("POST", "/draft/zones/new", {"levels": ["hall"], "outline": SQUARE}),
        ]
        for method, path, body in edits:
            assert desk(method, path, body, "*").status_code < 300
            hashes.append(desk("GET", "/draft").json()["content_hash"])
        for expected in reversed(hashes[:-1]):
            answer = desk("POST", "/draft/undo")
            assert answer.status_code == 200
            assert desk("GET", "/draft").json()["content_hash"] == expected
        last = desk("POST", "/draft/undo")
        assert (last.status_code, last.json()["code"]) == (409, "nothing_to_undo")

    def test_an_edit_after_an_undo_is_undone_first(self, desk: Desk) -> None:
        """A, B, undo, C, undo, undo: what stands at the end is what stood before A."""
        before = desk("GET", "/draft").json()["content_hash"]
        desk("PATCH", "/draft/exhibits/v2", {"credit": "A"}, "*")
        desk("PATCH", "/draft/exhibits/v2", {"credit": "B"}, "*")
        desk("POST", "/draft/undo")
        desk("PATCH", "/draft/exhibits/v2", {"credit": "C"}, "*")
        assert desk("POST", "/draft/undo").json()["undone"]["after"]["credit"] == "C"
        assert desk("POST", "/draft/undo").json()["undone"]["after"]["credit"] == "A"
        assert desk("GET", "/draft").json()["content_hash"] == before

    def test_an_import_is_undone_whole(self, desk: Desk, guide: Guide, museum: Path) -> None:
        """Who imported the wrong folder has the draft back as it was."""
        desk("PATCH", "/draft/exhibits/v2", {"credit": "anna"}, "*")
        before = desk("GET", "/draft").json()["content_hash"]
        guide.catalogue.importing.run(museum, who="bert")
        assert desk("GET", "/draft").json()["content_hash"] != before
        assert desk("POST", "/draft/undo").json()["undone"]["act"] == "import"
        assert desk("GET", "/draft").json()["content_hash"] == before

    def test_the_draft_tells_how_it_differs(self, desk: Desk) -> None:
        """Against the active release: what is new, changed and gone."""
        assert desk("POST", "/releases", {"note": "first"}).status_code == 201
        assert desk("GET", "/draft").json()["differs"] is False
        desk("PATCH", "/draft/exhibits/v2", {"credit": "anna"}, "*")
        desk("DELETE", "/draft/zones/ida", match="*")
        desk("POST", "/draft/zones/new", {"levels": ["hall"], "outline": SQUARE})
        told = desk("GET", "/draft").json()
        assert told["differs"] is True
        assert told["diff"] == {
            "exhibits": {"added": [], "changed": ["v2"], "removed": []},
            "zones": {"added": ["new"], "changed": [], "removed": ["ida"]},
        }


@ON_SQLITE
class TestRoles:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "/draft"), ("GET", "/draft/zones"), ("GET", "/draft/changes"), ("GET", "/tracks")],
    )
    def test_staff_read(self, desk: Desk, client: TestClient, guide: Guide, method: str, path: str) -> None:
        """Staff may look; a device may not; a stranger must say who they are."""
        for role, status in (("staff", 200), ("device", 403)):
            key = guide.access.add_key("small", "x", role).key  # type: ignore[arg-type]
            answer = client.request(method, f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"})
            assert answer.status_code == status
        assert client.request(method, f"/api/v1{path}").status_code == 401
        assert desk

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("PUT", "/draft/zones"),
            ("POST", "/draft/zones/new"),
            ("PATCH", "/draft/exhibits/v2"),
            ("DELETE", "/draft/shows/sitting"),
            ("POST", "/draft/undo"),
            ("POST", "/draft/import"),
            ("POST", "/releases"),
            ("POST", "/releases/1/activate"),
        ],
    )
    def test_only_curators_edit(
        self, desk: Desk, client: TestClient, guide: Guide, method: str, path: str
    ) -> None:
        """Staff may not change what visitors hear."""
        key = guide.access.add_key("small", "x", "staff").key
        answer = client.request(method, f"/api/v1{path}", json={}, headers={"Authorization": f"Bearer {key}"})
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")
        assert desk
