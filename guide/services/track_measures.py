"""What was measured of a track: as the draft keeps it, and as a curator reads it."""

from collections.abc import Iterator
from typing import Any, Final

from guide.content import MeasuresDoc, TrackDoc
from guide.services.coverage import in_minutes, whole_minutes
from guide.services.language_names import language_name
from guide.store.catalogue import media_url
from media.ingest import Ingested
from media.language import Heard

LEAST_MS: Final = 5_000
"""Less speech than this in another language is a name or a greeting, and no remark."""


def measures_of(made: Ingested, *, peaks: str, captions: str | None) -> MeasuresDoc:
    """The measured figures of a file that was taken in; its waveform and its re-timed text are in the store."""
    return MeasuresDoc(
        recipe=made.recipe,
        integrated_lufs=made.integrated_lufs,
        loudness_range_lu=made.loudness_range_lu,
        true_peak_dbtp=made.true_peak_dbtp,
        gain_db=made.gain_db,
        lead_ms=made.lead_ms,
        tail_ms=made.tail_ms,
        speech_ms=made.speech_ms,
        languages=dict(made.languages),
        checked=made.checked,
        peaks_sha256=peaks,
        captions_sha256=captions,
        notes=tuple(made.notes),
    )


def with_languages(measures: MeasuresDoc, heard: Heard, captions: str | None) -> MeasuresDoc:
    """The same figures after the text has changed: the sound has not, so only its languages are counted anew."""
    return measures.model_copy(
        update={
            "languages": dict(heard.languages),
            "checked": heard.checked,
            "captions_sha256": captions,
        }
    )


def measures_body(track: TrackDoc) -> dict[str, Any] | None:
    """The figures as they are told; None where nobody has measured."""
    measures = track.measures
    if measures is None:
        return None
    return {
        "integrated_lufs": measures.integrated_lufs,
        "loudness_range_lu": measures.loudness_range_lu,
        "true_peak_dbtp": measures.true_peak_dbtp,
        "gain_db": measures.gain_db,
        "lead_ms": measures.lead_ms,
        "tail_ms": measures.tail_ms,
        "speech_ms": measures.speech_ms,
        "speech_minutes": in_minutes(measures.speech_ms),
        "languages": dict(measures.languages),
        "checked": measures.checked,
        "recipe": measures.recipe,
        "waveform": media_url(measures.peaks_sha256, "dat") if measures.peaks_sha256 else None,
        "notes": list(measures.notes),
    }


def remarks(track: TrackDoc, reader: str) -> Iterator[dict[str, Any]]:
    """What a curator should know of a track's languages, each with a sentence."""
    measures = track.measures
    if measures is None or not track.source_sha256:
        return
    if not measures.speech_ms:
        yield _remark("no_speech", track.language, 0, *_NO_SPEECH[reader == "fr"])
    for language, ms in sorted(measures.languages.items(), key=lambda each: -each[1]):
        if ms >= LEAST_MS and not _is_same(language, track.language):
            yield _remark("other_language", language, ms, *_other(track, language, ms, reader))
    if measures.speech_ms and not measures.checked:
        yield _remark("unchecked", track.language, measures.speech_ms, *_UNCHECKED[reader == "fr"])


_NO_SPEECH: Final = (
    ("No speech was found in this sound.",),
    ("Aucune parole n’a été trouvée dans ce son.",),
)
_UNCHECKED: Final = (
    ("No transcript bears out the language; it counts as it was declared.",),
    ("Aucune transcription ne confirme la langue ; elle compte telle qu’elle a été déclarée.",),
)


def _other(track: TrackDoc, language: str, ms: int, reader: str) -> tuple[str]:
    minutes = max(1, whole_minutes(ms))
    found, declared = language_name(language, reader), language_name(track.language, reader)
    if reader == "fr":
        return (
            f"Environ {minutes} min sont en {found.lower()}, alors que la piste est déclarée en {declared.lower()}.",
        )
    return (f"About {minutes} min of it are in {found}, but the track is declared as {declared}.",)


def _remark(code: str, language: str, ms: int, sentence: str) -> dict[str, Any]:
    return {"code": code, "language": language, "ms": ms, "sentence": sentence}


def _is_same(left: str, right: str) -> bool:
    return left.partition("-")[0] == right.partition("-")[0]
