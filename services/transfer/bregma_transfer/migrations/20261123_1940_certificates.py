"""Certificates that files may be deleted at a rig, and the right to see what stands for retired files."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "transfer_0004"
down_revision: str | None = "transfer_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = "files_0018"


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("issued_to_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["issued_to_id"], ["metadata.users.id"], name=op.f("certificates_issued_to_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("certificates_pkey")),
        schema="transfer",
    )
    for name in ("session", "lab"):
        op.create_index(
            f"certificates_{name}_ix", "certificates", [f"{name}_id", sa.literal_column("id desc")], schema="transfer"
        )
    op.execute("grant select on files.retirements to bregma_transfer")


def downgrade() -> None:
    op.execute("revoke select on files.retirements from bregma_transfer")
    op.drop_table("certificates", schema="transfer")
