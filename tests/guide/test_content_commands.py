"""`coupole import`, `export` and `media say` as a person and a machine call them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guide.conftest import Told
from tests.guide.museum import Folder
from tests.stories.service import Service

Coupole = Callable[..., Told]


@pytest.fixture
def folder(museum: Path, tmp_path: Path) -> Folder:
    """The small museum, to be changed."""
    return Folder.copy(museum, tmp_path / "folder")


def done(told: Told) -> Told:
    """What a command says that must not fail."""
    assert told.code == 0, told
    return told


def failed(told: Told, code: int = 1) -> Told:
    """What a command says that must fail, and does so without a traceback."""
    assert told.code == code, told
    assert "Traceback" not in told.err
    return told


def test_in_and_out_and_in_again(folder: Folder, tmp_path: Path) -> None:
    """A museum that is imported, published, exported and imported elsewhere is the same museum."""
    here, elsewhere = Service(tmp_path / "data"), Service(tmp_path / "elsewhere")
    made = here.json("import", str(folder.root), "--publish", "--note", "opening")
    assert (made["site"], made["release"], made["counts"]["exhibits"]) == ("small", 1, 3)
    zipped = tmp_path / "small.zip"
    told = here.json("export", str(zipped))
    assert (told["site"], told["release"], told["size_bytes"]) == ("small", 1, zipped.stat().st_size)
    again = elsewhere.json("import", str(zipped))
    assert (again["content_hash"], again["release"]) == (made["content_hash"], None)


def test_a_person_reads_what_happened(coupole: Coupole, folder: Folder) -> None:
    """Counts, remarks, and what to do next, in words."""
    told = done(coupole("import", str(folder.root))).out
    assert "Imported small: 2 levels, 1 connector, 3 zones, 3 exhibits, 1 show" in told
    assert "nothing is published yet" in told
    assert "plans/hall.svg was cleaned of <script>" in told
    assert "the draft of small" in done(coupole("export", str(folder.root / "draft.zip"))).out


def test_every_fault_is_listed(coupole: Coupole, folder: Folder) -> None:
    """File, line and sentence, one fault a line; exit 1; nothing is there afterwards."""
    folder.write("tracks/v2/nl.mp3", "a text").replace("exhibits.toml", 'number = "102"', "number = 102")
    folder.replace("levels.toml", "[[connector]]", "[[connector]")
    told = failed(coupole("import", str(folder.root))).err
    lines = [line.strip() for line in told.splitlines()]
    assert [line.split(": ")[0] for line in lines[1:]] == [
        "exhibits.toml:11",
        "levels.toml:14",
        "tracks/v2/nl.mp3",
    ]
    body = failed(coupole("import", str(folder.root), "--json")).json
    assert (body["code"], len(body["errors"])) == ("site_folder_not_sound", 3)
    failed(coupole("export", str(folder.root / "x.zip")))


def test_what_is_not_there_is_misuse(coupole: Coupole, tmp_path: Path) -> None:
    """A path that does not exist, and a release that cannot be, are misuse: exit 2."""
    failed(coupole("import", str(tmp_path / "nowhere")), code=2)
    failed(coupole("export", str(tmp_path / "x.zip"), "--release", "0"), code=2)
    failed(coupole("import"), code=2)


def test_another_museum_is_refused(coupole: Coupole, folder: Folder) -> None:
    """The folder of another site is not mixed in."""
    done(coupole("import", str(folder.root)))
    folder.replace("site.toml", 'id = "small"', 'id = "large"')
    assert "'large'" in failed(coupole("import", str(folder.root))).err


def test_an_export_that_fails_leaves_the_old_file(coupole: Coupole, folder: Folder, tmp_path: Path) -> None:
    """A backup is not lost to a release that does not exist, nor to a folder that does not."""
    done(coupole("import", str(folder.root), "--publish"))
    old = tmp_path / "old.zip"
    old.write_bytes(b"yesterday's")
    failed(coupole("export", str(old), "--release", "7"))
    assert old.read_bytes() == b"yesterday's"
    assert list(tmp_path.glob(".old*")) == []
    assert "cannot be written" in failed(coupole("export", str(tmp_path / "no" / "x.zip"))).err


def test_transcripts_are_spoken(coupole: Coupole, folder: Folder, tmp_path: Path) -> None:
    """A transcript without a sound gets one, in the folder, and the folder can be imported."""
    pytest.importorskip("espeakng_loader", reason="the optional extra [voices] is not installed")
    text = folder.root / "tracks/ida/nl.vtt"
    told = done(coupole("media", "say", str(text), "--json")).json
    outcomes = {each["track"]: each["outcome"] for each in told["tracks"]}
    assert outcomes["tracks/ida/nl.opus"] == "spoken"
    assert text.with_suffix(".opus").stat().st_size > 0
    again = done(coupole("media", "say", str(folder.root), "--json")).json
    assert {each["outcome"] for each in again["tracks"]} == {"unchanged", "recorded"}
    assert done(coupole("import", str(folder.root), "--json")).json["counts"]["tracks"] == 5
    assert "no site folder" in failed(coupole("media", "say", str(tmp_path))).err
