"""The repository that a lab's uploads go to, chosen and no longer the first by name."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "files_0015"
down_revision: str | None = "files_0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# a change of the rule must not change where a running rig's files go
AS_BEFORE = """
insert into files.lab_default_repositories (lab_id, repository_id)
select distinct on (x.lab_id) x.lab_id, r.id
from files.lab_repositories x join files.repositories r on r.id = x.repository_id
where r.managed and r.name not like 'aws%'
order by x.lab_id, r.name
"""


def upgrade() -> None:
    op.create_table(
        "lab_default_repositories",
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lab_id"], ["metadata.labs.id"], name=op.f("lab_default_repositories_lab_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["files.repositories.id"], name=op.f("lab_default_repositories_repository_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("lab_id", name=op.f("lab_default_repositories_pkey")),
        schema="files",
    )  # fmt: skip
    op.create_index(
        op.f("lab_default_repositories_repository_id_ix"), "lab_default_repositories", ["repository_id"], schema="files"
    )
    op.get_bind().exec_driver_sql(AS_BEFORE.replace("%", "%%"))


def downgrade() -> None:
    op.drop_table("lab_default_repositories", schema="files")
