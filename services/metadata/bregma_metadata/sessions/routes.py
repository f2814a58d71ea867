"""Sessions."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.fields import Choice, Computed, Field, Moment, SelfUrl, Slug, SystemMoment, UrlRef, many
from bregma_kit.filters import (
    Filter,
    choice,
    day_range,
    every,
    exact,
    icontains,
    iexact,
    integer,
    named,
    number,
    parse_number,
    uuid,
)
from bregma_kit.http import Call, json_response, read_body
from bregma_kit.lookups import QC
from bregma_kit.resource import Resource, read_one
from bregma_kit.routes import operations_of
from bregma_kit.scope import WriteRule, in_visible_labs
from sqlalchemy import Double, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON
from starlette.responses import Response

from bregma_metadata.labs.tables import LabRow, LocationRow, ProcedureRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.sessions import service
from bregma_metadata.sessions.domain import ChosenId
from bregma_metadata.sessions.store import SESSION_DATE, dataset_tags, datasets, related_datasets
from bregma_metadata.sessions.tables import SessionProcedureRow, SessionProjectRow, SessionRow, SessionUserRow
from bregma_metadata.subjects.tables import SubjectRow

TAG = "sessions"
# clients of Alyx take these lists to be there
LATER = (
    ("wateradmin_session_related", "water given"), ("probe_insertion", "insertions"), ("field_of_view", "fields of view"),
    ("notes", "notes"),
)  # fmt: skip
EMPTY = literal_column("'[]'::json", JSON)
REPEATABLE = "bregma-repeatable"
_users, _projects, _procedures = SessionUserRow.__table__, SessionProjectRow.__table__, SessionProcedureRow.__table__


def _ids(statement: Any) -> Any:
    """Turn a sub-select into an array that is computed once, so that the session's own index is used."""
    return func.any(func.array(statement.scalar_subquery()))


def _subject(value: Any) -> Any:
    return SessionRow.subject_id == _ids(
        select(SubjectRow.id).where(func.lower(SubjectRow.nickname) == func.lower(value))
    )


def _lab(value: Any) -> Any:
    return SessionRow.lab_id == _ids(select(LabRow.id).where(func.lower(LabRow.name) == func.lower(value)))


def _linked(link: Any, column: Any, target: Any) -> Any:
    """Contain a text in the name of any linked row, without joining (a join would double sessions)."""

    def condition(value: Any) -> Any:
        return exists(
            select(link.c.session_id).join(target.class_, target.class_.id == column)
            .where(link.c.session_id == SessionRow.id, target.ilike(func.concat("%", value, "%")))
        )  # fmt: skip

    return condition


def _has_user(value: Any) -> Any:
    return exists(
        select(_users.c.session_id).join(UserRow, UserRow.id == _users.c.user_id)
        .where(_users.c.session_id == SessionRow.id, UserRow.username == value)
    )  # fmt: skip


def _has_type(value: Any) -> Any:
    return exists(select(datasets.c.id).where(datasets.c.session_id == SessionRow.id, datasets.c.dataset_type == value))


def _has_dataset(value: Any) -> Any:
    """Contain a file of this name that exists and is not of critical quality."""
    return exists(
        select(datasets.c.id).where(
            datasets.c.session_id == SessionRow.id, datasets.c.name == value, datasets.c.servable,
            datasets.c.qc <= QC.members["FAIL"],
        )
    )  # fmt: skip


def _tagged(value: Any) -> Any:
    return exists(
        select(dataset_tags.c.session_id)
        .where(dataset_tags.c.session_id == SessionRow.id, dataset_tags.c.name.ilike(func.concat("%", value, "%")))
    )  # fmt: skip


def _performance(value: Any, *, least: bool) -> Any:
    # whole percents, as on Alyx: 2 of 3 is 66
    share = func.div(100 * SessionRow.n_correct_trials, func.nullif(SessionRow.n_trials, 0))
    return share >= value if least else share <= value


def _parse_moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise ValueError("Enter a valid date/time.") from None


FILTERS = (
    named("subject", _subject, "nickname, any case"),
    named("nickname", _subject, "the same as subject"),
    named("lab", _lab, "name, any case"),
    icontains("location", select(LocationRow.name).where(LocationRow.id == SessionRow.location_id).scalar_subquery()),
    icontains("task_protocol", SessionRow.task_protocol, "part of it, any case"),
    named("projects", _linked(_projects, _projects.c.project_id, ProjectRow.name), "part of any project's name"),
    named("project", _linked(_projects, _projects.c.project_id, ProjectRow.name), "the same as projects"),
    named(
        "procedures",
        _linked(_procedures, _procedures.c.procedure_id, ProcedureRow.name),
        "part of any procedure's name",
    ),
    iexact("type", SessionRow.type),
    number("number", SessionRow.number, "leading zeros are fine"),
    every("users", _has_user, "comma list of user names, all present"),
    day_range("date_range", SESSION_DATE, "first,last: both days included, in lab time"),
    every("dataset_types", _has_type, "comma list of dataset types, all present"),
    every("datasets", _has_dataset, "comma list of file names, all present and existing"),
    Filter("performance_gte", parse_number, Double, lambda p: _performance(p, least=True), "percent of correct trials"),
    Filter(
        "performance_lte", parse_number, Double, lambda p: _performance(p, least=False), "percent of correct trials"
    ),
    choice("qc", SessionRow.qc, QC, "name of a QC value"),
    named("tag", _tagged, "part of the name of a tag on any dataset"),
    uuid("id", SessionRow.id),
    exact("narrative", SessionRow.narrative),
    Filter("start_time", _parse_moment, SessionRow.start_time.type, lambda p: SessionRow.start_time == p),
    Filter("end_time", _parse_moment, SessionRow.end_time.type, lambda p: SessionRow.end_time == p),
    integer("n_trials", SessionRow.n_trials),
    integer("n_correct_trials", SessionRow.n_correct_trials),
    uuid("parent_session", SessionRow.parent_session_id),
)

SESSIONS = Resource(
    path="sessions", noun="Session", table=SessionRow, lookup=SessionRow.id, parse_lookup=UUID, tag=TAG,
    order=(SessionRow.start_time.desc(), SessionRow.id.desc()), write=WriteRule(lab="lab_id"),
    visible=in_visible_labs(SessionRow.lab_id), shown=SessionRow.withdrawn_at.is_(None), before=service.complete,
    before_delete=service.refuse_protected, doc="Sessions, newest first.", put_requires=("subject",),
    constraints={
        "sessions_place_key": ("number", "A session of this subject, date and number exists already."),
        "sessions_pkey": ("id", "A session with this id exists already."),
        "sessions_correct_at_most_all_check": ("n_correct_trials", "There cannot be more correct trials than trials."),
    },
    fields=(
        Field(name="id", column=SessionRow.id, type=ChosenId, create_only=True, doc="chosen by the client or minted here"),
        Slug(name="subject", column=SessionRow.subject_id, to=SubjectRow.nickname, required=True, example="KS014"),
        many("users", UserRow.username, SessionUserRow, SessionRow.id, in_list=False),
        Slug(name="location", column=SessionRow.location_id, to=LocationRow.name, nullable=True, in_list=False),
        many("procedures", ProcedureRow.name, SessionProcedureRow, SessionRow.id, in_list=False),
        Slug(name="lab", column=SessionRow.lab_id, to=LabRow.name, example="cortexlab"),
        many("projects", ProjectRow.name, SessionProjectRow, SessionRow.id),
        Field(name="type", column=SessionRow.type, nullable=True, in_list=False),
        Field(name="task_protocol", column=SessionRow.task_protocol),
        Field(name="number", column=SessionRow.number, type=int, nullable=True, least=0, example=1),
        Moment(name="start_time", column=SessionRow.start_time, type=datetime, example="2020-01-01T10:00:00"),
        Moment(name="end_time", column=SessionRow.end_time, type=datetime, nullable=True, in_list=False),
        Field(name="narrative", column=SessionRow.narrative, in_list=False),
        UrlRef(name="parent_session", column=SessionRow.parent_session_id, path="sessions", nullable=True, in_list=False),
        Field(name="n_correct_trials", column=SessionRow.n_correct_trials, type=int, nullable=True, least=0, in_list=False),
        Field(name="n_trials", column=SessionRow.n_trials, type=int, nullable=True, least=0, in_list=False),
        SelfUrl(name="url", path="sessions", column=SessionRow.id),
        Field(name="extended_qc", column=SessionRow.extended_qc, type=Any, nullable=True, in_list=False),
        Choice(name="qc", column=SessionRow.qc, vocabulary=QC, in_list=False),
        Computed(name="data_dataset_session_related", expression=related_datasets(), in_list=False),
        *(Computed(name=name, expression=EMPTY, in_list=False, doc=f"{what}: none are kept here yet") for name, what in LATER),
        SystemMoment(name="auto_datetime", column=SessionRow.auto_datetime, read_only=True, in_list=False),
        Field(name="json", column=SessionRow.json, type=Any, nullable=True, in_list=False),
    ),
    filters=FILTERS,
)  # fmt: skip


async def create_session(call: Call) -> Response:
    """Create a session; with the header ``Bregma-Repeatable`` an equal earlier call's session is the answer."""
    body = await read_body(call.request)
    repeatable = call.request.headers.get(REPEATABLE) == "1"
    row_id, new = await service.create_session(SESSIONS, call.db, call.principal, body, repeatable=repeatable)
    async with call.db.read() as tx:
        record = await read_one(SESSIONS, tx, call.principal, row_id, base_url=call.base_url, by="id")
    return json_response(record, 201 if new else 200)


OPERATIONS = [
    replace(one, handler=create_session) if one.name == "sessions_create" else one for one in operations_of(SESSIONS)
]
