"""Whatever goes wrong and whenever a worker dies: nothing is half registered, and the job is done in the end."""

import asyncio
import os
import sys
import textwrap

import psycopg
import pytest
from bregma_compression.work import attempt as attempts
from bregma_compression.work import running, service
from bregma_compression.work.domain import MOST_TRIES
from bregma_files import api as files
from bregma_kit.errors import Unavailable

STEM = "_spikeglx_ephysData_g0_t0.imec0.ap"

CBIN, CH = f"{STEM}.cbin", f"{STEM}.ch"


async def assert_nothing_made(lab) -> None:
    """Only what the rig sent is registered or stored, and no disk holds anything."""
    assert set(await lab.datasets()) == {f"{STEM}.bin", f"{STEM}.meta"}
    assert len(await lab.objects()) == 2
    assert lab.scratch() == []


async def assert_done(lab, job, tmp_path, raw) -> None:
    found = await lab.job(job)
    assert (found["state"], found["reason"]) == ("done", None)
    datasets = await lab.datasets()
    assert set(datasets) == {f"{STEM}.bin", f"{STEM}.meta", CBIN, CH}
    assert len(await lab.objects()) == 4
    ids = [datasets[name]["url"][-36:] for name in (CBIN, CH)]
    assert await lab.samples(*ids, tmp_path) == raw


async def _after_registering(*args, original=running._claimed_and_registered):
    await original(*args)
    raise OSError(5, "Input/output error")


async def _after_the_first(self, bucket, key, pieces, size, metadata=None):
    if key.endswith(".ch"):
        raise Unavailable("The object store does not answer as it should.")
    await type(self).original(self, bucket, key, pieces, size, metadata)


def _failing(name: str, error: Exception):
    async def fail(*_args, **_more):
        raise error

    return name, fail


@pytest.mark.parametrize(
    ("name", "fault", "reason"),
    [
        (*_failing("_read", OSError(28, "No space left on device")), "No space left on device"),
        (*_failing("_made", RuntimeError("broken")), "RuntimeError: this is a fault of the program"),
        (*_failing("_verify", running.NotNow("The store gave other bytes back.")), "The store gave other bytes back."),
        (*_failing("_register", ConnectionResetError()), "disk or network failed"),
        ("_claimed_and_registered", _after_registering, "Input/output error"),
    ],
)
async def test_a_fault_at_any_step_leaves_nothing_and_the_job_is_tried_again(
    lab, tmp_path, monkeypatch, name, fault, reason
):
    raw = lab.raw_of()
    job = await lab.ask(await lab.record(raw))
    with monkeypatch.context() as patch:
        patch.setattr(running, name, fault)
        await lab.work()
    found = await lab.job(job)
    assert (found["state"], found["attempts"], found["progress"]) == ("queued", 1, 0)
    assert reason in found["reason"]
    assert found["next_try_at"] is not None
    await assert_nothing_made(lab)
    await lab.work()
    assert (await lab.job(job))["state"] == "queued", "it waits before it is tried again"
    lab.later()
    await lab.work()
    await assert_done(lab, job, tmp_path, raw)
    assert (await lab.job(job))["attempts"] == 2


async def test_a_store_that_goes_away_between_two_files_costs_no_try(lab, tmp_path, monkeypatch):
    raw = lab.raw_of()
    job = await lab.ask(await lab.record(raw))
    store = type(lab.store)
    with monkeypatch.context() as patch:
        patch.setattr(store, "original", store.send, raising=False)
        patch.setattr(store, "send", _after_the_first)
        for _ in range(MOST_TRIES + 1):
            await lab.work()
            lab.later()
    assert (await lab.job(job))["state"] == "queued"
    await assert_nothing_made(lab)
    await lab.work()
    await assert_done(lab, job, tmp_path, raw)


async def test_a_job_that_never_goes_is_given_up_with_its_reason(lab):
    datasets = await lab.upload({lab.raw_path: lab.raw_of()})
    job = await lab.ask(datasets[lab.raw_path])
    for _ in range(MOST_TRIES):
        await lab.work()
        lab.later()
    found = await lab.job(job)
    assert (found["state"], found["attempts"]) == ("failed", MOST_TRIES)
    assert f"no verified {STEM}.meta lies beside the recording" in found["reason"]
    # what was missing arrives
    await lab.upload({lab.meta_path: lab.meta_of()})
    assert (await lab.act(job, "retry"))["state"] == "queued"
    await lab.work()
    assert (await lab.job(job))["state"] == "done"


async def test_what_can_never_go_fails_at_once(lab):
    probes = {
        "no whole number of samples": (b"\0" * 1001, lab.meta_of()),
        "has no line imSampRate": (b"\0" * 1800, b"nSavedChans=9\n"),
    }
    for number, (reason, (raw, meta)) in enumerate(probes.items()):
        stem = f"raw_ephys_data/probe0{number}/_spikeglx_ephysData_g0_t0.imec{number}.ap"
        datasets = await lab.upload({f"{stem}.bin": raw, f"{stem}.meta": meta})
        job = await lab.ask(datasets[f"{stem}.bin"])
        await lab.work()
        found = await lab.job(job)
        assert (found["state"], found["attempts"]) == ("failed", 1)
        assert reason in found["reason"]
        assert str(lab.process.settings.scratch_folder) not in found["reason"]
    assert (len(await lab.objects()), lab.scratch()) == (4, [])


async def test_a_store_that_gives_other_bytes_than_were_verified_is_told_of(lab):
    dataset = await lab.record()
    job = await lab.ask(dataset)
    (key,) = [one for one in await lab.objects() if one.endswith(".bin")]
    rotten = lab.raw_of(seed=2)
    await lab.store.put(lab.bucket, key, rotten, md5=files_md5(rotten))
    await lab.work()
    found = await lab.job(job)
    assert found["state"] == "failed"
    assert "other bytes" in found["reason"]
    await assert_nothing_made(lab)


def files_md5(data: bytes) -> str:
    import hashlib

    return hashlib.md5(data, usedforsecurity=False).hexdigest()


async def test_a_result_that_rots_on_its_way_is_never_registered(lab, tmp_path, monkeypatch):
    raw = lab.raw_of()
    job = await lab.ask(await lab.record(raw))
    original = type(lab.store).send

    async def send(self, bucket, key, pieces, size, metadata=None):
        async def rotten():
            async for piece in pieces:
                yield piece[:-1] + bytes([piece[-1] ^ 1])

        await original(self, bucket, key, rotten(), size, metadata)

    with monkeypatch.context() as patch:
        patch.setattr(type(lab.store), "send", send)
        await lab.work()
    assert "The store gave other bytes back" in (await lab.job(job))["reason"]
    await assert_nothing_made(lab)
    lab.later()
    await lab.work()
    await assert_done(lab, job, tmp_path, raw)


async def test_a_raw_file_that_is_replaced_meanwhile_is_not_mixed_up(lab, monkeypatch):
    job = await lab.ask(await lab.record())
    original = files.register_made

    async def late(tx, source, made, **more):
        monkeypatch.undo()
        await lab.upload({lab.raw_path: lab.raw_of(seed=3)})
        return await original(tx, source, made, **more)

    monkeypatch.setattr(running.files, "register_made", late)
    await lab.work()
    assert "was changed" in (await lab.job(job))["reason"]
    lab.later()
    await lab.work()
    found = await lab.job(job)
    assert found["state"] == "failed"
    assert "a new job compresses the new one" in found["reason"]
    assert not {CBIN, CH} & set(await lab.datasets())
    # asked to, the same job takes what is there now
    await lab.act(job, "retry")
    await lab.work()
    assert (await lab.job(job))["state"] == "done"


async def test_a_full_disk_is_waited_for(lab, monkeypatch):
    job = await lab.ask(await lab.record())
    usage = running.scratch.shutil.disk_usage("/")
    with monkeypatch.context() as patch:
        patch.setattr(running.scratch.shutil, "disk_usage", lambda _path: usage._replace(free=1000))
        for _ in range(MOST_TRIES + 1):
            await lab.work()
            lab.later()
    found = await lab.job(job)
    assert found["state"] == "queued"
    assert "has 1,000 bytes free" in found["reason"]
    await lab.work()
    assert (await lab.job(job))["state"] == "done"


# kills

WORKER = """
    import asyncio, os, signal, sys
    from bregma_app.worker import work
    from bregma_compression.work import running
    from bregma_kit.settings import Settings

    def die(*_args, **_more):
        print("dies", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    def before(owner, name):
        setattr(owner, name, die)

    def after(owner, name):
        original = getattr(owner, name)

        async def run(*args, **more):
            await original(*args, **more)
            die()

        setattr(owner, name, run)

    KILLS = {
        "compressing": lambda: before(running, "_made"),
        "between two files": lambda: after(running.ObjectStore, "send"),
        "verified": lambda: before(running, "_register"),
        "registered, not committed": lambda: after(running, "_claimed_and_registered"),
    }
    KILLS[sys.argv[1]]()
    asyncio.run(work(Settings(), ["compression"]))
"""


def environment(lab) -> dict[str, str]:
    settings = lab.process.settings
    return {
        **os.environ, "BREGMA_DATABASE_URL": settings.database_url.get_secret_value(), "BREGMA_S3_ENDPOINT": settings.s3_endpoint,
        "BREGMA_S3_ACCESS_KEY": settings.s3_access_key.get_secret_value(), "BREGMA_S3_REGION": settings.s3_region,
        "BREGMA_S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(), "BREGMA_S3_BUCKET": settings.s3_bucket,
        "BREGMA_SECRET_KEY": "x" * 32, "BREGMA_SCRATCH": str(settings.scratch_folder),
    }  # fmt: skip


def take_over(lab) -> None:
    """As if half a minute had gone by without a sign of life of any worker."""
    url = lab.process.settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True, options="-c search_path=jobs,public") as connection:
        connection.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
        connection.execute(
            """insert into procrastinate_jobs (queue_name, task_name, args) values ('kit', 'kit.stalled', '{"timestamp": 0}')"""
        )


@pytest.mark.parametrize("when", ["compressing", "between two files", "verified", "registered, not committed"])
async def test_a_killed_worker_leaves_nothing_half_registered_and_another_does_the_job(lab, tmp_path, when):
    raw = lab.raw_of()
    job = await lab.ask(await lab.record(raw))
    script = tmp_path / "worker.py"
    script.write_text(textwrap.dedent(WORKER))
    # the worker logs in as it does in a cluster, where this room has a process and a role of its own
    worker = await asyncio.create_subprocess_exec(sys.executable, str(script), when, env=environment(lab))
    async with asyncio.timeout(60):
        await worker.wait()
    assert worker.returncode == -9
    assert (await lab.job(job))["state"] == "running"
    assert set(await lab.datasets()) == {f"{STEM}.bin", f"{STEM}.meta"}
    assert len(lab.scratch()) == 1
    take_over(lab)
    await lab.work()
    lab.later()
    await lab.work()
    await assert_done(lab, job, tmp_path, raw)
    assert lab.scratch() == []
    assert (await lab.job(job))["attempts"] == 2


async def test_a_recording_that_kills_every_worker_is_given_up(lab):
    job = await lab.ask(await lab.record())
    url = lab.process.settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True, options="-c search_path=jobs,public") as connection:
        connection.execute("update compression.jobs set state = 'running', attempts = 5, tries_left = 0")
    await lab.work()
    found = await lab.job(job)
    assert found["state"] == "failed"
    assert "again and again" in found["reason"]


async def test_a_job_that_lost_its_place_in_the_queue_is_found(lab):
    job = await lab.ask(await lab.record())
    url = lab.process.settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True, options="-c search_path=jobs,public") as connection:
        connection.execute("delete from jobs.procrastinate_jobs where task_name = 'compression.run'")
        await service.restart_stuck(lab.house.database)
        await lab.work()
        assert (await lab.job(job))["state"] == "queued"
        connection.execute("update compression.jobs set changed_at = now() - interval '1 hour'")
    await service.restart_stuck(lab.house.database)
    await lab.work()
    assert (await lab.job(job))["state"] == "done"


# cancelling, and ending a worker


@pytest.fixture
def held(lab, monkeypatch):
    """Hold a worker in the middle of sending, telling how far it is every few milliseconds."""
    reached, go_on = asyncio.Event(), asyncio.Event()
    original = running._pieces

    async def pieces(work, path):
        async for piece in original(work, path):
            reached.set()
            await go_on.wait()
            yield piece

    monkeypatch.setattr(running, "_pieces", pieces)
    monkeypatch.setattr(attempts, "TOLD_EVERY", 0.02)
    return reached, go_on


async def test_a_running_job_tells_how_far_it_is_and_can_be_cancelled(lab, held, until):
    reached, go_on = held
    job = await lab.ask(await lab.record())
    worker = asyncio.create_task(lab.work())
    await reached.wait()

    async def told() -> bool:
        return (await lab.job(job))["step"] == "sending"

    await until(told)
    assert 0.5 < (await lab.job(job))["progress"] < 1
    cancelled = await lab.act(job, "cancel")
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "member cancelled it.")
    await asyncio.sleep(0.1)
    go_on.set()
    await worker
    assert (await lab.job(job))["state"] == "cancelled"
    await assert_nothing_made(lab)
    await lab.act(job, "retry")
    await lab.work()
    assert (await lab.job(job))["state"] == "done"


async def test_a_worker_that_is_told_to_end_gives_its_job_back(lab, held, tmp_path):
    reached, go_on = held
    raw = lab.raw_of()
    job = await lab.ask(await lab.record(raw))
    work = asyncio.create_task(
        running.run(lab.house.database, lab.store, lab.process.settings, service.UUID(job["id"]))
    )
    await reached.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    found = await lab.job(job)
    assert (found["state"], found["reason"]) == ("queued", None)
    await assert_nothing_made(lab)
    go_on.set()
    await lab.work()
    await assert_done(lab, job, tmp_path, raw)
