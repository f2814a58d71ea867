"""Probe models and insertions."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "metadata_0011"
down_revision: str | None = "metadata_0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# the probes that an installation of Alyx begins with, by the same ids
MODELS = (
    ("057d9a20-aaa9-4f79-8b0c-c8729b4cf160", "Neuropixel 3B2", "Imec", "3B2"),
    ("100fe998-986c-467d-aac8-a470e3a34341", "Neurophotometrics Fiber", "Neurophotometrics", "Fiber"),
    ("5df5182a-5113-4e37-b690-0e6cae3abc6a", "Neuropixel 2.0 single shank", "Imec", "NP2.1"),
    ("6f586705-13a7-4c2a-ac4a-ef58b10d9bc4", "Neuropixel 2.0 four shank", "Imec", "NP2.4"),
    ("96dccdfe-7206-4b65-bb17-0743c842acd0", "Neuropixel 3A", "Imec", "3A"),
)
_MODELS = sa.table(
    "probe_models", sa.column("id", sa.Uuid), sa.column("name"), sa.column("probe_manufacturer"), sa.column("probe_model"),
    schema="metadata",
)  # fmt: skip

# what look-ups of any room may ask
VIEWS = {
    "probe_models": """
        select id, name, probe_manufacturer, probe_model, description, json from metadata.probe_models
    """,
    "chronic_insertions": """
        select id, name, subject_id, lab_id, model_id, start_time, serial, json from metadata.chronic_insertions
    """,
    "probe_insertions": """
        select id, session_id, model_id, name, serial, chronic_insertion_id, json, auto_datetime
        from metadata.probe_insertions
    """,
}


def upgrade() -> None:
    op.create_table(
        "probe_models",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("probe_manufacturer", sa.Text(), nullable=False),
        sa.Column("probe_model", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("probe_model <> ''", name=op.f("probe_models_has_number_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("probe_models_pkey")),
        sa.UniqueConstraint("probe_model", name=op.f("probe_models_probe_model_key")),
        schema="metadata",
    )
    op.create_table(
        "chronic_insertions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("start_time", sa.DateTime(), nullable=True),
        sa.Column("serial", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["lab_id"], ["metadata.labs.id"], name=op.f("chronic_insertions_lab_id_fkey")),
        sa.ForeignKeyConstraint(
            ["model_id"], ["metadata.probe_models.id"], name=op.f("chronic_insertions_model_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["metadata.subjects.id"], name=op.f("chronic_insertions_subject_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("chronic_insertions_pkey")),
        schema="metadata",
    )
    op.create_index(
        op.f("chronic_insertions_lab_id_ix"), "chronic_insertions", ["lab_id"], unique=False, schema="metadata"
    )
    op.create_index("chronic_insertions_serial_ix", "chronic_insertions", ["serial"], unique=False, schema="metadata")
    op.create_index(
        op.f("chronic_insertions_subject_id_ix"), "chronic_insertions", ["subject_id"], unique=False, schema="metadata"
    )
    op.create_table(
        "probe_insertions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), server_default="", nullable=False),
        sa.Column("chronic_insertion_id", sa.Uuid(), nullable=True),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("auto_datetime", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("probe_insertions_named_check")),
        sa.ForeignKeyConstraint(
            ["chronic_insertion_id"],
            ["metadata.chronic_insertions.id"],
            name=op.f("probe_insertions_chronic_insertion_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["metadata.probe_models.id"], name=op.f("probe_insertions_model_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["metadata.sessions.id"], name=op.f("probe_insertions_session_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("probe_insertions_pkey")),
        sa.UniqueConstraint("session_id", "name", name="probe_insertions_name_key"),
        schema="metadata",
    )
    op.create_index(
        op.f("probe_insertions_chronic_insertion_id_ix"),
        "probe_insertions",
        ["chronic_insertion_id"],
        unique=False,
        schema="metadata",
    )
    op.create_index(
        op.f("probe_insertions_model_id_ix"), "probe_insertions", ["model_id"], unique=False, schema="metadata"
    )
    op.create_index("probe_insertions_name_ix", "probe_insertions", ["name"], unique=False, schema="metadata")
    names = [column.name for column in _MODELS.columns]
    op.bulk_insert(_MODELS, [dict(zip(names, (UUID(number), *rest), strict=True)) for number, *rest in MODELS])
    for name, query in VIEWS.items():
        op.execute(f"create view catalog.lookup_{name} as {query.strip()}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"drop view catalog.lookup_{name}")
    op.drop_table("probe_insertions", schema="metadata")
    op.drop_table("chronic_insertions", schema="metadata")
    op.drop_table("probe_models", schema="metadata")
