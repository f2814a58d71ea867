"""Where the time of one call goes: statements, reading and checking of input, writing of the answer, the rest.

The application runs in this process, with a stop-watch around the functions that do each of these; what HTTP itself
costs is the difference to the same call through a socket.
"""

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

VALIDATION = (
    "bregma_kit.resource.parse_filters", "bregma_kit.http._validated", "bregma_kit.http.read_body",
    "bregma_files.registration.routes.read_registration", "bregma_files.dataset_types.service.Matcher.type_of",
)  # fmt: skip
SERIALISATION = (
    "bregma_kit.routes.json_response", "bregma_kit.routes.page_response", "bregma_kit.http.json_response",
    "bregma_files.registration.routes.json_response",
)  # fmt: skip
SQL = ("bregma_kit.db.ReadTx.row", "bregma_kit.db.ReadTx.rows", "bregma_kit.db.WriteTx.execute")


@dataclass
class Shares:
    """Milliseconds of one call (medians), and how many statements it ran."""

    total: float
    sql: float
    validation: float
    serialisation: float
    statements: int

    def words(self, over_http: float) -> str:
        """Print them as shares of what the same call takes over HTTP."""
        rest = max(over_http - self.sql - self.validation - self.serialisation, 0.0)
        parts = {
            "SQL": self.sql,
            "validation": self.validation,
            "serialisation": self.serialisation,
            "HTTP and rest": rest,
        }
        return ", ".join(f"{name} {100 * value / over_http:.0f} %" for name, value in parts.items())


class Watch:
    """Adds up time per kind; a watched function inside another of its kind counts once."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self._inside: set[str] = set()

    def reset(self) -> None:
        self.spent.clear()
        self.calls.clear()

    def wrap(self, kind: str, function: Any) -> Any:
        if asyncio.iscoroutinefunction(function):

            async def timed(*given: Any, **named: Any) -> Any:
                with self._timing(kind):
                    return await function(*given, **named)
        else:

            def timed(*given: Any, **named: Any) -> Any:
                with self._timing(kind):
                    return function(*given, **named)

        return timed

    @contextmanager
    def _timing(self, kind: str) -> Iterator[None]:
        if kind in self._inside:
            yield
            return
        self._inside.add(kind)
        self.calls[kind] += 1
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.spent[kind] += time.perf_counter() - begin
            self._inside.discard(kind)


def _owner(dotted: str) -> tuple[Any, str]:
    import importlib

    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:-1]:
            found = getattr(found, part)
        return found, parts[-1]
    raise LookupError(dotted)


@contextmanager
def _watching(watch: Watch) -> Iterator[None]:
    undo: list[Callable[[], None]] = []
    kinds = {"sql": SQL, "validation": VALIDATION, "serialisation": SERIALISATION}
    for kind, names in kinds.items():
        for dotted in names:
            owner, name = _owner(dotted)
            original = getattr(owner, name)
            setattr(owner, name, watch.wrap(kind, original))
            undo.append(lambda owner=owner, name=name, original=original: setattr(owner, name, original))
    try:
        yield
    finally:
        for each in reversed(undo):
            each()


def measure(
    database_url: str, token: str, method: str, path: str, bodies: list[bytes], times: int = 40, **settings: Any
) -> Shares:
    """Call one operation in this process, again and again, and return where its time goes."""
    from bregma_kit.settings import Settings
    from pydantic import SecretStr

    known = Settings(database_url=SecretStr(database_url), secret_key=SecretStr("b" * 32), database_pool=1, **settings)
    return asyncio.run(_measure(known, token, method, path, bodies, times))


async def _measure(settings: Any, token: str, method: str, path: str, bodies: list[bytes], times: int) -> Shares:
    from bregma_app.main import make_app

    watch = Watch()
    samples: dict[str, list[float]] = defaultdict(list)
    statements = 0
    with _watching(watch), _quiet():
        app = make_app(settings)
        async with app.router.lifespan_context(app):
            for n in range(times + 8):
                watch.reset()
                begin = time.perf_counter()
                await _call(app, token, method, path, bodies[n % len(bodies)])
                total = time.perf_counter() - begin
                if n < 8:  # warm
                    continue
                statements = watch.calls["sql"]
                for kind in ("sql", "validation", "serialisation"):
                    samples[kind].append(watch.spent[kind] * 1e3)
                samples["total"].append(total * 1e3)
    middle = {kind: statistics.median(values) for kind, values in samples.items()}
    return Shares(middle["total"], middle["sql"], middle["validation"], middle["serialisation"], statements)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the request log off the table of results."""
    import structlog

    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    try:
        yield
    finally:
        structlog.configure(**before)


async def _call(app: Any, token: str, method: str, path: str, body: bytes) -> None:
    bare, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": bare,
        "raw_path": bare.encode(), "query_string": query.encode(), "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": [(b"host", b"bench"), (b"authorization", f"Token {token}".encode()), (b"content-type", b"application/json")],
    }  # fmt: skip
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    if status >= 300:
        raise RuntimeError(f"{method} {path}: {status}")
