"""What a person waits for: data that were just recorded, and an object that is in the cache."""

import shutil
import statistics
import threading
import time
from pathlib import Path

import numpy as np

from tests.load.house import Bench
from tests.load.report import Row
from tests.load.transfers import WORKERS, large_session
from tests.load.wire import percentile, rounds, spread
from tests.load.world import TRAINING

TRIALS = 900


def behaviour_session(folder: Path) -> None:
    """Write a session of 50 files: trials and wheel of two tasks, and what the rig logs."""
    chance = np.random.default_rng()
    starts = np.sort(chance.random(TRIALS)) * 3600
    signs = chance.choice((-1, 1), TRIALS)
    special = {
        "intervals": np.column_stack((starts, starts + 1.0)), "choice": signs, "feedbackType": signs,
        "contrastLeft": chance.choice((0.0, 0.25, 1.0), TRIALS), "contrastRight": chance.choice((0.0, 0.25, 1.0), TRIALS),
        "probabilityLeft": np.full(TRIALS, 0.5), "rewardVolume": np.full(TRIALS, 1.5),
    }  # fmt: skip
    columns = [name for collection, name in TRAINING if collection == "alf" and "trials" in name]
    for collection in ("alf/task_00", "alf/task_01", "alf/task_02", "alf/task_03"):
        for name in columns:
            _save(folder / collection / name, special.get(name.split(".")[1], starts))
    for name in ("_ibl_wheel.position", "_ibl_wheel.velocity", "_ibl_wheel.timestamps"):
        _save(folder / "alf" / f"{name}.npy", np.arange(100_000) / 1000)
    for name in ("_ibl_wheelMoves.intervals", "_ibl_wheelMoves.peakAmplitude"):
        _save(folder / "alf" / f"{name}.npy", np.column_stack((starts, starts + 1)) if "intervals" in name else starts)
    settings = folder / "raw_behavior_data" / "_iblrig_taskSettings.raw.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"NTRIALS": 900}')


def _save(path: Path, values: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, values, allow_pickle=False)


def immediacy(bench: Bench) -> list[Row]:
    """Put behaviour sessions while a neighbour's 1 GiB uploads run, and wait until a search's hit loads."""
    from one_client.backends.api import Api
    from one_client.upload import Uploader, put_session

    folder = bench.home / "immediacy"
    shutil.rmtree(folder, ignore_errors=True)
    waits: list[float] = []
    ended, sent = threading.Event(), [0]
    with bench.whole() as (house, _):
        noise = folder / "cortexlab/Subjects/CO_0002/2026-02-01/001"
        large_session(noise, (256 if bench.quick else 1024) << 20)

        def neighbour() -> None:
            """Upload the same bytes as a new file again and again, as another rig would."""
            api = Api(house.url, house.token)
            source = next(noise.rglob("*.mp4"))
            try:
                while not ended.is_set():
                    sent[0] += 1
                    files = {f"raw_video_data/_iblrig_leftCamera.raw.n{sent[0]:03d}.mp4": source}
                    put_session(
                        api, noise, files, spool=folder / "noise", uploader=Uploader(api, workers=4, progress=False)
                    )
            finally:
                api.close()

        rig = threading.Thread(target=neighbour)
        rig.start()
        api = Api(house.url, house.token)
        try:
            time.sleep(3)  # the large upload has begun to send
            for n in range(5 if bench.quick else 20):
                place = folder / f"angelakilab/Subjects/AN_0000/2026-{1 + n // 28:02d}-{1 + n % 28:02d}/001"
                behaviour_session(place)
                report = put_session(
                    api, place, wait=True, spool=folder / "spool", uploader=Uploader(api, progress=False)
                )
                assert report.good, report.troubles[:2]
                assert len(report.files) == 50, len(report.files)
                assert report.visible_seconds is not None
                waits.append(report.visible_seconds)
                shutil.rmtree(place)
        finally:
            ended.set()
            rig.join()
            api.close()
    shutil.rmtree(folder, ignore_errors=True)
    p50, p99 = statistics.median(waits), percentile(waits, 0.99)
    return [Row(
        "immediacy", f"last byte acknowledged until a search's hit loads: 50 files, beside {sent[0]} large uploads",
        "p50 <= 2 s, p99 <= 10 s", f"p50 {p50:.2f} s, p99 {p99:.2f} s", f"{len(waits)} sessions", p50 <= 2 and p99 <= 10,
        {"seconds": waits},
    )]  # fmt: skip


def cached(bench: Bench) -> list[Row]:
    """Load objects that are in the cache, beside numpy.load of the same files."""
    from one_client import ONE
    from one_client.backends.api import Api
    from one_client.upload import Uploader, put_session

    folder = bench.home / "cached"
    shutil.rmtree(folder, ignore_errors=True)
    rows = []
    with bench.whole() as (house, _):
        place = folder / "cortexlab/Subjects/CO_0002/2026-03-01/001"
        behaviour_session(place)
        spikes = 2_000_000
        for name, values in (
            ("times", np.arange(spikes) / 1000),
            ("clusters", np.zeros(spikes, np.int64)),
            ("amps", np.ones(spikes)),
            ("depths", np.ones(spikes)),
        ):
            _save(place / "alf/probe00" / f"spikes.{name}.npy", values)
        api = Api(house.url, house.token)
        report = put_session(
            api, place, wait=True, spool=folder / "spool", uploader=Uploader(api, workers=WORKERS, progress=False)
        )
        api.close()
        assert report.good, report.troubles[:2]
        one = ONE(house.url, token=house.token, cache_dir=folder / "cache", progress=False)
        for obj, collection in (("trials", "alf/task_00"), ("spikes", "alf/probe00"), ("wheelMoves", "alf")):
            one.load_object(report.eid, obj, collection=collection)
            files = [
                path
                for path in (folder / "cache").rglob(f"*{obj}.*.npy")
                if path.parent.as_posix().endswith(collection)
            ]
            assert files
            took, plain = [], []
            for ours_first in rounds(20 if bench.quick else 60):
                for ours in (ours_first, not ours_first):
                    begin = time.perf_counter()
                    if ours:
                        one.load_object(report.eid, obj, collection=collection)
                    else:
                        {path: np.load(path) for path in files}
                    (took if ours else plain).append((time.perf_counter() - begin) * 1e3)
            ours_ms, plain_ms = statistics.median(took), statistics.median(plain)
            middle, low, high = spread([a / b for a, b in zip(took, plain, strict=True)])
            rows.append(Row(
                "cached", f"load_object('{obj}') from the cache, {len(files)} files", "<= 1.5 x numpy.load + 1 ms", f"{ours_ms:.2f} ms",
                f"numpy.load: {plain_ms:.2f} ms; {middle:.2f} ({low:.2f} to {high:.2f})", ours_ms <= 1.5 * plain_ms + 1,
                {"p50_ms": ours_ms, "numpy_p50_ms": plain_ms},
            ))  # fmt: skip
        one.close()
    shutil.rmtree(folder, ignore_errors=True)
    return rows


def memory(bench: Bench) -> list[Row]:
    """Say how much memory the processes of an installation hold when nothing happens."""
    import psutil

    with bench.whole() as (house, store):
        for wire in house.wires(4):
            wire.get("/sessions?limit=250")
        time.sleep(5)
        found = {"API": house.processes[0].pid, "worker": house.processes[1].pid, "PostgreSQL": bench.postgres.process.pid,
                 "store": store.process.pid}  # fmt: skip
        held = {}
        for name, pid in found.items():
            process = psutil.Process(pid)
            held[name] = sum(one.memory_full_info().pss for one in [process, *process.children(recursive=True)]) / 2**20
    said = ", ".join(f"{name} {size:.0f}" for name, size in held.items())
    return [
        Row("memory", "memory at rest, proportional set size", "", f"{sum(held.values()):.0f} MiB", said, None, held)
    ]
