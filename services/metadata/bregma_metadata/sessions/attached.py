"""What hangs on a session is seen and written by whoever sees and writes the session, and is gone while it is withdrawn."""

from typing import Any
from uuid import UUID

from bregma_kit.auth import WRITERS, Principal
from bregma_kit.db import ReadTx
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.scope import in_visible_labs
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from bregma_metadata.sessions import store
from bregma_metadata.sessions.tables import SessionRow


def seen_with(session_id: Any) -> Any:
    """Restrict rows to those of sessions that the caller sees; rows of no session are everybody's."""
    # an alias: the statement around may have sessions among its own tables
    one = aliased(SessionRow)
    return or_(session_id.is_(None), exists(select(one.id).where(one.id == session_id, in_visible_labs(one.lab_id))))


def not_withdrawn(session_id: Any) -> Any:
    """Hide rows of withdrawn sessions."""
    one = aliased(SessionRow)
    return ~exists(select(one.id).where(one.id == session_id, one.withdrawn_at.is_not(None)))


async def check_writer(tx: ReadTx, principal: Principal, session_id: UUID | None, field: str = "session") -> None:
    """Refuse to write what hangs on a session that the caller may not see, or not write."""
    lab_id = None
    if session_id is not None:
        lab_id = await store.lab_of(tx, session_id)
        if lab_id is None or not principal.may_see(lab_id):
            raise Invalid({field: [f'Invalid pk "{session_id}" - object does not exist.']})
    # what hangs on no session is of no lab: a rig's token, which writes in one lab only, makes it too
    anywhere = session_id is None and any(WRITERS & held for held in principal.lab_roles.values())
    if not (anywhere or principal.may_write(lab_id)):
        raise NotAllowed(hint="writing needs a role in the session's lab; ask one of its managers")
