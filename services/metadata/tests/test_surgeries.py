"""Surgeries: records, filters, and what follows for the animal."""

import pytest
from bregma_app.testing import CLOSED_LAB


@pytest.fixture
async def mouse(house):
    return await house.subject(sex="M", birth_date="2026-01-13", actual_severity=2)


async def operate(house, by="member", **more):
    body = {"subject": "KS014", "implant_weight": 1.5, "start_time": "2026-03-01T10:00:00", **more}
    return await house.make("/surgeries", body, by=by)


async def shown(house):
    return (await house.member.get("/subjects/KS014")).json()


async def test_the_record(house, mouse):
    await house.make("/procedures", {"name": "Headplate implant"})
    await house.make("/locations", {"name": "Surgery Room", "lab": "openlab"})
    await house.make("/projects", {"name": "atlas"})
    more = {
        "procedures": ["Headplate implant"], "location": "Surgery Room", "projects": ["atlas"], "narrative": "calm",
        "outcome_type": "r", "end_time": "2026-03-01T11:00:00", "json": {"depth": 2}, "users": ["member", "technician"],
    }  # fmt: skip
    record = await operate(house, **more)
    assert {name: record[name] for name in more} == more
    assert (record["subject"], record["lab"], record["implant_weight"]) == ("KS014", "openlab", 1.5)
    assert (await house.member.get(record["url"])).json() == record
    changed = await house.member.patch(record["url"], json={"narrative": "long"})
    assert changed.json() == {**record, "narrative": "long"}
    put = await house.member.put(record["url"], json={"subject": "KS014", "implant_weight": 2})
    assert put.json() == {**record, "narrative": "long", "implant_weight": 2}
    assert (await house.member.delete(record["url"])).status_code == 405
    for params in ({"procedure": "headplate IMPLANT"}, {"location": "surgery"}, {"users": "technician"}, {"subject": "ks014"},
                   {"date_range": "2026-03-01,2026-03-01"}, {"lab": "openlab"},
                   {"django": "procedures__name,Headplate implant"}):  # fmt: skip
        assert (await house.member.get("/surgeries", params=params)).json()["count"] == 1, params
    for params in ({"procedure": "Headplate"}, {"location": "rig"}, {"users": "manager"}, {"subject": "KS015"},
                   {"date_range": "2026-03-02,2026-03-03"}, {"lab": "closedlab"}):  # fmt: skip
        assert (await house.member.get("/surgeries", params=params)).json()["count"] == 0, params


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"implant_weight": None}, "implant_weight"), ({"implant_weight": -1}, "implant_weight"),
        ({"outcome_type": "x"}, "outcome_type"), ({"end_time": "2026-03-01T05:00:00"}, "end_time"),
        ({"procedures": ["magic"]}, "procedures"), ({"location": "nowhere"}, "location"),
        ({"outcome_type": "a", "start_time": "2025-12-01T10:00:00", "end_time": "2025-12-01T11:00:00"}, "end_time"),
    ],
)  # fmt: skip
async def test_bad_surgeries(house, mouse, body, field):
    given = {"subject": "KS014", "implant_weight": 1, "start_time": "2026-03-01T10:00:00", **body}
    answer = await house.member.post("/surgeries", json=given)
    assert answer.status_code == 400, answer.text
    assert list(answer.json()) == [field, "status_code"]
    missing = await house.member.post("/surgeries", json={"subject": "KS014"})
    assert list(missing.json()) == ["implant_weight", "status_code"]


async def test_what_follows_for_the_animal(house, mouse):
    surgery = await operate(house, outcome_type="r", end_time="2026-03-01T11:00:00")
    after = await shown(house)
    assert (after["actual_severity"], after["protocol_number"], after["alive"]) == (3, "2", True)
    restriction = await house.make(
        "/water-restriction", {"subject": "KS014", "start_time": "2026-03-02T10:00:00", "reference_weight": 25}
    )
    assert (await shown(house))["protocol_number"] == "3"
    await house.member.patch(surgery["url"], json={"outcome_type": "n"})
    dead = await shown(house)
    assert (dead["death_date"], dead["protocol_number"]) == ("2026-03-01", "2")
    assert dead["expected_water"] == 0
    ended = (await house.member.get(restriction["url"])).json()
    assert ended["end_time"] == "2026-03-02T10:00:00", "not before it began"


async def test_without_an_end_nobody_is_dead(house, mouse):
    await operate(house, outcome_type="a")
    assert (await shown(house))["alive"]


async def test_implants_change_what_is_compared(house, mouse):
    await house.admin.patch("/labs/openlab", json={"reference_weight_pct": 0.85})
    await operate(house, implant_weight=2)
    await operate(house, implant_weight=0, start_time="2026-03-03T10:00:00")
    weighing = {"subject": "KS014", "weight": 27, "date_time": "2026-03-02T10:00:00"}
    await house.make("/weighings", weighing, by="member")
    await house.make("/water-restriction", {"subject": "KS014", "start_time": "2026-03-02T11:00:00"}, by="member")
    answer = await house.member.get("/water-requirement/KS014", params={"end_date": "2026-03-04"})
    record = answer.json()["records"][-1]
    assert answer.json()["implant_weight"] == 2
    assert (record["implant_weight"], record["reference_weight"], record["expected_weight"]) == (2, 25, 27)
    assert (record["percentage_weight"], record["expected_water"]) == (100, 1.0)


async def test_closed_labs(house, mouse):
    await house.subject("CL1", CLOSED_LAB)
    hidden = await house.make("/surgeries", {"subject": "CL1", "implant_weight": 1}, by="outsider")
    assert (await house.member.get(hidden["url"])).status_code == 404
    assert (await house.member.get("/surgeries")).json()["count"] == 0
    moved = await house.outsider.patch(hidden["url"], json={"subject": "KS014"})
    assert moved.status_code == 403, "not into a lab where one has no role"
