"""Raw recordings that go once their compressed copies are there: asked by rules, decided by facts, undone at one call."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from bregma_app.worker import TASKS
from bregma_compression.work import retiring
from bregma_files.retention import service
from bregma_kit.clock import now
from bregma_kit.jobs import run_worker
from bregma_kit.objects import ObjectMissing

from services.compression.tests.conftest import STEM, raw_of


class Shelf:
    """A lab whose raw recording was compressed under a rule that wants it gone at once."""

    def __init__(self, lab, raw, rule):
        self.lab, self.raw, self.rule = lab, raw, rule

    async def look(self):
        """What happens every hour, and what follows from it."""
        await retiring.ask(self.lab.house.database)
        await run_worker(self.lab.process, TASKS, ["files"], wait=False, signals=False)

    async def purge(self):
        await service.purge(self.lab.house.database, self.lab.process.extras["stores"])

    async def only(self, by="member"):
        answer = await self.lab.house.clients[by].get("/retirements")
        assert answer.status_code == 200, answer.text
        (one,) = answer.json()["results"]
        return one

    async def dataset(self):
        return (await self.lab.house.member.get(f"/datasets/{self.raw}")).json()

    async def exists(self):
        (record,) = (await self.dataset())["file_records"]
        return record["exists"]

    async def undo(self, one, by="manager", status=204):
        answer = await self.lab.house.clients[by].post(f"/retirements/{one['id']}/undo")
        assert answer.status_code == status, answer.text
        return answer

    def sql(self, statement):
        url = self.lab.process.settings.database_url.get_secret_value()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)

    def later(self):
        """As if the days to undo it had gone by."""
        self.sql("update files.retirements set delete_after = now() where delete_after is not null")

    async def key(self, suffix):
        (found,) = [one for one in await self.lab.objects() if one.endswith(suffix)]
        return found


@pytest.fixture
async def shelf(lab):
    rule = await lab.rule()
    raw = await lab.record()
    await lab.work()
    (job,) = await lab.jobs()
    assert job["state"] == "done"
    # only now: at some minute of the hour a worker asks by itself
    answer = await lab.house.manager.patch(f"/compression/rules/{rule['id']}", json={"retire_raw_after_days": 0})
    assert answer.json()["retire_raw_after_days"] == 0
    return Shelf(lab, raw, rule)


async def test_out_of_sight_then_gone(shelf):
    key = await shelf.key(".bin")
    await shelf.look()
    one = await shelf.only()
    assert (one["state"], one["name"], one["lab"], one["dataset"]) == ("waiting", f"{STEM}.bin", "openlab", shelf.raw)
    assert (one["size"], one["asked_by"], one["reason"]) == (len(raw_of()), "compression rule raw ephys", None)
    assert len(one["stand_ins"]) == 2
    assert await shelf.exists() is False
    assert (await shelf.dataset())["hash"] is not None, "what it was stays known"
    answer = await shelf.lab.house.member.post("/signed-urls", json={"datasets": [shelf.raw]})
    assert answer.json()["urls"][0]["url"] is None
    # nothing is deleted before its time, however often somebody looks
    await shelf.look()
    await shelf.purge()
    assert await shelf.key(".bin") == key
    shelf.later()
    await shelf.purge()
    assert (await shelf.only())["state"] == "deleted"
    assert await shelf.lab.store.size(shelf.lab.bucket, key) is None
    assert len(await shelf.lab.objects()) == 3, "the .cbin, the .ch and the .meta stay"
    await shelf.undo(one, status=409)
    await shelf.look()
    await shelf.purge()
    assert (await shelf.only())["state"] == "deleted"


async def test_undone_stays_undone(shelf):
    await shelf.look()
    one = await shelf.only()
    for who, status in (("member", 403), ("outsider", 403), ("stranger", 403)):
        await shelf.undo(one, by=who, status=status)
    await shelf.undo(one)
    assert await shelf.exists() is True
    assert await shelf.lab.store.size(shelf.lab.bucket, await shelf.key(".bin")) == len(raw_of())
    await shelf.look()
    shelf.later()
    await shelf.purge()
    assert ((await shelf.only())["state"], await shelf.exists()) == ("undone", True)
    await shelf.undo(one, status=409)


async def test_only_as_many_days_after_it_was_compressed(shelf):
    change = {"retire_raw_after_days": 1}
    answer = await shelf.lab.house.manager.patch(f"/compression/rules/{shelf.rule['id']}", json=change)
    assert answer.json()["retire_raw_after_days"] == 1
    await shelf.look()
    assert (await shelf.lab.house.member.get("/retirements")).json()["count"] == 0
    shelf.sql(f"update compression.jobs set ended_at = '{now() - timedelta(days=1)}'")
    await shelf.look()
    assert (await shelf.only())["state"] == "waiting"


async def test_what_speaks_against_it_is_told_and_asked_again(shelf):
    house = shelf.lab.house
    rule = f"/compression/rules/{shelf.rule['id']}"
    assert (await house.manager.patch(rule, json={"minimum_copies": 2})).json()["minimum_copies"] == 2
    await shelf.look()
    one = await shelf.only()
    assert (one["state"], await shelf.exists()) == ("kept", True)
    assert f"{STEM}.cbin has 1 of 2 verified copies" in one["reason"]
    assert (await house.manager.patch(rule, json={"minimum_copies": 1})).status_code == 200

    await house.make("/tags", {"name": "frozen", "protected": True})
    assert (await house.manager.patch(f"/datasets/{shelf.raw}", json={"tags": ["frozen"]})).status_code == 200
    await shelf.look()
    assert "protected by frozen" in (await shelf.only())["reason"]
    assert (await house.manager.patch(f"/datasets/{shelf.raw}", json={"tags": []})).status_code == 200

    cbin = await shelf.key(".cbin")
    content = b"".join([bytes(piece) async for piece in shelf.lab.store.read(shelf.lab.bucket, cbin)])
    await shelf.lab.store.discard(shelf.lab.bucket, cbin)
    await shelf.look()
    assert f"{STEM}.cbin has 0 of 1" in (await shelf.only())["reason"]
    assert await shelf.exists() is True

    async def pieces():
        yield content

    await shelf.lab.store.send(shelf.lab.bucket, cbin, pieces(), len(content))
    await shelf.look()
    assert ((await shelf.only())["state"], await shelf.exists()) == ("waiting", False)


async def test_everything_is_looked_at_again_before_the_object_goes(shelf):
    await shelf.look()
    shelf.later()
    await shelf.lab.store.discard(shelf.lab.bucket, await shelf.key(".ch"))
    await shelf.purge()
    one = await shelf.only()
    assert one["state"] == "waiting"
    assert f"{STEM}.ch has 0 of 1" in one["reason"]
    assert await shelf.key(".bin")
    await shelf.undo(one)
    assert await shelf.exists() is True


async def test_a_copy_somebody_wants_to_keep_is_never_retired(shelf):
    await shelf.lab.house.manager.patch(f"/compression/rules/{shelf.rule['id']}", json={"minimum_copies": 2})
    await shelf.look()
    await shelf.undo(await shelf.only())
    await shelf.lab.house.manager.patch(f"/compression/rules/{shelf.rule['id']}", json={"minimum_copies": 1})
    await shelf.look()
    assert ((await shelf.only())["state"], await shelf.exists()) == ("undone", True)


async def test_killed_before_and_after_the_object_went(shelf, monkeypatch):
    await shelf.look()
    shelf.later()
    store = shelf.lab.process.extras["stores"].store("")
    discard, key = store.discard, await shelf.key(".bin")

    async def dies(_bucket, _key):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "discard", dies)
    with pytest.raises(KeyboardInterrupt):
        await shelf.purge()
    one = await shelf.only()
    assert one["state"] == "deleting"
    await shelf.undo(one, status=409)

    async def dies_after(bucket, key):
        await discard(bucket, key)
        raise KeyboardInterrupt

    # whoever goes on looks again: what stands for it may be gone by now
    shelf.sql(f"update files.datasets set sha256 = repeat('1', 64) where name = '{STEM}.ch' returning 1")
    await shelf.purge()
    assert "0 of 1" in (await shelf.only())["reason"]
    assert await shelf.lab.store.size(shelf.lab.bucket, key) is not None
    shelf.sql(f"""
        update files.datasets d set sha256 = r.sha256 from compression.job_results r
        where r.dataset_id = d.id and d.name = '{STEM}.ch'
    """)
    shelf.later()

    monkeypatch.setattr(store, "discard", dies_after)
    with pytest.raises(KeyboardInterrupt):
        await shelf.purge()
    monkeypatch.setattr(store, "discard", discard)
    await shelf.purge()
    assert (await shelf.only())["state"] == "deleted"
    with pytest.raises(ObjectMissing):
        _ = [piece async for piece in shelf.lab.store.read(shelf.lab.bucket, key)]


async def test_what_was_undone_while_a_purge_runs_stays(shelf):
    await shelf.look()
    shelf.later()
    one, key = await shelf.only(), await shelf.key(".bin")
    # the purge has its list, and then somebody is faster
    await shelf.undo(one)
    await service._delete(shelf.lab.house.database, shelf.lab.process.extras["stores"], UUID(one["id"]))
    assert ((await shelf.only())["state"], await shelf.exists()) == ("undone", True)
    assert await shelf.lab.store.size(shelf.lab.bucket, key) == len(raw_of())


@pytest.mark.parametrize("when", ["before", "while it waits"])
async def test_other_bytes_do_not_stand_for_it(shelf, when):
    """Somebody replaces the compressed file by another one, which is verified as well."""
    if when != "before":
        await shelf.look()
    shelf.sql(f"update files.datasets set sha256 = repeat('1', 64), hash = repeat('1', 32) where name = '{STEM}.cbin'")
    await shelf.look()
    shelf.later()
    await shelf.purge()
    one = await shelf.only()
    assert f"{STEM}.cbin has 0 of 1" in one["reason"]
    assert one["state"] == ("kept" if when == "before" else "waiting")
    assert await shelf.key(".bin")


async def test_a_stand_in_that_rots_in_the_store_is_found_before_the_raw_goes(shelf):
    await shelf.look()
    shelf.later()
    key = await shelf.key(".cbin")
    content = b"".join([bytes(piece) async for piece in shelf.lab.store.read(shelf.lab.bucket, key)])

    async def pieces():
        yield content[:-3] + b"rot"

    await shelf.lab.store.send(shelf.lab.bucket, key, pieces(), len(content))
    await shelf.purge()
    assert f"{STEM}.cbin has 0 of 1" in (await shelf.only())["reason"]
    assert await shelf.key(".bin")


async def test_without_its_table_a_recording_stands_for_nothing(shelf):
    ch = (await shelf.lab.datasets())[f"{STEM}.ch"]["url"]
    assert (await shelf.lab.house.manager.delete(ch)).status_code == 204
    await shelf.look()
    assert (await shelf.lab.house.member.get("/retirements")).json()["count"] == 0
    assert await shelf.exists() is True


async def test_what_stands_for_a_retired_file_is_not_deleted(shelf):
    await shelf.look()
    for name in (f"{STEM}.cbin", f"{STEM}.ch"):
        dataset = (await shelf.lab.datasets())[name]["url"]
        answer = await shelf.lab.house.manager.delete(dataset)
        assert answer.status_code == 403
        assert f"stands for {STEM}.bin" in answer.json()["detail"]
    await shelf.undo(await shelf.only())
    assert (await shelf.lab.house.manager.delete(dataset)).status_code == 204


async def test_an_object_that_another_record_names_stays(shelf):
    await shelf.look()
    shelf.later()
    key = await shelf.key(".bin")
    # as a moved session leaves it: two datasets, one object
    shelf.sql(f"""
        insert into files.file_records (id, dataset_id, repository_id, relative_path, lab_id, "exists", object_key, verified_at)
        select gen_random_uuid(), d.id, r.repository_id, 'x/' || r.relative_path, r.lab_id, true, '{key}', now()
        from files.file_records r, files.datasets d where r.dataset_id = '{shelf.raw}' and d.name = '{STEM}.meta'
    """)
    await shelf.purge()
    one = await shelf.only()
    assert "Another record names the same object." in one["reason"]
    assert await shelf.lab.store.size(shelf.lab.bucket, key) == len(raw_of())


async def test_undo_after_other_bytes_were_registered_is_refused(shelf):
    await shelf.look()
    shelf.sql(f"update files.datasets set sha256 = repeat('2', 64) where id = '{shelf.raw}'")
    answer = await shelf.undo(await shelf.only(), status=409)
    assert "other bytes" in answer.json()["detail"]


async def test_a_rule_in_front_that_keeps_the_raw_file_has_the_word(shelf):
    await shelf.lab.rule(name="keep", priority=10)
    await shelf.look()
    assert (await shelf.lab.house.member.get("/retirements")).json()["count"] == 0


async def test_replaced_raw_files_are_not_what_was_compressed(shelf):
    shelf.sql(f"update files.datasets set sha256 = repeat('0', 64) where id = '{shelf.raw}'")
    await shelf.look()
    one = await shelf.only()
    assert (one["state"], await shelf.exists()) == ("kept", True)
    assert "replaced" in one["reason"]


async def test_rules_say_nothing_senseless(lab):
    for wrong in ({"retire_raw_after_days": -1}, {"minimum_copies": 0}, {"retire_raw_after_days": 1.5}):
        await lab.rule(status=400, **wrong)
    rule = await lab.rule(retire_raw_after_days=7)
    answer = await lab.house.manager.patch(f"/compression/rules/{rule['id']}", json={"retire_raw_after_days": None})
    assert answer.json()["retire_raw_after_days"] is None
