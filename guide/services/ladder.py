"""The language ladder: what each exhibit is to a visit, decided from its languages before anything starts.

For each of the visitor's languages in order: audio in the variant asked for, else in the standard one. Then text
in one of those languages over the house's own audio. Then that audio alone, if the visitor said so. Else a gap.
Languages are looked up as RFC 4647 section 3.4 has it: `en-GB` finds `en`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from guide.content import ExhibitDoc, TrackDoc, Variant
from guide.services.advice import advice_of, kind_of
from guide.services.coverage import share_of
from guide.services.language_names import lookup, matches
from guide.services.releases import ReleaseView
from zones import model
from zones.units import Millis


@dataclass(frozen=True, slots=True)
class Rung:
    """What one exhibit is to a visit: the track to play, in which language, and what was asked for."""

    exhibit: ExhibitDoc
    requested: str
    track: TrackDoc | None = None
    text: TrackDoc | None = None
    """The transcript shown: the track's own, or one in the visitor's language over the house audio."""

    @property
    def fallback(self) -> bool:
        """Whether something else is heard than was asked for first."""
        return self.track is not None and not matches(self.requested, self.track.language)

    @property
    def text_language(self) -> str | None:
        """The language of the text where it is not the audio's."""
        if self.track is None or self.text is None or self.text.language == self.track.language:
            return None
        return self.text.language


@dataclass(frozen=True, slots=True)
class Ladder:
    """Every exhibit's rung for one choice of languages, and the engine's programme of it."""

    rungs: Mapping[str, Rung]
    layout: model.Layout
    """The release's layout with the programme of these languages."""


@lru_cache(maxsize=256)
def climb(view: ReleaseView, languages: tuple[str, ...], variant: Variant, *, accept_house: bool) -> Ladder:
    """The ladder of a release for one choice of languages; equal choices share one."""
    rungs = {
        exhibit.id: _rung(view, exhibit, languages, variant, accept_house=accept_house)
        for exhibit in view.content.exhibits
    }
    programme = {name: _entry(view, rung, languages) for name, rung in rungs.items()}
    return Ladder(rungs, view.layout.for_visit(programme))


def _rung(
    view: ReleaseView, exhibit: ExhibitDoc, languages: Sequence[str], variant: Variant, *, accept_house: bool
) -> Rung:
    wishes = [tag for language in languages for tag in lookup(language)]
    own = next((found for tag in wishes if (found := _audio(view, exhibit.id, tag, variant))), None)
    if own is not None:
        return Rung(exhibit, languages[0], own, own if own.transcript_sha256 else None)
    house = next(
        (found for tag in view.content.site.languages if (found := _audio(view, exhibit.id, tag, variant))),
        None,
    )
    text = next((found for tag in wishes if (found := _text(view, exhibit.id, tag, variant))), None)
    if house is not None and (text is not None or accept_house):
        return Rung(exhibit, languages[0], house, text or (house if house.transcript_sha256 else None))
    return Rung(exhibit, languages[0])


def _audio(view: ReleaseView, exhibit: str, language: str, variant: Variant) -> TrackDoc | None:
    return next((each for each in _tracks(view, exhibit, language, variant) if each.source_sha256), None)


def _text(view: ReleaseView, exhibit: str, language: str, variant: Variant) -> TrackDoc | None:
    return next((each for each in _tracks(view, exhibit, language, variant) if each.transcript_sha256), None)


def _tracks(view: ReleaseView, exhibit: str, language: str, variant: Variant) -> Iterator[TrackDoc]:
    """The tracks in a language, the variant asked for before the standard one."""
    for each in dict.fromkeys((variant, "standard")):
        found = view.tracks.get((exhibit, language, each))
        if found is not None:
            yield found


def _entry(view: ReleaseView, rung: Rung, languages: Sequence[str]) -> model.Cue | model.Gap:
    before = forewarnings(view, rung, languages)
    if rung.track is None:
        return model.Gap(() if "language_gap" in before else ("language_gap",), before)
    told = ("text_only",) if rung.text_language else ("fallback",) if rung.fallback else ()
    track = rung.track
    return model.Cue(track.id, Millis(track.duration_ms), tuple(track.gaps_ms), told, before)


def forewarnings(view: ReleaseView, rung: Rung, languages: Sequence[str]) -> tuple[str, ...]:
    """The kinds of notice that come before an exhibit's narration: what is loud, not for all ages, or half told."""
    shows = view.shows.get(rung.exhibit.id, ())
    advice = advice_of(rung.exhibit, shows)
    kinds = (kind_of(advice),) if advice else (None,)
    partial = ("language_gap",) if share_of(shows, rung.track, languages) else ()
    return (*(kind for kind in kinds if kind), *partial)
