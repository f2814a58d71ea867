"""Register files that already lie somewhere: one transaction, all of it or nothing."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.db import ReadTx, WriteTx, new_id
from bregma_kit.errors import BregmaError, NotAllowed
from bregma_metadata.api import add_session_user

from bregma_files.dataset_types.service import MATCHERS, Matcher
from bregma_files.registration import store
from bregma_files.registration.belonging import Home, Owner, find_homes, find_owner
from bregma_files.registration.domain import CONTENT_TYPES, BadRegistration, File, Key, Registration, refuse_twins
from bregma_files.verification import service as verification


class ProtectedData(BregmaError):
    """Some of the files are protected; the stock client reads this very text and registers a new revision."""

    status = 403
    code = "protected"

    def __init__(self, details: list[dict[str, Any]]) -> None:
        super().__init__("One or more datasets is protected")
        self.details = details

    def alyx_body(self) -> dict[str, Any]:
        """Return Alyx's form of it."""
        return {"status_code": 403, "error": self.detail, "details": self.details}


@dataclass(slots=True)
class Plan:
    """A registration under way: who registers what, and what is known of it by now."""

    request: Registration
    owner: Owner
    user_id: UUID
    matcher: Matcher
    known: dict[Key, asyncpg.Record]
    ids: dict[Key, UUID] = field(default_factory=dict)
    patched: set[Key] = field(default_factory=set)
    """New, or possibly of new content: what the copies elsewhere hold is not this file any more."""
    changed: set[Key] = field(default_factory=set)
    """Certainly of new content."""


async def register(tx: WriteTx, principal: Principal, request: Registration) -> list[dict[str, Any]]:
    """Register all files of a request and return Alyx's record of each, in their order."""
    owner = await _locked_owner(tx, principal, request)
    if not principal.may_write(owner.lab_id):
        raise NotAllowed(hint="registering needs a role in the session's lab; ask one of its managers")
    user_id = await _registrant(tx, principal, request)
    homes = await find_homes(tx, principal, owner, request)
    matcher = await MATCHERS.get(tx)
    plan = Plan(request, owner, user_id, matcher, await _known(tx, owner, request))
    _refuse_protected(plan)
    # what the trigger on records would set at once; said here it spares every new row a second version
    await _write_datasets(tx, plan, servable=any(home.holds and not home.personal for home in homes))
    await _write_records(tx, plan, homes)
    if owner.session is not None:
        await add_session_user(tx, owner.id, user_id)
    return await _answer(tx, plan)


async def _locked_owner(tx: WriteTx, principal: Principal, request: Registration) -> Owner:
    """Return the owner once nobody else changes it: what two calls find missing at the same time both would create.

    A session that is moved or merged while we wait for it is not at this place any more.
    """
    owner = await find_owner(tx, principal, request)
    while True:
        await store.lock_owner(tx, owner.id)
        again = await find_owner(tx, principal, request)
        if again.id == owner.id:
            return again
        owner = again


async def protected_details(tx: ReadTx, principal: Principal, request: Registration) -> list[dict[str, Any]]:
    """Return, per file as it was sent, which of its revisions are protected; nothing if none is."""
    owner = await find_owner(tx, principal, request)
    return _details(request, await _known(tx, owner, request))


async def _registrant(tx: ReadTx, principal: Principal, request: Registration) -> UUID:
    if not request.created_by or request.created_by == principal.username:
        return principal.user_id
    found = await store.user_id(tx, request.created_by)
    if found is None:
        raise BadRegistration(f"There is no user '{request.created_by}' (created_by).")
    return found


async def _known(tx: ReadTx, owner: Owner, request: Registration) -> dict[Key, asyncpg.Record]:
    """Return what is registered under these names, in any spelling, collection and revision."""
    names = list({one.name.lower() for one in request.files})
    rows = await store.datasets_of(tx, owner.id, names, of_session=owner.session is not None)
    return {(row["collection"], row["name"], row["revision"]): row for row in rows}


def _details(request: Registration, known: dict[Key, asyncpg.Record]) -> list[dict[str, Any]]:
    """Return Alyx's form: newest revision first, the unrevised last; nothing at all if no revision is protected."""
    by_file: dict[tuple[str, str], list[dict[str, bool]]] = defaultdict(list)
    for (collection, name, revision), row in known.items():
        by_file[collection, name].append({revision or "": row["protected"]})
    details = [{one.sent: by_file[one.collection, one.name]} for one in request.files]
    asked = {(one.collection, one.name) for one in request.files}
    return details if any(True in verdict.values() for file in asked for verdict in by_file[file]) else []


def _refuse_protected(plan: Plan) -> None:
    details = _details(plan.request, plan.known) if plan.request.check_protected else []
    if details:
        raise ProtectedData(details)
    for one in plan.request.files:
        row = plan.known.get(one.key)
        if row is not None and row["protected"]:
            raise NotAllowed(
                f"The dataset {one.name} is protected and cannot be changed.", hint="register it as a new revision"
            )


async def _write_datasets(tx: WriteTx, plan: Plan, *, servable: bool) -> None:
    """Insert or update the datasets, and note which of them are new or have new content."""
    files = plan.request.files
    refuse_twins(files, plan.known)
    names = sorted({one.revision for one in files if one.revision})
    revisions = await store.revision_ids(tx, names, [new_id() for _ in names])
    # of several revisions in one call the last named is the default
    last = {(one.collection, one.name): one.key for one in files}
    new: dict[str, list[Any]] = defaultdict(list)
    old: dict[str, list[Any]] = defaultdict(list)
    for one in files:
        row = plan.known.get(one.key)
        values = {
            "id": _note(plan, one, row), "file_size": one.size, "hash": one.hash, "version": one.version, "qc": one.qc,
            "default_dataset": plan.request.default and last[one.collection, one.name] == one.key,
        }  # fmt: skip
        if row is None:
            values |= {
                "collection": one.collection or None, "name": one.name, "revision_id": revisions[one.revision] if one.revision else None,
                "dataset_type_id": plan.matcher.type_of(one.name), "data_format_id": plan.matcher.format_of(one.name),
                "servable": servable,
            }  # fmt: skip
        for name, value in values.items():
            (new if row is None else old)[name].append(value)
    if plan.request.default:
        given = set(plan.ids.values())
        others = [row["id"] for key, row in plan.known.items() if key[:2] in last and row["id"] not in given]
        await store.clear_defaults(tx, others)
    owner, of_session = plan.owner, plan.owner.session is not None
    common = {
        "session_id": owner.id if of_session else None, "object_id": None if of_session else owner.id,
        "content_type": owner.content_type, "created_by_id": plan.user_id,
    }  # fmt: skip
    await store.add_datasets(tx, common, new)
    await store.change_datasets(tx, common, old)


def _note(plan: Plan, one: File, row: asyncpg.Record | None) -> UUID:
    """Remember a file's dataset, and whether its content is new."""
    if row is None or not one.hash or row["hash"] != one.hash:
        plan.patched.add(one.key)
    if row is None or (one.hash and row["hash"] != one.hash):
        plan.changed.add(one.key)
    plan.ids[one.key] = new_id() if row is None else row["id"]
    return plan.ids[one.key]


async def _write_records(tx: WriteTx, plan: Plan, homes: list[Home]) -> None:
    columns: dict[str, list[Any]] = defaultdict(list)
    for home in homes:
        for key, dataset_id in plan.ids.items():
            collection, name, revision = key
            folders = [part for part in (plan.owner.folder, collection, f"#{revision}#" if revision else "") if part]
            values = {
                "id": new_id(), "dataset_id": dataset_id, "repository_id": home.id,
                "relative_path": "/".join([*folders, name]), "lab_id": plan.owner.lab_id if home.managed else None,
                # what our own verification has found is not doubted before somebody says that the content is another
                "exists": home.holds, "declared": not home.managed,
                "patched": key in (plan.changed if home.managed else plan.patched),
            }  # fmt: skip
            for column, value in values.items():
                columns[column].append(value)
    if not columns:
        return
    taken = await store.write_records(tx, columns)
    if taken is not None:
        raise BadRegistration(f"On {taken['name']} the path {taken['relative_path']} belongs to another dataset.")
    claimed = [home.id for home in homes if home.managed and home.exists]
    if claimed:
        await verification.start_for_records(tx, await store.unverified(tx, list(plan.ids.values()), claimed))


async def _answer(tx: ReadTx, plan: Plan) -> list[dict[str, Any]]:
    rows = await store.answer_rows(tx, list(plan.ids.values()))
    labels, belongs = plan.matcher.labels, await _belongs(tx, plan.owner)
    answer = []
    for one in plan.request.files:
        row = rows[plan.ids[one.key]]
        answer.append({
            "id": str(row["id"]), "name": row["name"], "file_size": row["file_size"], "created_by": row["created_by"],
            "created_datetime": row["created_datetime"], "dataset_type": labels[row["dataset_type_id"]],
            "data_format": labels[row["data_format_id"]], "collection": row["collection"],
            "revision": one.revision or "", "default": row["default_dataset"], "qc": row["qc"],
            "file_records": row["file_records"], **belongs,
        })  # fmt: skip
    return answer


async def _belongs(tx: ReadTx, owner: Owner) -> dict[str, Any]:
    session = owner.session
    if session is None:
        return {
            "subject": owner.subject, "content_type": CONTENT_TYPES[str(owner.content_type)], "object_id": str(owner.id),
        }  # fmt: skip
    return {
        "subject": owner.subject, "session": str(owner.id), "session_number": session["number"],
        "session_start_time": session["start_time"].isoformat(),
        "session_users": await store.session_users(tx, owner.id),
    }  # fmt: skip
