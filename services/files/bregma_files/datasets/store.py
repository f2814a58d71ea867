"""Every query about datasets that the declaration does not derive."""

from datetime import date
from uuid import UUID

from bregma_kit.db import ReadTx, WriteTx
from sqlalchemy import Date, cast, func, select, update

from bregma_files.catalog import sessions
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, TagRow


async def lab_of_session(tx: ReadTx, session_id: UUID) -> UUID | None:
    """Return the lab of a session, or None if there is no such session."""
    found: UUID | None = await tx.value(select(sessions.c.lab_id).where(sessions.c.id == session_id))
    return found


async def session_at(tx: ReadTx, subject: str, day: date, number: int) -> UUID | None:
    """Return the session of a subject, date and number."""
    found: UUID | None = await tx.value(
        select(sessions.c.id).where(
            sessions.c.subject == subject, cast(sessions.c.start_time, Date) == day, sessions.c.number == number,
            sessions.c.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    return found


async def protecting_tags(tx: ReadTx, dataset_id: UUID) -> list[str]:
    """Return the names of the protected tags on a dataset."""
    statement = (
        select(TagRow.name).join(DatasetTagRow, DatasetTagRow.tag_id == TagRow.id)
        .where(DatasetTagRow.dataset_id == dataset_id, TagRow.protected).order_by(TagRow.name)
    )  # fmt: skip
    return [row[0] for row in await tx.rows(statement)]


async def clear_other_defaults(tx: WriteTx, dataset_id: UUID) -> None:
    """Take the default flag from the other revisions of the same file."""
    this = select(DatasetRow).where(DatasetRow.id == dataset_id).subquery("this")
    same = (
        DatasetRow.id != this.c.id,
        DatasetRow.name == this.c.name,
        func.coalesce(DatasetRow.collection, "") == func.coalesce(this.c.collection, ""),
        func.coalesce(DatasetRow.session_id, DatasetRow.object_id)
        == func.coalesce(this.c.session_id, this.c.object_id),
        DatasetRow.default_dataset,
    )
    await tx.execute(update(DatasetRow).values(default_dataset=False).where(*same))
