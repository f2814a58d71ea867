"""Which datasets belong to which insertion: those of its session whose collection tells its name."""

from collections.abc import Sequence

from alembic import op

revision: str = "files_0011"
down_revision: str | None = "files_0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = ("metadata_0011",)

DATASETS = """
create view catalog.lookup_insertion_datasets as
select i.id as insertion_id, d.id as dataset_id
from catalog.lookup_probe_insertions i
join files.datasets d on d.session_id = i.session_id and strpos(lower(d.collection), lower(i.name)) > 0
"""


def upgrade() -> None:
    op.execute(DATASETS)


def downgrade() -> None:
    op.execute("drop view catalog.lookup_insertion_datasets")
