"""What repositories take at the same time."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "transfer_0002"
down_revision: str | None = "transfer_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WINDOW = "(begins is null) = (ends is null) and begins <> ends"


def upgrade() -> None:
    op.create_table(
        "limits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("max_files", sa.Integer(), nullable=True),
        sa.Column("bytes_per_second", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(WINDOW, name=op.f("limits_window_check")),
        sa.CheckConstraint("max_files >= 0", name=op.f("limits_files_check")),
        sa.CheckConstraint("bytes_per_second > 0", name=op.f("limits_rate_check")),
        sa.CheckConstraint(
            "max_files is not null or bytes_per_second is not null", name=op.f("limits_says_something_check")
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["files.repositories.id"], name=op.f("limits_repository_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("limits_pkey")),
        schema="transfer",
    )
    op.create_index(
        "limits_window_key", "limits", ["repository_id", sa.literal_column("coalesce(begins, '24:00:00'::time without time zone)")],
        unique=True, schema="transfer",
    )  # fmt: skip
    # counting what is moving at a repository, each time that work is taken
    for name in ("source", "target"):
        op.create_index(
            f"movements_moving_{name}_ix", "movements", [f"{name}_id"], schema="transfer",
            postgresql_where=sa.text("state = 'moving'"),
        )  # fmt: skip


def downgrade() -> None:
    for name in ("source", "target"):
        op.drop_index(f"movements_moving_{name}_ix", "movements", schema="transfer")
    op.drop_table("limits", schema="transfer")
