"""Trajectories and channels, and which regions each trajectory goes through."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "metadata_0013"
down_revision: str | None = "metadata_0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# whoever writes channels of a trajectory waits here for whoever does, so that each sees what the other left
REFRESH = """
create function metadata.channels_changed() returns trigger language plpgsql as $$
declare touched uuid[];
begin
  if tg_op = 'INSERT' then
    touched := array(select distinct trajectory_estimate_id from new_rows);
  elsif tg_op = 'DELETE' then
    touched := array(select distinct trajectory_estimate_id from old_rows);
  else
    touched := array(select trajectory_estimate_id from new_rows union select trajectory_estimate_id from old_rows);
  end if;
  perform 1 from metadata.trajectories where id = any(touched) order by id for no key update;
  delete from metadata.trajectory_regions r where r.trajectory_id = any(touched) and not exists (
    select 1 from metadata.channels c
    where c.trajectory_estimate_id = r.trajectory_id and c.brain_region_id = r.brain_region_id);
  insert into metadata.trajectory_regions (brain_region_id, trajectory_id)
  select distinct c.brain_region_id, t.id
  from metadata.channels c join metadata.trajectories t on t.id = c.trajectory_estimate_id
  where c.trajectory_estimate_id = any(touched) and c.brain_region_id is not null
  on conflict do nothing;
  return null;
end $$
"""
TRIGGERS = {
    "inserted": "after insert on metadata.channels referencing new table as new_rows",
    "updated": "after update on metadata.channels referencing new table as new_rows old table as old_rows",
    "deleted": "after delete on metadata.channels referencing old table as old_rows",
}

# what look-ups of any room may ask
VIEWS = {
    "trajectories": """
        select id, probe_insertion_id, chronic_insertion_id, x, y, z, depth, theta, phi, roll, provenance, coordinate_system_id,
               datetime, json
        from metadata.trajectories
    """,
    "channels": """
        select id, trajectory_estimate_id, brain_region_id, name, json, axial, lateral_um, x, y, z from metadata.channels
    """,
}


def upgrade() -> None:
    op.create_table(
        "trajectories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("probe_insertion_id", sa.Uuid(), nullable=True),
        sa.Column("chronic_insertion_id", sa.Uuid(), nullable=True),
        sa.Column("x", sa.Float(), nullable=True),
        sa.Column("y", sa.Float(), nullable=True),
        sa.Column("z", sa.Float(), nullable=True),
        sa.Column("depth", sa.Float(), nullable=True),
        sa.Column("theta", sa.Float(), nullable=True),
        sa.Column("phi", sa.Float(), nullable=True),
        sa.Column("roll", sa.Float(), nullable=True),
        sa.Column("provenance", sa.SmallInteger(), server_default="10", nullable=False),
        sa.Column("coordinate_system_id", sa.Uuid(), nullable=True),
        sa.Column("datetime", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("depth >= 0", name=op.f("trajectories_depth_check")),
        sa.CheckConstraint("phi between -180 and 360", name=op.f("trajectories_phi_check")),
        sa.CheckConstraint("provenance in (10, 30, 50, 70)", name=op.f("trajectories_provenance_check")),
        sa.CheckConstraint("roll between 0 and 360", name=op.f("trajectories_roll_check")),
        sa.CheckConstraint("theta between 0 and 180", name=op.f("trajectories_theta_check")),
        sa.ForeignKeyConstraint(
            ["chronic_insertion_id"],
            ["metadata.chronic_insertions.id"],
            name=op.f("trajectories_chronic_insertion_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coordinate_system_id"],
            ["metadata.coordinate_systems.id"],
            name=op.f("trajectories_coordinate_system_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["probe_insertion_id"],
            ["metadata.probe_insertions.id"],
            name=op.f("trajectories_probe_insertion_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("trajectories_pkey")),
        schema="metadata",
    )
    op.create_index(
        "trajectories_chronic_insertion_ix", "trajectories", ["chronic_insertion_id"], unique=False, schema="metadata"
    )
    op.create_index(
        "trajectories_chronic_provenance_key",
        "trajectories",
        ["chronic_insertion_id", "provenance"],
        unique=True,
        schema="metadata",
        postgresql_where=sa.text("probe_insertion_id is null"),
    )
    op.create_index(
        "trajectories_insertion_provenance_key",
        "trajectories",
        ["probe_insertion_id", "provenance"],
        unique=True,
        schema="metadata",
        postgresql_where=sa.text("probe_insertion_id is not null"),
    )
    op.create_index("trajectories_provenance_ix", "trajectories", ["provenance"], unique=False, schema="metadata")
    op.create_table(
        "channels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_estimate_id", sa.Uuid(), nullable=False),
        sa.Column("brain_region_id", sa.Integer(), server_default="0", nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("axial", sa.Float(), nullable=True),
        sa.Column("lateral_um", sa.Float(), nullable=True),
        sa.Column("x", sa.Float(), nullable=True),
        sa.Column("y", sa.Float(), nullable=True),
        sa.Column("z", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brain_region_id"], ["metadata.brain_regions.id"], name=op.f("channels_brain_region_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["trajectory_estimate_id"],
            ["metadata.trajectories.id"],
            name=op.f("channels_trajectory_estimate_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("channels_pkey")),
        schema="metadata",
    )
    op.create_index(
        "channels_brain_region_ix",
        "channels",
        ["brain_region_id", "trajectory_estimate_id"],
        unique=False,
        schema="metadata",
    )
    op.create_index(
        "channels_place_key",
        "channels",
        ["trajectory_estimate_id", "axial", "lateral_um"],
        unique=True,
        schema="metadata",
    )
    op.create_table(
        "trajectory_regions",
        sa.Column("brain_region_id", sa.Integer(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brain_region_id"], ["metadata.brain_regions.id"], name=op.f("trajectory_regions_brain_region_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["trajectory_id"],
            ["metadata.trajectories.id"],
            name=op.f("trajectory_regions_trajectory_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("brain_region_id", "trajectory_id", name=op.f("trajectory_regions_pkey")),
        schema="metadata",
    )
    op.create_index(
        op.f("trajectory_regions_trajectory_id_ix"),
        "trajectory_regions",
        ["trajectory_id"],
        unique=False,
        schema="metadata",
    )
    op.execute(REFRESH)
    for name, occasion in TRIGGERS.items():
        op.execute(
            f"create trigger channels_{name} {occasion} for each statement execute function metadata.channels_changed()"
        )
    for name, query in VIEWS.items():
        op.execute(f"create view catalog.lookup_{name} as {query.strip()}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"drop view catalog.lookup_{name}")
    for name in TRIGGERS:
        op.execute(f"drop trigger channels_{name} on metadata.channels")
    op.execute("drop function metadata.channels_changed()")
    op.drop_table("trajectory_regions", schema="metadata")
    op.drop_table("channels", schema="metadata")
    op.drop_table("trajectories", schema="metadata")
