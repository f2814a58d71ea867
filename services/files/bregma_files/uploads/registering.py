"""Register a batch of files: which of them are new, whose bytes are needed, and where those go."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import Database, WriteTx, new_id
from bregma_kit.errors import BregmaError, Conflict, Invalid, NotAllowed, NotFound, Unavailable
from bregma_kit.lookups import QC
from bregma_kit.presign import Presigner
from bregma_kit.settings import Settings
from dataset_types import DatasetPath, default_registry

from bregma_files.dataset_types.service import MATCHERS, Matcher, UnknownDatasetType
from bregma_files.uploads import rows, store
from bregma_files.uploads.domain import (
    Known,
    NewFile,
    Refused,
    check_file,
    is_there,
    part_count,
    part_size,
)
from bregma_files.uploads.keys import SessionFolder, object_key
from bregma_files.uploads.schemas import FileIn, RegisterBody
from bregma_files.uploads.signing import problem, signed_put


class NoManagedRepository(Conflict):
    """There is no place that the bytes could go to."""

    code = "no_managed_repository"
    hint = "an administrator binds one to a bucket with `bregma repository add`"


class _Held(Exception):
    """Other datasets of the repository hold some of the paths."""

    def __init__(self, paths: set[str]) -> None:
        super().__init__()
        self.paths = paths


@dataclass(frozen=True, slots=True)
class Target:
    """Where the files of one call go."""

    session_id: UUID
    lab_id: UUID
    folder: SessionFolder
    repository_id: UUID
    bucket: str


@dataclass(slots=True)
class Entry:
    """One file of a call on its way through registration."""

    given: NewFile
    place: DatasetPath | None = None
    qc: int | None = None
    type_id: UUID | None = None
    format_id: UUID | None = None
    row: asyncpg.Record | None = None
    known: Known | None = None
    dataset: UUID | None = None
    upload: UUID | None = None
    key: str = ""
    error: BregmaError | None = None
    have: bool = False

    @property
    def path(self) -> DatasetPath:
        """Where the file lies in its session; only files without an error have a place."""
        assert self.place is not None
        return self.place

    @property
    def wanted(self) -> bool:
        """Whether bytes are to be sent."""
        return self.error is None and not self.have


async def register(
    database: Database, principal: Principal, signer: Presigner, settings: Settings, body: RegisterBody
) -> dict[str, Any]:
    """Register a batch in one transaction and say per file whether its bytes are needed."""
    held: set[str] = set()
    while True:
        # what other datasets hold is found out by the insert that fails; it costs the calls where all is well nothing
        try:
            return await _register_but(held, database, principal, signer, settings, body)
        except _Held as found:
            if found.paths <= held:
                raise Unavailable("Others change the files of this repository at this moment.") from None
            held |= found.paths


async def _register_but(
    held: set[str], database: Database, principal: Principal, signer: Presigner, settings: Settings, body: RegisterBody
) -> dict[str, Any]:
    """Register all files but those whose path other datasets hold, which are refused one by one."""
    entries = [_entry(one) for one in body.files]
    async with database.write() as tx:
        # the lock first: whoever waits for a session that is being moved or merged finds it where it is afterwards
        await store.lock_sessions(tx, [body.session])
        target = await _target(tx, principal, body)
        _refuse_held(target, entries, held)
        await _match_all(tx, target, entries)
        revisions = await _revisions(tx, entries)
        await _look_up(tx, target, entries, revisions)
        await _add_datasets(tx, target, entries, revisions, principal.user_id)
        await _change_datasets(tx, entries)
        await _add_records(tx, target, entries)
        await _add_uploads(tx, target, entries, principal.user_id, body.client or "", settings)
    return {"files": [_answer(one, signer, target) for one in entries]}


def _refuse_held(target: Target, entries: list[Entry], held: set[str]) -> None:
    for one in entries if held else []:
        if one.error is None and (path := target.folder.relative_path(one.path)) in held:
            hint = (
                "`GET /files` finds it by its relative_path; move its session or withdraw it, or ask an administrator"
            )
            one.error = Refused("path_taken", f"The path {path} belongs to another dataset of this repository.", hint)


def _entry(one: FileIn) -> Entry:
    entry = Entry(
        NewFile(one.path, one.size, one.md5, one.sha256 or None, one.version or None, one.default, one.edition)
    )
    try:
        # no verdict is no change: an earlier one on the file stays
        entry.qc = None if one.qc in (None, "", "NOT_SET") else QC.number(one.qc)
        entry.place = check_file(entry.given)
    except BregmaError as error:
        entry.error = error
    except ValueError as error:
        entry.error = Refused("bad_qc", str(error))
    return entry


async def _target(tx: WriteTx, principal: Principal, body: RegisterBody) -> Target:
    session = await store.session(tx, body.session, principal.visible_labs)
    if session is None:
        raise NotFound("Session")
    if not principal.may_write(session["lab_id"]):
        raise NotAllowed(hint="uploading needs a role in the session's lab; ask one of its managers")
    if session["number"] is None:
        hint = "PATCH the session's number first"
        raise Conflict("The session has no number, so its files have no folder.", hint=hint)
    repository = _choose(await store.managed_repositories(tx, session["lab_id"]), body.repository, session["lab"])
    folder = SessionFolder(session["lab"], session["subject"], session["date"], session["number"])
    return Target(session["id"], session["lab_id"], folder, repository["id"], repository["bucket"])


def _choose(managed: Sequence[asyncpg.Record], name: str | None, lab: str) -> asyncpg.Record:
    """Take the named repository, else the lab's own, else the only one there is."""
    listed = ", ".join(one["name"] for one in managed) or "none"
    if name is not None:
        found = next((one for one in managed if one["name"] == name), None)
        if found is None:
            raise Invalid({"repository": [f"There is no repository '{name}' for uploads; there are: {listed}."]})
        return found
    if managed and (managed[0]["of_lab"] or len(managed) == 1):
        return managed[0]
    if managed:
        raise NoManagedRepository(
            f"The lab {lab} has no repository of its own among the managed ones: {listed}.",
            hint="name one as `repository`, or let an administrator give one to the lab",
        )
    raise NoManagedRepository("No repository of this installation is bound to a bucket.")


async def _match_all(tx: WriteTx, target: Target, entries: list[Entry]) -> None:
    """Find each file's type and format, and refuse what is named twice or differs from another by case only."""
    matcher = await MATCHERS.get(tx)
    paths: dict[str, str] = {}
    places: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        if one.error is not None:
            continue
        path = one.path.print()
        try:
            earlier = paths.get(path.lower())
            if earlier is not None:
                raise Refused("repeated", f"{path} is named twice.") if earlier == path else _case_clash(path, earlier)
            paths[path.lower()] = path
            _match(one, matcher)
        except BregmaError as error:
            one.error = error
        else:
            places[_whole(one.path).lower()].append(one)
    for lowered, existing in (await store.like_named(tx, target.session_id, list(places))).items():
        for one in places[lowered]:
            if existing != _whole(one.path):
                one.error = _case_clash(one.given.path, existing)


def _whole(place: DatasetPath) -> str:
    return f"{place.collection}/{place.name}" if place.collection else place.name


def _case_clash(path: str, existing: str) -> Refused:
    detail = f"{path} differs from {existing} by upper and lower case only, which Windows cannot tell apart."
    return Refused("case_clash", detail, "use one spelling")


def _match(one: Entry, matcher: Matcher) -> None:
    try:
        one.type_id = matcher.type_of(one.path.name)
    except UnknownDatasetType as error:
        raise Refused(error.code, error.detail, _nearest(one.path.name) or error.hint) from None
    one.format_id = matcher.format_of(one.path.name)


def _nearest(name: str) -> str:
    """Name the types that a file's name resembles."""
    try:
        default_registry().match(name)
    except LookupError as error:
        return str(error)
    return ""


async def _revisions(tx: WriteTx, entries: list[Entry]) -> dict[str, UUID]:
    names = sorted({one.path.revision for one in entries if one.error is None and one.path.revision})
    return await store.revision_ids(tx, names, [new_id() for _ in names])


async def _look_up(tx: WriteTx, target: Target, entries: list[Entry], revisions: dict[str, UUID]) -> None:
    """Decide for each file: is it there, is it wanted, may it be."""
    asked = [one for one in entries if one.error is None]
    given: dict[str, list[Any]] = {
        "collection": [one.path.collection for one in asked], "name": [one.path.name for one in asked],
        "revision_id": [revisions.get(one.path.revision or "") for one in asked],
        "md5": [one.given.md5 for one in asked], "size": [one.given.size for one in asked],
    }  # fmt: skip
    for row in await store.known_files(tx, target.session_id, target.repository_id, given):
        one = asked[row["place"] - 1]
        one.known = Known(
            row["protected"], row["verified_md5"], row["verified_size"], row["sha256"], row["exists"], row["edition"]
        )
        one.row, one.dataset = row, row["id"]
        one.upload, one.key = row["open_upload"], row["open_key"] or ""
        try:
            one.have = is_there(one.given, one.known)
        except Refused as error:
            one.error = error


async def _add_datasets(
    tx: WriteTx, target: Target, entries: list[Entry], revisions: dict[str, UUID], user_id: UUID
) -> None:
    new = [one for one in entries if one.error is None and one.dataset is None]
    if not new:
        return
    for one in new:
        one.dataset = new_id()
    columns: dict[str, list[Any]] = {
        "id": [one.dataset for one in new], "collection": [one.path.collection for one in new],
        "name": [one.path.name for one in new], "revision_id": [revisions.get(one.path.revision or "") for one in new],
        "dataset_type_id": [one.type_id for one in new], "data_format_id": [one.format_id for one in new],
        "size": [one.given.size for one in new], "md5": [one.given.md5 for one in new],
        "sha256": [one.given.sha256 for one in new], "version": [one.given.version for one in new],
        "qc": [one.qc or 0 for one in new], "default": [one.given.default for one in new],
        "edition": [one.given.edition for one in new],
    }  # fmt: skip
    if await store.add_datasets(tx, target.session_id, user_id, columns) < len(new):
        # somebody made one of them through /datasets, past this session's lock, a moment ago
        raise Unavailable("Others registered the same files at the same moment.")


async def _change_datasets(tx: WriteTx, entries: list[Entry]) -> None:
    """Update what is registered again, and settle which revision is the default."""
    chosen = {_whole(one.path): one for one in entries if one.error is None and one.given.default}
    defaults = {one.dataset for one in chosen.values() if one.dataset is not None}
    old = [one for one in entries if one.error is None and one.row is not None and _changes(one)]
    if old:
        await store.change_datasets(tx, {
            "id": [one.dataset for one in old], "fresh": [not one.row["exists"] for one in old if one.row],
            "size": [one.given.size for one in old], "md5": [one.given.md5 for one in old],
            "sha256": [one.given.sha256 for one in old], "version": [one.given.version for one in old],
            "qc": [one.row["qc"] if one.qc is None else one.qc for one in old if one.row],
            "default": [one.given.default for one in old], "edition": [one.given.edition for one in old],
        })  # fmt: skip
    await store.clear_siblings(tx, list(defaults))


def _changes(one: Entry) -> bool:
    assert one.row is not None
    return (
        not one.row["exists"]
        or one.row["default_dataset"] != one.given.default
        or (one.qc is not None and one.qc != one.row["qc"])
    )


async def _add_records(tx: WriteTx, target: Target, entries: list[Entry]) -> None:
    lacking = [one for one in entries if one.wanted and not (one.row is not None and one.row["has_record"])]
    if not lacking:
        return
    columns: dict[str, list[Any]] = {
        "id": [new_id() for _ in lacking], "dataset_id": [one.dataset for one in lacking],
        "relative_path": [target.folder.relative_path(one.path) for one in lacking],
    }  # fmt: skip
    try:
        taken = await store.add_records(tx, target.repository_id, target.lab_id, columns)
    except asyncpg.CheckViolationError as error:
        raise Conflict(
            f"Files cannot lie in a folder named {target.folder.relative}.",
            hint="the subject's name must begin with a letter",
        ) from error
    if taken:
        raise _Held(taken)


async def _add_uploads(
    tx: WriteTx, target: Target, entries: list[Entry], user_id: UUID, client: str, settings: Settings
) -> None:
    """Begin an upload for what is wanted, or go on with the open one of the same bytes."""
    until = now() + timedelta(days=settings.upload_days)
    wanted = [one for one in entries if one.wanted]
    going_on = [one.upload for one in wanted if one.upload is not None]
    if going_on:
        await rows.prolong(tx, going_on, until)
    new = [one for one in wanted if one.upload is None]
    if not new:
        return
    for one in new:
        assert one.dataset is not None
        one.upload = new_id()
        one.key = object_key(target.folder, one.path, one.dataset, one.upload)
    columns: dict[str, list[Any]] = {
        "id": [one.upload for one in new], "dataset_id": [one.dataset for one in new],
        "object_key": [one.key for one in new], "size": [one.given.size for one in new],
        "md5": [one.given.md5 for one in new], "sha256": [one.given.sha256 for one in new],
        "version": [one.given.version for one in new], "part_size": [part_size(one.given.size) for one in new],
    }  # fmt: skip
    common = {"repository": target.repository_id, "client": client, "user": user_id, "expires_at": until}
    await store.add_uploads(tx, columns, common)


def _answer(one: Entry, signer: Presigner, target: Target) -> dict[str, Any]:
    if one.error is not None:
        return {"path": one.given.path, "status": "refused", "dataset": None, "upload": None, "put": None,
                "multipart": None, "error": problem(one.error)}  # fmt: skip
    answer: dict[str, Any] = {
        "path": one.given.path, "status": "have" if one.have else "want", "dataset": str(one.dataset), "upload": None,
        "put": None, "multipart": None, "error": None,
    }  # fmt: skip
    if one.have:
        return answer
    of_part = part_size(one.given.size)
    answer["upload"] = str(one.upload)
    if of_part is None:
        answer["put"] = signed_put(
            signer, target.bucket, one.key, dataset=str(one.dataset), upload=str(one.upload), size=one.given.size,
            md5=one.given.md5, sha256=one.given.sha256,
        )  # fmt: skip
    else:
        answer["multipart"] = {"part_size": of_part, "part_count": part_count(one.given.size, of_part)}
    return answer
