"""The whole record of an animal: litter, source, cage care, outcome, and who answered for it when."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "metadata_0005"
down_revision: str | None = "metadata_0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "subject_owners",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("former_user_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["metadata.users.id"], name=op.f("subject_owners_changed_by_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["former_user_id"], ["metadata.users.id"], name=op.f("subject_owners_former_user_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["metadata.subjects.id"], name=op.f("subject_owners_subject_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["metadata.users.id"], name=op.f("subject_owners_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("subject_owners_pkey")),
        schema="metadata",
    )
    op.create_index(
        "subject_owners_subject_changed_at_ix",
        "subject_owners",
        ["subject_id", "changed_at"],
        unique=False,
        schema="metadata",
    )
    op.add_column("subjects", sa.Column("litter_id", sa.Uuid(), nullable=True), schema="metadata")
    op.add_column("subjects", sa.Column("request_id", sa.Uuid(), nullable=True), schema="metadata")
    op.add_column("subjects", sa.Column("source_id", sa.Uuid(), nullable=True), schema="metadata")
    op.add_column("subjects", sa.Column("wean_date", sa.Date(), nullable=True), schema="metadata")
    op.add_column("subjects", sa.Column("genotype_date", sa.Date(), nullable=True), schema="metadata")
    op.add_column("subjects", sa.Column("reduced_date", sa.Date(), nullable=True), schema="metadata")
    op.add_column("subjects", sa.Column("ear_mark", sa.Text(), server_default="", nullable=False), schema="metadata")
    op.add_column(
        "subjects", sa.Column("protocol_number", sa.Text(), server_default="1", nullable=False), schema="metadata"
    )
    op.add_column(
        "subjects", sa.Column("adverse_effects", sa.Text(), server_default="", nullable=False), schema="metadata"
    )
    op.add_column("subjects", sa.Column("actual_severity", sa.SmallInteger(), nullable=True), schema="metadata")
    op.add_column(
        "subjects",
        sa.Column("to_be_genotyped", sa.Boolean(), server_default="false", nullable=False),
        schema="metadata",
    )
    op.add_column(
        "subjects", sa.Column("to_be_culled", sa.Boolean(), server_default="false", nullable=False), schema="metadata"
    )
    op.create_index(op.f("subjects_line_id_ix"), "subjects", ["line_id"], unique=False, schema="metadata")
    op.create_index(op.f("subjects_litter_id_ix"), "subjects", ["litter_id"], unique=False, schema="metadata")
    op.create_index(op.f("subjects_request_id_ix"), "subjects", ["request_id"], unique=False, schema="metadata")
    op.create_foreign_key(
        op.f("subjects_source_id_fkey"),
        "subjects",
        "sources",
        ["source_id"],
        ["id"],
        source_schema="metadata",
        referent_schema="metadata",
    )
    op.create_foreign_key(
        "subjects_litter_id_fkey",
        "subjects",
        "litters",
        ["litter_id"],
        ["id"],
        source_schema="metadata",
        referent_schema="metadata",
        use_alter=True,
    )
    op.create_foreign_key(
        "subjects_request_id_fkey",
        "subjects",
        "subject_requests",
        ["request_id"],
        ["id"],
        source_schema="metadata",
        referent_schema="metadata",
        use_alter=True,
    )
    op.create_check_constraint(
        op.f("subjects_reduced_last_check"),
        "subjects",
        "reduced_date >= birth_date and reduced_date >= death_date",
        schema="metadata",
    )
    op.create_check_constraint(
        op.f("subjects_weaned_after_birth_check"), "subjects", "wean_date >= birth_date", schema="metadata"
    )
    op.create_check_constraint(
        op.f("subjects_severity_check"), "subjects", "actual_severity between 1 and 5", schema="metadata"
    )
    op.create_check_constraint(
        op.f("subjects_protocol_number_check"), "subjects", "protocol_number in ('1', '2', '3', '4')", schema="metadata"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("subjects_reduced_last_check"), "subjects", schema="metadata", type_="check")
    op.drop_constraint(op.f("subjects_weaned_after_birth_check"), "subjects", schema="metadata", type_="check")
    op.drop_constraint(op.f("subjects_severity_check"), "subjects", schema="metadata", type_="check")
    op.drop_constraint(op.f("subjects_protocol_number_check"), "subjects", schema="metadata", type_="check")
    op.drop_constraint("subjects_request_id_fkey", "subjects", schema="metadata", type_="foreignkey")
    op.drop_constraint("subjects_litter_id_fkey", "subjects", schema="metadata", type_="foreignkey")
    op.drop_constraint(op.f("subjects_source_id_fkey"), "subjects", schema="metadata", type_="foreignkey")
    op.drop_index(op.f("subjects_request_id_ix"), table_name="subjects", schema="metadata")
    op.drop_index(op.f("subjects_litter_id_ix"), table_name="subjects", schema="metadata")
    op.drop_index(op.f("subjects_line_id_ix"), table_name="subjects", schema="metadata")
    op.drop_column("subjects", "to_be_culled", schema="metadata")
    op.drop_column("subjects", "to_be_genotyped", schema="metadata")
    op.drop_column("subjects", "actual_severity", schema="metadata")
    op.drop_column("subjects", "adverse_effects", schema="metadata")
    op.drop_column("subjects", "protocol_number", schema="metadata")
    op.drop_column("subjects", "ear_mark", schema="metadata")
    op.drop_column("subjects", "reduced_date", schema="metadata")
    op.drop_column("subjects", "genotype_date", schema="metadata")
    op.drop_column("subjects", "wean_date", schema="metadata")
    op.drop_column("subjects", "source_id", schema="metadata")
    op.drop_column("subjects", "request_id", schema="metadata")
    op.drop_column("subjects", "litter_id", schema="metadata")
    op.drop_index("subject_owners_subject_changed_at_ix", table_name="subject_owners", schema="metadata")
    op.drop_table("subject_owners", schema="metadata")
