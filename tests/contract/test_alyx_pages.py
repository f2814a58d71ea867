"""Section 4 of the contract: pages, as the stock client's lazy sequence reads them."""

from urllib.parse import parse_qs, urlsplit

import pytest

COUNT = 1203


@pytest.fixture
async def crowded(house):
    """An installation with many procedures (the cheapest record there is)."""
    async with house.database.write() as tx:
        await tx._connection.execute(
            "insert into metadata.procedures (id, name) select gen_random_uuid(), 'p' || lpad(i::text, 4, '0')"
            f" from generate_series(1, {COUNT}) i"
        )
    return house


async def page(house, path="/procedures", **query):
    answer = await house.member.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_default_page(crowded):
    first = await page(crowded)
    assert list(first) == ["count", "next", "previous", "results"]
    assert (first["count"], len(first["results"]), first["previous"]) == (COUNT, 250, None)
    assert first["next"] == "http://bregma.test/procedures?limit=250&offset=250"


async def test_limit_is_capped(crowded):
    first = await page(crowded, limit=5000)
    assert len(first["results"]) == 1000
    # the client takes the length of the first page for the size of all
    assert parse_qs(urlsplit(first["next"]).query) == {"limit": ["1000"], "offset": ["1000"]}
    second = (await crowded.member.get(first["next"])).json()
    assert (len(second["results"]), second["next"]) == (COUNT - 1000, None)
    assert second["previous"] == "http://bregma.test/procedures?limit=1000"


@pytest.mark.parametrize("bad", ["abc", "-1", "", "1.5", "1e3", "٣", "9" * 30, "0x10", "+5", " 7"])
async def test_bad_numbers_fall_back(crowded, bad):
    assert len((await page(crowded, limit=bad))["results"]) == 250
    assert (await page(crowded, offset=bad, limit=1))["results"][0]["name"] == "p0001"


async def test_zero_and_exact_limits(crowded):
    assert len((await page(crowded, limit=0))["results"]) == 250
    whole = await page(crowded, limit=250, offset=COUNT - 250)
    assert (len(whole["results"]), whole["count"], whole["next"]) == (250, COUNT, None)


async def test_past_the_end(crowded):
    beyond = await page(crowded, offset=COUNT, limit=100)
    assert (beyond["count"], beyond["results"], beyond["next"]) == (COUNT, [], None)
    assert parse_qs(urlsplit(beyond["previous"]).query)["offset"] == [str(COUNT - 100)]
    assert (await page(crowded, offset=10**15))["count"] == COUNT


async def test_walking_the_pages_gives_everything_once(crowded):
    seen, where = [], "/procedures?limit=97"
    while where:
        one = (await crowded.member.get(where)).json()
        assert one["count"] == COUNT
        seen += [record["name"] for record in one["results"]]
        where = one["next"]
    assert seen == [f"p{i:04d}" for i in range(1, COUNT + 1)]
    back = "http://bregma.test/procedures?limit=97&offset=194"
    assert (await crowded.member.get((await crowded.member.get(back)).json()["previous"])).json()["results"][0][
        "name"
    ] == "p0098"


async def test_next_keeps_the_filters(house):
    await house.subject()
    for number in (1, 2, 3):
        await house.session(number=number, task_protocol="a&b #1 é+/%")
    first = await page(house, "/sessions", limit=1, task_protocol="&b #1 é+", unknown="ignored")
    assert first["count"] == 3
    assert first["next"].startswith("http://bregma.test/sessions?")
    following = (await house.member.get(first["next"])).json()
    assert (following["count"], len(following["results"])) == (3, 1)
    assert following["results"][0]["id"] != first["results"][0]["id"]


async def test_order_is_total(house):
    """Sessions that start at the same moment keep their order from page to page."""
    for subject in range(12):
        await house.session(f"M{subject}")
    pages = [await page(house, "/sessions", limit=1, offset=offset) for offset in range(12)]
    ids = [one["results"][0]["id"] for one in pages]
    assert len(set(ids)) == 12
    assert ids == [record["id"] for record in (await page(house, "/sessions"))["results"]]


async def test_last_of_repeated_parameters_counts(crowded):
    answer = await crowded.member.get("/procedures?limit=5&limit=7")
    assert len(answer.json()["results"]) == 7
