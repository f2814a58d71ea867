"""Every query about subjects that the declaration does not derive; sessions are looked at by their tables' names only."""

from typing import Any
from uuid import UUID

from bregma_kit.db import ReadTx, WriteTx, new_id
from bregma_kit.fields import json_list, json_object
from sqlalchemy import (
    DateTime,
    Integer,
    Text,
    Uuid,
    case,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    table,
)

from bregma_metadata.colony.domain import SYMBOLS
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.subjects.tables import SubjectOwnerRow, SubjectRow

# the rows of sessions are declared in terms of subjects, not the other way round
_sessions = table(
    "sessions", column("id", Uuid), column("subject_id", Uuid), column("parent_session_id", Uuid), schema="metadata"
)
_insertions = table("probe_insertions", column("id", Uuid), column("session_id", Uuid), schema="metadata")
_views = table("fields_of_view", column("id", Uuid), column("session_id", Uuid), schema="metadata")
_projects = table("session_projects", column("session_id", Uuid), column("project_id", Uuid), schema="metadata")
_datasets = table("session_datasets", column("id", Uuid), column("session_id", Uuid), schema="catalog")
# so are those of the colony
_zygosities = table(
    "zygosities", column("subject_id", Uuid), column("allele_id", Uuid), column("zygosity", Integer), schema="metadata"
)
_alleles = table("alleles", column("id", Uuid), column("nickname", Text), schema="metadata")
_line_alleles = table("line_alleles", column("line_id", Uuid), column("allele_id", Uuid), schema="metadata")
_housings = table(
    "housings", column("subject_id", Uuid), column("cage_id", Uuid), column("end_time", DateTime), schema="metadata"
)
_tests = table("genotype_tests", column("subject_id", Uuid), column("sequence_id", Uuid), schema="metadata")
_sequences = table("sequences", column("id", Uuid), column("name", Text), schema="metadata")
_culls = table("culls", column("subject_id", Uuid), column("method", Text), schema="metadata")
_cages = table("cages", column("id", Uuid), column("name", Text), schema="metadata")
_requests = table(
    "subject_requests", column("id", Uuid), column("user_id", Uuid), column("line_id", Uuid), column("count", Integer),
    schema="metadata",
)  # fmt: skip


def genotype(*, written: bool) -> Any:
    """Return an animal's zygosities, as ``Pvalb-Cre +/-`` for lists or as records; with a line, of its alleles only."""
    symbol = case(dict(enumerate(SYMBOLS)), value=_zygosities.c.zygosity, else_=literal("?"))
    shown = (
        _alleles.c.nickname + " " + symbol
        if written
        else json_object({"allele": _alleles.c.nickname, "zygosity": _zygosities.c.zygosity})
    )
    in_line = exists(
        select(_line_alleles.c.line_id)
        .where(_line_alleles.c.line_id == SubjectRow.line_id, _line_alleles.c.allele_id == _alleles.c.id)
        .correlate(SubjectRow, _alleles)
    )
    wanted = or_(SubjectRow.line_id.is_(None), in_line) if written else literal(True)
    return (
        select(json_list(shown, _alleles.c.nickname)).select_from(_zygosities)
        .join(_alleles, _alleles.c.id == _zygosities.c.allele_id)
        .where(_zygosities.c.subject_id == SubjectRow.id, wanted).correlate(SubjectRow).scalar_subquery()
    )  # fmt: skip


def cage() -> Any:
    """Return the name of the cage that an animal lives in."""
    return (
        select(_cages.c.name).join(_housings, _housings.c.cage_id == _cages.c.id)
        .where(_housings.c.subject_id == SubjectRow.id, _housings.c.end_time.is_(None))
        .correlate(SubjectRow).scalar_subquery()
    )  # fmt: skip


def living_in(name: Any) -> Any:
    """Select the animals that live in a cage."""
    stays = select(_housings.c.subject_id).join(_cages, _housings.c.cage_id == _cages.c.id)
    return stays.where(_cages.c.name == name, _housings.c.end_time.is_(None))


def with_allele(nickname: Any) -> Any:
    """Select the animals of which a zygosity of an allele is known."""
    known = select(_zygosities.c.subject_id).join(_alleles, _alleles.c.id == _zygosities.c.allele_id)
    return known.where(_alleles.c.nickname == nickname)


def tested_for(name: Any) -> Any:
    """Select the animals that were tested for a sequence."""
    tests = select(_tests.c.subject_id).join(_sequences, _sequences.c.id == _tests.c.sequence_id)
    return tests.where(_sequences.c.name == name)


def culled_by(method: Any) -> Any:
    """Select the animals that were culled in a way."""
    return select(_culls.c.subject_id).where(_culls.c.method == method)


async def open_request(tx: ReadTx, user_id: UUID | None, line_id: UUID) -> UUID | None:
    """Return the oldest request of somebody for a line that is not yet met."""
    given = select(func.count()).select_from(SubjectRow).where(SubjectRow.request_id == _requests.c.id)
    found: UUID | None = await tx.value(
        select(_requests.c.id)
        .where(_requests.c.user_id == user_id, _requests.c.line_id == line_id)
        .where(_requests.c.count > given.correlate(_requests).scalar_subquery())
        .order_by(_requests.c.id).limit(1)
    )  # fmt: skip
    return found


async def note_owner(tx: WriteTx, subject_id: UUID, former: UUID | None, new: UUID | None, by: UUID) -> None:
    """Note who answered for an animal and who does now."""
    values = {"subject_id": subject_id, "former_user_id": former, "user_id": new, "changed_by_id": by}
    await tx.execute(insert(SubjectOwnerRow).values(id=new_id(), **values))


async def count_sessions_with_data(tx: ReadTx, subject_id: UUID) -> int:
    """Count an animal's sessions, withdrawn ones included, of which there are datasets, probes or fields of view."""
    own = _sessions.c.id
    kept = or_(*(exists(select(one.c.id).where(one.c.session_id == own)) for one in (_datasets, _insertions, _views)))
    counted = select(func.count()).select_from(_sessions).where(_sessions.c.subject_id == subject_id, kept)
    return int(await tx.value(counted))


async def delete_sessions(tx: WriteTx, subject_id: UUID) -> None:
    """Delete an animal's sessions; the experiments of a day go before the session that they are parts of."""
    for part in (_sessions.c.parent_session_id.is_not(None), _sessions.c.parent_session_id.is_(None)):
        await tx.execute(delete(_sessions).where(_sessions.c.subject_id == subject_id, part))


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
