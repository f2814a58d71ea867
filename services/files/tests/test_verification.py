"""Verification against a real store that loses, rots, lies, is away, and a worker that is killed."""

import asyncio
import os
import signal
import sys
import textwrap

import numpy as np
import psycopg
import pytest
from bregma_files.verification import service
from sqlalchemy import Uuid, column, func, select, table, update
from sqlalchemy.dialects.postgresql import JSONB

UPLOADS = table("uploads", column("id", Uuid), column("object_key"), column("state"), schema="files")
RECORDS = table(
    "file_records", column("id", Uuid), column("exists"), column("object_key"), column("json", JSONB),
    column("dataset_id", Uuid), schema="files",
)  # fmt: skip
DATASETS = table("datasets", column("id", Uuid), column("rows"), column("max_index"), column("sha256"), schema="files")
JOBS = table("procrastinate_jobs", column("id", Uuid), column("status"), column("scheduled_at"), schema="jobs")


@pytest.fixture
def times(rig):
    return rig.npy(np.linspace(0, 10, 11))


async def key_of(rig, entry) -> str:
    async with rig.house.database.read() as tx:
        return await tx.value(select(UPLOADS.c.object_key).where(UPLOADS.c.id == entry["upload"]))


async def due_now(rig) -> None:
    """As if the seconds until the next try had gone by."""
    async with rig.house.database.write() as tx:
        await tx.execute(update(JOBS).where(JOBS.c.scheduled_at.is_not(None)).values(scheduled_at=func.now()))


async def test_what_was_read_is_written_down(rig):
    clusters = np.array([3, 0, 2, 2], dtype="int32")
    (entry,) = await rig.upload({"alf/spikes.clusters.npy": rig.npy(clusters)})
    async with rig.house.database.read() as tx:
        row = await tx.row(select(DATASETS).where(DATASETS.c.id == entry["dataset"]))
    assert (row["rows"], row["max_index"], len(row["sha256"])) == (4, 3, 64)


async def test_wrong_bytes_are_quarantined_and_never_seen(rig, times):
    entries = await rig.send({"alf/spikes.times.npy": times})
    (entry,) = entries
    rotten = times[:-1] + b"!"
    # somebody with the store's own keys, or a disk: a signed URL would have refused these bytes
    await rig.store.put(rig.bucket, await key_of(rig, entry), rotten, md5=rig.md5_of(rotten))
    await rig.complete(entries)
    await rig.work()
    state, reason = await rig.state(entry)
    assert state == "quarantined"
    assert "are not those that were announced" in reason
    assert await rig.download(entry) is None
    assert (await rig.complete(entries))[0]["error"]["code"] == "quarantined"
    assert (await rig.upload({"alf/spikes.times.npy": times}))[0]["upload"] != entry["upload"]
    assert await rig.download(entry) == times


@pytest.mark.parametrize(
    ("name", "values", "word"),
    [
        ("spikes.times.npy", np.array([3.0, 1.0, 2.0]), "sort"),
        ("spikes.clusters.npy", np.array([-1, 2], dtype="int64"), "-1"),
        ("trials.intervals.npy", np.zeros((4, 3)), "shape"),
        ("spikes.times.npy", np.array(["a", "b"]), "type"),
    ],
)
async def test_content_that_breaks_its_types_promise_is_quarantined_with_a_sentence(rig, name, values, word):
    (entry,) = await rig.upload({f"alf/{name}": rig.npy(values)})
    state, reason = await rig.state(entry)
    assert state == "quarantined"
    assert word in reason
    assert await rig.download(entry) is None


async def test_a_file_that_was_cut_off_while_it_was_saved_is_quarantined(rig, times):
    (entry,) = await rig.upload({"alf/spikes.times.npy": times[:-8]})
    state, reason = await rig.state(entry)
    assert state == "quarantined"
    assert "too short" in reason


async def test_files_of_one_object_must_have_as_many_rows(rig, times):
    (first,) = await rig.upload({"alf/spikes.times.npy": times})
    (second,) = await rig.upload({"alf/spikes.amps.npy": rig.npy(np.ones(7))})
    state, reason = await rig.state(second)
    assert state == "quarantined"
    assert "spikes.times.npy has 11" in reason
    assert "spikes.amps.npy has 7" in reason
    assert (await rig.state(first))[0] == "verified"
    # another probe's spikes are other rows
    (third,) = await rig.upload({"alf/probe01/spikes.amps.npy": rig.npy(np.ones(7))})
    assert (await rig.state(third))[0] == "verified"


async def test_a_whole_object_can_be_replaced_file_by_file(rig, times):
    files = {"alf/spikes.times.npy": times, "alf/spikes.amps.npy": rig.npy(np.ones(11))}
    await rig.upload(files)
    longer = {"alf/spikes.times.npy": rig.npy(np.linspace(0, 10, 20)), "alf/spikes.amps.npy": rig.npy(np.ones(20))}
    entries = await rig.send(longer)
    for one in entries:
        await rig.complete([one])
        await rig.work()
        assert (await rig.state(one)) == ("verified", None)


async def test_numbers_must_point_at_rows_that_exist_whichever_file_comes_last(rig):
    clusters = {"alf/spikes.clusters.npy": rig.npy(np.array([0, 5], dtype="int32"))}
    few = {"alf/clusters.depths.npy": rig.npy(np.ones(3))}
    await rig.upload(clusters)
    (late,) = await rig.upload(few)
    state, reason = await rig.state(late)
    assert state == "quarantined"
    assert "spikes.clusters.npy" in reason
    assert "clusters.depths.npy" in reason
    await rig.upload({"alf/probe01/clusters.depths.npy": rig.npy(np.ones(3))})
    (late,) = await rig.upload({"alf/probe01/spikes.clusters.npy": rig.npy(np.array([0, 5], dtype="int32"))})
    assert (await rig.state(late))[0] == "quarantined"


async def test_a_lost_object_is_wanted_again(rig, times):
    entries = await rig.send({"alf/spikes.times.npy": times})
    (entry,) = entries
    await rig.complete(entries)
    await rig.store.delete(rig.bucket, await key_of(rig, entry))
    await rig.work()
    assert await rig.state(entry) == ("wanted", None)
    (again,) = await rig.upload({"alf/spikes.times.npy": times})
    assert again["upload"] == entry["upload"]
    assert await rig.download(entry) == times


async def test_a_store_that_is_away_costs_time_only(rig, times, proxy):
    entries = await rig.send({"alf/spikes.times.npy": times})
    await rig.complete(entries)
    proxy.fail(503, times=100, when=lambda request: request.method in ("GET", "HEAD"))
    await rig.work()
    assert (await rig.state(entries[0]))[0] == "verifying"
    proxy.reset()
    await due_now(rig)
    await rig.work()
    assert await rig.state(entries[0]) == ("verified", None)


async def test_a_missing_bucket_is_trouble_of_the_store_and_loses_nothing(rig, times):
    entries = await rig.send({"alf/spikes.times.npy": times})
    await rig.complete(entries)
    repositories = table("repositories", column("bucket"), schema="files")
    async with rig.house.database.write() as tx:
        await tx.execute(update(repositories).values(bucket="bregma-nowhere"))
    await rig.work()
    assert (await rig.state(entries[0]))[0] == "verifying"


async def test_a_bit_that_flips_on_the_way_is_read_again(rig, times, proxy):
    entries = await rig.send({"alf/spikes.times.npy": times})
    await rig.complete(entries)
    proxy.lie(times=1, when=lambda request: request.method == "GET")
    await rig.work()
    assert await rig.state(entries[0]) == ("verified", None)


async def test_a_store_that_lies_each_time_gets_nothing_shown(rig, times, proxy):
    entries = await rig.send({"alf/spikes.times.npy": times})
    await rig.complete(entries)
    proxy.lie(when=lambda request: request.method == "GET")
    await rig.work()
    proxy.reset()
    assert (await rig.state(entries[0]))[0] == "quarantined"
    assert await rig.download(entries[0]) is None


async def test_a_store_that_cuts_and_crawls_is_read_to_the_end(rig, proxy):
    data = os.urandom(15 * 2**20)
    entries = await rig.send({"raw_video_data/_iblrig_leftCamera.raw.mp4": data})
    await rig.complete(entries)
    proxy.cut_after(2**20, times=2, when=lambda request: request.method == "GET")
    await rig.work()
    await due_now(rig)
    await rig.work()
    assert await rig.state(entries[0]) == ("verified", None)


async def test_one_unreadable_file_does_not_hold_up_the_others(rig, times, proxy):
    entries = await rig.send({f"alf/probe{n:02d}/spikes.times.npy": times for n in range(6)})
    await rig.complete(entries)
    proxy.fail(503, times=100, when=lambda request: "probe03" in request.path and request.method in ("GET", "HEAD"))
    await rig.work()
    states = [(await rig.state(one))[0] for one in entries]
    assert states == ["verified"] * 3 + ["verifying"] + ["verified"] * 2


async def test_two_jobs_of_one_batch_come_to_one_result(rig, times):
    entries = await rig.send({f"alf/probe{n:02d}/spikes.times.npy": times for n in range(20)})
    await rig.complete(entries)
    async with rig.house.database.write() as tx:
        await service.start(tx, [one["upload"] for one in entries])
    await rig.work()
    assert [(await rig.state(one))[0] for one in entries] == ["verified"] * 20
    assert [await rig.download(one) for one in entries[:2]] == [times] * 2


WORKER = """
import asyncio, sys
from bregma_app.worker import work
from bregma_kit.settings import Settings

asyncio.run(work(Settings()))
"""


def environment(rig) -> dict[str, str]:
    settings = rig.process.settings
    return {
        **os.environ,
        "BREGMA_DATABASE_URL": settings.database_url.get_secret_value(), "BREGMA_S3_ENDPOINT": settings.s3_endpoint,
        "BREGMA_S3_ACCESS_KEY": settings.s3_access_key.get_secret_value(), "BREGMA_S3_BUCKET": settings.s3_bucket,
        "BREGMA_S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(), "BREGMA_S3_REGION": settings.s3_region,
    }  # fmt: skip


async def test_what_a_killed_worker_left_half_done_is_finished_by_another(rig, proxy, tmp_path):
    data = os.urandom(15 * 2**20)
    entries = await rig.send({"raw_video_data/_iblrig_leftCamera.raw.mp4": data})
    (entry,) = entries
    await rig.complete(entries)
    proxy.slow(2 * 2**20, when=lambda request: request.method == "GET")
    script = tmp_path / "worker.py"
    script.write_text(textwrap.dedent(WORKER))
    worker = await asyncio.create_subprocess_exec(sys.executable, str(script), env=environment(rig))
    try:
        async with asyncio.timeout(60):
            while (await rig.state(entry))[0] != "verifying":  # noqa: ASYNC110  another process works on it
                await asyncio.sleep(0.05)
    finally:
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
    proxy.reset()
    assert (await rig.state(entry))[0] == "verifying"
    assert await rig.download(entry) is None
    url = rig.process.settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True, options="-c search_path=jobs,public") as connection:
        # as if half a minute had gone by without a sign of life
        connection.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
        args = """{"timestamp": 0}"""
        insert = "insert into procrastinate_jobs (queue_name, task_name, args) values ('kit', 'kit.stalled', %s)"
        connection.execute(insert, [args])
    await rig.work()
    await due_now(rig)
    await rig.work()
    assert await rig.state(entry) == ("verified", None)
    assert await rig.download(entry) == data


# records on managed repositories whose bytes came by other means


async def register_at_alyx_place(rig, data: bytes, *, key: str, name="spikes.times.npy", hash_=None) -> dict:
    answer = await rig.house.register(
        name, path="KS014/2020-01-01/001/alf", name="central", hashes=[hash_ or rig.md5_of(data)],
        filesizes=[len(data)], exists=False,
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    (one,) = answer.json()
    await rig.store.put(rig.bucket, key.format(**one), data, md5=rig.md5_of(data))
    return one


async def exists(rig, one) -> bool:
    return (await rig.house.member.get(f"/datasets/{one['id']}")).json()["file_records"][0]["exists"]


@pytest.mark.parametrize(
    "key",
    [
        "openlab/Subjects/KS014/2020-01-01/001/alf/spikes.times.{id}.npy",
        "openlab/Subjects/KS014/2020-01-01/001/alf/spikes.times.npy",
        "KS014/2020-01-01/001/alf/spikes.times.{id}.npy",
    ],
)
async def test_bytes_at_alyxs_place_are_verified_when_somebody_says_that_they_exist(rig, times, key):
    one = await register_at_alyx_place(rig, times, key=key)
    answer = await rig.house.register(
        "spikes.times.npy", path="KS014/2020-01-01/001/alf", name="central", hashes=[rig.md5_of(times)],
        filesizes=[len(times)],
    )  # fmt: skip
    assert answer.json()[0]["file_records"][0]["exists"] is False
    await rig.work()
    assert await exists(rig, one)
    assert await rig.download({"dataset": one["id"]}) == times


async def test_other_bytes_at_alyxs_place_stay_unseen_and_the_record_says_why(rig, times):
    key = "openlab/Subjects/KS014/2020-01-01/001/alf/spikes.times.{id}.npy"
    one = await register_at_alyx_place(rig, times, key=key, hash_="0" * 32)
    await rig.house.register("spikes.times.npy", path="KS014/2020-01-01/001/alf", name="central")
    await rig.work()
    assert not await exists(rig, one)
    async with rig.house.database.read() as tx:
        note = await tx.value(select(RECORDS.c.json).where(RECORDS.c.dataset_id == one["id"]))
    assert "not those that were announced" in (note["verification"] if isinstance(note, dict) else note)


async def test_nothing_at_alyxs_place_leaves_the_record_as_it_is(rig):
    await rig.house.register("spikes.times.npy", path="KS014/2020-01-01/001/alf", name="central")
    await rig.work()
    async with rig.house.database.read() as tx:
        row = await tx.row(select(RECORDS.c.exists, RECORDS.c.object_key, RECORDS.c.json))
    assert tuple(row) == (False, None, None)


@pytest.mark.parametrize(
    "place",
    [
        "secretlab/Subjects/S1/2026-03-01/001/alf/spikes.times.npy",
        "secretlab/S1/2026-03-01/001/alf/spikes.times.{stranger}.{stranger}.npy",
    ],
)
async def test_a_record_cannot_reach_for_another_labs_bytes(rig, times, place):
    """Labs share a bucket, and a record's path is what somebody wrote."""
    key = place.format(stranger="0195b7a2-8f6c-7d31-9a54-2f1c3b6d8e90")
    await rig.store.put(rig.bucket, key, times, md5=rig.md5_of(times))
    made = await rig.house.make("/datasets", {
        "name": "spikes.times.npy", "dataset_type": "spikes.times", "session": rig.session, "collection": "alf",
    })  # fmt: skip
    body = {"dataset": made["url"][-36:], "data_repository": "central", "relative_path": key, "exists": True}
    assert (await rig.house.member.post("/files", json=body)).status_code == 201
    await rig.work()
    (record,) = (await rig.house.admin.get("/files", params={"dataset": made["url"][-36:]})).json()["results"]
    assert record["exists"] is False
    urls = (await rig.house.member.post("/signed-urls", json={"datasets": [made["url"][-36:]]})).json()
    assert "http" not in str(urls), urls


@pytest.mark.parametrize("path", ["a\nb/x.npy", "a//b.npy", "a/../b.npy", "a\x7f.npy"])
async def test_paths_that_no_store_takes_are_refused(rig, path):
    made = await rig.house.make("/datasets", {
        "name": "spikes.times.npy", "dataset_type": "spikes.times", "session": rig.session, "collection": "alf",
    })  # fmt: skip
    body = {"dataset": made["url"][-36:], "data_repository": "central", "relative_path": path, "exists": True}
    answer = await rig.house.member.post("/files", json=body)
    assert (answer.status_code, list(answer.json())) == (400, ["relative_path", "status_code"])


async def test_a_rig_undoes_no_protection_and_deletes_no_session(rig, times):
    (entry,) = await rig.upload({"alf/spikes.times.npy": times})
    dataset = f"/datasets/{entry['dataset']}"
    for tag, more in (("frozen", {"protected": True}), ("open", {"public": True})):
        await rig.house.make("/tags", {"name": tag, **more})
    assert (await rig.house.manager.patch(dataset, json={"tags": ["frozen"]})).status_code == 200
    for caller in (rig.house.clients["rig"], rig.house.member):
        assert (await caller.patch(dataset, json={"tags": []})).status_code == 403
        assert (await caller.patch(dataset, json={"hash": "b" * 32})).status_code == 403
        assert (await caller.delete(dataset)).status_code == 403
    assert (await rig.house.clients["rig"].patch(dataset, json={"tags": ["frozen", "open"]})).status_code == 403
    assert (await rig.house.manager.patch(dataset, json={"tags": []})).status_code == 200
    assert (await rig.house.clients["rig"].delete(f"/sessions/{rig.session}")).status_code == 403
    assert await rig.download(entry) == times
