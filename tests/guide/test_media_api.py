"""Media, the bundle and the site over HTTP: in part or whole, for ever, and only what a site names."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from guide.content import LoudnessDoc
from guide.services.access import Role
from guide.services.loudness import chime_gain_db
from guide.store import catalogue as rows
from guide.wiring import Guide
from tests.guide.museum import Folder

KeyOf = Callable[[Role], dict[str, str]]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


@pytest.fixture
def device(client: TestClient, guide: Guide, museum: Path) -> dict[str, str]:
    """The key of a handheld of the published museum."""
    assert client
    guide.catalogue.importing.run(museum, who="import", publish=True)
    return {"Authorization": f"Bearer {guide.access.add_key('small', 'handheld', 'device').key}"}


@pytest.fixture
def bundle(client: TestClient, device: dict[str, str]) -> dict[str, Any]:
    """The manifest of all languages."""
    body: dict[str, Any] = client.get("/api/v1/bundle", headers=device).json()
    return body


def files(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The files of a kind."""
    return [each for each in bundle["files"] if each["kind"] == kind]


@ON_SQLITE
class TestWhole:
    def test_every_file_of_the_bundle_is_what_it_says(
        self, client: TestClient, bundle: dict[str, Any]
    ) -> None:
        """Each is there without a key, of the size and the SHA-256 that the manifest has."""
        assert {each["kind"] for each in bundle["files"]} == {"audio", "transcript", "plan", "image", "chime"}
        for each in bundle["files"]:
            answer = client.get(each["url"])
            assert answer.status_code == 200
            assert hashlib.sha256(answer.content).hexdigest() == each["sha256"]
            assert len(answer.content) == each["size_bytes"] == int(answer.headers["content-length"])
            assert answer.headers["etag"] == f'"{each["sha256"]}"'
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["accept-ranges"] == "bytes"
            assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("audio", "audio/ogg; codecs=opus"),
            ("transcript", "text/vtt; charset=utf-8"),
            ("plan", "image/svg+xml"),
            ("image", "image/png"),
        ],
    )
    def test_each_has_its_type(
        self, client: TestClient, bundle: dict[str, Any], kind: str, told: str
    ) -> None:
        """A player asks the header, not the name."""
        assert client.get(files(bundle, kind)[0]["url"]).headers["content-type"] == told

    def test_a_plan_can_do_nothing(self, client: TestClient, bundle: dict[str, Any]) -> None:
        """Opened by itself it may show itself, and run nothing."""
        policy = client.get(files(bundle, "plan")[0]["url"]).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy

    def test_a_head_has_no_body(self, client: TestClient, bundle: dict[str, Any]) -> None:
        """HEAD says how large it is."""
        file = files(bundle, "audio")[0]
        answer = client.head(file["url"])
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["content-length"]) == file["size_bytes"]

    def test_who_has_it_gets_nothing(self, client: TestClient, bundle: dict[str, Any]) -> None:
        """304 for a known tag, weak or in a list, and for any."""
        file = files(bundle, "audio")[0]
        for tag in (f'"{file["sha256"]}"', f'"x", W/"{file["sha256"]}"', "*"):
            answer = client.get(file["url"], headers={"If-None-Match": tag})
            assert (answer.status_code, answer.content) == (304, b"")
        assert client.get(file["url"], headers={"If-None-Match": '"x"'}).status_code == 200


@ON_SQLITE
class TestParts:
    @pytest.mark.parametrize(
        ("header", "start", "end"),
        [
            ("bytes=0-9", 0, 10),
            ("bytes=10-", 10, None),
            ("bytes=-5", -5, None),
            ("bytes=5-5", 5, 6),
            ("bytes=7-99999999", 7, None),
            ("bytes=-99999999", 0, None),
            ("BYTES= 0 - 1", 0, 2),
        ],
    )
    def test_a_range_is_a_part(
        self, client: TestClient, bundle: dict[str, Any], header: str, start: int, end: int | None
    ) -> None:
        """206 with exactly these bytes, and where they lie."""
        url = files(bundle, "audio")[0]["url"]
        whole = client.get(url).content
        answer = client.get(url, headers={"Range": header})
        expected = whole[start:end]
        assert (answer.status_code, answer.content) == (206, expected)
        first = whole.index(expected)
        assert answer.headers["content-range"] == f"bytes {first}-{first + len(expected) - 1}/{len(whole)}"
        assert int(answer.headers["content-length"]) == len(expected)

    @pytest.mark.parametrize(
        "header", ["bytes=0-1,3-4", "bytes=9-3", "bytes=-", "seconds=0-1", "bytes=a-b", ""]
    )
    def test_what_is_no_single_range_is_passed_over(
        self, client: TestClient, bundle: dict[str, Any], header: str
    ) -> None:
        """The whole file is a good answer to a header that says nothing we understand."""
        assert client.get(files(bundle, "audio")[0]["url"], headers={"Range": header}).status_code == 200

    @pytest.mark.parametrize("header", ["bytes=99999999-", "bytes=-0"])
    def test_outside_the_file_there_is_nothing(
        self, client: TestClient, bundle: dict[str, Any], header: str
    ) -> None:
        """416, with the size that it has."""
        file = files(bundle, "audio")[0]
        answer = client.get(file["url"], headers={"Range": header})
        assert (answer.status_code, answer.json()["code"]) == (416, "range_unsatisfiable")
        assert answer.headers["content-range"] == f"bytes */{file['size_bytes']}"

    def test_a_part_of_another_file_is_not_given(self, client: TestClient, bundle: dict[str, Any]) -> None:
        """`If-Range` with this file's tag gets the part, with any other the whole."""
        file = files(bundle, "audio")[0]
        tag = f'"{file["sha256"]}"'
        for condition, status in (
            (tag, 206),
            ('"x"', 200),
            (f"W/{tag}", 200),
            ("Sun, 22 Nov 2026 10:00:00 GMT", 200),
        ):
            headers = {"Range": "bytes=0-9", "If-Range": condition}
            assert client.get(file["url"], headers=headers).status_code == status


@ON_SQLITE
class TestUnknown:
    def test_only_what_a_site_names_is_there(
        self, client: TestClient, bundle: dict[str, Any], guide: Guide
    ) -> None:
        """Sources, orphans, other extensions and other hashes are not served."""
        view = guide.releases.active("small")
        source = next(each for each in view.content.tracks if each.source_sha256)
        orphan = guide.catalogue.store.put_bytes(b"orphan", "opus")
        audio = files(bundle, "audio")[0]["sha256"]
        for name in (
            f"{source.source_sha256}.{source.source_ext}",
            f"{orphan.sha256}.opus",
            f"{audio}.m4a",
            f"{'0' * 64}.opus",
        ):
            answer = client.get(f"/api/v1/media/{name}")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_media")

    @pytest.mark.parametrize(
        "name", ["x.opus", "..%2F..%2Fetc%2Fpasswd", f"{'A' * 64}.opus", f"{'0' * 64}.OPUS"]
    )
    def test_what_is_no_name_is_refused(self, client: TestClient, name: str) -> None:
        """Nothing outside the store can be named."""
        assert client.get(f"/api/v1/media/{name}").status_code in {404, 422}

    def test_what_an_old_release_names_stays(
        self, client: TestClient, device: dict[str, str], bundle: dict[str, Any], guide: Guide, museum: Path
    ) -> None:
        """A visit on the release before still gets its plan and its transcripts."""
        assert device
        with guide.database.session() as session:
            rows.remove_item(session, "small", "level", "hall")
            rows.set_draft_version(session, "small", 9)
        assert museum
        assert client.get(files(bundle, "plan")[0]["url"]).status_code == 200


class TestBundle:
    def test_it_has_what_a_handheld_needs(self, bundle: dict[str, Any]) -> None:
        """Zones with their rules, exhibits by number, tracks with their addresses and lengths."""
        assert (bundle["site"], bundle["release"]) == ("small", 1)
        assert bundle["rules"]["uwb"]["dwell"] == 2.5
        zones = {each["id"]: each for each in bundle["zones"]}
        assert zones["ida"]["rules"] == {"dwell": 4.0}
        programme = {each["number"]: each for each in bundle["programme"]}
        family = next(each for each in programme["101"]["tracks"] if each["variant"] == "family")
        assert abs(family["duration_ms"] - 2500) <= 20
        assert family["url"] in {each["url"] for each in bundle["files"]}
        assert programme["102"]["tracks"][1]["url"] is None
        assert bundle["shows"][0]["segment"][0]["minutes"] == 15.0

    def test_it_speaks_the_languages_asked_for(self, client: TestClient, device: dict[str, str]) -> None:
        """Only these, found as visitors ask for them; unknown ones are left out."""
        body = client.get("/api/v1/bundle?languages=en-GB,ja", headers=device).json()
        assert body["languages"] == ["en"]
        spoken = {track["language"] for each in body["programme"] for track in each["tracks"]}
        assert spoken == {"en"}

    def test_it_is_not_sent_twice(self, client: TestClient, device: dict[str, str], guide: Guide) -> None:
        """The same tag while nothing changes, another for other languages or another release."""
        tag = client.get("/api/v1/bundle", headers=device).headers["etag"]
        again = client.get("/api/v1/bundle", headers={**device, "If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get("/api/v1/bundle?languages=en", headers=device).headers["etag"] != tag
        guide.catalogue.publishing.publish("small", note="", who="anna")
        assert client.get("/api/v1/bundle", headers={**device, "If-None-Match": tag}).status_code == 200

    def test_it_needs_a_key(self, client: TestClient, device: dict[str, str]) -> None:
        """A stranger gets no manifest."""
        assert device
        assert client.get("/api/v1/bundle").status_code == 401

    @pytest.mark.parametrize("languages", ["english!", "en,../x", "é"])
    def test_what_is_no_language_is_refused(
        self, client: TestClient, device: dict[str, str], languages: str
    ) -> None:
        """422, naming it."""
        answer = client.get("/api/v1/bundle", params={"languages": languages}, headers=device)
        assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "query.languages")


class TestSite:
    def test_a_page_can_draw_it(self, client: TestClient, device: dict[str, str]) -> None:
        """Levels with plans, zones in metres, exhibits with the languages that they speak."""
        body = client.get("/api/v1/site", headers=device).json()
        assert (body["id"], body["release"], body["invented_plan"], body["anonymous"]) == (
            "small",
            1,
            True,
            True,
        )
        hall = body["levels"][0]
        assert (hall["id"], hall["plan_origin"], hall["plan_size"]) == ("hall", [-5.0, -5.0], [45.0, 25.0])
        assert client.get(hall["plan"]).status_code == 200
        ring = next(each for each in body["zones"] if each["id"] == "v2-dome")
        assert len(ring["parts"]) == 2
        assert len(ring["parts"][0]["holes"]) == 1
        assert [each["languages"] for each in body["exhibits"]] == [["fr", "en"], ["fr"], []]
        english = next(each for each in body["coverage"] if each["language"] == "en")
        assert english["summary"] == "English: 15 of 45 min"
        assert {each["exhibit"] for each in english["exceptions"]} == {"ida", "planetarium", "v2"}

    def test_it_speaks_to_its_reader(self, client: TestClient, device: dict[str, str]) -> None:
        """French where the browser or the page asks for it."""
        for headers, query in (({"Accept-Language": "fr-FR,en;q=0.5"}, ""), ({}, "?language=fr")):
            body = client.get(f"/api/v1/site{query}", headers={**device, **headers}).json()
            assert body["coverage"][1]["summary"] == "Anglais : 15 min sur 45"

    def test_strangers_see_it_where_they_may(self, client: TestClient, device: dict[str, str]) -> None:
        """The museum lets strangers in, so its page needs no key."""
        assert device
        assert client.get("/api/v1/site").status_code == 200

    def test_strangers_do_not_see_a_closed_one(
        self, client: TestClient, guide: Guide, museum: Path, tmp_path: Path
    ) -> None:
        """Without the anonymous grant, a key is needed."""
        folder = Folder.copy(museum, tmp_path / "copy").replace(
            "site.toml", "anonymous = true", "anonymous = false"
        )
        guide.catalogue.importing.run(folder.root, who="import", publish=True)
        assert client.get("/api/v1/site").status_code == 401

    def test_before_anything_is_published(self, client: TestClient, key_of: KeyOf) -> None:
        """409 with what to do."""
        answer = client.get("/api/v1/site", headers=key_of("staff"))
        assert (answer.status_code, answer.json()["code"]) == (409, "no_release")


class TestSheet:
    def test_coverage_of_draft_and_release(
        self, client: TestClient, device: dict[str, str], guide: Guide
    ) -> None:
        """The sheet of the draft and of the release, by exhibit and language."""
        assert device
        staff = {"Authorization": f"Bearer {guide.access.add_key('small', 'desk', 'staff').key}"}
        for release, named in (("draft", "draft"), ("active", 1), ("1", 1)):
            body = client.get(f"/api/v1/coverage?release={release}", headers=staff).json()
            assert body["release"] == named
            assert body["shows"][0]["languages"]["en"] == {
                "minutes": 15.0, "summary": "English: 15 of 45 min", "covered": False, "measured": True,
                "checked": True,
            }  # fmt: skip
        for release, status in (("7", 404), ("first", 422), ("9" * 19, 422)):
            assert client.get(f"/api/v1/coverage?release={release}", headers=staff).status_code == status

    def test_tracks_are_listed(self, client: TestClient, device: dict[str, str], guide: Guide) -> None:
        """By exhibit and language, in pieces."""
        assert device
        staff = {"Authorization": f"Bearer {guide.access.add_key('small', 'desk', 'staff').key}"}
        listed = client.get("/api/v1/tracks?exhibit=v2&language=en", headers=staff).json()["items"]
        assert [each["id"] for each in listed] == ["v2.en.family", "v2.en.standard"]
        page = client.get("/api/v1/tracks?limit=3", headers=staff).json()
        rest = client.get(f"/api/v1/tracks?limit=3&cursor={page['next_cursor']}", headers=staff).json()
        assert len(page["items"]) + len(rest["items"]) == 5


@ON_SQLITE
def test_an_offer_brings_its_chime(client: TestClient, device: dict[str, str]) -> None:
    """Who rests where a narration is only offered hears a short sound; it is there without a key, in two codings."""
    start = {"languages": ["fr"], "simulated": True, "hearing": "child"}
    visit = client.post("/api/v1/visits", json=start, headers=device).json()
    offer = None
    for second in range(30):
        fix = {"level": "hall", "x": 7.5, "y": 2.5, "accuracy": 0.3}
        body = {"seq": second + 1, "at": f"2026-11-22T10:00:{second:02d}.000Z", **fix}
        answer = client.post(f"/api/v1/visits/{visit['id']}/poll", json=body, headers=device).json()
        offer = offer or answer["offer"]
    assert offer is not None
    assert (offer["exhibit"], offer["gain_db"]) == ("ida", -6.0)
    for url, kind in zip(
        [offer["chime"], *offer["chime_alternates"]], ["audio/ogg", "audio/mp4"], strict=True
    ):
        sound = client.get(url)
        assert sound.status_code == 200
        assert sound.headers["content-type"].startswith(kind)
        assert client.get(url, headers={"Range": "bytes=0-3"}).content == sound.content[:4]


@ON_SQLITE
def test_a_chime_is_as_loud_as_the_narrations(guide: Guide, museum: Path) -> None:
    """It is shipped at one loudness; a museum whose guide is quieter hears it quieter, a child quieter still."""
    guide.catalogue.importing.run(museum, who="import")
    site = guide.catalogue.draft.content("small")[0].site
    quiet = site.model_copy(update={"loudness": LoudnessDoc(target_lufs=-20)})

    assert [chime_gain_db(each, "standard") for each in (site, quiet)] == [0.0, -4.0]
    assert chime_gain_db(quiet, "child") == -10.0
