"""A whole installation on sockets, as a rig meets it: API, a worker, and the store behind the rude proxy."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
from bregma_app.testing import OPEN_LAB, Peopled, house_settings, serving
from bregma_kit.settings import Settings
from bregma_kit.testing.stores import ObjectStore
from one_client.backends.api import Api
from one_client.one import ONE


@dataclass
class Place:
    """An installation with a managed repository and the animal KS014."""

    url: str
    tokens: dict[str, str]
    settings: Settings
    folder: Path

    def api(self, by: str = "rig") -> Api:
        return Api(self.url, self.tokens[by])

    def one(self, by: str = "member") -> ONE:
        return ONE(self.url, token=self.tokens[by], cache_dir=self.folder / "cache", progress=False)

    def session_folder(self, subject: str = "KS014", number: int = 1) -> Path:
        folder = self.folder / f"{OPEN_LAB}/Subjects/{subject}/2020-01-01/{number:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def uploads(self, eid: str) -> dict[str, str]:
        """Path to state of the newest upload of each file of a session."""
        newest_first = [*self.api().pages("/uploads", {"session": eid})]
        return {one["path"]: one["state"] for one in reversed(newest_first)}


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """Verify what arrives, by a worker in a thread with an event loop of its own."""
    from bregma_app.main import make_process
    from bregma_files import room as files
    from bregma_kit.jobs import run_worker

    loop = asyncio.new_event_loop()

    async def work() -> None:
        process = make_process(settings, [])
        await process.database.open()
        try:
            async with files.serving(process):
                await run_worker(process, files.TASKS, None, signals=False, grace=1)
        finally:
            await process.database.close()

    task = loop.create_task(work())

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    thread = threading.Thread(target=run, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(20)


def _furnish(place: Place) -> None:
    from bregma_files.administration import bind_repository
    from bregma_kit.db import Database

    async def bind() -> None:
        database = Database(place.settings.database_url.get_secret_value(), pool=1)
        await database.open()
        try:
            async with database.write() as tx:
                await bind_repository(tx, "central", place.settings.s3_bucket, [OPEN_LAB])
        finally:
            await database.close()

    asyncio.run(bind())
    headers = {"Authorization": f"Token {place.tokens['admin']}"}
    answer = httpx.post(f"{place.url}/subjects", json={"nickname": "KS014", "lab": OPEN_LAB}, headers=headers)
    assert answer.status_code == 201, answer.text


@pytest.fixture
def make_place(
    house_url: str, peopled: Peopled, object_store: ObjectStore, bucket: str, tmp_path: Path
) -> Iterator[Callable[..., Place]]:
    """Start an installation with these settings; it ends with the test."""
    ends = []

    def make(*, verify: bool = True, **more: object) -> Place:
        settings = house_settings(house_url, object_store, bucket, **more)
        served = serving(settings, peopled.tokens)
        house = served.__enter__()
        ends.append(served)
        place = Place(house.url, dict(peopled.tokens), settings, tmp_path)
        _furnish(place)
        if verify:
            worker = working(settings)
            worker.__enter__()
            ends.append(worker)
        return place

    yield make
    for one in reversed(ends):
        one.__exit__(None, None, None)


@pytest.fixture
def place(make_place: Callable[..., Place]) -> Place:
    """An installation with everything running."""
    return make_place()


def spikes(folder: Path, rows: int = 1000, collection: str = "alf/probe00") -> dict[str, Path]:
    """Write a spikes object that keeps its types' promises."""
    target = folder / collection
    target.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(rows)
    values = {
        "times": np.sort(rng.uniform(0, 3600, rows)),
        "clusters": rng.integers(0, 5, rows).astype("int32"),
        "amps": rng.uniform(1e-5, 1e-4, rows),
    }
    files = {}
    for attribute, data in values.items():
        path = target / f"spikes.{attribute}.npy"
        np.save(path, data)
        files[f"{collection}/{path.name}"] = path
    return files


def start_rig(place: Place, folder: Path, spool: Path, *when: object) -> "subprocess.Popen[str]":
    """Start a rig's process; with an event and a count it is killed when that happens."""
    command = [sys.executable, str(Path(__file__).with_name("rig.py")), place.url, str(folder), str(spool)]
    environment = {**os.environ, "BREGMA_TOKEN": place.tokens["rig"]}
    return subprocess.Popen(
        [*command, *map(str, when)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )


def content(place: Place, eid: str) -> dict[str, bytes]:
    """Path to bytes of every file of a session that can be had, by its verified upload and a signed URL."""
    api = place.api()
    uploads = {one["dataset"]: one["path"] for one in api.pages("/uploads", {"session": eid, "state": "verified"})}
    if not uploads:
        return {}
    found = {}
    for dataset, path in uploads.items():
        for _ in range(10):  # a test may make URLs that live for a second, which is short on a busy machine
            (one,) = api.post("/signed-urls", {"datasets": [dataset]}, repeatable=True)["urls"]
            answer = httpx.get(one["url"]) if one["url"] else None
            if answer is None or answer.status_code != httpx.codes.FORBIDDEN:
                break
        if answer is not None:
            found[path] = answer.content
    return found


def check_whole(place: Place, eid: str, files: dict[str, Path]) -> None:
    """Wait for verification; then every file is there once, byte for byte, and nothing else can be loaded."""
    deadline = time.monotonic() + 60
    while set(place.uploads(eid).values()) & {"received", "verifying"} and time.monotonic() < deadline:
        time.sleep(0.05)
    found = content(place, eid)
    assert found.keys() == files.keys()
    assert all(found[path] == file.read_bytes() for path, file in files.items())
    datasets = [*place.api().pages("/datasets", {"session": eid})]
    assert len(datasets) == len(place.uploads(eid))
    assert len([*place.api().pages("/sessions", {"subject": "KS014"})]) == 1
