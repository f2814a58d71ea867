"""The colony over HTTP: what follows from tests, births, moves and culls, who may write, and mistakes."""

import asyncio

import pytest
from bregma_app.testing import CLOSED_LAB
from bregma_metadata.subjects.tables import SubjectOwnerRow
from sqlalchemy import func, select

OUR_PATHS = ("sequences", "alleles", "zygosities", "zygosity-rules", "genotype-tests", "breeding-pairs", "litters", "cages", "housings",
             "culls", "subject-requests")  # fmt: skip


@pytest.fixture
async def line(house):
    """Lend a house with a line of one allele, told by two sequences."""
    for name in ("Cre", "WT"):
        await house.make("/sequences", {"name": name}, by="member")
    await house.make(
        "/alleles", {"nickname": "Pvalb-Cre", "name": "Pvalb<tm1(cre)Arbr>", "sequences": ["WT", "Cre"]}, by="member"
    )
    await house.make("/strains", {"name": "C57BL/6J"}, by="member")
    await house.make("/lines", {"name": "Pvalb", "alleles": ["Pvalb-Cre"], "strain": "C57BL/6J"}, by="member")
    for cre, wild, zygosity in ((1, 0, 2), (1, 1, 1), (0, 1, 0)):
        await house.make("/zygosity-rules", {"line": "Pvalb", "allele": "Pvalb-Cre", "sequence0": "Cre", "sequence0_result": cre,
                                             "sequence1": "WT", "sequence1_result": wild, "zygosity": zygosity}, by="member")  # fmt: skip
    return house


async def genotype(house, nickname):
    return (await house.member.get(f"/subjects/{nickname}")).json()["genotype"]


async def test_genotype_from_tests(line):
    await line.subject("M1", line="Pvalb")
    first = await line.make("/genotype-tests", {"subject": "M1", "sequence": "Cre", "test_result": 1}, by="technician")
    assert await genotype(line, "M1") == []
    second = await line.make("/genotype-tests", {"subject": "M1", "sequence": "WT", "test_result": 1}, by="technician")
    assert await genotype(line, "M1") == [{"allele": "Pvalb-Cre", "zygosity": 1}]
    assert (await line.member.get("/subjects")).json()["results"][0]["genotype"] == ["Pvalb-Cre +/-"]
    answer = await line.member.patch(f"/genotype-tests/{second['id']}", json={"test_result": 0})
    assert answer.status_code == 200, answer.text
    assert await genotype(line, "M1") == [{"allele": "Pvalb-Cre", "zygosity": 2}]
    known = (await line.member.get("/zygosities", params={"subject": "m1"})).json()["results"]
    assert [(one["subject"], one["symbol"], one["origin"]) for one in known] == [("M1", "+/+", "tests")]
    assert (await line.member.delete(f"/genotype-tests/{first['id']}")).status_code == 204
    assert await genotype(line, "M1") == []
    await line.make("/genotype-tests", {"subject": "M1", "sequence": "Cre", "test_result": 0}, by="member")
    rule = await line.make(
        "/zygosity-rules",
        {"line": "Pvalb", "allele": "Pvalb-Cre", "sequence0": "Cre", "sequence0_result": 0, "zygosity": 0},
        by="member",
    )
    assert await genotype(line, "M1") == [{"allele": "Pvalb-Cre", "zygosity": 0}], "a new rule tells of old tests"
    assert (await line.member.delete(f"/zygosity-rules/{rule['id']}")).status_code == 204
    assert await genotype(line, "M1") == []


async def test_a_litter(line):
    await line.make("/sources", {"name": "Jax"}, by="member")
    await line.make("/species", {"name": "Mus musculus", "nickname": "mouse"}, by="member")
    more = {"line": "Pvalb", "species": "Mus musculus", "source": "Jax"}
    await line.subject("dad", sex="M", responsible_user="manager", **more)
    await line.subject("mum", sex="F", responsible_user="technician", **more)
    for nickname, zygosity in (("dad", 2), ("mum", 0)):
        await line.make("/zygosities", {"subject": nickname, "allele": "Pvalb-Cre", "zygosity": zygosity}, by="member")
    answer = await line.member.post("/breeding-pairs", json={"line": "Pvalb", "father": "mum"})
    assert (answer.status_code, answer.json()["fields"]) == (400, {"father": ["mum is not male (its sex is F)."]})
    pair = await line.make(
        "/breeding-pairs", {"line": "Pvalb", "name": "-", "father": "dad", "mother1": "mum", "cage": "C12"}, by="member"
    )
    assert (pair["name"], pair["cage"], pair["lab"]) == ("Pvalb_BP_001", "C12", "openlab")
    assert [(await line.member.get(f"/subjects/{one}")).json()["cage"] for one in ("dad", "mum")] == ["C12", "C12"]
    litter = await line.make("/litters", {"breeding_pair": pair["name"], "birth_date": "2020-01-01"}, by="member")
    assert (litter["name"], litter["line"]) == ("Pvalb_L_001", "Pvalb")
    pup = await line.make("/subjects", {"litter": litter["name"]}, by="member")
    assert {name: pup[name] for name in ("nickname", "line", "birth_date", "species", "strain", "source", "responsible_user")} == {
        "nickname": "Pvalb_0001", "line": "Pvalb", "birth_date": "2020-01-01", "species": "mouse", "strain": "C57BL/6J", "source": "Jax",
        "responsible_user": "technician"}  # fmt: skip
    assert pup["genotype"] == [{"allele": "Pvalb-Cre", "zygosity": 1}]
    assert (await line.member.get("/zygosities", params={"subject": "Pvalb_0001"})).json()["results"][0][
        "origin"
    ] == "parents"
    chosen = await line.make(
        "/subjects",
        {"litter": litter["name"], "nickname": "own", "responsible_user": "member", "birth_date": "2020-01-02"},
        by="member",
    )
    assert (chosen["nickname"], chosen["responsible_user"], chosen["birth_date"]) == ("own", "member", "2020-01-02")
    assert (await line.member.delete("/subjects/dad")).status_code == 409


async def test_names_given_at_the_same_time(line):
    await line.subject("Pvalb_0002")
    made = await asyncio.gather(
        *(line.make("/subjects", {"line": "Pvalb", "nickname": "-", "lab": "openlab"}) for _ in range(4))
    )
    assert sorted(one["nickname"] for one in made) == ["Pvalb_0001", "Pvalb_0003", "Pvalb_0004", "Pvalb_0005"]
    answer = await line.member.post("/subjects", json={"nickname": "-"})
    assert answer.json() == {"nickname": ["This field is required."], "status_code": 400}
    assert (await line.member.post("/litters", json={"name": ""})).json()["fields"] == {
        "name": ["This field may not be blank."]
    }
    assert (await line.member.patch("/subjects/Pvalb_0002", json={"nickname": "-"})).status_code == 400


async def test_moving_closes_the_former_stay(house):
    await house.subject("M1")
    first = await house.make(
        "/housings", {"subject": "M1", "cage": "A", "start_time": "2020-01-01T10:00:00"}, by="technician"
    )
    assert (first["end_time"], first["conditions"]) == (None, {})
    await house.make(
        "/housings", {"subject": "M1", "cage": "B", "start_time": "2020-02-01T10:00:00+01:00"}, by="member"
    )
    assert (await house.member.get(f"/housings/{first['id']}")).json()["end_time"] == "2020-02-01T09:00:00"
    answer = await house.member.post(
        "/housings", json={"subject": "M1", "cage": "C", "start_time": "2020-01-15T10:00:00"}
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["start_time"])
    answer = await house.member.patch("/subjects/M1", json={"cage": "C"})
    assert answer.json()["cage"] == "C"
    assert (
        await house.member.patch("/cages/C", json={"enrichment": "wheel", "light_cycle": "inverted"})
    ).status_code == 200
    stays = (await house.member.get("/housings", params={"subject": "M1"})).json()["results"]
    assert [(one["cage"], one["conditions"], one["end_time"] is None) for one in stays] == [
        ("C", {"enrichment": "wheel", "light_cycle": "inverted"}, True), ("C", {}, False), ("B", {}, False), ("A", {}, False)]  # fmt: skip
    assert (await house.member.patch("/subjects/M1", json={"cage": ""})).json()["cage"] is None
    assert (await house.member.get("/housings", params={"current": "true"})).json()["count"] == 0


async def test_a_cull_and_back(house):
    await house.subject("M1", birth_date="2020-01-01", to_be_culled=True)
    for body, field in (
        ({}, "severity"),
        ({"severity": 6}, "severity"),
        ({"severity": 3, "date": "2019-01-01"}, "date"),
        ({"severity": 3, "subject": "none"}, "subject"),
    ):
        answer = await house.member.post("/culls", json={"subject": "M1", "date": "2020-03-01", **body})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [field]), answer.text
    cull = await house.make(
        "/culls", {"subject": "M1", "date": "2020-03-01", "severity": 3, "reason": "end of experiment"}, by="technician"
    )
    assert (cull["severity"], cull["user"]) == (3, "technician")
    subject = (await house.member.get("/subjects/M1")).json()
    assert (subject["death_date"], subject["alive"], subject["actual_severity"], subject["to_be_culled"]) == (
        "2020-03-01",
        False,
        3,
        False,
    )
    assert (await house.member.post("/culls", json={"subject": "M1", "severity": 3})).json()["fields"] == {
        "subject": ["This animal was culled already."]
    }
    assert (await house.member.patch("/subjects/M1", json={"death_date": None})).status_code == 400
    assert (await house.member.patch("/subjects/M1", json={"reduced_date": "2020-02-01"})).json()["reduced_date"] == [
        "An animal is reduced after its birth and its cull."
    ]
    assert (await house.member.patch("/subjects/M1", json={"death_date": "2020-03-02"})).status_code == 200
    assert (await house.member.get(f"/culls/{cull['id']}")).json()["date"] == "2020-03-02"
    assert (await house.member.delete(f"/culls/{cull['id']}")).status_code == 204
    assert (await house.member.get("/subjects/M1")).json()["alive"] is True


async def test_who_gives_an_animal_away(house):
    await house.make("/lines", {"name": "Ai32"}, by="member")
    request = await house.make("/subject-requests", {"line": "Ai32", "count": 1, "user": "technician"}, by="member")
    assert (request["status"], request["remaining"], request["lab"]) == ("open", 1, "openlab")
    await house.subject("M1", responsible_user="member", line="Ai32")
    assert (await house.technician.patch("/subjects/M1", json={"responsible_user": "technician"})).status_code == 403
    answer = await house.member.patch("/subjects/M1", json={"responsible_user": "technician"})
    assert (answer.status_code, answer.json()["request"]) == (200, request["id"])
    request = (await house.member.get(f"/subject-requests/{request['id']}")).json()
    assert (request["status"], request["remaining"]) == ("closed", 0)
    assert (await house.member.patch("/subjects/M1", json={"responsible_user": "member"})).status_code == 403
    assert (await house.admin.patch("/subjects/M1", json={"responsible_user": "member"})).status_code == 200
    async with house.database.read() as tx:
        assert await tx.value(select(func.count()).select_from(SubjectOwnerRow)) == 2
    told = (await house.technician.get("/notifications")).json()
    assert [one["notification_type"] for one in told["results"]] == ["responsible_user_change"], "once within the hour"


async def test_an_animal_with_sessions_stays(house):
    await house.session("M1")
    eid = (await house.session("M1", number=2))["id"]
    await house.make("/insertions", {"session": eid, "name": "probe00"}, by="member")
    answer = await house.member.delete("/subjects/M1")
    assert answer.json() == {
        "detail": "This Subject has 1 session(s) with data and cannot be deleted.",
        "status_code": 409,
    }


async def test_sessions_of_which_nothing_was_kept_go_with_their_animal(house):
    base = await house.session("M1")
    part = await house.session("M1", number=2, parent_session=base["url"])
    assert (await house.member.delete("/subjects/M1")).status_code == 204
    for one in (base, part):
        assert (await house.admin.get(one["url"])).status_code == 404


async def test_other_labs(line):
    hidden = await line.subject("M9", lab=CLOSED_LAB, line="Pvalb", sex="F")
    test = await line.make("/genotype-tests", {"subject": "M9", "sequence": "Cre", "test_result": 1}, by="outsider")
    pair = await line.make("/breeding-pairs", {"name": "theirs", "mother1": "M9", "cage": "X"}, by="outsider")
    await line.make("/litters", {"name": "L9", "breeding_pair": pair["name"]}, by="outsider")
    for path in ("genotype-tests", "breeding-pairs", "litters", "cages", "housings"):
        assert (await line.member.get(f"/{path}")).json()["count"] == 0, path
        assert (await line.outsider.get(f"/{path}")).json()["count"] == 1, path
    assert (await line.member.get(f"/genotype-tests/{test['id']}")).status_code == 404
    assert (await line.member.delete(f"/genotype-tests/{test['id']}")).status_code == 404
    assert (await line.member.delete("/litters/L9")).status_code == 404
    for path, body in (("genotype-tests", {"subject": hidden["id"], "sequence": "Cre", "test_result": 1}), ("culls", {"subject": "M9", "severity": 1}),
                       ("housings", {"subject": "M9", "cage": "X"}), ("zygosities", {"subject": "M9", "allele": "Pvalb-Cre", "zygosity": 1})):  # fmt: skip
        answer = await line.member.post(f"/{path}", json=body)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["subject"]), path
    assert (await line.member.post("/subjects", json={"nickname": "M2", "litter": "L9"})).json()["litter"]
    await line.subject("M1")
    answer = await line.outsider.post("/genotype-tests", json={"subject": "M1", "sequence": "Cre", "test_result": 1})
    assert answer.status_code == 403, "an open lab is read by all and written by its own"


async def test_mistakes(line):
    await line.subject("M1")
    for path, body, field in (
        ("genotype-tests", {"subject": "M1", "sequence": "Cre", "test_result": 2}, "test_result"),
        ("genotype-tests", {"subject": "M1", "sequence": "none", "test_result": 1}, "sequence"),
        ("genotype-tests", {"sequence": "Cre", "test_result": 1}, "subject"),
        ("zygosities", {"subject": "M1", "allele": "Pvalb-Cre", "zygosity": 4}, "zygosity"),
        ("zygosity-rules", {"line": "Pvalb", "allele": "Pvalb-Cre", "sequence0": "Cre", "sequence0_result": 1, "sequence1": "WT", "zygosity": 1}, "sequence1_result"),
        ("zygosity-rules", {"line": "Pvalb", "allele": "Pvalb-Cre", "sequence0": "Cre", "sequence0_result": 1, "sequence1": "Cre",
                            "sequence1_result": 1, "zygosity": 1}, "sequence1"),
        ("zygosity-rules", {"line": "Pvalb", "allele": "Pvalb-Cre", "sequence0": "Cre", "sequence0_result": 1, "sequence1": "WT",
                            "sequence1_result": 1, "zygosity": 1}, "allele"),
        ("breeding-pairs", {"name": "x", "start_date": "2020-01-02", "end_date": "2020-01-01"}, "end_date"),
        ("breeding-pairs", {"name": "x", "father": "none"}, "father"),
        ("cages", {"name": " "}, "name"), ("cages", {"name": "A", "light_cycle": "odd"}, "light_cycle"),
        ("housings", {"subject": "M1", "cage": " "}, "cage"),
        ("housings", {"subject": "M1", "cage": "A", "start_time": "2020-01-02T00:00:00", "end_time": "2020-01-01T00:00:00"}, "end_time"),
        ("subject-requests", {"count": 0}, "count"),
        ("subjects", {"nickname": "M3", "actual_severity": 9}, "actual_severity"), ("subjects", {"nickname": "M3", "protocol_number": "7"}, "protocol_number"),
    ):  # fmt: skip
        answer = await line.member.post(f"/{path}", json=body)
        fields = answer.json().get("fields", answer.json())
        assert (answer.status_code, field in fields) == (400, True), (path, body, answer.text)


async def test_pages_and_filters(line):
    for path in OUR_PATHS:
        answer = await line.member.get(f"/{path}", params={"limit": "1"})
        assert answer.status_code == 200, path
    assert (await line.member.get("/zygosity-rules", params={"line": "Pvalb"})).json()["count"] == 3
    assert (await line.member.get("/zygosity-rules", params={"line": "none"})).status_code == 400
    assert (await line.member.get("/lines/Pvalb")).json()["alleles"] == ["Pvalb-Cre"]
    await line.subject("M1", line="Pvalb", responsible_user="member")
    for query, count in (
        ({"line": "Pvalb"}, 1),
        ({"stock": "true"}, 0),
        ({"stock": "false"}, 1),
        ({"to_be_culled": "true"}, 0),
        ({"strain": "C57BL/6J"}, 1),
    ):
        assert (await line.member.get("/subjects", params=query)).json()["count"] == count, query


async def test_animals_of_another_lab(house):
    await house.make("/labs", {"name": "thirdlab"})
    await house.subject("lent", lab="thirdlab", sex="F")
    answer = await house.member.post("/breeding-pairs", json={"name": "x", "mother1": "lent", "cage": "C1"})
    assert answer.status_code == 403, answer.text
    assert (await house.make("/breeding-pairs", {"name": "x", "mother1": "lent"}, by="member"))["cage"] is None
    hidden = await house.make("/subject-requests", {"count": 1, "lab": CLOSED_LAB})
    answer = await house.member.post("/subjects", json={"nickname": "M1", "request": hidden["id"]})
    assert answer.json() == {"request": ["Object does not exist."], "status_code": 400}


async def test_an_animal_that_changes_lab_leaves_its_cage(house):
    await house.make("/labs", {"name": "thirdlab"})
    assert (await house.subject("M1", cage="C1"))["cage"] == "C1"
    answer = await house.admin.patch("/subjects/M1", json={"lab": "thirdlab"})
    assert (answer.json()["lab"], answer.json()["cage"]) == ("thirdlab", None)
    assert [one["end_time"] is None for one in (await house.admin.get("/housings")).json()["results"]] == [False]
