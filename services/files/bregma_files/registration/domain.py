"""What a register-file request says, read once and checked: no database, no HTTP."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from bregma_kit.errors import BregmaError
from bregma_kit.lookups import QC
from dataset_types import BadPath, DatasetPath, parse_dataset_path, split_session_path


class BadRegistration(BregmaError):
    """A registration that cannot be carried out; nothing of it was."""

    code = "bad_registration"


class NoSession(BadRegistration):
    """The path's session cannot be found; Alyx says this under ``error``."""

    code = "no_session"

    def alyx_body(self) -> dict[str, Any]:
        """Return Alyx's body for this family of mistakes."""
        return {"error": self.detail, "status_code": self.status}


Key = tuple[str, str, str | None]
LONGEST = 1000
"""Characters of a text that is looked for again."""


@dataclass(frozen=True, slots=True)
class File:
    """One file to register, relative to its session or object."""

    sent: str
    name: str
    collection: str
    revision: str | None
    hash: str | None
    size: int | None
    version: str | None
    qc: int | None

    @property
    def key(self) -> Key:
        """What makes it the same file when it is registered again."""
        return self.collection, self.name, self.revision


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """Which session is meant."""

    subject: str
    day: date
    number: int

    @property
    def folder(self) -> str:
        """Its folder; the number always with three digits."""
        return f"{self.subject}/{self.day.isoformat()}/{self.number:03d}"


CONTENT_TYPES = {
    "session": "actions.session", "subject": "subjects.subject", "lab": "misc.lab", "user": "misc.labmember", "tag": "data.tag",
}  # fmt: skip
"""Kinds of records that may have files, and Alyx's name of each: application and model."""


@dataclass(frozen=True, slots=True)
class ObjectPlace:
    """A record other than a session that the files belong to (an aggregate)."""

    content_type: str
    object_id: UUID


@dataclass(frozen=True, slots=True)
class Registration:
    """A whole request."""

    place: SessionPlace | ObjectPlace
    files: tuple[File, ...]
    created_by: str | None
    repository: str | None
    hostname: str | None
    labs: tuple[str, ...]
    server_only: bool
    default: bool
    exists: bool
    check_protected: bool


def as_list(value: Any) -> list[Any]:
    """Read a list, comma text or single value."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return list(value) if isinstance(value, Sequence) else [value]


def as_flag(value: Any, default: bool, name: str) -> bool:
    """Read a boolean, also as text."""
    if value is None or value == "":
        return default
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "1"):
        return True
    if str(value).lower() in ("false", "0"):
        return False
    raise BadRegistration(f"{name} must be true or false, not '{value}'.")


def read_registration(body: Any) -> Registration:
    """Read a register-file or check-protected request in any of its spellings."""
    if not isinstance(body, Mapping):
        raise BadRegistration("The body must be a JSON object or a form.")
    content_type, object_id = body.get("content_type"), body.get("object_id")
    if bool(content_type) != bool(object_id):
        raise BadRegistration("content_type and object_id go together; one came without the other.")
    if not body.get("path"):
        raise BadRegistration("path is required: subject/YYYY-MM-DD/number[/collection].")
    path = "/".join(part for part in str(body["path"]).replace("\\", "/").split("/") if part)
    if any(part in (".", "..") for part in path.split("/")):
        raise BadRegistration(f"The path '{body['path']}' leaves its session; give it without '..'.")
    place: SessionPlace | ObjectPlace
    if content_type:
        place, folder = _object_place(str(content_type), object_id), path
    else:
        place, folder = _session_place(path)
    # in old scripts a lab is called a project
    labs = tuple(dict.fromkeys(str(lab) for name in ("labs", "projects") for lab in as_list(body.get(name)) if lab))
    return Registration(
        place=place, files=tuple(_files(body, folder)), created_by=_text(body, "created_by"), repository=_text(body, "name"),
        hostname=_text(body, "hostname"),
        labs=labs, server_only=as_flag(body.get("server_only"), False, "server_only"),
        default=as_flag(body.get("default"), True, "default"), exists=as_flag(body.get("exists"), True, "exists"),
        check_protected=as_flag(body.get("check_protected"), False, "check_protected"),
    )  # fmt: skip


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadRegistration(f"{name} must be a text of at most {LONGEST:,} characters.")
    return value


def _session_place(path: str) -> tuple[SessionPlace, str]:
    try:
        session, folder = split_session_path(path)
    except BadPath as error:
        raise NoSession(str(error)) from None
    if session.lab is not None:
        raise NoSession(f"The path must begin with the subject: {session.relative}.")
    return SessionPlace(session.subject, session.date, session.number), folder


def _object_place(content_type: str, object_id: Any) -> ObjectPlace:
    try:
        wanted = UUID(str(object_id))
    except ValueError:
        raise BadRegistration(f"object_id '{object_id}' is not a UUID.") from None
    given = content_type.lower()
    for kind, full in CONTENT_TYPES.items():
        if given in (kind, full, full.rpartition(".")[2]):
            return ObjectPlace(kind, wanted)
    raise BadRegistration(f"Files cannot belong to a '{content_type}'; choose one of {', '.join(CONTENT_TYPES)}.")


def _files(body: Mapping[str, Any], folder: str) -> list[File]:
    # a comma too many names no file
    names = [name for name in as_list(body.get("filenames")) if name != ""]
    if not names or not all(isinstance(name, str) for name in names):
        raise BadRegistration("filenames is required: a list of texts, or one text with commas between the names.")
    columns = [_column(body, "hashes", names), _column(body, "filesizes", names)]
    columns += [_for_all(body, name, names) for name in ("versions", "qc")]
    # shorter lists cut the rest off, as on Alyx
    return [_file(str(sent), folder, *values) for sent, *values in zip(names, *columns, strict=False)]


def _column(body: Mapping[str, Any], name: str, names: list[Any]) -> list[Any]:
    values = as_list(body.get(name))
    return values or [None] * len(names)


def _for_all(body: Mapping[str, Any], name: str, names: list[Any]) -> list[Any]:
    value = body.get(name)
    single = value is not None and (isinstance(value, int) or (isinstance(value, str) and "," not in value))
    if single:
        return [value] * len(names)
    values = as_list(value)
    return values * len(names) if len(values) == 1 else values or [None] * len(names)


def _file(sent: str, folder: str, hash_: Any, size: Any, version: Any, qc: Any) -> File:
    # the stock client names a single aggregate "." and gives the whole path of the file
    clean = [part for part in sent.replace("\\", "/").split("/") if part not in ("", ".")]
    try:
        where = parse_dataset_path("/".join([folder, *clean] if folder else clean))
    except BadPath as error:
        raise BadRegistration(str(error)) from None
    try:
        # no QC given is no change: an earlier verdict on the file stays
        verdict = None if qc in (None, "") else QC.number(qc)
    except ValueError as error:
        raise BadRegistration(str(error)) from None
    if len(str(hash_ or "")) > LONGEST or len(str(version or "")) > LONGEST:
        raise BadRegistration(f"The hash and the version of '{sent[:100]}' are at most {LONGEST:,} characters long.")
    return File(
        sent=sent, name=where.name, collection=where.collection, revision=where.revision,
        hash=str(hash_) if hash_ else None, size=_size(size, sent), version=str(version) if version not in (None, "") else None,
        qc=verdict,
    )  # fmt: skip


def _size(value: Any, sent: str) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise BadRegistration(f"The size of '{sent}' must be a whole number of bytes, not {value!r}.")
    return value


def refuse_twins(files: Sequence[File], known: Iterable[Key]) -> None:
    """Refuse a file named twice, and names that Windows cannot tell apart: `ALF/spikes` beside `alf/spikes`."""
    seen = {_spelling(key).lower(): _spelling(key) for key in known}
    given: set[Key] = set()
    for one in files:
        if one.key in given:
            raise BadRegistration(f"The file {one.sent} is named twice in this request.")
        given.add(one.key)
        spelt = _spelling(one.key)
        other = seen.setdefault(spelt.lower(), spelt)
        if other != spelt:
            raise BadRegistration(
                f"{spelt} differs from {other} by upper and lower case only, which Windows cannot tell apart.",
                hint="use one spelling",
            )


def _spelling(key: Key) -> str:
    return DatasetPath(key[0], key[2], key[1]).print()
