"""`coupole check` as a person and a machine call it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import guide
from tests.guide.conftest import Told
from tests.guide.museum import Folder

Coupole = Callable[..., Told]


@pytest.fixture
def folder(museum: Path, tmp_path: Path) -> Folder:
    """The small museum, to be changed."""
    return Folder.copy(museum, tmp_path / "folder")


def test_a_folder_that_stays_where_it_is(coupole: Coupole, folder: Folder) -> None:
    """Warnings leave 0; nothing is imported by it."""
    told = coupole("check", str(folder.root), "--json")
    assert told.code == 0
    assert (told.json["site"], told.json["profile"], told.json["errors"]) == ("small", "uwb", 0)
    found = [each["code"] for each in told.json["items"]]
    assert found[-4:] == ["no_zone", "language_missing", "language_missing", "transcript_missing"]
    assert told.json["warnings"] == len(found)
    assert coupole("check").code == 1


def test_a_zip_is_as_good(coupole: Coupole, folder: Folder, tmp_path: Path) -> None:
    """The zip of a folder has the same findings."""
    zipped = tmp_path / "small.zip"
    zipped.write_bytes(folder.zipped("small/"))
    assert coupole("check", str(zipped), "--json").json == coupole("check", str(folder.root), "--json").json


def test_the_draft(coupole: Coupole, folder: Folder) -> None:
    """Without a path it is the draft of the only site, which is named where there is one."""
    coupole("import", str(folder.root))
    told = coupole("check", "--json")
    assert (told.code, told.json["site"]) == (0, "small")
    assert coupole("check", "--site", "small", "--json").json == told.json
    assert coupole("check", "--site", "louvre").code == 1


def test_a_person_reads_a_table(coupole: Coupole, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Severity, code and place, the sentence with its figures, and what to do about it."""
    monkeypatch.setenv("COLUMNS", "200")
    told = coupole("check", str(folder.root), "--profile", "ble")
    assert told.code == 0
    assert "small, profile ble" in told.out
    assert "zone_too_small" in told.out
    assert "hall (2.5, 2.5)" in told.out
    assert "“v2” is too small: it is 2.5 m from its middle to its border" in told.out
    assert told.out.rstrip().endswith("warnings.")


def test_in_french(coupole: Coupole, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads, sentences and the sum in French."""
    monkeypatch.setenv("COLUMNS", "200")
    told = coupole("check", str(folder.root), "--profile", "ble", "--language", "fr")
    assert "gravité" in told.out
    assert "est trop petite" in told.out
    assert told.out.rstrip().endswith("avertissements.")
    english = coupole("check", str(folder.root), "--json").json["items"]
    french = coupole("check", str(folder.root), "--json", "--language", "fr").json["items"]
    assert [each["code"] for each in english] == [each["code"] for each in french]


def test_faults_of_the_files_are_errors(coupole: Coupole, folder: Folder) -> None:
    """Each with its file and line; exit 1; what can be judged of the rest is judged."""
    folder.replace("exhibits.toml", 'number = "102"', "number = 102")
    told = coupole("check", str(folder.root), "--json")
    assert told.code == 1
    first = told.json["items"][0]
    assert (first["code"], first["severity"], first["where"]) == (
        "site_folder_fault",
        "error",
        "exhibits.toml:11",
    )
    assert told.json["errors"] == 1
    folder.replace("site.toml", "format = 1", "format = [")
    assert coupole("check", str(folder.root)).code == 1


def test_a_sound_that_cannot_be_read(coupole: Coupole, folder: Folder) -> None:
    """A new recording is decoded for its length; one that is no sound is an error, named by its file."""
    folder.remove("renditions.toml")
    found = coupole("check", str(folder.root), "--json")
    assert (found.code, found.json["errors"]) == (0, 0)
    folder.write("tracks/ida/nl.mp3", "a text")
    told = coupole("check", str(folder.root), "--json")
    assert told.code == 1
    assert [each["where"] for each in told.json["items"] if each["severity"] == "error"] == [
        "tracks/ida/nl.mp3"
    ]


def codes(told: Told) -> set[str]:
    """The kinds of what was found."""
    return {each["code"] for each in told.json["items"]}


def test_what_only_follows_from_a_fault_is_not_told(coupole: Coupole, folder: Folder) -> None:
    """Zones that cannot be read for one fault among them are not missing; nor is a recording that is no sound."""
    before = coupole("check", str(folder.root), "--json")
    names = {each["code"]: each["exhibits"] for each in before.json["items"]}
    assert "no_zone" in names
    folder.replace("zones.local.json", '"levels"', '"leveled"')
    told = coupole("check", str(folder.root), "--json")
    assert codes(told) == codes(before) - {"no_zone"} | {"site_folder_fault"}
    assert told.code == 1


def test_a_recording_that_is_no_sound_is_not_missing(coupole: Coupole, folder: Folder) -> None:
    """Its fault is told; that the language were missing would be a second one."""
    folder.remove("renditions.toml")
    before = coupole("check", str(folder.root), "--json")
    wanted = [each["exhibits"] for each in before.json["items"] if each["code"] == "language_missing"]
    folder.write("tracks/v2/en.wav", "a text")
    told = coupole("check", str(folder.root), "--json")
    assert [each["exhibits"] for each in told.json["items"] if each["code"] == "language_missing"] == wanted


def test_faults_in_french(coupole: Coupole, folder: Folder) -> None:
    """What the catalogue of phrases has is said in French, of a table and of a zone."""
    folder.replace("exhibits.toml", 'number = "102"', "number = 102")
    folder.replace("zones.local.json", '"hall"', '"attic"')
    told = coupole("check", str(folder.root), "--json", "--language", "fr")
    sentences = [each["sentence"] for each in told.json["items"] if each["code"] == "site_folder_fault"]
    assert sentences[0].startswith("exhibits.toml:11 : ")
    assert "doit être un texte" in sentences[0]
    assert any("il n’y a pas de niveau" in each for each in sentences)


@pytest.mark.parametrize(
    "arguments",
    [("--profile", "gps"), ("--language", "nl"), ("no-such-folder",)],
    ids=["profile", "language", "path"],
)
def test_misuse(coupole: Coupole, arguments: tuple[str, ...]) -> None:
    """What cannot be meant is misuse, with what could be."""
    told = coupole("check", *arguments)
    assert told.code == 2
    assert told.out == ""


def test_failures_in_json(coupole: Coupole) -> None:
    """A machine is told in JSON too that there is nothing to check."""
    told = coupole("check", "--json")
    assert told.code == 1
    assert json.loads(told.out)["code"]


def test_the_demo_has_the_reviewers_places(coupole: Coupole) -> None:
    """La Coupole's tunnel was drawn as the reviewer met it: two places light up, and nothing else of the layout."""
    told = coupole("check", str(Path(guide.__file__).parent / "demo/coupole"), "--json")
    assert told.code == 0
    layout = [each for each in told.json["items"] if each["at"] is not None]
    assert [(each["code"], sorted(each["zones"]), each["level"]) for each in layout] == [
        ("overlap_without_order", ["ida", "rails"], "tunnels"),
        ("narrations_too_close", ["capture", "tallboy"], "tunnels"),
    ]
    assert all(each["proposal"]["edits"] for each in layout)
