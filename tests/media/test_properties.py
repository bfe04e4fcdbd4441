"""Whatever arrives: an answer of ours, never an accident."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.errors import MediaError, TranscriptError
from media.probe import Probe, probe
from media.transcript import Cue, Transcript, parse, write
from tests.media.sounds import CODERS, hum
from tests.media.sounds import write as write_sound

EXTENSIONS = list(CODERS)


@cache
def sound(ext: str) -> bytes:
    """A second of sound in this container."""
    with TemporaryDirectory() as folder:
        return write_sound(Path(folder) / f"a{ext}", [hum(1), hum(1, 0.2)]).read_bytes()


hurts = st.lists(
    st.tuples(st.floats(0, 1), st.binary(max_size=40), st.integers(0, 60)), min_size=1, max_size=8
)
"""Where a file is hurt (as a share of its length, more often near its start), what is put in, what is taken out."""


@pytest.mark.parametrize("ext", EXTENSIONS)
@settings(max_examples=25, deadline=None)
@given(hurts=hurts)
def test_a_sound_hurt_anywhere_is_taken_or_refused(ext: str, hurts: list[tuple[float, bytes, int]]) -> None:
    """Bytes changed, put in and taken out, mostly in the header, where parsers trip."""
    data = bytearray(sound(ext))
    for share, put, taken in hurts:
        at = int(share**4 * len(data))
        data[at : at + taken] = put
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.mp3"
        path.write_bytes(data)
        try:
            answer: object = probe(path)
        except MediaError as refused:
            answer = refused
    assert isinstance(answer, Probe | MediaError)


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="WEBVT NOTE\n\r-->:.0123456789<lang fr>/&;é\ufeff\x00", max_size=120))
def test_any_text_is_a_transcript_or_has_faults(text: str) -> None:
    """And faults have lines that exist."""
    try:
        cues = parse(f"WEBVTT\n\n00:00.000 --> 00:01.000\n{text}").cues
    except TranscriptError as error:
        assert all(1 <= fault.line <= text.count("\n") + text.count("\r") + 4 for fault in error.faults)  # noqa: PT017 - every fault is looked at
    else:
        assert all(cue.end_ms > cue.start_ms for cue in cues)


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
languages = st.sampled_from([None, "fr", "en-GB", "nl", "de"])


@given(
    said=st.lists(st.tuples(words, languages, st.integers(1, 10**7)), min_size=1, max_size=6),
    language=languages,
)
def test_every_transcript_is_read_back_as_written(
    said: list[tuple[str, str | None, int]], language: str | None
) -> None:
    """Whatever letters and lengths."""
    at, cues = 0, []
    for text, spoken, length in said:
        cues.append(Cue(at, at + length, text, spoken))
        at += length
    told = Transcript(tuple(cues), language)

    assert parse(write(told)) == told
