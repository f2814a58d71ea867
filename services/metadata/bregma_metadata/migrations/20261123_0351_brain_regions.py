"""Brain regions, as the package iblatlas has them, and the systems that places are told in."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from bregma_metadata.atlas.structures import read_structures
from sqlalchemy.dialects import postgresql

revision: str = "metadata_0012"
down_revision: str | None = "metadata_0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AXES = "In mm or µm from bregma; x to the right, y to the front, z up. "
# the first two are those of Alyx, by the same ids
SYSTEMS = (
    (
        "cbc64f28-6aa5-4331-a9fd-7648ffa13876",
        "IBL-Allen",
        "iblatlas",
        _AXES + "The Allen CCF as it is, bregma where the package iblatlas has it.",
    ),
    (
        "3b00d02e-ea91-4a37-9427-d83de37a1b63",
        "Needles-Allen",
        "iblatlas",
        _AXES + "The Allen CCF stretched along AP and squeezed along DV to the size of a living brain.",
    ),
    (
        "5f0c2a3e-7b8d-4c55-9a61-0e9d53c4b7f2",
        "Allen-paper-2020",
        "paper-2020",
        _AXES + "The Allen CCF as it is, bregma at voxel ML 566, AP 540, DV 33 of the volume of 10 µm.",
    ),
)
_SYSTEMS = sa.table(
    "coordinate_systems", sa.column("id", sa.Uuid), sa.column("name"), sa.column("origin"), sa.column("description"),
    schema="metadata",
)  # fmt: skip
_REGIONS = sa.table(
    "brain_regions", sa.column("id", sa.Integer), sa.column("acronym"), sa.column("name"), sa.column("parent_id", sa.Integer),
    sa.column("lineage", sa.ARRAY(sa.Integer)), sa.column("graph_order", sa.Integer), schema="metadata",
)  # fmt: skip

# what look-ups of any room may ask
VIEWS = {
    "brain_regions": """
        select id, acronym, name, parent_id, description from metadata.brain_regions
    """,
    "coordinate_systems": """
        select id, name, origin, description, json from metadata.coordinate_systems
    """,
}


def upgrade() -> None:
    op.create_table(
        "brain_regions",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("acronym", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("lineage", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("graph_order", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["metadata.brain_regions.id"], name=op.f("brain_regions_parent_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("brain_regions_pkey")),
        sa.UniqueConstraint("acronym", name=op.f("brain_regions_acronym_key")),
        sa.UniqueConstraint("name", name=op.f("brain_regions_name_key")),
        schema="metadata",
    )
    op.create_index(
        "brain_regions_described_ix",
        "brain_regions",
        ["id"],
        unique=False,
        schema="metadata",
        postgresql_where=sa.text("description is not null"),
    )
    op.create_index(
        "brain_regions_lineage_ix",
        "brain_regions",
        ["lineage"],
        unique=False,
        schema="metadata",
        postgresql_using="gin",
    )
    op.create_index(
        "brain_regions_lower_acronym_ix",
        "brain_regions",
        [sa.literal_column("lower(acronym)")],
        unique=False,
        schema="metadata",
    )
    op.create_index("brain_regions_order_ix", "brain_regions", ["graph_order", "id"], unique=False, schema="metadata")
    op.create_index(op.f("brain_regions_parent_id_ix"), "brain_regions", ["parent_id"], unique=False, schema="metadata")
    op.create_table(
        "coordinate_systems",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), server_default="iblatlas", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("origin in ('paper-2020', 'iblatlas')", name=op.f("coordinate_systems_origin_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("coordinate_systems_pkey")),
        sa.UniqueConstraint("name", name=op.f("coordinate_systems_name_key")),
        schema="metadata",
    )
    names = [column.name for column in _SYSTEMS.columns]
    op.bulk_insert(_SYSTEMS, [dict(zip(names, (UUID(number), *rest), strict=True)) for number, *rest in SYSTEMS])
    op.bulk_insert(_REGIONS, read_structures())
    for name, query in VIEWS.items():
        op.execute(f"create view catalog.lookup_{name} as {query.strip()}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"drop view catalog.lookup_{name}")
    op.drop_table("coordinate_systems", schema="metadata")
    op.drop_table("brain_regions", schema="metadata")
