"""The only module that loads Alembic."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

_LOCK: Final = 0x436F75706F6C65
"""The number under which PostgreSQL keeps two migrations apart: `Coupole` in ASCII."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; there is no `alembic.ini`."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision inside the connection's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    command.upgrade(config(connection), "head")
