"""Weighings, water and restrictions over HTTP: records, defaults in lab time, who may write, repeated taps, undo."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bregma_app.testing import CLOSED_LAB
from bregma_kit import clock
from bregma_kit.db import arrays, new_id
from bregma_metadata.husbandry import service
from bregma_metadata.husbandry.tables import WeighingRow
from sqlalchemy import DateTime, Double, Text, Uuid, cast, insert, literal, select

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NOON_THERE = "2026-03-10T12:00:00"


@pytest.fixture
def at(monkeypatch):
    """Set the clock; London and New York both show winter time at first."""

    def set_clock(moment):
        monkeypatch.setattr(clock, "source", lambda: moment)

    set_clock(NOON)
    return set_clock


@pytest.fixture
async def mouse(house, at):
    """A male of eight weeks whose lab asks for 85 % of the reference weight."""
    await house.admin.patch("/labs/openlab", json={"reference_weight_pct": 0.85})
    return await house.subject(sex="M", birth_date="2026-01-13")


async def weigh(house, weight, by="member", **more):
    return await house.make("/weighings", {"subject": "KS014", "weight": weight, **more}, by=by)


async def water(house, volume, by="member", **more):
    return await house.make("/water-administrations", {"subject": "KS014", "water_administered": volume, **more}, by=by)


async def restrict(house, by="member", **more):
    return await house.make("/water-restriction", {"subject": "KS014", **more}, by=by)


async def shown(house, name="KS014"):
    return (await house.member.get(f"/subjects/{name}")).json()


async def test_weighings(house, mouse):
    record = await weigh(house, 25.5)
    assert record == {
        "id": record["id"], "subject": "KS014", "date_time": "2026-03-10T12:00:00", "weight": 25.5, "user": "member",
        "url": f"{house.url}/weighings/{record['id']}",
    }  # fmt: skip
    assert (await house.member.get(record["url"])).json() == record
    older = await weigh(house, 24, date_time="2026-03-01T09:30:00", user="technician", by="technician")
    assert older["user"] == "technician"
    listed = (await house.member.get("/weighings", params={"nickname": "ks014"})).json()
    assert listed["results"] == [record, older]
    for method in ("put", "patch"):
        assert (await getattr(house.member, method)(record["url"], json={"weight": 1})).status_code == 405


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"weight": -0.1}, "weight"), ({"weight": "heavy"}, "weight"), ({"weight": None}, "weight"), ({}, "weight"),
        ({"weight": 20, "subject": "nobody"}, "subject"), ({"weight": 20, "user": "nobody"}, "user"),
        ({"weight": 20, "date_time": "yesterday"}, "date_time"), ({"weight": 20, "date_time": None}, "date_time"),
    ],
)  # fmt: skip
async def test_bad_weighings(house, mouse, body, field):
    answer = await house.member.post("/weighings", json={"subject": "KS014", **body})
    assert answer.status_code == 400, answer.text
    assert list(answer.json()) == [field, "status_code"]


async def test_water(house, mouse):
    eid = (await house.session(day="2026-03-10"))["id"]
    record = await water(house, 0.75, session=eid)
    assert record == {
        "id": record["id"], "subject": "KS014", "date_time": "2026-03-10T12:00:00", "water_administered": 0.75,
        "water_type": "Water", "user": "member", "session": eid, "adlib": False,
        "url": f"{house.url}/water-administrations/{record['id']}",
    }  # fmt: skip
    changed = await house.member.patch(record["url"], json={"water_administered": 0.8, "water_type": "Hydrogel"})
    assert changed.json() == {**record, "water_administered": 0.8, "water_type": "Hydrogel"}
    put = await house.member.put(record["url"], json={"subject": "KS014", "adlib": True})
    assert put.json() == {**changed.json(), "adlib": True}
    related = (await house.member.get(f"/sessions/{eid}")).json()["wateradmin_session_related"]
    assert related == [{"id": record["id"], "name": "", "water_type": "Hydrogel", "water_administered": 0.8}]


async def test_bad_water(house, mouse):
    other = await house.session("KS015", day="2026-03-10")
    hidden = await house.session("CL1", day="2026-03-10", lab=CLOSED_LAB)
    await house.admin.patch("/subjects/KS014", json={"death_date": "2026-03-05"})
    url = "/water-administrations"
    for body, field in (
        ({"water_administered": -1}, "water_administered"),
        ({"water_administered": 1, "water_type": "wine"}, "water_type"),
        ({"water_administered": 1, "session": other["id"], "date_time": "2026-03-05T23:00:00"}, "session"),
        ({"water_administered": 1, "session": hidden["id"], "date_time": "2026-03-05T23:00:00"}, "session"),
        ({"water_administered": 1}, "date_time"),
    ):
        answer = await house.member.post(url, json={"subject": "KS014", **body})
        assert answer.status_code == 400, answer.text
        assert list(answer.json()) == [field, "status_code"]
    assert (await water(house, 1, date_time="2026-03-05T23:00:00"))["water_administered"] == 1


async def test_water_is_of_the_running_restrictions_type(house, mouse):
    await restrict(
        house, water_type="Water 10% Sucrose", start_time="2026-03-02T10:00:00", end_time="2026-03-03T10:00:00"
    )
    await restrict(house, water_type="Hydrogel", start_time="2026-03-01T10:00:00")
    assert (await water(house, 1))["water_type"] == "Hydrogel"
    assert (await water(house, 1, water_type="Water"))["water_type"] == "Water"


async def test_types(house, mouse):
    names = [one["name"] for one in (await house.member.get("/water-type")).json()["results"]]
    assert names == sorted(names)
    assert {"Water", "Hydrogel"} <= set(names)
    await house.make("/water-type", {"name": "Milk"}, by="technician")
    assert "Milk" in (await house.member.get("/water-type/Water")).text, "as on Alyx the list again"
    assert (await house.member.post("/water-type", json={"name": "Milk"})).status_code == 400


async def test_restrictions(house, mouse):
    await weigh(house, 25, date_time="2026-03-08T10:00:00")
    record = await restrict(house)
    assert record["reference_weight"] == 25
    assert (record["start_time"], record["end_time"]) == ("2026-03-10T12:00:00", None)
    assert (record["users"], record["water_type"]) == (["member"], "Water")
    assert (await shown(house))["protocol_number"] == "3"
    ended = await house.member.patch(record["url"], json={"end_time": "2026-03-10T12:30:00"})
    assert ended.json()["end_time"] == "2026-03-10T12:30:00"
    assert (await shown(house))["protocol_number"] == "1"
    running = await restrict(house, reference_weight=24, start_time="2026-03-09T10:00:00")
    listed = (await house.member.get("/water-restriction", params={"subject": "KS014"})).json()["results"]
    assert [one["start_time"] for one in listed] == [running["start_time"], record["start_time"]], "running ones first"
    keys = {"end_time", "reference_weight", "start_time", "subject", "water_type"}
    assert {frozenset(one) for one in listed} == {frozenset(keys)}, (
        "exactly Alyx's record: its client's own tests insist"
    )
    bad = await house.member.patch(record["url"], json={"end_time": "2026-03-10T11:00:00"})
    assert list(bad.json()) == ["end_time", "status_code"]
    assert (await house.member.delete(running["url"])).status_code == 204


async def test_the_reference_weight_is_of_the_last_seven_days(house, mouse):
    unknown = await restrict(house)
    assert unknown["reference_weight"] == 0, "never weighed"
    await house.member.delete(unknown["url"])
    await weigh(house, 25, date_time="2026-03-03T11:59:59")
    late = await house.member.post("/water-restriction", json={"subject": "KS014"})
    assert list(late.json()) == ["reference_weight", "status_code"]
    told = await restrict(house, reference_weight=26)
    assert told["reference_weight"] == 26
    await house.member.delete(told["url"])
    assert (await restrict(house, start_time="2026-03-10T11:00:00"))["reference_weight"] == 25


async def test_death_ends_restrictions_and_may_be_taken_back(house, mouse):
    first, second = [
        await restrict(house, start_time=f"2026-03-{day}T12:00:00", end_time=NOON_THERE) for day in ("01", "10")
    ]
    async with house.database.write() as tx:  # as an import may leave them
        await tx._connection.execute("update metadata.water_restrictions set end_time = null")
    ended = await restrict(house, start_time="2026-02-01T10:00:00", end_time="2026-02-02T10:00:00")
    cull = await house.make("/culls", {"subject": "KS014", "date": "2026-03-09", "severity": 3}, by="member")

    async def ends():
        return [(await house.member.get(one["url"])).json()["end_time"] for one in (first, second, ended)]

    assert await ends() == ["2026-03-09T23:59:59", "2026-03-10T12:00:00", "2026-02-02T10:00:00"]
    refused = await house.member.post("/water-restriction", json={"subject": "KS014"})
    assert list(refused.json()) == ["start_time", "status_code"]
    assert (await house.member.delete(f"/culls/{cull['id']}")).status_code == 204
    assert await ends() == [None, None, "2026-02-02T10:00:00"]
    await house.member.patch("/subjects/KS014", json={"death_date": "2026-03-10"})
    assert (await ends())[:2] == ["2026-03-10T12:00:00", "2026-03-10T12:00:00"]
    await house.member.patch("/subjects/KS014", json={"death_date": None})
    assert (await ends())[:2] == [None, None]


async def test_the_subjects_record(house, mouse):
    empty = await shown(house)
    names = ("reference_weight", "last_water_restriction", "expected_water", "remaining_water")
    assert [empty[name] for name in names] == [0, None, 0, 0]
    assert (empty["weighings"], empty["water_administrations"]) == ([], [])
    await weigh(house, 25, date_time="2026-03-09T10:00:00")
    await restrict(house, start_time="2026-03-09T11:00:00")
    weighing, dose = await weigh(house, 20), await water(house, 0.25)
    full = await shown(house)
    assert [full[name] for name in names] == [25, "2026-03-09T11:00:00", 1.0, 0.75], "80 %: 50 mL/kg"
    del weighing["id"], dose["id"]
    assert full["weighings"][0] == weighing
    assert len(full["weighings"]) == 2
    assert full["water_administrations"] == [dose]
    listed = (await house.member.get("/subjects", params={"water_restricted": "True"})).json()["results"]
    assert [{name: one[name] for name in names} for one in listed] == [{name: full[name] for name in names}]
    assert "weighings" not in listed[0]


async def test_a_page_of_animals_is_three_statements(house, mouse):
    await restrict(house, reference_weight=25)
    await house.member.get("/subjects")
    counts = []
    for name in ("KS020", "KS021"):
        await house.subject(name)
        with house.counting() as seen:
            assert (await house.member.get("/subjects")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4


async def test_restricted_animals(house, mouse):
    await house.subject("KS015")
    await house.subject("CL1", CLOSED_LAB)
    await weigh(house, 25)
    await restrict(house)
    await house.make("/water-restriction", {"subject": "CL1", "reference_weight": 20})
    answer = (await house.member.get("/water-restricted-subjects")).json()
    assert answer["count"] == 1
    assert {name: value for name, value in answer["results"][0].items() if name != "id"} == {
        "nickname": "KS014", "url": f"{house.url}/subjects/KS014", "reference_weight": 25,
        "last_water_restriction": "2026-03-10T12:00:00", "expected_water": 1.0, "remaining_water": 1.0,
        "reference_weight_pct": 0.85, "zscore_weight_pct": 0,
    }  # fmt: skip
    false = (await house.member.get("/subjects", params={"water_restricted": "False"})).json()["results"]
    assert [one["nickname"] for one in false] == ["KS015"]
    async with house.database.read() as tx:
        everybody = await service.restricted_today(tx)
    assert [(one.animal["nickname"], one.day.weight, one.due, one.limit) for one in everybody] == [
        ("CL1", None, None, 0), ("KS014", 25, 1.0, 85),
    ]  # fmt: skip


async def test_water_requirement(house, mouse):
    await weigh(house, 25, date_time="2026-03-07T23:59:00")
    await restrict(house, start_time="2026-03-08T09:00:00", reference_weight=25)
    eid = (await house.session(day="2026-03-09"))["id"]
    await water(house, 0.5, date_time="2026-03-09T00:00:00", session=eid)
    await water(house, 0.25, date_time="2026-03-09T23:59:59")
    answer = (await house.member.get("/water-requirement/KS014")).json()
    assert {name: value for name, value in answer.items() if name != "records"} == {
        "subject": "KS014", "implant_weight": 0, "reference_weight_pct": 0.85, "zscore_weight_pct": 0,
    }  # fmt: skip
    records = answer["records"]
    assert [one["date"] for one in records] == ["2026-03-07", "2026-03-08", "2026-03-09", "2026-03-10"]
    assert records[2] == {
        "date": "2026-03-09", "weight": 25, "weighing_at": None, "reference_weight": 25, "expected_weight": 25,
        "min_weight": 21.25, "percentage_weight": 100, "given_water_reward": 0.5, "given_water_supplement": 0.25,
        "given_water_total": 0.75, "expected_water": 1.0, "excess_water": -0.25, "is_water_restricted": True,
        "implant_weight": 0, "colour": "green",
    }  # fmt: skip
    some = {"start_date": "2026-03-08", "end_date": "2026-03-09"}
    assert (await house.member.get("/water-requirement/KS014", params=some)).json()["records"] == records[1:3]


async def test_bad_questions_about_requirements(house, mouse):
    url = "/water-requirement/KS014"
    for name in ("start_date", "end_date"):
        answer = await house.member.get(url, params={name: "soon"})
        assert answer.status_code == 400
        assert list(answer.json()) == [name, "status_code"]
    long = await house.member.get(url, params={"start_date": "0001-01-01"})
    assert long.status_code == 400
    assert (await house.member.get(url, params={"start_date": "2026-03-11", "end_date": "2026-03-10"})).json()[
        "records"
    ] == []
    assert (await house.member.get(url)).json()["records"] == []
    assert (await house.member.get("/water-requirement/nobody")).status_code == 404
    await house.subject("CL1", CLOSED_LAB)
    assert (await house.member.get("/water-requirement/CL1")).status_code == 404


async def test_three_years_are_two_statements(house, mouse):
    await house.admin.patch("/subjects/KS014", json={"birth_date": "2023-01-01"})
    first = datetime(2023, 3, 10, 9, 0)
    given = arrays(id=Uuid, moment=DateTime, weight=Double)
    columns = ["id", "subject_id", "date_time", "weight"]
    rows = select(given.c.id, cast(literal(mouse["id"], Text), Uuid), given.c.moment, given.c.weight)
    values = {
        "id": [new_id() for _ in range(1097)],
        "moment": [first + timedelta(days=day) for day in range(1097)],
        "weight": [20 + day / 1000 for day in range(1097)],
    }
    async with house.database.write() as tx:
        await tx.execute(insert(WeighingRow).from_select(columns, rows), values)
    with house.counting() as seen:
        records = (await house.member.get("/water-requirement/KS014")).json()["records"]
    assert len(records) == 1097
    assert len([one for one in seen if "token" not in one]) <= 2
    assert len((await shown(house))["weighings"]) == service.RECENT


@pytest.mark.parametrize(
    ("moment", "lab_day"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2026-03-29T00:59:00"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29T02:00:00"),  # the clocks go forward
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), "2026-03-29T23:59:00"),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), "2026-03-30T00:00:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T01:30:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T01:30:00"),  # and back
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), "2026-10-25T00:00:00"),
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), "2026-10-25T23:59:00"),
    ],
)
async def test_days_are_the_labs(house, mouse, at, moment, lab_day):
    await weigh(house, 25, date_time="2026-03-20T10:00:00")
    at(moment)
    assert (await water(house, 0.5))["date_time"] == lab_day
    full = await shown(house)
    assert full["remaining_water"] == 0.5, "given today, whatever the day in UTC"
    assert (await house.member.get("/water-requirement/KS014")).json()["records"][-1]["date"] == lab_day[:10]
    with_offset = await weigh(house, 25, date_time=moment.isoformat())
    assert with_offset["date_time"] == lab_day


async def test_each_lab_has_its_own_today(house, mouse, at):
    await house.subject("NY1", CLOSED_LAB)
    at(datetime(2026, 7, 1, 2, 0, tzinfo=UTC))
    ours = await weigh(house, 25, by="admin")
    theirs = await house.make("/weighings", {"subject": "NY1", "weight": 25}, by="outsider")
    assert (ours["date_time"], theirs["date_time"]) == ("2026-07-01T03:00:00", "2026-06-30T22:00:00")


async def test_a_repeated_tap_counts_once(house, mouse):
    for path, body, more in (
        ("/weighings", {"subject": "KS014", "weight": 25}, {"weight": 26}),
        ("/water-administrations", {"subject": "KS014", "water_administered": 1}, {"water_administered": 2}),
    ):
        key = {"Idempotency-Key": f"tap-1 {path}"}
        first = await house.member.post(path, json=body, headers=key)
        again = await house.member.post(path, json=body, headers=key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        other = await house.member.post(path, json={**body, **more}, headers=key)
        assert other.status_code == 409
        somebody = await house.manager.post(path, json=body, headers=key)
        assert somebody.status_code == 201, "keys are each user's own"
        assert (await house.member.get(path)).json()["count"] == 2
    for key in (" " * 201, "\x01"):
        bad = await house.member.post(
            "/weighings", json={"subject": "KS014", "weight": 1}, headers={"Idempotency-Key": key}
        )
        assert bad.status_code == 400


async def test_two_taps_at_once(house, mouse):
    body, key = {"subject": "KS014", "water_administered": 1}, {"Idempotency-Key": "x"}
    answers = await asyncio.gather(
        *(house.member.post("/water-administrations", json=body, headers=key) for _ in range(8))
    )
    assert sorted(one.status_code for one in answers) == [200] * 7 + [201]
    assert len({one.json()["url"] for one in answers}) == 1


async def test_undo(house, mouse):
    mine, yours = await weigh(house, 25, by="technician"), await weigh(house, 25, by="technician")
    assert (await house.member.delete(mine["url"])).status_code == 403, "neither author nor manager"
    assert (await house.outsider.delete(mine["url"])).status_code == 403
    assert (await house.technician.delete(mine["url"])).status_code == 204
    assert (await house.manager.delete(yours["url"])).status_code == 204
    dose = await water(house, 1)
    assert (await house.member.delete(dose["url"])).status_code == 204
    assert (await house.member.get(dose["url"])).status_code == 404


async def test_who_sees_and_writes(house, mouse):
    await house.subject("CL1", CLOSED_LAB)
    hidden = await house.make("/weighings", {"subject": "CL1", "weight": 20}, by="outsider")
    assert (await house.member.get(hidden["url"])).status_code == 404
    assert (await house.member.get("/weighings")).json()["count"] == 0
    assert (await house.admin.get("/weighings")).json()["count"] == 1
    refused = await house.member.post("/weighings", json={"subject": "CL1", "weight": 20})
    assert (refused.status_code, list(refused.json())) == (400, ["subject", "status_code"]), "it does not exist"
    for path, body in (
        ("/weighings", {"weight": 20}), ("/water-administrations", {"water_administered": 1}), ("/water-restriction", {}),
        ("/surgeries", {"implant_weight": 1}),
    ):  # fmt: skip
        for account in ("outsider", "public"):
            answer = await house.clients[account].post(path, json={"subject": "KS014", **body})
            assert answer.status_code == 403, (path, account)
    rig = await weigh(house, 20, by="rig")
    assert rig["weight"] == 20
    assert (await house.rig.post("/water-restriction", json={"subject": "KS014"})).status_code == 403


async def test_filters(house, mouse):
    await house.subject("KS015")
    one = await weigh(house, 25, date_time="2026-03-01T23:59:59")
    two = await weigh(house, 25, date_time="2026-03-02T00:00:00", user="manager")
    other = await house.make("/weighings", {"subject": "KS015", "weight": 22}, by="member")

    async def ids(path="/weighings", **params):
        answer = await house.member.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["results"]]

    assert await ids(subject="ks014") == await ids(nickname="KS014") == [two["id"], one["id"]]
    assert await ids(users="manager") == [two["id"]]
    assert await ids(users="manager,member") == []
    assert await ids(lab="OpenLab") == [other["id"], two["id"], one["id"]]
    assert await ids(lab="closedlab") == []
    assert await ids(date_range="2026-03-01,2026-03-01") == [one["id"]]
    assert await ids(date_range="2026-03-02,2026-03-10") == [other["id"], two["id"]]
    assert await ids(date_range="1677-09-21,9999-12-31", subject="KS014") == [two["id"], one["id"]]
    assert await ids(django="subject__nickname,KS015") == [other["id"]]
    assert await ids(date_time="2026-03-02T00:00:00") == [two["id"]]
    for params in ({"date_range": "2026-03-01"}, {"date_range": "a,b"}, {"location": "here"}, {"user": "nobody"}):
        answer = await house.member.get("/weighings", params=params)
        assert answer.status_code == 400
        assert list(params) == [name for name in answer.json() if name != "status_code"]
    restriction = await restrict(house, users=["member", "manager"], reference_weight=25)
    found = await house.member.get("/water-restriction", params={"users": "manager,member"})
    assert [row["start_time"] for row in found.json()["results"]] == [restriction["start_time"]]
    found = await house.member.get("/water-restriction", params={"users": "manager,technician"})
    assert found.json()["results"] == []
    subjects = await house.member.get("/subjects", params={"django": "weighings__weight__lt,23"})
    assert [row["nickname"] for row in subjects.json()["results"]] == ["KS015"]


async def test_stock(house, mouse):
    await house.admin.patch("/users/manager", json={"is_stock_manager": True})
    await house.subject("KS015", responsible_user="manager")
    seen = {}
    for value in ("True", "False"):
        rows = (await house.member.get("/subjects", params={"stock": value})).json()["results"]
        seen[value] = [row["nickname"] for row in rows]
    assert seen == {"True": ["KS015"], "False": ["KS014"]}
