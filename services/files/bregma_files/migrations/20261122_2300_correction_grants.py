"""Let the files room correct a session's place in its own transaction."""

from collections.abc import Sequence

from alembic import op

revision: str = "files_0003"
down_revision: str | None = "files_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("grant select, update on metadata.sessions to bregma_files")
    op.execute("grant select, insert, update on metadata.former_places to bregma_files")
    op.execute("grant select on metadata.labs, metadata.subjects to bregma_files")
    op.execute("grant usage on schema metadata to bregma_files")
    op.execute("grant usage on schema files to bregma_metadata")


def downgrade() -> None:
    op.execute("revoke usage on schema files from bregma_metadata")
    op.execute("revoke usage on schema metadata from bregma_files")
    op.execute(
        "revoke all on metadata.labs, metadata.subjects, metadata.former_places, metadata.sessions from bregma_files"
    )
