"""The database: made by migrations, refused when it is of another version, one transaction a request."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guide.errors import DatabaseTooNew, DatabaseTooOld, Malformed, Unavailable, Unusable
from guide.migrations import HEAD, REVISIONS
from guide.migrations.run import config
from guide.store.database import Database
from guide.tables import Base, Device

CONNECTIONS = 40
"""That one process opens at most."""


def device(name: str, *, at: int = 1) -> Device:
    """A row to write."""
    return Device(site="m", id=name, name=name, created_at=at, last_seen=None)


def names(session: Session) -> set[str]:
    """The rows that a session sees."""
    return set(session.scalars(select(Device.name)))


class TestMigrations:
    def test_they_make_exactly_the_tables(self, database: Database) -> None:
        """A migrated database has the tables that the program speaks of: no more, no less, no other types."""
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []

    def test_their_list_is_complete(self) -> None:
        """The versions that a start knows of are the files of the migrations, in order."""
        found = ScriptDirectory.from_config(config()).walk_revisions()
        assert tuple(each.revision for each in found)[::-1] == REVISIONS

    def test_an_empty_database_gets_its_tables(self, empty_url: str) -> None:
        """Any command may meet an empty database; it is filled and used."""
        database = Database(empty_url)
        assert database.version() is None

        database.prepare()

        assert database.version() == HEAD
        database.close()

    def test_two_that_start_at_once_both_succeed(self, empty_url: str) -> None:
        """Two services that meet one empty database wait for each other."""
        databases = [Database(empty_url) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(Database.prepare, databases))
        for each in databases:
            assert each.version() == HEAD
            each.close()

    def test_migrating_twice_changes_nothing(self, database: Database) -> None:
        """Whoever runs `coupole migrate` once more than needed loses nothing."""
        with database.session() as session:
            session.add(device("kept"))
        database.migrate()
        with database.reading() as session:
            assert names(session) == {"kept"}


class TestVersions:
    def set_version(self, database: Database, version: str) -> None:
        """Pretend that another program made the tables."""
        with database.session() as session:
            session.execute(text("update alembic_version set version_num = :version"), {"version": version})

    def test_a_newer_database_is_refused(self, database: Database) -> None:
        """A database of a later version is left alone, and the sentence says what to install."""
        self.set_version(database, "9999")
        for act in (database.prepare, database.migrate, database.check):
            with pytest.raises(DatabaseTooNew, match=r"9999, newer than .* install the version"):
                act()

    def test_an_older_database_names_the_command(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A database of an earlier version is not changed by accident: the sentence names the command."""
        monkeypatch.setattr("guide.store.database.REVISIONS", ("0000", *REVISIONS))
        self.set_version(database, "0000")
        with pytest.raises(DatabaseTooOld, match="run `coupole migrate`"):
            database.prepare()

    def test_somebody_elses_database_is_refused(self, empty_url: str) -> None:
        """A database with other tables is not ours to fill."""
        database = Database(empty_url)
        with database.engine.begin() as connection:
            connection.execute(text("create table customers (id integer)"))
        with pytest.raises(Unusable, match="customers"):
            database.prepare()
        database.close()


class TestTransactions:
    def test_too_many_at_once_are_told_to_come_again(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where every connection is in use for too long, that is no fault of the request's: it may be asked again."""
        monkeypatch.setattr(database.engine.pool, "_timeout", 0.01)
        with ExitStack() as held:
            for _ in range(CONNECTIONS):
                held.enter_context(database.engine.connect())
            with pytest.raises(Unavailable), database.reading() as session:
                names(session)
            with pytest.raises(Unavailable), database.session() as session:
                names(session)

    def test_what_fails_leaves_nothing(self, database: Database) -> None:
        """A request that fails halfway has changed nothing."""

        def fail() -> None:
            with database.session() as session:
                session.add(device("half"))
                session.flush()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        with database.reading() as session:
            assert names(session) == set()

    def test_a_reader_sees_one_moment(self, database: Database) -> None:
        """A long export shows the log as it was when it began, whatever is written meanwhile."""
        with database.reading() as reading:
            before = names(reading)
            with database.session() as writing:
                writing.add(device("later"))
            assert names(reading) == before
        with database.reading() as reading:
            assert names(reading) == {"later"}

    def test_a_reader_cannot_keep_a_writer_waiting(self, database: Database) -> None:
        """While somebody reads, devices are still answered."""
        written = threading.Event()

        def write() -> None:
            with database.session() as session:
                session.add(device("written"))
            written.set()

        with database.reading() as session:
            names(session)
            thread = threading.Thread(target=write)
            thread.start()
            assert written.wait(5)
        thread.join()

    def test_writers_take_turns(self, database: Database) -> None:
        """Twenty who read a number and write the next one at the same time lose no count on SQLite."""
        if not database.is_sqlite:
            pytest.skip("PostgreSQL locks rows where a service asks for it")
        with database.session() as session:
            session.add(device("counter", at=0))

        def count(_: int) -> None:
            with database.session() as session:
                row = session.get_one(Device, ("m", "counter"))
                row.created_at += 1

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(count, range(20)))
        with database.reading() as session:
            assert session.get_one(Device, ("m", "counter")).created_at == 20

    def test_a_value_that_does_not_fit_is_the_senders_fault(self, database: Database) -> None:
        """A number of thirty digits is refused in a sentence, not with a failure of ours."""

        def store() -> None:
            with database.session() as session:
                session.add(device("large", at=10**30))

        with pytest.raises(Malformed):
            store()

    def test_sqlite_keeps_what_it_has_said(self, sqlite_template: Path) -> None:
        """On SQLite a commit is on the disk, not in its cache: WAL, synchronous FULL, foreign keys watched."""
        database = Database(f"sqlite:///{sqlite_template}")
        with database.engine.connect() as connection:
            for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
                assert connection.execute(text(f"pragma {pragma}")).scalar() == value
        database.close()


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "sentence"),
        [
            ("sqlite://", "must name a file"),
            ("sqlite:////proc/none/coupole.db", "cannot be made"),
            ("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", "does not open"),
            ("postgresql://host:port/none", "cannot be read"),
        ],
    )
    def test_a_bad_address_is_told_in_a_sentence(self, url: str, sentence: str) -> None:
        """Whoever mistypes the database's address reads what is wrong with it."""
        with pytest.raises(Unusable, match=sentence):
            Database(url).prepare()

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        """A text file in the database's place is refused, and stays as it was."""
        path = tmp_path / "notes.db"
        path.write_text("do not lose this " * 100)
        with pytest.raises(Unusable, match="does not open"):
            Database(f"sqlite:///{path}").prepare()
        assert path.read_text().startswith("do not lose")
