"""Every query about subjects that the declaration does not derive; sessions are looked at by their tables' names only."""

from typing import Any
from uuid import UUID

from bregma_kit.db import ReadTx
from bregma_kit.fields import json_list
from sqlalchemy import Uuid, column, exists, select, table

from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.subjects.tables import SubjectRow

# the rows of sessions are declared in terms of subjects, not the other way round
_sessions = table("sessions", column("id", Uuid), column("subject_id", Uuid), schema="metadata")
_projects = table("session_projects", column("session_id", Uuid), column("project_id", Uuid), schema="metadata")
_datasets = table("session_datasets", column("id", Uuid), column("session_id", Uuid), schema="catalog")


def session_projects() -> Any:
    """Return the names of the projects of an animal's sessions."""
    names = (
        select(ProjectRow.name).distinct().join(_projects, _projects.c.project_id == ProjectRow.id)
        .join(_sessions, _sessions.c.id == _projects.c.session_id).where(_sessions.c.subject_id == SubjectRow.id)
        .correlate(SubjectRow).subquery("names")
    )  # fmt: skip
    return select(json_list(names.c.name, names.c.name)).scalar_subquery()


async def has_files(tx: ReadTx, subject_id: UUID) -> bool:
    """Whether any file is registered for any session of an animal."""
    files = select(_datasets.c.id).join(_sessions, _sessions.c.id == _datasets.c.session_id)
    return bool(await tx.value(select(exists(files.where(_sessions.c.subject_id == subject_id)))))
