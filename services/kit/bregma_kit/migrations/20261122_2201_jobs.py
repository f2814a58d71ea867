"""Jobs: procrastinate's own schema, in a schema of its own."""

from collections.abc import Sequence

from alembic import op
from procrastinate.schema import SchemaManager

revision: str = "kit_0002"
down_revision: str | None = "kit_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROOMS = ("metadata", "files", "transfer", "compression")


def upgrade() -> None:
    op.execute("create schema jobs")
    op.execute("set local search_path to jobs, public")
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.execute("set local search_path to default")
    for room in ROOMS:
        op.execute(f"grant usage on schema jobs to bregma_{room}")
        op.execute(f"grant all on all tables in schema jobs to bregma_{room}")
        op.execute(f"grant all on all sequences in schema jobs to bregma_{room}")


def downgrade() -> None:
    op.execute("drop schema jobs cascade")
