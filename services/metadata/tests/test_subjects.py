"""Animals: their record, filters, names that two labs use, and names that paths tell."""

from datetime import date, timedelta

import pytest
from bregma_app.testing import CLOSED_LAB

DETAIL = {"json", "cage", "wean_date", "genotype_date", "reduced_date", "ear_mark", "protocol_number", "adverse_effects", "actual_severity",
          "to_be_genotyped", "to_be_culled", "request", "weighings", "water_administrations"}  # fmt: skip
KEYS = DETAIL | {"litter", "source", "genotype", "nickname", "url", "id", "responsible_user", "birth_date", "age_weeks", "death_date", "species", "sex", "strain", "line", "projects",
        "session_projects", "lab", "description", "alive", "json", "reference_weight", "last_water_restriction", "expected_water", "remaining_water"}  # fmt: skip


async def test_the_record(house):
    for path, name in (
        ("/species", "Mus musculus"),
        ("/strains", "C57BL/6J"),
        ("/lines", "Ai32"),
        ("/projects", "p1"),
        ("/projects", "p2"),
    ):
        await house.make(path, {"name": name}, by="member")
    born = date.today() - timedelta(weeks=10, days=3)  # noqa: DTZ011
    sent = {"nickname": "KS014", "responsible_user": "manager", "birth_date": born.isoformat(), "death_date": None, "species": "Mus musculus", "sex": "F",
            "strain": "C57BL/6J", "line": "Ai32", "projects": ["p2", "p1"], "lab": "openlab", "description": "left ear", "json": {"cage": 3}}  # fmt: skip
    record = await house.make("/subjects", {**sent, "alive": False, "id": "x", "age_weeks": 1}, by="technician")
    assert set(record) == KEYS
    later = {"litter": None, "source": None, "genotype": [], "cage": None, "wean_date": None, "genotype_date": None, "reduced_date": None, "ear_mark": "",
             "protocol_number": "1", "adverse_effects": "", "actual_severity": None, "to_be_genotyped": False, "to_be_culled": False, "request": None,
             "reference_weight": 0.0, "last_water_restriction": None, "expected_water": 0.0, "remaining_water": 0.0, "weighings": [], "water_administrations": []}  # fmt: skip
    assert record == {**sent, **later, "projects": ["p1", "p2"], "session_projects": [], "alive": True, "age_weeks": 10, "id": record["id"],
                      "url": "http://bregma.test/subjects/KS014"}  # fmt: skip
    await house.session("KS014", projects=["p2"])
    await house.session("KS014", number=2, projects=["p1", "p2"])
    assert (await house.member.get("/subjects/KS014")).json() == {**record, "session_projects": ["p1", "p2"]}
    listed = (await house.member.get("/subjects")).json()["results"]
    assert [set(one) for one in listed] == [KEYS - DETAIL]


async def test_defaults(house):
    record = await house.make("/subjects", {"nickname": "M1"}, by="member")
    assert (record["lab"], record["responsible_user"], record["sex"], record["projects"], record["alive"]) == (
        "openlab",
        "member",
        "U",
        [],
        True,
    )
    answer = await house.admin.post("/subjects", json={"nickname": "M2"})
    assert answer.json() == {"lab": ["This field is required."], "status_code": 400}


async def test_mistakes(house):
    await house.subject("KS014")
    for body, field in (({"nickname": "KS/014"}, "nickname"), ({"nickname": "a b"}, "nickname"), ({"nickname": ".."}, "nickname"), ({"nickname": ""}, "nickname"),
                        ({"nickname": "KS014"}, "nickname"), ({"sex": "X"}, "sex"), ({"species": "Homo"}, "species"),
                        ({"birth_date": "2020-02-30"}, "birth_date"), ({"birth_date": 20200101}, "birth_date"), ({"birth_date": "0202-01-01"}, "birth_date"),
                        ({"birth_date": "2020-01-02", "death_date": "2020-01-01"}, "death_date"), ({"responsible_user": "nobody"}, "responsible_user"),
                        ({"projects": ["none"]}, "projects")):  # fmt: skip
        answer = await house.member.post("/subjects", json={"nickname": "M9", "lab": "openlab", **body})
        assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"]), body
    answer = await house.member.post("/subjects", json={})
    assert answer.json() == {"nickname": ["This field is required."], "status_code": 400}


async def test_put_leaves_what_is_not_given(house):
    await house.subject("KS014", sex="M", description="x")
    answer = await house.member.put("/subjects/KS014", json={"sex": "U"})
    assert (answer.json()["nickname"], answer.json()["sex"], answer.json()["description"]) == ("KS014", "U", "x")
    answer = await house.member.put(
        "/subjects/KS014", json={"nickname": "KS014", "sex": "F", "death_date": "2021-01-01"}
    )
    assert (answer.json()["sex"], answer.json()["description"], answer.json()["alive"]) == ("F", "x", False)


async def test_the_same_name_in_two_labs(house):
    await house.make("/labs", {"name": "thirdlab"})
    mine, third = await house.subject("M1"), await house.subject("M1", lab="thirdlab")
    hidden = await house.subject("M1", lab=CLOSED_LAB)
    assert (await house.member.get("/subjects/M1")).json()["id"] == mine["id"]
    assert (await house.outsider.get("/subjects/M1")).json()["id"] == hidden["id"]
    assert (await house.member.patch("/subjects/M1", json={"description": "changed"})).json()["id"] == mine["id"]
    for method in ("GET", "PATCH", "DELETE"):
        answer = await house.admin.request(method, "/subjects/M1", json={"description": "which?"})
        assert answer.status_code == 409
        assert answer.json() == {"detail": "3 subjects are named M1.", "status_code": 409}
    assert (await house.admin.patch(f"/subjects/{third['id']}", json={"description": "by its id"})).json()[
        "lab"
    ] == "thirdlab"
    assert (await house.admin.get(f"/subjects/{mine['id']}")).json()["description"] == "changed"
    assert (await house.member.get(f"/subjects/{hidden['id']}")).status_code == 404
    page = (await house.admin.get("/subjects", params={"nickname": "M1"})).json()
    assert {one["id"] for one in page["results"]} == {mine["id"], third["id"], hidden["id"]}
    assert (await house.admin.delete(f"/subjects/{third['id']}")).status_code == 204
    answer = await house.admin.patch(f"/subjects/{hidden['id']}", json={"lab": "openlab"})
    assert answer.json() == {"nickname": ["subject with this nickname already exists in this lab."], "status_code": 400}


async def test_a_name_that_paths_tell(house):
    await house.session("KS014")
    answer = await house.member.patch("/subjects/KS014", json={"nickname": "KS0014"})
    assert answer.status_code == 200, "no file tells it yet"
    await house.repository()
    await house.registered("spikes.times.npy", path="KS0014/2020-01-01/001", name="openlab_SR")
    answer = await house.member.patch("/subjects/KS0014", json={"nickname": "KS014"})
    assert answer.json() == {
        "nickname": ["This animal has files, whose paths tell its name; it cannot be renamed."],
        "status_code": 400,
    }
    assert (await house.member.patch("/subjects/KS0014", json={"nickname": "KS0014", "sex": "M"})).status_code == 200
    assert (await house.member.delete("/subjects/KS0014")).status_code == 409


async def test_filters(house):
    await house.make("/projects", {"name": "p1"})
    for nickname, more in (
        ("A", {"sex": "M", "projects": ["p1"]}),
        ("B", {"death_date": "2020-01-01", "responsible_user": "member"}),
        ("C", {"lab": CLOSED_LAB}),
    ):
        await house.subject(nickname, **more)
    for query, names in (({}, "A B C"), ({"alive": "True"}, "A C"), ({"alive": "false"}, "B"), ({"lab": CLOSED_LAB}, "C"), ({"nickname": "A"}, "A"), ({"nickname": "a"}, ""),
                         ({"responsible_user": "member"}, "B"), ({"sex": "M"}, "A"), ({"project": "p1"}, "A"), ({"project": "p"}, ""),
                         ({"django": "death_date__isnull,False"}, "B"), ({"django": "projects__name,p1"}, "A")):  # fmt: skip
        page = (await house.admin.get("/subjects", params=query)).json()
        assert " ".join(one["nickname"] for one in page["results"]) == names, query
    for query in (
        {"lab": "nolab"},
        {"responsible_user": "nobody"},
        {"alive": "maybe"},
    ):
        assert (await house.admin.get("/subjects", params=query)).status_code == 400, query


async def test_reads_take_three_statements_for_any_number(house):
    """The records themselves, and two for what all of them weigh and drink."""
    for number in range(5):
        await house.session(f"M{number}")
    for path in ("/subjects", "/subjects/M1"):
        await house.member.get("/me")
        with house.counting() as seen:
            await house.member.get(path)
        assert len(seen) == 3


@pytest.mark.parametrize("path", ["/species", "/strains", "/lines"])
async def test_what_describes_them(house, path):
    record = await house.make(path, {"name": "Mus musculus / 2"}, by="member")
    assert record["name"] == "Mus musculus / 2"
    assert (await house.member.post(path, json={"name": "Mus musculus / 2"})).status_code == 400
    assert (await house.rig.post(path, json={"name": "x"})).status_code == 403
