"""Rules, movements, nights, and what this room's role may do to files in the transaction that registers a copy."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "transfer_0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = ("transfer",)
depends_on: str | Sequence[str] | None = "files_0014"

GRANTS = {
    "select": "files.datasets, files.file_records, files.revisions, files.repositories, files.dataset_types",
    "insert": "files.file_records",
    # a copy that arrives where a record waits for it; the trigger on records says that the dataset is servable
    "update": "files.file_records, files.datasets",
}
FAILURE = "state not in ('failed', 'quarantined') or reason is not null"


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    default = None if nullable else sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def _to(table: str, column: str, other: str, on_delete: str | None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"{table}_{column}_fkey"), ondelete=on_delete)


def upgrade() -> None:
    _create_rules()
    _create_movements()
    op.create_table(
        "nights",
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        _time("claimed_at"),
        _time("planned_at", nullable=True),
        sa.Column("movements", sa.Integer(), nullable=True),
        _to("nights", "lab_id", "metadata.labs", "CASCADE"),
        sa.PrimaryKeyConstraint("lab_id", "day", name=op.f("nights_pkey")),
        schema="transfer",
    )
    op.execute("grant usage on schema files to bregma_transfer")
    for what, tables in GRANTS.items():
        op.execute(f"grant {what} on {tables} to bregma_transfer")


def _create_rules() -> None:
    op.create_table(
        "rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lab_id", sa.Uuid(), nullable=True),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("dataset_type", sa.Text(), server_default="*", nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("timing", sa.Text(), server_default="night", nullable=False),
        sa.Column("minimum_copies", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        _time("created_at"),
        sa.CheckConstraint("timing in ('at_once', 'night')", name=op.f("rules_timing_check")),
        sa.CheckConstraint("minimum_copies between 1 and 9", name=op.f("rules_copies_check")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("rules_two_places_check")),
        _to("rules", "lab_id", "metadata.labs", "CASCADE"),
        _to("rules", "project_id", "metadata.projects", "CASCADE"),
        _to("rules", "source_id", "files.repositories", "CASCADE"),
        _to("rules", "target_id", "files.repositories", "CASCADE"),
        _to("rules", "created_by_id", "metadata.users", None),
        sa.PrimaryKeyConstraint("id", name=op.f("rules_pkey")),
        sa.UniqueConstraint("name", name=op.f("rules_name_key")),
        schema="transfer",
    )
    op.create_index(op.f("rules_lab_id_ix"), "rules", ["lab_id"], schema="transfer")


def _create_movements() -> None:
    op.create_table(
        "movements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        _time("lease_until", nullable=True),
        sa.Column("worker", sa.Text(), server_default="", nullable=False),
        _time("next_try_at", nullable=True),
        sa.Column("sending_id", sa.Uuid(), nullable=True),
        sa.Column("object_key", sa.Text(), nullable=True),
        sa.Column("multipart_id", sa.Text(), nullable=True),
        sa.Column("bytes_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bytes_sent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rate", sa.Float(), nullable=True),
        sa.Column("wrong", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        *(_time(name) for name in ("created_at", "changed_at")),
        *(_time(name, nullable=True) for name in ("started_at", "ended_at")),
        sa.CheckConstraint(
            "state in ('queued', 'moving', 'paused', 'done', 'failed', 'quarantined', 'cancelled')",
            name=op.f("movements_state_check"),
        ),
        sa.CheckConstraint(FAILURE, name=op.f("movements_failure_has_reason_check")),
        sa.CheckConstraint("(state = 'moving') = (lease_until is not null)", name=op.f("movements_lease_check")),
        sa.CheckConstraint("wrong in ('source', 'target')", name=op.f("movements_wrong_check")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("movements_two_places_check")),
        _to("movements", "dataset_id", "files.datasets", "CASCADE"),
        _to("movements", "rule_id", "transfer.rules", "SET NULL"),
        _to("movements", "source_id", "files.repositories", "CASCADE"),
        _to("movements", "target_id", "files.repositories", "CASCADE"),
        _to("movements", "created_by_id", "metadata.users", None),
        sa.PrimaryKeyConstraint("id", name=op.f("movements_pkey")),
        schema="transfer",
    )
    newest: Any = sa.literal_column("id desc")
    op.create_index(
        "movements_one_open_key", "movements", ["dataset_id", "target_id"], unique=True, schema="transfer",
        postgresql_where=sa.text("state <> 'done'"),
    )  # fmt: skip
    op.create_index(
        "movements_due_ix", "movements", [sa.literal_column("priority desc"), "id"], schema="transfer",
        postgresql_where=sa.text("state = 'queued'"),
    )  # fmt: skip
    op.create_index(
        "movements_leases_ix", "movements", ["lease_until"], schema="transfer",
        postgresql_where=sa.text("state = 'moving'"),
    )  # fmt: skip
    op.create_index("movements_dataset_ix", "movements", ["dataset_id"], schema="transfer")
    for name in ("state", "rule_id", "source_id", "target_id"):
        op.create_index(f"movements_{name.removesuffix('_id')}_ix", "movements", [name, newest], schema="transfer")


def downgrade() -> None:
    for what, tables in GRANTS.items():
        op.execute(f"revoke {what} on {tables} from bregma_transfer")
    op.execute("revoke usage on schema files from bregma_transfer")
    for name in ("nights", "movements", "rules"):
        op.drop_table(name, schema="transfer")
