"""Whatever goes wrong and whenever a worker dies: every file arrives whole or says why not, and what was sent stays sent."""

import asyncio
import os
import random
import sys
import textwrap

import pytest
from bregma_transfer.movements import carriers, carrying, domain
from bregma_transfer.movements.domain import MOST_TRIES
from bregma_transfer.plans import service as plans

NOTE = "raw_behavior_data/_iblrig_encoderEvents.raw.ssv"
SOUND = "raw_behavior_data/_iblrig_micData.raw.wav"
PART = 5 * 2**20
PARTS = 6


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(domain, "PART", PART)


def is_part(request) -> bool:
    return request.method == "PUT" and "partNumber" in request.query


async def assert_arrived(lab, dataset: str, data: bytes) -> dict:
    (one,) = await lab.transfers(dataset=dataset)
    assert (one["state"], one["reason"], one["wrong"]) == ("done", None, None)
    assert await lab.copies(dataset) == {"near": True, "far": True}
    assert await lab.bytes_of(dataset) == data
    return one


async def planned(lab, data: bytes) -> str:
    await lab.rule()
    dataset = (await lab.upload({SOUND: data}))[SOUND]
    await lab.plan()
    return dataset


WORKER = """
    import asyncio, os, signal, sys
    from bregma_app.main import make_process
    from bregma_files import room as files
    from bregma_kit.settings import Settings
    from bregma_transfer.movements import carriers, carrying, domain
    from bregma_transfer.movements.tasks import worker_of

    domain.PART = 5 * 2**20

    def after(owner, name, times=1):
        original, left = getattr(owner, name), [times]

        async def run(*args, **more):
            answer = await original(*args, **more)
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        setattr(owner, name, run)

    KILLS = {
        "at the last part but one": lambda: after(carriers, "_send_part", 5),
        "joined": lambda: after(carriers, "resume"),
    }

    async def work():
        process = make_process(Settings(), ["transfer"])
        await process.database.open()
        async with files.serving(process):
            await carrying.work(worker_of(process))

    KILLS[sys.argv[1]]()
    asyncio.run(work())
"""


def environment(settings) -> dict[str, str]:
    stores = settings.stores["centre"]
    centre = (
        f'{{"centre": {{"endpoint": "{stores.endpoint}", "access_key": "{stores.access_key.get_secret_value()}", '
        f'"secret_key": "{stores.secret_key.get_secret_value()}", "region": "{stores.region}"}}}}'
    )
    return {
        **os.environ, "BREGMA_DATABASE_URL": settings.database_url.get_secret_value(), "BREGMA_S3_ENDPOINT": settings.s3_endpoint,
        "BREGMA_S3_ACCESS_KEY": settings.s3_access_key.get_secret_value(), "BREGMA_S3_REGION": settings.s3_region,
        "BREGMA_S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(), "BREGMA_S3_BUCKET": settings.s3_bucket,
        "BREGMA_SECRET_KEY": "x" * 32, "BREGMA_STORES": centre, "BREGMA_TRANSFER_PARTS": "2",
    }  # fmt: skip


@pytest.mark.parametrize("when", ["at the last part but one", "joined"])
async def test_a_killed_worker_costs_at_most_two_parts(lab, settings, far_store, tmp_path, when):
    data = noise(PARTS * PART)
    dataset = await planned(lab, data)
    script = tmp_path / "worker.py"
    script.write_text(textwrap.dedent(WORKER))
    far_store.proxy.reset()
    killed = await asyncio.create_subprocess_exec(sys.executable, str(script), when, env=environment(settings))
    assert await killed.wait() == -9
    (one,) = await lab.transfers()
    assert one["state"] == "moving"
    assert await lab.copies(dataset) == {"near": True}
    await lab.again()
    assert (await lab.transfers())[0]["state"] == "moving", "its lease holds"
    lab.sql("update transfer.movements set lease_until = now() - interval '1 second'")
    await lab.again()
    done = await assert_arrived(lab, dataset, data)
    assert done["attempts"] == 2
    assert len([one for one in far_store.proxy.requests if is_part(one)]) <= PARTS + 2
    assert len(await lab.far_objects()) == 1


async def test_a_store_that_says_slow_down_is_met_again_later(lab, far_store):
    data = noise(PARTS * PART)
    dataset = await planned(lab, data)
    far_store.proxy.fail(503, times=1000, when=lambda one: is_part(one) and int(one.query["partNumber"]) > 3)
    await lab.run()
    (one,) = await lab.transfers()
    assert (one["state"], one["attempts"]) == ("queued", 1)
    assert "store" in one["reason"]
    assert one["next_try_at"] is not None
    far_store.proxy.reset()
    await lab.again()
    await assert_arrived(lab, dataset, data)
    assert len([1 for request in far_store.proxy.requests if is_part(request)]) <= PARTS


async def test_bytes_that_are_spoilt_on_their_way_are_sent_again(lab, proxy):
    data = noise(20_000)
    dataset = await planned(lab, data)
    proxy.lie(times=1, when=lambda request: request.method == "GET")
    await lab.run()
    (one,) = await lab.transfers()
    assert (one["state"], one["wrong"]) == ("queued", "target")
    assert one["reason"].startswith("The copy in far is wrong:")
    assert await lab.copies(dataset) == {"near": True}
    await lab.again()
    await assert_arrived(lab, dataset, data)
    assert len(await lab.far_objects()) == 1


async def test_a_short_answer_is_no_answer(lab, proxy):
    data = noise(PARTS * PART)
    dataset = await planned(lab, data)
    proxy.cut_after(1000, times=3, when=lambda request: request.method == "GET" and SOUND[-7:] in request.path)
    await lab.run()
    await lab.again()
    await assert_arrived(lab, dataset, data)


async def test_a_source_that_is_gone_fails_with_its_reason_and_stops_no_other(lab):
    await lab.rule()
    datasets = await lab.upload({NOTE: b"lost", SOUND: b"kept"})
    await lab.store.delete(*lab.object_of(datasets[NOTE], "near"))
    await lab.plan()
    await lab.run()
    (lost,) = await lab.transfers(dataset=datasets[NOTE])
    assert (lost["state"], lost["wrong"]) == ("failed", "source")
    await assert_arrived(lab, datasets[SOUND], b"kept")


async def test_what_fails_for_ever_is_given_up_with_a_reason_and_planned_again(lab, far_store):
    dataset = await planned(lab, b"text")
    far_store.proxy.down()
    for _ in range(MOST_TRIES):
        lab.sql("update transfer.movements set tries_left = least(tries_left, 1)")
        await lab.again()
    (one,) = await lab.transfers()
    assert one["state"] == "failed"
    assert one["reason"] == "The object store does not answer."
    far_store.proxy.up()
    assert (await lab.plan())["made"] == 1
    await lab.run()
    await assert_arrived(lab, dataset, b"text")


async def test_two_planners_at_once_make_nothing_twice(lab):
    await lab.rule()
    await lab.upload({f"raw_behavior_data_{n:02}/_iblrig_encoderEvents.raw.ssv": b"x" * n for n in range(1, 30)})
    (openlab,) = lab.sql("select id from metadata.labs where name = 'openlab'")[0]
    made = await asyncio.gather(*(plans.plan_labs(lab.process.database, [openlab]) for _ in range(4)))
    found = await lab.transfers(limit="1000")
    assert sum(plan.made for plan, _ in made) == len(found) > 0
    assert len({one["dataset"] for one in found}) == len(found)


async def test_who_lost_the_lease_writes_nothing_any_more(lab, monkeypatch):
    data = noise(PARTS * PART)
    dataset = await planned(lab, data)
    reached, go_on, original = asyncio.Event(), asyncio.Event(), carriers.read_back

    async def held(place, likely):
        if not reached.is_set():
            reached.set()
            await go_on.wait()
        return await original(place, likely)

    async def deaf(self, _block):
        await asyncio.sleep(3600)

    with monkeypatch.context() as patch:
        patch.setattr(carriers, "read_back", held)
        patch.setattr(carrying.Attempt, "_tell_on", deaf)
        first = asyncio.create_task(carrying.work(lab.worker))
        await reached.wait()
        lab.sql("update transfer.movements set lease_until = now() - interval '1 second'")
        await carrying.work(lab.worker)
        done = await assert_arrived(lab, dataset, data)
        go_on.set()
        await first
    assert done == await assert_arrived(lab, dataset, data)
    assert done["attempts"] == 2


async def test_pausing_keeps_what_was_sent_and_cancelling_removes_it(lab, monkeypatch, far_store):
    data = noise(PARTS * PART)
    dataset = await planned(lab, data)
    reached, original = asyncio.Event(), carriers._send_part

    async def slow(load, multipart, part):
        if part.number > 3:
            reached.set()
            await asyncio.sleep(3600)
        await original(load, multipart, part)

    with monkeypatch.context() as patch:
        patch.setattr(carriers, "_send_part", slow)
        work = asyncio.create_task(carrying.work(lab.worker))
        await reached.wait()
        (one,) = await lab.transfers(state="moving")
        while (await lab.transfers())[0]["bytes_done"] < 3 * PART:  # noqa: ASYNC110  the worker tells it each second
            await asyncio.sleep(0.1)
        (one,) = await lab.transfers()
        assert (one["progress"], one["rate"] > 0, one["seconds_left"] > 0) == (0.5, True, True)
        assert (await lab.act(one, "pause"))["state"] == "paused"
        await work
    assert (await lab.act(one, "pause", status=409))["detail"] == (
        "The transfer is paused; to pause it, it must be queued or moving."
    )
    await lab.act(one, "resume")
    far_store.proxy.reset()
    await lab.run()
    await assert_arrived(lab, dataset, data)
    assert len([one for one in far_store.proxy.requests if is_part(one)]) == 3


async def test_a_cancelled_transfer_leaves_nothing_and_is_not_planned_again(lab):
    data = noise(100)
    dataset = await planned(lab, data)
    (one,) = await lab.transfers()
    for who, status in (("outsider", 403), ("public", 403), ("stranger", 403)):
        await lab.act(one, "cancel", by=who, status=status)
    cancelled = await lab.act(one, "cancel")
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "member cancelled it.")
    assert (await lab.plan())["files"] == 0
    await lab.run()
    assert await lab.far_objects() == set()
    await lab.act(one, "retry")
    await lab.run()
    await assert_arrived(lab, dataset, data)


async def test_new_bytes_overtake_what_was_planned(lab):
    dataset = await planned(lab, b"older")
    newer = noise(3000)
    await lab.upload({SOUND: newer})
    await lab.run()
    await assert_arrived(lab, dataset, newer)
