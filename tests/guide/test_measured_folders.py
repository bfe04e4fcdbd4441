"""Measurements in a site folder: taken over where they fit, made where they do not, and taken along at an export."""

import io
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from guide.content import TrackDoc
from guide.services.loudness import recipe_of, target_of, variation_of
from guide.services.releases import variation_in
from guide.store import catalogue, jobs
from guide.wiring import Guide
from media.av_io import RATE
from media.decode import mono_blocks
from media.transcript import parse
from tests.guide.museum import Folder

DEMO: Final = Path(__file__).parents[2] / "guide" / "demo" / "coupole" / "tracks" / "v2"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


@pytest.fixture
def folder(museum: Path, tmp_path: Path) -> Folder:
    """The small museum, to be changed."""
    return Folder.copy(museum, tmp_path / "folder")


def steps_of(guide: Guide, folder: Folder) -> tuple[list[str], dict[str, TrackDoc]]:
    """Import a folder: the steps that it took, and the tracks that are there then."""
    steps: list[str] = []
    guide.catalogue.importing.run(folder.root, who="import", progress=lambda step, *_: steps.append(step))
    content, _ = guide.catalogue.draft.content("small")
    return list(dict.fromkeys(steps)), {each.id: each for each in content.tracks}


def exported(guide: Guide) -> bytes:
    """The draft as a zip."""
    packed = io.BytesIO()
    guide.catalogue.exporting.draft("small", packed)
    return packed.getvalue()


class TestTakenOver:
    def test_what_a_folder_brings_nobody_measures_again(self, guide: Guide, folder: Folder) -> None:
        """Renditions and measurements that fit are taken over, and nobody listens."""
        steps, tracks = steps_of(guide, folder)
        assert "listening" not in steps
        measures = tracks["v2.fr.standard"].measures
        assert measures is not None
        assert measures.recipe == recipe_of("opus")
        assert measures.integrated_lufs == pytest.approx(-16, abs=0.5)
        assert measures.peaks_sha256 is not None
        assert guide.catalogue.store.has(measures.peaks_sha256, "dat")

    def test_an_export_takes_them_along(self, guide: Guide, folder: Folder, tmp_path: Path) -> None:
        """An exported museum is imported without listening, and its tracks have the same figures."""
        _, before = steps_of(guide, folder)
        path = tmp_path / "again"
        with zipfile.ZipFile(io.BytesIO(exported(guide))) as archive:
            archive.extractall(path)
        steps, after = steps_of(guide, Folder(path))
        assert "listening" not in steps
        assert after == before


FIGURES: Final = '[[source]]\ntrack = "tracks/v2/{}.wav"'
SPOILED: Final[dict[str, Callable[[Folder], object]]] = {
    "no figures": lambda f: f.replace("renditions.toml", FIGURES.format("fr"), FIGURES.format("en")),
    "another text": lambda f: f.replace("tracks/v2/fr.vtt", "Voici", "Voilà"),
    "another waveform": lambda f: f.write("tracks/v2/fr.dat", b"0"),
    "no waveform": lambda f: f.remove("tracks/v2/fr.dat"),
}


@ON_SQLITE
@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_does_not_fit_is_measured(
    guide: Guide, folder: Folder, spoil: Callable[[Folder], object]
) -> None:
    """A sound whose figures are missing, or were another text's, is listened to at the import, and no fault is told."""
    spoil(folder)
    steps, tracks = steps_of(guide, folder)
    measures = tracks["v2.fr.standard"].measures
    assert "listening" in steps
    assert measures is not None
    assert measures.peaks_sha256 is not None
    assert guide.catalogue.store.has(measures.peaks_sha256, "dat")


@ON_SQLITE
def test_another_loudness_is_another_recipe(guide: Guide, folder: Folder) -> None:
    """A site that wants its guide quieter has every narration levelled anew, and hears those from then on."""
    _, usual = steps_of(guide, folder)
    folder.replace("site.toml", "[rules]", "[loudness]\ntarget_lufs = -20\n[rules]")
    steps, quiet = steps_of(guide, folder)
    assert "listening" in steps
    levels = [each["ida.fr.standard"].measures for each in (usual, quiet)]
    assert [round(each.integrated_lufs or 0) for each in levels if each] == [-16, -20]
    files = [
        guide.releases.renditions_of("small", each["ida.fr.standard"])["opus"] for each in (usual, quiet)
    ]
    assert [each.recipe for each in files] == [recipe_of("opus"), recipe_of("opus", "@-20")]
    assert [variation_in(each["ida.fr.standard"]) for each in (usual, quiet)] == ["", "@-20"]
    assert steps_of(guide, folder)[0] == ["storing"]
    site = guide.catalogue.draft.content("small")[0].site
    assert target_of(variation_of(site)) == -20


@pytest.mark.slow
@ON_SQLITE
def test_an_english_track_of_two_thirds_french(guide: Guide, folder: Folder) -> None:
    """A minute of English and two of French under an English name are told as a minute of three."""
    join(folder.root / "tracks/v2/en", ["en", "fr", "fr"])
    _, tracks = steps_of(guide, folder)
    track = tracks["v2.en.standard"]
    assert track.measures is not None
    speech = track.measures.languages
    assert track.measures.checked
    assert {*speech} == {"en", "fr"}
    assert sum(speech.values()) == track.measures.speech_ms
    assert speech["en"] / track.measures.speech_ms == pytest.approx(1 / 3, abs=0.05)
    with guide.database.reading() as session:
        heard = jobs.hearing(session, "small", track.source_sha256 or "")
        found = catalogue.draft(session, "small")
    assert heard is not None
    codes = {
        each.code for each in guide.catalogue.publishing.publish("small", note="", who="curator").warnings
    }
    assert "language_mixed" in codes
    assert found.tracks


def join(path: Path, languages: list[str]) -> None:
    """Put narrations of the demo one after the other, with their transcripts, under one name."""
    cues, at_ms = ["WEBVTT\n"], 0
    with wave.open(str(path.with_suffix(".wav")), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        for language in languages:
            spoken = parse((DEMO / f"{language}.vtt").read_text(encoding="utf-8")).cues
            cues += [
                f"{clock(at_ms + each.start_ms)} --> {clock(at_ms + each.end_ms)}\n{each.text}\n"
                for each in spoken
            ]
            for block in mono_blocks(DEMO / f"{language}.opus"):
                out.writeframes((block * 32767).astype("<i2").tobytes())
                at_ms += len(block) * 1000 // RATE
    path.with_suffix(".vtt").write_text("\n".join(cues), encoding="utf-8")


def clock(at_ms: int) -> str:
    """A time as WebVTT writes it."""
    minutes, ms = divmod(at_ms, 60_000)
    return f"{minutes:02}:{ms // 1000:02}.{ms % 1000:03}"
