"""What look-ups of any room may ask of this room's records; rows that are withdrawn exist for none of them."""

from collections.abc import Sequence

from alembic import op

revision: str = "files_0007"
down_revision: str | None = "files_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = {
    "lab_repositories": """
        lab_id, repository_id
    """,
    "dataset_types": """
        id, name, description, filename_pattern, created_by_id
    """,
    "data_formats": """
        id, name, description, file_extension, matlab_loader_function, python_loader_function
    """,
    "repository_types": """
        id, name, json
    """,
    "repositories": """
        id, name, timezone, globus_path, hostname, data_url, globus_endpoint_id, globus_is_personal,
        repository_type_id
    """,
    "datasets": """
        id, name, created_datetime, collection, file_size, hash, sha256, version, auto_datetime,
        default_dataset, qc, json, edition, content_type, object_id, created_by_id, data_format_id,
        dataset_type_id, revision_id, session_id
    """,
    "dataset_tags": """
        dataset_id, tag_id
    """,
    "revisions": """
        id, name, description, created_datetime, json
    """,
    "tags": """
        id, name, description, protected, public, hash, json
    """,
    "file_records": """
        id, relative_path, exists, json, dataset_id, repository_id
    """,
}


def upgrade() -> None:
    for name, columns in COLUMNS.items():
        view = f"create view catalog.lookup_{name} as select {columns.strip()} from files.{name}"
        op.execute(view)


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.execute(f"drop view catalog.lookup_{name}")
