"""Which software, in which version, made a dataset."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "files_0016"
down_revision: str | None = "files_0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = """
id, name, created_datetime, collection, file_size, hash, sha256, version, auto_datetime, default_dataset, qc, json, edition,
content_type, object_id, created_by_id, data_format_id, dataset_type_id, revision_id, session_id
"""
VIEW = "create {replace} view catalog.lookup_datasets as select {columns} from files.datasets"


def upgrade() -> None:
    op.add_column("datasets", sa.Column("generating_software", sa.Text(), nullable=True), schema="files")
    # most datasets were made by nobody's software that we know of
    op.create_index(
        "datasets_generating_software_ix", "datasets", ["generating_software"], schema="files",
        postgresql_where=sa.text("generating_software is not null"),
    )  # fmt: skip
    op.execute(VIEW.format(replace="or replace", columns=f"{COLUMNS}, generating_software"))


def downgrade() -> None:
    op.execute("drop view catalog.lookup_datasets")
    op.execute(VIEW.format(replace="", columns=COLUMNS))
    op.drop_index("datasets_generating_software_ix", table_name="datasets", schema="files")
    op.drop_column("datasets", "generating_software", schema="files")
