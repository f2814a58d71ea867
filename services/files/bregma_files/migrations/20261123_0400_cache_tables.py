"""Cache tables: which sessions changed, their encoded rows, and the zips made of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "files_0012"
down_revision: str | None = "files_0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = ("metadata_0011",)

# Rows of these say themselves to which session they belong, in the column named first; the others are what the cache
# tables show of them, so that a change of anything else costs nothing.
OWN = {
    "metadata.sessions": "id, lab_id, subject_id, start_time, number, task_protocol, withdrawn_at",
    "metadata.session_projects": "session_id, project_id",
    "metadata.probe_insertions": "session_id, id, name, model_id, serial",
    "files.datasets": "session_id, id, collection, name, revision_id, file_size, hash, default_dataset, qc",
}
# rows of these belong to a dataset
OF_DATASETS = {
    "files.file_records": "dataset_id, repository_id, exists",
    "files.dataset_tags": "dataset_id, tag_id",
}
# of these a name, or whether files are fetched from there, is shown with every session that they belong to
NAMED = {
    "metadata.subjects": ("nickname", "select id from metadata.sessions where subject_id = new.id"),
    "metadata.labs": ("name", "select id from metadata.sessions where lab_id = new.id"),
    "metadata.projects": ("name", "select session_id from metadata.session_projects where project_id = new.id"),
    "metadata.probe_models": (
        "probe_model", "select distinct session_id from metadata.probe_insertions where model_id = new.id",
    ),
    "files.revisions": (
        "name",
        "select distinct session_id from files.datasets where revision_id = new.id and session_id is not null",
    ),
    "files.repositories": (
        "name, managed",
        """select distinct d.session_id from files.file_records f join files.datasets d on d.id = f.dataset_id
           where f.repository_id = new.id and d.session_id is not null""",
    ),
}  # fmt: skip
# By the owner's rights: whoever may change a session need not be able to write here.
NOTE = """
create function files.note_cache_changes() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
declare
  shown text := tg_argv[0];
  changed text := case tg_op
    when 'INSERT' then format('select %s from new_rows', shown)
    when 'DELETE' then format('select %s from old_rows', shown)
    else format('((select %1$s from new_rows except select %1$s from old_rows) union all
                  (select %1$s from old_rows except select %1$s from new_rows))', shown)
  end;
  owner text := split_part(shown, ',', 1);
begin
  if tg_argv[1] = 'dataset' then
    execute format('insert into files.cache_changes (session_id) select distinct d.session_id from (%s) c
                    join files.datasets d on d.id = c.%I where d.session_id is not null', changed, owner);
  else
    execute format('insert into files.cache_changes (session_id) select distinct c.%1$I from (%2$s) c
                    where c.%1$I is not null', owner, changed);
  end if;
  return null;
end $$
"""
EVENTS = {
    "insert": "new table as new_rows",
    "delete": "old table as old_rows",
    "update": "old table as old_rows new table as new_rows",
}


def _watch(table: str, shown: str, kind: str) -> None:
    for event, rows in EVENTS.items():
        op.execute(
            f"create trigger cache_{event} after {event} on {table} referencing {rows} "
            f"for each statement execute function files.note_cache_changes('{shown}', '{kind}')"
        )


def _watch_name(table: str, columns: str, sessions: str) -> None:
    name = table.split(".")[1]
    op.execute(f"""
create function files.note_{name}_renamed() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
  insert into files.cache_changes (session_id) {sessions};
  return null;
end $$""")
    changed = " or ".join(f"old.{one} is distinct from new.{one}" for one in columns.split(", "))
    op.execute(
        f"create trigger cache_renamed after update of {columns} on {table} for each row when ({changed}) "
        f"execute function files.note_{name}_renamed()"
    )


def _tables() -> None:
    op.create_table(
        "cache_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("cache_changes_pkey")),
        schema="files",
    )
    op.create_table(
        "cache_segments",
        sa.Column("first", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("sessions", sa.LargeBinary(), nullable=False),
        sa.Column("datasets", sa.LargeBinary(), nullable=False),
        sa.Column("insertions", sa.LargeBinary(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("first", name=op.f("cache_segments_pkey")),
        schema="files",
    )
    op.create_table(
        "cache_snapshots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=True),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("info", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["files.tags.id"], name=op.f("cache_snapshots_tag_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cache_snapshots_pkey")),
        schema="files",
    )
    op.create_index(
        "cache_snapshots_newest_ix",
        "cache_snapshots",
        ["scope", "tag_id", sa.literal_column("created_at desc")],
        schema="files",
    )
    op.create_index(op.f("cache_snapshots_tag_id_ix"), "cache_snapshots", ["tag_id"], schema="files")


def upgrade() -> None:
    _tables()
    op.get_bind().exec_driver_sql(NOTE.replace("%", "%%"))
    for table, shown in OWN.items():
        _watch(table, shown, "session")
    for table, shown in OF_DATASETS.items():
        _watch(table, shown, "dataset")
    for table, (columns, sessions) in NAMED.items():
        _watch_name(table, columns, sessions)


def downgrade() -> None:
    for table in NAMED:
        op.execute(f"drop trigger cache_renamed on {table}")
        op.execute(f"drop function files.note_{table.split('.')[1]}_renamed()")
    for table in (*OWN, *OF_DATASETS):
        for event in EVENTS:
            op.execute(f"drop trigger cache_{event} on {table}")
    op.execute("drop function files.note_cache_changes()")
    for name in ("cache_snapshots", "cache_segments", "cache_changes"):
        op.drop_table(name, schema="files")
