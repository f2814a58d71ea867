"""What look-ups of any room may ask of this room's records; rows that are withdrawn exist for none of them."""

from collections.abc import Sequence

from alembic import op

revision: str = "metadata_0004"
down_revision: str | None = "metadata_0003"
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
        id, nickname, birth_date, death_date, sex, description, json, lab_id, line_id,
        responsible_user_id, species_id, strain_id
    """,
    "species": """
        id, name
    """,
    "strains": """
        id, name, description
    """,
    "lines": """
        id, name, description
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
