"""Errors that carry their HTTP status and a stable code; raised anywhere, rendered in one place."""

from collections.abc import Mapping
from math import ceil
from typing import Any, ClassVar


class BregmaError(Exception):
    """Something a caller can act on; ``code`` is stable, ``detail`` says what happened, ``hint`` what to do."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    hint: str = ""

    def __init__(self, detail: str, *, hint: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint or type(self).hint

    def alyx_body(self) -> dict[str, Any]:
        """Return the body that clients of Alyx expect."""
        return {"detail": self.detail, "status_code": self.status}


class Invalid(BregmaError):
    """One or more fields are wrong; ``non_field_errors`` holds rules about the whole record."""

    code = "invalid"

    def __init__(self, fields: dict[str, list[str]], *, hint: str = "") -> None:
        text = "; ".join(f"{name}: {' '.join(messages)}" for name, messages in fields.items())
        super().__init__(text, hint=hint)
        self.fields = fields

    def alyx_body(self) -> dict[str, Any]:
        """Return one list of messages per field, as Alyx does."""
        return {**self.fields, "status_code": self.status}


class Taken(Invalid):
    """What must be unique is there already; ``constraint`` names the rule, ``values`` the row that could not be written."""

    code = "already_exists"

    def __init__(self, fields: dict[str, list[str]], constraint: str, values: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.constraint = constraint
        self.values = values


class ParseError(BregmaError):
    """The body is not what its content type says."""

    code = "parse_error"


class NotSignedIn(BregmaError):
    """No credentials came with the request."""

    status = 403
    code = "not_signed_in"
    hint = "send the header 'Authorization: Token <token>'; POST /auth-token gives one"

    def __init__(self) -> None:
        super().__init__("Authentication credentials were not provided.")


class BadToken(BregmaError):
    """The token is unknown, expired or withdrawn; stock clients log in again when they read this very text."""

    status = 403
    code = "bad_token"
    hint = "log in again"

    def __init__(self) -> None:
        super().__init__("Invalid token.")


class NotAllowed(BregmaError):
    """The caller is known, and may not do this."""

    status = 403
    code = "not_allowed"

    def __init__(self, detail: str = "You do not have permission to perform this action.", *, hint: str = "") -> None:
        super().__init__(detail, hint=hint)


class NotFound(BregmaError):
    """No such record, or none that the caller may see."""

    status = 404
    code = "not_found"

    def __init__(self, noun: str = "record") -> None:
        super().__init__(f"No {noun} matches the given query.")


class Conflict(BregmaError):
    """Somebody else changed the same thing first."""

    status = 409
    code = "conflict"


class TooLarge(BregmaError):
    """The request holds more than one call may."""

    status = 413
    code = "too_large"


class TooMany(BregmaError):
    """Too many failed tries; ``retry_after`` (seconds) says when the next makes sense."""

    status = 429
    code = "too_many"

    def __init__(self, detail: str, *, retry_after: float) -> None:
        self.retry_after = ceil(retry_after) or 1
        super().__init__(detail, hint=f"try again in {self.retry_after} seconds")


class Unavailable(BregmaError):
    """A part we depend on does not answer; the same call may succeed later."""

    status = 503
    code = "unavailable"
    hint = "try again in a few seconds"
    retry_after = 2
