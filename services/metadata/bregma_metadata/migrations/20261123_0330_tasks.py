"""Tasks of pipelines."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "metadata_0008"
down_revision: str | None = "metadata_0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# what look-ups of any room may ask
VIEWS = {
    "tasks": """
        select id, session_id, status, name, priority, io_charge, level, gpu, cpu, ram, time_out_secs, time_elapsed_secs,
               executable, graph, log, version, datetime, arguments
        from metadata.tasks
    """,
    "task_parents": """
        select task_id, parent_id from metadata.task_parents
    """,
    "task_repositories": """
        select id as task_id, data_repository_id as repository_id from metadata.tasks where data_repository_id is not null
    """,
}


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("data_repository_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.SmallInteger(), server_default="20", nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=True),
        sa.Column("io_charge", sa.SmallInteger(), nullable=True),
        sa.Column("gpu", sa.SmallInteger(), nullable=True),
        sa.Column("cpu", sa.SmallInteger(), nullable=True),
        sa.Column("ram", sa.SmallInteger(), nullable=True),
        sa.Column("time_out_secs", sa.Integer(), nullable=True),
        sa.Column("time_elapsed_secs", sa.Float(), nullable=True),
        sa.Column("executable", sa.Text(), nullable=True),
        sa.Column("graph", sa.Text(), nullable=True),
        sa.Column("log", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("datetime", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in (20, 25, 30, 40, 45, 50, 55, 60)", name=op.f("tasks_status_check")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["metadata.sessions.id"], name=op.f("tasks_session_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("tasks_pkey")),
        schema="metadata",
    )
    op.create_index(
        "tasks_data_repository_ix", "tasks", ["data_repository_id", "status"], unique=False, schema="metadata"
    )
    op.create_index("tasks_graph_ix", "tasks", ["graph"], unique=False, schema="metadata")
    op.create_index("tasks_name_ix", "tasks", ["name"], unique=False, schema="metadata")
    op.create_index(
        "tasks_name_session_arguments_key",
        "tasks",
        ["session_id", "name", sa.text("md5(arguments::text)")],
        unique=True,
        schema="metadata",
    )
    op.create_index(
        "tasks_status_ix", "tasks", ["status", "level", sa.text("priority desc")], unique=False, schema="metadata"
    )
    op.create_table(
        "task_parents",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("task_id <> parent_id", name=op.f("task_parents_not_its_own_check")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["metadata.tasks.id"], name=op.f("task_parents_parent_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["metadata.tasks.id"], name=op.f("task_parents_task_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", "parent_id", name=op.f("task_parents_pkey")),
        schema="metadata",
    )
    op.create_index(op.f("task_parents_parent_id_ix"), "task_parents", ["parent_id"], unique=False, schema="metadata")
    for name, query in VIEWS.items():
        op.execute(f"create view catalog.lookup_{name} as {query.strip()}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"drop view catalog.lookup_{name}")
    op.drop_index(op.f("task_parents_parent_id_ix"), table_name="task_parents", schema="metadata")
    op.drop_table("task_parents", schema="metadata")
    op.drop_index("tasks_status_ix", table_name="tasks", schema="metadata")
    op.drop_index("tasks_name_session_arguments_key", table_name="tasks", schema="metadata")
    op.drop_index("tasks_name_ix", table_name="tasks", schema="metadata")
    op.drop_index("tasks_graph_ix", table_name="tasks", schema="metadata")
    op.drop_index("tasks_data_repository_ix", table_name="tasks", schema="metadata")
    op.drop_table("tasks", schema="metadata")
