"""Transcripts of tracks over HTTP: read, put with all faults told, and what they change in languages and captions."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from guide.content import MeasuresDoc, TrackDoc
from guide.store import catalogue
from guide.store import jobs as rows
from guide.wiring import Guide
from tests.guide.desk import VTT, Desk
from tests.guide.problems import assert_problem

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""
PATH = "/tracks/ida.en.standard/transcript"
SOURCE = "5" * 64
ENGLISH = "This gallery was dug by hand, and nobody knows how many men have died in it."
FRENCH = "Cette galerie a été creusée à la main, et personne ne sait combien d’hommes y sont morts."


@pytest.fixture
def desk(client: TestClient, guide: Guide, museum: Path, tmp_path: Path) -> Desk:
    """The desk of a museum with one English track of a minute of speech, its first half second cut away."""
    guide.catalogue.importing.run(museum, who="import")
    measures = MeasuresDoc(
        recipe="opus", lead_ms=500, speech_ms=60_000, languages={"en": 60_000}, integrated_lufs=-16.0
    )
    doc = TrackDoc(
        id="ida.en.standard", exhibit="ida", language="en", source_sha256=SOURCE, source_ext="wav",
        duration_ms=60_000, measures=measures,
    )  # fmt: skip
    with guide.database.session() as session:
        guide.catalogue.draft.put_in(session, "small", doc, "import")
        rows.keep_hearing(session, "small", SOURCE, [(500, 60_500)], 1)
    key = guide.access.add_key("small", "anna", "curator").key
    return Desk(client, guide, {"Authorization": f"Bearer {key}"}, tmp_path)


def text_of(*blocks: tuple[int, int, str]) -> str:
    """A transcript of blocks: seconds from and to, and the words."""
    cues = [
        f"00:{a // 60:02d}:{a % 60:02d}.000 --> 00:{b // 60:02d}:{b % 60:02d}.000\n{words}\n"
        for a, b, words in blocks
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def put(desk: Desk, text: str | bytes, match: str | None = "*", kind: str = "text/vtt") -> Any:
    """Put a transcript."""
    return desk("PUT", PATH, content=text, match=match, headers={"Content-Type": kind})


class TestPutting:
    def test_languages_are_counted_anew(self, desk: Desk) -> None:
        """A track declared English whose text is two thirds French has twenty minutes of sixty in English."""
        answer = put(desk, text_of((0, 20, ENGLISH), (20, 40, FRENCH), (40, 60, FRENCH)))
        assert answer.status_code == 200, answer.text
        track = answer.json()["track"]
        assert track["measures"]["checked"] is True
        assert track["measures"]["languages"]["en"] == pytest.approx(20_000, abs=1500)
        assert track["measures"]["languages"]["fr"] == pytest.approx(40_000, abs=1500)
        remark = track["findings"][0]
        assert (remark["code"], remark["language"]) == ("other_language", "fr")
        assert remark["sentence"] == "About 1 min of it are in French, but the track is declared as English."
        assert answer.json()["job"] is None
        assert desk.track("ida.en.standard") == track

    def test_captions_are_in_step_with_the_sound(self, desk: Desk) -> None:
        """What a curator reads back is what was sent; what a handheld shows is earlier by what was cut."""
        text = text_of((0, 20, ENGLISH), (20, 60, ENGLISH))
        put(desk, text)
        assert desk("GET", PATH).text == text
        served = desk.client.get(desk.track("ida.en.standard")["transcript"]).text
        assert "00:00:00.000 --> 00:00:19.500" in served
        assert "00:00:19.500 --> 00:00:59.500" in served

    def test_the_words_alone(self, desk: Desk) -> None:
        """`Accept: text/plain` gets the words without times and marks."""
        put(desk, text_of((0, 2, "He said <lang de>Achtung</lang>."), (2, 4, "Then &amp; there.")))
        plain = desk("GET", PATH, headers={"Accept": "text/plain"})
        assert plain.headers["content-type"].startswith("text/plain")
        assert plain.text == "He said Achtung. Then & there."

    def test_it_can_be_undone(self, desk: Desk) -> None:
        """The history has it, and undo brings back what was there, figures included."""
        before = desk.track("ida.en.standard")
        put(desk, text_of((0, 60, FRENCH)))
        assert desk("GET", "/draft/changes").json()["items"][0]["item"] == "ida.en.standard"
        desk("POST", "/draft/undo")
        assert desk.track("ida.en.standard") == before
        assert_problem(desk("GET", PATH), 404, "no_transcript")

    def test_what_looks_odd_is_told(self, desk: Desk) -> None:
        """A text that runs on after the sound is taken with a remark, in the reader's language."""
        text = text_of((0, 20, ENGLISH), (20, 100, ENGLISH))
        english = put(desk, text).json()["notes"]
        assert len(english) == 1
        assert english[0].startswith("line 6: ")
        french = desk(
            "PUT",
            PATH,
            content=text,
            match="*",
            headers={"Content-Type": "text/vtt", "Accept-Language": "fr"},
        )
        assert french.json()["notes"][0].startswith("ligne 6: ")
        assert french.json()["notes"] != english

    def test_unknown_speech_is_listened_to_again(self, desk: Desk) -> None:
        """Where nobody knows when somebody speaks, a job measures the track, and the answer names it."""
        with desk.guide.database.session() as session:
            found = catalogue.find_item(session, "small", "track", "ida.en.standard")
            assert found is not None
            other = found.doc.model_copy(update={"source_sha256": "6" * 64})
            desk.guide.catalogue.draft.put_in(session, "small", other, "import")
        answer = put(desk, text_of((0, 60, ENGLISH)))
        assert (answer.json()["job"]["kind"], answer.json()["job"]["track"]) == ("measure", "ida.en.standard")
        assert answer.json()["track"]["measures"] is None


class TestRefusals:
    def test_all_faults_with_their_lines(self, desk: Desk) -> None:
        """Two cues out of order and one that ends before it begins are told together; nothing changes."""
        text = (
            "WEBVTT\n\n00:05.000 --> 00:04.000\nBackwards.\n\n00:02.000 --> 00:03.000\nEarlier.\n\nnonsense\n"
        )
        answer = put(desk, text)
        assert_problem(answer, 422, "transcript_not_sound")
        lines = [each["where"] for each in answer.json()["errors"]]
        assert len(lines) >= 2
        assert all(each.startswith("body:") for each in lines)
        assert_problem(desk("GET", PATH), 404, "no_transcript")

    @pytest.mark.parametrize(
        ("text", "kind", "status", "code"),
        [
            ("1\n00:00:01,000 --> 00:00:02,000\nSubRip\n", "text/vtt", 422, "transcript_not_sound"),
            ("", "text/vtt", 422, "transcript_not_sound"),
            ("WEBVTT\n", "text/vtt", 422, "transcript_not_sound"),
            ("WEBVTT\n\né".encode("latin-1"), "text/vtt", 422, "malformed_body"),
            ("{}", "application/json", 415, "unsupported_type"),
            ("WEBVTT\n\n" + "x" * (2 << 20), "text/vtt", 413, "body_too_large"),
        ],
    )
    @ON_SQLITE
    def test_what_is_no_transcript(
        self, desk: Desk, text: str | bytes, kind: str, status: int, code: str
    ) -> None:
        """Each in its own words."""
        assert_problem(put(desk, text, kind=kind), status, code)

    def test_nobody_overwrites_what_they_have_not_read(self, desk: Desk) -> None:
        """428 without a version, 412 with an old one, 200 with the one that came with the track."""
        assert_problem(put(desk, VTT, match=None), 428, "precondition_required")
        assert_problem(put(desk, VTT, match='"0"'), 412, "precondition_failed")
        assert put(desk, VTT, match=desk.tag("/tracks/ida.en.standard")).status_code == 200
        read = desk("GET", PATH)
        assert desk("GET", PATH, headers={"If-None-Match": read.headers["etag"]}).status_code == 304

    @ON_SQLITE
    def test_no_such_track(self, desk: Desk) -> None:
        """404 for reading and for putting."""
        assert_problem(desk("GET", "/tracks/none/transcript"), 404, "unknown_track")
        answer = desk(
            "PUT", "/tracks/none/transcript", content=VTT, match="*", headers={"Content-Type": "text/vtt"}
        )
        assert_problem(answer, 404, "unknown_track")


class TestDeclaring:
    def test_another_declared_language(self, desk: Desk) -> None:
        """Without a text, all of the speech counts as what is declared now; with one, the text says what it is."""
        answer = desk(
            "PATCH", "/tracks/ida.en.standard", json={"variant": "plain", "language": "nl"}, match="*"
        )
        assert answer.json()["measures"]["languages"] == {"nl": 60_000}
        put_to = "/tracks/ida.nl.plain/transcript"
        text = text_of((0, 60, FRENCH + " " + FRENCH))
        assert (
            desk("PUT", put_to, content=text, match="*", headers={"Content-Type": "text/vtt"}).status_code
            == 200
        )
        moved = desk("PATCH", "/tracks/ida.nl.plain", json={"language": "fr"}, match="*").json()
        assert (moved["measures"]["languages"], moved["measures"]["checked"]) == ({"fr": 60_000}, True)
