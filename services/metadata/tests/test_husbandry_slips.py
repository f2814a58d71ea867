"""What would hide that an animal is too light, and slips at the scales: refused, but not when another server kept them."""

import asyncio
from datetime import UTC, datetime

import pytest
from bregma_kit import clock
from bregma_kit.auth import Principal
from bregma_kit.db import new_id
from bregma_kit.writing import create
from bregma_metadata.husbandry.routes import RESTRICTIONS, WEIGHINGS

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NOON_THERE = "2026-03-10T12:00:00"


@pytest.fixture
async def mouse(house, monkeypatch):
    """A male of eight weeks whose lab asks for 85 % of the reference weight; it is noon in the lab."""
    monkeypatch.setattr(clock, "source", lambda: NOON)
    await house.admin.patch("/labs/openlab", json={"reference_weight_pct": 0.85})
    return await house.subject(sex="M", birth_date="2026-01-13")


async def weigh(house, weight, **more):
    return await house.make("/weighings", {"subject": "KS014", "weight": weight, **more}, by="member")


async def water(house, volume):
    return await house.make("/water-administrations", {"subject": "KS014", "water_administered": volume}, by="member")


async def restrict(house, **more):
    return await house.make("/water-restriction", {"subject": "KS014", **more}, by="member")


async def test_a_second_restriction_cannot_hide_that_an_animal_is_too_light(house, mouse):
    first = await restrict(house, start_time="2026-03-08T09:00:00", reference_weight=25)
    await weigh(house, 19)
    refused = await house.member.post("/water-restriction", json={"subject": "KS014"})
    said = refused.json()
    assert (refused.status_code, list(said)) == (400, ["subject", "status_code"])
    (sentence,) = said["subject"]
    assert sentence.startswith("KS014 is restricted since 2026-03-08 09:00 and weighed 25 g then.")
    assert f"PATCH /water-restriction/{first['id']}" in sentence
    (day,) = (await house.member.get("/water-requirement/KS014")).json()["records"]
    assert (day["percentage_weight"], day["colour"]) == (76, "red")
    # one that was over before stands beside it, and cannot be opened again
    old = await restrict(house, start_time="2026-03-01T09:00:00", end_time="2026-03-02T09:00:00")
    again = await house.member.patch(old["url"], json={"end_time": None})
    assert (again.status_code, list(again.json())) == (400, ["subject", "status_code"])
    across = {"subject": "KS014", "start_time": "2026-03-03T09:00:00", "end_time": "2026-03-09T09:00:00"}
    assert (await house.member.post("/water-restriction", json=across)).status_code == 400
    # the open one is changed and ended as ever
    assert (await house.member.patch(first["url"], json={"narrative": "well"})).status_code == 200
    assert (await house.member.patch(first["url"], json={"end_time": NOON_THERE})).status_code == 200
    await restrict(house)


async def test_of_two_restrictions_begun_at_once_one_stands(house, mouse):
    body = {"subject": "KS014", "reference_weight": 25}
    answers = await asyncio.gather(*(house.member.post("/water-restriction", json=body) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [201, 400, 400, 400]


async def test_a_restriction_from_another_server_stays_as_it_is_there(house, mouse):
    await restrict(house, start_time="2026-03-08T09:00:00", reference_weight=25)
    async with house.database.write() as tx:
        user_id = await tx._connection.fetchval("select id from metadata.users where username = 'admin'")
        caller = Principal(user_id, "admin", is_admin=True)
        body = {"subject": "KS014", "start_time": "2026-03-09T09:00:00", "reference_weight": 24}
        await create(RESTRICTIONS, tx, caller, body, carried={"id": new_id()})
        body = {"subject": "KS014", "date_time": "2031-01-01T00:00:00", "weight": 25_000}
        await create(WEIGHINGS, tx, caller, body, carried={"id": new_id()})


@pytest.mark.parametrize(
    ("path", "more", "field"),
    [
        ("/weighings", {"weight": 25_000}, "weight"),
        ("/weighings", {"weight": 25, "date_time": "2031-01-01T00:00:00"}, "date_time"),
        ("/weighings", {"weight": 25, "date_time": "2026-04-10T12:00:01"}, "date_time"),
        ("/water-administrations", {"water_administered": 1_001}, "water_administered"),
        ("/water-administrations", {"water_administered": 1, "date_time": "2031-01-01T00:00:00"}, "date_time"),
    ],
)
async def test_slips_are_sentences(house, mouse, path, more, field):
    answer = await house.member.post(path, json={"subject": "KS014", **more})
    assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])
    assert answer.json()[field][0].endswith(".")


async def test_what_is_no_slip(house, mouse):
    await weigh(house, 2000, date_time="2026-04-10T12:00:00")
    dose = await water(house, 1000)
    changed = await house.member.patch(dose["url"], json={"water_administered": 1e6})
    assert list(changed.json()) == ["water_administered", "status_code"]
    assert (await house.member.patch(dose["url"], json={"water_administered": None})).status_code == 200
