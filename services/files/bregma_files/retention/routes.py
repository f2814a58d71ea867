"""Retirements over HTTP."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from bregma_kit.fields import Computed, Field, SystemMoment
from bregma_kit.filters import exact, uuid
from bregma_kit.http import Call, Operation, Parameter, Policy
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE
from bregma_kit.stores import stores_of
from sqlalchemy import exists, select

from bregma_files import catalog
from bregma_files.catalog import sessions
from bregma_files.datasets.tables import DatasetRow
from bregma_files.repositories.tables import RepositoryRow
from bregma_files.retention import service
from bregma_files.retention.tables import RetirementRow

TAG = "retention"
_lab = (
    select(sessions.c.lab).join(DatasetRow, DatasetRow.session_id == sessions.c.id)
    .where(DatasetRow.id == RetirementRow.dataset_id).scalar_subquery()
)  # fmt: skip
_repository = select(RepositoryRow.name).where(RepositoryRow.id == RetirementRow.repository_id).scalar_subquery()


def _dataset(condition: Any) -> Any:
    return exists(select(DatasetRow.id).where(DatasetRow.id == RetirementRow.dataset_id, condition))


RETIREMENTS = Resource(
    path="retirements", noun="Retirement", table=RetirementRow, lookup=RetirementRow.id, parse_lookup=UUID, tag=TAG,
    methods="LR", order=(RetirementRow.changed_at.desc(), RetirementRow.id.desc()), write=BY_SERVICE,
    visible=_dataset(catalog.visible(DatasetRow)), shown=_dataset(catalog.not_withdrawn(DatasetRow.session_id)), look_ups=False,
    unfiltered=("id", "data_repository", "size", "sha256", "stand_ins", "minimum_copies",
        "asked_by", "reason", "created_at", "changed_at", "delete_after"),
    doc="Raw copies that a policy wants gone, the latest first. kept: `reason` says why. waiting: out of sight, and deleted after "
    "`delete_after` unless somebody undoes it. deleting, deleted, undone.",
    fields=(
        Field(name="id", column=RetirementRow.id, read_only=True),
        Field(name="dataset", column=RetirementRow.dataset_id, read_only=True, nullable=True),
        Field(name="name", column=RetirementRow.name, read_only=True),
        Computed(name="lab", expression=_lab),
        Computed(name="data_repository", expression=_repository),
        Field(name="size", column=RetirementRow.size, type=int, read_only=True),
        Field(name="sha256", column=RetirementRow.sha256, read_only=True),
        Field(name="stand_ins", column=RetirementRow.stand_ins, type=list[UUID], read_only=True, doc="datasets that hold what it held"),
        Field(name="minimum_copies", column=RetirementRow.minimum_copies, type=int, read_only=True),
        Field(name="asked_by", column=RetirementRow.asked_by, read_only=True, doc="the policy"),
        Field(name="state", column=RetirementRow.state, read_only=True),
        Field(name="reason", column=RetirementRow.reason, read_only=True, nullable=True),
        SystemMoment(name="created_at", column=RetirementRow.created_at, read_only=True),
        SystemMoment(name="changed_at", column=RetirementRow.changed_at, read_only=True),
        SystemMoment(name="delete_after", column=RetirementRow.delete_after, read_only=True, nullable=True),
    ),
    filters=(
        exact("state", RetirementRow.state), uuid("dataset", RetirementRow.dataset_id, known=DatasetRow.id),
        exact("lab", _lab),
    ),
)  # fmt: skip


async def undo(call: Call) -> None:
    """Bring a copy back."""
    stores = stores_of(call.process.extras)
    await service.undo(call.db, stores, call.principal, call.path_uuid("id", "Retirement"))


OPERATIONS = [
    *(replace(one, own=True) for one in operations_of(RETIREMENTS)),
    Operation(
        method="POST", path="/retirements/{id}/undo", handler=undo, policy=Policy.WRITER, name="retirements_undo",
        tag=TAG, own=True, summary="Bring a retired copy back, or say that it shall stay", status=204, faults=(409,),
        parameters=(Parameter("id", {"type": "string"}, "id of the retirement", "path"),),
        doc="Until `delete_after`; for managers of the lab. No policy retires it again.",
    ),
]  # fmt: skip
