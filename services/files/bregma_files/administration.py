"""What an operator does with repositories, in the caller's transaction."""

from uuid import UUID

from bregma_kit.db import WriteTx, new_id
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from bregma_files.catalog import labs
from bregma_files.repositories.tables import LabRepositoryRow, RepositoryRow


class Mistake(ValueError):
    """Something the operator can mend; the message says how."""


async def bind_repository(tx: WriteTx, name: str, bucket: str, lab_names: list[str]) -> UUID:
    """Make a repository managed, bound to a bucket, and give it to labs; calling it again changes nothing."""
    values = {"id": new_id(), "name": name, "bucket": bucket, "managed": True}
    await tx.execute(insert(RepositoryRow).values(**values).on_conflict_do_nothing(index_elements=[RepositoryRow.name]))
    row = await tx.row(
        select(RepositoryRow.id, RepositoryRow.managed, RepositoryRow.bucket).where(RepositoryRow.name == name)
    )
    assert row is not None
    if not row["managed"] or row["bucket"] != bucket:
        raise Mistake(f"'{name}' exists already and is not bound to the bucket '{bucket}'; choose another name.")
    for lab in lab_names:
        lab_id = await tx.value(select(labs.c.id).where(labs.c.name == lab))
        if lab_id is None:
            raise Mistake(f"There is no lab '{lab}'; create it with `bregma lab add {lab}`.")
        link = insert(LabRepositoryRow).values(lab_id=lab_id, repository_id=row["id"])
        await tx.execute(link.on_conflict_do_nothing())
    return UUID(str(row["id"]))


async def count_managed(tx: WriteTx) -> int:
    """Return how many repositories are bound to a bucket."""
    return int(await tx.value(select(func.count()).select_from(RepositoryRow).where(RepositoryRow.managed)))
