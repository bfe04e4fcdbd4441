"""The one check of a content: at an import, on the desk, on the command line and before a publication.

    documents  ->  geometry  ->  claims  ->  layout  ->  what is missing

Errors come first, in the order of the documents; then what the claims have to say, the layout's findings in the
order of `zones.check`, and the lists of what is missing.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from guide.content import Content
from guide.services.claims import claim_findings, mixture_findings
from guide.services.content_check import ContentFault, content_faults, geometry_faults
from guide.services.coverage import STANDARD
from guide.services.findings import Finding, errors_of, warnings_of
from guide.services.layout_check_words import (
    LIST_CODES,
    fault_sentence,
    found_sentence,
    list_sentence,
    proposal_of,
)
from guide.services.layouts import connector_of, level_of, zone_of
from guide.services.narrations import Progress, unheard
from zones.check import check as check_layout
from zones.check_found import Found
from zones.model import Rules
from zones.profiles import DEFAULT_PROFILE, PROFILES
from zones.rule_values import read_rules
from zones.units import Millis

CHECKING: Final = "checking"
STRAY: Final = "zone_outside_level"
"""The one finding of the layout check that stops a publication: a zone that nobody can be in is no geometry."""


def check(
    content: Content, reader: str = "en", profile: str | None = None, progress: Progress = unheard
) -> tuple[Finding, ...]:
    """Everything found in a content: what stops a publication, then what does not.

    Args:
        content: A draft, a release, or what a site folder holds.
        reader: The language of the sentences, `en` or `fr`.
        profile: The positioning profile to judge the layout by; None takes the site's.
        progress: Told how far the check is.
    """
    layout = _layout(content, profile or content.site.profile, progress)
    strays = {zone for found in layout if found.code == STRAY for zone in found.zones}
    faults = [*content_faults(content), *geometry_faults(content)]
    errors = [_as_finding(each, reader) for each in faults if not _is_stray(each, strays)]
    kept = {place.zone for place in content.places}
    errors += [_told(found, reader, kept) for found in layout if found.code == STRAY]
    claims = claim_findings(content, reader)
    return (
        *errors,
        *errors_of(claims),
        *warnings_of(claims),
        *mixture_findings(content, reader),
        *(_told(found, reader, kept) for found in layout if found.code != STRAY),
        *_lists(content, reader),
    )


def rules_of(content: Content, profile: str) -> Rules:
    """The rules that a layout is judged by: the profile's, with those of the site's own that can be taken."""
    rules = PROFILES.get(profile, PROFILES[DEFAULT_PROFILE])
    return rules.with_overrides(dict(read_rules(content.site.rules)[0]))


def lengths_of(content: Content) -> dict[str, Millis]:
    """How long the narration of each exhibit is, in its longest language; text alone is no narration."""
    found: dict[str, Millis] = {}
    for track in content.tracks:
        if track.variant == STANDARD and track.source_sha256 and track.duration_ms > 0:
            found[track.exhibit] = Millis(max(found.get(track.exhibit, 0), track.duration_ms))
    return found


def _layout(content: Content, profile: str, progress: Progress) -> tuple[Found, ...]:
    return check_layout(
        [level_of(each) for each in content.levels],
        [zone_of(each) for each in content.zones],
        [connector_of(each) for each in content.connectors],
        rules_of(content, profile),
        lengths_of(content),
        lambda done, total: progress(CHECKING, done, total),
    )


def _told(found: Found, reader: str, kept: AbstractSet[str | None]) -> Finding:
    """A finding in words; no proposal takes a zone away that a code or a beacon stands for."""
    change = found.change
    if change is not None and any(edit.gone and edit.zone in kept for edit in change.edits):
        change = None
    return Finding(
        code=found.code,
        severity="error" if found.code == STRAY else "warning",
        sentence=found_sentence(found, reader),
        zones=found.zones,
        exhibits=found.exhibits,
        level=found.level,
        at=found.at,
        value=found.value,
        limit=found.limit,
        proposal=proposal_of(change, reader),
        where=f"zone {found.zones[0]}" if found.zones else f"level {found.level}",
    )


def _is_stray(fault: ContentFault, strays: set[str]) -> bool:
    """Whether the layout check says the same, with figures."""
    return fault.kind == "zone" and fault.id in strays and fault.message.startswith("reaches ")


def _as_finding(fault: ContentFault, reader: str) -> Finding:
    return Finding(
        code=fault.code,
        severity="error",
        sentence=fault_sentence(fault.code, fault.where(), fault.message, reader, fault.french),
        zones=(fault.id,) if fault.kind == "zone" else (),
        exhibits=(fault.id,) if fault.kind == "exhibit" else (),
        level=fault.id if fault.kind == "level" else None,
        where=fault.where(),
    )


def _lists(content: Content, reader: str) -> Iterator[Finding]:
    """What is missing: zones, exhibits, recordings, languages and transcripts, each kind in one finding."""
    lists = {code: tuple(names) for code, names in _missing(content) if names}
    for code in LIST_CODES[: LIST_CODES.index("language_missing")]:
        if names := lists.get(code):
            told = list_sentence(code, names, reader)
            zones, exhibits = (names, ()) if code == "zone_without_exhibit" else ((), names)
            yield Finding(code, "warning", told, zones, exhibits, value=float(len(names)), limit=0.0)
    yield from _languages(content, reader)
    if names := lists.get("transcript_missing"):
        told = list_sentence("transcript_missing", names, reader)
        yield Finding(
            "transcript_missing", "warning", told, exhibits=names, value=float(len(names)), limit=0.0
        )


def _missing(content: Content) -> Iterator[tuple[str, list[str]]]:
    placed = {zone.exhibit for zone in content.zones}
    audio = [track for track in content.tracks if track.source_sha256]
    heard = {track.exhibit for track in audio} | {show.exhibit for show in content.shows}
    yield "no_zone", [each.id for each in content.exhibits if each.id not in placed]
    yield "zone_without_exhibit", [each.id for each in content.zones if each.exhibit is None]
    yield "no_narration", [each.id for each in content.exhibits if each.id not in heard]
    yield "transcript_missing", sorted({each.exhibit for each in audio if each.transcript_sha256 is None})


def _languages(content: Content, reader: str) -> Iterator[Finding]:
    """Languages that the site names and exhibits with a narration lack."""
    spoken = {
        (track.exhibit, track.language)
        for track in content.tracks
        if track.source_sha256 and track.variant == STANDARD
    }
    heard = {exhibit for exhibit, _ in spoken}
    for language in content.site.languages:
        missing = tuple(
            each.id for each in content.exhibits if each.id in heard and (each.id, language) not in spoken
        )
        if missing:
            told = list_sentence("language_missing", missing, reader, language)
            yield Finding(
                "language_missing", "warning", told, exhibits=missing, value=float(len(missing)), limit=0.0
            )
