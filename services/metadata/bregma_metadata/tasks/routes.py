"""Tasks, as the runners of lab servers read and change them."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

import orjson
from bregma_kit.fields import Choice, Field, SystemMoment, json_list
from bregma_kit.filters import Filter, choice, exact, named, number, parse_uuid, uuid
from bregma_kit.graph import Link, Model
from bregma_kit.lookups import Vocabulary
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE
from pydantic import StringConstraints
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB

from bregma_metadata.labs.store import repositories, repository_ids
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.sessions.attached import not_withdrawn, seen_with
from bregma_metadata.sessions.tables import SessionRow
from bregma_metadata.tasks import service
from bregma_metadata.tasks.tables import TaskParentRow, TaskRow

STATUS = Vocabulary(
    "task status",
    {"Waiting": 20, "Held": 25, "Started": 30, "Errored": 40, "Abandoned": 45, "Empty": 50, "Incomplete": 55, "Complete": 60},
)  # fmt: skip
Name = Annotated[str, StringConstraints(max_length=64)]
ClassName = Annotated[str, StringConstraints(max_length=128)]


@dataclass(frozen=True, kw_only=True)
class RepositoryName(Field):
    """A repository by its name; its row lies in the files room, whose views are read."""

    def read(self) -> Any:
        """Look the name up."""
        return select(repositories.c.name).where(repositories.c.id == self.column).scalar_subquery()

    async def resolve(self, tx: Any, value: Any) -> Any:
        """Find the id behind the name."""
        return None if value in (None, "") else (await repository_ids(tx, [value]))[0]


@dataclass(frozen=True, kw_only=True)
class Parents(Field):
    """Tasks by their ids, oldest first; the service checks that they exist."""

    type: Any = list[UUID]
    links: ClassVar[bool] = True
    link: ClassVar[Any] = TaskParentRow.__table__
    own: ClassVar[Any] = TaskParentRow.__table__.c.task_id
    other: ClassVar[Any] = TaskParentRow.__table__.c.parent_id

    def read(self) -> Any:
        """List the ids."""
        mine = self.link.alias()
        return (
            select(json_list(mine.c.parent_id, mine.c.parent_id)).where(mine.c.task_id == TaskRow.id).scalar_subquery()
        )

    async def resolve(self, tx: Any, value: Any) -> Any:
        """Take each once."""
        return list(dict.fromkeys(value or []))


def _parse_json(text: str) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ValueError("Enter a valid JSON.") from None
    if rb"\u0000" in orjson.dumps(value):  # PostgreSQL keeps none, so nothing has it
        raise ValueError("Null characters are not allowed.")
    return value


def _of_lab(name: Any) -> Any:
    labs = select(LabRow.id).where(LabRow.name == name).scalar_subquery()
    return TaskRow.session_id.in_(select(SessionRow.id).where(SessionRow.lab_id == labs))


def _in_repository(name: Any) -> Any:
    return TaskRow.data_repository_id == select(repositories.c.id).where(repositories.c.name == name).scalar_subquery()


def _whole(name: str) -> Field:
    return Field(name=name, column=getattr(TaskRow, name), type=int, nullable=True)


def _child_of(parent: Any) -> Any:
    return TaskRow.id.in_(select(TaskParentRow.task_id).where(TaskParentRow.parent_id == parent))


_session_start = (
    select(SessionRow.start_time).where(SessionRow.id == TaskRow.session_id).correlate(TaskRow).scalar_subquery()
)

TASKS = Resource(
    path="tasks", noun="Task", table=TaskRow, lookup=TaskRow.id, parse_lookup=UUID, tag="tasks",
    # Alyx's order: runners take the first ones
    order=(TaskRow.level, TaskRow.priority.desc(), _session_start.desc(), TaskRow.id),
    write=BY_SERVICE, visible=seen_with(TaskRow.session_id), shown=not_withdrawn(TaskRow.session_id),
    before=service.complete, before_delete=service.may_delete,
    doc="Steps of pipelines, in the order of level, priority (highest first) and session (newest first).",
    model=Model(
        view="tasks", within="session", reverse={"session": "tasks", "data_repository": "tasks", "parents": "children"},
        hidden=frozenset({"data_repository"}),
        extra={
            "data_repository": Link(to="data-repository", table="task_repositories", own="task_id", other="repository_id"),
            "parents": Link(to="tasks", table="task_parents", own="task_id", other="parent_id"),
        },
    ),
    constraints={
        "tasks_name_session_arguments_key": (
            "non_field_errors", "The fields name, session, arguments must make a unique set."
        ),
    },
    put_requires=(),
    fields=(
        Field(name="id", column=TaskRow.id, read_only=True),
        Parents(name="parents"),
        Field(name="session", column=TaskRow.session_id, type=UUID, nullable=True),
        RepositoryName(name="data_repository", column=TaskRow.data_repository_id, nullable=True),
        Choice(name="status", column=TaskRow.status, vocabulary=STATUS, example="Waiting"),
        Field(name="name", column=TaskRow.name, type=Name, nullable=True, example="EphysPulses"),
        _whole("priority"), _whole("io_charge"), _whole("level"), _whole("gpu"), _whole("cpu"), _whole("ram"),
        _whole("time_out_secs"),
        Field(name="time_elapsed_secs", column=TaskRow.time_elapsed_secs, type=float, nullable=True),
        Field(name="executable", column=TaskRow.executable, type=ClassName, nullable=True, doc="class on the workers"),
        Field(name="graph", column=TaskRow.graph, type=Name, nullable=True, doc="name of the set of tasks it belongs to"),
        Field(name="log", column=TaskRow.log, nullable=True),
        Field(name="version", column=TaskRow.version, type=Name, nullable=True, doc="of the algorithm"),
        SystemMoment(name="datetime", column=TaskRow.datetime, read_only=True),
        Field(name="arguments", column=TaskRow.arguments, type=Any, nullable=True),
    ),
    filters=(
        named("lab", _of_lab, "name of the session's lab"),
        choice("status", TaskRow.status, STATUS, "name of a status"),
        uuid("session", TaskRow.session_id, known=SessionRow.id),
        named("data_repository", _in_repository, "name"),
        Filter("parents", parse_uuid, TaskRow.id.type, _child_of, "id of a task that these wait for"),
        uuid("id", TaskRow.id),
        *(exact(name, getattr(TaskRow, name)) for name in ("name", "graph", "executable", "log", "version")),
        *(number(name, getattr(TaskRow, name)) for name in (
            "level", "priority", "io_charge", "gpu", "cpu", "ram", "time_out_secs", "time_elapsed_secs",
        )),
        Filter("arguments", _parse_json, JSONB(), lambda p: TaskRow.arguments == p, "exactly, as JSON"),
        exact("datetime", func.kit.naive(func.timezone("UTC", TaskRow.datetime)), doc="exactly, as the record shows it"),
    ),
)  # fmt: skip

OPERATIONS = operations_of(TASKS)
