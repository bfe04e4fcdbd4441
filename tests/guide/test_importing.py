"""Importing a site folder: all of it or nothing, decoded only where nobody has done it yet."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from guide.errors import Conflict, GuideError, PreconditionFailed
from guide.services.access import Access
from guide.services.catalogue import Catalogue
from guide.services.importing import Imported, SiteFolderFaults
from guide.services.releases import Releases, ReleaseView
from guide.settings import Settings
from guide.store import catalogue as rows
from guide.store import keys
from guide.store.database import Database
from guide.tables import DraftItem, Rendition, Site
from tests.guide.fakes import FakeClock
from tests.guide.museum import Folder
from tests.stories.museum import speak


@pytest.fixture
def content(settings: Settings, database: Database, clock: FakeClock) -> Catalogue:
    """The catalogue's services."""
    return Catalogue.wire(settings, database, Releases(database, clock), clock)


@pytest.fixture
def folder(museum: Path, tmp_path: Path) -> Folder:
    """The small museum, to be changed."""
    return Folder.copy(museum, tmp_path / "folder")


def take(content: Catalogue, folder: Folder, *, publish: bool = False) -> Imported:
    """Import it."""
    return content.importing.run(folder.root, who="anna", publish=publish)


def counts(database: Database) -> tuple[int, int, int]:
    """How many sites, documents and renditions there are."""
    with database.reading() as session:
        found = [
            session.scalar(select(func.count()).select_from(table)) for table in (Site, DraftItem, Rendition)
        ]
    return found[0] or 0, found[1] or 0, found[2] or 0


class TestWhole:
    def test_everything_is_taken_in(self, content: Catalogue, folder: Folder, database: Database) -> None:
        """The draft has every document, and the renditions that came along are rows."""
        made = take(content, folder)
        assert made.counts == {
            "levels": 2, "connectors": 1, "zones": 3, "exhibits": 3, "shows": 1, "tours": 1, "places": 2, "tracks": 5,
        }  # fmt: skip
        assert made.draft_version == 1
        assert counts(database) == (1, 18, 4)

    def test_its_files_are_stored_by_their_content(self, content: Catalogue, folder: Folder) -> None:
        """Plan, image, transcripts and renditions can be served afterwards."""
        take(content, folder, publish=True)
        view = content.releases.active("")
        plan = view.levels["hall"].plan
        assert plan is not None
        assert b"alert" not in content.files.path(*plan.split(".")).read_bytes()
        for track in view.content.tracks:
            assert track.transcript_sha256 is None or content.files.path(track.transcript_sha256, "vtt")
            for row in content.releases.renditions_of(view.site, track).values():
                assert content.files.path(row.sha256, row.format).stat().st_size == row.size_bytes

    def test_publishing_is_the_same_step(self, content: Catalogue, folder: Folder) -> None:
        """A folder that is imported and published is the active release at once; listeners hear of it."""
        told: list[ReleaseView] = []
        content.releases.listen(told.append)
        made = take(content, folder, publish=True)
        assert made.release == 1
        assert [each.number for each in told] == [1]
        assert content.releases.active("small").content_hash == made.content_hash

    def test_again_replaces_all_and_decodes_nothing(
        self, content: Catalogue, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second import of a museum finds its narrations done, even if the folder no longer brings them."""
        take(content, folder)
        monkeypatch.setattr("guide.services.narrations.run", _refuse)
        folder.remove("renditions.toml").replace("exhibits.toml", '"The V-2"', '"A V-2"')
        made = take(content, folder)
        assert made.draft_version == 2
        draft, _ = content.draft.content("small")
        assert draft.exhibits[0].title["en"] == "A V-2"
        assert all(track.duration_ms for track in draft.tracks if track.source_sha256)

    def test_keys_made_before_belong_to_the_site(
        self, content: Catalogue, folder: Folder, database: Database, clock: FakeClock
    ) -> None:
        """A key that was made on the empty database opens the museum that is imported then."""
        access = Access(database, clock)
        key = access.add_key(keys.NO_SITE, "desk", "staff").key
        take(content, folder)
        assert access.by_key(key).site == "small"

    def test_progress_is_told(self, content: Catalogue, folder: Folder) -> None:
        """Whoever waits sees what is done, and how much of how much."""
        told: list[tuple[str, int, int]] = []
        folder.remove("renditions.toml")
        content.importing.run(folder.root, who="anna", progress=lambda *each: told.append(each))
        assert ("listening", 0, 4) in told
        assert ("listening", 4, 4) in told
        assert told[-1][1] == told[-1][2]


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("nothing needs to be decoded")


class TestNothing:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda f: f.replace("exhibits.toml", 'number = "102"', 'number = "101"'),
            lambda f: f.write("tracks/v2/nl.mp3", "this is a text"),
            lambda f: f.replace(
                "shows.toml", "[[show.segment]]", 'claims = { en = "full" }\n[[show.segment]]'
            ),
            lambda f: f.replace("site.toml", 'fr = "partial"', 'en = "full"'),
        ],
        ids=["doubled number", "text named .mp3", "a show's claim refuted", "the site's claim refuted"],
    )
    def test_a_fault_anywhere_changes_nothing(
        self, content: Catalogue, folder: Folder, database: Database, spoil: Callable[[Folder], object]
    ) -> None:
        """What was there stays as it was: documents, renditions, files, the version."""
        take(content, folder)
        before, files = counts(database), sorted((content.store.path("0" * 64, "x").parents[1]).rglob("*"))
        spoil(folder)
        with pytest.raises(SiteFolderFaults):
            take(content, folder)
        assert counts(database) == before
        assert content.draft.content("small")[1] == 1
        assert sorted((content.store.path("0" * 64, "x").parents[1]).rglob("*")) == files

    def test_all_bad_sounds_are_told_beside_other_faults(self, content: Catalogue, folder: Folder) -> None:
        """A curator hears of the bad key and of both bad files in one go."""
        folder.write("tracks/v2/nl.mp3", "this is a text").write("tracks/ida/en.ogg", b"OggS, cut off")
        folder.replace("exhibits.toml", 'number = "103"', 'numbr = "103"')
        with pytest.raises(SiteFolderFaults) as caught:
            take(content, folder)
        assert [fault.where for fault in caught.value.errors] == [
            "exhibits.toml:16",
            "tracks/ida/en.ogg",
            "tracks/v2/nl.mp3",
        ]

    def test_a_refuted_claim_is_told_with_its_minutes(self, content: Catalogue, folder: Folder) -> None:
        """A sitting of 45 min with 15 in English cannot be promised in English."""
        folder.replace("shows.toml", "[[show.segment]]", 'claims = { en = "full" }\n[[show.segment]]')
        with pytest.raises(SiteFolderFaults) as caught:
            take(content, folder)
        assert "English: 15 of 45 min" in str(caught.value.errors[0])

    def test_another_museum_is_refused(self, content: Catalogue, folder: Folder) -> None:
        """The folder of another site does not end up in this one."""
        take(content, folder)
        folder.replace("site.toml", 'id = "small"', 'id = "large"')
        with pytest.raises(Conflict) as caught:
            take(content, folder)
        assert caught.value.code == "other_site"

    def test_a_stale_precondition_is_refused(self, content: Catalogue, folder: Folder) -> None:
        """Who says which version is to be replaced does not overwrite another one."""
        take(content, folder)
        with pytest.raises(PreconditionFailed):
            content.importing.run(folder.root, who="anna", allowed=lambda _, version: version == 7)
        assert content.draft.content("small")[1] == 1


class TestSounds:
    def test_what_nobody_has_encoded_is_encoded(self, content: Catalogue, folder: Folder) -> None:
        """A new narration gets its Opus rendition on import, as long as the sound is."""
        speak(folder.root / "tracks/ida/en.wav", 2.0, hertz=500.0)
        take(content, folder, publish=True)
        track = content.releases.active("").tracks["ida", "en", "standard"]
        row = content.releases.renditions_of("small", track)["opus"]
        assert abs(row.duration_ms - 2000) <= 20
        assert track.duration_ms == row.duration_ms

    def test_the_same_sound_twice_is_stored_once(self, content: Catalogue, folder: Folder) -> None:
        """Two tracks with the same sound share it, and the curator is told."""
        speak(folder.root / "tracks/ida/en.wav", 2.0, hertz=500.0)
        speak(folder.root / "tracks/planetarium/en.wav", 2.0, hertz=500.0)
        made = take(content, folder)
        assert any("the same sound" in each.sentence for each in made.warnings)
        draft, _ = content.draft.content("small")
        shared = {
            each.source_sha256 for each in draft.tracks if each.language == "en" and each.exhibit != "v2"
        }
        assert len(shared) == 1

    def test_what_came_along_is_taken_over_as_it_is(
        self, content: Catalogue, folder: Folder, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Renditions whose hashes agree are not made again; their figures stand."""
        monkeypatch.setattr("guide.services.narrations.run", _refuse)
        take(content, folder)
        with database.reading() as session:
            found = rows.renditions(session, "small")
        assert {each.format for each in found} == {"opus"}
        assert sorted(each.duration_ms // 100 for each in found) == [20, 20, 25, 30]

    def test_a_text_alone_is_a_track(self, content: Catalogue, folder: Folder) -> None:
        """A transcript without a sound can be read over another language's."""
        take(content, folder, publish=True)
        track = content.releases.active("").tracks["ida", "nl", "standard"]
        assert (track.source_sha256, track.duration_ms) == (None, 0)
        assert track.transcript_sha256 is not None


def test_nothing_published_is_told(content: Catalogue, folder: Folder) -> None:
    """A site with a draft only has no active release, and the error says what to do."""
    take(content, folder)
    with pytest.raises(GuideError, match="publish"):
        content.releases.active("small")
