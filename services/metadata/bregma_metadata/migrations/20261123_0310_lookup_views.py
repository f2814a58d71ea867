"""What look-ups of any room may ask of this room's records; rows that are withdrawn exist for none of them."""

from collections.abc import Sequence

from alembic import op

revision: str = "metadata_0006"
down_revision: str | None = "metadata_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = {
    "users": """
        id, username, is_stock_manager
    """,
    "project_users": """
        project_id, user_id
    """,
    "session_users": """
        session_id, user_id
    """,
    "labs": """
        id, name, institution, address, timezone, reference_weight_pct, zscore_weight_pct, json
    """,
    "locations": """
        id, name, json, lab_id
    """,
    "procedures": """
        id, name, description
    """,
    "session_procedures": """
        session_id, procedure_id
    """,
    "projects": """
        id, name, description
    """,
    "subject_projects": """
        subject_id, project_id
    """,
    "session_projects": """
        session_id, project_id
    """,
    "subjects": """
        id, nickname, birth_date, death_date, sex, description, json, wean_date, genotype_date,
        reduced_date, ear_mark, protocol_number, adverse_effects, actual_severity, to_be_genotyped,
        to_be_culled, lab_id, line_id, litter_id, request_id, responsible_user_id, source_id,
        species_id, strain_id
    """,
    "species": """
        id, name, nickname
    """,
    "strains": """
        id, name, description
    """,
    "sources": """
        id, name, description
    """,
    "lines": """
        id, name, nickname, description, target_phenotype, source_identifier, source_url,
        expression_data_url, is_active, json, source_id, species_id, strain_id
    """,
    "line_alleles": """
        line_id, allele_id
    """,
    "sequences": """
        id, name, base_pairs, description, json
    """,
    "allele_sequences": """
        allele_id, sequence_id
    """,
    "alleles": """
        id, nickname, name, json
    """,
    "zygosities": """
        id, zygosity, origin, allele_id, subject_id
    """,
    "zygosity_rules": """
        id, sequence0_result, sequence1_result, zygosity, allele_id, line_id, sequence0_id, sequence1_id
    """,
    "genotype_tests": """
        id, test_result, json, sequence_id, subject_id
    """,
    "breeding_pairs": """
        id, name, start_date, end_date, description, json, father_id, lab_id, line_id, mother1_id,
        mother2_id
    """,
    "litters": """
        id, name, birth_date, description, json, breeding_pair_id, lab_id, line_id
    """,
    "cages": """
        id, name, cage_type, enrichment, food, light_cycle, cleaning_days, json, lab_id
    """,
    "housings": """
        id, start_time, end_time, conditions, cage_id, subject_id
    """,
    "culls": """
        id, date, reason, method, description, json, subject_id, user_id
    """,
    "subject_requests": """
        id, count, date, due_date, description, json, lab_id, line_id, user_id
    """,
    "sessions": """
        id, type, task_protocol, number, start_time, end_time, narrative, n_correct_trials, n_trials,
        extended_qc, qc, auto_datetime, json, lab_id, location_id, parent_session_id, subject_id
    """,
}


def upgrade() -> None:
    for name, columns in COLUMNS.items():
        view = f"create view catalog.lookup_{name} as select {columns.strip()} from metadata.{name}"
        op.execute(view + (" where withdrawn_at is null" if name == "sessions" else ""))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.execute(f"drop view catalog.lookup_{name}")
