"""Sources outside of the house, and movements that others than our workers carry."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "transfer_0003"
down_revision: str | None = "transfer_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CARRIERS = "('agent', 'http', 's3', 'globus')"


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(f"carrier in {CARRIERS}", name=op.f("sources_carrier_check")),
        sa.CheckConstraint("(carrier = 'agent') = (address = '')", name=op.f("sources_address_check")),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["files.repositories.id"], name=op.f("sources_repository_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["metadata.users.id"], name=op.f("sources_created_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("sources_pkey")),
        sa.UniqueConstraint("repository_id", name=op.f("sources_repository_id_key")),
        schema="transfer",
    )
    for column in (
        sa.Column("carrier", sa.Text(), server_default="store", nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source_version", sa.Text(), nullable=True),
    ):
        op.add_column("movements", column, schema="transfer")
    op.create_check_constraint(
        op.f("movements_carrier_check"),
        "movements",
        "carrier in ('store', 'agent', 'http', 's3', 'globus')",
        schema="transfer",
    )
    # what an agent looks for, apart from the many that workers take
    op.create_index(
        "movements_outside_ix", "movements", ["source_id", sa.literal_column("priority desc"), "id"], schema="transfer",
        postgresql_where=sa.text("state in ('queued', 'moving') and carrier in ('agent', 'globus')"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("movements_outside_ix", "movements", schema="transfer")
    op.drop_constraint(op.f("movements_carrier_check"), "movements", schema="transfer")
    for name in ("source_version", "arrived_at", "carrier"):
        op.drop_column("movements", name, schema="transfer")
    op.drop_table("sources", schema="transfer")
