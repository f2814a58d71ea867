"""Register files that already lie somewhere: one transaction, all of it or nothing."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.db import ReadTx, WriteTx, new_id
from bregma_kit.errors import BregmaError, NotAllowed
from bregma_metadata.api import add_session_user

from bregma_files.dataset_types.service import MATCHERS
from bregma_files.registration import store
from bregma_files.registration.domain import BadRegistration, File, NoSession, ObjectPlace, Registration, SessionPlace
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


@dataclass(frozen=True, slots=True)
class Owner:
    """What the files belong to."""

    id: UUID
    lab_id: UUID | None
    folder: str
    session: asyncpg.Record | None

    @property
    def of_session(self) -> bool:
        """Whether it is a session."""
        return self.session is not None


@dataclass(frozen=True, slots=True)
class Home:
    """A repository that gets records, and whether the files are said to exist there."""

    id: UUID
    name: str
    managed: bool
    exists: bool


Key = tuple[str, str, str | None]


def _key(one: File) -> Key:
    return one.collection, one.name, one.revision


async def register(tx: WriteTx, principal: Principal, request: Registration) -> list[dict[str, Any]]:
    """Register all files of a request and return Alyx's record of each, in their order."""
    owner = await _owner(tx, principal, request)
    if not principal.may_write(owner.lab_id):
        raise NotAllowed(hint="registering needs a role in the session's lab; ask one of its managers")
    user_id = principal.user_id
    if request.created_by and request.created_by != principal.username:
        found = await store.user_id(tx, request.created_by)
        if found is None:
            raise BadRegistration(f"There is no user '{request.created_by}' (created_by).")
        user_id = found
    homes = await _homes(tx, owner, request)
    matcher = await MATCHERS.get(tx)
    kinds = [(matcher.type_of(one.name), matcher.format_of(one.name)) for one in request.files]
    await store.lock_owner(tx, owner.id)
    known = await _known(tx, owner, request)
    _refuse_protected(request, known)
    ids, patched = await _write_datasets(tx, request, owner, user_id, known, kinds)
    await _write_records(tx, request, owner, homes, ids, patched)
    if owner.of_session:
        await add_session_user(tx, owner.id, user_id)
    return await _answer(tx, request, owner, ids)


async def protected_details(tx: ReadTx, principal: Principal, request: Registration) -> list[dict[str, Any]]:
    """Return, per file as it was sent, which of its revisions are protected."""
    owner = await _owner(tx, principal, request)
    return _details(request, await _known(tx, owner, request))


async def _owner(tx: ReadTx, principal: Principal, request: Registration) -> Owner:
    place = request.place
    if isinstance(place, ObjectPlace):
        if not await _object_exists(tx, place):
            raise BadRegistration(f"There is no {place.content_type} with the id {place.object_id}.")
        return Owner(place.object_id, None, place.folder, None)
    session = await store.session_at(tx, place.subject, place.day, place.number, request.labs)
    if session is None or not principal.may_see(session["lab_id"]):
        if not any(principal.may_see(lab_id) for lab_id in await store.subject_labs(tx, place.subject)):
            raise NoSession(f"There is no subject '{place.subject}'.", hint="register the animal first: POST /subjects")
        raise NoSession(
            f"There is no session {place.number} of {place.subject} on {place.day}.",
            hint="create it first: POST /sessions",
        )
    return Owner(session["id"], session["lab_id"], place.folder, session)


async def _object_exists(tx: ReadTx, place: ObjectPlace) -> bool:
    found = await store.object_exists(tx, place.content_type, place.object_id)
    if found is None:
        raise BadRegistration(
            f"Files cannot belong to a '{place.content_type}'; choose one of {', '.join(store.OBJECTS)}."
        )
    return found


async def _homes(tx: ReadTx, owner: Owner, request: Registration) -> list[Home]:
    """Return the named repository and those of the labs; Alyx's rule says on which the files exist."""
    named: asyncpg.Record | None = None
    if request.repository or request.hostname:
        named = await store.repository(tx, request.repository, request.hostname)
        if named is None:
            raise BadRegistration(f"There is no data repository '{request.repository or request.hostname}'.")
    lab_ids = [owner.lab_id] if owner.lab_id else []
    if request.labs:
        found = await store.lab_ids(tx, request.labs)
        missing = [name for name in request.labs if name not in found]
        if missing:
            raise BadRegistration(f"There is no lab '{missing[0]}'.")
        lab_ids = list(found.values())
    rows = {row["id"]: row for row in await store.lab_repositories(tx, lab_ids)}
    if named is not None:
        rows[named["id"]] = named
    if request.server_only:
        rows = {key: row for key, row in rows.items() if not row["globus_is_personal"]}
    here = named["id"] if named is not None else None
    return [
        Home(key, row["name"], row["managed"], request.exists and (request.server_only or key == here))
        for key, row in rows.items()
    ]


Known = dict[Key, asyncpg.Record]


async def _known(tx: ReadTx, owner: Owner, request: Registration) -> Known:
    names = list({one.name for one in request.files})
    rows = await store.datasets_of(tx, owner.id, names, of_session=owner.of_session)
    return {(row["collection"], row["name"], row["revision"]): row for row in rows}


def _details(request: Registration, known: Known) -> list[dict[str, Any]]:
    """Return Alyx's form: newest revision first, the unrevised last; nothing for a file that is new."""
    by_file: dict[tuple[str, str], list[dict[str, bool]]] = defaultdict(list)
    for (collection, name, revision), row in known.items():
        by_file[collection, name].append({revision or "": row["protected"]})
    return [{one.sent: by_file.get((one.collection, one.name), [])} for one in request.files]


def _refuse_protected(request: Registration, known: Known) -> None:
    if request.check_protected:
        details = _details(request, known)
        if any(any(verdict.values()) for one in details for verdicts in one.values() for verdict in verdicts):
            raise ProtectedData(details)
    for one in request.files:
        row = known.get(_key(one))
        if row is not None and row["protected"]:
            raise NotAllowed(
                f"The dataset {one.name} is protected and cannot be changed.", hint="register it as a new revision"
            )


async def _write_datasets(
    tx: WriteTx, request: Registration, owner: Owner, user_id: UUID, known: Known, kinds: list[tuple[UUID, UUID]]
) -> tuple[dict[Key, UUID], set[Key]]:
    """Insert or update the datasets; return their ids and which of them are new or have new content."""
    names = sorted({one.revision for one in request.files if one.revision})
    revisions = await store.revision_ids(tx, names, [new_id() for _ in names])
    new: dict[str, list[Any]] = defaultdict(list)
    old: dict[str, list[Any]] = defaultdict(list)
    ids: dict[Key, UUID] = {}
    patched: set[Key] = set()
    for one, (type_id, format_id) in zip(request.files, kinds, strict=True):
        key = _key(one)
        if key in ids:
            raise BadRegistration(f"The file {one.sent} is named twice in this request.")
        row = known.get(key)
        ids[key] = row["id"] if row else new_id()
        if row is None or not one.hash or row["hash"] != one.hash:
            patched.add(key)
        values = {"id": ids[key], "file_size": one.size, "hash": one.hash, "version": one.version, "qc": one.qc}
        if row is None:
            values |= {"collection": one.collection or None, "name": one.name, "dataset_type_id": type_id,
                       "data_format_id": format_id, "revision_id": revisions.get(one.revision or "")}  # fmt: skip
        for name, value in values.items():
            (old if row else new)[name].append(value)
    if request.default:
        wanted = {(key[0], key[1]) for key in ids}
        given = set(ids.values())
        await store.clear_defaults(
            tx, [row["id"] for key, row in known.items() if (key[0], key[1]) in wanted and row["id"] not in given]
        )
    place = request.place
    aggregate = isinstance(place, ObjectPlace)
    common = {
        "session_id": None if aggregate else owner.id, "object_id": owner.id if aggregate else None,
        "content_type": place.content_type if isinstance(place, ObjectPlace) else None, "created_by_id": user_id,
        "default_dataset": request.default,
    }  # fmt: skip
    if new:
        await store.add_datasets(tx, common, new)
    if old:
        await store.change_datasets(tx, common, old)
    return ids, patched


async def _write_records(
    tx: WriteTx, request: Registration, owner: Owner, homes: list[Home], ids: dict[Key, UUID], patched: set[Key]
) -> None:
    columns: dict[str, list[Any]] = defaultdict(list)
    for home in homes:
        for key, dataset_id in ids.items():
            collection, name, revision = key
            folders = [] if isinstance(request.place, ObjectPlace) else [owner.folder]
            folders += [part for part in (collection, f"#{revision}#" if revision else "") if part]
            values = {
                "id": new_id(), "dataset_id": dataset_id, "repository_id": home.id, "relative_path": "/".join([*folders, name]),
                # of a managed repository only our own verification says that something exists
                "exists": home.exists and not home.managed, "declared": not home.managed, "patched": key in patched,
            }  # fmt: skip
            for column, value in values.items():
                columns[column].append(value)
    if not columns:
        return
    taken = await store.taken_path(tx, columns)
    if taken is not None:
        raise BadRegistration(f"On {taken['name']} the path {taken['relative_path']} belongs to another dataset.")
    await store.write_records(tx, columns)
    claimed = {home.id for home in homes if home.managed and home.exists}
    if claimed:
        rows = await store.records_of(tx, list(ids.values()))
        await verification.start_for_records(
            tx, [row["id"] for row in rows if row["repository_id"] in claimed and not row["exists"]]
        )


async def _answer(tx: ReadTx, request: Registration, owner: Owner, ids: dict[Key, UUID]) -> list[dict[str, Any]]:
    rows = await store.answer_rows(tx, list(ids.values()))
    labels = await store.labels(tx)
    records: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in await store.records_of(tx, list(ids.values())):
        shown = {name: row[name] for name in ("data_repository", "relative_path", "exists")}
        records[row["dataset_id"]].append({"id": str(row["id"]), **shown})
    belongs = await _belongs(tx, request.place, owner)
    answer = []
    for one in request.files:
        row = rows[ids[_key(one)]]
        answer.append({
            "id": str(row["id"]), "name": row["name"], "file_size": row["file_size"], "created_by": row["created_by"],
            "created_datetime": row["created_datetime"], "dataset_type": labels[row["dataset_type_id"]],
            "data_format": labels[row["data_format_id"]], "collection": row["collection"], "revision": one.revision or "",
            "default": row["default_dataset"], "qc": row["qc"], "file_records": records[row["id"]], **belongs,
        })  # fmt: skip
    return answer


async def _belongs(tx: ReadTx, place: SessionPlace | ObjectPlace, owner: Owner) -> dict[str, Any]:
    if isinstance(place, ObjectPlace) or owner.session is None:
        return {"content_type": getattr(place, "content_type", None), "object_id": str(owner.id)}
    return {
        "subject": owner.session["subject"], "session": str(owner.id), "session_number": owner.session["number"],
        "session_start_time": owner.session["start_time"].isoformat(), "session_users": await store.session_users(tx, owner.id),
    }  # fmt: skip
