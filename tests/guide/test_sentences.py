"""Every decision and notice can be read as a sentence, in English and in French."""

from typing import Any

import pytest

from guide.services.sentences import decision_sentence, in_sentence, notice_text
from zones.decision import ACTIONS, REASONS, Action, Reason

NOTICES = ("language_gap", "partial", "not a word", "fallback", "text_only", "last_call", "position_unknown")
VALUES = {
    "title": "V-2", "available": "French", "requested": "English", "language": "French",
    "told": "English: 15 of 45 min", "rest": "French",
}  # fmt: skip


def told(action: Action, reason: Reason, reader: str, **more: Any) -> str:
    """The sentence of a decision on the V-2."""
    evidence = [{"zone": "v2", "probability": 0.9, "inside_m": 1.0, "dwell_s": 2.25, "needed_s": 2.0}]
    decision = {"action": action, "reason": reason, "zone": "v2", "language": "en", "evidence": evidence}
    return decision_sentence({**decision, **more}, "The V-2", reader)


@pytest.mark.parametrize("reader", ["en", "fr"])
@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_decision_has_a_sentence(action: Action, reason: Reason, reader: str) -> None:
    """Whatever was decided and why, staff can read it; no sentence lacks a figure where it names one."""
    sentence = told(action, reason, reader)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert "?" not in sentence


def test_figures_as_each_language_writes_them() -> None:
    """A start tells the seconds that decided it."""
    assert told("start", "dwell_met", "en") == "Started “The V-2” in English: 2.2 s in zone v2, 2.0 s needed."
    assert told("start", "dwell_met", "fr") == (
        "« The V-2 » a commencé en anglais : 2,2 s dans la zone v2, 2,0 s requises."
    )


def test_no_evidence() -> None:
    """A decision with no evidence still reads."""
    assert "?" in told("start", "dwell_met", "en", evidence=[])
    assert in_sentence(None, "en") == "—"


@pytest.mark.parametrize("reader", ["en", "fr"])
@pytest.mark.parametrize("kind", NOTICES)
def test_every_notice_has_a_text(kind: str, reader: str) -> None:
    """Every kind of notice is worded, with its values in it."""
    text = notice_text(kind, reader, **VALUES)
    assert text
    assert "{" not in text
