"""What an operator does with repositories, in the caller's transaction."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from bregma_kit.db import ReadTx, WriteTx, new_id
from bregma_kit.objects import ObjectStore
from sqlalchemy import ARRAY, Text, and_, delete, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from bregma_files.catalog import labs
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.domain import MIRROR
from bregma_files.repositories.tables import LabDefaultRepositoryRow, LabRepositoryRow, RepositoryRow
from bregma_files.uploads.domain import State
from bregma_files.uploads.store import managed_repositories
from bregma_files.uploads.tables import UploadRow

ON_THEIR_WAY = func.any(literal([State.RECEIVED.value, State.VERIFYING.value], ARRAY(Text)))
"""States of uploads whose bytes lie in the bucket, and that no record shows yet."""


class Mistake(ValueError):
    """Something the operator can mend; the message says how."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A repository as an operator sees it: ``uploads_of`` are the labs whose files go there unless said."""

    name: str
    bucket: str | None
    files: int
    labs: list[str]
    uploads_of: list[str]


def check_names(repository: str, bucket: str) -> None:
    """Refuse names that no path, command or object store takes."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", repository):
        raise Mistake(f"'{repository}' is not a repository's name; use at most 64 letters, digits and _ . - only.")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket) or ".." in bucket:
        raise Mistake(f"'{bucket}' is not a bucket's name; use 3 to 63 small letters, digits, dots and hyphens.")


async def check_bucket(store: ObjectStore, bucket: str, *, create: bool = False) -> None:
    """See that a bucket is there, or make it."""
    if create:
        await store.ensure_bucket(bucket)
    elif not await store.has_bucket(bucket):
        raise Mistake(f"The object store has no bucket '{bucket}'; check the spelling, or let --create-bucket make it.")


async def bind_repository(
    tx: WriteTx, name: str, bucket: str, lab_names: Iterable[str], *, store: str | None = None
) -> UUID:
    """Make a repository managed, bound to a bucket, and give it to labs; calling it again changes nothing.

    One in another ``store`` than the installation's own takes copies only, no uploads.
    """
    check_names(name, bucket)
    values = {"id": new_id(), "name": name, "bucket": bucket, "managed": True, "store": store}
    await tx.execute(insert(RepositoryRow).values(**values).on_conflict_do_nothing(index_elements=[RepositoryRow.name]))
    row = await tx.row(
        select(RepositoryRow.id, RepositoryRow.managed, RepositoryRow.bucket, RepositoryRow.store).where(
            RepositoryRow.name == name
        )
    )
    assert row is not None
    if not row["managed"]:
        raise Mistake(f"'{name}' exists already and is not managed by Bregma; choose another name.")
    if row["store"] != store:
        raise Mistake(f"'{name}' lies in {_store(row['store'])} already; choose another name.")
    if row["bucket"] != bucket:
        raise Mistake(
            f"'{name}' is bound to the bucket '{row['bucket']}' already; choose another name, or change its bucket: "
            f"`bregma repository rebind {name} --bucket {bucket}`."
        )
    for lab in lab_names:
        lab_id = await _lab(tx, lab)
        link = insert(LabRepositoryRow).values(lab_id=lab_id, repository_id=row["id"])
        await tx.execute(link.on_conflict_do_nothing())
        if store is None and not name.startswith(MIRROR) and not await _has_default(tx, lab_id):
            await _write_default(tx, lab_id, row["id"])
    return UUID(str(row["id"]))


def _store(name: str | None) -> str:
    return "the installation's own store" if name is None else f"the store '{name}'"


async def rebind_repository(tx: WriteTx, name: str, bucket: str) -> None:
    """Give a managed repository another bucket; only while nothing lies in its present one."""
    check_names(name, bucket)
    repository_id = await _managed(tx, name)
    store = await tx.value(select(RepositoryRow.store).where(RepositoryRow.id == repository_id))
    if store is not None:
        raise Mistake(f"'{name}' lies in {_store(store)}; make another repository for another bucket there.")
    held = await _held(tx, repository_id)
    if held:
        raise Mistake(
            f"'{name}' holds {_files(held)}, which would be lost; add another repository for the new bucket and make it the "
            f"lab's: `bregma repository default`."
        )
    await tx.execute(update(RepositoryRow).where(RepositoryRow.id == repository_id).values(bucket=bucket))
    # the store's ids of multipart uploads mean nothing in another bucket: what is wanted begins anew there
    begun = UploadRow.repository_id == repository_id, UploadRow.state == State.WANTED.value
    await tx.execute(update(UploadRow).where(*begun).values(multipart_id=None))


async def remove_repository(tx: WriteTx, name: str) -> None:
    """Forget a managed repository, its records and its uploads; the bucket and what lies in it are left alone."""
    repository_id = await _managed(tx, name)
    arriving = await tx.value(
        select(func.count()).where(UploadRow.repository_id == repository_id, UploadRow.state == ON_THEIR_WAY)
    )
    if arriving:
        raise Mistake(f"{_files(arriving)} in '{name}' were sent and are not verified yet; try again in a minute.")
    only = await _only_copies(tx, repository_id)
    if only:
        raise Mistake(f"'{name}' holds the only copy of {_files(only)}; it stays until they lie elsewhere.")
    await tx.execute(delete(UploadRow).where(UploadRow.repository_id == repository_id))
    await tx.execute(delete(FileRecordRow).where(FileRecordRow.repository_id == repository_id))
    await tx.execute(delete(LabRepositoryRow).where(LabRepositoryRow.repository_id == repository_id))
    await tx.execute(delete(RepositoryRow).where(RepositoryRow.id == repository_id))


async def take_from_labs(tx: WriteTx, name: str, lab_names: Iterable[str]) -> None:
    """Take a repository from labs: their files go there no more, and those that lie there stay and are served."""
    repository_id = await _managed(tx, name)
    for lab in lab_names:
        if await _is_of(tx, repository_id, lab_id := await _lab(tx, lab)):
            mine = LabRepositoryRow.repository_id == repository_id, LabRepositoryRow.lab_id == lab_id
            await tx.execute(delete(LabRepositoryRow).where(*mine))
        else:
            raise Mistake(f"{lab} does not have '{name}'; `bregma repository list` shows which labs do.")


async def set_default(tx: WriteTx, name: str, lab_names: Iterable[str]) -> None:
    """Let labs' uploads go to a repository that they have."""
    repository_id = await _managed(tx, name)
    if name.startswith(MIRROR):
        raise Mistake(f"'{name}' is a mirror, as its name begins with {MIRROR}: uploads never go there.")
    for lab in lab_names:
        lab_id = await _lab(tx, lab)
        if not await _is_of(tx, repository_id, lab_id):
            raise Mistake(f"{lab} does not have '{name}'; give it: `bregma repository add {name} --lab {lab}`.")
        await _write_default(tx, lab_id, repository_id)


async def list_repositories(tx: ReadTx) -> list[Listed]:
    """Return every repository with the labs that have it, and those whose uploads go there."""
    files = (
        select(FileRecordRow.repository_id, func.count().label("count"))
        .where(FileRecordRow.exists).group_by(FileRecordRow.repository_id).subquery()
    )  # fmt: skip
    rows = await tx.rows(
        select(RepositoryRow.id, RepositoryRow.name, RepositoryRow.bucket, func.coalesce(files.c.count, 0).label("files"))
        .outerjoin(files, files.c.repository_id == RepositoryRow.id).order_by(RepositoryRow.name)
    )  # fmt: skip
    links = await tx.rows(
        select(LabRepositoryRow.repository_id, labs.c.name)
        .join(labs, labs.c.id == LabRepositoryRow.lab_id).order_by(labs.c.name)
    )  # fmt: skip
    takes = {lab: await upload_repository(tx, lab) for lab in dict.fromkeys(one["name"] for one in links)}
    of = {one["id"]: [x["name"] for x in links if x["repository_id"] == one["id"]] for one in rows}
    return [
        Listed(one["name"], one["bucket"], one["files"], mine, [lab for lab in mine if takes[lab] == one["name"]])
        for one in rows for mine in [of[one["id"]]]
    ]  # fmt: skip


async def upload_repository(tx: ReadTx, lab: str) -> str | None:
    """Return where a lab's uploads go unless said, by the rule of uploads themselves."""
    first = next(iter(await managed_repositories(tx, await _lab(tx, lab))), None)
    return first["name"] if first is not None and first["of_lab"] else None


async def count_managed(tx: WriteTx) -> int:
    """Return how many repositories are bound to a bucket."""
    return int(await tx.value(select(func.count()).select_from(RepositoryRow).where(RepositoryRow.managed)))


async def _lab(tx: ReadTx, name: str) -> UUID:
    lab_id: UUID | None = await tx.value(select(labs.c.id).where(labs.c.name == name))
    if lab_id is None:
        raise Mistake(
            f"There is no lab '{name}'; `bregma lab list` shows all, and this makes one: "
            f"bregma lab add {name} --timezone Europe/London"
        )
    return lab_id


async def _managed(tx: WriteTx, name: str) -> UUID:
    """Find a managed repository and hold it: nobody else changes it, or sends to it, meanwhile."""
    row = await tx.row(
        select(RepositoryRow.id, RepositoryRow.managed).where(RepositoryRow.name == name).with_for_update()
    )
    if row is None:
        raise Mistake(f"There is no repository '{name}'; `bregma repository list` shows all.")
    if not row["managed"]:
        raise Mistake(f"'{name}' is not managed by Bregma; it is changed over HTTP: /data-repository/{name}.")
    return UUID(str(row["id"]))


async def _is_of(tx: ReadTx, repository_id: UUID, lab_id: UUID) -> bool:
    mine = exists(
        select(LabRepositoryRow.lab_id).where(
            LabRepositoryRow.repository_id == repository_id, LabRepositoryRow.lab_id == lab_id
        )
    )
    return bool(await tx.value(select(mine)))


async def _has_default(tx: ReadTx, lab_id: UUID) -> bool:
    """Whether a lab's uploads have a place: a repository that was chosen, and that the lab still has."""
    chosen = exists(
        select(LabRepositoryRow.lab_id).join(
            LabDefaultRepositoryRow,
            and_(
                LabDefaultRepositoryRow.lab_id == LabRepositoryRow.lab_id,
                LabDefaultRepositoryRow.repository_id == LabRepositoryRow.repository_id,
            ),
        ).where(LabRepositoryRow.lab_id == lab_id)
    )  # fmt: skip
    return bool(await tx.value(select(chosen)))


async def _write_default(tx: WriteTx, lab_id: UUID, repository_id: UUID) -> None:
    row = insert(LabDefaultRepositoryRow).values(lab_id=lab_id, repository_id=repository_id)
    await tx.execute(
        row.on_conflict_do_update(
            index_elements=[LabDefaultRepositoryRow.lab_id], set_={"repository_id": repository_id}
        )
    )


async def _held(tx: ReadTx, repository_id: UUID) -> int:
    """Count the files whose bytes lie in a repository, verified or on their way to be."""
    records = select(FileRecordRow.dataset_id).where(FileRecordRow.repository_id == repository_id, FileRecordRow.exists)
    uploads = select(UploadRow.dataset_id).where(
        UploadRow.repository_id == repository_id, UploadRow.state == ON_THEIR_WAY
    )
    return int(await tx.value(select(func.count()).select_from(records.union(uploads).subquery())))


async def _only_copies(tx: ReadTx, repository_id: UUID) -> int:
    """Count the files of which no other managed repository has a verified copy; what is only declared is no copy."""
    other, place = aliased(FileRecordRow), aliased(RepositoryRow)
    elsewhere = exists(
        select(other.id).join(place, place.id == other.repository_id)
        .where(other.dataset_id == FileRecordRow.dataset_id, other.repository_id != repository_id, other.exists, place.managed)
    )  # fmt: skip
    mine = FileRecordRow.repository_id == repository_id, FileRecordRow.exists, ~elsewhere
    return int(await tx.value(select(func.count()).select_from(FileRecordRow).where(*mine)))


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
