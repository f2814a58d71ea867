"""Datasets, revisions and tags."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import ReadTx
from bregma_kit.fields import Choice, Computed, Field, SelfUrl, Slug, SystemMoment, UrlRef, json_list, json_object, many
from bregma_kit.filters import (
    Filter,
    boolean,
    choice,
    exact,
    integer,
    named,
    parse_boolean,
    parse_date,
    parse_uuid,
    relation,
    uuid,
)
from bregma_kit.free_lookups import along
from bregma_kit.graph import Model
from bregma_kit.lookups import QC
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE, WriteRule
from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Text,
    and_,
    cast,
    column,
    exists,
    false,
    func,
    or_,
    select,
    table,
    true,
    union_all,
)

from bregma_files import catalog
from bregma_files.authors import Author
from bregma_files.dataset_types.tables import DataFormatRow, DatasetTypeRow
from bregma_files.datasets import service
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, RevisionRow, TagRow
from bregma_files.repositories.tables import RepositoryRow

TAG = "datasets"
CURATORS = WriteRule(roles=frozenset({"manager", "member"}))


class Revision(Slug):
    """The revision's name, or an empty text for none."""

    def read(self) -> Any:
        """Show none as an empty text."""
        return func.coalesce(super().read(), "")

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Take the empty text for none, so that a record which was read can be sent back."""
        return await super().resolve(tx, value or None)


def _records() -> Any:
    r = catalog.records
    record = json_object({
        "id": r.c.id, "data_repository": r.c.repository, "data_repository_path": r.c.globus_path,
        "relative_path": r.c.relative_path, "data_url": catalog.record_url(), "exists": r.c["exists"],
    })  # fmt: skip
    return (
        select(json_list(record, r.c.personal, r.c.repository.desc())).where(r.c.dataset_id == DatasetRow.id)
        .correlate(DatasetRow).scalar_subquery()
    )  # fmt: skip


def _session(name: str) -> Any:
    return select(catalog.sessions.c[name]).where(catalog.sessions.c.id == DatasetRow.session_id).scalar_subquery()


def _has_tag(condition: Any) -> Any:
    return exists(
        select(DatasetTagRow.tag_id).join(TagRow, TagRow.id == DatasetTagRow.tag_id)
        .where(DatasetTagRow.dataset_id == DatasetRow.id, condition)
    )  # fmt: skip


_FILE_RECORDS = table("file_records", column("dataset_id"), column("repository_id"), column("exists"), schema="files")


class HasRecord(Filter):
    """Whether others can reach a copy: that there is one is kept with the dataset, that one is missing is not."""

    def shape(self, value: Any) -> Any:
        """Both answers are statements of their own."""
        return value

    def entries(self, value: Any) -> list[Any]:  # the value is the statement
        """Nothing is a parameter."""
        return []

    def where(self, shape: Any, *, scoped: bool = False) -> ColumnElement[bool]:  # own records only
        """Without any shared repository every dataset counts, as on Alyx."""
        alone = ~exists(select(RepositoryRow.id).where(RepositoryRow.globus_is_personal.is_(False)))
        if shape:
            return or_(DatasetRow.servable == true(), alone)
        missing = (
            select(_FILE_RECORDS.c.dataset_id).join(RepositoryRow, RepositoryRow.id == _FILE_RECORDS.c.repository_id)
            .where(RepositoryRow.globus_is_personal == false(), _FILE_RECORDS.c["exists"] == false())
        )  # fmt: skip
        everything = DatasetRow.__table__.alias("everything")
        # one list of ids instead of an "or": the missing ones are found by their own index
        return DatasetRow.id.in_(union_all(missing, select(everything.c.id).where(alone)))


def _created_by(value: Any) -> Any:
    return DatasetRow.created_by_id == (
        select(catalog.users.c.id).where(catalog.users.c.username == value).scalar_subquery()
    )


def _of_visible_object(dataset: Any) -> Any:
    """Of data of a session the session says who sees it."""
    return or_(dataset.session_id.is_not(None), catalog.object_visible(dataset))


def _of_insertion(insertion_id: Any) -> Any:
    one = catalog.insertions
    session = select(one.c.session_id).where(one.c.id == insertion_id).scalar_subquery()
    name = select(one.c.name).where(one.c.id == insertion_id).scalar_subquery()
    named_so = func.strpos(func.lower(DatasetRow.collection), func.lower(name)) > 0
    return and_(DatasetRow.session_id == session, named_so)


def _begins(day: Any) -> Any:
    """The start of a day in UTC, so that the index of the times themselves is walked."""
    return func.timezone("UTC", cast(day, DateTime))


def _created_on(day: Any) -> Any:
    return and_(DatasetRow.created_datetime >= _begins(day), DatasetRow.created_datetime < _begins(day + 1))


DATASETS = Resource(
    path="datasets", unfiltered=("edition", "sha256"), noun="Dataset", table=DatasetRow, lookup=DatasetRow.id, parse_lookup=UUID, tag=TAG,
    order=(DatasetRow.created_datetime.desc(), DatasetRow.id.desc()), write=BY_SERVICE,
    visible=catalog.visible(DatasetRow), shown=catalog.not_withdrawn(DatasetRow.session_id),
    before=service.complete, after=service.settle, before_delete=service.before_delete,
    model=Model(
        view="datasets", within="session", visible=_of_visible_object,
        reverse={
            "session": "data_dataset_session_related", "created_by": "data_dataset_created_by_related", "tags": "datasets",
        },
        extra={
            "content_type": DatasetRow.content_type, "object_id": DatasetRow.object_id,
        },
    ),
    doc="Datasets with their file records, newest first.", put_requires=("dataset_type",),
    constraints={
        "datasets_edition_check": ("edition", "Enter paper-2020 or ibl-current."),
        "datasets_place_key": ("name", "A dataset of this session, collection, name and revision exists already."),
        "datasets_object_place_key": ("name", "A dataset of this object, collection, name and revision exists already."),
    },
    fields=(
        SelfUrl(name="url", path="datasets", column=DatasetRow.id),
        Field(name="name", column=DatasetRow.name, required=True, example="spikes.times.npy"),
        Author(name="created_by", column=DatasetRow.created_by_id),
        SystemMoment(name="created_datetime", column=DatasetRow.created_datetime, type=datetime, create_only=True),
        Slug(name="dataset_type", column=DatasetRow.dataset_type_id, to=DatasetTypeRow.name, required=True),
        Slug(name="data_format", column=DatasetRow.data_format_id, to=DataFormatRow.name, doc="that of the name's extension unless said"),
        Field(name="collection", column=DatasetRow.collection, nullable=True, example="alf/probe00"),
        UrlRef(name="session", column=DatasetRow.session_id, path="sessions", nullable=True),
        service.NotAColumn(name="subject", doc="with date and number: another way to name the session"),
        service.NotAColumn(name="date", doc="with subject and number"),
        service.NotAColumn(name="number", type=int, doc="with subject and date"),
        Field(name="file_size", column=DatasetRow.file_size, type=int, nullable=True, least=0),
        Field(name="hash", column=DatasetRow.hash, nullable=True),
        Field(name="sha256", column=DatasetRow.sha256, nullable=True, read_only=True),
        Field(name="version", column=DatasetRow.version, nullable=True),
        Field(
            name="generating_software", column=DatasetRow.generating_software, nullable=True, read_only=True,
            doc="of a file that a job of ours made: its name and version",
        ),
        Computed(name="experiment_number", expression=_session("number")),
        Computed(name="file_records", expression=_records()),
        SystemMoment(name="auto_datetime", column=DatasetRow.auto_datetime, read_only=True),
        Revision(name="revision", column=DatasetRow.revision_id, to=RevisionRow.name, nullable=True),
        Field(name="default_dataset", column=DatasetRow.default_dataset, type=bool),
        many("tags", TagRow.name, DatasetTagRow, DatasetRow.id),
        Choice(name="qc", column=DatasetRow.qc, vocabulary=QC),
        Field(name="json", column=DatasetRow.json, type=Any, nullable=True),
        Field(name="edition", column=DatasetRow.edition, doc="paper-2020 or ibl-current: whose units the file is in"),
        Computed(name="public", expression=_has_tag(TagRow.public), in_detail=False),
        Computed(name="protected", expression=_has_tag(TagRow.protected), in_detail=False),
    ),
    filters=(
        along("subject", "session__subject__nickname"), along("lab", "session__lab__name"),
        along("date", "session__start_time__date", "of its session"),
        Filter("created_date", parse_date, Date, _created_on),
        Filter("created_date_gte", parse_date, Date, lambda p: DatasetRow.created_datetime >= _begins(p)),
        Filter("created_date_lte", parse_date, Date, lambda p: DatasetRow.created_datetime < _begins(p + 1)),
        Filter("created_by", str, Text, _created_by, "user name", known=catalog.users.c.username),
        relation("dataset_type", DatasetRow.dataset_type_id, DatasetTypeRow.name),
        relation("data_format", DatasetRow.data_format_id, DataFormatRow.name),
        along("experiment_number", "session__number"),
        HasRecord("exists", parse_boolean, None, lambda p: p, "a copy that others can reach exists"),
        boolean("public", _has_tag(TagRow.public)), boolean("protected", _has_tag(TagRow.protected)),
        named("tag", lambda p: _has_tag(TagRow.name == p), "name of a tag"),
        relation("revision", DatasetRow.revision_id, RevisionRow.name), choice("qc", DatasetRow.qc, QC),
        # hash, version, collection, file_size, qc: narrow a search that has another condition; alone each reads the whole
        # table (a second at four million rows), and an index on each would be paid by every registration
        uuid("session", DatasetRow.session_id, known=catalog.sessions.c.id), uuid("id", DatasetRow.id), exact("name", DatasetRow.name),
        exact("collection", DatasetRow.collection), exact("hash", DatasetRow.hash), exact("version", DatasetRow.version),
        exact("generating_software", DatasetRow.generating_software),
        boolean("default_dataset", DatasetRow.default_dataset), integer("file_size", DatasetRow.file_size),
        uuid("object_id", DatasetRow.object_id),
        Filter("probe_insertion", parse_uuid, DatasetRow.id.type, _of_insertion,
               "id; the collection tells its name", known=catalog.insertions.c.id),
    ),
)  # fmt: skip

REVISIONS = Resource(
    path="revisions", look_ups=False, noun="Revision", table=RevisionRow, lookup=RevisionRow.name, tag=TAG,
    order=(RevisionRow.name,), write=CURATORS, shown=RevisionRow.retired_at.is_(None), retired=RevisionRow.retired_at,
    doc="Revisions of datasets. One that datasets have is not offered any more once it is deleted; their paths keep telling it.",
    model=Model(view="revisions"),
    constraints={"revisions_name_form_check": ("name", "Enter letters, digits, '_', '-' and '.' only.")},
    fields=(
        Field(name="id", column=RevisionRow.id, read_only=True),
        Field(name="name", column=RevisionRow.name, required=True, example="2020-01-01"),
        Field(name="description", column=RevisionRow.description),
        SystemMoment(name="created_datetime", column=RevisionRow.created_datetime, type=datetime),
        Field(name="json", column=RevisionRow.json, type=Any, nullable=True),
    ),
    filters=(exact("name", RevisionRow.name),),
)  # fmt: skip

TAGS = Resource(
    path="tags", look_ups=False, noun="Tag", table=TagRow, lookup=TagRow.name, tag=TAG, order=(TagRow.name,), write=CURATORS,
    model=Model(view="tags"),
    doc="Tags. A protected tag forbids changing its datasets; a public one releases them.",
    fields=(
        Field(name="id", column=TagRow.id, read_only=True),
        Field(name="name", column=TagRow.name, required=True),
        Field(name="description", column=TagRow.description),
        Field(name="protected", column=TagRow.protected, type=bool),
        Field(name="public", column=TagRow.public, type=bool),
        Field(name="hash", column=TagRow.hash, nullable=True),
        Field(name="json", column=TagRow.json, type=Any, nullable=True),
    ),
    filters=(exact("name", TagRow.name), boolean("protected", TagRow.protected), boolean("public", TagRow.public)),
)  # fmt: skip

OPERATIONS = [op for one in (DATASETS, REVISIONS, TAGS) for op in operations_of(one)]
