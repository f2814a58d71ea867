"""Cache tables: the first build, and what a changed session costs afterwards."""

import statistics
import time
from urllib.request import Request, urlopen

import orjson
import psycopg

from tests.load.house import Bench, House
from tests.load.report import Row
from tests.load.wire import Refused


def _seconds(call: object) -> float:
    begin = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - begin


def _first(house: House) -> float:
    """Ask until the worker has built them."""
    begin = time.perf_counter()
    while True:
        try:
            house.wire().get("/cache/info")
            return time.perf_counter() - begin
        except Refused as waiting:
            if ": 503" not in str(waiting):
                raise
            time.sleep(0.1)


def _download(house: House) -> tuple[float, int]:
    request = Request(f"{house.url}/cache.zip", headers={"Authorization": f"Token {house.token}"})
    begin = time.perf_counter()
    with urlopen(request, timeout=120) as answer:
        size = len(answer.read())
    return time.perf_counter() - begin, size


def _bare(house: House) -> float:
    """Read the same columns of all datasets by COPY: what any nightly rebuild must do at least."""
    with psycopg.connect(house.database_url) as connection, connection.cursor() as cursor:
        begin = time.perf_counter()
        with cursor.copy(
            "copy (select id, session_id, collection, name, file_size, hash, qc, default_dataset, auto_datetime, revision_id "
            "from files.datasets order by session_id) to stdout (format binary)"
        ) as rows:
            for _ in rows:
                pass
        return time.perf_counter() - begin


def cache(bench: Bench) -> list[Row]:
    """Build all tables once, then change one session at a time."""
    with bench.whole() as (house, _store):
        first, bare = _first(house), _bare(house)
        took, size = _download(house)
        wire = house.wire()
        ids = [one["id"] for one in orjson.loads(wire.get("/sessions?limit=40&offset=8000"))["results"]]
        refreshes = []
        for session in ids[: 5 if bench.quick else 15]:
            with psycopg.connect(house.database_url, autocommit=True) as connection:
                connection.execute(
                    "update files.datasets set file_size = file_size + 1 where session_id = %s", [session]
                )
            refreshes.append(_seconds(lambda: wire.get("/cache/info")))
        unchanged = statistics.median(_seconds(lambda: wire.get("/cache/info")) for _ in range(15))
    middle = statistics.median(refreshes)
    return [
        Row("cache", "cache tables of 16,000 sessions, 400,000 datasets: first build by the worker", "", f"{first:.1f} s; zip of {size / 1e6:.1f} MB",
            f"COPY of the same columns out of PostgreSQL: {bare:.1f} s", None, {"seconds": first, "bytes": size, "bare": bare}),
        Row("cache", "cache tables after a change of one session, until /cache/info tells it", "less than a tenth of the first build",
            f"{middle:.2f} s ({min(refreshes):.2f} to {max(refreshes):.2f}); nothing changed: {unchanged * 1e3:.1f} ms", f"zip down: {took:.2f} s", middle < first / 10,
            {"seconds": refreshes, "unchanged": unchanged}),
    ]  # fmt: skip
