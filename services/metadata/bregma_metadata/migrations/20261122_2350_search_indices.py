"""Searches find their matches in indices alone: these hold what every search asks, the lab and whether withdrawn."""

from collections.abc import Sequence

from alembic import op

revision: str = "metadata_0003"
down_revision: str | None = "metadata_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEYS = {
    "sessions_start_time_ix": ("start_time desc, id desc", "lab_id, withdrawn_at"),
    "sessions_lab_start_time_ix": ("lab_id, start_time desc, id desc", "withdrawn_at"),
    "sessions_subject_start_time_ix": ("subject_id, start_time desc, id desc", "lab_id, withdrawn_at"),
}


def upgrade() -> None:
    for name, (keys, included) in KEYS.items():
        op.execute(f"drop index metadata.{name}")
        op.execute(f"create index {name} on metadata.sessions ({keys}) include ({included})")
    op.execute("create index subjects_lower_nickname_ix on metadata.subjects (lower(nickname))")


def downgrade() -> None:
    op.execute("drop index metadata.subjects_lower_nickname_ix")
    for name, (keys, _) in KEYS.items():
        op.execute(f"drop index metadata.{name}")
        op.execute(f"create index {name} on metadata.sessions ({keys})")
