"""What a curator who reads French is told: of uploads, texts, drafts, zones and what stops a publication."""

from pathlib import Path
from typing import Any, Final

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from guide.wiring import Guide
from tests.guide.desk import VTT, Desk
from tests.guide.problems import assert_problem

FRENCH: Final = {"Accept-Language": "fr"}
BOW_TIE: Final = [[1, 1], [9, 9], [9, 1], [1, 9]]


@pytest.fixture
def desk(client: TestClient, guide: Guide, museum: Path, tmp_path: Path) -> Desk:
    """The desk of a museum, read in French."""
    guide.catalogue.importing.run(museum, who="import")
    key = guide.access.add_key("small", "anna", "curator").key
    return Desk(client, guide, {"Authorization": f"Bearer {key}", **FRENCH}, tmp_path)


def faults(answer: Response) -> dict[str, str]:
    """What is told of each place."""
    return {each["where"]: each["message"] for each in answer.json()["errors"]}


def test_what_is_said_of_a_narration(desk: Desk) -> None:
    """Every fault of a form in French, and how many there are."""
    answer = desk.send(None, exhibit="nowhere", language="xx", variant="loud", transcript="no text")
    assert_problem(answer, 422, "track_not_sound")
    assert answer.headers["content-language"] == "fr"
    assert answer.json()["title"] == "Commentaire à corriger"
    told = faults(answer)
    assert answer.json()["detail"].startswith("Le commentaire ne peut pas être accepté tel quel : ")
    assert told["body.exhibit"].startswith("« nowhere » n’est pas dans le brouillon ; il y a ")
    assert told["body.language"].startswith("« xx » n’est pas une langue du site ; choisissez ")
    assert told["body.variant"] == ("vaut « loud » ; choisissez standard, family, plain ou audio-description")
    assert "WEBVTT" in told["body.transcript:1"]
    assert "must" not in told["body.transcript:1"]


def test_a_text_with_faults(desk: Desk) -> None:
    """The line of a cue out of order, in French."""
    text = f"{VTT}\n00:01.000 --> 00:00.500\nTrop tôt.\n"
    answer = desk("PUT", "/tracks/v2.en.standard/transcript", match="*", content=text.encode())
    assert_problem(answer, 422, "transcript_not_sound")
    assert answer.json()["detail"].endswith("rien n’a été changé.")
    assert all(" the " not in each for each in faults(answer).values())


@pytest.mark.parametrize(
    ("method", "path", "sent", "code", "where", "told"),
    [
        (
            "PATCH", "/draft/exhibits/ida", {"titel": {}},
            "malformed", "body.titel", "n’est pas une clé connue ; vouliez-vous dire title ?",
        ),
        (
            "PATCH", "/draft/exhibits/ida", {"number": "abc"},
            "malformed", "body.number",
            "vaut « abc » ; le numéro d’une étape a 1 à 6 chiffres entre guillemets",
        ),
        (
            "PATCH", "/draft/exhibits/ida", {"title": 5},
            "malformed", "body.title", "doit être un objet avec des clés, pas 5",
        ),
        (
            "POST", "/draft/tours/short", {"title": {"fr": "Court"}, "exhibits": ["nowhere"]},
            "malformed", "tour short: exhibits", "« nowhere » n’existe pas ; il y a ",
        ),
        (
            "PATCH", "/draft/zones/ida", {"outline": BOW_TIE},
            "invalid_geometry", "zone ida", "le contour se croise ou se touche en ",
        ),
        (
            "PATCH", "/draft/zones/ida", {"levels": ["attic"]},
            "invalid_geometry", "zone ida", "il n’y a pas de niveau attic (ceux du site : ",
        ),
        ("PATCH", "/tracks/v2.en.standard", {"variant": "x"}, "malformed", "body.variant", "choisissez "),
        ("PATCH", "/tracks/v2.en.standard", {"title": "x"}, "malformed", "body.title", "ne se change pas ici"),
    ],
)  # fmt: skip
def test_edits_that_would_not_be_sound(
    desk: Desk, method: str, path: str, sent: Any, code: str, where: str, told: str
) -> None:
    """Keys, values, references and shapes: each place in French."""
    answer = desk(method, path, match="*", json=sent)
    assert_problem(answer, 422, code)
    assert faults(answer)[where].startswith(told), answer.json()


@pytest.mark.parametrize(
    ("method", "path", "match", "code", "detail"),
    [
        ("GET", "/draft/exhibits/none", None, "unknown_exhibit", "Le brouillon n’a pas d’étape « none »."),
        ("DELETE", "/draft/zones/none", "*", "unknown_zone", "Le brouillon n’a pas de zone « none »."),
        ("GET", "/tracks/none", None, "unknown_track", "Le brouillon n’a pas de piste « none »"),
        ("DELETE", "/tracks/v2.en.standard", '"0"', "precondition_failed", "Quelqu’un l’a changé depuis"),
        ("DELETE", "/tracks/v2.en.standard", None, "precondition_required", "Dites avec If-Match"),
        ("GET", "/jobs?state=done", None, "malformed", "Ces états ne sont pas ceux des travaux."),
        ("POST", "/draft/exhibits/ida", None, "exhibit_exists", "Le brouillon a déjà une étape « ida »"),
        ("POST", "/releases/99/activate", None, "unknown_release", "Il n’y a pas de publication 99."),
    ],
)
def test_what_is_not_there_or_has_changed(
    desk: Desk, method: str, path: str, match: str | None, code: str, detail: str
) -> None:
    """Plain refusals in French."""
    sent = {"json": {"title": {"fr": "Ida"}}} if path == "/draft/exhibits/ida" else {}
    answer = desk(method, path, match=match, **sent)
    assert_problem(answer, code=code)
    assert answer.json()["detail"].startswith(detail), answer.json()


def test_what_stops_a_publication(desk: Desk) -> None:
    """A claim that the sound does not bear out: the refusal, each fault and each finding in French."""
    claimed = desk("PATCH", "/draft/shows/sitting", match="*", json={"claims": {"en": "full"}})
    assert claimed.status_code == 200, claimed.text
    answer = desk("POST", "/releases", json={})
    assert_problem(answer, 409, "draft_not_sound")
    body = answer.json()
    assert body["detail"] == "Le brouillon ne peut pas être publié : 1 constat l’empêche."
    assert body["errors"][0]["message"] == body["findings"][0]["sentence"]
    assert "Anglais : 15 min sur 45" in body["findings"][0]["sentence"]
