"""Say which files of a rig may be deleted: by what the catalogue knows and what the stores have at this moment."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import structlog
from bregma_files import api as files
from bregma_kit.auth import Principal
from bregma_kit.clock import now, wire_time
from bregma_kit.db import Database, ReadTx, new_id
from bregma_kit.errors import BregmaError, Invalid, NotAllowed, NotFound
from bregma_kit.settings import Settings
from bregma_kit.stores import Stores
from dataset_types.path import BadPath, parse_session_path

from bregma_transfer.certificates import signing, store
from bregma_transfer.certificates.domain import HOLDS_SECONDS, Copy, Registered, counted, why_not
from bregma_transfer.certificates.schemas import CertificateRequest, LocalFile

log = structlog.get_logger("transfer")
_AT_ONCE = 16
"""Questions to stores at the same time."""
RIGS = frozenset({"manager", "member", "technician", "rig"})


async def issue(
    database: Database, stores: Stores, settings: Settings, principal: Principal, body: CertificateRequest
) -> dict[str, Any]:
    """Look at each file's copies, and sign for those that may go."""
    key = signing.public_key(settings)
    since = now() - timedelta(days=settings.certificate_days)
    async with database.read() as tx:
        session = await _session(tx, principal, body.session)
        registered = {one.path: one for one in await files.find_registered(tx, session["id"])}
        wanted = [registered[one.path] for one in body.files if one.path in registered]
        standing = await _standing(tx, wanted)
        ids = {one.dataset for one in wanted} | {other for many in standing.values() for other in many}
        copies = await files.find_copies(tx, list(ids))
    seen = await _look(stores, settings, [one for many in copies.values() for one in many if not one.mirror])
    known = {path: _known(registered[path], copies, standing, seen) for path in registered}
    refused, granted = [], []
    for one in body.files:
        reason = why_not(one.size, one.sha256, known.get(one.path), since)
        if reason is None:
            granted.append(_granted(one, registered[one.path].dataset, known[one.path], since))
        else:
            refused.append({"path": one.path, "reason": reason})
    certificate, moment = new_id(), now()
    document = orjson.dumps({
        "certificate": str(certificate), "session": str(session["id"]), "lab": session["lab"],
        "place": f"{session['subject']}/{session['date']}/{session['number']:03d}", "issued_at": _iso(moment),
        "expires_at": _iso(moment + timedelta(seconds=HOLDS_SECONDS)), "issued_to": principal.username, "files": granted,
    }).decode()  # fmt: skip
    signature = signing.sign(settings, document) if granted else ""
    if granted:
        async with database.write() as tx:
            await store.add(tx, {
                "id": certificate, "session_id": session["id"], "lab_id": session["lab_id"], "document": document,
                "signature": signature, "key": key, "files": len(granted), "issued_to_id": principal.user_id,
            })  # fmt: skip
    log.info("certificate", certificate=str(certificate), granted=len(granted), refused=len(refused))
    return {
        "id": str(certificate), "session": str(session["id"]), "document": document, "signature": signature, "key": key,
        "valid_seconds": HOLDS_SECONDS, "refused": refused,
    }  # fmt: skip


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


async def _session(tx: ReadTx, principal: Principal, named: str) -> asyncpg.Record:
    row = await _find(tx, principal, named)
    if row is None:
        raise NotFound("Session")
    if not principal.may_write(row["lab_id"], RIGS):
        raise NotAllowed(hint="this needs a role in the session's lab; ask one of its managers")
    return row


async def _find(tx: ReadTx, principal: Principal, named: str) -> asyncpg.Record | None:
    visible = principal.visible_labs
    try:
        return await store.session_by_id(tx, UUID(named), visible)
    except ValueError:
        pass
    try:
        place = parse_session_path(named)
    except BadPath as error:
        raise Invalid({"session": [f"Give its id, or SUBJECT/DATE/NUMBER: {error}"]}) from None
    found = await store.sessions_at(tx, place.lab, place.subject, place.date, place.number, visible)
    if len(found) > 1:
        raise Invalid({"session": [f"Several labs have a session {named}; write LAB/Subjects/{named}."]})
    return found[0] if found else None


async def _standing(tx: ReadTx, wanted: Sequence[files.Registered]) -> dict[UUID, dict[UUID, str]]:
    """Return what stands for those of the datasets that were retired with the bytes that they are known by."""
    found = await files.find_stand_ins(tx, [one.dataset for one in wanted])
    return {
        one.dataset: found[one.dataset, one.sha256]
        for one in wanted
        if one.sha256 is not None and (one.dataset, one.sha256) in found
    }


def _known(
    one: files.Registered, copies: Mapping[UUID, Sequence[files.Copy]], standing: Mapping[UUID, Mapping[UUID, str]],
    seen: Mapping[tuple[UUID, UUID], Copy],
) -> Registered:  # fmt: skip
    stand_ins = []
    for other, sha256 in standing.get(one.dataset, {}).items():
        good = [copy for copy in copies.get(other, []) if copy.sha256 == sha256]
        name = good[0].name if good else str(other)
        stand_ins.append(Registered(name, None, sha256, _facts(good, seen)))
    return Registered(one.path, one.size, one.sha256, _facts(copies.get(one.dataset, []), seen), stand_ins)


def _facts(copies: Sequence[files.Copy], seen: Mapping[tuple[UUID, UUID], Copy]) -> list[Copy]:
    return [seen[one.dataset, one.repository] for one in copies if (one.dataset, one.repository) in seen]


async def _look(stores: Stores, settings: Settings, copies: Sequence[files.Copy]) -> dict[tuple[UUID, UUID], Copy]:
    """Ask each copy's store whether it has it now."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(copy: files.Copy) -> Copy | None:
        if copy.verified_at is None:
            return None
        async with gate:
            try:
                size = await stores.store(copy.store).size(copy.bucket, copy.key)
            except BregmaError as error:  # a store that is away says nothing: its copy does not count
                log.warning("store_not_asked", repository=copy.repository_name, error=type(error).__name__)
                size = None
        return Copy(
            copy.repository_name, copy.store, settings.is_durable(copy.store), copy.verified_at, size == copy.size
        )

    facts = await asyncio.gather(*(one(copy) for copy in copies))
    pairs = zip(copies, facts, strict=True)
    return {(copy.dataset, copy.repository): fact for copy, fact in pairs if fact is not None}


def _granted(local: LocalFile, dataset: UUID, known: Registered, since: datetime) -> dict[str, Any]:
    return {
        "path": local.path, "dataset": str(dataset), "size": local.size, "sha256": local.sha256,
        "copies": _told(known.copies, since),
        "stand_ins": [
            {"name": one.name, "sha256": one.sha256, "copies": _told(one.copies, since)}
            for one in ([] if known.copies else known.stand_ins)
        ],
    }  # fmt: skip


def _told(copies: Sequence[Copy], since: datetime) -> list[dict[str, Any]]:
    return [
        {"repository": one.repository, "store": one.store or "own", "verified_at": _iso(one.checked_at)}
        for one in counted(copies, since)
    ]


async def page(
    database: Database, principal: Principal, session: UUID | None, limit: int, offset: int
) -> tuple[int, list[dict[str, Any]]]:
    """Return one page of certificates that were given away, and how many there are."""
    async with database.read() as tx:
        count, rows = await store.page(tx, principal.visible_labs, session, limit, offset)
    return count, [_shown(row) for row in rows]


async def read(database: Database, principal: Principal, certificate: UUID) -> dict[str, Any]:
    """Return one certificate."""
    async with database.read() as tx:
        row = await store.one(tx, certificate, principal.visible_labs)
    if row is None:
        raise NotFound("Certificate")
    return _shown(row)


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": str(row["id"]), "session": str(row["session_id"]), "document": row["document"], "signature": row["signature"],
        "key": row["key"], "files": row["files"], "issued_to": row["issued_to"], "issued_at": wire_time(row["issued_at"]),
    }  # fmt: skip
