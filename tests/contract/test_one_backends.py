"""The contract of all backends of our client, against a real installation: in this process, and over a socket.

The sample comes in as a rig brings it: registered in batches, sent by signed URL, verified by a worker.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from bregma_app.administration import Administration
from bregma_app.main import make_app
from bregma_app.testing import house_settings, serving
from bregma_app.worker import work
from bregma_kit.testing.databases import clone
from bregma_kit.testing.stores import fresh_bucket
from one_client import ONE
from one_client.backends.http import Api
from one_client.testing import BackendContract, Sample

LABS = ("examplelab", "otherlab")
PATIENCE = 60


def bring(api: Api, settings, sample: Sample) -> None:
    """Register the sample's animals and sessions, and upload its files until all are verified."""
    for lab in LABS:
        api.post("/labs", {"name": lab, "timezone": "Europe/London"})
    Administration(settings).bind_repository("central", None, list(LABS))
    for nickname, lab in (("IBL_123", LABS[0]), ("IBL_124", LABS[1])):
        api.post("/subjects", {"nickname": nickname, "lab": lab})
    files: dict[str, list] = {}
    for file in sample.files():
        files.setdefault(file.session, []).append(file)
    uploads = [upload for place, members in files.items() for upload in upload_session(api, place, members)]
    wait_until_verified(api, uploads)


def upload_session(api: Api, place: str, members: list) -> list[str]:
    _, _, subject, day, number = place.split("/")
    start = f"{day}T{9 + int(number):02d}:00:00"
    session = api.post("/sessions", {"subject": subject, "number": int(number), "start_time": start})
    entries = [
        {
            "path": file.path, "size": file.file.stat().st_size, "md5": file.md5, "sha256": None, "qc": "NOT_SET",
            "version": "", "default": file.default, "edition": "ibl-current",
        }
        for file in members
    ]  # fmt: skip
    answer = api.post(
        "/uploads", {"session": session["id"], "repository": "central", "client": "test", "files": entries}
    )
    uploads = []
    for file, entry in zip(members, answer["files"], strict=True):
        assert entry["status"] == "want", entry
        sent = httpx.put(entry["put"]["url"], headers=entry["put"]["headers"], content=file.file.read_bytes())
        assert sent.status_code == 200, sent.text
        uploads.append(entry["upload"])
    completed = api.post("/uploads/complete", {"uploads": uploads}, repeatable=True)
    assert {entry["state"] for entry in completed["uploads"]} <= {"received", "verifying", "verified"}, completed
    return uploads


def wait_until_verified(api: Api, uploads: list[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    for upload in uploads:
        while (found := api.get(f"/uploads/{upload}"))["state"] != "verified":
            assert found["state"] != "quarantined", found
            assert time.monotonic() < deadline, found
            time.sleep(0.05)


@contextmanager
def worker(settings) -> Iterator[None]:
    """Run jobs in a thread with an event loop of its own."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(work(settings))

    def run() -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        if not task.done():
            loop.call_soon_threadsafe(task.cancel)
        thread.join(timeout=20)


@pytest.fixture(scope="class")
def settings(postgres_server, peopled, object_store) -> Iterator:
    with clone(postgres_server, peopled.database) as url, fresh_bucket(object_store) as bucket:
        yield house_settings(url, object_store, bucket)


class TestInProcess(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def one(cls, sample: Sample, settings, peopled) -> Iterator[ONE]:
        with ONE.from_app(make_app(settings), token=peopled.tokens["admin"]) as one, worker(settings):
            bring(one.library.backend.api, settings, sample)
            yield one


class TestOverHttp(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def one(cls, sample: Sample, settings, peopled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ONE]:
        cache = tmp_path_factory.mktemp("cache")
        with (
            serving(settings, peopled.tokens) as live,
            worker(settings),
            ONE(live.url, token=peopled.tokens["admin"], cache_dir=cache) as one,
        ):
            bring(one.library.backend.api, settings, sample)
            yield one

    def test_units_are_known_from_the_registration(self, one: ONE) -> None:
        depths = one.load_dataset("IBL_123/2019-08-10/001", "clusters.depths", units="ibl-current")
        assert len(depths) == 20

    def test_by_name_and_password(self, one: ONE, tmp_path) -> None:
        from bregma_app.testing import PASSWORD

        url = one.library.backend.api.base_url
        with ONE(url, username="admin", password=PASSWORD, cache_dir=tmp_path) as other:
            assert other.search(subject="IBL_124") == one.search(subject="IBL_124")

    def test_two_clients_share_a_cache(self, one: ONE) -> None:
        url, token = one.library.backend.api.base_url, one.library.backend.api.token
        one.load_object("IBL_123/2019-08-10/001", "eye")
        with ONE(url, token=token, cache_dir=one.library.cache.root, mode="offline") as offline:
            assert offline.load_object("IBL_123/2019-08-10/001", "eye").xyPos.shape == (300, 2)
