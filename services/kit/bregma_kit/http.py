"""HTTP in and out: operations with a policy each, bodies, errors and pages in Alyx's form."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

import asyncpg
import orjson
import structlog
from fastapi import FastAPI
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Message, Receive

from bregma_kit.auth import Authenticator, Principal, authenticate
from bregma_kit.db import Database
from bregma_kit.errors import (
    BregmaError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    ParseError,
    TooLarge,
    TooMany,
    Unavailable,
)
from bregma_kit.settings import Settings
from bregma_kit.writing import messages_of

log = structlog.get_logger("http")
LARGEST_BODY = 32 * 2**20
DEEPEST_JSON = 100
JSON_TYPE = "application/json"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Policy(StrEnum):
    """Who may call an operation at all; what they see or write inside is the room's scope and write rules."""

    OPEN = "open to everybody"
    SIGNED_IN = "any signed-in account"
    WRITER = "any signed-in account that is not read-only"
    ADMIN = "administrators of the installation"
    DATA = "any signed-in account; Basic credentials are accepted"


@dataclass(slots=True)
class Process:
    """What one process shares among its requests."""

    settings: Settings
    database: Database
    people: Authenticator
    extras: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request, as handlers see it."""

    request: Request
    process: Process
    caller: Principal | None
    body: Any = None

    @property
    def principal(self) -> Principal:
        """The signed-in caller; only operations with a policy other than OPEN may ask."""
        assert self.caller is not None
        return self.caller

    @property
    def db(self) -> Database:
        """The process's database."""
        return self.process.database

    @property
    def base_url(self) -> str:
        """The address the client used, without a trailing slash."""
        return base_url_of(self.request, self.process.settings)

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; of a repeated one the last counts."""
        query = dict(parse_qsl(self.request.url.query, keep_blank_values=True))
        bad = {name: ["Null characters are not allowed."] for name, text in query.items() if "\0" in name + text}
        if bad:
            raise Invalid(bad)
        return query

    def path(self, name: str, noun: str = "page") -> str:
        """Return a part of the path; one with a NUL is nothing's name."""
        part = str(self.request.path_params[name])
        if "\0" in part:
            raise NotFound(noun)
        return part

    def path_uuid(self, name: str, noun: str) -> UUID:
        """Return a part of the path as an id; anything else does not exist."""
        try:
            return UUID(str(self.request.path_params[name]))
        except ValueError:
            raise NotFound(noun) from None


Answer = Response | BaseModel | Mapping[str, Any] | list[Any] | None
Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Parameter:
    """A documented query or path parameter."""

    name: str
    schema: Mapping[str, Any]
    doc: str = ""
    where: str = "query"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method on one path: the single source of its route, its policy and its place in the document."""

    method: str
    path: str
    handler: Handler
    policy: Policy
    name: str
    summary: str
    doc: str = ""
    tag: str = ""
    body: type[BaseModel] | None = None
    reads_body: bool = False
    """Hand the parsed body over without a model (as register-file, which takes many spellings)."""
    body_schema: Mapping[str, Any] | None = None
    """JSON schema of a body without a model, for the document."""
    body_name: str = ""
    many: bool = False
    """Takes a list of such bodies as well, and answers a list then."""
    answer: type[BaseModel] | None = None
    answer_schema: Mapping[str, Any] | None = None
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    own: bool = False
    """One of our own paths: errors carry code, hint and request id in the body."""
    documented: bool = True
    example: Any = None
    media: str = ""
    """Media type of an answer that is no JSON, beside or instead of the one that is."""
    faults: tuple[int, ...] = ()
    """Statuses of refusals beside those that the method, the path and the policy bring along."""


_HOST = re.compile(r"[\w.:\[\]-]+")


def base_url_of(request: Request, settings: Settings) -> str:
    """Return the public address of the API; behind a proxy Host and X-Forwarded-Proto say it."""
    if settings.base_url:
        return settings.base_url.rstrip("/")
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    host = request.headers.get("host") or request.url.netloc
    if not _HOST.fullmatch(host):
        raise ParseError("The header Host is no name of a host.")
    return f"{scheme if scheme in ('http', 'https') else 'http'}://{host}"


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON; text is taken as JSON that PostgreSQL has already made."""
    content = (
        value.encode()
        if isinstance(value, str)
        else orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    )
    return Response(content, status, dict(headers or {}), media_type=JSON_TYPE)


def fresh_response(request: Request, text: str) -> Response:
    """Answer with a record, or with 304 if the caller holds the very same."""
    tag = f'"{blake2b(text.encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    return json_response(text, headers={"ETag": tag})


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"cannot be sent as JSON: {type(value).__name__}")


def page_numbers(query: Mapping[str, str], default: int, largest: int) -> tuple[int, int]:
    """Read limit and offset; what is not a number falls back to the default, as on Alyx."""

    def whole(name: str, fallback: int) -> int:
        text = query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else fallback

    return min(whole("limit", default) or default, largest), whole("offset", 0)


def page_response(call: Call, *, count: int, results: str, limit: int, offset: int) -> Response:
    """Wrap a page of records with its count and the addresses of its neighbours."""

    def address(new_offset: int | None) -> str | None:
        if new_offset is None:
            return None
        pairs = [(k, v) for k, v in parse_qsl(call.request.url.query) if k not in ("limit", "offset")]
        pairs += [("limit", str(limit))] + ([("offset", str(new_offset))] if new_offset else [])
        return f"{call.base_url}{call.request.url.path}?{urlencode(pairs)}"

    following = offset + limit if offset + limit < count else None
    before = max(offset - limit, 0) if offset > 0 else None
    head = orjson.dumps({"count": count, "next": address(following), "previous": address(before)}).decode()
    return json_response(f'{head[:-1]},"results":{results}}}')


async def read_body(request: Request) -> Any:
    """Parse a JSON or form body; an empty one is an empty object."""
    limited = Request(request.scope, _limited(request.receive))
    kind = request.headers.get("content-type", JSON_TYPE).partition(";")[0].strip().lower()
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return _keepable(await _read_form(limited))
    content = await limited.body()
    if not content.strip():
        return {}
    try:
        return _keepable(orjson.loads(content))
    except orjson.JSONDecodeError as error:
        raise ParseError(f"JSON parse error - {error}") from None


async def _read_form(request: Request) -> dict[str, Any]:
    try:
        form = await request.form(max_part_size=LARGEST_BODY)
    except HTTPException as error:
        raise ParseError(f"Form parse error - {error.detail}") from None
    return {name: form.getlist(name) if len(form.getlist(name)) > 1 else form[name] for name in form}


def _keepable(body: Any) -> Any:
    """PostgreSQL keeps no NUL in texts nor in JSON, and no JSON library walks down for ever."""
    waiting = [(body, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                raise Invalid({"non_field_errors": ["Null characters are not allowed."]})
        elif isinstance(value, Mapping | list):
            if depth > DEEPEST_JSON:
                raise Invalid({"non_field_errors": [f"Nest lists and objects at most {DEEPEST_JSON} deep."]})
            inner = [*value, *value.values()] if isinstance(value, Mapping) else value
            waiting += [(one, depth + 1) for one in inner]
    return body


def _limited(receive: Receive) -> Receive:
    """Stop reading a body that is too large, whatever length it claims to have."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise TooLarge("The request is larger than 32 MiB.", hint="send fewer records in one call")
        return message

    return receive_some


def _validated(model: type[BaseModel], body: Any) -> BaseModel:
    if not isinstance(body, Mapping):
        raise Invalid({"non_field_errors": ["Invalid data. Expected a dictionary."]})
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise Invalid(messages_of(error)) from None


async def _permit(operation: Operation, request: Request, process: Process) -> Principal | None:
    if operation.policy is Policy.OPEN:
        return None
    caller = await authenticate(request, process.people, basic=operation.policy is Policy.DATA)
    if operation.policy is Policy.WRITER and caller.read_only:
        raise NotAllowed
    if operation.policy is Policy.ADMIN and not caller.administers:
        raise NotAllowed
    return caller


def endpoint(operation: Operation, process: Process) -> Callable[[Request], Awaitable[Response]]:
    """Wrap a handler: policy, body, answer, errors."""

    async def answer(request: Request) -> Response:
        try:
            caller = await _permit(operation, request, process)
            body: Any = None
            if operation.body is not None:
                body = _validated(operation.body, await read_body(request))
            elif operation.reads_body:
                body = await read_body(request)
            value = await operation.handler(Call(request, process, caller, body))
        except BregmaError as error:
            return render_error(error, request, own=operation.own, challenge=operation.policy is Policy.DATA)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:  # noqa: BLE001  the last resort of every request: logged whole, answered in form
            return _unexpected(error, request, operation)
        if isinstance(value, Response):
            return value
        return Response(status_code=204) if value is None else json_response(value, operation.status)

    answer.operation = operation  # type: ignore[attr-defined]
    return answer


_AWAY = (asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError, asyncpg.TooManyConnectionsError,
         asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.InterfaceError, ConnectionError, TimeoutError,
         # what asyncpg calls a server that goes away between two messages of signing in
         asyncpg.InternalClientError)  # fmt: skip


def _unexpected(error: Exception, request: Request, operation: Operation) -> Response:
    if isinstance(error, _AWAY):
        traced = error if isinstance(error, asyncpg.InternalClientError) else None
        log.warning("dependency_away", operation=operation.name, error=type(error).__name__, exc_info=traced)
        return render_error(Unavailable("A part of the service does not answer."), request, own=operation.own)
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        # what was there when we looked was deleted before we wrote; a repetition finds out and says which
        log.warning("gone_meanwhile", operation=operation.name, rule=error.constraint_name)
        return render_error(
            Unavailable("What this refers to was deleted a moment ago; try again."), request, own=operation.own
        )
    if isinstance(error, asyncpg.ProgramLimitExceededError):
        log.warning("too_long_for_an_index", operation=operation.name, error=str(error))
        return render_error(
            Invalid({"non_field_errors": ["One of the texts is too long to be found again."]}),
            request,
            own=operation.own,
        )
    if isinstance(error, asyncpg.DeadlockDetectedError | asyncpg.SerializationError):
        return render_error(Unavailable("Others changed the same records; try again."), request, own=operation.own)
    log.error("request_failed", operation=operation.name, exc_info=error)
    request_id = request.scope.get("request_id", "")
    detail = f"{type(error).__name__}: this is our mistake, not yours; the request id is {request_id}"
    return json_response({"status_code": 500, "detail": detail}, 500)


def _in_header(text: str) -> str:
    """Make a header's value of any text: what a caller sent may stand in a hint, line ends and all."""
    return "".join(one if one.isprintable() else " " for one in text).encode("latin-1", "replace").decode("latin-1")


def render_error(error: BregmaError, request: Request, *, own: bool = False, challenge: bool = False) -> Response:
    """Answer with an error: Alyx's body on Alyx's paths, ours on ours; code and hint in headers on both."""
    request_id = request.scope.get("request_id", "")
    headers = {"Bregma-Error": error.code}
    if error.hint:
        headers["Bregma-Hint"] = _in_header(error.hint)
    status = error.status
    if isinstance(error, Unavailable | TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if (challenge and isinstance(error, NotSignedIn | NotAllowed)) or (challenge and error.code == "bad_token"):
        # urllib sends Basic credentials only after this
        status, headers["WWW-Authenticate"] = 401, 'Basic realm="Bregma data"'
    body = error.alyx_body()
    if own:
        body = {**({"fields": error.fields} if isinstance(error, Invalid) else {}), "detail": error.detail,
                "code": error.code, "hint": error.hint or None, "request_id": request_id}  # fmt: skip
    return json_response({**body, "status_code": status}, status, headers)


async def _routing_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f'Method "{request.method}" not allowed.'
        headers["Allow"] = ", ".join(_methods_at(request))
    elif error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"There is nothing at {request.url.path}."
        service = request.app.state.elsewhere.get(request.url.path.split("/")[1])
        if service is not None:
            detail = f"{request.url.path} belongs to the service {service}, which does not run here."
            headers["Bregma-Hint"] = f"start Bregma with the service {service}, or ask an administrator to"
    else:
        detail = str(error.detail)
    return json_response({"detail": detail, "status_code": error.status_code}, error.status_code, headers)


def _methods_at(request: Request) -> list[str]:
    """Return every method of a path; the router itself knows those of its first route only."""
    here = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    methods = {method for route in here for method in route.methods}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


class Edge:
    """Outermost layer: request id, one form of each path, HEAD as GET without its body, one log line per request."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass everything on; only HTTP is touched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"x-request-id"), "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        scope["request_id"] = request_id
        path = scope["path"]
        if len(path) > 1 and path.endswith("/") and not path.startswith("/data/"):
            scope["path"] = path.rstrip("/") or "/"
            scope["raw_path"] = scope["path"].encode()
        method, started, status = scope["method"], time.perf_counter(), 0
        if method == "HEAD":
            # a copy: the server goes by its own scope when it leaves the body out
            scope = {**scope, "method": "GET"}

        async def stamped(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
            elif method == "HEAD" and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self.app(scope, receive, stamped)
            took = round((time.perf_counter() - started) * 1000, 1)
            log.info("request", method=method, path=scope["path"], status=status, ms=took)


def build_app(
    process: Process, operations: list[Operation], *, title: str, lifespan: Any = None,
    elsewhere: Mapping[str, str] | None = None,
) -> FastAPI:  # fmt: skip
    """Make the application that serves these operations and nothing else; others serve the first segments ``elsewhere``."""
    app = FastAPI(
        title=title, openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, redirect_slashes=False
    )
    for one in operations:
        # a plain route: an operation reads, checks and documents its input itself, and FastAPI's machinery for that
        # took a fifth of the processor time of a small answer
        app.add_route(one.path, endpoint(one, process), [one.method], one.name, include_in_schema=False)
    app.add_exception_handler(HTTPException, _routing_error)
    app.add_middleware(Edge)
    app.state.process = process
    app.state.elsewhere = dict(elsewhere or {})
    return app
