"""The one place that opens the database: SQLite on one box, PostgreSQL when it has grown.

A `session()` is one transaction that may write, a `reading()` one that sees a single moment and never waits
for a writer.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.orm import Session

from guide.errors import DatabaseTooNew, DatabaseTooOld, GuideError, Malformed, Unavailable, Unusable
from guide.migrations import HEAD, REVISIONS
from guide.store.turns import Turns

_BUSY_MS: Final = 10_000


class Database:
    """A pool of connections to one database, and what version its tables have."""

    def __init__(self, url: str) -> None:
        self.engine: Final[Engine] = _engine(url)
        self.is_sqlite: Final = self.engine.dialect.name == "sqlite"
        # A reader on PostgreSQL must see one moment, as every reader of SQLite does by itself.
        options = (
            {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        self._reader = self.engine.execution_options(coupole_reading=True, **options)
        self._turns: Final = Turns(_BUSY_MS / 1000) if self.is_sqlite else None

    @contextmanager
    def session(self, *, hurried: bool = False) -> Iterator[Session]:
        """One transaction that may write: committed at the end, rolled back on any error.

        On SQLite it holds the write lock from its beginning, so that what it reads stays true until it writes.

        Args:
            hurried: Go before others of this process who wait to write: somebody holds a handheld in their hand.

        Raises:
            Unavailable: The database does not answer, or was busy for ten seconds.
            Malformed: A value does not fit its column.
        """
        turn: AbstractContextManager[None] = (
            nullcontext() if self._turns is None else self._turns.taken(hurried=hurried)
        )
        with turn, _translated(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only reads, all of it as of one moment; however long, it blocks no writer.

        Raises:
            Unavailable: The database does not answer.
        """
        with _translated(), Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    def version(self) -> str | None:
        """The revision of the tables, or None where there are none.

        Raises:
            Unusable: There are tables, and they are not ours; or the database does not open.
        """
        with _translated(opening=True), self._reader.connect() as connection:
            tables = inspect(connection).get_table_names()
            if "alembic_version" in tables:
                found: str | None = connection.scalar(text("select version_num from alembic_version"))
                return found
            if tables:
                named = ", ".join(sorted(tables)[:3])
                raise Unusable(
                    "foreign_database", f"The database holds other tables ({named}); name an empty one."
                )
            return None

    def check(self) -> None:
        """Nothing, where the tables are of this version.

        Raises:
            DatabaseTooOld: They are of an earlier version, or are missing.
            DatabaseTooNew: They are of a version that this one does not know.
        """
        found = self.version()
        if found == HEAD:
            return
        if found is None or found in REVISIONS:
            raise DatabaseTooOld(
                "database_too_old",
                f"The database is of version {found or 'none'} and this program needs {HEAD}: run `coupole migrate`.",
            )
        raise DatabaseTooNew(
            "database_too_new",
            f"The database is of version {found}, newer than this program's {HEAD}: "
            "install the version of coupole that made it, or a later one.",
        )

    def prepare(self) -> None:
        """The tables of this version: made where the database is empty, else checked.

        Raises:
            DatabaseTooOld: The tables are of an earlier version.
            DatabaseTooNew: The tables are of a later version.
        """
        if self.version() is None:
            self.migrate()
        self.check()

    def migrate(self) -> None:
        """Bring the tables to this version, in one transaction; two at once wait for each other.

        Raises:
            DatabaseTooNew: The tables are of a later version.
        """
        found = self.version()
        if found is not None and found not in REVISIONS:
            self.check()
        # Why not at the top? Alembic takes half a second to load, and a service that starts on a sound
        # database never needs it.
        from guide.migrations.run import upgrade  # noqa: PLC0415 - see above

        with _translated(opening=True), self.engine.begin() as connection:
            upgrade(connection)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    try:
        parsed = make_url(url)
        if parsed.drivername != "sqlite":
            return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=30)
    except (ArgumentError, ValueError) as error:
        raise Unusable("bad_settings", f"COUPOLE_DATABASE_URL cannot be read: {error}.") from None
    except ModuleNotFoundError:
        raise Unusable(
            "no_driver", "PostgreSQL needs its driver: install it with `pip install 'coupole[postgres]'`."
        ) from None
    _make_folder(parsed.database)
    engine = create_engine(parsed, pool_size=10, max_overflow=30, connect_args={"timeout": _BUSY_MS / 1000})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(database: str | None) -> None:
    if not database or database == ":memory:":
        raise Unusable("bad_settings", "COUPOLE_DATABASE_URL must name a file: sqlite:///path/to/coupole.db.")
    folder = Path(database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable("no_folder", f"The folder {folder} cannot be made: {error.strerror}.") from None


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own way begins a transaction only at the first write, so that a SELECT before it would see
    # another moment; we begin ourselves, in `_begin_sqlite`.
    connection.isolation_level = None
    connection.execute(f"pragma busy_timeout = {_BUSY_MS}")
    _write_ahead(connection)
    for pragma in (
        "synchronous = full",
        "foreign_keys = on",
        "temp_store = memory",
    ):
        connection.execute(f"pragma {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; services that open a new file at once are refused it without a wait."""
    until = time.monotonic() + _BUSY_MS / 1000
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that turns writer is refused where another wrote in between,
    # and no waiting helps it.
    reading = connection.get_execution_options().get("coupole_reading", False)
    connection.exec_driver_sql("begin" if reading else "begin immediate")


@contextmanager
def _translated(*, opening: bool = False) -> Iterator[None]:
    """The driver's errors as ours, here and nowhere else."""
    try:
        yield
    except GuideError:
        raise
    except (DataError, OverflowError, UnicodeEncodeError) as error:
        raise Malformed.of("value_out_of_range") from error
    except PoolEmpty as error:  # every connection was in use for half a minute
        raise Unavailable.of("database_unavailable") from error
    except (OperationalError, InterfaceError) as error:
        reason = _first_line(error)
        if opening:
            raise Unusable("no_database", f"The database does not open: {reason}.") from None
        raise Unavailable.of("database_unavailable") from error
    except SQLAlchemyError as error:
        if opening and isinstance(getattr(error, "orig", None), sqlite3.DatabaseError):
            raise Unusable("no_database", f"The database does not open: {_first_line(error)}.") from None
        raise


def _first_line(error: BaseException) -> str:
    return str(getattr(error, "orig", error)).strip().splitlines()[0].rstrip(".")
