"""Search, a session's detail, and mixed reads from eight clients."""

import random
import statistics
import time
from uuid import UUID

import orjson

from tests.load import bare, shares
from tests.load.house import Bench, House
from tests.load.queries import Asker, Query, address
from tests.load.report import Row
from tests.load.wire import Run, Wire, percentile, rounds, run_clients, spread

BANDS = {"small": (250, 4.0), "middle": (2_000, 8.0)}
"""Kind of query → (most sessions it may match, target of the median in ms)."""


def _ask(wire: Wire, query: Query) -> tuple[float, int, list[UUID], int]:
    begin = time.perf_counter()
    body = wire.get(address(query))
    took = time.perf_counter() - begin
    page = orjson.loads(body)
    return took, page["count"], [UUID(one["id"]) for one in page["results"]], len(body)


def _warm(house: House, asker: Asker, kind: str, number: int) -> None:
    """Let every shape of query be compiled, and planned on each connection that the process keeps."""
    queries = [getattr(asker, kind)() for _ in range(number)]
    one = house.wire()
    for query in queries:
        one.get(address(query))


def _band(bench: Bench, house: House, kind: str, times: int) -> tuple[dict[str, float], list[float], list[float]]:
    """Ask queries of one kind, and fetch the same rows by asyncpg; return figures, bare times and ratios."""
    _warm(house, Asker(times, seed=1), kind, 60 if kind != "broad" else 25)
    other, wire = bare.Bare(house.database_url), house.wire()
    asker = Asker(times, seed=2)
    took, counts, floors, ratios, sizes = [], [], [], [], []
    number = {"small": 60, "middle": 40, "broad": 20}[kind] // (2 if bench.quick else 1)
    try:
        for ours_first in rounds(3 if bench.quick else 8):
            queries = [getattr(asker, kind)() for _ in range(number)]
            pages = [_ask(wire, query)[2] for query in queries]  # which rows; also brings both sides into memory
            passes = {"ours": [], "bare": []}
            for side in ("ours", "bare") if ours_first else ("bare", "ours"):
                for query, ids in zip(queries, pages, strict=True):
                    if side == "bare":
                        passes["bare"].append(other.seconds(bare.PAGE, ids))
                        continue
                    seconds, count, _, size = _ask(wire, query)
                    passes["ours"].append(seconds)
                    counts.append(count)
                    sizes.append(size)
            took += passes["ours"]
            floors += passes["bare"]
            ratios.append(statistics.median(passes["ours"]) / statistics.median(passes["bare"]))
    finally:
        other.close()
    figures = {
        "p50_ms": statistics.median(took) * 1e3, "p90_ms": percentile(took, 0.9) * 1e3, "p99_ms": percentile(took, 0.99) * 1e3,
        "largest_ms": max(took) * 1e3, "queries": len(took), "matches_median": statistics.median(counts),
        "matches_most": max(counts), "page_kb": statistics.median(sizes) / 1000,
    }  # fmt: skip
    return figures, floors, ratios


def _search_row(
    house: House,
    kind: str,
    what: str,
    target: str,
    held: bool | None,
    figures: dict[str, float],
    floors: list[float],
    ratios: list[float],
    query: Query,
) -> Row:
    parts = shares.measure(house.database_url, house.token, "GET", address(query), [b""])
    over_http = statistics.median(_ask(house.wire(), query)[0] * 1e3 for _ in range(15))
    middle, low, high = spread(ratios)
    return Row(
        "search", f"{what} ({figures['matches_median']:.0f} in the median, {figures['matches_most']:.0f} at most)", target,
        f"p50 {figures['p50_ms']:.1f} ms, p99 {figures['p99_ms']:.1f} ms",
        f"same rows by id: {bare.median_ms(floors):.2f} ms; {middle:.1f} ({low:.1f} to {high:.1f}); {parts.words(over_http)}",
        held, {**figures, "bare_p50_ms": bare.median_ms(floors), "ratios": ratios, "shares_ms": vars(parts), "shares_http_ms": over_http, "shares_query": query},
    )  # fmt: skip


EXAMPLES: dict[str, Query] = {
    "small": {"lab": "cortexlab", "date_range": "2019-01-01,2019-01-14"},
    "middle": {"lab": "cortexlab", "date_range": "2019-01-01,2020-09-01"},
    "broad": {"dataset_types": "spikes.times,spikes.clusters"},
}


def search(bench: Bench) -> list[Row]:
    """Measure searches with their exact count, at the usual and at ten times the data."""
    rows: list[Row] = []
    usual: dict[str, float] = {}
    for times in (1,) if bench.quick else (1, 10):
        with bench.serve(bench.catalogue(times)) as house:
            size = f", at {times * 16_000:,} sessions"
            for kind, (most, target) in BANDS.items():
                figures, floors, ratios = _band(bench, house, kind, times)
                usual.setdefault(kind, figures["p50_ms"])
                limit = target if times == 1 else 3 * usual[kind]
                held = figures["p50_ms"] <= limit and figures["p99_ms"] <= 30 and figures["matches_most"] <= most
                said = (
                    f"p50 <= {target:.0f} ms, p99 <= 30 ms"
                    if times == 1
                    else "p50 within 3x of the usual, p99 <= 30 ms"
                )
                rows.append(
                    _search_row(
                        house,
                        kind,
                        f"search, up to {most:,} matches{size}",
                        said,
                        held,
                        figures,
                        floors,
                        ratios,
                        EXAMPLES[kind],
                    )
                )
            figures, floors, ratios = _band(bench, house, "broad", times)
            said, held = ("", None) if times == 1 else ("<= 150 ms", figures["p99_ms"] <= 150)
            rows.append(
                _search_row(
                    house,
                    "broad",
                    f"search, broad, first page with its exact count{size}",
                    said,
                    held,
                    figures,
                    floors,
                    ratios,
                    EXAMPLES["broad"],
                )
            )
    return rows


def detail(bench: Bench) -> list[Row]:
    """Read whole sessions of 25 datasets."""
    with bench.serve(bench.catalogue(1)) as house:
        other, wire = bare.Bare(house.database_url), house.wire()
        try:
            sessions = [
                row[0]
                for row in other.fetch(
                    "select session_id from files.datasets group by 1 having count(*) = 25 and every(servable) order by 1"
                )
            ]
            chooser = random.Random(3)
            for one in chooser.sample(sessions, 30):
                wire.get(f"/sessions/{one}")
            took, floors, ratios = [], [], []
            for ours_first in rounds(3 if bench.quick else 8):
                chosen = chooser.sample(sessions, 60)
                passes: dict[str, list[float]] = {"ours": [], "bare": []}
                for one in chosen:  # both sides find the rows in memory
                    other.seconds(bare.DETAIL_DATASETS, one)
                for side in ("ours", "bare") if ours_first else ("bare", "ours"):
                    for one in chosen:
                        if side == "ours":
                            begin = time.perf_counter()
                            wire.get(f"/sessions/{one}")
                            passes[side].append(time.perf_counter() - begin)
                        else:
                            passes[side].append(
                                other.seconds(bare.DETAIL, one) + other.seconds(bare.DETAIL_DATASETS, one)
                            )
                took += passes["ours"]
                floors += passes["bare"]
                ratios.append(statistics.median(passes["ours"]) / statistics.median(passes["bare"]))
        finally:
            other.close()
        parts = shares.measure(house.database_url, house.token, "GET", f"/sessions/{sessions[0]}", [b""])
        p50, p99, (middle, low, high) = statistics.median(took) * 1e3, percentile(took, 0.99) * 1e3, spread(ratios)
        return [Row(
            "detail", "a session's detail, 25 datasets", "<= 10 ms, constant number of statements",
            f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, {parts.statements} statement",
            f"same rows: {bare.median_ms(floors):.2f} ms; {middle:.1f} ({low:.1f} to {high:.1f}); {parts.words(p50)}", p50 <= 10,
            {"p50_ms": p50, "p99_ms": p99, "bare_p50_ms": bare.median_ms(floors), "ratios": ratios, "shares_ms": vars(parts)},
        )]  # fmt: skip


def mixed(bench: Bench) -> list[Row]:
    """Let eight clients read as scientists do: searches, details, datasets, small lists."""
    with bench.serve(bench.catalogue(1)) as house:
        other = bare.Bare(house.database_url)
        sessions = [row[0] for row in other.fetch("select id from metadata.sessions")]
        wires, choosers = house.wires(8), [random.Random(n) for n in range(8)]
        askers = [Asker(1, seed=100 + n) for n in range(8)]

        def step(wire: Wire, n: int) -> int:
            share, session = choosers[n].random(), choosers[n].choice(sessions)
            if share < 0.3:
                wire.get(address(askers[n].small()))
            elif share < 0.35:
                wire.get(address(askers[n].middle()))
            elif share < 0.65:
                wire.get(f"/sessions/{session}")
            elif share < 0.85:
                wire.get(f"/datasets?session={session}")
            elif share < 0.95:
                wire.get("/subjects?lab=cortexlab&limit=50")
            else:
                wire.get("/labs")
            return 1

        seconds = 3.0 if bench.quick else 6.0
        run_clients(wires, seconds, step)  # warm
        runs: list[Run] = []
        floors: list[float] = []
        for ours_first in rounds(2 if bench.quick else 5):
            for ours in (ours_first, not ours_first):
                if ours:
                    runs.append(run_clients(wires, seconds, step))
                else:
                    floors.append(bare.reads_per_second(house.database_url, sessions, 8, seconds / 2))
        other.close()
    rates = [run.calls_per_second for run in runs]
    middle, low, high = spread(rates)
    ratio, least, most = spread([a / b for a, b in zip(rates, floors, strict=True)])
    took = [one for run in runs for one in run.latencies]
    p50, p99 = percentile(took, 0.5) * 1e3, percentile(took, 0.99) * 1e3
    return [Row(
        "mixed", "mixed reads, 8 clients: searches, details, datasets, small lists", ">= 250 /s (go for 600)",
        f"{middle:,.0f} /s ({low:,.0f} to {high:,.0f}), p50 {p50:.0f} ms, p99 {p99:.0f} ms",
        f"a session with its datasets by bare asyncpg, 8 connections: {spread(floors)[0]:,.0f} /s; "
        f"{ratio:.2f} ({least:.2f} to {most:.2f})",
        middle >= 250, {"per_second": middle, "rounds": rates, "bare": floors, "p50_ms": p50, "p99_ms": p99},
    )]  # fmt: skip
