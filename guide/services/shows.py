"""Shows and their screenings: sittings of segments, each with its language, at times of the site's own clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from guide.clock import rfc3339
from guide.content import Content, ExhibitDoc, SegmentDoc, ShowDoc
from guide.services.advice import advice_of
from guide.services.content_check import screening_start
from guide.services.coverage import MINUTE_MS, cell, in_minutes, show_minutes
from guide.services.language_names import is_same_tongue
from guide.services.releases import ReleaseView

SECOND_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class Screening:
    """One sitting: from and to in milliseconds since 1970, and when that is on the museum's clock."""

    show: ShowDoc
    start_ms: int
    local: datetime

    @property
    def end_ms(self) -> int:
        """When it is over, by its segments."""
        return self.start_ms + show_minutes([self.show], "").total_ms

    def body(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "show": self.show.id,
            "exhibit": self.show.exhibit,
            "title": self.show.title,
            "starts_at": rfc3339(self.start_ms),
            "ends_at": rfc3339(self.end_ms),
            "local": self.local.isoformat(timespec="seconds"),
            "minutes": in_minutes(self.end_ms - self.start_ms),
        }


def today(time_zone: str, now_ms: int) -> date:
    """The date at a museum, whatever it is in Greenwich.

    >>> today("Europe/Paris", 1_795_390_200_000)  # 23:30 UTC
    datetime.date(2026, 11, 23)
    """
    return datetime.fromtimestamp(now_ms / SECOND_MS, ZoneInfo(time_zone)).date()


def screenings_on(content: Content, day: date) -> tuple[Screening, ...]:
    """The sittings of a day on the museum's clock, in their order; one given twice is one.

    On the night when clocks go forward, a time that is left out is as much later as was left out; on the night when
    they go back, of a time that comes twice it is the first.

    Source: PEP 495, for times in a gap and in a fold.
    """
    zone = ZoneInfo(content.site.time_zone)
    found = {
        (each.start_ms, each.show.id): each for show in content.shows for each in _screenings(show, day, zone)
    }
    return tuple(found[key] for key in sorted(found))


def _screenings(show: ShowDoc, day: date, zone: ZoneInfo) -> Iterator[Screening]:
    for screening in show.screening:
        starts = screening_start(screening.starts)
        if isinstance(starts, time):
            starts = datetime.combine(day, starts.replace(tzinfo=None))
        if starts is None:
            continue  # told by the content check, which stops a publication
        moment = (starts if starts.tzinfo else starts.replace(tzinfo=zone)).astimezone(UTC)
        local = moment.astimezone(zone)
        if local.date() == day:
            yield Screening(show, round(moment.timestamp()) * SECOND_MS, local)


def show_bodies(view: ReleaseView, reader: str, now_ms: int) -> list[dict[str, Any]]:
    """The shows of a release as pages read them, with today's screenings."""
    sittings = screenings_on(view.content, today(view.doc.time_zone, now_ms))
    return [
        show_body(
            show,
            view.exhibits.get(show.exhibit),
            view.doc.languages,
            reader,
            [each.body() for each in sittings if each.show is show],
        )
        for show in view.content.shows
    ]


def show_body(
    show: ShowDoc,
    exhibit: ExhibitDoc | None,
    languages: Sequence[str],
    reader: str,
    screenings: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A show with its segments, its minutes in each language, and what to know before going in."""
    advice = advice_of(exhibit, [show])
    spoken = list(dict.fromkeys([*languages, *(each.language for each in show.segment)]))
    return {
        **show.model_dump(mode="json"),
        "title": show.title or (exhibit.title if exhibit else {}),
        "advisories": advice.model_dump(mode="json") if advice else None,
        "segments": [each.model_dump(mode="json") for each in show.segment],
        "minutes": in_minutes(show_minutes([show], "").total_ms),
        "coverage": [_language(show, each, reader) for each in spoken],
        "screenings": list(screenings),
    }


def _language(show: ShowDoc, language: str, reader: str) -> dict[str, Any]:
    """How much of a show is in a language, and which of its segments; subtitles are told apart, for they are read."""
    minutes = show_minutes([show], language)
    own = [n for n, each in enumerate(show.segment) if is_same_tongue(language, each.language)]
    read = sum(
        round(each.minutes * MINUTE_MS)
        for n, each in enumerate(show.segment)
        if n not in own and _reads(each, language)
    )
    return {
        "language": language,
        **cell(language, minutes, reader),
        "total_minutes": in_minutes(minutes.total_ms),
        "segments": own,
        "subtitled_minutes": in_minutes(read),
    }


def _reads(segment: SegmentDoc, language: str) -> bool:
    return any(is_same_tongue(language, each) for each in segment.subtitles)
