"""Exporting: what comes out goes in again as the same content, byte for byte the same each time."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guide.clock import SystemClock
from guide.content import (
    AdvisoriesDoc,
    ConnectorDoc,
    Content,
    ExhibitDoc,
    FrameDoc,
    LevelDoc,
    PartDoc,
    PlaceDoc,
    ScreeningDoc,
    SegmentDoc,
    ShowDoc,
    SiteDoc,
    TourDoc,
    ZoneDoc,
    content_hash,
)
from guide.services.catalogue import Catalogue
from guide.services.exporting import texts_of
from guide.services.releases import Releases
from guide.services.site_folder import read_site_folder
from guide.services.site_folder_source import DiskFolder
from guide.settings import Settings
from guide.store.database import Database
from tests.guide.fakes import FakeClock


def wire(settings: Settings, database: Database) -> Catalogue:
    """The catalogue's services."""
    return Catalogue.wire(settings, database, Releases(database, FakeClock()), SystemClock())


@pytest.fixture
def content(settings: Settings, database: Database, museum: Path) -> Catalogue:
    """A catalogue with the small museum as release 1."""
    made = wire(settings, database)
    made.importing.run(museum, who="anna", publish=True)
    return made


def exported(content: Catalogue, number: int = 1) -> bytes:
    """A release as a zip."""
    packed = io.BytesIO()
    content.exporting.release("small", number, packed)
    return packed.getvalue()


class TestRelease:
    def test_it_comes_back_the_same(self, content: Catalogue, tmp_path: Path) -> None:
        """An exported museum imported elsewhere is the same museum, and nothing is decoded for it."""
        path = tmp_path / "small.zip"
        path.write_bytes(exported(content))
        elsewhere = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
        elsewhere.prepare()
        other = wire(Settings(data=tmp_path / "elsewhere"), elsewhere)
        heard: list[str] = []
        made = other.importing.run(
            path, who="bert", publish=True, progress=lambda step, *_: heard.append(step)
        )
        assert made.content_hash == content.releases.active("").content_hash
        assert "listening" not in heard
        assert exported(other) == path.read_bytes()
        elsewhere.close()

    def test_it_is_the_same_every_time(self, content: Catalogue) -> None:
        """Two exports of one release are equal byte for byte, so a backup can be compared."""
        assert exported(content) == exported(content)

    def test_the_draft_can_be_had_too(self, content: Catalogue) -> None:
        """Before anything is published, the draft is what is exported."""
        packed = io.BytesIO()
        done = content.exporting.draft("small", packed)
        assert (done.site, done.release) == ("small", None)
        assert packed.getvalue() == exported(content)

    def test_it_is_readable(self, content: Catalogue) -> None:
        """Inside are the files that a curator knows, in order."""
        with zipfile.ZipFile(io.BytesIO(exported(content))) as archive:
            names = archive.namelist()
            assert names == sorted(names)
            assert {
                "site.toml",
                "zones.local.json",
                "plans/hall.svg",
                "images/v2.png",
                "tracks/ida/nl.vtt",
            } <= {*names}
            assert "measured = 2026-05-04" in archive.read("exhibits.toml").decode()


IDS = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,10}[A-Za-z0-9])?", fullmatch=True)
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t\"\\'"), min_size=1, max_size=20
)
TITLES = st.dictionaries(st.sampled_from(["fr", "en", "nl"]), WORDS, min_size=1)
METRES = st.floats(-1000, 1000).map(lambda x: round(x, 3) + 0.0)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """A sound content without files: any texts, ids and numbers, zones side by side."""
    exhibits = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    levels = draw(st.lists(IDS, min_size=2, max_size=3, unique=True))
    zones = draw(st.lists(IDS, max_size=4, unique=True))
    corner = draw(METRES)
    near, middle, far = (round(corner + metres, 3) for metres in (1, 2, 4))
    square = [(corner, 0.0), (far, 0.0), (far, 4.0), (corner, 4.0)]
    hole = [(near, 1.0), (near, 2.0), (middle, 2.0), (middle, 1.0)]
    return Content(
        site=SiteDoc(
            id=draw(IDS),
            name=draw(TITLES),
            languages=["fr", "en"],
            frame=FrameDoc(lat=draw(st.floats(-80, 80)), lon=draw(st.floats(-179, 179))),
            rules=draw(st.dictionaries(st.sampled_from(["dwell", "breath"]), st.floats(0, 60))),
            anonymous=draw(st.booleans()),
        ),
        levels=[LevelDoc(id=each, ordinal=n, name=draw(TITLES)) for n, each in enumerate(levels)],
        connectors=[ConnectorDoc(id="lift", kind=draw(WORDS), levels=levels, outline=square)],
        exhibits=[
            ExhibitDoc(
                id=each,
                number=str(n),
                title=draw(TITLES),
                credit=draw(st.none() | WORDS),
                advisories=draw(st.none() | st.just(AdvisoriesDoc(measured="2026-05-04", level_dba=82.5))),
            )
            for n, each in enumerate(exhibits)
        ],
        zones=[
            ZoneDoc(
                id=each,
                exhibit=draw(st.none() | st.sampled_from(exhibits)),
                levels=[draw(st.sampled_from(levels))],
                parts=[PartDoc(outline=square, holes=draw(st.sampled_from([[], [hole]])))],
                priority=draw(st.floats(-100, 100)),
                mode=draw(st.sampled_from(["auto", "offer", "manual", "notice"])),
                rules=draw(st.dictionaries(st.just("dwell"), st.floats(0, 60))),
            )
            for each in zones
        ],
        shows=[
            ShowDoc(
                id="show",
                exhibit=exhibits[0],
                segment=[SegmentDoc(minutes=draw(st.floats(0.5, 90)), delivery="live", language="fr")],
                screening=[ScreeningDoc(starts="15:00"), ScreeningDoc(starts="2026-11-22T15:00:00")],
            )
        ],
        tours=[TourDoc(id="tour", title=draw(TITLES), exhibits=exhibits)],
        places=[PlaceDoc(id=draw(WORDS), kind="qr", level=levels[0], x=draw(METRES), y=draw(METRES))],
    )


class TestAnyContent:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(content=contents())
    def test_it_is_written_and_read_back_the_same(
        self, tmp_path_factory: pytest.TempPathFactory, content: Content
    ) -> None:
        """Whatever a museum calls its things, its folder says the same when it is read again."""
        root = tmp_path_factory.mktemp("written")
        for name, data in texts_of(content).items():
            (root / name).write_bytes(data)
        read = read_site_folder(DiskFolder(root))
        assert [each for each in read.found.faults if each.where != "tracks"] == []
        assert read.content is not None
        assert content_hash(read.content) == content_hash(content)
