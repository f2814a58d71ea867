"""Logged downloads: Alyx's /downloads and /new-download."""

from typing import Any
from uuid import UUID

from bregma_kit.fields import Computed, Field, SystemMoment, json_list
from bregma_kit.filters import Filter, containing, integer, named
from bregma_kit.graph import Link, Model
from bregma_kit.http import Call, Operation, Policy, json_response
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE
from sqlalchemy import Text, cast, exists, select
from starlette.responses import Response

from bregma_files import catalog
from bregma_files.dataset_types.tables import DatasetTypeRow
from bregma_files.datasets.tables import DatasetRow
from bregma_files.download_log import service
from bregma_files.download_log.tables import DownloadProjectRow, DownloadRow

TAG = "downloads"
_TEXT = {"type": "string"}


def _dataset(condition: Any) -> Any:
    return exists(select(DatasetRow.id).where(DatasetRow.id == DownloadRow.dataset_id, condition))


def _of_type(pattern: Any) -> Any:
    types = select(DatasetTypeRow.id).where(DatasetTypeRow.name.ilike(pattern))
    return _dataset(DatasetRow.dataset_type_id.in_(types))


def _by(username: Any) -> Any:
    return DownloadRow.user_id == (
        select(catalog.users.c.id).where(catalog.users.c.username == username).scalar_subquery()
    )


_projects = (
    select(json_list(catalog.projects.c.name, catalog.projects.c.name)).select_from(catalog.projects)
    .join(DownloadProjectRow, DownloadProjectRow.project_id == catalog.projects.c.id)
    .where(DownloadProjectRow.download_id == DownloadRow.id).correlate(DownloadRow).scalar_subquery()
)  # fmt: skip

DOWNLOADS = Resource(
    path="downloads", noun="Download", table=DownloadRow, lookup=DownloadRow.id, parse_lookup=UUID, tag=TAG, methods="LRUP",
    order=(DownloadRow.last_download.desc(), DownloadRow.id.desc()), write=BY_SERVICE, before=service.check,
    visible=_dataset(catalog.visible(DatasetRow)), shown=_dataset(catalog.not_withdrawn(DatasetRow.session_id)),
    put_requires=(),
    model=Model(view="downloads", within="dataset", extra={
        "user": DownloadRow.user_id, "dataset": DownloadRow.dataset_id,
        "projects": Link(to="projects", table="download_projects", own="download_id", other="project_id"),
    }),
    doc="How often whom downloaded what, the latest first: what programs have said with `POST /new-download`.",
    fields=(
        Field(name="id", column=DownloadRow.id, read_only=True),
        Computed(name="user", expression=catalog.username(DownloadRow.user_id)),
        Computed(name="dataset", expression=DownloadRow.dataset_id),
        Field(name="count", column=DownloadRow.count, type=int, least=0),
        Field(name="json", column=DownloadRow.json, type=Any, nullable=True),
        Computed(name="projects", expression=_projects),
        SystemMoment(name="first_download", column=DownloadRow.first_download, read_only=True),
        SystemMoment(name="last_download", column=DownloadRow.last_download, read_only=True),
    ),
    filters=(
        Filter("user", str, Text, _by, "user name", known=catalog.users.c.username),
        named("dataset", lambda p: _dataset(DatasetRow.name == p), "name of the dataset"),
        containing("dataset_type", _of_type, "part of the name of its type"),
        containing("json", lambda p: cast(DownloadRow.json, Text).ilike(p), "part of the JSON, as text"),
        integer("count", DownloadRow.count),
    ),
)  # fmt: skip

_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["datasets"],
    "properties": {
        "user": {**_TEXT, "description": "user name; default: the caller, and nobody else unless an administrator says so"},
        "datasets": {"type": "array", "items": {**_TEXT, "format": "uuid"}, "description": "ids, or a text with commas between"},
        "projects": {"type": "array", "items": _TEXT, "description": "names of projects that all of them were for"},
    },
}  # fmt: skip
_ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "download": {"type": "array", "items": _TEXT},
        "count": {"type": "array", "items": {"type": "integer"}},
    },
}


async def new_download(call: Call) -> Response:
    """Log downloads."""
    wanted = service.read_downloads(call.body)
    async with call.db.write() as tx:
        answer = await service.log_downloads(tx, call.principal, wanted)
    return json_response(answer, 201)


OPERATIONS: list[Operation] = [
    *operations_of(DOWNLOADS),
    Operation(
        method="POST", path="/new-download", handler=new_download, policy=Policy.WRITER, name="new_download_create",
        tag=TAG, summary="Log that datasets were downloaded", reads_body=True, body_schema=_BODY, answer_schema=_ANSWER,
        status=201, doc="In the order asked: the id of each log entry, and how often its dataset was downloaded by now.",
    ),
]  # fmt: skip
