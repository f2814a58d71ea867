"""Invitations: one-time keys with which a person sets the own password."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "metadata_0017"
down_revision: str | None = "metadata_0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["metadata.users.id"], name=op.f("invitations_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("invitations_pkey")),
        sa.UniqueConstraint("digest", name=op.f("invitations_digest_key")),
        schema="metadata",
    )


def downgrade() -> None:
    op.drop_table("invitations", schema="metadata")
