"""Weighings, water, and water restrictions, which know by themselves whether death ended them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from bregma_kit.db import new_id
from sqlalchemy.dialects import postgresql

revision: str = "metadata_0010"
down_revision: str | None = "metadata_0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TYPES = (
    "Water", "Hydrogel", "Hydrogel 5% Citric Acid", "Water 1% Citric Acid", "Water 2% Citric Acid", "Water 10% Sucrose",
    "Water 15% Sucrose",
)  # fmt: skip
# what look-ups of any room may ask
VIEWS = {
    "weighings": "select id, subject_id, date_time, weight, user_id from metadata.weighings",
    "water_types": "select id, name, json from metadata.water_types",
    "water_administrations": """
        select id, subject_id, date_time, water_administered, water_type_id, session_id, adlib, user_id
        from metadata.water_administrations
    """,
    "water_restrictions": """
        select id, subject_id, start_time, end_time, water_type_id, reference_weight, narrative, json
        from metadata.water_restrictions
    """,
    "water_restriction_users": "select restriction_id, user_id from metadata.water_restriction_users",
}


def _key(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"metadata.{other}.id"], name=name, ondelete=ondelete)


def _newest_first(table: str) -> None:
    newest = [sa.text("date_time desc"), sa.text("id desc")]
    op.create_index(f"{table}_subject_date_time_ix", table, ["subject_id", *newest], schema="metadata")
    op.create_index(f"{table}_date_time_ix", table, newest, schema="metadata")
    op.create_index(op.f(f"{table}_user_id_ix"), table, ["user_id"], schema="metadata")
    op.create_index(
        f"{table}_idempotency_key", table, ["entered_by_id", "idempotency_key"], unique=True, schema="metadata"
    )


def _weighings() -> None:
    op.create_table(
        "weighings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("date_time", sa.DateTime(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.CheckConstraint("weight >= 0 and weight < 'infinity'", name=op.f("weighings_weight_check")),
        _key("weighings", "subject_id", "subjects", "CASCADE"),
        _key("weighings", "user_id", "users"),
        _key("weighings", "entered_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("weighings_pkey")),
        schema="metadata",
    )
    _newest_first("weighings")


def _water_types() -> None:
    types = op.create_table(
        "water_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("water_types_pkey")),
        sa.UniqueConstraint("name", name=op.f("water_types_name_key")),
        schema="metadata",
    )
    op.bulk_insert(types, [{"id": new_id(), "name": name} for name in TYPES])


def _water_administrations() -> None:
    op.create_table(
        "water_administrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("date_time", sa.DateTime(), nullable=False),
        sa.Column("water_administered", sa.Float(), nullable=True),
        sa.Column("water_type_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("adlib", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "water_administered >= 0 and water_administered < 'infinity'",
            name=op.f("water_administrations_volume_check"),
        ),
        _key("water_administrations", "subject_id", "subjects", "CASCADE"),
        _key("water_administrations", "water_type_id", "water_types"),
        _key("water_administrations", "session_id", "sessions", "SET NULL"),
        _key("water_administrations", "user_id", "users"),
        _key("water_administrations", "entered_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("water_administrations_pkey")),
        schema="metadata",
    )
    _newest_first("water_administrations")
    for name in ("water_type_id", "session_id"):
        op.create_index(op.f(f"water_administrations_{name}_ix"), "water_administrations", [name], schema="metadata")


def _water_restrictions() -> None:
    op.create_table(
        "water_restrictions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("start_time", sa.DateTime(), nullable=False),
        sa.Column("end_time", sa.DateTime(), nullable=True),
        sa.Column("ended_by_death", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("water_type_id", sa.Uuid(), nullable=False),
        sa.Column("reference_weight", sa.Float(), server_default="0", nullable=False),
        sa.Column("narrative", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "reference_weight >= 0 and reference_weight < 'infinity'",
            name=op.f("water_restrictions_reference_weight_check"),
        ),
        sa.CheckConstraint(
            "end_time >= start_time - interval '3 hours'", name=op.f("water_restrictions_ends_after_start_check")
        ),
        _key("water_restrictions", "subject_id", "subjects", "CASCADE"),
        _key("water_restrictions", "water_type_id", "water_types"),
        sa.PrimaryKeyConstraint("id", name=op.f("water_restrictions_pkey")),
        schema="metadata",
    )
    table, newest = "water_restrictions", [sa.text(f"{name} desc") for name in ("end_time", "start_time", "id")]
    op.create_index(f"{table}_subject_start_time_ix", table, ["subject_id", "start_time"], schema="metadata")
    op.create_index(f"{table}_newest_ix", table, newest, schema="metadata")
    op.create_index(f"{table}_start_time_ix", table, ["start_time"], schema="metadata")
    op.create_index(op.f(f"{table}_water_type_id_ix"), table, ["water_type_id"], schema="metadata")
    op.create_index(
        f"{table}_open_ix", table, ["subject_id"], schema="metadata", postgresql_where=sa.text("end_time is null")
    )
    op.create_table(
        "water_restriction_users",
        sa.Column("restriction_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _key("water_restriction_users", "restriction_id", "water_restrictions", "CASCADE"),
        _key("water_restriction_users", "user_id", "users"),
        sa.PrimaryKeyConstraint("restriction_id", "user_id", name=op.f("water_restriction_users_pkey")),
        schema="metadata",
    )
    op.create_index(
        op.f("water_restriction_users_user_id_ix"), "water_restriction_users", ["user_id"], schema="metadata"
    )


def upgrade() -> None:
    _weighings()
    _water_types()
    _water_administrations()
    _water_restrictions()
    for name, query in VIEWS.items():
        op.execute(f"create view catalog.lookup_{name} as {query.strip()}")
    # culls do not list what they ended: a restriction that any death ended is marked
    op.drop_column("culls", "ended_restrictions", schema="metadata")


def downgrade() -> None:
    op.add_column(
        "culls",
        sa.Column("ended_restrictions", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        schema="metadata",
    )
    for name in reversed(VIEWS):
        op.execute(f"drop view catalog.lookup_{name}")
    for table in (
        "water_restriction_users", "water_restrictions", "water_administrations", "water_types", "weighings",
    ):  # fmt: skip
        op.drop_table(table, schema="metadata")
