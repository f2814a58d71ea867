"""Everything that can go wrong, as one tree.

::

    OneError
    ├── NotFound                    no such session, dataset or subject (also LookupError)
    │   ├── SessionNotFound
    │   ├── DatasetNotFound
    │   └── NotServable             it exists in the catalogue, but no verified copy can be read now
    ├── AmbiguousDataset            several datasets fit; say which collection or revision (also LookupError)
    ├── BadRequest                  the question itself is wrong (also ValueError)
    │   ├── UnknownTerm             a search term that does not exist, or an abbreviation of several
    │   └── NotRecorded             the backend does not know this (a plain folder knows no users)
    ├── Unauthorized                no token, a wrong or expired one, or not allowed (also PermissionError)
    ├── Conflict                    the server's state refuses the change
    ├── Offline                     the server or the store cannot be reached (also ConnectionError)
    │   ├── ServerBusy              it answered 429 or 503 until patience ended
    │   └── UrlExpired              a signed URL was refused even after it was renewed
    ├── ServerFault                 the server answered 5xx or something that is no answer of ours
    ├── DataError                   bytes that cannot be what they claim (also ValueError)
    │   ├── HashMismatch            the arrived bytes are not the registered ones
    │   ├── CorruptFile             empty, cut short, or not of the format that its name says
    │   ├── RowsDisagree            datasets of one object have different numbers of rows
    │   └── UnitsUnknown            a conversion was asked for and the edition of the data is not known
    ├── MissingExtra                an optional library is needed for this format (also ImportError)
    └── DiskFull                    the cache's disk has no space left (also OSError)

Each has a ``code`` (the same word as the server's), a ``hint`` that says what to do next, and, if it came from a
server, the ``status`` and ``request_id`` to quote when asking for help.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

_BY_CODE: dict[str, type["OneError"]] = {}


class OneError(Exception):
    """Base of all errors of this library.

    Parameters
    ----------
    detail : str
        What happened.
    hint : str
        What to do next; empty if there is nothing sensible to say.
    code : str, optional
        The machine's word for it; by default that of the class.
    status : int, optional
        HTTP status, if a server said so.
    request_id : str, optional
        The server's name for the request.
    """

    code: str = "error"
    codes: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, detail: str, hint: str = "", *, code: str = "", status: int | None = None, request_id: str = ""
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.code = code or type(self).code
        self.status = status
        self.request_id = request_id

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for code in (cls.__dict__.get("code"), *cls.__dict__.get("codes", ())):
            if code:
                _BY_CODE[code] = cls

    def __str__(self) -> str:
        text = f"{self.detail}\n  {self.hint}" if self.hint else self.detail
        return f"{text} (request {self.request_id})" if self.request_id and (self.status or 0) >= 500 else text

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.detail, self.hint, self.code, self.status, self.request_id)


def _rebuild(kind: type[OneError], detail: str, hint: str, code: str, status: int | None, request_id: str) -> OneError:
    return kind(detail, hint, code=code, status=status, request_id=request_id)


class NotFound(OneError, LookupError):
    """What was asked for does not exist, or this caller may not know of it."""

    code = "not_found"


class SessionNotFound(NotFound):
    """No session has this eID, path or reference."""

    code = "session_not_found"


class DatasetNotFound(NotFound):
    """The session has no such dataset or object."""

    code = "dataset_not_found"


class NotServable(NotFound):
    """The dataset is registered, but no verified copy can be read now."""

    code = "not_servable"
    codes = ("no_copy", "not_verified")


class AmbiguousDataset(OneError, LookupError):
    """Several datasets fit the question."""

    code = "ambiguous_dataset"


class BadRequest(OneError, ValueError):
    """The question itself is wrong."""

    code = "bad_request"
    codes = ("invalid", "parse_error", "too_large")


class UnknownTerm(BadRequest):
    """A search term that does not exist, or an abbreviation that fits several."""

    code = "unknown_term"


class NotRecorded(BadRequest):
    """The backend keeps no such information."""

    code = "not_recorded"


class Unauthorized(OneError, PermissionError):
    """No token, a wrong one, or not allowed."""

    code = "unauthorized"
    codes = ("bad_token", "not_signed_in", "not_allowed", "bad_login")


class Conflict(OneError):
    """The server's state refuses the change."""

    code = "conflict"
    codes = ("protected",)


class Offline(OneError, ConnectionError):
    """The server or the store cannot be reached."""

    code = "offline"


class ServerBusy(Offline):
    """The server asked to come back later, again and again."""

    code = "busy"
    codes = ("too_many", "unavailable")


class UrlExpired(Offline):
    """A signed URL was refused even after it had been renewed."""

    code = "url_expired"


class ServerFault(OneError):
    """The server failed, or answered something that is no answer of ours."""

    code = "server_fault"
    codes = ("internal",)


class DataError(OneError, ValueError):
    """Bytes that cannot be what they claim."""

    code = "data_error"


class HashMismatch(DataError):
    """The arrived bytes are not the registered ones."""

    code = "hash_mismatch"
    codes = ("wrong_hash",)


class CorruptFile(DataError):
    """A file that is empty, cut short, or not of the format that its name says."""

    code = "corrupt_file"
    codes = ("empty_file",)


class RowsDisagree(DataError):
    """Datasets of one object have different numbers of rows."""

    code = "rows_disagree"


class UnitsUnknown(DataError):
    """A conversion of units was asked for, and the edition of the data is not known."""

    code = "units_unknown"


class MissingExtra(OneError, ImportError):
    """An optional library is needed for this format."""

    code = "missing_extra"


class DiskFull(OneError, OSError):
    """The disk of the cache has no space left."""

    code = "disk_full"


_BY_STATUS: dict[int, type[OneError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    405: BadRequest,
    409: Conflict,
    413: BadRequest,
    422: BadRequest,
    429: ServerBusy,
    503: ServerBusy,
}


def from_answer(status: int, body: Any, headers: Mapping[str, str], *, what: str, reason: str = "") -> OneError:
    """Make the error that an answer of the server stands for.

    Parameters
    ----------
    status : int
        The HTTP status.
    body : Any
        The decoded JSON body, or None if it was no JSON.
    headers : Mapping
        The answer's headers (``Bregma-Error``, ``Bregma-Hint``, ``X-Request-Id`` are read), case-blind.
    what : str
        The request in a few words, without a query that could hold a secret.
    reason : str
        HTTP's reason phrase, used when the body says nothing.

    Returns
    -------
    OneError
        A twin of the server's error if its code is known, else the class for the status.
    """
    fields = body if isinstance(body, dict) else {}
    code = headers.get("Bregma-Error") or _text(fields.get("code"))
    hint = headers.get("Bregma-Hint") or _text(fields.get("hint"))
    kind = _BY_CODE.get(code) or _BY_STATUS.get(status) or (ServerFault if status >= 500 else BadRequest)
    detail = _detail(fields) or f"{what}: the server answered {status} {reason}".rstrip()
    if kind is Unauthorized and not hint and isinstance(body, dict):
        hint = "Log in with `one login`, or ask your lab's manager for access."
    elif kind is Unauthorized and not hint:
        hint = "This is no answer of Bregma's: is it the address of the API, and not of the object store or a proxy?"
    request_id = headers.get("X-Request-Id") or _text(fields.get("request_id"))
    return kind(detail, hint, code=code, status=status, request_id=request_id)


def from_entry(entry: Mapping[str, Any], *, what: str) -> OneError:
    """Make the error of one entry of a batch answer, ``{"code", "detail", "hint"}`` or a bare code."""
    code = _text(entry.get("code"))
    kind = _BY_CODE.get(code, OneError)
    return kind(f"{what}: {_text(entry.get('detail')) or code or 'refused'}", _text(entry.get("hint")), code=code)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _detail(fields: Mapping[str, Any]) -> str:
    """One sentence out of Alyx's forms of an error body."""
    for key in ("detail", "error"):
        if fields.get(key):
            return str(fields[key])
    skip = {"status_code", "code", "hint", "request_id"}
    parts = []
    for field, said in fields.items():
        if field in skip:
            continue
        message = " ".join(map(str, said)) if isinstance(said, list) else str(said)
        parts.append(message if field == "non_field_errors" else f"{field}: {message}")
    return "; ".join(parts)
