"""A revision that datasets have can be retired: their paths keep telling it, and nobody is offered it any more."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "files_0013"
down_revision: str | None = "files_0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("revisions", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True), schema="files")


def downgrade() -> None:
    op.drop_column("revisions", "retired_at", schema="files")
