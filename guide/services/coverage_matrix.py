"""The coverage sheet: exhibits and shows by language in minutes, totals, and the recordings that are missing."""

from collections.abc import Callable, Iterable
from typing import Any

from guide.content import Content
from guide.services.coverage import (
    Minutes,
    claim_findings,
    coverage_of,
    hearing,
    in_minutes,
    show_minutes,
    worded,
)


def matrix(content: Content, reader: str) -> dict[str, Any]:
    """The sheet of a content in its site's languages, worded for a reader."""
    languages = content.site.languages
    heard = hearing(content)

    def row(minutes: Callable[[str], Minutes]) -> dict[str, Any]:
        told = {language: minutes(language) for language in languages}
        return {
            "total_minutes": in_minutes(max((each.total_ms for each in told.values()), default=0)),
            "languages": {language: _cell(language, each, reader) for language, each in told.items()},
        }

    return {
        "languages": [coverage_of(content, each, reader) for each in languages],
        "exhibits": [
            {
                "exhibit": each.id,
                "number": each.number,
                "title": each.title,
                **row(lambda language, exhibit=each.id: heard.minutes(exhibit, language)),  # type: ignore[misc]
            }
            for each in content.exhibits
        ],
        "shows": [
            {
                "show": each.id,
                "exhibit": each.exhibit,
                "title": each.title,
                **row(lambda language, show=each: show_minutes([show], language)),  # type: ignore[misc]
            }
            for each in content.shows
        ],
        "gaps": _gaps(content, languages),
        "findings": [each.body() for each in claim_findings(content)],
    }


def _cell(language: str, minutes: Minutes, reader: str) -> dict[str, Any]:
    return {
        "minutes": in_minutes(minutes.spoken_ms),
        "summary": worded(language, minutes, reader),
        "covered": not minutes.falls_short,
        "measured": minutes.measured,
    }


def _gaps(content: Content, languages: Iterable[str]) -> list[dict[str, Any]]:
    """What could be recorded, most minutes first; ties by exhibit, then by the site's order of languages."""
    heard = hearing(content)
    found = [
        (heard.minutes(exhibit, language), exhibit, language)
        for exhibit in heard.audible()
        for language in languages
    ]
    short = [each for each in found if each[0].falls_short]
    short.sort(key=lambda each: (each[0].spoken_ms - each[0].total_ms, each[1]))
    return [
        {
            "exhibit": exhibit,
            "language": language,
            "missing_minutes": in_minutes(minutes.total_ms - minutes.spoken_ms),
        }
        for minutes, exhibit, language in short
    ]
