"""When the raw copies of what was compressed may go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "compression_0002"
down_revision: str | None = "compression_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("rules", sa.Column("retire_raw_after_days", sa.Integer(), nullable=True), schema="compression")
    op.add_column(
        "rules", sa.Column("minimum_copies", sa.Integer(), server_default="1", nullable=False), schema="compression"
    )
    op.create_check_constraint(
        op.f("rules_days_positive_check"), "rules", "retire_raw_after_days >= 0", schema="compression"
    )
    op.create_check_constraint(op.f("rules_copies_positive_check"), "rules", "minimum_copies > 0", schema="compression")


def downgrade() -> None:
    op.drop_column("rules", "minimum_copies", schema="compression")
    op.drop_column("rules", "retire_raw_after_days", schema="compression")
