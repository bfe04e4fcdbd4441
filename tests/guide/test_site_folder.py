"""Reading a site folder: everything wrong in it is told at once, with file and line, and nothing else is."""

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest

from guide.services.layouts import frame_of, zone_of
from guide.services.site_folder import read_site_folder
from guide.services.site_folder_source import DiskFolder, FolderUnreadable, ZipFolder, open_source
from media.render import RECIPES
from tests.guide.museum import EXHIBITS, LEVELS, ZONES, Folder
from zones.geojson import write_zones

RECIPE = f"the recipe opus-0 is not the one wanted here, {RECIPES['opus']}"
Spoil = Callable[[Folder], object]


@pytest.fixture
def folder(museum: Path, tmp_path: Path) -> Folder:
    """The small museum, to be spoiled."""
    return Folder.copy(museum, tmp_path / "folder")


def faults_of(folder: Folder) -> list[str]:
    """What is wrong, as the command line prints it."""
    return sorted(map(str, read_site_folder(DiskFolder(folder.root)).found.faults))


def notes_of(folder: Folder) -> list[str]:
    """What is remarked."""
    return sorted(map(str, read_site_folder(DiskFolder(folder.root)).found.notes))


class TestSound:
    def test_the_museum_has_no_fault(self, folder: Folder) -> None:
        """A folder with everything in it is read whole."""
        read = read_site_folder(DiskFolder(folder.root))
        assert read.found.faults == []
        assert read.content is not None
        assert [zone.id for zone in read.content.zones] == ["v2", "ida", "v2-dome"]
        assert read.content.shows[0].screening[1].starts == "2026-11-22T17:30:00"
        exhibit = read.content.exhibits[0]
        assert exhibit.advisories is not None
        assert exhibit.advisories.measured == "2026-05-04"

    def test_remarks_do_not_stop_it(self, folder: Folder) -> None:
        """What was cleaned, and a text without a sound, are told."""
        assert notes_of(folder) == [
            "plans/hall.svg: was cleaned of <script>, onload on <svg>",
            "tracks/ida/nl.vtt: has no audio beside it: visitors read it over audio in another language",
        ]

    def test_a_text_that_says_it_is_alone_is_no_surprise(self, folder: Folder) -> None:
        """Where its author remarks that it is to be read, nobody asks for a sound; beside one it is odd."""
        alone = "WEBVTT\n\nNOTE text alone\n\n00:00.000 --> 00:02.000\nDit is Ida.\n"
        folder.write("tracks/ida/nl.vtt", alone).write("tracks/v2/fr.vtt", alone)
        assert [each for each in notes_of(folder) if each.startswith("tracks/")] == [
            "tracks/v2/fr.vtt: says that it is text alone, but tracks/v2/fr.wav is beside it and is heard"
        ]

    def test_the_least_is_a_site(self, folder: Folder) -> None:
        """A level, an exhibit, a zone and one audio file are enough."""
        folder.write("levels.toml", '[[level]]\nid = "hall"\nordinal = 0\n')
        folder.write("exhibits.toml", '[[exhibit]]\nid = "v2"\ntitle = { fr = "V-2" }\n')
        folder.write("zones.local.json", json.dumps({"frame": "local", "zones": ZONES["zones"][:1]}))
        folder.remove("shows.toml", "tours.toml", "places.toml", "renditions.toml")
        for name in ("ida/fr.wav", "ida/fr.dat", "ida/nl.vtt"):
            folder.remove(f"tracks/{name}")
        (folder.root / "tracks/ida").rmdir()
        assert faults_of(folder) == []

    def test_zones_may_be_geojson(self, folder: Folder) -> None:
        """The same zones in WGS 84 are the same zones."""
        before = read_site_folder(DiskFolder(folder.root)).content
        assert before is not None
        text = json.dumps(write_zones([zone_of(each) for each in before.zones], frame_of(before.site)))
        folder.remove("zones.local.json").write("zones.geojson", text)
        after = read_site_folder(DiskFolder(folder.root)).content
        assert after is not None
        assert sorted(after.zones, key=lambda zone: zone.id) == sorted(before.zones, key=lambda zone: zone.id)


FAULTS: list[tuple[str, Spoil, list[str]]] = [
    (
        "bad TOML",
        lambda f: f.replace("exhibits.toml", 'number = "102"', 'number = "102'),
        ["exhibits.toml:11: is not TOML: illegal character '\\n'"],
    ),
    (
        "TOML that ends too early",
        lambda f: f.write("tours.toml", "[[tour]]\nid = [1,\n"),
        ["tours.toml:3: is not TOML: invalid value"],
    ),
    (
        "not UTF-8",
        lambda f: f.write("exhibits.toml", EXHIBITS.encode("latin-1")),
        ["exhibits.toml:17: is not text in UTF-8; save it as UTF-8"],
    ),
    (
        "a file that must be there",
        lambda f: f.remove("levels.toml"),
        ["levels.toml: is missing; every site folder has one"],
    ),
    (
        "a newer format",
        lambda f: f.replace("site.toml", "format = 1", "format = 2"),
        ["site.toml:1: is of a newer format than 1; update the software"],
    ),
    (
        "an unknown key, a missing one and a wrong value",
        lambda f: f.replace("exhibits.toml", 'title = { fr = "Ida" }', 'titel = { fr = "Ida" }').replace(
            "exhibits.toml", 'number = "103"', "number = 103"
        ),
        [
            "exhibits.toml:12: titel is not a known key; did you mean title?",
            "exhibits.toml:16: number should be a valid string (it is 103)",
            "exhibits.toml:9: title is missing",
        ],
    ),
    (
        "not a number",
        lambda f: f.replace("levels.toml", "plan_size = [45, 25]", "plan_size = [nan, 25]"),
        ["levels.toml:8: plan_size[0] must be a finite number"],
    ),
    (
        "a key of another file",
        lambda f: f.replace("exhibits.toml", "[[exhibit]]", "[[room]]\nid = 1\n[[exhibit]]"),
        ["exhibits.toml:1: room is not a known key; this file holds [[exhibit]]"],
    ),
    (
        "doubled ids and numbers",
        lambda f: f.replace("exhibits.toml", 'number = "102"', 'number = "101"').write(
            "levels.toml", f'{LEVELS}[[level]]\nid = "hall"\nordinal = 2\n'
        ),
        [
            "exhibits.toml:11: exhibit ida: number '101' is given twice, by exhibit v2; give each its own",
            "levels.toml:19: level hall: this id is already taken; every id stands once",
        ],
    ),
    (
        "ids that do not exist",
        lambda f: (
            f.replace("shows.toml", 'exhibit = "planetarium"', 'exhibit = "star"')
            .replace("tours.toml", '"v2"]', '"v3"]')
            .replace("places.toml", 'zone = "v2"', 'zone = "v9"')
            .replace("places.toml", 'level = "hall"', 'level = "attic"')
        ),
        [
            "places.toml:4: place https://small.example/101: zone 'v9' does not exist;",
            "places.toml:8: place 7: level 'attic' does not exist; known are dome, hall",
            "shows.toml:3: show sitting: exhibit 'star' does not exist; known are ida, planetarium, v2",
            "tours.toml:4: tour whole: exhibits 'v3' does not exist; known are ida, planetarium, v2",
        ],
    ),
    (
        "a connector that leads nowhere",
        lambda f: f.replace("levels.toml", 'levels = ["hall", "dome"]', 'levels = ["hall", "cellar"]'),
        ["levels.toml:14: connector lift: there is no level cellar (the site's levels: dome, hall)"],
    ),
    (
        "the site's own values",
        lambda f: f.replace("site.toml", "dwell = 2.5", "dwell = 1e9\nspeed = 1").replace(
            "site.toml", "anonymous = true", 'profile = "gps"\ntime_zone = "Mars/Olympus"'
        ),
        [
            "site.toml:12: rules the rule dwell is 1000000000.0; it lies between 0 and 600 seconds",
            'site.toml:12: rules there is no rule "speed"',
            "site.toml:5: profile 'gps' is not a profile; choose uwb, wifi-rtt, ble, beacon, exact",
            "site.toml:6: time_zone 'Mars/Olympus' is not a time zone; write it like Europe/Paris",
        ],
    ),
    (
        "languages that the site does not speak",
        lambda f: f.replace("site.toml", 'fr = "partial"', 'it = "full"').write("tracks/v2/it.wav", "x"),
        [
            "site.toml:14: claims.it 'it' is not a language of the site (fr, en, nl); add it to its languages",
            "tracks/v2/it.wav: language 'it' is not a language of the site (fr, en, nl); add it to its languages",
        ],
    ),
    (
        "times that are none",
        lambda f: f.replace("shows.toml", 'starts = "15:00"', 'starts = "25:00"').replace(
            "exhibits.toml", "measured = 2026-05-04", 'measured = "May"'
        ),
        [
            "exhibits.toml:7: exhibit v2: advisories.measured 'May' is not a date; write it like 2026-05-04",
            "shows.toml:15: show sitting: screening[0].starts '25:00' is not a time;",
        ],
    ),
    (
        "zones that are not sound",
        lambda f: f.replace("zones.local.json", '"exhibit": "ida"', '"exhibit": "idea"').replace(
            "zones.local.json", '"levels": [\n    "dome"', '"levels": [\n    "attic"'
        ),
        [
            "zones.local.json:29: zone ida: there is no exhibit idea; add it, or leave the exhibit empty",
            "zones.local.json:59: zone v2-dome: there is no level attic (the site's levels: dome, hall)",
        ],
    ),
    (
        "zones that are no JSON",
        lambda f: f.write("zones.local.json", '{\n "frame": "local",\n "zones": [}\n'),
        ["zones.local.json:3: column 12: Expecting value"],
    ),
    (
        "two files of zones",
        lambda f: f.write("zones.geojson", '{"type": "FeatureCollection", "features": []}'),
        ["zones.local.json: stands beside zones.geojson; keep one of them"],
    ),
    (
        "pictures that are none",
        lambda f: f.remove("images/v2.png").write("plans/hall.svg", "<html/>"),
        [
            "exhibits.toml:5: image names images/v2.png, which is not in the folder",
            'plans/hall.svg: is not an SVG drawing: its root is <html>, not <svg xmlns="http://www.w3.org/2000/svg">',
        ],
    ),
    (
        "a plan that lies nowhere",
        lambda f: f.replace("levels.toml", "plan_size = [45, 25]\n", ""),
        [
            "levels.toml:6: level hall: plan needs plan_origin (lower left corner) and plan_size, both in metres"
        ],
    ),
    (
        "file names that say nothing",
        lambda f: f.write("tracks/v2/english.wav", "x").write("tracks/v2/fr.children.wav", "x"),
        [
            "tracks/v2/english.wav: 'english' is not a language; name the file like en.opus or en.family.opus",
            "tracks/v2/fr.children.wav: 'children' is not a variant;",
        ],
    ),
    (
        "two sounds for one track",
        lambda f: f.write("tracks/v2/fr.mp3", "x"),
        ["tracks/v2/fr.wav: is a second file for the same track as tracks/v2/fr.mp3; keep one of them"],
    ),
    (
        "a track of an exhibit that does not exist",
        lambda f: f.write("tracks/star/fr.wav", "x"),
        ["tracks/star/fr.wav: exhibit 'star' does not exist; known are ida, planetarium, v2"],
    ),
    (
        "missing audio",
        lambda f: f.remove("tracks/ida/fr.wav"),
        [
            "renditions.toml:2: track names tracks/ida/fr.wav, which is not in the folder",
            "tracks/ida: holds no audio; add a narration or remove the folder",
        ],
    ),
    (
        "a transcript that is none",
        lambda f: f.write("tracks/v2/fr.vtt", "WEBVTT\n\n00:02.000 --> 00:01.000\nVoici.\n"),
        ["tracks/v2/fr.vtt:3: the cue ends at 00:01.000, not after its start 00:02.000"],
    ),
]


@pytest.mark.parametrize(("spoil", "faults"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_each_fault_is_told_with_its_line(folder: Folder, spoil: Spoil, faults: list[str]) -> None:
    """A curator reads which file and line to mend, and how."""
    spoil(folder)
    told = faults_of(folder)
    assert len(told) == len(faults), told
    for found, expected in zip(told, sorted(faults), strict=True):
        assert found.startswith(expected)


def test_all_faults_are_told_at_once(folder: Folder) -> None:
    """A folder with a fault in every file needs one reading to be mended, not ten."""
    spoiled: list[tuple[str, Spoil]] = [
        ("exhibits.toml", lambda f: f.replace("exhibits.toml", 'number = "102"', 'number = "x"')),
        ("shows.toml", lambda f: f.replace("shows.toml", "minutes = 30", "minutes = -1")),
        ("zones.local.json", lambda f: f.replace("zones.local.json", '"offer"', '"loud"')),
        ("tracks/v2/en.vtt", lambda f: f.write("tracks/v2/en.vtt", "no transcript")),
        ("tracks/v2/x.wav", lambda f: f.write("tracks/v2/x.wav", "x")),
    ]
    for name, spoil in spoiled:
        spoil(folder)
        assert any(fault.startswith(name) for fault in faults_of(folder)), name
    assert len(faults_of(folder)) == 5


def test_what_refers_to_a_broken_document_is_not_a_second_fault(folder: Folder) -> None:
    """One typing mistake in an exhibit gives one fault, though zones, tracks and tours name it."""
    folder.replace("exhibits.toml", 'title = { fr = "Ida" }', 'title = "Ida"')
    assert faults_of(folder) == ["exhibits.toml:12: title must be a table of keys, not 'Ida'"]


def test_renditions_that_do_not_fit_are_made_anew(folder: Folder) -> None:
    """A sound that was edited, or another version's recipe, is a remark and not a fault."""
    (folder.root / "tracks/v2/en.wav").write_bytes((folder.root / "tracks/v2/fr.wav").read_bytes())
    folder.replace("renditions.toml", f'recipe = "{RECIPES["opus"]}"', 'recipe = "opus-0"')
    told = [note for note in notes_of(folder) if note.startswith("renditions.toml")]
    assert told == [
        f"renditions.toml:1: renditions/ida/fr.opus is made anew: {RECIPE}",
        "renditions.toml:23: renditions/v2/en.opus is made anew: tracks/v2/en.wav has changed since",
    ]
    assert faults_of(folder) == []


class TestZip:
    @pytest.fixture(autouse=True)
    def _closing(self) -> Iterator[None]:
        """What a test has opened is closed when it ends."""
        with ExitStack() as self.opened:
            yield

    def read(self, data: bytes, tmp_path: Path) -> ZipFolder:
        """The zip, opened."""
        path = tmp_path / "upload.zip"
        path.write_bytes(data)
        (tmp_path / "staging").mkdir()
        opened = self.opened.enter_context(open_source(path, tmp_path / "staging"))
        assert isinstance(opened, ZipFolder)
        return opened

    @pytest.mark.parametrize("prefix", ["", "small/"])
    def test_a_zip_is_a_folder(self, folder: Folder, tmp_path: Path, prefix: str) -> None:
        """A zip of the folder's content and a zip of the folder itself both serve."""
        read = read_site_folder(self.read(folder.zipped(prefix), tmp_path))
        assert read.found.faults == []
        plain = read_site_folder(DiskFolder(folder.root))
        assert read.content == plain.content
        assert read.narrations.tracks == plain.narrations.tracks

    @pytest.mark.parametrize("name", ["../outside.toml", "/etc/outside.toml", "a/../../b", "C:/x.toml"])
    def test_a_name_that_leads_out_is_refused(self, folder: Folder, tmp_path: Path, name: str) -> None:
        """A zip made to write elsewhere is not read at all."""
        packed = BytesIO(folder.zipped())
        with zipfile.ZipFile(packed, "a") as archive:
            archive.writestr(name, "x")
        with pytest.raises(FolderUnreadable, match="leads out of the site folder"):
            self.read(packed.getvalue(), tmp_path)

    def test_a_link_is_refused(self, folder: Folder, tmp_path: Path) -> None:
        """A link in a zip could point anywhere."""
        packed = BytesIO(folder.zipped())
        link = zipfile.ZipInfo("plans/link.svg")
        link.external_attr = 0o120777 << 16
        with zipfile.ZipFile(packed, "a") as archive:
            archive.writestr(link, "/etc/passwd")
        with pytest.raises(FolderUnreadable, match="is a link"):
            self.read(packed.getvalue(), tmp_path)

    def test_a_bomb_does_not_go_off(
        self, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A megabyte of zeros packed into a kilobyte ends at the limit, and is a fault like any other."""
        monkeypatch.setattr("guide.services.site_folder_source.MOST_FILE_BYTES", 100_000)
        packed = BytesIO(folder.remove("tours.toml").zipped())
        with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("tours.toml", bytes(1_000_000))
        found = read_site_folder(self.read(packed.getvalue(), tmp_path)).found
        assert [str(each) for each in found.faults if each.where == "tours.toml"] == [
            "tours.toml: unpacks to more than a site folder may hold"
        ]

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04 but no zip", b"hello"])
    def test_what_is_no_zip_is_refused(self, tmp_path: Path, data: bytes) -> None:
        """Any other file is told to be none."""
        with pytest.raises(FolderUnreadable, match="is not a zip of a site folder"):
            self.read(data, tmp_path)

    def test_a_damaged_zip_is_told(self, folder: Folder, tmp_path: Path) -> None:
        """A file whose checksum does not agree is not taken."""
        data = folder.zipped().replace(b"A siren sounds once", b"A siren sounds 1nce")
        found = read_site_folder(self.read(data, tmp_path)).found
        assert any("cannot be unpacked" in each.message for each in found.faults)


class TestDisk:
    def test_a_link_out_of_the_folder_is_refused(self, folder: Folder, tmp_path: Path) -> None:
        """A plan that is a link to somebody's letters is not served to the public."""
        (tmp_path / "letter.svg").write_text("private")
        folder.remove("plans/hall.svg")
        (folder.root / "plans/hall.svg").symlink_to(tmp_path / "letter.svg")
        assert faults_of(folder) == ["plans/hall.svg: is a link that leads out of the site folder"]

    def test_no_folder_at_all(self, tmp_path: Path) -> None:
        """A path that is not there is told."""
        with (
            pytest.raises(FolderUnreadable, match="is not there"),
            open_source(tmp_path / "nowhere", tmp_path),
        ):
            pass
