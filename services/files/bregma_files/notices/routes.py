"""Data notices, as Alyx has them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from bregma_kit.db import ReadTx
from bregma_kit.fields import Computed, Field, SlugList, SystemMoment, Unknown, json_list, many
from bregma_kit.filters import Filter, exact, integer, named, parse_date, parse_list, parse_uuid
from bregma_kit.graph import Model
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import VISIBLE_LABS, WriteRule
from sqlalchemy import ARRAY, Date, Text, Uuid, and_, exists, func, or_, select

from bregma_files import catalog
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, TagRow
from bregma_files.notices import service
from bregma_files.notices.tables import NoticeDatasetRow, NoticeRow


@dataclass(frozen=True, kw_only=True)
class DatasetIds(SlugList):
    """The datasets by their ids; those that the caller may not see are left out."""

    type: Any = list[UUID]

    def read(self) -> Any:
        """List the ids in order."""
        seen = or_(VISIBLE_LABS.is_(None), catalog.visible(DatasetRow))
        return (
            select(json_list(DatasetRow.id, DatasetRow.id)).select_from(self.link)
            .join(DatasetRow, DatasetRow.id == self.other).where(self.own == NoticeRow.id, seen)
            .correlate(NoticeRow).scalar_subquery()
        )  # fmt: skip

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Find out in one statement which there are; the hook asks whether the caller may see them."""
        wanted = list(dict.fromkeys(value or []))
        found = {row[0] for row in await tx.rows(select(DatasetRow.id).where(DatasetRow.id == func.any(wanted)))}
        for one in wanted:
            if one not in found:
                raise Unknown(service.NO_SUCH.format(one))
        return wanted


_link = many("datasets", DatasetRow.name, NoticeDatasetRow, NoticeRow.id)
_affected = NoticeDatasetRow.notice_id == NoticeRow.id


# a notice about nothing that the caller may see is no business of the caller's
_about_something_seen = exists(
    select(NoticeDatasetRow.notice_id).join(DatasetRow, DatasetRow.id == NoticeDatasetRow.dataset_id)
    .where(_affected, catalog.visible(DatasetRow)).correlate(NoticeRow)
)  # fmt: skip
_about_nothing = ~exists(select(NoticeDatasetRow.notice_id).where(_affected).correlate(NoticeRow))
_seen = or_(_about_something_seen, _about_nothing)


def _paragraphs(text: Any) -> Any:
    """Show a plain text as HTML: what looks like markup in it is shown, not obeyed."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = func.replace(text, character, entity)
    between = func.regexp_replace(func.btrim(text, " \n\r\t"), r"\s*\n\s*\n\s*", "</p>\n<p>", "g")
    return func.coalesce("<p>" + func.nullif(between, "") + "</p>", "")


def _about(datasets: Any) -> Any:
    return exists(
        select(NoticeDatasetRow.notice_id).where(_affected, NoticeDatasetRow.dataset_id == func.any(datasets))
    )


def _about_tag(name: Any) -> Any:
    tagged = select(NoticeDatasetRow.notice_id).join(
        DatasetTagRow, DatasetTagRow.dataset_id == NoticeDatasetRow.dataset_id
    )
    return exists(tagged.join(TagRow, TagRow.id == DatasetTagRow.tag_id).where(and_(_affected, TagRow.name == name)))


def _by(username: Any) -> Any:
    return NoticeRow.created_by_id == (
        select(catalog.users.c.id).where(catalog.users.c.username == username).scalar_subquery()
    )


NOTICES = Resource(
    path="data-notices", noun="DataNotice", table=NoticeRow, lookup=NoticeRow.id, parse_lookup=UUID, tag="datasets",
    order=(NoticeRow.importance.desc(), NoticeRow.created_datetime.desc(), NoticeRow.id.desc()),
    write=WriteRule(roles=frozenset({"manager", "member"})), before=service.complete, before_delete=service.may_delete, visible=_seen,
    model=Model(
        view="data_notices", extra={"created_by": NoticeRow.created_by_id},
        reverse={"datasets": "data_notices", "created_by": "data_notices"},
    ),
    doc="Notices about the quality of datasets, the gravest first. Importance: 50 critical, 40 major, 30 minor, 20 insignificant.",
    constraints={
        "data_notices_importance_check": ("importance", "Choose one of 50 (critical), 40 (major), 30 (minor), 20 (insignificant)."),
        "data_notices_dates_in_order_check": ("affected_date_end", "affected_date_end must be on or after affected_date_start."),
    },
    fields=(
        Field(name="id", column=NoticeRow.id, read_only=True),
        Field(name="name", column=NoticeRow.name, example="Camera times are late"),
        Field(name="description", column=NoticeRow.description),
        Computed(name="description_html", expression=_paragraphs(NoticeRow.description)),
        Field(name="importance", column=NoticeRow.importance, type=int, doc="50, 40, 30 or 20"),
        DatasetIds(name="datasets", to=_link.to, link=_link.link, own=_link.own, other=_link.other, parent=_link.parent),
        Computed(name="created_by", expression=catalog.username(NoticeRow.created_by_id)),
        SystemMoment(name="created_datetime", column=NoticeRow.created_datetime, read_only=True),
        Field(name="version_affected", column=NoticeRow.version_affected),
        Field(name="affected_date_start", column=NoticeRow.affected_date_start, type=date, nullable=True),
        Field(name="affected_date_end", column=NoticeRow.affected_date_end, type=date, nullable=True),
        Field(name="json", column=NoticeRow.json, type=Any, nullable=True),
    ),
    filters=(
        Filter("datasets", lambda text: [parse_uuid(one) for one in parse_list(text)], ARRAY(Uuid), _about, "ids with commas between"),
        named("dataset_tag", _about_tag, "name of a tag"),
        exact("name", NoticeRow.name), integer("importance", NoticeRow.importance),
        Filter("created_by", str, Text, _by, "user name", known=catalog.users.c.username),
        exact("version_affected", NoticeRow.version_affected),
        exact("affected_date_start", NoticeRow.affected_date_start, parse=parse_date, sql_type=Date),
        exact("affected_date_end", NoticeRow.affected_date_end, parse=parse_date, sql_type=Date),
    ),
)  # fmt: skip

OPERATIONS = operations_of(NOTICES)
