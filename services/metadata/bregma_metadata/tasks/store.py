"""Every query about tasks that the declaration does not derive."""

from uuid import UUID

from bregma_kit.db import ReadTx
from sqlalchemy import ARRAY, Uuid, bindparam, func, select

from bregma_metadata.sessions.tables import SessionRow
from bregma_metadata.tasks.tables import TaskParentRow, TaskRow


async def labs_of(tx: ReadTx, tasks: list[UUID]) -> dict[UUID, UUID | None]:
    """Return the tasks that exist, each with the lab of its session."""
    statement = (
        select(TaskRow.id, SessionRow.lab_id).outerjoin(SessionRow, SessionRow.id == TaskRow.session_id)
        .where(TaskRow.id == func.any(bindparam("tasks", tasks, type_=ARRAY(Uuid))), SessionRow.withdrawn_at.is_(None))
    )  # fmt: skip
    return {row[0]: row[1] for row in await tx.rows(statement)}


async def waits_for(tx: ReadTx, parents: list[UUID], task: UUID) -> bool:
    """Whether any of these tasks waits, however indirectly, for a task."""
    above = select(TaskParentRow.parent_id).where(
        TaskParentRow.task_id == func.any(bindparam("parents", parents, type_=ARRAY(Uuid)))
    ).cte("above", recursive=True)  # fmt: skip
    above = above.union(select(TaskParentRow.parent_id).join(above, TaskParentRow.task_id == above.c.parent_id))
    return bool(await tx.value(select(func.count()).select_from(above).where(above.c.parent_id == task)))
