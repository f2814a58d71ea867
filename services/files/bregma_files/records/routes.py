"""File records."""

from typing import Any
from uuid import UUID

from bregma_kit.fields import Computed, Field, SelfUrl, Slug, UrlRef
from bregma_kit.filters import boolean, exact, relation, uuid
from bregma_kit.free_lookups import along
from bregma_kit.graph import Model
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE
from sqlalchemy import exists, false, func, not_, select

from bregma_files import catalog
from bregma_files.datasets.tables import DatasetRow
from bregma_files.records import service
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import RepositoryRow

_personal = (
    select(RepositoryRow.globus_is_personal).where(RepositoryRow.id == FileRecordRow.repository_id).scalar_subquery()
)
# said as what is hidden, of which there is little: asked of each of millions of records the opposite takes many times as long
_hidden = select(DatasetRow.id).where(
    DatasetRow.id == FileRecordRow.dataset_id, not_(func.coalesce(catalog.visible(DatasetRow), false()))
)
_withdrawn = (
    select(DatasetRow.id).join(catalog.sessions, catalog.sessions.c.id == DatasetRow.session_id)
    .where(DatasetRow.id == FileRecordRow.dataset_id, catalog.sessions.c.withdrawn_at.is_not(None))
)  # fmt: skip
_visible, _shown = ~exists(_hidden), ~exists(_withdrawn)


FILES = Resource(
    path="files", noun="FileRecord", table=FileRecordRow, lookup=FileRecordRow.id, parse_lookup=UUID, tag="datasets",
    order=(FileRecordRow.id.desc(),), write=BY_SERVICE, visible=_visible, shown=_shown,
    before=service.complete, after=service.settle, before_delete=service.check_delete,
    model=Model(view="file_records", within="dataset", reverse={"dataset": "file_records"}),
    put_requires=("dataset", "data_repository", "relative_path"),
    doc="File records: one for each copy. On a managed repository `exists` says what Bregma has verified, whatever was sent.",
    constraints={
        "file_records_place_key": ("relative_path", "A file record of this repository and path exists already."),
        "file_records_path_form_check": ("relative_path", "A path starts with a letter or digit and has no '\\' or ':'."),
    },
    fields=(
        Field(name="id", column=FileRecordRow.id, read_only=True),
        SelfUrl(name="url", path="files", column=FileRecordRow.id),
        UrlRef(name="dataset", column=FileRecordRow.dataset_id, path="datasets", required=True),
        Slug(name="data_repository", column=FileRecordRow.repository_id, to=RepositoryRow.name, required=True),
        Field(name="relative_path", column=FileRecordRow.relative_path, required=True),
        Field(name="exists", column=FileRecordRow.exists, type=bool),
        Computed(name="declared", expression=FileRecordRow.declared, doc="true: somebody said so; Bregma did not look"),
        Computed(name="name", expression=select(DatasetRow.name).where(DatasetRow.id == FileRecordRow.dataset_id).scalar_subquery()),
        Field(name="json", column=FileRecordRow.json, type=Any, nullable=True),
    ),
    filters=(
        uuid("dataset", FileRecordRow.dataset_id, known=DatasetRow.id), boolean("exists", FileRecordRow.exists),
        along("lab", "dataset__session__lab__name"),
        relation("data_repository", FileRecordRow.repository_id, RepositoryRow.name), boolean("globus_is_personal", _personal),
        uuid("id", FileRecordRow.id), exact("relative_path", FileRecordRow.relative_path),
    ),
)  # fmt: skip

OPERATIONS = operations_of(FILES)
