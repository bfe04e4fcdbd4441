"""How much of a site can be heard in a language, in minutes: worked out and worded here, and nowhere else.

The minutes of a language stand over all minutes of the fullest track, in whatever language: 45 minutes of which
15 are English read "English: 15 of 45 min". Until speech is measured, a track's duration stands for its speech; a
show counts by its declared segments. An exhibit that has a show is as long as the show.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guide.content import Content, ExhibitDoc, ShowDoc, TrackDoc
from guide.services.findings import Finding
from guide.services.ladder import lookup
from guide.services.language_names import language_name, reader_of
from guide.services.releases import ReleaseView

MINUTE_MS: Final = 60_000
COVERED: Final = 0.95
"""From this share on an exhibit counts as covered, and a claim stands."""

TRANSLATED: Final = 0.75
"""From this share of the longest track's length on, a track is taken for a whole translation.

The demo's own texts, translated sentence by sentence, run from 0.87 to 1.0 of the longest: decision 0013.
"""

STANDARD: Final = "standard"


@dataclass(frozen=True, slots=True)
class Minutes:
    """Milliseconds of speech in a language, over those in all languages; `measured` where somebody counted them."""

    spoken_ms: int
    total_ms: int
    measured: bool = False

    @property
    def covered(self) -> bool:
        """Whether it may be promised."""
        return self.total_ms > 0 and self.spoken_ms >= COVERED * self.total_ms

    @property
    def falls_short(self) -> bool:
        """Whether a visitor misses something: less than is covered, and not only because a language is brief.

        While a track's length stands for its speech, a translation of three quarters of the longest is whole.
        """
        if self.measured:
            return not self.covered and whole_minutes(self.spoken_ms) < whole_minutes(self.total_ms)
        return self.spoken_ms < TRANSLATED * self.total_ms

    def __add__(self, other: "Minutes") -> "Minutes":
        return Minutes(
            self.spoken_ms + other.spoken_ms,
            self.total_ms + other.total_ms,
            self.measured and other.measured,
        )


def whole_minutes(length_ms: int) -> int:
    """Minutes rounded half down.

    >>> [whole_minutes(round(minutes * MINUTE_MS)) for minutes in (41.5, 14.97, 0.4)]
    [41, 15, 0]
    """
    return -((MINUTE_MS // 2 - length_ms) // MINUTE_MS)


def worded(language: str, minutes: Minutes, reader: str = "en") -> str:
    """The one sentence that says how much there is in a language.

    >>> worded("en", Minutes(15 * MINUTE_MS, 45 * MINUTE_MS)), worded("en", Minutes(MINUTE_MS, MINUTE_MS), "fr")
    ('English: 15 of 45 min', 'Anglais : 1 min sur 1')
    """
    name = language_name(language, reader)
    spoken, total = whole_minutes(minutes.spoken_ms), whole_minutes(minutes.total_ms)
    return f"{name} : {spoken} min sur {total}" if reader == "fr" else f"{name}: {spoken} of {total} min"


@dataclass(frozen=True, slots=True)
class Hearing:
    """What can be heard of a content in one variant: every exhibit's tracks by language, and its shows."""

    exhibits: Mapping[str, ExhibitDoc]
    tracks: Mapping[str, Mapping[str, TrackDoc]]
    shows: Mapping[str, tuple[ShowDoc, ...]]

    def minutes(self, exhibit: str, language: str) -> Minutes:
        """An exhibit's minutes in a language."""
        if exhibit in self.shows:
            return show_minutes(self.shows[exhibit], language)
        tracks = self.tracks.get(exhibit, {})
        heard = next((tracks[tag.lower()] for tag in lookup(language) if tag.lower() in tracks), None)
        fullest = max((track.duration_ms for track in tracks.values()), default=0)
        return Minutes(heard.duration_ms if heard else 0, fullest)

    def audible(self) -> tuple[str, ...]:
        """The exhibits with anything to hear, in the order of the content."""
        return tuple(each for each in self.exhibits if self.tracks.get(each) or each in self.shows)

    def whole(self, language: str) -> Minutes:
        """The minutes of the whole site."""
        return sum((self.minutes(each, language) for each in self.audible()), Minutes(0, 0, measured=True))


def hearing(content: Content, variant: str = STANDARD) -> Hearing:
    """What can be heard in a variant; where an exhibit has no such track, the standard one stands in."""
    tracks: dict[str, dict[str, TrackDoc]] = {}
    for wanted in (STANDARD, variant):
        for track in content.tracks:
            if track.variant == wanted and track.source_sha256 is not None:
                tracks.setdefault(track.exhibit, {})[track.language.lower()] = track
    shows: dict[str, tuple[ShowDoc, ...]] = {}
    for show in content.shows:
        shows[show.exhibit] = (*shows.get(show.exhibit, ()), show)
    return Hearing({each.id: each for each in content.exhibits}, tracks, shows)


def show_minutes(shows: Iterable[ShowDoc], language: str) -> Minutes:
    """The minutes of shows in a language, by their declared segments; subtitles are not speech."""
    tags = {tag.lower() for tag in lookup(language)}
    segments = [segment for show in shows for segment in show.segment]
    return Minutes(
        sum(round(each.minutes * MINUTE_MS) for each in segments if each.language.lower() in tags),
        sum(round(each.minutes * MINUTE_MS) for each in segments),
        measured=True,
    )


def coverage_of(
    content: Content, language: str, reader: str = "en", variant: str = STANDARD
) -> dict[str, Any]:
    """A site's coverage in one language as the contract has it, with the exhibits that fall short."""
    heard = hearing(content, variant)
    minutes = {each: heard.minutes(each, language) for each in heard.audible()}
    whole = heard.whole(language)
    return {
        "language": language,
        "minutes": in_minutes(whole.spoken_ms),
        "total_minutes": in_minutes(whole.total_ms),
        "exhibits": sum(not each.falls_short for each in minutes.values()),
        "total_exhibits": len(minutes),
        "summary": worded(language, whole, reader),
        "exceptions": [
            {"exhibit": exhibit, "summary": worded(language, each, reader)}
            for exhibit, each in minutes.items()
            if each.falls_short
        ],
    }


def coverage_for(view: ReleaseView, languages: Sequence[str], variant: str = STANDARD) -> dict[str, Any]:
    """What a visitor is told at the hand-out: the coverage in the first of their languages, worded for them."""
    return coverage_of(view.content, languages[0], reader_of(languages), variant)


def in_minutes(length_ms: int) -> float:
    """Minutes to a hundredth, for programs."""
    return round(length_ms / MINUTE_MS, 2)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What the house promises of a language: for the whole site, an exhibit or a show."""

    where: str
    name: str
    language: str
    counted: Minutes
    """What is there, taking durations for speech."""
    at_best: Minutes
    """What is there if every narration that nobody has measured were in the language, whole."""
    exhibits: tuple[str, ...] = ()


def claim_findings(content: Content) -> tuple[Finding, ...]:
    """Claims that do not hold: an error where measured minutes refute it, a warning where only durations do.

    A claim is refuted by what is measured when it would not hold even if all that is not measured bore it out.
    """
    return tuple(
        _finding(each) for each in _claims(content) if not each.counted.covered and each.counted.total_ms
    )


def _claims(content: Content) -> Iterator[_Claim]:
    heard = hearing(content)
    for language in _full(content.site.claims):
        parts = [heard.minutes(each, language) for each in heard.audible()]
        at_best = sum(map(_at_best, parts), Minutes(0, 0))
        yield _Claim("site", "the site", language, heard.whole(language), at_best)
    for exhibit in content.exhibits:
        for language in _full(exhibit.claims):
            minutes = heard.minutes(exhibit.id, language)
            name = f"exhibit {exhibit.id}"
            yield _Claim(name, name, language, minutes, _at_best(minutes), (exhibit.id,))
    for show in content.shows:
        for language in _full(show.claims):
            minutes = show_minutes([show], language)
            name = f"show {show.id}"
            yield _Claim(name, name, language, minutes, minutes, (show.exhibit,))


def _full(claims: Mapping[str, str]) -> list[str]:
    return [language for language, claim in claims.items() if claim == "full"]


def _at_best(minutes: Minutes) -> Minutes:
    return minutes if minutes.measured else Minutes(minutes.total_ms, minutes.total_ms)


def _finding(claim: _Claim) -> Finding:
    refuted = not claim.at_best.covered
    told = worded(claim.language, claim.counted)
    why = "" if refuted else " by the length of the narrations, whose speech is not measured yet"
    return Finding(
        code="claim_refuted" if refuted else "claim_unmeasured",
        severity="error" if refuted else "warning",
        sentence=f"The claim that {claim.name} is full in {language_name(claim.language)} does not hold{why}: {told}.",
        exhibits=claim.exhibits,
        value=in_minutes(claim.counted.spoken_ms),
        limit=in_minutes(claim.counted.total_ms),
        proposal=f'Record what is missing, or write claims = {{ {claim.language} = "partial" }}.',
        where=claim.where,
    )
