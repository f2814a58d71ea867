"""What was proved of a job's results: a raw file may go only for just these bytes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "compression_0004"
down_revision: str | None = "compression_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("job_results", sa.Column("sha256", sa.Text(), nullable=True), schema="compression")


def downgrade() -> None:
    op.drop_column("job_results", "sha256", schema="compression")
