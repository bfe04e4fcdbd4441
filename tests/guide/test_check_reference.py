"""The reference lists every finding that the code can have, and no other."""

import re
from pathlib import Path
from typing import Final, get_args

import pytest

from guide.phrases.faults import PHRASES
from guide.services import claims, content_check
from guide.services.findings import ProposedChange
from guide.services.layout_check_words import LIST_CODES, fault_sentence
from zones.check_found import CHANGES, CODES

PAGE: Final = Path(__file__).parents[2] / "docs/reference/findings.md"
_CODE: Final = re.compile(r'"((?:claim|doubled|invalid|language|place|plan|unknown)_[a-z_]+)"')
_MADE: Final = {"unknown_exhibit", "unknown_zone", "unknown_level"}
"""Made of the kind that is missing."""


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    under = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in under.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def codes(heading: str) -> list[str]:
    """The codes that the first column names."""
    return [code for row in rows(heading) for code in re.findall(r"`([a-z_]+)`", row[0])]


@pytest.mark.parametrize(
    ("heading", "wanted"), [("The layout", CODES), ("What is missing", LIST_CODES)], ids=["layout", "lists"]
)
def test_the_layouts_codes(heading: str, wanted: tuple[str, ...]) -> None:
    """In the order in which they are told, each with its severity, figure, limit and an example."""
    assert codes(heading) == list(wanted)
    for row in rows(heading):
        assert len(row) == 5
        assert all(row)
        assert row[1] == ("error" if row[0] == "`zone_outside_level`" else "warning")


def test_the_codes_of_claims_and_documents() -> None:
    """What the other checks can find stands on the page too."""
    for heading, module in (("Claims", claims), ("Documents", content_check)):
        source = Path(module.__file__ or "").read_text(encoding="utf-8")
        known = set(_CODE.findall(source)) - set(PHRASES) | (_MADE if module is content_check else set())
        assert set(codes(heading)) - {"site_folder_fault"} == known


def test_documents_in_french() -> None:
    """Each fault of a document has its French."""
    for code in set(codes("Documents")) - {"site_folder_fault"}:
        told = fault_sentence(code, "site", "is wrong", "fr")
        assert told.startswith("site : ")
        assert told.endswith(" (is wrong).")


def test_the_kinds_of_proposals() -> None:
    """Each kind of change is explained, and the layout's are among them."""
    kinds = list(get_args(ProposedChange))
    assert codes("Proposals") == kinds
    assert set(CHANGES) <= set(kinds)
