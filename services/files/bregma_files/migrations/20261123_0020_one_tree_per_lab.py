"""Two labs may have an animal of the same name, and their files the same path on a repository that both share."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "files_0006"
down_revision: str | None = "files_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# a managed repository shows each lab a data tree of its own; elsewhere a path is one file, whose ever it is
FILL = """
update files.file_records f set lab_id = s.lab_id
from files.datasets d, files.repositories r, catalog.sessions s
where d.id = f.dataset_id and r.id = f.repository_id and r.managed and s.id = d.session_id
"""
PLACE = """
create unique index file_records_place_key on files.file_records
  (repository_id, relative_path, coalesce(lab_id, '00000000-0000-0000-0000-000000000000'::uuid))
"""


def upgrade() -> None:
    op.add_column("file_records", sa.Column("lab_id", sa.Uuid(), nullable=True), schema="files")
    op.execute(FILL)
    op.drop_index("file_records_place_key", table_name="file_records", schema="files")
    op.execute(PLACE)


def downgrade() -> None:
    op.drop_index("file_records_place_key", table_name="file_records", schema="files")
    op.create_index(
        "file_records_place_key", "file_records", ["repository_id", "relative_path"], unique=True, schema="files"
    )
    op.drop_column("file_records", "lab_id", schema="files")
