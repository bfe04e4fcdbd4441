"""How much of a site can be heard in a language, in minutes: worked out and worded here, and nowhere else.

The minutes of a language stand over all minutes of speech of the fullest track, in whatever language: 45 minutes of
which 15 are English read "English: 15 of 45 min". What a track holds is what was measured in it, not what it is
declared to be; until it is measured, its duration stands for its speech. A show counts by its declared segments, and
an exhibit that has a show is as long as the show.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from guide.content import Content, ExhibitDoc, ShowDoc, TrackDoc
from guide.services.language_names import is_same_tongue, language_name, lookup, reader_of
from guide.services.releases import ReleaseView

MINUTE_MS: Final = 60_000
COVERED: Final = 0.95
"""From this share on an exhibit counts as covered, and a claim stands."""

TRANSLATED: Final = 0.75
"""From this share of the longest track's length on, a track in one language is taken for a whole translation.

The demo's own texts, translated sentence by sentence, run from 0.87 to 1.0 of the longest: decision 0013.
"""

STANDARD: Final = "standard"


@dataclass(frozen=True, slots=True)
class Minutes:
    """Milliseconds of speech in a language, over those in all languages; `measured` where somebody counted them."""

    spoken_ms: int
    total_ms: int
    measured: bool = False
    checked: bool = False
    """Whether transcripts bear out the languages; else each track counts for the one that it is declared in."""
    entire: bool = False
    """Whether what is heard is in this language from end to end, be it brief or not."""

    @property
    def covered(self) -> bool:
        """Whether it may be promised."""
        return self.total_ms > 0 and self.spoken_ms >= COVERED * self.total_ms

    @property
    def falls_short(self) -> bool:
        """Whether a visitor misses something: less than is covered, and not only because a language is brief.

        While a track's length stands for its speech, three quarters of the longest make a whole translation. Once
        measured, they do so only where both read as the same number of minutes.
        """
        if self.covered or self.total_ms == 0:
            return False
        if self.spoken_ms < TRANSLATED * self.total_ms:
            return True
        if not self.measured:
            return False
        return not self.entire or whole_minutes(self.spoken_ms) < whole_minutes(self.total_ms)

    @property
    def missing_ms(self) -> int:
        """What would have to be recorded."""
        return self.total_ms - self.spoken_ms

    def __add__(self, other: "Minutes") -> "Minutes":
        return Minutes(
            self.spoken_ms + other.spoken_ms,
            self.total_ms + other.total_ms,
            self.measured and other.measured,
            self.checked and other.checked,
            self.entire and other.entire,
        )


NOTHING: Final = Minutes(0, 0, measured=True, checked=True, entire=True)
"""Where a sum begins."""


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


def in_minutes(length_ms: int) -> float:
    """Minutes to a hundredth, for programs."""
    return round(length_ms / MINUTE_MS, 2)


def speech_of(track: TrackDoc) -> tuple[Mapping[str, int], bool]:
    """The milliseconds of speech in a track by language, and whether they are measured.

    Where nobody has measured it, or no speech was found in it, all of its duration is in the declared language.
    """
    measures = track.measures
    if measures is None or not any(measures.languages.values()):
        return {track.language: track.duration_ms}, False
    return measures.languages, True


def own_minutes(track: TrackDoc, language: str) -> Minutes:
    """What a track holds of a language, over all that it holds."""
    speech, measured = speech_of(track)
    total = sum(speech.values())
    spoken = sum(length for tag, length in speech.items() if is_same_tongue(language, tag))
    checked = measured and track.measures is not None and track.measures.checked
    return Minutes(spoken, total, measured, checked, entire=total > 0 and spoken >= COVERED * total)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What can be heard of a content in one variant: every exhibit's tracks by language, and its shows."""

    exhibits: Mapping[str, ExhibitDoc]
    tracks: Mapping[str, Mapping[str, TrackDoc]]
    shows: Mapping[str, tuple[ShowDoc, ...]]

    def minutes(self, exhibit: str, language: str) -> Minutes:
        """An exhibit's minutes in a language: those of the track that its visitors hear, over the fullest one."""
        if exhibit in self.shows:
            return show_minutes(self.shows[exhibit], language)
        tracks = self.tracks.get(exhibit, {})
        known = [own_minutes(each, language) for each in tracks.values()]
        fullest = max((each.total_ms for each in known), default=0)
        measured = bool(known) and all(each.measured for each in known)
        checked = bool(known) and all(each.checked for each in known)
        track = next((tracks[tag.lower()] for tag in lookup(language) if tag.lower() in tracks), None)
        heard = own_minutes(track, language) if track is not None else Minutes(0, 0)
        return Minutes(heard.spoken_ms, fullest, measured, checked, heard.entire)

    def audible(self) -> tuple[str, ...]:
        """The exhibits with anything to hear, in the order of the content."""
        return tuple(each for each in self.exhibits if self.tracks.get(each) or each in self.shows)

    def whole(self, language: str) -> Minutes:
        """The minutes of the whole site, or of the tour that it was narrowed to."""
        return sum((self.minutes(each, language) for each in self.audible()), NOTHING)

    def among(self, exhibits: Collection[str]) -> "Hearing":
        """The same for some exhibits only, as of a tour."""
        return Hearing(
            {name: each for name, each in self.exhibits.items() if name in exhibits}, self.tracks, self.shows
        )


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


@lru_cache(maxsize=32)
def hearing_of(view: ReleaseView, variant: str = STANDARD) -> Hearing:
    """The same of a release, made once."""
    return hearing(view.content, variant)


def show_minutes(shows: Iterable[ShowDoc], language: str) -> Minutes:
    """The minutes of shows in a language, by their declared segments; subtitles are not speech."""
    segments = [segment for show in shows for segment in show.segment]
    return Minutes(
        sum(round(each.minutes * MINUTE_MS) for each in segments if is_same_tongue(language, each.language)),
        sum(round(each.minutes * MINUTE_MS) for each in segments),
        measured=True,
        checked=True,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """What of a show or a track is in some languages of a visitor, and what else is spoken in it."""

    told: tuple[tuple[str, Minutes], ...]
    rest: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        """Whether any of it is."""
        return any(minutes.spoken_ms for _, minutes in self.told)


def share_of(shows: Sequence[ShowDoc], track: TrackDoc | None, languages: Sequence[str]) -> Share | None:
    """What is told before a door or a narration that speaks a visitor's language only in part; None where it is whole.

    Of a show it is told in the first of the visitor's languages, and in the next one that it speaks at all where it
    has not a word of that. A narration is judged by the language that it is declared in; what is not measured is not
    judged.
    """
    if shows:
        known = [(each, show_minutes(shows, each)) for each in languages]
        spoken = [each for each in known if each[1].spoken_ms][:1]
        told = known[:1] if known[0][1].spoken_ms else [known[0], *spoken]
        every = [segment.language for show in shows for segment in show.segment]
    elif track is not None:
        told = [(track.language, own_minutes(track, track.language))]
        every = sorted(speech_of(track)[0])
    else:
        return None
    if any(minutes.covered or not minutes.measured for _, minutes in told):
        return None
    rest = [
        each for each in every if not any(is_same_tongue(tag, each) for tag, part in told if part.spoken_ms)
    ]
    return Share(tuple(told), tuple(dict.fromkeys(rest)))


def coverage_of(
    content: Content, language: str, reader: str = "en", variant: str = STANDARD
) -> dict[str, Any]:
    """A site's coverage in one language as the contract has it, with the exhibits that fall short."""
    return coverage_in(hearing(content, variant), language, reader)


def coverage_in(heard: Hearing, language: str, reader: str = "en") -> dict[str, Any]:
    """The same of anything that can be heard: a site, a release, a tour."""
    minutes = {each: heard.minutes(each, language) for each in heard.audible()}
    whole = sum(minutes.values(), NOTHING)
    return {
        "language": language,
        "minutes": in_minutes(whole.spoken_ms),
        "total_minutes": in_minutes(whole.total_ms),
        "exhibits": sum(not each.falls_short for each in minutes.values()),
        "total_exhibits": len(minutes),
        "measured": whole.measured,
        "checked": whole.checked,
        "summary": worded(language, whole, reader),
        "exceptions": [
            {"exhibit": exhibit, "summary": worded(language, each, reader)}
            for exhibit, each in minutes.items()
            if each.falls_short
        ],
    }


def coverage_for(view: ReleaseView, languages: Sequence[str], variant: str = STANDARD) -> dict[str, Any]:
    """What a visitor is told at the hand-out: the coverage in the first of their languages, worded for them."""
    return coverage_in(hearing_of(view, variant), languages[0], reader_of(languages))


def cell(language: str, minutes: Minutes, reader: str) -> dict[str, Any]:
    """One figure of a sheet: an exhibit, show or tour in one language."""
    return {
        "minutes": in_minutes(minutes.spoken_ms),
        "summary": worded(language, minutes, reader),
        "covered": not minutes.falls_short,
        "measured": minutes.measured,
        "checked": minutes.checked,
    }
