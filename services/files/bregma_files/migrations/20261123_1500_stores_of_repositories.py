"""A repository may lie in another object store than the installation's own."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "files_0017"
down_revision: str | None = "files_0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("repositories", sa.Column("store", sa.Text(), nullable=True), schema="files")
    op.create_check_constraint(
        op.f("repositories_store_is_managed_check"), "repositories", "managed or store is null", schema="files"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("repositories_store_is_managed_check"), "repositories", schema="files")
    op.drop_column("repositories", "store", schema="files")
