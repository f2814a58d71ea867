"""Who downloaded what, how often and for which projects."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "files_0009"
down_revision: str | None = "files_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = ("metadata_0006",)

DOWNLOADS = """
create view catalog.lookup_downloads as
select id, user_id, dataset_id, first_download, last_download, count, json from files.downloads
"""
PROJECTS = """
create view catalog.lookup_download_projects as select download_id, project_id from files.download_projects
"""


def upgrade() -> None:
    op.create_table(
        "downloads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("first_download", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_download", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["metadata.users.id"], name=op.f("downloads_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["files.datasets.id"], name=op.f("downloads_dataset_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("downloads_pkey")),
        sa.UniqueConstraint("user_id", "dataset_id", name="downloads_user_dataset_key"),
        schema="files",
    )
    op.create_index(
        "downloads_order_ix",
        "downloads",
        [sa.literal_column("last_download desc"), sa.literal_column("id desc")],
        schema="files",
    )
    for column in ("dataset_id", "count"):
        op.create_index(op.f(f"downloads_{column}_ix"), "downloads", [column], schema="files")
    op.create_table(
        "download_projects",
        sa.Column("download_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["download_id"], ["files.downloads.id"], name=op.f("download_projects_download_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["metadata.projects.id"],
            name=op.f("download_projects_project_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("download_id", "project_id", name=op.f("download_projects_pkey")),
        schema="files",
    )
    op.create_index(op.f("download_projects_project_id_ix"), "download_projects", ["project_id"], schema="files")
    op.execute(DOWNLOADS)
    op.execute(PROJECTS)


def downgrade() -> None:
    op.execute("drop view catalog.lookup_download_projects")
    op.execute("drop view catalog.lookup_downloads")
    op.drop_table("download_projects", schema="files")
    op.drop_table("downloads", schema="files")
