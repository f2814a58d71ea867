"""Tasks: what the runners of lab servers read, and change while others do the same."""

import asyncio
from dataclasses import replace

import psycopg
import pytest
from bregma_app.testing import CLOSED_LAB
from bregma_kit import db

KEYS = {"id", "parents", "session", "data_repository", "status", "name", "priority", "io_charge", "level", "gpu", "cpu", "ram",
        "time_out_secs", "time_elapsed_secs", "executable", "graph", "log", "version", "datetime", "arguments"}  # fmt: skip
# as ibllib's pipelines send them, fields included that nobody keeps
SENT = {"executable": "ibllib.pipes.ephys_tasks.EphysPulses", "priority": 90, "io_charge": 30, "gpu": 0, "cpu": 2, "ram": 4,
        "module": "x", "parents": [], "level": 0, "time_out_sec": 600, "status": "Waiting", "log": None, "name": "EphysPulses",
        "graph": "Pipeline", "arguments": {"probe": "probe00"}}  # fmt: skip


async def task(house, eid, by="member", **more):
    return await house.make("/tasks", {**SENT, "session": eid, **more}, by=by)


async def test_the_record(house):
    eid = (await house.session())["id"]
    await house.repository()
    record = await task(house, eid, by="rig", data_repository="openlab_SR")
    assert set(record) == KEYS
    kept = {name: value for name, value in SENT.items() if name in KEYS}
    assert {name: record[name] for name in kept} == kept
    assert (record["session"], record["data_repository"], record["time_out_secs"]) == (eid, "openlab_SR", None)
    child = await task(house, eid, name="RawEphysQC", level=1, parents=[record["id"]], time_out_secs=100_000)
    assert child["parents"] == [record["id"]]
    listed = (await house.member.get("/tasks", params={"session": eid, "graph": "Pipeline"})).json()
    assert listed["results"] == [record, child]
    assert (await house.member.get(f"/tasks/{child['id']}")).json() == child


async def test_defaults(house):
    bare = await house.make("/tasks", {}, by="member")
    assert (bare["status"], bare["session"], bare["name"], bare["parents"], bare["arguments"]) == (
        "Waiting",
        None,
        None,
        [],
        None,
    )
    assert (await house.outsider.get(f"/tasks/{bare['id']}")).status_code == 200, "a task of no session is of no lab"


async def test_a_runner_at_work(house):
    eid = (await house.session())["id"]
    one = await task(house, eid)
    url = f"/tasks/{one['id']}"
    started = (await house.rig.patch(url, json={"status": "Started"})).json()
    assert started == {**one, "status": "Started", "datetime": started["datetime"]}
    assert started["datetime"] > one["datetime"]
    done = {"time_elapsed_secs": 12.5, "log": "x\ny", "version": "4.1.0", "status": "Complete"}
    assert (await house.rig.patch(url, json=done)).json() == {
        **started,
        **done,
        "datetime": (await house.rig.get(url)).json()["datetime"],
    }
    assert (await house.rig.put(url, json={"status": "Waiting"})).json()["log"] == "x\ny"
    assert (await house.rig.patch(url, json={"log": None, "arguments": {}})).json()["log"] is None
    assert (await house.rig.delete(url)).status_code == 204
    assert (await house.rig.get(url)).status_code == 404


async def test_two_runners_at_once(house):
    eid = (await house.session())["id"]
    one = await task(house, eid)
    url = f"/tasks/{one['id']}"
    bodies = [{"status": "Started"}, {"log": "second"}] * 5
    answers = await asyncio.gather(*(house.rig.patch(url, json=body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200}
    final = (await house.rig.get(url)).json()
    assert (final["status"], final["log"]) == ("Started", "second"), "neither change is lost"
    same = await asyncio.gather(
        *(house.rig.post("/tasks", json={**SENT, "session": eid, "name": "Twin"}) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in same) == [201, 400, 400, 400]


async def test_unique_in_a_session(house):
    eid, other = (await house.session())["id"], (await house.session(number=2))["id"]
    await task(house, eid)
    answer = await house.member.post("/tasks", json={**SENT, "session": eid})
    assert answer.json() == {
        "non_field_errors": ["The fields name, session, arguments must make a unique set."],
        "status_code": 400,
    }
    await task(house, eid, arguments={"probe": "probe01"})
    await task(house, other)
    long = {"text": "x" * 20_000}
    await task(house, eid, arguments=long)
    assert (await house.member.post("/tasks", json={**SENT, "session": eid, "arguments": long})).status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "Done"}, "status"), ({"status": None}, "status"), ({"session": "x"}, "session"), ({"priority": 40_000}, "priority"),
        ({"session": "0195b7a2-8f6c-4d31-9a54-2f1c3b6d8e90"}, "session"), ({"data_repository": "none"}, "data_repository"),
        ({"parents": ["0195b7a2-8f6c-4d31-9a54-2f1c3b6d8e90"]}, "parents"), ({"parents": "x"}, "parents"), ({"cpu": "many"}, "cpu"),
        ({"name": "x" * 65}, "name"), ({"time_elapsed_secs": "long"}, "time_elapsed_secs"),
    ],
)  # fmt: skip
async def test_mistakes(house, body, field):
    answer = await house.member.post("/tasks", json=body)
    assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])


async def test_no_task_waits_for_itself(house):
    eid = (await house.session())["id"]
    first = await task(house, eid)
    second = await task(house, eid, name="b", parents=[first["id"]])
    third = await task(house, eid, name="c", parents=[second["id"]])
    for parent in (first, second, third):
        answer = await house.member.patch(f"/tasks/{first['id']}", json={"parents": [parent["id"]]})
        assert (answer.status_code, list(answer.json())) == (400, ["parents", "status_code"])
    assert (
        await house.member.patch(f"/tasks/{third['id']}", json={"parents": [first["id"], second["id"]]})
    ).status_code == 200
    page = (await house.member.get("/tasks", params={"parents": first["id"]})).json()["results"]
    assert {one["name"] for one in page} == {"b", "c"}


async def test_order_and_filters(house):
    old, new = await house.session(day="2020-01-01"), await house.session(day="2020-01-02")
    await house.repository()
    await task(house, old["id"], name="a", level=1, priority=10, status="Complete")
    await task(house, new["id"], name="b", level=1, priority=10, data_repository="openlab_SR")
    await task(house, old["id"], name="c", level=1, priority=90, graph="other", status="Errored")
    await task(house, old["id"], name="d", level=0, priority=1)

    async def names(**query):
        answer = await house.admin.get("/tasks", params=query)
        assert answer.status_code == 200, answer.text
        return "".join(one["name"] for one in answer.json()["results"])

    assert await names() == "dcba"
    assert await names(lab="openlab") == await names(lab="") == "dcba"
    assert await names(lab="nolab") == ""
    assert await names(status="waiting") == await names(status="20") == "db"
    assert await names(graph="other") == await names(priority=90) == await names(name="c") == "c"
    assert await names(session=new["id"]) == await names(data_repository="openlab_SR") == "b"
    assert await names(arguments='{"probe":"probe00"}', level="01") == "cba"
    assert await names(django="status__gt,30") == "ca"
    assert (
        await names(django="session__lab__name__in,['openlab'],data_repository__name,openlab_SR", status="Waiting")
        == "b"
    )
    assert await names(django="parents__isnull,True,status__in,[20,40]") == "dcb"
    sessions = (await house.admin.get("/sessions", params={"django": "tasks__status,60"})).json()["results"]
    assert [one["id"] for one in sessions] == [old["id"]]
    for query in (
        {"status": "Done"},
        {"session": "x"},
        {"session": "0195b7a2-8f6c-4d31-9a54-2f1c3b6d8e90"},
        {"level": "x"},
        {"arguments": "{"},
    ):
        answer = await house.admin.get("/tasks", params=query)
        assert (answer.status_code, list(answer.json())) == (400, [*query, "status_code"])


async def test_who_sees_and_writes(house):
    hidden = await house.session("C1", lab=CLOSED_LAB)
    one = await task(house, hidden["id"], by="outsider")
    mine = await task(house, (await house.session())["id"])
    assert (await house.member.get("/tasks")).json()["count"] == 1
    for method in ("GET", "PATCH", "DELETE"):
        assert (await house.member.request(method, f"/tasks/{one['id']}", json={"status": "Held"})).status_code == 404
    answer = await house.member.post("/tasks", json={**SENT, "session": hidden["id"]})
    assert (answer.status_code, list(answer.json())) == (400, ["session", "status_code"])
    for body in ({"session": hidden["id"]}, {"parents": [one["id"]]}):
        assert (await house.member.patch(f"/tasks/{mine['id']}", json=body)).status_code == 400
    assert (await house.outsider.patch(f"/tasks/{mine['id']}", json={"status": "Held"})).status_code == 403
    assert (await house.public.post("/tasks", json=SENT)).status_code == 403
    assert (await house.outsider.delete(f"/tasks/{mine['id']}")).status_code == 403
    assert (await house.stranger.get("/tasks")).status_code == 403


SEED = """
insert into metadata.tasks (id, name, session_id, status, level, priority, graph, arguments)
select gen_random_uuid(), 'task' || n, (array(select id from metadata.sessions order by id))[1 + n % 40],
       case when n % 50 = 0 then 20 else 60 end, n % 5, n % 7, 'Pipeline', '{}'
from generate_series(1, 100000) n
"""


async def test_a_hundred_thousand(house, house_url, monkeypatch):
    """What a lab's server asks every minute reads the waiting ones only, through an index."""
    for number in range(40):
        await house.session(f"M{number % 4}", number=number)
    with psycopg.connect(house_url, autocommit=True) as connection:
        connection.execute(SEED)
        connection.execute("analyze metadata.tasks")
    plans = []
    original = db.ReadTx.row

    async def explained(self, statement, values=None):
        if isinstance(statement, db.Compiled) and "hits" in statement.sql:
            plan = replace(statement, sql="explain " + statement.sql)
            plans.append("\n".join(row[0] for row in await self.rows(plan, values)))
        return await original(self, statement, values)

    monkeypatch.setattr(db.ReadTx, "row", explained)
    page = (await house.member.get("/tasks", params={"status": "Waiting", "lab": "openlab", "limit": 5})).json()
    assert page["count"] == 2000
    assert [(one["level"], one["priority"]) for one in page["results"]] == [(0, 6)] * 5
    assert "Seq Scan on tasks" not in plans[0], plans[0]
