"""An installation with an object store, a managed repository and one session, and a rig that sends files to it."""

import hashlib
import io
from typing import Any

import httpx
import numpy as np
import pytest
from bregma_app.testing import House, house_settings, open_house
from bregma_files import room
from bregma_kit.jobs import run_worker
from bregma_kit.presign import Presigner


def npy(values: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(values), allow_pickle=False)
    return file.getvalue()


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


class Rig:
    """What a rig's client does, in as few words as tests need."""

    npy = staticmethod(npy)
    md5_of = staticmethod(md5_of)

    def __init__(self, house: House, session: str) -> None:
        self.house, self.session = house, session
        self.process = house.app.state.process
        self.store = self.process.extras["store"]
        self.bucket = self.process.settings.s3_bucket

    @property
    def signer(self) -> Presigner:
        return self.process.extras["presigner"]

    @staticmethod
    def announce(path: str, data: bytes, **more: Any) -> dict[str, Any]:
        return {"path": path, "size": len(data), "md5": md5_of(data), **more}

    @staticmethod
    async def put(signed: dict[str, Any], data: bytes, **headers: str) -> httpx.Response:
        async with httpx.AsyncClient() as http:
            return await http.put(signed["url"], content=data, headers={**signed["headers"], **headers})

    async def call(self, path: str, body: dict[str, Any], by: str = "member", status: int = 200) -> dict[str, Any]:
        answer = await self.house.clients[by].post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def register(self, files: Any, by: str = "member", **more: Any) -> list[dict[str, Any]]:
        """Register files given as path → bytes, or as ready entries."""
        entries = files if isinstance(files, list) else [self.announce(path, data) for path, data in files.items()]
        body = {"session": self.session, "files": entries, **more}
        return (await self.call("/uploads", body, by, 201))["files"]

    async def send(self, files: dict[str, bytes], **more: Any) -> list[dict[str, Any]]:
        """Register files and put those that are wanted and small."""
        entries = await self.register(files, **more)
        for one in entries:
            if one["put"]:
                assert (await self.put(one["put"], files[one["path"]])).status_code == 200
        return entries

    async def complete(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        ids = [one["upload"] for one in entries if one["upload"]]
        return (await self.call("/uploads/complete", {"uploads": ids}))["uploads"]

    async def work(self) -> None:
        """Let a worker do all there is to do."""
        await run_worker(self.process, room.TASKS, wait=False, signals=False)

    async def upload(self, files: dict[str, bytes], **more: Any) -> list[dict[str, Any]]:
        """Register, send, complete and verify."""
        entries = await self.send(files, **more)
        await self.complete(entries)
        await self.work()
        return entries

    async def shown(self, entry: dict[str, Any]) -> dict[str, Any]:
        return (await self.house.member.get(f"/uploads/{entry['upload']}")).json()

    async def state(self, entry: dict[str, Any]) -> tuple[str, str | None]:
        shown = await self.shown(entry)
        return shown["state"], shown["reason"]

    async def dataset(self, entry: dict[str, Any]) -> dict[str, Any]:
        return (await self.house.member.get(f"/datasets/{entry['dataset']}")).json()

    async def download(self, entry: dict[str, Any], by: str = "member") -> bytes | None:
        body = await self.call("/signed-urls", {"datasets": [entry["dataset"]]}, by)
        url = body["urls"][0]["url"]
        if url is None:
            return None
        async with httpx.AsyncClient() as http:
            answer = await http.get(url)
        assert answer.status_code == 200, answer.text
        return answer.content

    async def send_parts(self, entry: dict[str, Any], data: bytes, numbers: list[int]) -> list[int]:
        """Sign and send some parts; return the store's answers."""
        size = entry["multipart"]["part_size"]
        pieces = {number: data[(number - 1) * size : number * size] for number in numbers}
        parts = [{"number": n, "md5": md5_of(piece), "size": len(piece)} for n, piece in pieces.items()]
        answer = await self.call("/uploads/sign", {"uploads": [{"upload": entry["upload"], "parts": parts}]})
        (signed,) = answer["uploads"]
        assert signed["error"] is None, signed
        return [(await self.put(one, pieces[one["number"]])).status_code for one in signed["parts"]]


@pytest.fixture
async def rig(house_url, peopled, object_store, bucket):
    """Lend a rig in ``openlab`` with the session KS014/2020-01-01/001 and the managed repository ``central``."""
    async with open_house(house_settings(house_url, object_store, bucket), peopled.tokens) as house:
        await house.managed_repository()
        session = await house.session()
        yield Rig(house, session["url"][-36:])
