"""The coverage sheet: exhibits, shows and tours by language in minutes, totals, and the recordings to make first."""

from collections.abc import Callable
from functools import partial
from typing import Any

from guide.content import Content
from guide.services.claims import claim_findings, mixture_findings
from guide.services.coverage import (
    Hearing,
    Minutes,
    cell,
    coverage_in,
    hearing,
    in_minutes,
    show_minutes,
)
from guide.services.demand import Demand, gaps
from guide.services.findings import Finding
from guide.services.tours import find_tour

NO_DEMAND = Demand()


def matrix(
    content: Content, reader: str, demand: Demand = NO_DEMAND, tour: str | None = None
) -> dict[str, Any]:
    """The sheet of a content in its site's languages, worded for a reader.

    Args:
        content: of the draft or a release.
        reader: the language of the sentences.
        demand: what visits met.
        tour: the id of one: the sheet is then of its exhibits alone.

    Raises:
        NotFound: There is no such tour.
    """
    heard = hearing(content)
    if tour is not None:
        heard = heard.among(find_tour(content, tour).exhibits)
    languages = content.site.languages
    missing, missed = gaps(heard, languages, demand)
    return {
        "tour": tour,
        "languages": [coverage_in(heard, each, reader) for each in languages],
        "exhibits": _exhibits(heard, languages, reader),
        "shows": _shows(content, heard, languages, reader),
        "tours": _tours(content, heard, languages, reader),
        "gaps": missing,
        "demand": missed,
        "findings": [each.body() for each in _findings(content, heard, reader)],
    }


def _exhibits(heard: Hearing, languages: list[str], reader: str) -> list[dict[str, Any]]:
    return [
        {
            "exhibit": each.id,
            "number": each.number,
            "title": each.title,
            **_row(partial(heard.minutes, each.id), languages, reader),
        }
        for each in heard.exhibits.values()
    ]


def _shows(content: Content, heard: Hearing, languages: list[str], reader: str) -> list[dict[str, Any]]:
    return [
        {
            "show": each.id,
            "exhibit": each.exhibit,
            "title": each.title,
            **_row(partial(show_minutes, [each]), languages, reader),
        }
        for each in content.shows
        if each.exhibit in heard.exhibits
    ]


def _tours(content: Content, heard: Hearing, languages: list[str], reader: str) -> list[dict[str, Any]]:
    return [
        {
            "tour": each.id,
            "title": each.title,
            **_row(heard.among(each.exhibits).whole, languages, reader),
        }
        for each in content.tours
    ]


def _row(minutes: Callable[[str], Minutes], languages: list[str], reader: str) -> dict[str, Any]:
    told = {language: minutes(language) for language in languages}
    return {
        "total_minutes": in_minutes(max((each.total_ms for each in told.values()), default=0)),
        "languages": {language: cell(language, each, reader) for language, each in told.items()},
    }


def _findings(content: Content, heard: Hearing, reader: str) -> list[Finding]:
    """Of the whole site, or of a tour's exhibits where the sheet is a tour's."""
    found = (*claim_findings(content, reader), *mixture_findings(content, reader))
    return [each for each in found if not each.exhibits or set(each.exhibits) & heard.exhibits.keys()]
