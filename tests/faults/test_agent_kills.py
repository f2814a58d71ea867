"""The agent of a lab as a process: killed, cut off, with files that change under it; what arrives is whole in the end."""

import asyncio
import hashlib
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import psycopg
import pytest

from .conftest import Place

MIB = 2**20
SESSION = "KS014/2020-01-01/001"


@dataclass
class Lab:
    """A lab's server with a folder, an agent there, and the installation that wants its files."""

    place: Place
    folder: Path

    def __post_init__(self) -> None:
        self.http = httpx.Client(
            base_url=self.place.url, headers={"Authorization": f"Token {self.place.tokens['admin']}"}, timeout=60
        )
        self.post("/data-repository", {"name": "server", "hostname": "server.example.org"})
        known = self.http.get("/labs/openlab").json()["repositories"]
        assert self.http.patch("/labs/openlab", json={"repositories": [*known, "server"]}).status_code == 200
        self.post("/transfer-sources", {"repository": "server", "carrier": "agent"})
        self.post("/transfer-rules", {"name": "in", "lab": "openlab", "target": "central"})
        self.post("/sessions", {"subject": "KS014", "start_time": "2020-01-01T10:00:00", "number": 1})

    def post(self, path: str, body: dict[str, object]) -> object:
        answer = self.http.post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def lay(self, name: str, data: bytes, *, known: bool = True) -> Path:
        """Put a file on the lab's disk and declare it."""
        path = self.folder / SESSION / "alf" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        more = {"hashes": [hashlib.md5(data).hexdigest()], "filesizes": [len(data)]} if known else {}
        self.post("/register-file", {"path": SESSION, "filenames": [f"alf/{name}"], "name": "server", **more})
        return path

    def plan(self) -> None:
        self.post("/transfers/plan", {"lab": "openlab"})

    def start(self, *more: str, name: str = "here", token: str = "rig") -> "subprocess.Popen[str]":
        command = [
            str(Path(sys.executable).with_name("one")),
            "--url",
            self.place.url,
            "agent",
            "server",
            str(self.folder),
        ]
        environment = {**os.environ, "BREGMA_URL": self.place.url, "BREGMA_TOKEN": self.place.tokens.get(token, token)}
        return subprocess.Popen(
            [*command, "--once", "--name", name, *more], env=environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, *more: str, status: int = 0, **named: str) -> str:
        agent = self.start(*more, **named)
        said = agent.communicate(timeout=120)[0]
        assert agent.returncode == status, said
        return said

    def work(self) -> None:
        """Let workers read back what arrived."""

        async def work() -> None:
            from bregma_app.main import make_process
            from bregma_app.worker import TASKS
            from bregma_files import room as files
            from bregma_kit.jobs import run_worker

            process = make_process(self.place.settings, [])
            await process.database.open()
            try:
                async with files.serving(process):
                    await run_worker(process, TASKS, ["transfer_work"], wait=False, signals=False)
            finally:
                await process.database.close()

        asyncio.run(work())

    def transfers(self) -> dict[str, dict[str, object]]:
        return {one["dataset_name"]: one for one in self.http.get("/transfers").json()["results"]}

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        url = self.place.settings.database_url.get_secret_value()
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def check(self, files: dict[str, bytes]) -> None:
        """Each file is registered in its new place with the bytes that the lab has."""
        self.work()
        found = self.transfers()
        assert {name: one["state"] for name, one in found.items()} == dict.fromkeys(files, "done"), found
        for name, data in files.items():
            one = self.http.get(f"/datasets/{found[name]['dataset']}").json()
            assert (one["file_size"], one["hash"]) == (len(data), hashlib.md5(data).hexdigest())


@pytest.fixture
def lab(make_place, tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    lab = Lab(make_place(verify=False, transfer_lease_seconds=4), folder)
    yield lab
    lab.http.close()


def noise(size: int, seed: int = 5) -> bytes:
    return np.random.default_rng(seed).bytes(size)


def is_part(request) -> bool:
    return request.method == "PUT" and "partNumber" in request.query


def test_a_folder_arrives(lab):
    files = {
        "spikes.times.npy": b"abc" * 1000,
        "ephysData.raw.ap.bin": noise(33 * MIB),
        "spikes.clusters.npy": b"no hash",
    }
    for name, data in files.items():
        lab.lay(name, data, known=name != "spikes.clusters.npy")
    (lab.folder / SESSION / "alf/not.declared.npy").write_bytes(b"mine")
    lab.plan()
    assert "3 files sent" in lab.run()
    lab.check(files)
    assert "0 files sent" in lab.run()


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_killed_in_the_middle_it_goes_on_there(lab, proxy, seed):
    chance, data = random.Random(seed), noise(8 * 16 * MIB + 5)
    lab.lay("ephysData.raw.ap.bin", data)
    lab.plan()
    proxy.slow(48 * MIB, when=is_part)
    agent = lab.start("--parts", "2")
    wanted, deadline = chance.randint(3, 7), time.monotonic() + 60
    while sum(map(is_part, proxy.requests)) < wanted and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.3))
    agent.kill()
    agent.communicate()
    before = sum(map(is_part, proxy.requests))
    proxy.reset()  # forgets the requests too
    lab.run()
    assert before >= wanted
    # what was on its way at the kill travels again, and nothing else
    assert 9 <= before + sum(map(is_part, proxy.requests)) <= 9 + 2
    lab.check({"ephysData.raw.ap.bin": data})


def test_two_agents_send_each_file_once(lab, proxy):
    files = {
        "spikes.times.npy": noise(200_000), "ephysData.raw.ap.bin": noise(33 * MIB), "ephysData.raw.lf.bin": noise(18 * MIB, 2),
    }  # fmt: skip
    for name, data in files.items():
        lab.lay(name, data)
    lab.plan()
    both = [lab.start(name=name) for name in ("one", "two")]
    said = [one.communicate(timeout=120)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert sum(is_part(one) for one in proxy.requests) == 3 + 2
    lab.check(files)
    assert lab.sql("select sum(bytes_sent) from transfer.movements") == [(sum(map(len, files.values())),)]


def test_a_file_that_vanishes_or_is_longer_or_leads_elsewhere(lab, tmp_path):
    outside = tmp_path / "secret"
    outside.write_bytes(b"abc")
    lab.lay("spikes.times.npy", b"abc").unlink()
    with lab.lay("spikes.clusters.npy", b"abc").open("ab") as stream:
        stream.write(b"d")
    link = lab.lay("spikes.amps.npy", b"abc")
    link.unlink()
    link.symlink_to(outside)
    lab.lay("spikes.depths.npy", b"fine")
    lab.plan()
    said = lab.run(status=1)
    assert "1 files sent" in said
    lab.work()
    found = lab.transfers()
    assert found["spikes.depths.npy"]["state"] == "done"
    for name, reason in (
        ("spikes.times.npy", "does not lie"), ("spikes.clusters.npy", "registered are 3 bytes"), ("spikes.amps.npy", "out of"),
    ):  # fmt: skip
        assert (found[name]["state"], found[name]["wrong"]) == ("failed", "source")
        assert reason in str(found[name]["reason"])


def test_a_file_that_changes_while_it_is_sent(lab, proxy):
    old, new = noise(5 * 16 * MIB, 1), noise(5 * 16 * MIB, 2)
    path = lab.lay("ephysData.raw.ap.bin", old, known=False)
    lab.plan()
    proxy.slow(32 * MIB, when=is_part)
    agent = lab.start("--parts", "2")
    deadline = time.monotonic() + 60
    while not any(map(is_part, proxy.requests)) and time.monotonic() < deadline:
        time.sleep(0.01)
    path.write_bytes(new)
    said = agent.communicate(timeout=120)[0]
    assert (agent.returncode, "changed" in said) == (1, True), said
    proxy.reset()
    assert lab.transfers()["ephysData.raw.ap.bin"]["state"] == "queued"
    lab.sql("update transfer.movements set next_try_at = now()")
    lab.run()
    lab.check({"ephysData.raw.ap.bin": new})


def test_a_token_that_is_not_accepted_ends_it(lab):
    said = lab.run(status=2, token="0" * 40)
    assert "error" in said
    assert "Traceback" not in said


def test_a_disk_that_is_not_mounted_has_lost_nothing(lab):
    lab.lay("spikes.times.npy", b"abc")
    lab.plan()
    hidden = lab.folder.with_name("elsewhere")
    lab.folder.rename(hidden)
    lab.folder.mkdir()
    agent = lab.start()
    time.sleep(4)
    assert agent.poll() is None
    assert lab.transfers()["spikes.times.npy"]["state"] == "moving"
    lab.folder.rmdir()
    hidden.rename(lab.folder)
    said = agent.communicate(timeout=60)[0]
    assert agent.returncode == 0, said
    lab.check({"spikes.times.npy": b"abc"})
