"""Registering: the call that Alyx's clients make, and batches."""

import secrets
from datetime import date
from uuid import UUID

import orjson

from tests.load import bare, shares
from tests.load.house import Bench, House
from tests.load.report import Row
from tests.load.wire import Run, Wire, rounds, run_clients, spread
from tests.load.world import BIASED

FILES = len(BIASED)
NAMES = ("spikes.times", "spikes.clusters", "spikes.amps", "spikes.depths", "clusters.channels")


def _places(house: House) -> list[tuple[str, date, int, UUID]]:
    """Return sessions to register into: (subject, date, number, id)."""
    other = bare.Bare(house.database_url)
    try:
        return [tuple(row) for row in other.fetch(
            "select u.nickname, s.start_time::date, s.number, s.id from metadata.sessions s join metadata.subjects u on u.id = s.subject_id "
            "order by s.id desc limit 4000")]  # fmt: skip
    finally:
        other.close()


def _registration(subject: str, day: date, number: int) -> bytes:
    """Return one call: the 25 files that a rig sends after a session, into a folder that is new."""
    run = secrets.token_hex(4)
    return orjson.dumps({
        "path": f"{subject}/{day}/{number:03d}", "filenames": [f"{run}/{folder}/{name}" for folder, name in BIASED],
        "name": "flatiron", "hashes": [secrets.token_hex(16) for _ in BIASED], "filesizes": [*range(1000, 1000 + FILES)],
        "versions": ["2.1.0"] * FILES,
    })  # fmt: skip


def register(bench: Bench) -> list[Row]:
    """Register files by `POST /register-file` from eight clients, 25 files a call, two records each."""
    with bench.scratch() as database, bench.serve(database) as house:
        places = _places(house)
        wires, turns = house.wires(8), [0] * 8

        def step(wire: Wire, n: int) -> int:
            turns[n] += 1
            subject, day, number, _ = places[(turns[n] * 8 + n) % len(places)]
            answer = wire.post("/register-file", _registration(subject, day, number))
            assert answer.startswith(b"[")
            return FILES

        seconds = 3.0 if bench.quick else 6.0
        run_clients(wires, 2.0, step)
        runs: list[Run] = []
        floors: list[float] = []
        for ours_first in rounds(2 if bench.quick else 6):
            for ours in (ours_first, not ours_first):
                if ours:
                    runs.append(run_clients(wires, seconds, step))
                else:
                    floors.append(
                        bare.registered_per_second(house.database_url, [one[3] for one in places], 25, 8, seconds)
                    )
        subject, day, number, _ = places[0]
        bodies = [_registration(subject, day, number) for _ in range(48)]
        parts = shares.measure(house.database_url, house.token, "POST", "/register-file", bodies)
    rates = [run.units_per_second for run in runs]
    ratio, least, most = spread([ours / floor for ours, floor in zip(rates, floors, strict=True)])
    middle, low, high = spread(rates)
    took = sorted(one for run in runs for one in run.latencies)
    return [Row(
        "register", "register-file, 8 clients, calls of 25 files", ">= 2,500 files/s", f"{middle:,.0f} files/s ({low:,.0f} to {high:,.0f})",
        f"two inserts by bare asyncpg: {spread(floors)[0]:,.0f} files/s; {ratio:.2f} ({least:.2f} to {most:.2f}); {parts.words(parts.total)} of {parts.total:.1f} ms in {parts.statements} statements, one client",
        middle >= 2500, {"files_per_second": middle, "rounds": rates, "bare": floors, "shares_ms": vars(parts), "call_p50_ms": took[len(took) // 2] * 1e3},
    )]  # fmt: skip


def batch(bench: Bench) -> list[Row]:
    """Register files for upload by `POST /uploads`, 1,000 a call, with a signed URL for each."""
    with bench.whole() as (house, store):
        places = _places(house)
        wires, turns = house.wires(2), [0] * 2

        def step(wire: Wire, n: int) -> int:
            turns[n] += 1
            answer = wire.post("/uploads", _batch(places[(turns[n] * 2 + n) % len(places)][3], 1000))
            assert answer.count(b'"want"') == 1000
            return 1000

        seconds = 4.0 if bench.quick else 8.0
        run_clients(wires, 3.0, step)
        runs: list[Run] = []
        floors: list[float] = []
        for ours_first in rounds(2 if bench.quick else 5):
            for ours in (ours_first, not ours_first):
                if ours:
                    runs.append(run_clients(wires, seconds, step))
                else:
                    sessions = [one[3] for one in places]
                    floors.append(bare.registered_per_second(house.database_url, sessions, 1000, 2, seconds))
        bodies = [_batch(places[n][3], 1000) for n in range(16)]
        parts = shares.measure(
            house.database_url, house.token, "POST", "/uploads", bodies, 8, s3_endpoint=store.endpoint,
            s3_access_key=store.access_key, s3_secret_key=store.secret_key, s3_region=store.region,
        )  # fmt: skip
    rates = [run.units_per_second for run in runs]
    ratio, least, most = spread([ours / floor for ours, floor in zip(rates, floors, strict=True)])
    middle, low, high = spread(rates)
    return [Row(
        "batch", "batch registration, 2 clients, calls of 1,000 files, each answered with a signed URL",
        ">= 7,000 files/s", f"{middle:,.0f} files/s ({low:,.0f} to {high:,.0f})",
        f"two inserts by bare asyncpg: {spread(floors)[0]:,.0f} files/s; {ratio:.2f} ({least:.2f} to {most:.2f}); "
        f"{parts.words(parts.total)} of {parts.total:.0f} ms in {parts.statements} statements, one client",
        middle >= 7000, {"files_per_second": middle, "rounds": rates, "bare": floors},
    )]  # fmt: skip


def _batch(session: UUID, files: int) -> bytes:
    run = secrets.token_hex(4)
    return orjson.dumps({
        "session": str(session), "repository": "central", "client": "bench",
        "files": [
            {"path": f"alf/probe{n // 5:03d}/{NAMES[n % 5]}.{run}.npy", "size": 1000 + n, "md5": secrets.token_hex(16),
             "sha256": secrets.token_hex(32)} for n in range(files)
        ],
    })  # fmt: skip
