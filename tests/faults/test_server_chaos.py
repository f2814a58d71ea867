"""Parts are killed at any moment while rigs work; seeded by BREGMA_FAULT_SEED, which a run prints.

The moments are as chance has them: a seed repeats what is killed and what is sent, not the microsecond.
"""

import os
import random
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import numpy as np
import pytest
from bregma_kit.local.children import wait_until
from one_client.backends.http import Api
from one_client.upload import Uploader, put_session

from tests.faults.invariants import Objects, violations
from tests.faults.rigs import MIB, Interrupted, Rig, in_background, insist, npy, spikes
from tests.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
SECONDS = float(os.environ.get("BREGMA_FAULT_SECONDS", "60"))
PARTS = ["api", "worker", "postgres", "store"]


@pytest.fixture
def chance():
    seed = int(os.environ.get("BREGMA_FAULT_SEED") or random.SystemRandom().randrange(2**32))
    print(f"BREGMA_FAULT_SEED={seed}")
    return random.Random(seed)


class Worker:
    """A rig that goes on recording, sending, correcting, and repeats every call until it is answered."""

    def __init__(self, machine, seed: int) -> None:
        self.rig, self.chance = Rig(machine), random.Random(seed)
        self.sent: dict[str, dict[str, bytes]] = {}
        """Session → path → the bytes that were acknowledged last."""

    def work(self, stop: threading.Event) -> int:
        done = 0
        while not stop.is_set():
            self.chance.choice([self.record, self.record, self.record_video, self.record_again, self.move])()
            done += 1
        return done

    def _send(self, eid: str, files: dict[str, bytes]) -> None:
        self.rig.insist(eid, files, 300)
        self.sent.setdefault(eid, {}).update(files)

    def record(self) -> None:
        number, eid = next(Rig.numbers), f"{self.chance.getrandbits(128):032x}"
        eid = f"{eid[:8]}-{eid[8:12]}-4{eid[13:16]}-8{eid[17:20]}-{eid[20:]}"
        assert insist(lambda: self.rig.session(number, eid), 300) == eid
        self._send(eid, spikes(self.chance.randrange(10, 50_000), number))

    def record_video(self) -> None:
        if self.sent:
            data = np.random.default_rng(self.chance.getrandbits(32)).bytes(self.chance.choice([1, 20]) * MIB)
            self._send(self.chance.choice(list(self.sent)), {"raw_video_data/_iblrig_leftCamera.raw.mp4": data})

    def record_again(self) -> None:
        """The extraction ran again: other content under the same names."""
        if self.sent:
            eid = self.chance.choice(list(self.sent))
            self._send(eid, spikes(self.chance.randrange(10, 1000), self.chance.getrandbits(20)))

    def move(self) -> None:
        if not self.sent:
            return
        number = next(Rig.numbers)
        body = {"session": self.chance.choice(list(self.sent)), "action": "move", "reason": "wrong mouse in the box",
                "to": {"subject": self.chance.choice(["KS014", "KS015"]), "number": number}, "dry_run": False}  # fmt: skip
        admin = Rig(self.rig.machine, "admin")
        with suppress(Interrupted):  # moved or not: ids and bytes stay
            admin.call("POST", "/corrections", body)


def test_parts_are_killed_while_rigs_work(machine, chance):
    workers = [Worker(machine, chance.getrandbits(32)) for _ in range(3)]
    stop = threading.Event()
    working = [in_background(one.work, stop) for one in workers]
    end, kills = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        time.sleep(chance.uniform(0, 3))
        victims = chance.sample(PARTS, chance.choice([1, 1, 1, 2, 4]))
        for name in victims:
            if name in ("postgres", "store") or machine.runs(name):
                machine.kill(name)
        time.sleep(chance.choice([0, 0, chance.uniform(0, 2)]))
        machine.revive_all()
        kills += len(victims)
    stop.set()
    machine.wait_for(lambda: all(one.done() for one in working), "the rigs do not come to an end", 300)
    sessions = sum(one.result() for one in working)
    machine.calm_down(300)
    for one in workers:
        for eid, files in one.sent.items():
            one.rig.is_whole(eid, files)
    machine.check()
    print(f"{kills} kills, {sessions} pieces of work, {sum(len(one.sent) for one in workers)} sessions")


@pytest.mark.parametrize("how", ["together", "split"])
def test_everything_is_killed_and_started_again(chance, tmp_path, how):
    """kill -9 of all processes, the supervisor among them, while a rig sends; `bregma up` and `one put` go on."""
    flags = ["--split"] if how == "split" else []
    one = Installation(tmp_path / "home", BREGMA_WORKER_STALLED_SECONDS="2")
    try:
        one.bregma("up", "--detach", "--no-demo", *flags)
        token = _furnish(one)
        folders = []
        for round_ in range(3):
            folder = _folder(tmp_path / f"KS014/2020-01-0{round_ + 1}/001", chance)
            folders.append(folder)
            api = Api(one.api, token, patience=300)
            sending = in_background(
                lambda api=api, folder=folder: put_session(
                    api, folder, spool=tmp_path / "spool", wait=True, wait_seconds=240,
                    uploader=Uploader(api, progress=False, give_up_after=240),
                )
            )  # fmt: skip
            time.sleep(chance.uniform(0, 2.5))
            for pid in one.everything():
                with suppress(ProcessLookupError):  # it went with its parent
                    os.kill(pid, signal.SIGKILL)
            assert wait_until(lambda: one.everything() == [], 30)
            one.bregma("up", "--detach", *flags)
            report = sending.result(300)
            assert [file.state for file in report.files] == ["verified"] * len(report.files)
        with httpx.Client(base_url=one.api, headers={"Authorization": f"Token {token}"}) as http:
            assert violations(one.database, Objects(one.store()), http) == []
        verified = one.sql("select d.name, u.size from files.uploads u join files.datasets d on d.id = u.dataset_id "
                           "where u.state = 'verified'")  # fmt: skip
        there = [(file.name, file.stat().st_size) for folder in folders for file in folder.rglob("*.*")]
        assert sorted(verified) == sorted(there)
    finally:
        one.bregma("down")
    assert wait_until(lambda: one.everything() == [], 10)


def _furnish(one: Installation) -> str:
    """Make a lab, an animal and a repository; return an administrator's token."""
    one.administer("user", "add", "ada", "--admin", "--password", "over the bregma")
    api = Api(one.api, one.administer("token", "add", "--user", "ada"))
    api.post("/labs", {"name": "openlab", "timezone": "Europe/London"})
    api.post("/subjects", {"nickname": "KS014", "lab": "openlab"})
    one.administer("repository", "add", "main", "--lab", "openlab")
    return api.token


def _folder(folder: Path, chance: random.Random) -> Path:
    files = spikes(50_000, chance.getrandbits(20))
    files["raw_video_data/_iblrig_leftCamera.raw.mp4"] = np.random.default_rng(chance.getrandbits(20)).bytes(60 * MIB)
    files["alf/_ibl_wheel.timestamps.npy"] = npy(np.arange(1000.0))
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder
