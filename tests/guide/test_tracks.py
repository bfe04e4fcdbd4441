"""Narrations sent as forms: judged before anything is kept, made into tracks as jobs, edited and taken away."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from guide.wiring import Guide
from tests.guide.desk import VTT, Desk
from tests.guide.problems import assert_problem

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""

FULL = Path("/dev/full")
CUT = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ncut'
"""A form that stops in the middle of its file."""


@pytest.fixture
def desk(client: TestClient, guide: Guide, museum: Path, tmp_path: Path) -> Desk:
    """The desk of a museum that is published."""
    guide.catalogue.importing.run(museum, who="import", publish=True)
    key = guide.access.add_key("small", "anna", "curator").key
    return Desk(client, guide, {"Authorization": f"Bearer {key}"}, tmp_path)


def incoming(desk: Desk) -> list[str]:
    """Files that wait to be read."""
    folder = desk.guide.catalogue.store.incoming("x").parent
    return sorted(each.name for each in folder.iterdir())


class TestSending:
    def test_a_sound_becomes_a_track(self, desk: Desk) -> None:
        """202 with the track and the job; once it is done the draft has the track with its figures and files."""
        sound = desk.sound(3.0)
        answer = desk.send(sound, exhibit="ida", language="en", variant="family", transcript=VTT)
        body = answer.json()
        assert body["track"] == {
            "id": "ida.en.family",
            "exhibit": "ida",
            "language": "en",
            "variant": "family",
        }
        assert answer.headers["location"] == f"/api/v1/jobs/{body['job']['id']}"
        assert (body["job"]["kind"], body["job"]["state"], body["job"]["percent"]) == (
            "ingest",
            "received",
            0,
        )
        job = desk.done(answer)
        assert (job["state"], job["percent"], job["result"]["track"]) == ("ready", 100, "ida.en.family")
        track = desk.track("ida.en.family")
        assert abs(track["duration_ms"] - 3000) <= 20
        assert abs(track["measures"]["integrated_lufs"] + 16) <= 0.5
        assert track["measures"]["true_peak_dbtp"] <= -1
        assert [each["format"] for each in track["renditions"]] == ["opus", "m4a"]
        for url in (track["url"], *track["alternates"], track["measures"]["waveform"], track["transcript"]):
            assert desk.client.get(url).status_code == 200, url
        assert desk.client.get(track["transcript"]).text == VTT
        source = hashlib.sha256(sound).hexdigest()
        assert desk.guide.catalogue.store.path(source, "wav").read_bytes() == sound
        assert incoming(desk) == []

    def test_nothing_changes_before_it_is_done(self, desk: Desk) -> None:
        """The track that is there stays, in the draft as in the release, until the new one is whole."""
        before = desk.track("v2.en.standard")
        answer = desk.send(desk.sound(), exhibit="v2", language="en")
        assert desk.track("v2.en.standard") == before
        job = desk.done(answer)
        after = desk.track("v2.en.standard")
        assert after["source_sha256"] != before["source_sha256"]
        assert job["result"]["replaced"] is True
        assert job["message"].startswith("The narration took the place of the one before.")
        released = desk.guide.releases.active("small").tracks["v2", "en", "standard"]
        assert released.source_sha256 == before["source_sha256"]

    def test_an_unfit_one_leaves_the_old(self, desk: Desk) -> None:
        """A file that is no sound fails in words, in either language, and the track stays as it was."""
        before = desk.track("v2.en.standard")
        answer = desk.send(b"GIF89a" + bytes(500), exhibit="v2", language="en")
        job = desk.done(answer)
        assert job["state"] == "failed"
        assert "not a sound" in job["message"]
        assert "pas un son" in desk.job(answer, "fr")["message"]
        assert desk.job(answer, "fr")["step"] == "Échec"
        assert desk.track("v2.en.standard") == before
        assert incoming(desk) == []

    def test_the_queue_goes_on_after_it(self, desk: Desk) -> None:
        """Whoever comes behind an unfit file gets a track."""
        desk.send(b"no sound at all", exhibit="ida", language="en")
        second = desk.send(desk.sound(), exhibit="ida", language="nl")
        assert desk.done(second)["state"] == "ready"

    def test_the_same_sound_twice(self, desk: Desk) -> None:
        """It is taken, stored once, and said so."""
        first = desk.done(desk.send(desk.sound(), exhibit="ida", language="en"))
        second = desk.done(desk.send(desk.sound(), exhibit="v2", language="nl"))
        assert (first["state"], second["state"]) == ("ready", "ready")
        assert second["result"]["same_as"] == ["ida.en.standard"]
        assert "the same sound as ida.en.standard; it is stored once" in second["message"]
        assert desk.track("ida.en.standard")["url"] == desk.track("v2.nl.standard")["url"]

    def test_the_later_of_two_wins(self, desk: Desk) -> None:
        """Two sounds sent for one track are read in the order in which they came."""
        desk.send(desk.sound(2.0), exhibit="ida", language="en")
        desk.send(desk.sound(4.0), exhibit="ida", language="en")
        assert desk.work() == 2
        assert abs(desk.track("ida.en.standard")["duration_ms"] - 4000) <= 20

    def test_a_text_alone_is_a_track(self, desk: Desk) -> None:
        """A transcript without a sound is a track to read; for a track that has a sound it is its new text."""
        desk.done(desk.send(None, exhibit="ida", language="en", transcript=VTT))
        text = desk.track("ida.en.standard")
        assert (text["url"], text["duration_ms"], text["measures"]) == (None, 0, None)
        assert desk.client.get(text["transcript"]).text == VTT
        before = desk.track("v2.en.standard")
        desk.done(desk.send(None, exhibit="v2", language="en", transcript=VTT))
        after = desk.track("v2.en.standard")
        assert (after["source_sha256"], after["transcript"]) == (before["source_sha256"], text["transcript"])

    def test_a_sound_takes_the_text_that_waited_for_it(self, desk: Desk) -> None:
        """A text that nobody had spoken goes with the sound that comes; another recording's is left behind, told."""
        desk.done(desk.send(None, exhibit="ida", language="en", transcript=VTT))
        desk.done(desk.send(desk.sound(), exhibit="ida", language="en"))
        track = desk.track("ida.en.standard")
        assert track["url"] is not None
        assert desk.client.get(track["transcript"]).text == VTT
        again = desk.done(desk.send(desk.sound(), exhibit="ida", language="en"))
        assert desk.track("ida.en.standard")["transcript"] == track["transcript"], again
        other = desk.done(desk.send(desk.sound(3.0), exhibit="ida", language="en"))
        assert desk.track("ida.en.standard")["transcript"] is None
        assert "transcript of the one before was left behind" in other["message"]

    def test_its_exhibit_goes_while_it_is_read(self, desk: Desk) -> None:
        """A sound whose exhibit was deleted meanwhile fails in words, and nothing is left of it."""
        answer = desk.send(desk.sound(), exhibit="ida", language="en")
        assert desk("DELETE", "/draft/exhibits/ida", match="*").status_code == 204
        assert "ida was taken out of the draft" in desk.done(answer)["message"]
        assert "retirée du brouillon" in desk.job(answer, "fr")["message"]
        assert_problem(desk("GET", "/tracks/ida.en.standard"), 404, "unknown_track")

    def test_it_is_an_edit_of_the_draft(self, desk: Desk) -> None:
        """The history says who sent it, and undo brings the one before back with its files."""
        before = desk.track("v2.en.standard")
        desk.done(desk.send(desk.sound(), exhibit="v2", language="en"))
        change = desk("GET", "/draft/changes").json()["items"][0]
        assert (change["who"], change["act"], change["kind"], change["item"]) == (
            "anna", "change", "track", "v2.en.standard",
        )  # fmt: skip
        assert desk("POST", "/draft/undo").status_code == 200
        assert desk.track("v2.en.standard") == before


class TestRefusals:
    def test_all_faults_at_once(self, desk: Desk) -> None:
        """An unknown exhibit, language and variant and a broken text are told together, and nothing is kept."""
        fields = {
            "exhibit": "star",
            "language": "ja",
            "variant": "loud",
            "transcript": "WEBVTT\n\n1 --> 2\nx\n",
        }
        answer = desk.send(desk.sound(), None, **fields)
        assert_problem(answer, 422, "track_not_sound")
        told = {each["where"]: each["message"] for each in answer.json()["errors"]}
        assert set(told) == {"body.exhibit", "body.language", "body.variant", "body.transcript:3"}
        assert "known are v2, ida, planetarium" in told["body.exhibit"]
        assert "choose fr, en or nl" in told["body.language"]
        assert (incoming(desk), desk.work()) == ([], 0)

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"language": "en"}, "body.exhibit"),
            ({"exhibit": "ida"}, "body.language"),
            ({"exhibit": "ida", "language": "not a tag"}, "body.language"),
            ({"exhibit": "../../etc", "language": "en"}, "body.exhibit"),
        ],
    )
    @ON_SQLITE
    def test_each_by_itself(self, desk: Desk, fields: dict[str, str], where: str) -> None:
        """What is missing or unknown is named."""
        answer = desk.send(desk.sound(), None, **fields)
        assert_problem(answer, 422, "track_not_sound")
        assert [each["where"] for each in answer.json()["errors"]] == [where]

    @ON_SQLITE
    def test_neither_sound_nor_text(self, desk: Desk) -> None:
        """A form with neither is no narration; an empty file is none either."""
        answer = desk.send(None, exhibit="ida", language="en")
        assert_problem(answer, 422, "track_not_sound")
        assert answer.json()["errors"][0]["where"] == "body.file"
        assert_problem(desk.send(b"", exhibit="ida", language="en"), 422, "file_empty")
        assert incoming(desk) == []

    @ON_SQLITE
    def test_a_text_that_is_not_utf_8(self, desk: Desk) -> None:
        """A transcript of an old editor is refused with what to do."""
        files: Any = {
            "file": ("a.wav", desk.sound()),
            "transcript": ("a.vtt", "WEBVTT\n\né".encode("latin-1")),
        }
        answer = desk("POST", "/tracks", files=files, data={"exhibit": "ida", "language": "en"})
        assert_problem(answer, 422, "malformed_body")
        assert "save it as UTF-8" in answer.json()["errors"][0]["message"]
        assert incoming(desk) == []

    @pytest.mark.parametrize(
        ("kind", "body", "status", "code"),
        [
            ("application/json", b"{}", 415, "unsupported_type"),
            ("audio/wav", b"RIFF", 415, "unsupported_type"),
            ("", b"RIFF", 415, "unsupported_type"),
            ("multipart/form-data", b"x", 422, "malformed_body"),
            ("multipart/form-data; boundary=x", b"no form", 422, "malformed_body"),
            ("multipart/form-data; boundary=x", b"--x\r\n\r\nnameless\r\n--x--", 422, "malformed_body"),
("multipart/form-data; boundary=x", CUT, 422, "malformed_body"),
        ],
    )  # fmt: skip
    @ON_SQLITE
    def test_what_is_no_form(self, desk: Desk, kind: str, body: bytes, status: int, code: str) -> None:
        """Another type is 415, a form that is broken or stops 422; nothing stays on the disk."""
        answer = desk("POST", "/tracks", content=body, headers={"Content-Type": kind})
        assert_problem(answer, status, code)
        assert incoming(desk) == []

    @ON_SQLITE
    def test_a_form_of_many_parts(self, desk: Desk) -> None:
        """A form that is made to keep us busy is cut off."""
        files: Any = [("x", (None, "1"))] * 50
        assert_problem(desk("POST", "/tracks", files=files), 422, "malformed_body")
        files = [("file", ("a.wav", b"1")), ("file", ("b.wav", b"2"))]
        assert_problem(desk("POST", "/tracks", files=files), 422, "malformed_body")
        files = {"note": (None, "x" * (3 << 20))}
        assert_problem(desk("POST", "/tracks", files=files), 422, "malformed_body")

    @ON_SQLITE
    @pytest.mark.skipif(not FULL.exists(), reason="the system has no disk that is always full")
    def test_the_disk_fills_while_a_form_comes(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """A disk that fills up under a form is told as such, and is no fault of the service's own."""
        store = desk.guide.catalogue.store
        name = "filled"
        (store.incoming(name)).symlink_to(FULL)
        monkeypatch.setattr("guide.services.uploads.make_id", lambda: name)
        answer = desk.send(desk.sound(), exhibit="ida", language="en")
        assert_problem(answer, 507, "disk_full")
        assert "nothing of this file was kept" in answer.json()["detail"]
        assert incoming(desk) == []

    def test_only_curators_send(self, desk: Desk) -> None:
        """Staff may look and not send."""
        staff = desk.guide.access.add_key("small", "desk", "staff").key
        answer = desk.client.post("/api/v1/tracks", headers={"Authorization": f"Bearer {staff}"})
        assert_problem(answer, 403, "role_missing")


class TestOnce:
    def test_a_retry_makes_nothing_twice(self, desk: Desk) -> None:
        """The same request under the same key gets the same answer; another one under it is refused."""
        once = "k1"
        first = desk.send(desk.sound(), once, exhibit="ida", language="en")
        again = desk.send(desk.sound(), once, exhibit="ida", language="en")
        assert (again.status_code, again.content) == (202, first.content)
        assert again.headers["location"] == first.headers["location"]
        assert len(incoming(desk)) == 1
        assert_problem(
            desk.send(desk.sound(3.0), once, exhibit="ida", language="en"), 409, "idempotency_key_reused"
        )
        assert desk.work() == 1


class TestEditing:
    def test_another_language(self, desk: Desk) -> None:
        """A track that was declared wrongly moves to the id that belongs to it; its own place is free then."""
        desk.done(desk.send(desk.sound(), exhibit="ida", language="en"))
        tag = desk.tag("/tracks/ida.en.standard")
        answer = desk(
            "PATCH", "/tracks/ida.en.standard", json={"language": "nl", "variant": "plain"}, match=tag
        )
        assert (answer.status_code, answer.json()["id"]) == (200, "ida.nl.plain"), answer.text
        assert answer.headers["location"] == "/api/v1/tracks/ida.nl.plain"
        assert_problem(desk("GET", "/tracks/ida.en.standard"), 404, "unknown_track")
        assert desk("POST", "/draft/undo").status_code == 200
        assert desk.track("ida.en.standard")["language"] == "en"
        assert_problem(desk("GET", "/tracks/ida.nl.plain"), 404, "unknown_track")

    def test_a_place_that_is_taken(self, desk: Desk) -> None:
        """409, and both stay."""
        tag = desk.tag("/tracks/v2.en.standard")
        answer = desk("PATCH", "/tracks/v2.en.standard", json={"variant": "family"}, match=tag)
        assert_problem(answer, 409, "track_exists")
        assert desk.track("v2.en.family")["variant"] == "family"

    def test_nobody_overwrites_what_they_have_not_read(self, desk: Desk) -> None:
        """428 without a version, 412 with an old one, for each kind of edit."""
        path = "/tracks/v2.en.standard"
        for method, body in (("PATCH", {"variant": "plain"}), ("DELETE", None)):
            assert_problem(desk(method, path, json=body), 428, "precondition_required")
            assert_problem(desk(method, path, json=body, match='"0"'), 412, "precondition_failed")

    @pytest.mark.parametrize(
        ("patch", "where"),
        [
            ({"language": "ja"}, "body.language"),
            ({"language": 7}, "body.language"),
            ({"variant": "loud"}, "body.variant"),
            ({"variant": None}, "body.variant"),
            ({"exhibit": "ida"}, "body.exhibit"),
        ],
    )
    @ON_SQLITE
    def test_what_cannot_be(self, desk: Desk, patch: dict[str, Any], where: str) -> None:
        """A language that the site has not, and what is not edited here."""
        answer = desk("PATCH", "/tracks/v2.en.standard", json=patch, match="*")
        assert_problem(answer, 422, "malformed")
        assert answer.json()["errors"][0]["where"] == where

    def test_taking_one_away(self, desk: Desk) -> None:
        """It is gone from the draft, stays in the release, and comes back with undo."""
        before = desk.track("v2.en.standard")
        tag = desk.tag("/tracks/v2.en.standard")
        assert desk("DELETE", "/tracks/v2.en.standard", match=tag).status_code == 204
        assert_problem(desk("GET", "/tracks/v2.en.standard"), 404, "unknown_track")
        assert desk.client.get(before["url"]).status_code == 200
        desk("POST", "/draft/undo")
        assert desk.track("v2.en.standard") == before


class TestListing:
    def test_with_figures(self, desk: Desk) -> None:
        """By exhibit and language, each with its figures or without, and what is to be known of its languages."""
        desk.done(desk.send(desk.sound(), exhibit="ida", language="en"))
        listed = desk("GET", "/tracks?exhibit=ida").json()["items"]
        assert [each["id"] for each in listed] == ["ida.en.standard", "ida.fr.standard", "ida.nl.standard"]
        sound, _, text = listed
        assert sound["measures"]["languages"] == {}
        assert [each["code"] for each in sound["findings"]] == ["no_speech"]
        assert (text["measures"], text["findings"]) == (None, [])
        french = desk("GET", "/tracks?language=en&exhibit=ida", headers={"Accept-Language": "fr"}).json()
        assert french["items"][0]["findings"][0]["sentence"].startswith("Aucune parole")
