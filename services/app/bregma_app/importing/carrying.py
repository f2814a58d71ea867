"""Carry records over: what is here already stays, what fits is created with its id, what does not is refused with a reason."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from bregma_kit.auth import Principal
from bregma_kit.db import Database, ReadTx, WriteTx, any_of
from bregma_kit.errors import BregmaError, Invalid
from bregma_kit.fields import Column, Field, Slug, SystemMoment
from bregma_kit.resource import Resource
from bregma_kit.writing import change, create
from bregma_metadata.administration import Mistake, give_role
from bregma_metadata.notes.images import Image
from bregma_metadata.notes.service import keep_image, understood
from bregma_metadata.people.tables import UserRow
from sqlalchemy import or_, select

from bregma_app.importing.alyx import Record
from bregma_app.importing.plan import Model, name_of
from bregma_app.importing.source import Source

BATCH, AT_ONCE = 200, 8
Say = Callable[[int], object]


@dataclass(slots=True)
class Tally:
    """What became of the records of one kind: in = carried + there before + refused, or the import is not whole."""

    announced: int = 0
    carried: int = 0
    there: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    unrelated: list[tuple[str, str]] = field(default_factory=list)
    """Carried, but not with its relation to another record of its kind."""
    seen: set[Any] = field(default_factory=set)

    @property
    def balanced(self) -> bool:
        """Whether every record that the source announced has been met, and nothing is unaccounted for."""
        met = self.carried + self.there + len(self.refused)
        return met == len(self.seen) >= self.announced


@dataclass(slots=True)
class Carrier:
    """Carries the records of one kind after the other into a database, as an administrator."""

    database: Database
    principal: Principal
    source: Source
    resources: Mapping[str, Resource]
    trial: WriteTx | None = None
    """The one transaction of a dry run, which is undone in the end."""
    related: dict[str, list[Record]] = field(default_factory=dict)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[WriteTx]:
        if self.trial is not None:
            yield self.trial
            return
        async with self.database.write() as tx:
            yield tx

    async def carry(self, model: Model, tally: Tally, say: Say) -> None:
        """Carry a list, in transactions of a few hundred records."""
        resource = self.resources[model.path]
        async for announced, records in self.source.pages(model.path):
            tally.announced = max(tally.announced, announced)
            for start in range(0, len(records), BATCH):
                batch = records[start : start + BATCH]
                await self._batch(model, resource, batch, tally)
                say(len(batch))

    async def _batch(self, model: Model, resource: Resource, records: Sequence[Record], tally: Tally) -> None:
        named = {self._key(model, resource, record): record for record in records}
        fresh = {key: record for key, record in named.items() if key not in tally.seen}
        tally.seen |= fresh.keys()
        async with self._transaction() as tx:
            known = await _known(tx, resource, list(fresh))
        tally.there += len(known)
        missing = {key: record for key, record in fresh.items() if key not in known}
        if model.detailed:
            missing = await self._details(model, missing, tally)
        pictures = await self._pictures(missing, tally) if model.path == "notes" else {}
        async with self._transaction() as tx:
            # counted only when the transaction has committed: what is said to be carried is there
            outcomes = {
                key: await self._one(tx, model, resource, key, record, pictures) for key, record in missing.items()
            }
        for key, reason in outcomes.items():
            if reason is not None:
                tally.refused.append((str(key), reason))
                continue
            tally.carried += 1
            if model.later and missing[key].get(model.later):
                self.related.setdefault(model.path, []).append(missing[key])

    async def _details(self, model: Model, records: Mapping[Any, Record], tally: Tally) -> dict[Any, Record]:
        """Read each record whole, a few at a time."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(key: Any) -> Record | None:
            async with gate:
                return await self.source.detail(model.path, str(key))

        whole = await asyncio.gather(*map(one, records))
        for key, record in zip(records, whole, strict=True):
            if record is None:
                tally.refused.append((str(key), "It was deleted at the source while it was being read."))
        return {key: record for key, record in zip(records, whole, strict=True) if record is not None}

    def _key(self, model: Model, resource: Resource, record: Record) -> Any:
        name = name_of(record, resource)
        if resource.lookup.key != "id":
            return name
        with suppress(ValueError, TypeError):
            return UUID(str(name))
        # a record that Alyx shows without any name is recognised by all that it says
        return uuid5(NAMESPACE_URL, f"{self.source.name}/{model.path}/{json.dumps(record, sort_keys=True)}")

    async def _pictures(self, notes: Mapping[Any, Record], tally: Tally) -> dict[Any, Image]:
        """Fetch the pictures of notes; a note whose picture cannot be had comes without it, and that is told."""
        found: dict[Any, Image] = {}
        for key, record in notes.items():
            if not record.get("image"):
                continue
            content = await self.source.picture(str(record["image"]))
            if content is None:
                tally.unrelated.append((str(key), "image: The source does not hand it out."))
                continue
            try:
                found[key] = await understood(content, "orig")
            except Invalid as error:
                tally.unrelated.append((str(key), _reason(error)))
        return found

    async def _one(
        self, tx: WriteTx, model: Model, resource: Resource, key: Any, record: Record, pictures: Mapping[Any, Image]
    ) -> str | None:
        """Create one record; return why it cannot be."""
        body = {name: value for name, value in model.prepare(record).items() if name != model.later}
        try:
            async with tx.attempt():
                for name, path in model.names.items():
                    await self._ensure(tx, path, body.get(name))
                made = await create(resource, tx, self.principal, body, await _carried(tx, resource, key, record))
                if key in pictures:
                    await keep_image(tx, made, pictures[key])
                if model.path == "users":
                    for lab in record.get("lab") or []:
                        await give_role(tx, key, lab, "member")
        except BregmaError as error:
            return _reason(error)
        except Mistake as error:
            return str(error)
        return None

    async def _ensure(self, tx: WriteTx, path: str, name: Any) -> None:
        """Add a name of which Alyx has no list of its own."""
        resource = self.resources.get(path)
        if name in (None, "") or resource is None:
            return
        called = [resource.lookup, *(column for column in resource.table.__table__.c if column.key == "nickname")]
        if await tx.value(select(resource.table.id).where(or_(*(each == name for each in called)))) is None:
            await create(resource, tx, self.principal, {resource.lookup.key: name})

    async def connect(self, model: Model, tally: Tally, say: Say) -> None:
        """Set relations to records that came later, where they are not set yet."""
        resource = self.resources[model.path]
        fields = {one.name: one for one in resource.fields if one.name in model.again and one.column is not None}
        async for _, records in self.source.pages(model.path):
            for record in records:
                given = {name: record[name] for name in fields if record.get(name) is not None}
                if given:
                    await self._connect(resource, self._key(model, resource, record), given, fields, tally)
            say(len(records))

    async def _connect(
        self, resource: Resource, key: Any, given: Record, fields: Mapping[str, Field], tally: Tally
    ) -> None:
        async with self._transaction() as tx:
            columns = (cast("Column", fields[name].column).label(name) for name in given)
            there = await tx.row(select(*columns).where(resource.lookup == key))
            if there is None:  # refused before, and said so
                return
            missing = {
                name: value for name, value in given.items()
                if there[name] is None or (not isinstance(fields[name], Slug) and str(there[name]) != str(value))
            }  # fmt: skip
            if not missing:
                return
            try:
                async with tx.attempt():
                    await change(resource, tx, self.principal, key, missing, kind="patch")
            except BregmaError as error:
                tally.unrelated.append((str(key), _reason(error)))

    async def relate(self, model: Model, tally: Tally) -> None:
        """Set the relations among records of one kind, now that all of them are there."""
        resource = self.resources[model.path]
        for record in self.related.pop(model.path, []):
            key = self._key(model, resource, record)
            async with self._transaction() as tx:
                try:
                    async with tx.attempt():
                        body = {model.later: record[model.later]}
                        await change(resource, tx, self.principal, key, body, kind="patch")
                except BregmaError as error:
                    tally.unrelated.append((str(key), _reason(error)))


async def _known(tx: ReadTx, resource: Resource, keys: list[Any]) -> set[Any]:
    """Return which of these records are here already."""
    lookup = resource.lookup
    rows = await tx.rows(select(lookup).where(lookup == any_of("keys", lookup.type)), {"keys": keys})
    return {row[0] for row in rows}


async def _carried(tx: ReadTx, resource: Resource, key: Any, record: Record) -> dict[str, Any]:
    """Return the columns that a record brings along though nobody may send them: its id, when and by whom it was made."""
    columns: dict[str, Any] = {}
    if resource.lookup.key == "id":
        columns["id"] = key
    elif record.get("id"):
        with suppress(ValueError):
            columns["id"] = UUID(str(record["id"]))
    for one in resource.fields:
        value = record.get(one.name)
        if one.read_only and isinstance(one, SystemMoment) and one.column is not None and value:
            columns[one.column.key] = datetime.fromisoformat(value).replace(tzinfo=UTC)
    if record.get("created_by") and "created_by_id" in resource.table.__table__.columns:
        columns["created_by_id"] = await tx.value(select(UserRow.id).where(UserRow.username == record["created_by"]))
    return columns


def _reason(error: BregmaError) -> str:
    if isinstance(error, Invalid):
        return "; ".join(f"{name}: {' '.join(map(str, said))}" for name, said in error.fields.items())
    return error.detail
