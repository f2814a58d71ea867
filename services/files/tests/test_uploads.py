"""A rig registers, sends and completes; files are seen when they were verified, and not before."""

import asyncio
import hashlib
import io
import os
from base64 import b64encode
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
from bregma_app.testing import house_settings, open_house
from bregma_files import bytes_room
from bregma_kit.jobs import run_worker

MIB = 2**20


def npy(values) -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(values), allow_pickle=False)
    return file.getvalue()


TIMES = npy(np.linspace(0, 10, 11))


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def announce(path: str, data: bytes, **more) -> dict:
    return {"path": path, "size": len(data), "md5": md5_of(data), **more}


@pytest.fixture
async def lab(house_url, peopled, object_store, bucket):
    """An installation with a store, a managed repository and a session."""
    async with open_house(house_settings(house_url, object_store, bucket), peopled.tokens) as house:
        await house.managed_repository()
        session = await house.session()
        yield Rig(house, session["url"][-36:])


class Rig:
    """What a rig's client does, in as few words as tests need."""

    def __init__(self, house, session: str) -> None:
        self.house, self.session, self.process = house, session, house.app.state.process

    async def call(self, path: str, body: dict, by: str = "member", status: int = 200) -> dict:
        answer = await self.house.clients[by].post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def register(self, files: dict[str, bytes] | list[dict], by: str = "member", **more) -> list[dict]:
        entries = files if isinstance(files, list) else [announce(path, data) for path, data in files.items()]
        body = {"session": self.session, "files": entries, **more}
        return (await self.call("/uploads", body, by, 201))["files"]

    async def send(self, files: dict[str, bytes], **more) -> list[dict]:
        entries = await self.register(files, **more)
        for one in entries:
            if one["put"]:
                assert (await put(one["put"], files[one["path"]])).status_code == 200
        return entries

    async def complete(self, entries: list[dict]) -> list[dict]:
        ids = [one["upload"] for one in entries if one["upload"]]
        return (await self.call("/uploads/complete", {"uploads": ids}))["uploads"]

    async def work(self) -> None:
        await run_worker(self.process, bytes_room.TASKS, wait=False, signals=False)

    async def upload(self, files: dict[str, bytes], **more) -> list[dict]:
        entries = await self.send(files, **more)
        await self.complete(entries)
        await self.work()
        return entries

    async def state(self, entry: dict) -> tuple[str, str | None]:
        shown = (await self.house.member.get(f"/uploads/{entry['upload']}")).json()
        return shown["state"], shown["reason"]

    async def dataset(self, entry: dict) -> dict:
        return (await self.house.member.get(f"/datasets/{entry['dataset']}")).json()

    async def download(self, entry: dict) -> bytes | None:
        body = await self.call("/signed-urls", {"datasets": [entry["dataset"]]})
        url = body["urls"][0]["url"]
        if url is None:
            return None
        async with httpx.AsyncClient() as http:
            answer = await http.get(url)
        assert answer.status_code == 200, answer.text
        return answer.content


async def put(signed: dict, data: bytes) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.put(signed["url"], content=data, headers=signed["headers"])


async def test_a_file_is_seen_when_it_was_verified_and_not_before(lab):
    entries = await lab.register({"alf/probe00/spikes.times.npy": TIMES})
    (entry,) = entries
    assert (entry["status"], entry["multipart"], entry["error"]) == ("want", None, None)
    assert (await lab.dataset(entry))["file_records"][0]["exists"] is False
    assert await lab.download(entry) is None
    assert (await put(entry["put"], TIMES)).status_code == 200
    assert await lab.download(entry) is None
    assert await lab.complete(entries) == [{"upload": entry["upload"], "state": "received", "error": None}]
    assert await lab.download(entry) is None
    await lab.work()
    assert await lab.state(entry) == ("verified", None)
    assert await lab.download(entry) == TIMES
    dataset = await lab.dataset(entry)
    assert dataset["file_records"][0]["exists"] is True
    assert (dataset["hash"], dataset["file_size"]) == (md5_of(TIMES), len(TIMES))
