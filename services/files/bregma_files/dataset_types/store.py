"""Every query about dataset types and formats that the declaration does not derive."""

from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, arrays, compiled, new_id
from sqlalchemy import BigInteger, Text, cast, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from bregma_files.dataset_types.tables import DataFormatRow, DatasetTypeRow

_TYPES = compiled(select(DatasetTypeRow.id, DatasetTypeRow.name, DatasetTypeRow.filename_pattern))
_FORMATS = compiled(select(DataFormatRow.id, DataFormatRow.name, DataFormatRow.file_extension))


def _stamp(table: Any) -> Any:
    # any insertion, change or deletion gives another count or another newest transaction
    newest = func.max(cast(cast(literal_column("xmin"), Text), BigInteger))
    return select(func.concat(func.count(), literal_column("':'"), newest)).select_from(table).scalar_subquery()


_VERSION = compiled(select(func.concat(_stamp(DatasetTypeRow), literal_column("'/'"), _stamp(DataFormatRow))))


async def version(tx: ReadTx) -> str:
    """Return a text that is another one after any change of the types or formats."""
    return str(await tx.value(_VERSION))


async def types(tx: ReadTx) -> list[asyncpg.Record]:
    """Return every dataset type with its pattern."""
    return await tx.rows(_TYPES)


async def formats(tx: ReadTx) -> list[asyncpg.Record]:
    """Return every data format with its extension."""
    return await tx.rows(_FORMATS)


async def reword(tx: WriteTx, texts: Mapping[str, tuple[str, str]]) -> int:
    """Give types that still have a release's older text (name → older, present) its present one; return how many had."""
    given = arrays(name=Text, older=Text, text=Text)
    statement = (
        update(DatasetTypeRow)
        .where(DatasetTypeRow.name == given.c.name, DatasetTypeRow.description == given.c.older)
        .values(description=given.c.text)
    )
    columns = {
        "name": list(texts),
        "older": [one for one, _ in texts.values()],
        "text": [one for _, one in texts.values()],
    }
    return await tx.execute(statement, columns)


async def add_missing(
    tx: WriteTx, types_: Mapping[str, tuple[str, str]], formats_: Iterable[tuple[str, str, str]]
) -> int:
    """Insert what is not there yet and return how much that was."""
    rows = [
        {"id": new_id(), "name": name, "description": text, "filename_pattern": pattern}
        for name, (text, pattern) in types_.items()
    ]
    added = await tx.execute(insert(DatasetTypeRow).values(rows).on_conflict_do_nothing()) if rows else 0
    shapes = [
        {"id": new_id(), "name": name, "file_extension": extension, "description": text}
        for name, extension, text in formats_
    ]
    return added + await tx.execute(insert(DataFormatRow).values(shapes).on_conflict_do_nothing())
