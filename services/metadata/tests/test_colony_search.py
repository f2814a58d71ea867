"""From colony to data in one statement: line, genotype, age on the day, dataset types, and who sees it."""

import random

import pytest
from bregma_app.testing import CLOSED_LAB
from bregma_metadata.colony_search.domain import OLDEST, parse_genotype, parse_weeks


@pytest.fixture
async def colony(house):
    """Lend a house with three animals of two lines, a session each, and data of two."""
    await house.make("/alleles", {"nickname": "Pvalb-Cre"}, by="member")
    for line in ("Pvalb", "Ai32"):
        await house.make("/lines", {"name": line, "alleles": ["Pvalb-Cre"]}, by="member")
    for nickname, line, born, zygosity in (
        ("A", "Pvalb", "2019-11-06", 1),
        ("B", "Pvalb", "2019-10-01", 2),
        ("C", "Ai32", None, 0),
    ):
        await house.subject(nickname, line=line, birth_date=born, sex="M")
        await house.make("/zygosities", {"subject": nickname, "allele": "Pvalb-Cre", "zygosity": zygosity}, by="member")
        await house.session(nickname)
    await house.repository()
    await house.registered("spikes.times.npy", "spikes.clusters.npy", path="A/2020-01-01/001", name="openlab_SR")
    await house.registered("spikes.times.npy", path="B/2020-01-01/001", name="openlab_SR")
    return house


async def found(house, by="member", **query):
    answer = await house.clients[by].get("/colony-sessions", params=query)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["count"] == len(page["results"])
    return " ".join(sorted(one["subject"] for one in page["results"]))


async def test_the_record(colony):
    page = (await colony.member.get("/colony-sessions", params={"subject": "A"})).json()
    eid = (await colony.member.get("/sessions", params={"subject": "A"})).json()["results"][0]["id"]
    assert page["results"] == [{"id": eid, "subject": "A", "lab": "openlab", "start_time": "2020-01-01T10:00:00", "number": 1, "sex": "M", "line": "Pvalb",
                                "genotype": ["Pvalb-Cre +/-"], "age_weeks": 8, "weight_pct": None, "dataset_types": ["spikes.clusters", "spikes.times"]}]  # fmt: skip


async def test_every_condition(colony):
    for query, subjects in (
        ({}, "A B C"), ({"line": "Pvalb"}, "A B"), ({"line": "Ai32"}, "C"),
        ({"genotype": "Pvalb-Cre +/-"}, "A"), ({"genotype": "Pvalb-Cre +"}, "A B"), ({"genotype": "Pvalb-Cre -/-"}, "C"),
        ({"genotype": "Pvalb-Cre +,Pvalb-Cre +/+"}, "B"),
        ({"age_weeks": "8,12"}, "A"), ({"age_weeks": "8"}, "A"), ({"age_weeks": "9,"}, "B"), ({"age_weeks": ",8"}, "A"), ({"age_weeks": "0,"}, "A B"),
        ({"dataset_types": "spikes.times"}, "A B"), ({"dataset_types": "spikes.times,spikes.clusters"}, "A"), ({"dataset_types": "none.none"}, ""),
        ({"line": "Pvalb", "genotype": "Pvalb-Cre +", "age_weeks": "8,13", "dataset_types": "spikes.times", "date_range": "2020-01-01,2020-01-01"}, "A B"),
        ({"lab": CLOSED_LAB}, ""),
    ):  # fmt: skip
        assert await found(colony, **query) == subjects, query


async def test_the_first_and_the_last_day_of_a_week(house):
    await house.subject("M", birth_date="2020-01-01")
    for day in ("2020-01-07", "2020-01-08", "2020-01-14", "2020-01-15"):
        await house.session("M", day=day)
    page = (await house.member.get("/colony-sessions", params={"age_weeks": "1,1"})).json()
    assert [(one["start_time"][:10], one["age_weeks"]) for one in page["results"]] == [
        ("2020-01-14", 1),
        ("2020-01-08", 1),
    ]


@pytest.mark.parametrize("shares", [(0.85, 0), (0, 0.8), (0.5, 0.35), (0, 0)])
async def test_the_weight_of_the_day_is_the_husbandrys(house, shares):
    """Random lives; SQL must say of each session's day what the animal's own page says."""
    dice = random.Random(11)
    await house.admin.patch(
        "/labs/openlab", json=dict(zip(("reference_weight_pct", "zscore_weight_pct"), shares, strict=True))
    )
    known = 0
    for number in range(6):
        name, days = f"R{number}", [f"2020-01-{day:02d}" for day in range(1, 29, 3)]
        await house.subject(
            name, sex="MFMFMU"[number], birth_date=(["2019-11-20", "2019-08-01"] * 2 + ["2019-11-01", None])[number]
        )
        for day in days:
            await house.session(name, day=day)
            if day == days[0] or dice.random() < 0.5:
                moment = f"{day}T{dice.randrange(24):02d}:30:00"
                await house.make(
                    "/weighings", {"subject": name, "weight": dice.uniform(15, 30), "date_time": moment}, by="member"
                )
        for day in dice.sample(days, 2):
            weight = dice.choice([0, 1.5, 2.5])
            await house.make(
                "/surgeries", {"subject": name, "start_time": f"{day}T12:00:00", "implant_weight": weight}, by="member"
            )
        for start, end in ((2, dice.randrange(4, 8)), (dice.randrange(9, 20), None))[dice.randrange(2) : 2]:
            body = {"subject": name, "start_time": f"2020-01-{start:02d}T08:00:00"}
            made = await house.make("/water-restriction", body, by="member")
            if end:
                later = await house.member.patch(
                    f"/water-restriction/{made['id']}", json={"end_time": f"2020-01-{end:02d}T20:00:00"}
                )
                assert later.status_code == 200, later.text
        params = {"start_date": days[0], "end_date": days[-1]}
        told = (await house.member.get(f"/water-requirement/{name}", params=params)).json()["records"]
        expected = {one["date"]: one["percentage_weight"] for one in told}
        page = (await house.member.get("/colony-sessions", params={"subject": name})).json()["results"]
        for one in page:
            day = one["start_time"][:10]
            assert one["weight_pct"] == pytest.approx(expected.get(day)), (name, day)
            known += one["weight_pct"] is not None
    assert known > 10 or not any(shares)


async def test_found_by_weight(house):
    await house.admin.patch("/labs/openlab", json={"reference_weight_pct": 0.85})
    await house.subject("M", sex="M", birth_date="2019-10-01")
    for day, weight in (("2020-01-01", 25.0), ("2020-01-02", 22.0), ("2020-01-03", 20.0)):
        await house.session("M", day=day)
        await house.make("/weighings", {"subject": "M", "weight": weight, "date_time": f"{day}T09:00:00"}, by="member")
    await house.make("/water-restriction", {"subject": "M", "start_time": "2020-01-01T12:00:00"}, by="member")
    for asked, days in (
        ("80,90", ["02", "03"]),
        ("80,85", ["03"]),
        ("99,", ["01"]),
        (",85", ["03"]),
        ("88,88", ["02"]),
    ):
        page = (await house.member.get("/colony-sessions", params={"weight_pct": asked, "subject": "M"})).json()[
            "results"
        ]
        assert sorted(one["start_time"][8:10] for one in page) == sorted(days), asked


async def test_one_statement(colony):
    with colony.counting() as statements:
        await found(colony, line="Pvalb", genotype="Pvalb-Cre +", age_weeks="1,99", dataset_types="spikes.times")
    assert len([one for one in statements if "sessions" in one]) == 1


async def test_only_visible_labs(colony):
    await colony.subject("Z", lab=CLOSED_LAB, line="Pvalb")
    await colony.session("Z", lab=CLOSED_LAB)
    assert await found(colony, line="Pvalb") == "A B"
    assert await found(colony, by="outsider", line="Pvalb") == "A B Z"


async def test_mistakes(colony):
    for query in ({"line": "none"}, {"genotype": "Pvalb-Kre +/-"}, {"genotype": "Pvalb-Cre +/-,none +"}, {"age_weeks": "30,8"}, {"weight_pct": "90,80"},
                  {"genotype": "Pvalb-Cre"}, {"genotype": "Pvalb-Cre ++"}, {"age_weeks": "old"}, {"age_weeks": "1,2,3"}, {"age_weeks": "-1,2"},
                  {"weight_pct": "80"}, {"weight_pct": ","}, {"weight_pct": "a,b"}, {"weight_pct": "nan,"}, {"weight_pct": "-1,5"}, {"date_range": "x"}):  # fmt: skip
        answer = await colony.member.get("/colony-sessions", params=query)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, list(query)), query
    assert (await colony.stranger.get("/colony-sessions")).status_code == 403


def test_reading_terms():
    assert parse_genotype(" Pvalb-Cre  +/- ,Ai32 +,Ai32 +") == ["Pvalb-Cre +/-", "Ai32 +"]
    assert [parse_weeks(text) for text in ("8", "8,12", "8,", ",12", "99999999")] == [
        [8, 8],
        [8, 12],
        [8, OLDEST],
        [0, 12],
        [OLDEST, OLDEST],
    ]
