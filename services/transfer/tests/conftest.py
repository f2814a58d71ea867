"""An installation with a lab's repository and a central one, files that a rig sent, and workers that carry them."""

import hashlib
from typing import Any

import httpx
import psycopg
import pytest
from bregma_app.testing import House, house_settings, open_house
from bregma_app.worker import TASKS
from bregma_files.administration import bind_repository
from bregma_kit.jobs import run_worker
from bregma_kit.settings import StoreSettings
from bregma_kit.testing.stores import fresh_bucket, running_store
from bregma_transfer.movements.tasks import worker_of
from pydantic import SecretStr


class Lab:
    """What a rig, a manager and workers do, in as few words as tests need."""

    def __init__(self, house: House, session: str, far_bucket: str) -> None:
        self.house, self.session, self.far_bucket = house, session, far_bucket
        self.process = house.app.state.process
        self.store, self.bucket = self.process.extras["store"], self.process.settings.s3_bucket

    @property
    def far(self) -> Any:
        """The centre's store."""
        return self.process.extras["stores"].store("centre")

    @property
    def worker(self) -> Any:
        return worker_of(self.process)

    async def upload(self, files: dict[str, bytes], session: str | None = None) -> dict[str, str]:
        """Send files as a rig does and let them be verified; return their datasets by path."""
        entries = [
            {"path": path, "size": len(data), "md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}
            for path, data in files.items()
        ]
        answer = await self.house.member.post("/uploads", json={"session": session or self.session, "files": entries})
        assert answer.status_code == 201, answer.text
        registered = answer.json()["files"]
        async with httpx.AsyncClient() as http:
            for one in registered:
                if one["put"]:
                    sent = await http.put(one["put"]["url"], content=files[one["path"]], headers=one["put"]["headers"])
                    assert sent.status_code == 200, sent.text
                elif one["upload"]:
                    await self._upload_parts(http, one["upload"], files[one["path"]])
        ids = [one["upload"] for one in registered if one["upload"]]
        assert (await self.house.member.post("/uploads/complete", json={"uploads": ids})).status_code == 200
        await run_worker(self.process, TASKS, ["files"], wait=False, signals=False)
        return {one["path"]: one["dataset"] for one in registered}

    async def _upload_parts(self, http: httpx.AsyncClient, upload: str, data: bytes) -> None:
        """Send a large file past the API: only its verification matters here."""
        row = self.sql("select u.object_key from files.uploads u where u.id = %s", upload)[0]
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        await self.store.put(self.bucket, row[0], data, md5=md5)

    def sql(self, statement: str, *values: Any) -> list[Any]:
        url = self.process.settings.database_url.get_secret_value()
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    async def run(self, *queues: str) -> None:
        """Let a worker do all there is to do."""
        # one after the other: what a plan makes is queued when it ends, and a worker that does not wait may be gone by then
        for queue in queues or ("transfer", "transfer_work"):
            await run_worker(self.process, TASKS, [queue], wait=False, signals=False, concurrency=2)

    async def rule(self, by: str = "manager", status: int = 201, **more: Any) -> dict[str, Any]:
        body = {"name": "to the centre", "lab": "openlab", "target": "far", **more}
        answer = await self.house.clients[by].post("/transfer-rules", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def plan(self, by: str = "manager", status: int = 200, **more: Any) -> dict[str, Any]:
        answer = await self.house.clients[by].post("/transfers/plan", json={"lab": "openlab", **more})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def transfers(self, by: str = "member", **query: Any) -> list[dict[str, Any]]:
        answer = await self.house.clients[by].get("/transfers", params=query)
        assert answer.status_code == 200, answer.text
        assert answer.json()["count"] == len(answer.json()["results"])
        return answer.json()["results"]

    async def act(self, one: dict[str, Any], what: str, by: str = "member", status: int = 200) -> dict[str, Any]:
        answer = await self.house.clients[by].post(f"/transfers/{one['id']}/{what}")
        assert answer.status_code == status, answer.text
        return answer.json()

    def later(self) -> None:
        """As if the minutes until the next try had gone by, and the tick had come."""
        self.sql("update transfer.movements set next_try_at = now() where next_try_at is not null")

    async def again(self) -> None:
        """Let time go by, then work."""
        self.later()
        from bregma_transfer.movements import service

        await service.wake_if_due(self.process.database)
        await self.run()

    async def copies(self, dataset: str) -> dict[str, bool]:
        record = (await self.house.member.get(f"/datasets/{dataset}")).json()
        return {one["data_repository"]: one["exists"] for one in record["file_records"]}

    def object_of(self, dataset: str, repository: str = "far") -> tuple[str, str]:
        """Bucket and key of a registered copy."""
        found = self.sql(
            "select r.bucket, f.object_key from files.file_records f join files.repositories r on r.id = f.repository_id "
            "where f.dataset_id = %s and r.name = %s and f.exists", dataset, repository,
        )  # fmt: skip
        return found[0]

    async def bytes_of(self, dataset: str, repository: str = "far") -> bytes:
        store = self.far if repository == "far" else self.store
        return b"".join([bytes(piece) async for piece in store.read(*self.object_of(dataset, repository))])

    async def far_objects(self) -> set[str]:
        return {one.key async for page in self.far.list_objects(self.far_bucket, "openlab/") for one in page}


@pytest.fixture(scope="session")
def far_store(tmp_path_factory):
    """Lend a second object store, as the centre has."""
    with running_store(tmp_path_factory.mktemp("far")) as store:
        yield store


@pytest.fixture
def far_bucket(far_store):
    with fresh_bucket(far_store) as name:
        yield name
        if far_store.proxy is not None:
            far_store.proxy.reset()


@pytest.fixture
def settings(house_url, object_store, bucket, far_store):
    centre = StoreSettings(
        endpoint=far_store.endpoint, access_key=SecretStr(far_store.access_key), secret_key=SecretStr(far_store.secret_key),
        region=far_store.region, durable=True,
    )  # fmt: skip
    return house_settings(
        house_url, object_store, bucket, transfer_lease_seconds=2, stores={"centre": centre}, s3_durable=True
    )


@pytest.fixture
async def lab(settings, peopled, far_bucket):
    """Lend ``openlab`` with the session KS014/2020-01-01/001, its repository ``near``, and ``far`` in another store.

    ``beside`` is another folder of the first store, which copies within itself.
    """
    async with open_house(settings, peopled.tokens) as house:
        await house.managed_repository("near")
        async with house.database.write() as tx:
            await bind_repository(tx, "far", far_bucket, [], store="centre")
            await bind_repository(tx, "beside", settings.s3_bucket, [])
        session = await house.session()
        yield Lab(house, session["url"][-36:], far_bucket)
