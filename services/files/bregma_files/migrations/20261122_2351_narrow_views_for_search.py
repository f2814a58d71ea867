"""What a search asks of datasets, without joins: such conditions are answered from an index alone."""

from collections.abc import Sequence

from alembic import op

revision: str = "files_0005"
down_revision: str | None = "files_0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FILES = """
create view catalog.session_files as
select session_id, dataset_type_id, name, servable, qc from files.datasets where session_id is not null
"""
TYPES = "create view catalog.dataset_types as select id, name from files.dataset_types"


def upgrade() -> None:
    op.execute(FILES)
    op.execute(TYPES)


def downgrade() -> None:
    op.execute("drop view catalog.dataset_types")
    op.execute("drop view catalog.session_files")
