"""Contents made for a test from a few figures: exhibits with minutes of narration, shows with their segments."""

from collections.abc import Mapping
from typing import Any

from guide.content import (
    Content,
    ExhibitDoc,
    FrameDoc,
    LevelDoc,
    MeasuresDoc,
    SegmentDoc,
    ShowDoc,
    SiteDoc,
    TourDoc,
    TrackDoc,
    track_id,
)
from guide.services.coverage import MINUTE_MS

Told = dict[str, dict[str, float]]
Heard = dict[str, float]
"""Measured minutes of speech by language."""


def museum(
    tracks: Mapping[str, Mapping[str, float | Heard]], shows: Told | None = None, **site: Any
) -> Content:
    """A content in which exhibits have tracks, and shows segments, of some minutes by language.

    A track may carry a variant (`en.family`), or be a text alone (`en text`). Minutes alone are its duration; by
    language they are what was measured in it: `{"en": {"en": 15, "fr": 30}}`.
    """
    names = dict.fromkeys([*tracks, *(shows or {})])
    return Content(
        site=SiteDoc(
            id="m", name={"fr": "M"}, languages=["fr", "en", "nl"], frame=FrameDoc(lat=50, lon=2), **site
        ),
        levels=[LevelDoc(id="hall", ordinal=0)],
        exhibits=[ExhibitDoc(id=each, title={"fr": each}) for each in names],
        shows=[show(exhibit, spoken) for exhibit, spoken in (shows or {}).items()],
        tracks=[
            track(exhibit, told, minutes)
            for exhibit, spoken in tracks.items()
            for told, minutes in spoken.items()
        ],
    )


def track(exhibit: str, told: str, minutes: float | Heard) -> TrackDoc:
    """One track, as `museum` is told of it."""
    name, _, text = told.partition(" ")
    language, _, variant = name.partition(".")
    length = sum(minutes.values()) if isinstance(minutes, dict) else minutes
    return TrackDoc.model_validate(
        {
            "id": track_id(exhibit, language, variant or "standard"),
            "exhibit": exhibit,
            "language": language,
            "variant": variant or "standard",
            "source_sha256": None if text else "a" * 64,
            "source_ext": None if text else "wav",
            "transcript_sha256": "b" * 64,
            "duration_ms": round(length * MINUTE_MS),
            "measures": measures(minutes) if isinstance(minutes, dict) else None,
        }
    )


def measures(minutes: Heard) -> MeasuresDoc:
    """What was measured in a track, and borne out by its transcript."""
    languages = {tag: round(length * MINUTE_MS) for tag, length in minutes.items()}
    return MeasuresDoc(recipe="1", speech_ms=sum(languages.values()), languages=languages, checked=True)


def show(exhibit: str, spoken: Mapping[str, float], **more: Any) -> ShowDoc:
    """A show with a segment of some minutes for each language."""
    return ShowDoc(
        id=f"show-{exhibit}",
        exhibit=exhibit,
        segment=[
            SegmentDoc(minutes=minutes, delivery="live", language=language)
            for language, minutes in spoken.items()
        ],
        **more,
    )


def tour(name: str, *exhibits: str) -> TourDoc:
    """A tour of some exhibits."""
    return TourDoc(id=name, title={"fr": name}, exhibits=list(exhibits))
