"""How `docs/accuracy.md` and its picture are written from a study: tables between marks, prose around them."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from guide.quality import report_tables as tables
from guide.quality.noise import NOISES
from guide.quality.plot import Panel, draw
from guide.quality.report_study import Study
from guide.quality.rivals import RIVALS
from guide.quality.run import Row
from guide.words import several

_PART: Final = re.compile(r"(<!-- quality: (?P<name>[a-z-]+) -->\n).*?(<!-- /quality -->)", re.DOTALL)

PARTS: Final = (
    "run",
    "uwb",
    "ble",
    "kinds",
    "profiles",
    "rivals-uwb",
    "rivals-ble",
    "sources",
    "mall",
    "building",
    "replayed",
    "variants",
    "noise",
)
"""What may stand between two marks."""


class Unmarked(Exception):
    """Raised when a page has no marks to write between, or some that nothing belongs to."""


def marked(page: Path) -> str:
    """The text of a page that tables can be written into.

    Raises:
        Unmarked: It has no marks, or some of names that nothing belongs to; all are told at once.
    """
    text = page.read_text(encoding="utf-8")
    names = [match["name"] for match in _PART.finditer(text)]
    if not names:
        raise Unmarked(f"{page} has no mark like <!-- quality: run --> to write a table after")
    if unknown := [name for name in names if name not in PARTS]:
        raise Unmarked(f"{page} has marks of no table: {several(unknown)}; the tables are {several(PARTS)}")
    return text


def write(found: Study, page: Path, picture: Path, command: str) -> None:
    """Put the study's tables into the page, between its marks, and draw the picture.

    Args:
        found: The study.
        page: Markdown with `<!-- quality: NAME -->` … `<!-- /quality -->` around each part.
        picture: Where the drawing goes.
        command: What makes the page anew, as a reader types it.

    Raises:
        Unmarked: The page has no such marks, or one of a name that nothing belongs to.
    """
    text = marked(page)
    parts = made(found, command)
    page.write_text(
        _PART.sub(lambda match: f"{match[1]}\n{parts[match['name']].strip()}\n\n{match[3]}", text),
        encoding="utf-8",
    )
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(drawn(found), encoding="utf-8")


def made(found: Study, command: str) -> dict[str, str]:
    """The parts of the page, by their names."""
    ours = found.ours.rows()
    return {
        "run": tables.about(found, ours, command),
        "uwb": _held(ours, "uwb"),
        "ble": _held(ours, "ble"),
        "kinds": tables.lines(
            [row for row in found.ours.rows(by_kind=True) if row.period_s == found.usual_s], "kind"
        ),
        "profiles": tables.lines(found.others.rows(), "noise"),
        "rivals-uwb": tables.lines(_beside(found, "uwb"), "system"),
        "rivals-ble": tables.lines(_beside(found, "ble"), "system"),
        "sources": tables.sources(RIVALS),
        "mall": tables.passers_by(found.mall),
        "building": tables.standing(found.building),
        "replayed": tables.lines(found.replayed.rows() if found.replayed else [], "noise", "system"),
        "variants": tables.lines(found.variants.rows(), "noise"),
        "noise": tables.noises([*NOISES.values()], found.fits),
    }


def _held(ours: Sequence[Row], noise: str) -> str:
    """Ours under one noise beside what is asked, and below it what is not reached."""
    rows = [row for row in ours if row.noise == noise]
    return f"{tables.by_period(rows)}\n{tables.short_of(rows)}"


def _beside(found: Study, noise: str) -> list[Row]:
    """Our row and those of the rivals on the same visits, under one noise."""
    return [row for row in found.rivals.rows() if row.noise == noise]


def drawn(found: Study) -> str:
    """The picture of cuts against latency: a panel for each of the two radios."""
    titles = {"uwb": "Ultra-wideband", "ble": "Bluetooth"}
    return draw([Panel(titles[noise], _beside(found, noise)) for noise in titles])
