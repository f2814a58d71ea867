"""Rules over HTTP, the nights of labs, and what an operator sees."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bregma_app.commands import transfers as command
from bregma_kit import clock
from bregma_transfer.plans import service as plans
from click.testing import CliRunner

SOUND = "raw_behavior_data/_iblrig_micData.raw.wav"
EVENTS = "raw_behavior_data/_iblrig_encoderEvents.raw.ssv"


async def test_rules_are_their_labs_managers_business(lab):
    rule = await lab.rule()
    assert (rule["created_by"], rule["timing"], rule["source"], rule["active"]) == ("manager", "night", None, True)
    path = f"/transfer-rules/{rule['id']}"
    for who in ("member", "technician", "outsider", "public", "stranger"):
        await lab.rule(by=who, status=403, name="x")
        assert (await lab.house.clients[who].patch(path, json={"priority": 1})).status_code == 403
        assert (await lab.house.clients[who].delete(path)).status_code == 403
        await lab.plan(by=who, status=403)
    await lab.rule(status=403, name="x", lab=None)
    await lab.plan(status=403, lab=None)
    everywhere = await lab.rule(by="admin", name="of all labs", lab=None, priority=9)
    theirs = await lab.rule(by="admin", name="theirs", lab="closedlab")
    listed = (await lab.house.member.get("/transfer-rules")).json()
    assert (listed["count"], listed["results"]) == (2, [everywhere, rule])
    assert (await lab.house.member.get(f"/transfer-rules/{theirs['id']}")).status_code == 404
    changed = await lab.house.manager.patch(path, json={"active": False, "source": "near", "minimum_copies": 2})
    assert changed.json() == {**rule, "active": False, "source": "near", "minimum_copies": 2}
    assert (await lab.house.manager.delete(path)).status_code == 204
    assert (await lab.house.manager.get(path)).status_code == 404


@pytest.mark.parametrize(("wrong", "field"), [
    ({"target": "nowhere"}, "target"), ({"source": "nowhere"}, "source"), ({"lab": "nolab"}, "lab"),
    ({"project": "none"}, "project"), ({"name": "taken"}, "name"), ({"name": ""}, "name"), ({"timing": "soon"}, "timing"),
    ({"minimum_copies": 0}, "minimum_copies"), ({"source": "far"}, "target"), ({"more": 1}, "more"),
])  # fmt: skip
async def test_mistakes_in_rules_are_named(lab, wrong, field):
    await lab.rule(name="taken")
    answer = await lab.rule(by="admin", status=400, **{"name": "new", **wrong})
    assert field in answer["detail"]


async def test_mistakes_in_requests_are_named(lab):
    for query in ("state=gone", "dataset=x", "session=1"):
        answer = await lab.house.member.get(f"/transfers?{query}")
        assert (answer.status_code, query.split("=")[0] in answer.json()["detail"]) == (400, True)
    assert (await lab.house.member.get("/transfers/x")).status_code == 404
    assert (await lab.plan(by="admin", status=400, lab="nolab"))["detail"]
    null = await lab.house.manager.patch(f"/transfer-rules/{(await lab.rule())['id']}", json={"target": None})
    assert null.status_code == 400


async def test_what_another_lab_sends_is_not_seen(lab):
    await lab.rule()
    await lab.upload({SOUND: b"x"})
    await lab.plan()
    (one,) = await lab.transfers()
    lab.sql("update metadata.labs set visibility = 'closed' where name = 'openlab'")
    assert (await lab.house.outsider.get("/transfers")).json()["count"] == 0
    assert (await lab.house.outsider.get(f"/transfers/{one['id']}")).status_code == 404
    assert (await lab.house.outsider.post(f"/transfers/{one['id']}/cancel")).status_code == 404


async def test_a_rule_of_a_project_or_of_enough_copies(lab):
    await lab.house.make("/projects", {"name": "maps", "users": []})
    project = await lab.rule(project="maps")
    await lab.rule(by="admin", name="two copies", lab=None, target="beside", minimum_copies=2, priority=-1)
    dataset = (await lab.upload({SOUND: b"x"}))[SOUND]
    assert [line["rule"] for line in (await lab.plan(dry_run=True))["rules"]] == ["two copies"]
    await lab.house.member.patch(f"/sessions/{lab.session}", json={"projects": ["maps"]})
    plan = await lab.plan()
    # with the one on its way there are two
    assert [line["rule_id"] for line in plan["rules"]] == [project["id"]]
    await lab.run()
    assert await lab.copies(dataset) == {"near": True, "far": True}
    assert (await lab.plan())["files"] == 0


async def test_each_lab_has_its_night_once_on_its_own_clocks(lab, monkeypatch):
    await lab.rule()
    await lab.rule(by="admin", name="theirs", lab="closedlab")
    await lab.upload({SOUND: b"x"})
    database = lab.process.database
    moment = [datetime(2026, 7, 1, 12, 0, tzinfo=UTC)]
    monkeypatch.setattr(clock, "source", lambda: moment[0])

    def nights():
        return lab.sql(
            "select l.name, n.day::text from transfer.nights n join metadata.labs l on l.id = n.lab_id "
            "where n.day > '2026-07-01' order by n.due_at"
        )  # fmt: skip

    await plans.tick(database)
    await lab.run("transfer")
    assert await lab.transfers() == [], "a rule that is made at noon waits for the night"
    # 02:00 in London is 01:00 UTC, in New York 06:00 UTC
    for hour, expected in (
        (0.9, []), (1.1, [("openlab", "2026-07-02")]), (1.2, [("openlab", "2026-07-02")]),
        (6.1, [("openlab", "2026-07-02"), ("closedlab", "2026-07-02")]),
    ):  # fmt: skip
        moment[0] = datetime(2026, 7, 2, tzinfo=UTC) + timedelta(hours=hour)
        await asyncio.gather(*(plans.tick(database) for _ in range(3)))
        assert nights() == expected
    moment[0] -= timedelta(hours=5)  # a clock that jumps back
    await plans.tick(database)
    assert len(nights()) == 2
    jobs = lab.sql(
        "select args->>'day' from jobs.procrastinate_jobs where task_name = 'transfer.plan_night' and status = 'todo'"
    )
    assert len(jobs) == 2
    monkeypatch.undo()  # the store's clock is the real one, and refuses what is signed by another
    await lab.run()
    (one,) = await lab.transfers()
    assert one["state"] == "done"
    assert lab.sql("select sum(movements) from transfer.nights where planned_at is not null")[0][0] == 1


async def test_an_operator_sees_what_is_on_its_way(lab, settings, monkeypatch):
    from bregma_app import administration

    monkeypatch.setattr(administration, "installation_settings", lambda: settings)

    async def run(*words: str) -> str:
        answer = await asyncio.to_thread(CliRunner().invoke, command.command, list(words))
        return answer.output

    assert await run() == "nothing is on its way\n"
    await lab.rule()
    await lab.upload({SOUND: b"x" * 2048, EVENTS: b"y"})
    assert "2 files, 2.0 KiB would be sent (dry run)" in await run("plan", "--dry-run")
    assert "There is no lab 'nolab'; there are closedlab, openlab." in await run("plan", "--lab", "nolab")
    assert "2 transfers were queued" in await run("plan", "--lab", "openlab")
    await lab.store.delete(*lab.object_of((await lab.upload({EVENTS: b"y"}))[EVENTS], "near"))
    shown = await run()
    assert shown.startswith("2 queued (2.0 KiB)\nqueued ")
    assert "near > far" in shown
    assert "openlab _iblrig_micData.raw.wav" in shown
    await lab.run()
    assert "The source's store has no such object" in await run()
