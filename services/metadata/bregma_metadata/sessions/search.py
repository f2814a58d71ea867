"""What each search parameter of sessions means in SQL."""

from datetime import timedelta
from typing import Any

from bregma_kit.filters import (
    Filter,
    choice,
    containing,
    every,
    exact,
    icontains,
    iexact,
    integer,
    moment,
    named,
    number,
    parse_boolean,
    parse_dates,
    parse_number,
    uuid,
)
from bregma_kit.free_lookups import free_lookups, whether
from bregma_kit.lookups import QC
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Double, and_, bindparam, cast, exists, func, or_, select

from bregma_metadata.atlas.store import atlas_filters, sessions_in
from bregma_metadata.labs.tables import LabRow, LocationRow, ProcedureRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.sessions.store import dataset_tags, dataset_types, files
from bregma_metadata.sessions.tables import SessionProcedureRow, SessionProjectRow, SessionRow, SessionUserRow
from bregma_metadata.subjects.tables import SubjectRow

# these two change what `datasets` and `dataset_types` ask for; their values are shared by name
WORST_QC = bindparam("f_dataset_qc_lte_0", QC.members["FAIL"], type_=BigInteger)
SERVABLE_ONLY = bindparam("f_servable_only_0", False, type_=Boolean)


def _ids(statement: Any) -> Any:
    """Turn a sub-select into an array that is computed once, so that the session's own index is used."""
    return func.any(func.array(statement.scalar_subquery()))


def _subject(value: Any) -> Any:
    return SessionRow.subject_id == _ids(
        select(SubjectRow.id).where(func.lower(SubjectRow.nickname) == func.lower(value))
    )


def _lab(value: Any) -> Any:
    return SessionRow.lab_id == _ids(select(LabRow.id).where(func.lower(LabRow.name) == func.lower(value)))


def _location(pattern: Any) -> Any:
    return SessionRow.location_id == _ids(select(LocationRow.id).where(LocationRow.name.ilike(pattern)))


def _project(pattern: Any) -> Any:
    # `exists` and no join: two projects that match would double the session
    return exists(
        select(SessionProjectRow.session_id).join(ProjectRow, ProjectRow.id == SessionProjectRow.project_id)
        .where(SessionProjectRow.session_id == SessionRow.id, ProjectRow.name.ilike(pattern))
    )  # fmt: skip


def _procedure(pattern: Any) -> Any:
    return exists(
        select(SessionProcedureRow.session_id).join(ProcedureRow, ProcedureRow.id == SessionProcedureRow.procedure_id)
        .where(SessionProcedureRow.session_id == SessionRow.id, ProcedureRow.name.ilike(pattern))
    )  # fmt: skip


def _has_user(value: Any) -> Any:
    return exists(
        select(SessionUserRow.session_id).join(UserRow, UserRow.id == SessionUserRow.user_id)
        .where(SessionUserRow.session_id == SessionRow.id, UserRow.username == value)
    )  # fmt: skip


def _has(*conditions: Any) -> Any:
    return exists(select(files.c.session_id).where(files.c.session_id == SessionRow.id, *conditions))


def _has_type(value: Any) -> Any:
    type_id = select(dataset_types.c.id).where(dataset_types.c.name == value).scalar_subquery()
    return _has(files.c.dataset_type_id == type_id, or_(files.c.servable, ~SERVABLE_ONLY))


def _has_dataset(value: Any) -> Any:
    """Contain a file of this name that exists where others can reach it, and whose quality is good enough."""
    return _has(files.c.name == value, files.c.servable, files.c.qc <= WORST_QC)


def _on_days(ends: Any) -> Any:
    """Start on one of these days: said of the time itself, so that an index in the list's order finds the range."""
    first, last = (cast(day, DateTime) for day in ends)
    return and_(SessionRow.start_time >= first, SessionRow.start_time < last + timedelta(days=1))


def _tagged(pattern: Any) -> Any:
    return exists(
        select(dataset_tags.c.session_id)
        .where(dataset_tags.c.session_id == SessionRow.id, dataset_tags.c.name.ilike(pattern))
    )  # fmt: skip


def _performance() -> Any:
    # whole percents, as on Alyx: 2 of 3 is 66; without trials there is no performance
    return func.div(100 * SessionRow.n_correct_trials, func.nullif(SessionRow.n_trials, 0))


FILTERS = (
    named("subject", _subject, "nickname, any case"),
    named("nickname", _subject, "the same as subject"),
    named("lab", _lab, "name, any case"),
    containing("location", _location, "part of its name, any case"),
    icontains("task_protocol", SessionRow.task_protocol, "part of it, any case"),
    containing("projects", _project, "part of any project's name"),
    containing("project", _project, "the same as projects"),
    containing("procedures", _procedure, "part of any procedure's name"),
    iexact("type", SessionRow.type),
    number("number", SessionRow.number, "leading zeros are fine"),
    every("users", _has_user, "comma list of user names, all present"),
    Filter("date_range", parse_dates, Date, _on_days, "first,last: both days included, in lab time", pair=True),
    every("dataset_types", _has_type, "comma list of dataset types, all present"),
    every(
        "datasets", _has_dataset, "comma list of file names, all present and existing, none worse than dataset_qc_lte"
    ),
    Filter(
        "dataset_qc_lte", QC.number, BigInteger, lambda p: _has(files.c.qc <= p), "some dataset this good or better"
    ),
    Filter("servable_only", parse_boolean, Boolean, lambda p: p.is_not(None), "dataset_types must be loadable now"),
    Filter("servable", parse_boolean, Boolean, lambda p: _has(files.c.servable) == p, "some dataset can be loaded now"),
    Filter("performance_gte", parse_number, Double, lambda p: _performance() >= p, "percent of correct trials"),
    Filter("performance_lte", parse_number, Double, lambda p: _performance() <= p, "percent of correct trials"),
    choice("qc", SessionRow.qc, QC, "name of a QC value"),
    containing("tag", _tagged, "part of the name of a tag on any dataset"),
    uuid("id", SessionRow.id),
    exact("narrative", SessionRow.narrative),
    moment("start_time", SessionRow.start_time, "exactly, in lab time"),
    moment("end_time", SessionRow.end_time, "exactly, in lab time"),
    moment("auto_datetime", SessionRow.auto_datetime),
    integer("n_trials", SessionRow.n_trials),
    integer("n_correct_trials", SessionRow.n_correct_trials),
    uuid("parent_session", SessionRow.parent_session_id),
    free_lookups("extended_qc", "extended_qc__"),
    free_lookups("json", "json__"),
    whether("histology", "subject__actions_sessions__procedures__name", "Histology", "of the animal, in any session"),
    *atlas_filters(sessions_in),
)
