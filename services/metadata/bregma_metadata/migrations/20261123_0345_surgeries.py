"""Surgeries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "metadata_0009"
down_revision: str | None = "metadata_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# what look-ups of any room may ask
VIEWS = {
    "surgeries": """
        select id, subject_id, location_id, start_time, end_time, outcome_type, implant_weight, narrative, json
        from metadata.surgeries
    """,
    "surgery_users": "select surgery_id, user_id from metadata.surgery_users",
    "surgery_procedures": "select surgery_id, procedure_id from metadata.surgery_procedures",
    "surgery_projects": "select surgery_id, project_id from metadata.surgery_projects",
}
LINKS = {"user": ("surgery_users", "users"), "procedure": ("surgery_procedures", "procedures"),
         "project": ("surgery_projects", "projects")}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "surgeries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("start_time", sa.DateTime(), nullable=False),
        sa.Column("end_time", sa.DateTime(), nullable=True),
        sa.Column("outcome_type", sa.Text(), server_default="", nullable=False),
        sa.Column("implant_weight", sa.Float(), nullable=False),
        sa.Column("narrative", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "implant_weight >= 0 and implant_weight < 'infinity'", name=op.f("surgeries_implant_weight_check")
        ),
        sa.CheckConstraint("outcome_type in ('', 'a', 'r', 'n')", name=op.f("surgeries_outcome_type_check")),
        sa.CheckConstraint(
            "end_time >= start_time - interval '3 hours'", name=op.f("surgeries_ends_after_start_check")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["metadata.subjects.id"], name=op.f("surgeries_subject_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["location_id"], ["metadata.locations.id"], name=op.f("surgeries_location_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("surgeries_pkey")),
        schema="metadata",
    )
    op.create_index(op.f("surgeries_location_id_ix"), "surgeries", ["location_id"], schema="metadata")
    op.create_index("surgeries_subject_start_time_ix", "surgeries", ["subject_id", "start_time"], schema="metadata")
    op.create_index(
        "surgeries_start_time_ix", "surgeries", [sa.text("start_time desc"), sa.text("id desc")], schema="metadata"
    )
    for one, (table, others) in LINKS.items():
        op.create_table(
            table,
            sa.Column("surgery_id", sa.Uuid(), nullable=False),
            sa.Column(f"{one}_id", sa.Uuid(), nullable=False),
            sa.ForeignKeyConstraint(
                ["surgery_id"], ["metadata.surgeries.id"], name=op.f(f"{table}_surgery_id_fkey"), ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint([f"{one}_id"], [f"metadata.{others}.id"], name=op.f(f"{table}_{one}_id_fkey")),
            sa.PrimaryKeyConstraint("surgery_id", f"{one}_id", name=op.f(f"{table}_pkey")),
            schema="metadata",
        )
        op.create_index(op.f(f"{table}_{one}_id_ix"), table, [f"{one}_id"], schema="metadata")
    for name, query in VIEWS.items():
        op.execute(f"create view catalog.lookup_{name} as {query.strip()}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"drop view catalog.lookup_{name}")
    for table, _ in reversed(LINKS.values()):
        op.drop_table(table, schema="metadata")
    op.drop_table("surgeries", schema="metadata")
