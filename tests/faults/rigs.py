"""What a rig's client sends, call by call, so that a test can break off between any two of them."""

import hashlib
import io
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import numpy as np

from tests.faults.machine import Machine

MIB = 2**20
store = httpx.Client(timeout=60)
"""Sends no token: what goes to the store is signed by its address."""


def npy(values: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(values), allow_pickle=False)
    return file.getvalue()


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def spikes(count: int = 1000, seed: int = 0) -> dict[str, bytes]:
    """A spikes object that keeps its types' promises."""
    rng = np.random.default_rng([count, seed])
    return {
        "alf/probe00/spikes.times.npy": npy(np.sort(rng.uniform(0, 3600, count))),
        "alf/probe00/spikes.clusters.npy": npy(rng.integers(0, 300, count)),
        "alf/probe00/spikes.amps.npy": npy(rng.uniform(1e-5, 1e-4, count)),
    }


class Interrupted(Exception):
    """A call got no answer, or was told to come back later."""


class Rig:
    """One rig's connection to one API."""

    numbers = iter(range(1, 1000))

    def __init__(self, machine: Machine, by: str = "rig", part: str = "api") -> None:
        self.machine = machine
        self.http = machine.client(by, part)
        self.sent: dict[str, dict[str, bytes]] = {}
        """Session → path → bytes that were acknowledged by `complete`."""

    # single calls

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """One request; an answer that blames the server itself fails the test, a missing one does not."""
        try:
            answer = self.http.request(method, path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise Interrupted(str(error)) from error
        if answer.status_code == 503:
            assert answer.headers["Retry-After"], answer.text
            raise Interrupted(answer.text)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def session(self, number: int | None = None, eid: str = "", subject: str = "KS014") -> str:
        number = next(self.numbers) if number is None else number
        day, of_day = divmod(number, 100)
        body = {"subject": subject, "start_time": f"2020-01-{day + 1:02d}T10:00:00", "number": of_day,
                "id": eid or str(uuid4())}  # fmt: skip
        return str(self.call("POST", "/sessions", body, {"Bregma-Repeatable": "1"})["id"])

    def register(self, eid: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
        entries = [{"path": path, "size": len(data), "md5": md5_of(data)} for path, data in files.items()]
        found: list[dict[str, Any]] = self.call("POST", "/uploads", {"session": eid, "files": entries})["files"]
        assert all(one["status"] in ("want", "have") for one in found), found
        return found

    def put(self, signed: dict[str, Any], data: bytes) -> None:
        """Send to the store; the token stays here."""
        try:
            answer = store.put(signed["url"], content=data, headers=signed["headers"])
        except httpx.TransportError as error:
            raise Interrupted(str(error)) from error
        if answer.status_code >= 500:
            raise Interrupted(answer.text)
        assert answer.status_code == 200, answer.text

    def send(self, entry: dict[str, Any], data: bytes) -> None:
        """Send what the store does not have yet of one file."""
        if entry["status"] == "have":
            return
        if entry["put"]:
            self.put(entry["put"], data)
            return
        size = entry["multipart"]["part_size"]
        there = {one["number"] for one in self.call("GET", f"/uploads/{entry['upload']}")["parts"] or []}
        lacking = [n for n in range(1, entry["multipart"]["part_count"] + 1) if n not in there]
        pieces = {n: data[(n - 1) * size : n * size] for n in lacking}
        parts = [{"number": n, "md5": md5_of(piece), "size": len(piece)} for n, piece in pieces.items()]
        (signed,) = self.call("POST", "/uploads/sign", {"uploads": [{"upload": entry["upload"], "parts": parts}]})[
            "uploads"
        ]
        if signed["error"] is not None and signed["error"]["code"] == "already_received":
            return
        for one in signed["parts"]:
            self.put(one, pieces[one["number"]])

    def complete(self, entries: list[dict[str, Any]]) -> None:
        """Have everything acknowledged; some of it may have been already."""
        ids = [one["upload"] for one in entries if one["upload"]]
        for one in self.call("POST", "/uploads/complete", {"uploads": ids})["uploads"]:
            if one["error"] is not None and one["error"]["code"] in ("not_uploaded", "missing_parts"):
                raise Interrupted(str(one["error"]))
            assert one["state"] in ("received", "verifying", "verified"), one

    # whole journeys

    def upload(self, eid: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
        """Register, send, complete. Raises Interrupted where it broke off; the same again goes on."""
        entries = self.register(eid, files)
        for one in entries:
            self.send(one, files[one["path"]])
        self.complete(entries)
        self.sent.setdefault(eid, {}).update(files)
        return entries

    def insist(self, eid: str, files: Mapping[str, bytes], seconds: float = 60) -> list[dict[str, Any]]:
        """Upload again and again until everything is acknowledged."""
        return insist(lambda: self.upload(eid, files), seconds)

    def finish(self, eid: str, files: Mapping[str, bytes]) -> None:
        """End what was interrupted; then everything is verified, nothing is there twice, and all of it can be had."""
        self.machine.revive_all()
        self.insist(eid, files)
        self.machine.calm_down()
        self.is_whole(eid, files)
        self.machine.check()

    def is_whole(self, eid: str, files: Mapping[str, bytes]) -> None:
        shown = self.call("GET", f"/sessions/{eid}")["data_dataset_session_related"]
        assert len(shown) == len(files), shown
        ids = [one["id"] for one in shown]
        served = self.call("POST", "/signed-urls", {"datasets": ids})["urls"]
        assert all(one["url"] for one in served), served
        assert sorted(store.get(one["url"]).content for one in served) == sorted(files.values())
        unsettled = self.machine.sql(
            "select u.id, u.state, u.reason from files.uploads u join files.datasets d on d.id = u.dataset_id "
            "where d.session_id = %s and (u.state in ('wanted', 'received', 'verifying') "
            "or u.reason not like 'A newer version%%')", eid,
        )  # fmt: skip
        assert unsettled == []


def insist(work: Callable[[], Any], seconds: float = 60) -> Any:
    """Repeat a call, as clients do, until it is answered."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return work()
        except Interrupted:
            assert time.monotonic() < deadline, "the server did not come back"
            time.sleep(0.2)


def in_background(work: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """Do something beside the test."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work, *arguments)
    pool.shutdown(wait=False)
    return future
