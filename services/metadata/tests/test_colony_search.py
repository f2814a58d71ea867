"""From colony to data in one statement: line, genotype, age on the day, dataset types, and who sees it."""

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
                                "genotype": ["Pvalb-Cre +/-"], "age_weeks": 8, "dataset_types": ["spikes.clusters", "spikes.times"]}]  # fmt: skip


async def test_every_condition(colony):
    for query, subjects in (
        ({}, "A B C"), ({"line": "Pvalb"}, "A B"), ({"line": "Ai32"}, "C"),
        ({"genotype": "Pvalb-Cre +/-"}, "A"), ({"genotype": "Pvalb-Cre +"}, "A B"), ({"genotype": "Pvalb-Cre -/-"}, "C"),
        ({"genotype": "Pvalb-Cre +,Pvalb-Cre +/+"}, "B"), ({"genotype": "none +"}, ""),
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
    for query in ({"line": "none"}, {"genotype": "Pvalb-Cre"}, {"genotype": "Pvalb-Cre ++"}, {"age_weeks": "old"}, {"age_weeks": "1,2,3"}, {"age_weeks": "-1,2"},
                  {"weight_pct": "80,"}, {"date_range": "x"}):  # fmt: skip
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
