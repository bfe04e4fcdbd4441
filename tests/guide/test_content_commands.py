"""`coupole import`, `export` and `media say` as a person and a machine call them."""

import json
from pathlib import Path

import pytest

from tests.guide.museum import Folder
from tests.stories.service import Service


@pytest.fixture
def coupole(tmp_path: Path) -> Service:
    """The command line on an empty data folder."""
    return Service(tmp_path / "data")


@pytest.fixture
def folder(museum: Path, tmp_path: Path) -> Folder:
    """The small museum, to be changed."""
    return Folder.copy(museum, tmp_path / "folder")


def failed(coupole: Service, *arguments: str, code: int = 1) -> tuple[str, str]:
    """What a command says on either channel that must fail, and does so without a traceback."""
    done = coupole.run(*arguments, ok=False)
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def test_in_and_out_and_in_again(coupole: Service, folder: Folder, tmp_path: Path) -> None:
    """A museum that is imported, published, exported and imported elsewhere is the same museum."""
    made = coupole.json("import", str(folder.root), "--publish", "--note", "opening")
    assert (made["site"], made["release"], made["counts"]["exhibits"]) == ("small", 1, 3)
    zipped = tmp_path / "small.zip"
    told = coupole.json("export", str(zipped))
    assert (told["site"], told["release"], told["size_bytes"]) == ("small", 1, zipped.stat().st_size)
    again = Service(tmp_path / "elsewhere").json("import", str(zipped))
    assert (again["content_hash"], again["release"]) == (made["content_hash"], None)


def test_a_person_reads_what_happened(coupole: Service, folder: Folder) -> None:
    """Counts, remarks, and what to do next, in words."""
    told = coupole.run("import", str(folder.root)).stdout
    assert "Imported small: 2 levels, 1 connector, 3 zones, 3 exhibits, 1 show" in told
    assert "nothing is published yet" in told
    assert "plans/hall.svg was cleaned of <script>" in told
    assert "the draft of small" in coupole.run("export", str(folder.root / "draft.zip")).stdout


def test_every_fault_is_listed(coupole: Service, folder: Folder) -> None:
    """File, line and sentence, one fault a line; exit 1; nothing is there afterwards."""
    folder.write("tracks/v2/nl.mp3", "a text").replace("exhibits.toml", 'number = "102"', "number = 102")
    folder.replace("levels.toml", "[[connector]]", "[[connector]")
    _, told = failed(coupole, "import", str(folder.root))
    lines = [line.strip() for line in told.splitlines()]
    assert [line.split(": ")[0] for line in lines[1:]] == [
        "exhibits.toml:11",
        "levels.toml:14",
        "tracks/v2/nl.mp3",
    ]
    body = json.loads(failed(coupole, "import", str(folder.root), "--json")[0])
    assert (body["code"], len(body["errors"])) == ("site_folder_not_sound", 3)
    failed(coupole, "export", str(folder.root / "x.zip"))


def test_what_is_not_there_is_misuse(coupole: Service, tmp_path: Path) -> None:
    """A path that does not exist, and a release that cannot be, are misuse: exit 2."""
    failed(coupole, "import", str(tmp_path / "nowhere"), code=2)
    failed(coupole, "export", str(tmp_path / "x.zip"), "--release", "0", code=2)
    failed(coupole, "import", code=2)


def test_another_museum_is_refused(coupole: Service, folder: Folder) -> None:
    """The folder of another site is not mixed in."""
    coupole.run("import", str(folder.root))
    folder.replace("site.toml", 'id = "small"', 'id = "large"')
    assert "'large'" in failed(coupole, "import", str(folder.root))[1]


def test_an_export_that_fails_leaves_the_old_file(coupole: Service, folder: Folder, tmp_path: Path) -> None:
    """A backup is not lost to a release that does not exist, nor to a folder that does not."""
    coupole.run("import", str(folder.root), "--publish")
    old = tmp_path / "old.zip"
    old.write_bytes(b"yesterday's")
    failed(coupole, "export", str(old), "--release", "7")
    assert old.read_bytes() == b"yesterday's"
    assert list(tmp_path.glob(".old*")) == []
    assert "cannot be written" in failed(coupole, "export", str(tmp_path / "no" / "x.zip"))[1]


def test_transcripts_are_spoken(coupole: Service, folder: Folder, tmp_path: Path) -> None:
    """A transcript without a sound gets one, in the folder, and the folder can be imported."""
    pytest.importorskip("espeakng_loader", reason="the optional extra [voices] is not installed")
    text = folder.root / "tracks/ida/nl.vtt"
    told = coupole.json("media", "say", str(text))
    outcomes = {each["track"]: each["outcome"] for each in told["tracks"]}
    assert outcomes["tracks/ida/nl.opus"] == "spoken"
    assert text.with_suffix(".opus").stat().st_size > 0
    again = coupole.json("media", "say", str(folder.root))
    assert {each["outcome"] for each in again["tracks"]} == {"unchanged", "recorded"}
    assert coupole.json("import", str(folder.root))["counts"]["tracks"] == 5
    assert "no site folder" in failed(coupole, "media", "say", str(tmp_path))[1]
