"""Notices about the quality of datasets."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "files_0008"
down_revision: str | None = "files_0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOTICES = """
create view catalog.lookup_data_notices as
select id, name, description, importance, created_by_id, created_datetime, version_affected, affected_date_start, affected_date_end, json
from files.data_notices
"""
DATASETS = """
create view catalog.lookup_data_notice_datasets as select notice_id, dataset_id from files.data_notice_datasets
"""


def upgrade() -> None:
    op.create_table(
        "data_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("importance", sa.SmallInteger(), server_default="20", nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_datetime", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version_affected", sa.Text(), server_default="", nullable=False),
        sa.Column("affected_date_start", sa.Date(), nullable=True),
        sa.Column("affected_date_end", sa.Date(), nullable=True),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("importance in (20, 30, 40, 50)", name=op.f("data_notices_importance_check")),
        sa.CheckConstraint("affected_date_end >= affected_date_start", name=op.f("data_notices_dates_in_order_check")),
        sa.ForeignKeyConstraint(["created_by_id"], ["metadata.users.id"], name=op.f("data_notices_created_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("data_notices_pkey")),
        schema="files",
    )
    op.create_index(
        "data_notices_order_ix",
        "data_notices",
        [
            sa.literal_column("importance desc"),
            sa.literal_column("created_datetime desc"),
            sa.literal_column("id desc"),
        ],
        schema="files",
    )
    for column in ("name", "created_by_id"):
        op.create_index(op.f(f"data_notices_{column}_ix"), "data_notices", [column], schema="files")
    op.create_table(
        "data_notice_datasets",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["files.data_notices.id"],
            name=op.f("data_notice_datasets_notice_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["files.datasets.id"], name=op.f("data_notice_datasets_dataset_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "dataset_id", name=op.f("data_notice_datasets_pkey")),
        schema="files",
    )
    op.create_index(op.f("data_notice_datasets_dataset_id_ix"), "data_notice_datasets", ["dataset_id"], schema="files")
    op.execute(NOTICES)
    op.execute(DATASETS)


def downgrade() -> None:
    op.execute("drop view catalog.lookup_data_notice_datasets")
    op.execute("drop view catalog.lookup_data_notices")
    op.drop_table("data_notice_datasets", schema="files")
    op.drop_table("data_notices", schema="files")
