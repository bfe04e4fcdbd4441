"""What curators read: every sentence in both languages, and none that nobody wrote."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path
from string import Formatter

import pytest

from media import words
from media.errors import BrokenAudioError, Fault, MediaError, NotAudioError, TranscriptError, in_words
from media.words import KINDS, PHRASES, Fact, retold, told

MEDIA = Path(words.__file__).parent
SIMPLE = sorted(set(PHRASES) - {"transcript", "line"})


def names_in(template: str) -> set[str]:
    """The facts that a sentence speaks of."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def facts_for(phrase: str) -> dict[str, Fact]:
    """Something for each fact of a phrase."""
    samples: dict[str, Fact] = {
        "kind": "archive",
        "seconds": 0.4,
        "shown": 'a "b" --> {c}; d',
        "signal": "SIGKILL",
    }
    return {
        name: samples.get(name, 94_999 if name.endswith("_ms") else 12)
        for name in names_in(PHRASES[phrase][0])
    }


def calls() -> list[tuple[str, str, set[str]]]:
    """Every phrase that the package tells, with where and with which facts."""
    found = []
    for path in sorted(MEDIA.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
            phrases = [text for text in texts if isinstance(text, str)]
            if name in {"of", "fault"} and phrases:
                facts = {word.arg for word in node.keywords if word.arg}
                found.append((f"{path.name}:{node.lineno}", phrases[0], facts))
    return found


def test_the_package_tells_phrases_with_the_facts_that_they_speak_of() -> None:
    """A phrase that is misspelt would be an accident in front of a curator."""
    made = calls()

    assert len(made) > 40
    assert [
        (where, phrase, facts)
        for where, phrase, facts in made
        if phrase not in PHRASES or names_in(PHRASES[phrase][0]) != facts
    ] == []


@pytest.mark.parametrize("phrase", sorted(PHRASES))
def test_both_languages_speak_of_the_same_facts(phrase: str) -> None:
    """And neither is the other."""
    english, french = PHRASES[phrase]

    assert names_in(english) == names_in(french)
    assert english != french


@pytest.mark.parametrize("phrase", SIMPLE)
def test_what_was_kept_in_english_can_be_told_in_french(phrase: str) -> None:
    """A job's message and a track's notes are stored as sentences."""
    facts = facts_for(phrase)

    assert retold(told(phrase, "en", facts), "fr") == told(phrase, "fr", facts)
    assert retold(told(phrase, "en", facts), "en") == told(phrase, "en", facts)


@pytest.mark.parametrize("phrase", SIMPLE)
def test_sentences_are_whole(phrase: str) -> None:
    """A capital and a full stop, but for the faults of a line, which follow a colon."""
    for language in ("en", "fr"):
        text = told(phrase, language, facts_for(phrase))
        if phrase.startswith(("vtt/", "verdict/")):
            assert not text[0].isupper(), text
            assert text[-1] != ".", text
        else:
            assert re.fullmatch(r"[A-ZÉ\d].*\.", text, re.DOTALL), text


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_of_file_is_named_in_the_language_of_the_sentence(kind: str) -> None:
    """`a picture`, `une image`."""
    assert KINDS[kind][1] in in_words(NotAudioError.of("not-audio/kind", kind=kind), "fr")
    assert KINDS[kind][0] in in_words(NotAudioError.of("not-audio/kind", kind=kind), "en")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The file stops at 1:34 of 5:00; please upload it again."),
        ("fr", "Le fichier s’arrête à 1:34 sur 5:00 ; merci de l’envoyer à nouveau."),
        ("fr-BE", "Le fichier s’arrête à 1:34 sur 5:00 ; merci de l’envoyer à nouveau."),
        ("nl", "The file stops at 1:34 of 5:00; please upload it again."),
    ],
)
def test_an_error_keeps_its_facts_between_processes(language: str, said: str) -> None:
    """It is raised in the worker and told in the service, in whatever language is asked for there."""
    raised = BrokenAudioError.of("truncated/of", at_ms=94_000, whole_ms=300_000)

    sent = pickle.loads(pickle.dumps(raised))  # noqa: S301 - our own bytes

    assert (type(sent), sent.code, sent.facts) == (
        BrokenAudioError,
        "truncated",
        {"at_ms": 94_000, "whole_ms": 300_000},
    )
    assert in_words(sent, language) == said


def test_an_error_of_no_phrase_comes_in_the_english_that_it_was_raised_with() -> None:
    """Nothing is lost; a sentence that a phrase would have made is told all the same."""
    assert in_words(MediaError("odd", "Something else."), "fr") == "Something else."
    assert in_words(MediaError("video", "The file is a video; please send the sound only."), "fr").startswith(
        "Le fichier"
    )


def test_a_transcripts_faults_are_told_line_by_line() -> None:
    """From the error, from one fault, and from the sentence that a job kept."""
    error = TranscriptError(
        [Fault.of(1, "vtt/header"), Fault.of(9, "vtt/stray", shown="a; line 3: b"), Fault(12, "odd")]
    )
    french = (
        "La transcription ne peut pas être utilisée : ligne 1 : la première ligne doit être « WEBVTT »; "
        "ligne 9 : « a; line 3: b » n’appartient à aucune réplique ; retirez la ligne vide au-dessus ou "
        "donnez-lui des temps; ligne 12 : odd"
    )

    assert in_words(error, "fr") == french
    assert in_words(error.faults[0], "fr") == "la première ligne doit être « WEBVTT »"
    plain = TranscriptError([Fault.of(1, "vtt/header"), Fault.of(7, "vtt/sixty")])
    assert retold(str(plain), "fr") == in_words(plain, "fr")


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Listening: 1:34 of 5:00.", "Écoute : 1:34 sur 5:00."),
        (
            "The text is declared English, but about 30 min of it is French.",
            "Le texte est déclaré en anglais, mais environ 30 min sont en français.",
        ),
        (
            "The text is declared pcd, but about 3 min of it is Dutch.",
            "Le texte est déclaré en pcd, mais environ 3 min sont en néerlandais.",
        ),
        ("Something else.", "Something else."),
    ],
)
def test_kept_sentences_with_names_and_times(english: str, french: str) -> None:
    """The shorter phrase does not swallow the longer one, and languages have names in both."""
    assert retold(english, "fr") == french
    assert retold(english, "en") == english


def test_a_language_of_a_region_goes_by_its_language() -> None:
    """`en-GB` is English; one without a name is shown by its tag."""
    facts: dict[str, Fact] = {"language": "en-GB", "found": "pcd", "minutes": 2}

    assert (
        told("note/other-language", "en", facts)
        == "The text is declared English, but about 2 min of it is pcd."
    )


def test_the_answers_by_kind_of_file_are_codes_that_there_are() -> None:
    """The reference's table, which people read first; and no refusal of a file is missing from it."""
    page = (MEDIA.parent / "docs" / "reference" / "media-files.md").read_text(encoding="utf-8")
    table = page.split("## By kind of file")[1].split("## What is refused")[0]
    named = set(
        re.findall(r"`([a-z-]+)`", " ".join(line.split("|")[2] for line in table.splitlines() if "|" in line))
    )
    ours = {"vtt", "note", "step", "verdict", "transcript", "line", "render"}
    codes = {phrase.split("/")[0] for phrase in PHRASES}

    assert named == {code for code in codes - ours if not code.startswith("worker")}
