"""An ambience under the narrations of an exhibit: laid when they are taken in, and never part of what is measured."""

import io
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from starlette.testclient import TestClient

from guide.content import TrackDoc, content_hash
from guide.services.catalogue import Catalogue
from guide.services.importing import SiteFolderFaults
from guide.services.layout_check_folder import check_folder
from guide.services.loudness import recipe_of
from guide.services.releases import Releases, variation_in
from guide.settings import Settings
from guide.store.catalogue import RenditionRow
from guide.store.database import Database
from guide.wiring import Guide
from media import renditions
from media.decode import mono_blocks
from media.gaps import levels
from media.loudness import measure
from tests.guide.desk import Desk
from tests.guide.fakes import FakeClock
from tests.guide.museum import Folder
from tests.media.sounds import RATE, hum, hush, write

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
"""What lies in files has nothing to do with the database."""
DEMO: Final = Path(__file__).parents[2] / "guide" / "demo" / "coupole" / "tracks"
WIND: Final = 0.05 * np.random.default_rng(2).standard_normal(4 * RATE).astype(np.float32)
RAIN: Final = 0.05 * np.random.default_rng(3).standard_normal(5 * RATE).astype(np.float32)
SILENT_DB: Final = -70.0


@pytest.fixture(scope="module")
def spoken(museum: Path, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The small museum; its V-2 is told in French by a real voice, with a pause of four seconds, and has no other."""
    folder = Folder.copy(museum, tmp_path_factory.mktemp("spoken") / "folder")
    folder.remove("tracks/v2/fr.vtt", "tracks/v2/en.vtt", "tracks/v2/en.wav", "tracks/v2/en.family.wav")
    voice = np.concatenate(list(mono_blocks(DEMO / "v2" / "fr.opus")))[: 6 * RATE]
    write(folder.root / "tracks/v2/fr.wav", np.concatenate([voice, hush(4), voice[: 3 * RATE]]))
    # what it brings along of the others stays, so that nobody listens to them
    files = [each for each in renditions.read(folder.root) if "/v2/" not in each.track]
    figures = [each for each in renditions.read_measured(folder.root) if "/v2/" not in each.track]
    renditions.write(folder.root, files, figures)
    return folder


@pytest.fixture
def folder(spoken: Folder, tmp_path: Path) -> Folder:
    """A copy of it."""
    return Folder.copy(spoken.root, tmp_path / "folder")


def with_ambience(folder: Folder, sound: Any = WIND, name: str = "ambience.flac") -> Folder:
    """The museum with a sound under its V-2."""
    write(folder.root / "tracks/v2" / name, sound)
    return folder


def take(guide: Guide, folder: Folder) -> tuple[list[str], dict[str, TrackDoc]]:
    """Import a folder and publish it: the steps that it took, and the tracks that are there then."""
    steps: list[str] = []
    guide.catalogue.importing.run(
        folder.root, who="import", publish=True, progress=lambda step, *_: steps.append(step)
    )
    content, _ = guide.catalogue.draft.content("small")
    return list(dict.fromkeys(steps)), {each.id: each for each in content.tracks}


def files_of(guide: Guide, track: TrackDoc) -> dict[str, RenditionRow]:
    """What is heard of a track, by format."""
    return {**guide.releases.renditions_of("small", track)}


def silent_share(guide: Guide, row: RenditionRow) -> float:
    """How much of a file is silent."""
    sounding = levels(mono_blocks(guide.catalogue.store.path(row.sha256, row.format)))
    return float(np.mean(sounding < SILENT_DB))


def exported(guide: Guide) -> bytes:
    """The draft as a zip."""
    packed = io.BytesIO()
    guide.catalogue.exporting.draft("small", packed)
    return packed.getvalue()


class TestHeard:
    def test_it_lies_under_every_rendition(self, guide: Guide, folder: Folder) -> None:
        """Opus at once and AAC later: no pause is silent, and both are as loud as every narration."""
        _, tracks = take(guide, with_ambience(folder))
        guide.catalogue.background.finish()
        made = files_of(guide, tracks["v2.fr.standard"])

        assert sorted(made) == ["m4a", "opus"]
        for row in made.values():
            loudness, _ = measure(guide.catalogue.store.path(row.sha256, row.format))
            assert loudness.integrated_lufs == pytest.approx(-16, abs=0.5)
            assert loudness.true_peak_dbtp is not None
            assert loudness.true_peak_dbtp <= -1
            assert silent_share(guide, row) < 0.02
        view = guide.releases.active("small")
        assert guide.catalogue.background.job(view)["state"] == "ready"

    def test_what_is_measured_is_the_narration(self, guide: Guide, folder: Folder) -> None:
        """Minutes of speech, gaps and length are those of the voice alone; only the sound is another."""
        _, alone = take(guide, folder)
        _, over = take(guide, with_ambience(folder))
        before, after = alone["v2.fr.standard"], over["v2.fr.standard"]

        assert before.measures is not None
        assert after.measures is not None
        assert after.measures.speech_ms == before.measures.speech_ms > 6_000
        assert after.measures.languages == before.measures.languages
        assert (after.gaps_ms, after.duration_ms) == (before.gaps_ms, before.duration_ms)
        assert after.source_sha256 == before.source_sha256
        quiet, windy = (files_of(guide, each)["opus"] for each in (before, after))
        assert quiet.sha256 != windy.sha256
        assert silent_share(guide, quiet) > 0.15

    def test_other_exhibits_are_as_they_were(self, guide: Guide, folder: Folder) -> None:
        """It lies under the narrations of its own exhibit, whatever their language."""
        _, tracks = take(guide, with_ambience(folder))
        assert tracks["ida.fr.standard"].ambience is None
        assert files_of(guide, tracks["ida.fr.standard"])["opus"].recipe == recipe_of("opus")
        assert tracks["v2.fr.standard"].ambience is not None
        assert variation_in(tracks["v2.fr.standard"]).startswith("+")

    def test_one_sound_may_be_heard_both_ways(self, guide: Guide, folder: Folder) -> None:
        """The same narration at another exhibit, without the ambience, has files of its own there."""
        with_ambience(folder)
        folder.write("tracks/planetarium/fr.wav", (folder.root / "tracks/v2/fr.wav").read_bytes())
        _, tracks = take(guide, folder)
        guide.catalogue.background.finish()
        both = [files_of(guide, tracks[each]) for each in ("v2.fr.standard", "planetarium.fr.standard")]
        for form in ("opus", "m4a"):
            assert both[0][form].source_sha256 == both[1][form].source_sha256
            assert silent_share(guide, both[0][form]) < 0.02
            assert silent_share(guide, both[1][form]) > 0.15


class TestImporting:
    def test_again_nobody_listens(self, guide: Guide, folder: Folder) -> None:
        """What lies over the same ambience is there already."""
        take(guide, with_ambience(folder))
        assert take(guide, folder)[0] == ["storing"]

    def test_another_ambience_is_another_sound(self, guide: Guide, folder: Folder) -> None:
        """And none at all is one again: each is content, so that a release says what is heard in it."""
        heard, hashes = [], []
        for sound in (WIND, RAIN, None):
            if sound is None:
                folder.remove("tracks/v2/ambience.flac")
            else:
                with_ambience(folder, sound)
            _, tracks = take(guide, folder)
            heard.append(files_of(guide, tracks["v2.fr.standard"])["opus"].sha256)
            hashes.append(content_hash(guide.catalogue.draft.content("small")[0]))
        assert len({*heard}) == len({*hashes}) == 3

    def test_an_export_brings_it_back(self, guide: Guide, folder: Folder, tmp_path: Path) -> None:
        """Elsewhere the museum sounds the same, and nobody listens or encodes for it."""
        _, before = take(guide, with_ambience(folder))
        packed = tmp_path / "small.zip"
        packed.write_bytes(exported(guide))
        with zipfile.ZipFile(packed) as archive:
            ambience = (folder.root / "tracks/v2/ambience.flac").read_bytes()
            assert archive.read("tracks/v2/ambience.flac") == ambience
        elsewhere = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
        elsewhere.prepare()
        clock = FakeClock()
        other = Catalogue.wire(
            Settings(data=tmp_path / "other"), elsewhere, Releases(elsewhere, clock), clock
        )
        steps: list[str] = []
        other.importing.run(packed, who="bert", progress=lambda step, *_: steps.append(step))
        content, _ = other.draft.content("small")
        assert "listening" not in steps
        assert content_hash(content) == content_hash(guide.catalogue.draft.content("small")[0])
        assert {each.id: each for each in content.tracks} == before
        again = io.BytesIO()
        other.exporting.draft("small", again)
        assert again.getvalue() == packed.read_bytes()
        elsewhere.close()

    def test_a_folder_that_brings_files_over_another_is_listened_to(
        self, guide: Guide, folder: Folder, tmp_path: Path
    ) -> None:
        """Who changes the ambience in an exported folder need not know that its files were made over the old one."""
        take(guide, with_ambience(folder))
        changed = Folder(tmp_path / "changed")
        with zipfile.ZipFile(io.BytesIO(exported(guide))) as archive:
            archive.extractall(changed.root)
        steps, tracks = take(guide, with_ambience(changed, RAIN))
        assert "listening" in steps
        assert silent_share(guide, files_of(guide, tracks["v2.fr.standard"])["opus"]) < 0.02


class TestUnfit:
    def test_it_is_told_in_words_with_all_other_faults(self, guide: Guide, folder: Folder) -> None:
        """No sound, too long, one too many: each at its own file, beside a narration that is none."""
        folder.write("tracks/v2/ambience.mp3", "#EXTM3U\n").write("tracks/ida/en.ogg", "text")
        write(folder.root / "tracks/ida/ambience.flac", np.tile(hum(1, rate=8_000), 601), 8_000)
        write(folder.root / "tracks/v2/ambience.wav", hush(3))

        with pytest.raises(SiteFolderFaults) as caught:
            take(guide, folder)

        told = {fault.where: fault.message for fault in caught.value.errors}
        assert {*told} == {
            "tracks/ida/ambience.flac",
            "tracks/ida/en.ogg",
            "tracks/v2/ambience.mp3",
            "tracks/v2/ambience.wav",
        }
        assert "longer than ten minutes" in told["tracks/ida/ambience.flac"]
        assert "playlist" in told["tracks/v2/ambience.mp3"]
        assert told["tracks/v2/ambience.wav"].startswith("is a second ambience of the same exhibit")

    @pytest.mark.usefixtures("database_url")
    def test_the_check_of_a_folder_tells_it_too(self, folder: Folder) -> None:
        """Before anything is imported."""
        write(folder.root / "tracks/v2/ambience.wav", hush(3))
        found = check_folder(folder.root).findings
        (told,) = [each.sentence for each in found if (each.where or "") == "tracks/v2/ambience.wav"]
        assert "silent" in told

    def test_without_a_narration_over_it_the_folder_is_not_whole(self, guide: Guide, folder: Folder) -> None:
        """An ambience is nothing to listen to by itself."""
        folder.remove("tracks/v2/fr.wav")
        with pytest.raises(SiteFolderFaults) as caught:
            take(guide, with_ambience(folder))
        assert "tracks/v2: holds no audio; add a narration or remove the folder" in map(
            str, caught.value.errors
        )


class TestLater:
    def test_a_narration_that_is_sent_is_heard_over_it(
        self, client: TestClient, guide: Guide, folder: Folder, tmp_path: Path
    ) -> None:
        """Who uploads the English for an exhibit with an ambience need not think of it."""
        _, tracks = take(guide, with_ambience(folder))
        key = guide.access.add_key("small", "anna", "curator").key
        desk = Desk(client, guide, {"Authorization": f"Bearer {key}"}, tmp_path)
        voice = np.concatenate(list(mono_blocks(DEMO / "v2" / "en.opus")))[: 4 * RATE]
        sent = write(tmp_path / "sent.wav", np.concatenate([voice, hush(4), voice])).read_bytes()

        assert desk.done(desk.send(sent, exhibit="v2", language="en"))["state"] == "ready"

        content, _ = guide.catalogue.draft.content("small")
        made = next(each for each in content.tracks if each.id == "v2.en.standard")
        assert made.ambience == tracks["v2.fr.standard"].ambience
        for row in files_of(guide, made).values():
            assert silent_share(guide, row) < 0.02
