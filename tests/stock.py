"""The stock client, ONE-api 3.6.1 from PyPI and unmodified, beside a running installation with a store."""

import asyncio
import hashlib
import socket
import threading

import httpx
import numpy as np
import pytest
from bregma_app.main import make_process
from bregma_app.testing import OPEN_LAB, PASSWORD, house_settings, serving
from bregma_files import room
from bregma_files.administration import bind_repository
from bregma_kit.jobs import run_worker

SUBJECT, DAY = "SWC_054", "2020-08-24"


@pytest.fixture(scope="module")
def localhost_only():
    """Refuse every connection that leaves this machine; the client knows addresses of its makers."""
    allowed, original, refused = ("127.0.0.1", "::1", "localhost"), socket.socket.connect, []

    def connect(self, address):
        if isinstance(address, tuple) and address[0] not in allowed:
            refused.append(address)
            raise OSError(f"this test must not reach {address}")
        return original(self, address)

    socket.socket.connect = connect
    try:
        yield
    finally:
        socket.socket.connect = original
    assert not refused


@pytest.fixture(scope="module")
def home(tmp_path_factory, localhost_only):
    """A home folder of its own: the client keeps its parameters and its tables there."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE", "APPDATA"):
            patch.setenv(name, str(folder))
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            patch.delenv(name, raising=False)
        yield folder


class Site:
    """A running installation with a store, what an operator and a worker do there, and stock clients of it."""

    def __init__(self, settings, live, tokens, home):
        self.settings, self.url, self.tokens, self.home = settings, live.url, tokens, home
        self.api = httpx.Client(base_url=live.url, headers={"Authorization": f"Token {tokens['admin']}"})

    def make(self, path, **body):
        answer = self.api.post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def with_process(self, job):
        """Run a coroutine as a process of its own would."""

        async def whole():
            process = make_process(self.settings, [])
            await process.database.open()
            try:
                async with room.serving(process):
                    await job(process)
            finally:
                await process.database.close()

        thread = threading.Thread(target=lambda: asyncio.run(whole()))
        thread.start()
        thread.join()

    def bind(self, name, bucket=None):
        async def job(process):
            async with process.database.write() as tx:
                await bind_repository(tx, name, bucket or self.settings.s3_bucket, [OPEN_LAB])

        self.with_process(job)

    def work(self):
        self.with_process(lambda process: run_worker(process, room.TASKS, wait=False, signals=False))

    def put(self, key, data, bucket=None):
        """Lay bytes into the store by other means than an upload, as a copy from elsewhere does."""

        async def job(process):
            md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
            await process.extras["store"].put(bucket or self.settings.s3_bucket, key, data, md5=md5)

        self.with_process(job)

    def upload(self, session, root):
        """Send the files of a session the way a rig's client does: register, put, complete; then let a worker verify."""
        paths = {
            path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.*")) if path.is_file()
        }
        files = [
            {"path": name, "size": len(data), "md5": hashlib.md5(data).hexdigest()} for name, data in paths.items()
        ]
        entries = self.make("/uploads", session=session, files=files)["files"]
        for one in entries:
            assert one["status"] == "want", one
            sent = httpx.put(one["put"]["url"], content=paths[one["path"]], headers=one["put"]["headers"])
            assert sent.status_code == 200, sent.text
        self.make("/uploads/complete", uploads=[one["upload"] for one in entries])
        self.work()
        return entries

    def client(self, name, username="member", data_server=None, **more):
        """Set up a fresh stock client, as its user would, with a cache of its own."""
        from one import params
        from one.api import ONE

        cache = self.home / "caches" / name
        params.setup(self.url, silent=True, username=username, cache_dir=cache)
        stored = params.get(self.url, silent=True)
        for key, value in (
            ("HTTP_DATA_SERVER", data_server or f"{self.url}/data"),
            ("HTTP_DATA_SERVER_LOGIN", username),
            ("HTTP_DATA_SERVER_PWD", PASSWORD),
        ):
            stored = stored.set(key, value)
        params.save(stored, self.url)
        return ONE(
            base_url=self.url,
            username=username,
            password=PASSWORD,
            silent=True,
            cache_dir=cache,
            cache_rest=None,
            **more,
        )


@pytest.fixture(scope="module")
def site(postgres_server, peopled, object_store, home):
    from bregma_kit.testing.databases import clone
    from bregma_kit.testing.stores import fresh_bucket

    with clone(postgres_server, peopled.database) as url, fresh_bucket(object_store) as bucket:
        settings = house_settings(url, object_store, bucket)
        with serving(settings, peopled.tokens) as live:
            one = Site(settings, live, peopled.tokens, home)
            one.bind("central")
            one.make("/subjects", nickname=SUBJECT, lab=OPEN_LAB)
            one.make("/projects", name="ibl_neuropixel")
            one.make("/procedures", name="Behavior training/tasks")
            yield one


@pytest.fixture(scope="module")
def one(site):
    return site.client("first")


def new_session(home, number, files, subject=SUBJECT, day=DAY):
    """Write a session folder as a rig has it."""
    root = home / "rig" / OPEN_LAB / "Subjects" / subject / day / f"{number:03d}"
    for name, values in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, values, allow_pickle=False)
    return root
