"""The colony: lines in full, genetics, breeding, cages, culls, requests."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "metadata_0004"
down_revision: str | None = "metadata_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for table in ("species", "lines"):
        op.execute(f"update metadata.{table} set nickname = name where nickname = ''")
        op.alter_column(table, "nickname", server_default=None, schema="metadata")
    op.create_table(
        "alleles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nickname", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("alleles_pkey")),
        sa.UniqueConstraint("nickname", name=op.f("alleles_nickname_key")),
        schema="metadata",
    )
    op.create_table(
        "sequences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_pairs", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("sequences_pkey")),
        sa.UniqueConstraint("name", name=op.f("sequences_name_key")),
        schema="metadata",
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sources_pkey")),
        sa.UniqueConstraint("name", name=op.f("sources_name_key")),
        schema="metadata",
    )
    op.create_table(
        "allele_sequences",
        sa.Column("allele_id", sa.Uuid(), nullable=False),
        sa.Column("sequence_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["allele_id"], ["metadata.alleles.id"], name=op.f("allele_sequences_allele_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sequence_id"], ["metadata.sequences.id"], name=op.f("allele_sequences_sequence_id_fkey")
        ),
        sa.PrimaryKeyConstraint("allele_id", "sequence_id", name=op.f("allele_sequences_pkey")),
        schema="metadata",
    )
    op.create_index(
        op.f("allele_sequences_sequence_id_ix"), "allele_sequences", ["sequence_id"], unique=False, schema="metadata"
    )
    op.create_table(
        "cages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("cage_type", sa.Text(), server_default="", nullable=False),
        sa.Column("enrichment", sa.Text(), server_default="", nullable=False),
        sa.Column("food", sa.Text(), server_default="", nullable=False),
        sa.Column("light_cycle", sa.Text(), server_default="", nullable=False),
        sa.Column("cleaning_days", sa.Integer(), nullable=True),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("light_cycle in ('', 'normal', 'inverted')", name=op.f("cages_light_cycle_check")),
        sa.CheckConstraint("name ~ '[^[:space:]]'", name=op.f("cages_named_check")),
        sa.CheckConstraint("cleaning_days > 0", name=op.f("cages_cleaning_days_check")),
        sa.ForeignKeyConstraint(["lab_id"], ["metadata.labs.id"], name=op.f("cages_lab_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("cages_pkey")),
        sa.UniqueConstraint("name", "lab_id", name="cages_name_lab_key"),
        schema="metadata",
    )
    op.create_index(op.f("cages_lab_id_ix"), "cages", ["lab_id"], unique=False, schema="metadata")
    op.create_table(
        "line_alleles",
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("allele_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["allele_id"], ["metadata.alleles.id"], name=op.f("line_alleles_allele_id_fkey")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["metadata.lines.id"], name=op.f("line_alleles_line_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("line_id", "allele_id", name=op.f("line_alleles_pkey")),
        schema="metadata",
    )
    op.create_index(op.f("line_alleles_allele_id_ix"), "line_alleles", ["allele_id"], unique=False, schema="metadata")
    op.create_table(
        "subject_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("count >= 1", name=op.f("subject_requests_count_check")),
        sa.ForeignKeyConstraint(["lab_id"], ["metadata.labs.id"], name=op.f("subject_requests_lab_id_fkey")),
        sa.ForeignKeyConstraint(["line_id"], ["metadata.lines.id"], name=op.f("subject_requests_line_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["metadata.users.id"], name=op.f("subject_requests_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("subject_requests_pkey")),
        schema="metadata",
    )
    op.create_index(op.f("subject_requests_lab_id_ix"), "subject_requests", ["lab_id"], unique=False, schema="metadata")
    op.create_index(
        op.f("subject_requests_line_id_ix"), "subject_requests", ["line_id"], unique=False, schema="metadata"
    )
    op.create_index(
        op.f("subject_requests_user_id_ix"), "subject_requests", ["user_id"], unique=False, schema="metadata"
    )
    op.create_table(
        "zygosity_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("allele_id", sa.Uuid(), nullable=False),
        sa.Column("sequence0_id", sa.Uuid(), nullable=False),
        sa.Column("sequence0_result", sa.SmallInteger(), nullable=False),
        sa.Column("sequence1_id", sa.Uuid(), nullable=True),
        sa.Column("sequence1_result", sa.SmallInteger(), nullable=True),
        sa.Column("zygosity", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "(sequence1_id is null) = (sequence1_result is null)", name=op.f("zygosity_rules_second_whole_check")
        ),
        sa.CheckConstraint("sequence0_id <> sequence1_id", name=op.f("zygosity_rules_two_sequences_check")),
        sa.CheckConstraint(
            "sequence0_result in (0, 1) and (sequence1_result is null or sequence1_result in (0, 1))",
            name=op.f("zygosity_rules_result_check"),
        ),
        sa.CheckConstraint("zygosity between 0 and 3", name=op.f("zygosity_rules_zygosity_check")),
        sa.ForeignKeyConstraint(["allele_id"], ["metadata.alleles.id"], name=op.f("zygosity_rules_allele_id_fkey")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["metadata.lines.id"], name=op.f("zygosity_rules_line_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sequence0_id"], ["metadata.sequences.id"], name=op.f("zygosity_rules_sequence0_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["sequence1_id"], ["metadata.sequences.id"], name=op.f("zygosity_rules_sequence1_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("zygosity_rules_pkey")),
        sa.UniqueConstraint(
            "line_id",
            "allele_id",
            "sequence0_id",
            "sequence0_result",
            "sequence1_id",
            "sequence1_result",
            name="zygosity_rules_once_key",
            postgresql_nulls_not_distinct=True,
        ),
        schema="metadata",
    )
    op.create_index(
        op.f("zygosity_rules_allele_id_ix"), "zygosity_rules", ["allele_id"], unique=False, schema="metadata"
    )
    op.create_table(
        "breeding_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("father_id", sa.Uuid(), nullable=True),
        sa.Column("mother1_id", sa.Uuid(), nullable=True),
        sa.Column("mother2_id", sa.Uuid(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("end_date >= start_date", name=op.f("breeding_pairs_ends_after_start_check")),
        sa.CheckConstraint("mother1_id <> mother2_id", name=op.f("breeding_pairs_two_mothers_check")),
        sa.ForeignKeyConstraint(["father_id"], ["metadata.subjects.id"], name=op.f("breeding_pairs_father_id_fkey")),
        sa.ForeignKeyConstraint(["lab_id"], ["metadata.labs.id"], name=op.f("breeding_pairs_lab_id_fkey")),
        sa.ForeignKeyConstraint(["line_id"], ["metadata.lines.id"], name=op.f("breeding_pairs_line_id_fkey")),
        sa.ForeignKeyConstraint(["mother1_id"], ["metadata.subjects.id"], name=op.f("breeding_pairs_mother1_id_fkey")),
        sa.ForeignKeyConstraint(["mother2_id"], ["metadata.subjects.id"], name=op.f("breeding_pairs_mother2_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("breeding_pairs_pkey")),
        sa.UniqueConstraint("name", name=op.f("breeding_pairs_name_key")),
        schema="metadata",
    )
    op.create_index(
        op.f("breeding_pairs_father_id_ix"), "breeding_pairs", ["father_id"], unique=False, schema="metadata"
    )
    op.create_index(op.f("breeding_pairs_lab_id_ix"), "breeding_pairs", ["lab_id"], unique=False, schema="metadata")
    op.create_index(op.f("breeding_pairs_line_id_ix"), "breeding_pairs", ["line_id"], unique=False, schema="metadata")
    op.create_index(
        op.f("breeding_pairs_mother1_id_ix"), "breeding_pairs", ["mother1_id"], unique=False, schema="metadata"
    )
    op.create_index(
        op.f("breeding_pairs_mother2_id_ix"), "breeding_pairs", ["mother2_id"], unique=False, schema="metadata"
    )
    op.create_table(
        "culls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_restrictions", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["metadata.subjects.id"], name=op.f("culls_subject_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["metadata.users.id"], name=op.f("culls_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("culls_pkey")),
        sa.UniqueConstraint("subject_id", name=op.f("culls_subject_id_key")),
        schema="metadata",
    )
    op.create_table(
        "genotype_tests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("sequence_id", sa.Uuid(), nullable=False),
        sa.Column("test_result", sa.SmallInteger(), nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("test_result in (0, 1)", name=op.f("genotype_tests_result_check")),
        sa.ForeignKeyConstraint(
            ["sequence_id"], ["metadata.sequences.id"], name=op.f("genotype_tests_sequence_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["metadata.subjects.id"], name=op.f("genotype_tests_subject_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("genotype_tests_pkey")),
        schema="metadata",
    )
    op.create_index(
        op.f("genotype_tests_sequence_id_ix"), "genotype_tests", ["sequence_id"], unique=False, schema="metadata"
    )
    op.create_index(
        op.f("genotype_tests_subject_id_ix"), "genotype_tests", ["subject_id"], unique=False, schema="metadata"
    )
    op.create_table(
        "housings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("cage_id", sa.Uuid(), nullable=False),
        sa.Column("start_time", sa.DateTime(), nullable=False),
        sa.Column("end_time", sa.DateTime(), nullable=True),
        sa.Column("conditions", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("end_time >= start_time", name=op.f("housings_ends_after_start_check")),
        sa.ForeignKeyConstraint(["cage_id"], ["metadata.cages.id"], name=op.f("housings_cage_id_fkey")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["metadata.subjects.id"], name=op.f("housings_subject_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("housings_pkey")),
        schema="metadata",
    )
    op.create_index(op.f("housings_cage_id_ix"), "housings", ["cage_id"], unique=False, schema="metadata")
    op.create_index(
        "housings_one_open_key",
        "housings",
        ["subject_id"],
        unique=True,
        schema="metadata",
        postgresql_where=sa.text("end_time is null"),
    )
    op.create_index(
        "housings_subject_start_time_ix", "housings", ["subject_id", "start_time"], unique=False, schema="metadata"
    )
    op.create_table(
        "zygosities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("allele_id", sa.Uuid(), nullable=False),
        sa.Column("zygosity", sa.SmallInteger(), nullable=False),
        sa.Column("origin", sa.Text(), server_default="entered", nullable=False),
        sa.CheckConstraint("origin in ('entered', 'tests', 'parents')", name=op.f("zygosities_origin_check")),
        sa.CheckConstraint("zygosity between 0 and 3", name=op.f("zygosities_zygosity_check")),
        sa.ForeignKeyConstraint(["allele_id"], ["metadata.alleles.id"], name=op.f("zygosities_allele_id_fkey")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["metadata.subjects.id"], name=op.f("zygosities_subject_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("zygosities_pkey")),
        sa.UniqueConstraint("subject_id", "allele_id", name="zygosities_subject_allele_key"),
        schema="metadata",
    )
    op.create_index(
        "zygosities_allele_zygosity_ix", "zygosities", ["allele_id", "zygosity"], unique=False, schema="metadata"
    )
    op.create_table(
        "litters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("breeding_pair_id", sa.Uuid(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["breeding_pair_id"], ["metadata.breeding_pairs.id"], name=op.f("litters_breeding_pair_id_fkey")
        ),
        sa.ForeignKeyConstraint(["lab_id"], ["metadata.labs.id"], name=op.f("litters_lab_id_fkey")),
        sa.ForeignKeyConstraint(["line_id"], ["metadata.lines.id"], name=op.f("litters_line_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("litters_pkey")),
        sa.UniqueConstraint("name", name=op.f("litters_name_key")),
        schema="metadata",
    )
    op.create_index(
        op.f("litters_breeding_pair_id_ix"), "litters", ["breeding_pair_id"], unique=False, schema="metadata"
    )
    op.create_index(op.f("litters_lab_id_ix"), "litters", ["lab_id"], unique=False, schema="metadata")
    op.create_index(op.f("litters_line_id_ix"), "litters", ["line_id"], unique=False, schema="metadata")
    op.add_column(
        "lines", sa.Column("target_phenotype", sa.Text(), server_default="", nullable=False), schema="metadata"
    )
    op.add_column("lines", sa.Column("strain_id", sa.Uuid(), nullable=True), schema="metadata")
    op.add_column("lines", sa.Column("species_id", sa.Uuid(), nullable=True), schema="metadata")
    op.add_column("lines", sa.Column("source_id", sa.Uuid(), nullable=True), schema="metadata")
    op.add_column(
        "lines", sa.Column("source_identifier", sa.Text(), server_default="", nullable=False), schema="metadata"
    )
    op.add_column("lines", sa.Column("source_url", sa.Text(), server_default="", nullable=False), schema="metadata")
    op.add_column(
        "lines", sa.Column("expression_data_url", sa.Text(), server_default="", nullable=False), schema="metadata"
    )
    op.add_column(
        "lines", sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False), schema="metadata"
    )
    op.add_column(
        "lines", sa.Column("subject_index", sa.Integer(), server_default="0", nullable=False), schema="metadata"
    )
    op.add_column(
        "lines", sa.Column("breeding_pair_index", sa.Integer(), server_default="0", nullable=False), schema="metadata"
    )
    op.add_column(
        "lines", sa.Column("litter_index", sa.Integer(), server_default="0", nullable=False), schema="metadata"
    )
    op.add_column("lines", sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True), schema="metadata")
    op.create_unique_constraint(op.f("lines_nickname_key"), "lines", ["nickname"], schema="metadata")
    op.create_foreign_key(
        op.f("lines_strain_id_fkey"),
        "lines",
        "strains",
        ["strain_id"],
        ["id"],
        source_schema="metadata",
        referent_schema="metadata",
    )
    op.create_foreign_key(
        op.f("lines_species_id_fkey"),
        "lines",
        "species",
        ["species_id"],
        ["id"],
        source_schema="metadata",
        referent_schema="metadata",
    )
    op.create_foreign_key(
        op.f("lines_source_id_fkey"),
        "lines",
        "sources",
        ["source_id"],
        ["id"],
        source_schema="metadata",
        referent_schema="metadata",
    )
    op.add_column(
        "species", sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True), schema="metadata"
    )
    op.create_unique_constraint(op.f("species_nickname_key"), "species", ["nickname"], schema="metadata")


def downgrade() -> None:
    op.drop_constraint(op.f("species_nickname_key"), "species", schema="metadata", type_="unique")
    op.drop_column("species", "json", schema="metadata")
    op.drop_constraint(op.f("lines_source_id_fkey"), "lines", schema="metadata", type_="foreignkey")
    op.drop_constraint(op.f("lines_species_id_fkey"), "lines", schema="metadata", type_="foreignkey")
    op.drop_constraint(op.f("lines_strain_id_fkey"), "lines", schema="metadata", type_="foreignkey")
    op.drop_constraint(op.f("lines_nickname_key"), "lines", schema="metadata", type_="unique")
    op.drop_column("lines", "json", schema="metadata")
    op.drop_column("lines", "litter_index", schema="metadata")
    op.drop_column("lines", "breeding_pair_index", schema="metadata")
    op.drop_column("lines", "subject_index", schema="metadata")
    op.drop_column("lines", "is_active", schema="metadata")
    op.drop_column("lines", "expression_data_url", schema="metadata")
    op.drop_column("lines", "source_url", schema="metadata")
    op.drop_column("lines", "source_identifier", schema="metadata")
    op.drop_column("lines", "source_id", schema="metadata")
    op.drop_column("lines", "species_id", schema="metadata")
    op.drop_column("lines", "strain_id", schema="metadata")
    op.drop_column("lines", "target_phenotype", schema="metadata")
    op.drop_index(op.f("litters_line_id_ix"), table_name="litters", schema="metadata")
    op.drop_index(op.f("litters_lab_id_ix"), table_name="litters", schema="metadata")
    op.drop_index(op.f("litters_breeding_pair_id_ix"), table_name="litters", schema="metadata")
    op.drop_table("litters", schema="metadata")
    op.drop_index("zygosities_allele_zygosity_ix", table_name="zygosities", schema="metadata")
    op.drop_table("zygosities", schema="metadata")
    op.drop_index("housings_subject_start_time_ix", table_name="housings", schema="metadata")
    op.drop_index(
        "housings_one_open_key", table_name="housings", schema="metadata", postgresql_where=sa.text("end_time is null")
    )
    op.drop_index(op.f("housings_cage_id_ix"), table_name="housings", schema="metadata")
    op.drop_table("housings", schema="metadata")
    op.drop_index(op.f("genotype_tests_subject_id_ix"), table_name="genotype_tests", schema="metadata")
    op.drop_index(op.f("genotype_tests_sequence_id_ix"), table_name="genotype_tests", schema="metadata")
    op.drop_table("genotype_tests", schema="metadata")
    op.drop_table("culls", schema="metadata")
    op.drop_index(op.f("breeding_pairs_mother2_id_ix"), table_name="breeding_pairs", schema="metadata")
    op.drop_index(op.f("breeding_pairs_mother1_id_ix"), table_name="breeding_pairs", schema="metadata")
    op.drop_index(op.f("breeding_pairs_line_id_ix"), table_name="breeding_pairs", schema="metadata")
    op.drop_index(op.f("breeding_pairs_lab_id_ix"), table_name="breeding_pairs", schema="metadata")
    op.drop_index(op.f("breeding_pairs_father_id_ix"), table_name="breeding_pairs", schema="metadata")
    op.drop_table("breeding_pairs", schema="metadata")
    op.drop_index(op.f("zygosity_rules_allele_id_ix"), table_name="zygosity_rules", schema="metadata")
    op.drop_table("zygosity_rules", schema="metadata")
    op.drop_index(op.f("subject_requests_user_id_ix"), table_name="subject_requests", schema="metadata")
    op.drop_index(op.f("subject_requests_line_id_ix"), table_name="subject_requests", schema="metadata")
    op.drop_index(op.f("subject_requests_lab_id_ix"), table_name="subject_requests", schema="metadata")
    op.drop_table("subject_requests", schema="metadata")
    op.drop_index(op.f("line_alleles_allele_id_ix"), table_name="line_alleles", schema="metadata")
    op.drop_table("line_alleles", schema="metadata")
    op.drop_index(op.f("cages_lab_id_ix"), table_name="cages", schema="metadata")
    op.drop_table("cages", schema="metadata")
    op.drop_index(op.f("allele_sequences_sequence_id_ix"), table_name="allele_sequences", schema="metadata")
    op.drop_table("allele_sequences", schema="metadata")
    op.drop_table("sources", schema="metadata")
    op.drop_table("sequences", schema="metadata")
    op.drop_table("alleles", schema="metadata")
    for table in ("species", "lines"):
        op.alter_column(table, "nickname", server_default="", schema="metadata")
