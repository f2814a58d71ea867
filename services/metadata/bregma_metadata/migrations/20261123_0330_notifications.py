"""Messages to people about animals, their rules, and the days whose look was done."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "metadata_0007"
down_revision: str | None = "metadata_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = "kind in ('mouse_underweight', 'mouse_water', 'mouse_not_weighed', 'responsible_user_change')"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "daily_looks",
        sa.Column("lab_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["lab_id"], ["metadata.labs.id"], name=op.f("daily_looks_lab_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("lab_id", "day", name=op.f("daily_looks_pkey")),
        schema="metadata",
    )
    op.create_table(
        "notification_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("notification_rules_kind_check")),
        sa.CheckConstraint("scope in ('none', 'mine', 'lab', 'all')", name=op.f("notification_rules_scope_check")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["metadata.users.id"], name=op.f("notification_rules_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("notification_rules_pkey")),
        sa.UniqueConstraint("user_id", "kind", name="notification_rules_user_kind_key"),
        schema="metadata",
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("notifications_kind_check")),
        sa.CheckConstraint("status in ('to_send', 'sent', 'no_send')", name=op.f("notifications_status_check")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["metadata.subjects.id"], name=op.f("notifications_subject_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["metadata.users.id"], name=op.f("notifications_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("notifications_pkey")),
        sa.UniqueConstraint("user_id", "kind", "subject_id", "cause", name="notifications_cause_key"),
        schema="metadata",
    )
    op.create_index(op.f("notifications_subject_id_ix"), "notifications", ["subject_id"], schema="metadata")
    op.create_index(
        "notifications_user_created_ix", "notifications", ["user_id", "created_at", "id"], schema="metadata"
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("notifications", schema="metadata")
    op.drop_table("notification_rules", schema="metadata")
    op.drop_table("daily_looks", schema="metadata")
