"""Lists of what hangs on sessions find the few withdrawn ones at once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "metadata_0016"
down_revision: str | None = "metadata_0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "sessions_withdrawn_ix",
        "sessions",
        ["id"],
        schema="metadata",
        postgresql_where=sa.text("withdrawn_at is not null"),
    )


def downgrade() -> None:
    op.drop_index("sessions_withdrawn_ix", table_name="sessions", schema="metadata")
