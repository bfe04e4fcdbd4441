"""The database's versions, in order; a test compares with the files in `versions`.

They stand here as plain text so that a start can check the version without loading Alembic.
"""

from typing import Final

REVISIONS: Final[tuple[str, ...]] = ("0001", "0002", "0003")
HEAD: Final = REVISIONS[-1]
