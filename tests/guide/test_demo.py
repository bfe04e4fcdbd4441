"""The demo: in a folder of its own, made once, with somebody to sign in as for each role."""

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from guide.app import wire
from guide.clock import SystemClock
from guide.commands.demo import demo_settings
from guide.errors import Unusable
from guide.services.demo import prepare
from guide.settings import Settings
from guide.wiring import Guide
from tests.stories.museum import make_museum


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site folder in the demo's place."""
    return make_museum(tmp_path_factory.mktemp("site") / "small", seconds=5.0)


def opened(data: Path) -> Guide:
    """The demo's installation, as each start opens it."""
    return wire(Settings.read(data=data, database_url=None), SystemClock())


def start(guide: Guide, folder: Path) -> dict[str, str]:
    """What `coupole demo` does before it serves: the sign-ins by role."""
    made = prepare(guide.settings.data, guide.catalogue, guide.people, folder=folder)
    return {each.role: each.password for each in made}


@pytest.fixture(scope="module")
def started(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the demo was started once."""
    data = tmp_path_factory.mktemp("started") / "data"
    guide = opened(data)
    start(guide, folder)
    guide.close()
    return data


@pytest.fixture
def guide(started: Path, tmp_path: Path) -> Iterator[Guide]:
    """The demo's installation on its second start."""
    made = opened(Path(shutil.copytree(started, tmp_path / "data")))
    yield made
    made.close()


def test_the_first_start_publishes(guide: Guide, folder: Path) -> None:
    """After the first start there is a release to walk through, and three people can sign in."""
    assert guide.releases.active("").number == 1
    sign_ins = start(guide, folder)
    assert set(sign_ins) == {"staff", "curator", "admin"}
    for role, password in sign_ins.items():
        assert guide.people.sign_in(f"{role}@coupole.example", password, "here").caller.role == role


def test_later_starts_change_nothing(guide: Guide, folder: Path) -> None:
    """A second start publishes nothing, and the passwords are the same."""
    assert start(guide, folder) == start(guide, folder)
    assert guide.releases.active("", fresh=True).number == 1


def test_a_changed_demo_is_published_anew(guide: Guide, folder: Path, tmp_path: Path) -> None:
    """A new version of the program brings its new demo; the sign-ins stay."""
    first = start(guide, folder)
    changed = Path(shutil.copytree(folder, tmp_path / "changed"))
    exhibits = changed / "exhibits.toml"
    exhibits.write_text(exhibits.read_text() + "\n# a new remark\n")
    assert start(guide, changed) == first
    assert guide.releases.active("").number == 2


def test_passwords_are_for_their_owner(started: Path) -> None:
    """The note of the passwords is readable by nobody else."""
    note = started / "demo.json"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert len(json.loads(note.read_text())["sign_ins"]) == 3


@pytest.mark.parametrize("damage", ["", '{"source": 1}'])
def test_a_damaged_note_is_made_anew(guide: Guide, folder: Path, damage: str) -> None:
    """Whoever deletes or damages the note gets new passwords, and the people are the same."""
    (guide.settings.data / "demo.json").write_text(damage)
    sign_ins = start(guide, folder)
    assert guide.people.sign_in("admin@coupole.example", sign_ins["admin"], "here").caller.role == "admin"


def test_another_museums_folder_is_left_alone(guide: Guide, folder: Path, tmp_path: Path) -> None:
    """A data folder that holds a real museum is not filled with the demo."""
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    site = other / "site.toml"
    site.write_text(site.read_text().replace('"small"', '"real"'))
    with pytest.raises(Unusable, match="holds another site"):
        start(guide, other)
    assert guide.releases.active("", fresh=True).site == "small"


def test_a_package_without_a_demo(guide: Guide, tmp_path: Path) -> None:
    """A package that lost its demo says so."""
    with pytest.raises(Unusable, match="carries no demo"):
        start(guide, tmp_path / "nothing")


def test_its_folder_is_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The demo never touches the museum that is set up on the same machine; a folder may be named."""
    monkeypatch.setenv("COUPOLE_DATABASE_URL", "postgresql://real/museum")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("COUPOLE_DATA", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert demo_settings(None).database == f"sqlite:///{tmp_path}/coupole-demo/coupole.db"
    monkeypatch.setenv("COUPOLE_DATA", str(tmp_path / "named"))
    assert demo_settings(9000).database == f"sqlite:///{tmp_path}/named/coupole.db"
