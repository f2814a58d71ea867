"""Raw copies that others stand for: out of sight first, gone after a while."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "files_0018"
down_revision: str | None = "files_0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "retirements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("dataset_id", sa.Uuid(), nullable=True),
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stand_ins", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("stand_in_hashes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("minimum_copies", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("delete_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state in ('kept', 'waiting', 'deleting', 'deleted', 'undone')", name=op.f("retirements_state_check")
        ),
        sa.CheckConstraint("minimum_copies > 0", name=op.f("retirements_copies_positive_check")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["files.file_records.id"], name=op.f("retirements_record_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["files.datasets.id"], name=op.f("retirements_dataset_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["files.repositories.id"], name=op.f("retirements_repository_id_fkey")
        ),
        sa.ForeignKeyConstraint(["undone_by_id"], ["metadata.users.id"], name=op.f("retirements_undone_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("retirements_pkey")),
        schema="files",
    )
    op.create_index("retirements_record_key", "retirements", ["record_id", "object_key"], unique=True, schema="files")
    op.create_index(
        "retirements_due_ix", "retirements", ["delete_after"], schema="files",
        postgresql_where=sa.text("state in ('waiting', 'deleting')"),
    )  # fmt: skip
    op.create_index("retirements_stand_ins_ix", "retirements", ["stand_ins"], schema="files", postgresql_using="gin")
    op.create_index("retirements_changed_ix", "retirements", ["changed_at"], schema="files")
    op.create_index(op.f("retirements_dataset_id_ix"), "retirements", ["dataset_id"], schema="files")
    op.create_index(op.f("retirements_lab_id_ix"), "retirements", ["lab_id"], schema="files")


def downgrade() -> None:
    op.drop_table("retirements", schema="files")
