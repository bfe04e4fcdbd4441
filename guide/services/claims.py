"""What the house promises of a language, and what its narrations are declared to be, held against what is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from guide.content import Content, TrackDoc
from guide.services.coverage import (
    COVERED,
    NOTHING,
    Minutes,
    hearing,
    in_minutes,
    own_minutes,
    show_minutes,
    speech_of,
    worded,
)
from guide.services.findings import Finding, Proposal
from guide.services.sentences import in_sentence

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "site": "the site",
        "exhibit": "exhibit {id}",
        "show": "show {id}",
        "refuted": "The claim that {name} is full in {language} does not hold: {told}.",
        "unmeasured": "The claim that {name} is full in {language} does not hold by the length of the narrations, "
        "whose speech is not measured: {told}.",
        "nothing": "The claim that {name} is full in {language} cannot be judged: nothing to hear is there yet.",
        "record": 'Record what is missing, or write claims = {{ {tag} = "partial" }}.',
        "mixed": "The narration {track} is declared {language}, but not all of it is: {told}.",
        "rest": "Record the rest in {language}.",
        "rest or": "Record the rest in {language}, or declare it as {other}.",
    },
    "fr": {
        "site": "le site",
        "exhibit": "l’œuvre {id}",
        "show": "la séance {id}",
        "refuted": "La promesse « {name} entièrement en {language} » ne tient pas : {told}.",
        "unmeasured": "La promesse « {name} entièrement en {language} » ne tient pas d’après la durée des "
        "commentaires, dont la parole n’est pas mesurée : {told}.",
        "nothing": "La promesse « {name} entièrement en {language} » ne peut être jugée : il n’y a encore rien à "
        "entendre.",
        "record": 'Enregistrez ce qui manque, ou écrivez claims = {{ {tag} = "partial" }}.',
        "mixed": "Le commentaire {track} est déclaré en {language}, mais ne l’est pas en entier : {told}.",
        "rest": "Enregistrez le reste en {language}.",
        "rest or": "Enregistrez le reste en {language}, ou déclarez-le en {other}.",
    },
}


@dataclass(frozen=True, slots=True)
class _Claim:
    """What the house promises of a language: for the whole site, an exhibit or a show."""

    kind: Literal["site", "exhibit", "show"]
    id: str
    language: str
    counted: Minutes
    """What is there, taking durations for speech where nobody has measured it."""
    at_best: Minutes
    """What is there if every narration that nobody has measured were in the language, whole."""
    exhibits: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The document that makes it."""
        return self.kind if self.kind == "site" else f"{self.kind} {self.id}"


def claim_findings(content: Content, reader: str = "en") -> tuple[Finding, ...]:
    """Claims that do not hold: an error where measured minutes refute it, a warning where only durations do.

    A claim is refuted by what is measured when it would not hold even if all that is not measured bore it out.
    """
    return tuple(_refused(each, reader) for each in _claims(content) if not each.counted.covered)


def _claims(content: Content) -> Iterator[_Claim]:
    heard = hearing(content)
    for language in _full(content.site.claims):
        parts = [heard.minutes(each, language) for each in heard.audible()]
        at_best = sum(map(_at_best, parts), NOTHING)
        yield _Claim("site", content.site.id, language, sum(parts, NOTHING), at_best)
    for exhibit in content.exhibits:
        for language in _full(exhibit.claims):
            minutes = heard.minutes(exhibit.id, language)
            yield _Claim("exhibit", exhibit.id, language, minutes, _at_best(minutes), (exhibit.id,))
    for show in content.shows:
        for language in _full(show.claims):
            minutes = show_minutes([show], language)
            yield _Claim("show", show.id, language, minutes, minutes, (show.exhibit,))


def _full(claims: Mapping[str, str]) -> list[str]:
    return [language for language, claim in claims.items() if claim == "full"]


def _at_best(minutes: Minutes) -> Minutes:
    return minutes if minutes.measured else Minutes(minutes.total_ms, minutes.total_ms)


def _refused(claim: _Claim, reader: str) -> Finding:
    nothing = claim.counted.total_ms == 0
    refuted = not nothing and not claim.at_best.covered
    words = _WORDS[reader]
    said = words["nothing" if nothing else "refuted" if refuted else "unmeasured"]
    facts = {
        "name": words[claim.kind].format(id=claim.id),
        "language": in_sentence(claim.language, reader),
        "told": worded(claim.language, claim.counted, reader),
        "tag": claim.language,
    }
    return Finding(
        code="claim_refuted" if refuted else "claim_unmeasured",
        severity="error" if refuted else "warning",
        sentence=said.format(**facts),
        exhibits=claim.exhibits,
        value=in_minutes(claim.counted.spoken_ms),
        limit=in_minutes(claim.counted.total_ms),
        proposal=Proposal("record", words["record"].format(**facts)),
        where=claim.where,
    )


def mixture_findings(content: Content, reader: str = "en") -> tuple[Finding, ...]:
    """Narrations that do not speak the language that they are declared in, with the minutes that do: warnings."""
    return tuple(_mixed(each, reader) for each in content.tracks if each.source_sha256 and _is_mixed(each))


def _is_mixed(track: TrackDoc) -> bool:
    own = own_minutes(track, track.language)
    return own.measured and own.spoken_ms < COVERED * own.total_ms


def _mixed(track: TrackDoc, reader: str) -> Finding:
    own = own_minutes(track, track.language)
    speech, _ = speech_of(track)
    most = max(sorted(speech), key=lambda tag: speech[tag])
    words = _WORDS[reader]
    facts = {
        "track": track.id,
        "language": in_sentence(track.language, reader),
        "other": in_sentence(most, reader),
        "told": worded(track.language, own, reader),
    }
    return Finding(
        code="language_mixed",
        severity="warning",
        sentence=words["mixed"].format(**facts),
        exhibits=(track.exhibit,),
        value=in_minutes(own.spoken_ms),
        limit=in_minutes(own.total_ms),
        proposal=Proposal("record", words["rest" if most == track.language else "rest or"].format(**facts)),
        where=f"track {track.id}",
    )
