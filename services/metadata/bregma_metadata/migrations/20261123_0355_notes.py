"""Notes with images."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "metadata_0015"
down_revision: str | None = "metadata_0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# what look-ups of any room may ask
VIEWS = {
    "notes": """
        select id, user_id, date_time, text, content_type, object_id, json from metadata.notes
        where not exists (
          select from metadata.sessions s where s.id = object_id and s.withdrawn_at is not null
        )
    """,
}


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("date_time", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("json", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["metadata.users.id"], name=op.f("notes_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("notes_pkey")),
        schema="metadata",
    )
    op.create_index(
        "notes_date_time_ix", "notes", [sa.text("date_time desc"), sa.text("id desc")], unique=False, schema="metadata"
    )
    op.create_index("notes_object_ix", "notes", ["object_id", "content_type"], unique=False, schema="metadata")
    op.create_index(op.f("notes_user_id_ix"), "notes", ["user_id"], unique=False, schema="metadata")
    op.create_table(
        "note_images",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "media_type in ('image/png', 'image/jpeg', 'image/gif', 'image/webp')",
            name=op.f("note_images_media_type_check"),
        ),
        sa.CheckConstraint("octet_length(content) between 1 and 16777216", name=op.f("note_images_size_check")),
        sa.ForeignKeyConstraint(
            ["note_id"], ["metadata.notes.id"], name=op.f("note_images_note_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("note_images_pkey")),
        schema="metadata",
    )
    for name, query in VIEWS.items():
        op.execute(f"create view catalog.lookup_{name} as {query.strip()}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"drop view catalog.lookup_{name}")
    op.drop_table("note_images", schema="metadata")
    op.drop_index(op.f("notes_user_id_ix"), table_name="notes", schema="metadata")
    op.drop_index("notes_object_ix", table_name="notes", schema="metadata")
    op.drop_index("notes_date_time_ix", table_name="notes", schema="metadata")
    op.drop_table("notes", schema="metadata")
