"""Fields of view, their locations and stacks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "metadata_0014"
down_revision: str | None = "metadata_0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# what look-ups of any room may ask
VIEWS = {
    "imaging_types": """
        select id, name, json from metadata.imaging_types
    """,
    "imaging_stacks": """
        select id, name, json from metadata.imaging_stacks
    """,
    "fields_of_view": """
        select id, session_id, name, imaging_type_id, stack_id, json from metadata.fields_of_view
    """,
    "fov_locations": """
        select id, field_of_view_id, provenance, default_provenance, coordinate_system, json, auto_datetime
        from metadata.fov_locations
    """,
}


def upgrade() -> None:
    op.create_table(
        "imaging_stacks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("imaging_stacks_pkey")),
        schema="metadata",
    )
    op.create_index("imaging_stacks_name_ix", "imaging_stacks", ["name", "id"], unique=False, schema="metadata")
    op.create_table(
        "imaging_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("imaging_types_pkey")),
        sa.UniqueConstraint("name", name=op.f("imaging_types_name_key")),
        schema="metadata",
    )
    op.create_table(
        "fields_of_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("imaging_type_id", sa.Uuid(), nullable=True),
        sa.Column("stack_id", sa.Uuid(), nullable=True),
        sa.Column("chosen_datasets", sa.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["imaging_type_id"], ["metadata.imaging_types.id"], name=op.f("fields_of_view_imaging_type_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["metadata.sessions.id"], name=op.f("fields_of_view_session_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stack_id"], ["metadata.imaging_stacks.id"], name=op.f("fields_of_view_stack_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("fields_of_view_pkey")),
        sa.UniqueConstraint("session_id", "name", name="fields_of_view_session_name_key"),
        schema="metadata",
    )
    op.create_index(
        op.f("fields_of_view_imaging_type_id_ix"),
        "fields_of_view",
        ["imaging_type_id"],
        unique=False,
        schema="metadata",
    )
    op.create_index(op.f("fields_of_view_name_ix"), "fields_of_view", ["name"], unique=False, schema="metadata")
    op.create_index(op.f("fields_of_view_stack_id_ix"), "fields_of_view", ["stack_id"], unique=False, schema="metadata")
    op.create_table(
        "fov_locations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_of_view_id", sa.Uuid(), nullable=False),
        sa.Column("provenance", sa.Text(), server_default="L", nullable=False),
        sa.Column("default_provenance", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("coordinate_system", sa.Text(), server_default="IBL-Allen", nullable=True),
        sa.Column("x", sa.ARRAY(sa.Double()), nullable=False),
        sa.Column("y", sa.ARRAY(sa.Double()), nullable=False),
        sa.Column("z", sa.ARRAY(sa.Double()), nullable=False),
        sa.Column("n_xyz", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("auto_datetime", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("provenance in ('E', 'F', 'L', 'H')", name=op.f("fov_locations_provenance_check")),
        sa.CheckConstraint("coalesce(array_length(n_xyz, 1), 0) <= 3", name=op.f("fov_locations_axes_check")),
        sa.CheckConstraint(
            "coalesce(array_length(x, 1), 0) <= 8 and coalesce(array_length(y, 1), 0) <= 8 and coalesce(array_length(z, 1), 0) <= 8",
            name=op.f("fov_locations_corners_check"),
        ),
        sa.ForeignKeyConstraint(
            ["field_of_view_id"],
            ["metadata.fields_of_view.id"],
            name=op.f("fov_locations_field_of_view_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("fov_locations_pkey")),
        sa.UniqueConstraint("field_of_view_id", "provenance", name="fov_locations_provenance_key"),
        schema="metadata",
    )
    op.create_index(
        "fov_locations_default_key",
        "fov_locations",
        ["field_of_view_id"],
        unique=True,
        schema="metadata",
        postgresql_where=sa.text("default_provenance"),
    )
    op.create_table(
        "fov_location_regions",
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("brain_region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["metadata.fov_locations.id"],
            name=op.f("fov_location_regions_location_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("location_id", "brain_region_id", name=op.f("fov_location_regions_pkey")),
        schema="metadata",
    )
    op.create_index(
        op.f("fov_location_regions_brain_region_id_ix"),
        "fov_location_regions",
        ["brain_region_id"],
        unique=False,
        schema="metadata",
    )
    # the kind that stock pipelines name; it has the id that it has on Alyx
    op.execute(
        "insert into metadata.imaging_types (id, name) values ('8c009775-2bff-4de7-baca-c27dc949426e', 'mesoscope')"
    )
    for name, query in VIEWS.items():
        op.execute(f"create view catalog.lookup_{name} as {query.strip()}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"drop view catalog.lookup_{name}")
    op.drop_index(op.f("fov_location_regions_brain_region_id_ix"), table_name="fov_location_regions", schema="metadata")
    op.drop_table("fov_location_regions", schema="metadata")
    op.drop_index(
        "fov_locations_default_key",
        table_name="fov_locations",
        schema="metadata",
        postgresql_where=sa.text("default_provenance"),
    )
    op.drop_table("fov_locations", schema="metadata")
    op.drop_index(op.f("fields_of_view_stack_id_ix"), table_name="fields_of_view", schema="metadata")
    op.drop_index(op.f("fields_of_view_name_ix"), table_name="fields_of_view", schema="metadata")
    op.drop_index(op.f("fields_of_view_imaging_type_id_ix"), table_name="fields_of_view", schema="metadata")
    op.drop_table("fields_of_view", schema="metadata")
    op.drop_table("imaging_types", schema="metadata")
    op.drop_index("imaging_stacks_name_ix", table_name="imaging_stacks", schema="metadata")
    op.drop_table("imaging_stacks", schema="metadata")
