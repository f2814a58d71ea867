"""Downloads: one rule for who may read and which copy is served, for batches and for the data tree alike."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.clock import wire_time
from bregma_kit.db import Database
from bregma_kit.errors import BregmaError, NotFound
from bregma_kit.presign import Signed
from bregma_kit.stores import OWN, Stores

from bregma_files.downloads import store
from bregma_files.downloads.domain import parse_data_path


class NotServable(BregmaError):
    """The dataset is known, and there is no copy of it that we can serve."""

    status = 404
    code = "not_servable"


def why_not(row: asyncpg.Record) -> NotServable:
    """Say why a dataset cannot be downloaded here."""
    if row["elsewhere"]:
        return NotServable(
            f"The copies of {row['name']} are on servers that are not ours: {row['elsewhere']}.",
            hint="its file records say where; ask the lab to upload it",
        )
    if row["under_way"]:
        return NotServable(f"{row['name']} is being uploaded or verified.", hint="try again later")
    return NotServable(f"No copy of {row['name']} was verified yet.", hint="ask the lab that recorded it to upload it")


def _signed(row: asyncpg.Record | None, stores: Stores) -> Signed:
    if row is None:
        raise NotFound("Dataset")
    if row["object_key"] is None:
        raise why_not(row)
    return stores.signer(row["store"] or OWN).get(row["bucket"], row["object_key"], name=row["name"])


async def signed_urls(database: Database, stores: Stores, principal: Principal, ids: Sequence[UUID]) -> dict[str, Any]:
    """Return a signed URL per dataset, in the order asked."""
    async with database.read() as tx:
        found = await store.copies(tx, ids, principal.visible_labs)
    return {"urls": [_entry(one, found.get(one), stores) for one in ids]}


def _entry(dataset: UUID, row: asyncpg.Record | None, stores: Stores) -> dict[str, Any]:
    entry: dict[str, Any] = dict.fromkeys(("url", "size", "md5", "sha256", "name", "expires_at", "error"))
    entry["dataset"] = str(dataset)
    if row is not None:
        entry |= {"size": row["file_size"], "md5": row["hash"], "sha256": row["sha256"], "name": row["name"]}
    try:
        signed = _signed(row, stores)
    except BregmaError as error:
        return {**entry, "error": {"code": error.code, "detail": error.detail, "hint": error.hint or None}}
    return {**entry, "url": signed.url, "expires_at": wire_time(signed.expires_at)}


async def signed_path(database: Database, stores: Stores, principal: Principal, path: str) -> Signed:
    """Return the signed URL of a path of the data tree."""
    parsed = parse_data_path(path)
    if parsed is None:
        raise NotFound("Dataset")
    async with database.read() as tx:
        dataset = await store.dataset_at(tx, parsed)
        found = {} if dataset is None else await store.copies(tx, [dataset], principal.visible_labs)
    return _signed(found.get(dataset) if dataset is not None else None, stores)
