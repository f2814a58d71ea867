"""Keys to a repository's bucket are kept apart from its JSON, which lists, views and look-ups show."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "files_0010"
down_revision: str | None = "files_0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APART = """
update files.repositories r set access_keys = found.keys, json = r.json - found.names
from (select o.id, jsonb_object_agg(e.key, e.value) as keys, array_agg(e.key) as names
      from files.repositories o, jsonb_each(case when jsonb_typeof(o.json) = 'object' then o.json else '{}' end) e
      where e.key ~* '(key|secret|token|password)' group by o.id) found
where found.id = r.id
"""
TOGETHER = """
update files.repositories set json = coalesce(json, '{}') || access_keys where access_keys is not null
"""


def upgrade() -> None:
    op.add_column(
        "repositories",
        sa.Column("access_keys", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        schema="files",
    )
    op.execute(APART)


def downgrade() -> None:
    op.execute(TOGETHER)
    op.drop_column("repositories", "access_keys", schema="files")
