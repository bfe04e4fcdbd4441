"""The language of the text shown beside a narration, in each decision. Only adds: older code goes on."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"


def upgrade() -> None:
    """Add the column; it is empty for decisions made before."""
    op.add_column("decisions", sa.Column("text_language", sa.String(length=35), nullable=True))
