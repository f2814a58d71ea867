"""Sessions."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.fields import Choice, Computed, Field, Moment, SelfUrl, Slug, SystemMoment, UrlRef, many
from bregma_kit.graph import Model
from bregma_kit.http import Call, json_response, read_body
from bregma_kit.lookups import QC
from bregma_kit.resource import Resource, read_one
from bregma_kit.routes import operations_of
from bregma_kit.scope import WriteRule, in_visible_labs
from starlette.responses import Response

from bregma_metadata.husbandry import service as husbandry
from bregma_metadata.imaging.routes import of_session as fields_of_view
from bregma_metadata.insertions.routes import of_session as insertions
from bregma_metadata.labs.tables import LabRow, LocationRow, ProcedureRow
from bregma_metadata.notes.routes import of_session as notes
from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.sessions import service
from bregma_metadata.sessions.domain import ChosenId
from bregma_metadata.sessions.search import FILTERS
from bregma_metadata.sessions.store import related_datasets
from bregma_metadata.sessions.tables import SessionProcedureRow, SessionProjectRow, SessionRow, SessionUserRow
from bregma_metadata.subjects.tables import SubjectRow

TAG = "sessions"
REPEATABLE = "bregma-repeatable"

SESSIONS = Resource(
    path="sessions", noun="Session", table=SessionRow, lookup=SessionRow.id, parse_lookup=UUID, tag=TAG,
    order=(SessionRow.start_time.desc(), SessionRow.id.desc()), write=WriteRule(lab="lab_id"),
    visible=in_visible_labs(SessionRow.lab_id), shown=SessionRow.withdrawn_at.is_(None), before=service.complete,
    before_delete=service.refuse_protected, doc="Sessions, newest first.", put_requires=("subject",),
    model=Model(view="sessions", lab="lab_id", reverse={"subject": "actions_sessions"}),
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
        Computed(name="wateradmin_session_related", expression=husbandry.water_in_session(), type=list[Any], in_list=False),
        Computed(name="data_dataset_session_related", expression=related_datasets(), in_list=False),
        Computed(name="probe_insertion", expression=insertions(), type=list[Any], in_list=False, doc="records of /insertions"),
        Computed(name="field_of_view", expression=fields_of_view(), in_list=False, doc="records of /fields-of-view"),
        Computed(name="notes", expression=notes(), in_list=False, doc="records of /notes, oldest first"),
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
        record = await read_one(SESSIONS, tx, call.principal, row_id, base_url=call.base_url)
    return json_response(record, 201 if new else 200)


OPERATIONS = [
    replace(one, handler=create_session) if one.name == "sessions_create" else one for one in operations_of(SESSIONS)
]
