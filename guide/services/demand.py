"""The recordings to make first: what falls short in each language, weighed by the visitors who met it.

Each real visit that met an exhibit counts the minutes that it missed there: all of them at a gap, the rest of them
where another language, or a narration that speaks the language only in part, was heard instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from guide.clock import Clock, rfc3339
from guide.services.coverage import MINUTE_MS, Hearing, Minutes, in_minutes
from guide.services.language_names import lookup
from guide.store import demand as rows
from guide.store.database import Database

DAYS: Final = 30
"""How far back visits are counted: as long as decisions say which visit they are of."""
DAY_MS: Final = 24 * 60 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Demand:
    """In how many visits each exhibit was met, by exhibit and the language asked for, since a moment."""

    since: int = 0
    met: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def among(self, languages: Sequence[str]) -> Mapping[tuple[str, str], int]:
        """The same with each wish as one of some languages, where one answers it: `en-GB` as `en`."""
        known = {each.lower(): each for each in languages}
        found: dict[tuple[str, str], int] = {}
        for (exhibit, wish), visits in self.met.items():
            language = next((known[tag.lower()] for tag in lookup(wish) if tag.lower() in known), wish)
            found[exhibit, language] = found.get((exhibit, language), 0) + visits
        return found


@dataclass(frozen=True, slots=True)
class _Gap:
    exhibit: str
    language: str
    minutes: Minutes
    visits: int

    @property
    def missed_ms(self) -> int:
        return self.visits * self.minutes.missing_ms

    def body(self) -> dict[str, Any]:
        return {
            "exhibit": self.exhibit,
            "language": self.language,
            "missing_minutes": in_minutes(self.minutes.missing_ms),
            "visits": self.visits,
            "missed_minutes": in_minutes(self.missed_ms),
        }


def demand_of(database: Database, clock: Clock, site: str) -> Demand:
    """What real visits of the last days met."""
    since = clock.now_ms() - DAYS * DAY_MS
    with database.reading() as session:
        return Demand(since, rows.met(session, site, since))


def gaps(
    heard: Hearing, languages: Sequence[str], demand: Demand
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What to record, most missed minutes first, and the minutes missed in each language.

    Without visits the longest gap comes first; ties go by exhibit, then by the site's order of languages. A language
    that the site does not name is there when somebody has asked for it.
    """
    met = demand.among(languages)
    wanted = [*languages, *sorted({language for _, language in met} - {*languages})]
    found = [
        _Gap(exhibit, language, heard.minutes(exhibit, language), met.get((exhibit, language), 0))
        for exhibit in heard.audible()
        for language in wanted
        if language in languages or (exhibit, language) in met
    ]
    short = [each for each in found if each.minutes.falls_short]
    short.sort(key=lambda each: (-each.missed_ms, -each.minutes.missing_ms, each.exhibit))
    return [each.body() for each in short], {
        "since": rfc3339(demand.since),
        "languages": [_language(tag, short) for tag in _by_demand(wanted, short)],
    }


def _by_demand(languages: Sequence[str], short: Sequence[_Gap]) -> list[str]:
    missed = {tag: sum(each.missed_ms for each in short if each.language == tag) for tag in languages}
    return sorted(languages, key=lambda tag: -missed[tag])


def _language(language: str, short: Sequence[_Gap]) -> dict[str, Any]:
    own = [each for each in short if each.language == language]
    return {
        "language": language,
        "met": sum(each.visits for each in own),
        "missed_minutes": in_minutes(sum(each.missed_ms for each in own)),
    }
