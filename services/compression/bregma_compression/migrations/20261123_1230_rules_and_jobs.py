"""Rules, jobs, and what this room's role may do to files in the transaction that registers results."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "compression_0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = ("compression",)
depends_on: str | Sequence[str] | None = "files_0014"

GRANTS = {
    "select": "files.datasets, files.file_records, files.revisions, files.repositories, files.dataset_types, files.data_formats",
    "insert": "files.datasets, files.file_records, files.revisions",
    # the trigger on records says that the new ones are servable; older revisions are no defaults any more
    "update": "files.datasets",
}


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    default = None if nullable else sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lab_id", sa.Uuid(), nullable=True),
        sa.Column("repository_id", sa.Uuid(), nullable=True),
        sa.Column("dataset_type", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), server_default="balanced", nullable=False),
        sa.Column("sample_rate", sa.Float(), nullable=True),
        sa.Column("n_channels", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        _time("created_at"),
        sa.CheckConstraint("profile in ('balanced', 'fast', 'small')", name=op.f("rules_profile_check")),
        sa.CheckConstraint("sample_rate > 0", name=op.f("rules_rate_positive_check")),
        sa.CheckConstraint("n_channels > 0", name=op.f("rules_channels_positive_check")),
        sa.ForeignKeyConstraint(
            ["lab_id"], ["metadata.labs.id"], name=op.f("rules_lab_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["files.repositories.id"], name=op.f("rules_repository_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["metadata.users.id"], name=op.f("rules_created_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("rules_pkey")),
        sa.UniqueConstraint("name", name=op.f("rules_name_key")),
        schema="compression",
    )  # fmt: skip
    op.create_index(op.f("rules_lab_id_ix"), "rules", ["lab_id"], schema="compression")
    _create_jobs()
    op.create_table(
        "job_results",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["compression.jobs.id"], name=op.f("job_results_job_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["files.datasets.id"], name=op.f("job_results_dataset_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "dataset_id", name=op.f("job_results_pkey")),
        schema="compression",
    )
    op.create_index(op.f("job_results_dataset_id_ix"), "job_results", ["dataset_id"], schema="compression")
    op.execute("grant usage on schema files to bregma_compression")
    for what, tables in GRANTS.items():
        op.execute(f"grant {what} on {tables} to bregma_compression")


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="ephys", nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), server_default="", nullable=False),
        sa.Column("progress", sa.Float(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("software_version", sa.Text(), nullable=True),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("source_size", sa.BigInteger(), nullable=False),
        sa.Column("result_size", sa.BigInteger(), nullable=True),
        sa.Column("objects", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        *(_time(name) for name in ("created_at", "changed_at")),
        *(_time(name, nullable=True) for name in ("started_at", "ended_at", "next_try_at")),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("jobs_state_check")
        ),
        sa.CheckConstraint("state <> 'failed' or reason is not null", name=op.f("jobs_failure_has_reason_check")),
        sa.CheckConstraint(
            "state <> 'done' or software_version is not null", name=op.f("jobs_result_has_version_check")
        ),
        sa.CheckConstraint("progress between 0 and 1", name=op.f("jobs_progress_check")),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["files.datasets.id"], name=op.f("jobs_dataset_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["compression.rules.id"], name=op.f("jobs_rule_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["metadata.users.id"], name=op.f("jobs_created_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("jobs_pkey")),
        schema="compression",
    )
    op.create_index(
        "jobs_one_open_key", "jobs", ["dataset_id"], unique=True, schema="compression",
        postgresql_where=sa.text("state in ('queued', 'running')"),
    )  # fmt: skip
    newest: Any = sa.literal_column("created_at desc")
    op.create_index("jobs_dataset_ix", "jobs", ["dataset_id"], schema="compression")
    op.create_index("jobs_created_ix", "jobs", [newest, sa.literal_column("id desc")], schema="compression")
    op.create_index("jobs_state_ix", "jobs", ["state", newest], schema="compression")
    for column in ("rule_id", "software_version"):
        op.create_index(op.f(f"jobs_{column}_ix"), "jobs", [column], schema="compression")


def downgrade() -> None:
    for what, tables in GRANTS.items():
        op.execute(f"revoke {what} on {tables} from bregma_compression")
    op.execute("revoke usage on schema files from bregma_compression")
    for name in ("job_results", "jobs", "rules"):
        op.drop_table(name, schema="compression")
