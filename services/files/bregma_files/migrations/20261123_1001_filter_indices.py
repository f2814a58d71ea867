"""An index behind each filter of datasets and file records that few rows answer to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "files_0014"
down_revision: str | None = "files_0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN = {
    "datasets_hash_ix": "hash", "datasets_file_size_ix": "file_size", "datasets_auto_datetime_ix": "auto_datetime",
    "datasets_created_by_ix": "created_by_id", "datasets_qc_ix": "qc",
}  # fmt: skip


def upgrade() -> None:
    for name, column in PLAIN.items():
        op.create_index(name, "datasets", [column], schema="files")
    op.create_index(
        "datasets_not_default_ix", "datasets", ["session_id"], schema="files",
        postgresql_where=sa.text("not default_dataset"),
    )  # fmt: skip
    op.create_index(
        "file_records_missing_ix", "file_records", ["dataset_id"], schema="files",
        postgresql_where=sa.text('not "exists"'),
    )  # fmt: skip
    op.create_index("dataset_tags_tag_ix", "dataset_tags", ["tag_id", "dataset_id"], schema="files")
    op.drop_index("dataset_tags_tag_id_ix", table_name="dataset_tags", schema="files")


def downgrade() -> None:
    op.create_index("dataset_tags_tag_id_ix", "dataset_tags", ["tag_id"], schema="files")
    op.drop_index("dataset_tags_tag_ix", table_name="dataset_tags", schema="files")
    op.drop_index("file_records_missing_ix", table_name="file_records", schema="files")
    op.drop_index("datasets_not_default_ix", table_name="datasets", schema="files")
    for name in reversed(PLAIN):
        op.drop_index(name, table_name="datasets", schema="files")
