"""An installation with an object store, a raw recording that was verified, and a worker that compresses it."""

import asyncio
import hashlib
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest
from bregma_app.testing import House, house_settings, open_house
from bregma_app.worker import TASKS
from bregma_codecs import Reader
from bregma_kit.jobs import run_worker

FOLDER = "raw_ephys_data/probe00"
STEM = "_spikeglx_ephysData_g0_t0.imec0.ap"
RATE, CHANNELS = 1_000, 9


def raw_of(seconds: float = 3.5, seed: int = 1) -> bytes:
    """Return a recording that wanders as voltages do: 9 channels of 16 bits at 1 kHz."""
    steps = np.random.default_rng(seed).integers(-3, 4, (int(RATE * seconds), CHANNELS))
    return np.cumsum(steps, axis=0).astype("<i2").tobytes()


def meta_of(rate: float = RATE, channels: int = CHANNELS) -> bytes:
    return f"typeThis=imec\nnSavedChans={channels}\nimSampRate={rate}\nfileTimeSecs=3.5\n~imroTbl=(0,2)\n".encode()


class Lab:
    """What a rig, a manager and a worker do, in as few words as tests need."""

    raw_of, meta_of = staticmethod(raw_of), staticmethod(meta_of)
    raw_path, meta_path = f"{FOLDER}/{STEM}.bin", f"{FOLDER}/{STEM}.meta"

    def __init__(self, house: House, session: str) -> None:
        self.house, self.session = house, session
        self.process = house.app.state.process
        self.store, self.bucket = self.process.extras["store"], self.process.settings.s3_bucket

    async def upload(self, files: dict[str, bytes]) -> dict[str, str]:
        """Send files as a rig does and let them be verified; return their datasets by path."""
        entries = [
            {"path": path, "size": len(data), "md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}
            for path, data in files.items()
        ]
        body = {"session": self.session, "files": entries}
        answer = await self.house.member.post("/uploads", json=body)
        assert answer.status_code == 201, answer.text
        registered = answer.json()["files"]
        async with httpx.AsyncClient() as http:
            for one in registered:
                if one["put"]:
                    sent = await http.put(one["put"]["url"], content=files[one["path"]], headers=one["put"]["headers"])
                    assert sent.status_code == 200, sent.text
        ids = [one["upload"] for one in registered if one["upload"]]
        assert (await self.house.member.post("/uploads/complete", json={"uploads": ids})).status_code == 200
        await self.verify()
        return {one["path"]: one["dataset"] for one in registered}

    async def record(self, raw: bytes | None = None) -> str:
        """Send a recording with its settings; return the raw file's dataset."""
        files = {self.raw_path: raw_of() if raw is None else raw, self.meta_path: meta_of()}
        return (await self.upload(files))[self.raw_path]

    async def verify(self) -> None:
        await run_worker(self.process, TASKS, ["files"], wait=False, signals=False)

    async def work(self) -> None:
        """Let a worker compress all there is to compress."""
        await run_worker(self.process, TASKS, ["compression"], wait=False, signals=False, concurrency=1)

    def later(self) -> None:
        """As if the minutes until the next try had gone by."""
        url = self.process.settings.database_url.get_secret_value()
        with psycopg.connect(url, autocommit=True, options="-c search_path=jobs,public") as connection:
            connection.execute("update jobs.procrastinate_jobs set scheduled_at = now() where scheduled_at is not null")
            connection.execute("update compression.jobs set next_try_at = now() where next_try_at is not null")

    async def rule(self, by: str = "manager", status: int = 201, **more: Any) -> dict[str, Any]:
        body = {"name": "raw ephys", "lab": "openlab", **more}
        answer = await self.house.clients[by].post("/compression/rules", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def ask(self, dataset: str, by: str = "member", status: int = 201, **more: Any) -> dict[str, Any]:
        answer = await self.house.clients[by].post("/compression/jobs", json={"dataset": dataset, **more})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def jobs(self, by: str = "member", **query: Any) -> list[dict[str, Any]]:
        answer = await self.house.clients[by].get("/compression/jobs", params=query)
        assert answer.status_code == 200, answer.text
        assert answer.json()["count"] == len(answer.json()["results"])
        return answer.json()["results"]

    async def job(self, one: dict[str, Any]) -> dict[str, Any]:
        return (await self.house.member.get(f"/compression/jobs/{one['id']}")).json()

    async def act(self, one: dict[str, Any], what: str, by: str = "member", status: int = 200) -> dict[str, Any]:
        answer = await self.house.clients[by].post(f"/compression/jobs/{one['id']}/{what}")
        assert answer.status_code == status, answer.text
        return answer.json()

    async def datasets(self) -> dict[str, dict[str, Any]]:
        """Return the session's datasets by revision and name."""
        records = (await self.house.member.get("/datasets", params={"session": self.session})).json()["results"]
        return {f"{one['revision'] or ''}/{one['name']}".lstrip("/"): one for one in records}

    async def samples(self, cbin: str, ch: str, folder: Any) -> bytes:
        """Return what a reader gets out of compressed files, fetched as anybody fetches them."""
        answer = await self.house.member.post("/signed-urls", json={"datasets": [cbin, ch]})
        async with httpx.AsyncClient() as http:
            for one, name in zip(answer.json()["urls"], ("x.cbin", "x.ch"), strict=True):
                (folder / name).write_bytes((await http.get(one["url"])).content)
        with Reader.at(folder / "x.cbin", quiet=True) as reader:
            return reader[:].tobytes()

    async def objects(self) -> set[str]:
        return {one.key async for page in self.store.list_objects(self.bucket, "openlab/") for one in page}

    def scratch(self) -> list[str]:
        folder = self.process.settings.scratch_folder
        return [one.name for one in folder.iterdir()] if folder.exists() else []


@pytest.fixture
async def lab(house_url, peopled, object_store, bucket, tmp_path):
    """Lend ``openlab`` with the session KS014/2020-01-01/001 and the managed repository ``central``."""
    settings = house_settings(house_url, object_store, bucket, scratch=tmp_path / "scratch", compression_threads=1)
    async with open_house(settings, peopled.tokens) as house:
        await house.managed_repository()
        session = await house.session()
        yield Lab(house, session["url"][-36:])


@pytest.fixture
def until():
    """Wait for something that another process does."""

    async def wait(check: Any, seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not await check():  # noqa: ASYNC110  another process works on it
                await asyncio.sleep(0.05)

    return wait
