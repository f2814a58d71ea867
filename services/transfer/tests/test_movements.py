"""Files go where rules want them, are read back, and are registered there only if they are what was registered."""

import hashlib
import random

import httpx

NOTE = "raw_behavior_data/_iblrig_encoderEvents.raw.ssv"
SOUND = "raw_behavior_data/_iblrig_micData.raw.wav"


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


async def test_a_file_that_a_rule_wants_elsewhere_arrives_and_is_registered_there(lab):
    rule = await lab.rule()
    small, large = noise(1000), noise(40 * 2**20, seed=2)
    datasets = await lab.upload({NOTE: small, SOUND: large})
    dry = await lab.plan(dry_run=True)
    assert (dry["datasets"], dry["files"], dry["bytes"], dry["made"]) == (2, 2, len(small) + len(large), 0)
    assert await lab.transfers() == []
    plan = await lab.plan()
    assert (plan["made"], plan["rules"]) == (2, [
        {"rule": "to the centre", "rule_id": rule["id"], "files": 2, "bytes": len(small) + len(large)}
    ])  # fmt: skip
    assert (await lab.plan())["files"] == 0  # on its way already
    assert await lab.copies(datasets[SOUND]) == {"near": True}
    await lab.run()
    for path, data in ((NOTE, small), (SOUND, large)):
        assert await lab.copies(datasets[path]) == {"near": True, "far": True}
        assert lab.object_of(datasets[path])[0] == lab.far_bucket
        assert await lab.bytes_of(datasets[path]) == data
    done = await lab.transfers(state="done", rule="to the centre", target="far", source="near", lab="openlab")
    assert {one["dataset"] for one in done} == set(datasets.values())
    assert {(one["progress"], one["bytes_sent"], one["attempts"], one["reason"]) for one in done} == {
        (1, len(small), 1, None), (1, len(large), 1, None),
    }  # fmt: skip
    assert (await lab.plan())["files"] == 0  # there already


async def test_one_store_copies_within_itself(lab):
    await lab.rule(target="beside")
    small, large = noise(1000), noise(33 * 2**20, seed=2)
    datasets = await lab.upload({NOTE: small, SOUND: large})
    await lab.plan()
    await lab.run()
    for path, data in ((NOTE, small), (SOUND, large)):
        assert await lab.bytes_of(datasets[path], "beside") == data
    assert {one["state"] for one in await lab.transfers()} == {"done"}


async def test_what_lies_in_another_store_only_is_fetched_from_there(lab):
    await lab.rule()
    datasets = await lab.upload({NOTE: b"text"})
    await lab.plan()
    await lab.run()
    lab.sql(
        "update files.file_records set exists = false where repository_id = (select id from files.repositories where name = 'near')"
    )
    answer = await lab.house.member.post("/signed-urls", json={"datasets": list(datasets.values())})
    (one,) = answer.json()["urls"]
    async with httpx.AsyncClient() as http:
        assert (await http.get(one["url"])).content == b"text"
    # the lab's uploads still go to its own store
    await lab.upload({SOUND: b"sound"})
    assert (await lab.transfers()) != []


async def test_at_once_means_when_the_bytes_are_verified(lab):
    await lab.rule(timing="at_once", dataset_type="_iblrig_encoder*")
    await lab.rule(name="the rest at night")
    datasets = await lab.upload({NOTE: b"note", "raw_behavior_data/_iblrig_taskSettings.raw.json": b"wheel"})
    await lab.run()
    assert {one["dataset_name"] for one in await lab.transfers()} == {"_iblrig_encoderEvents.raw.ssv"}
    assert await lab.copies(datasets["raw_behavior_data/_iblrig_taskSettings.raw.json"]) == {"near": True}


async def test_a_wrong_copy_at_the_source_is_quarantined_and_stops_no_other(lab):
    await lab.rule()
    datasets = await lab.upload({NOTE: b"right", SOUND: b"also right"})
    bucket, key = lab.object_of(datasets[NOTE], "near")
    wrong = b"wrong"
    await lab.store.put(bucket, key, wrong, md5=hashlib.md5(wrong, usedforsecurity=False).hexdigest())
    await lab.plan()
    await lab.run()
    (bad,) = await lab.transfers(dataset=datasets[NOTE])
    assert (bad["state"], bad["wrong"]) == ("quarantined", "source")
    assert bad["reason"].startswith("The copy in near is wrong: it has 5 bytes with the MD5")
    assert await lab.copies(datasets[NOTE]) == {"near": True}
    assert await lab.copies(datasets[SOUND]) == {"near": True, "far": True}
    assert (await lab.plan())["files"] == 0  # the same bytes are not sent every night
    await lab.store.put(bucket, key, b"right", md5=hashlib.md5(b"right", usedforsecurity=False).hexdigest())
    await lab.act(bad, "retry")
    await lab.run()
    assert await lab.copies(datasets[NOTE]) == {"near": True, "far": True}
    assert len(await lab.far_objects()) == 2  # what was in quarantine is removed
