"""The demo's narrations: all at one loudness, as their list says, and as a meter says of some."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from media.loudness import measure
from media.render import RECIPES, hash_of
from media.renditions import Measured, read, read_measured
from media.transcript import is_text_alone, parse

DEMO = Path(__file__).parents[2] / "guide" / "demo" / "coupole"
LISTED = {one.track: one for one in read_measured(DEMO)}
SAMPLE = Random(16).sample(sorted(LISTED), 12)  # noqa: S311 - the same ones each time is what is wanted


def test_every_narration_has_its_figures_and_its_rendition() -> None:
    """Nobody who tries the demo waits for anything to be measured or encoded."""
    sounds = sorted(path.relative_to(DEMO).as_posix() for path in DEMO.glob("tracks/*/*.opus"))

    assert sorted(LISTED) == sounds
    assert {one.track: one.recipe for one in read(DEMO)} == dict.fromkeys(sounds, RECIPES["opus"])
    assert {one.recipe for one in LISTED.values()} == {RECIPES["opus"]}


def test_what_has_no_sound_says_that_it_is_to_be_read() -> None:
    """Whoever speaks the demo anew leaves the texts alone that bridge a language to the house's voice."""
    texts = {path for path in DEMO.glob("tracks/*/*.vtt") if not path.with_suffix(".opus").exists()}

    assert {path.relative_to(DEMO).as_posix() for path in texts} == {"tracks/press/nl.vtt"}
    assert all(is_text_alone(path.read_text(encoding="utf-8")) for path in texts)


def test_a_text_over_the_house_voice_is_in_step_with_it() -> None:
    """Each cue of the Dutch text stands while the French says the same."""
    dutch, french = (
        parse((DEMO / f"tracks/press/{language}.vtt").read_text(encoding="utf-8"))
        for language in ("nl", "fr")
    )

    assert [(cue.start_ms, cue.end_ms) for cue in dutch.cues] == [
        (cue.start_ms, cue.end_ms) for cue in french.cues
    ]


@pytest.mark.parametrize("listed", LISTED.values(), ids=LISTED)
def test_every_narration_is_level_and_below_the_peak(listed: Measured) -> None:
    """Within 0.5 LU of -16 LUFS, and at most -1 dBTP; its language is borne out."""
    assert listed.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert listed.true_peak_dbtp is not None
    assert listed.true_peak_dbtp <= -1
    assert listed.checked
    assert listed.languages[Path(listed.track).name.split(".")[0]] >= 0.99 * listed.speech_ms


@pytest.mark.parametrize("track", SAMPLE)
def test_the_figures_are_those_of_the_sound(track: str) -> None:
    """Twelve of them are measured again, the same ones each time."""
    listed = LISTED[track]
    measured, _ = measure(DEMO / track)

    assert measured.integrated_lufs == pytest.approx(listed.integrated_lufs, abs=0.05)
    assert measured.true_peak_dbtp == pytest.approx(listed.true_peak_dbtp, abs=0.1)
    assert hash_of(DEMO / track) == listed.source_sha256
    assert listed.peaks is not None
    assert hash_of(DEMO / listed.peaks) == listed.peaks_sha256
