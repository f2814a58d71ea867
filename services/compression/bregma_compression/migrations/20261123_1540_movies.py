"""How rules want movies encoded."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "compression_0003"
down_revision: str | None = "compression_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("rules", sa.Column("crf", sa.Float(), nullable=True), schema="compression")
    op.add_column("rules", sa.Column("preset", sa.Text(), nullable=True), schema="compression")
    op.create_check_constraint(op.f("rules_crf_check"), "rules", "crf between 0 and 51", schema="compression")


def downgrade() -> None:
    op.drop_column("rules", "preset", schema="compression")
    op.drop_column("rules", "crf", schema="compression")
