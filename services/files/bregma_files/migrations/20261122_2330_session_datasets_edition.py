"""Show a dataset's edition and SHA-256 in the view that sessions are detailed from."""

from collections.abc import Sequence

from alembic import op

revision: str = "files_0004"
down_revision: str | None = "files_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VIEW = """
create or replace view catalog.session_datasets as
select d.id, d.session_id, d.name, d.dataset_type_id, t.name as dataset_type, d.file_size, d.hash, d.version,
       d.collection, v.name as revision, d.default_dataset, d.qc, d.servable, d.sha256, d.edition
from files.datasets d
join files.dataset_types t on t.id = d.dataset_type_id
left join files.revisions v on v.id = d.revision_id
where d.session_id is not null
"""
EARLIER = VIEW.replace(", d.sha256, d.edition", "").replace("create or replace", "create")
ROOMS = ("metadata", "files", "transfer", "compression")


def upgrade() -> None:
    op.execute(VIEW)


def downgrade() -> None:
    op.execute("drop view catalog.session_datasets")
    op.execute(EARLIER)
    for room in ROOMS:
        op.execute(f"grant select on catalog.session_datasets to bregma_{room}")
