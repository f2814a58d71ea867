"""Data notices: the record, its filters, and whose datasets they name."""

from uuid import uuid4

import pytest
from bregma_app.testing import CLOSED_LAB

FIELDS = {
    "id", "name", "description", "description_html", "importance", "datasets", "created_by", "created_datetime",
    "version_affected", "affected_date_start", "affected_date_end", "json",
}  # fmt: skip


@pytest.fixture
async def shelf(house):
    """Two datasets of one lab and one of a closed lab, by name."""
    await house.repository("openlab_SR")
    await house.session()
    await house.session("CL1", lab=CLOSED_LAB)
    records = await house.registered("spikes.times.npy", "spikes.amps.npy", name="openlab_SR")
    records += await house.registered(
        "spikes.depths.npy", path="CL1/2020-01-01/001", by="outsider", server_only=True, name="openlab_SR"
    )
    return house, {one["name"].split(".")[1]: one["id"] for one in records}


async def names(house, by="member", **query):
    answer = await house.clients[by].get("/data-notices", params=query)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["results"]]


async def test_the_record(shelf):
    house, ids = shelf
    made = await house.make("/data-notices", {
        "name": "late", "description": "Times are <2 s> late\n & more.\n\nSee <script>", "importance": 40,
        "datasets": [ids["amps"], ids["times"], ids["times"]],
        "version_affected": "2.1", "affected_date_start": "2020-01-01", "affected_date_end": "2020-02-01", "json": {"a": 1},
    }, by="member")  # fmt: skip
    assert set(made) == FIELDS
    assert (made["created_by"], made["importance"], made["json"]) == ("member", 40, {"a": 1})
    assert made["datasets"] == sorted([ids["times"], ids["amps"]])
    assert (made["affected_date_start"], made["affected_date_end"]) == ("2020-01-01", "2020-02-01")
    html = "<p>Times are &lt;2 s&gt; late\n &amp; more.</p>\n<p>See &lt;script&gt;</p>"
    assert made["description_html"] == html, "what looks like markup is text"
    assert (await house.public.get(f"/data-notices/{made['id']}")).json() == made
    assert (await house.public.get("/data-notices")).json()["results"] == [made]
    plain = await house.make("/data-notices", {"name": "plain"})
    assert (plain["importance"], plain["datasets"], plain["description_html"], plain["affected_date_end"]) == (
        20,
        [],
        "",
        None,
    )


async def test_changes(shelf):
    house, ids = shelf
    made = await house.make("/data-notices", {"name": "late", "datasets": [ids["times"]]}, by="member")
    path = f"/data-notices/{made['id']}"
    changed = (await house.manager.patch(path, json={"importance": 50})).json()
    assert (changed["importance"], changed["datasets"], changed["created_by"]) == (50, [ids["times"]], "member")
    assert (await house.member.put(path, json={"name": "b", "datasets": []})).json()["datasets"] == []
    assert (await house.member.patch(path, json={"datasets": [ids["amps"]]})).json()["datasets"] == [ids["amps"]]
    assert (await house.member.delete(f"/datasets/{ids['amps']}")).status_code == 204
    assert (await house.member.get(path)).json()["datasets"] == [], "a notice outlives its datasets"
    for who in ("public", "rig", "technician"):
        for method in ("PATCH", "DELETE"):
            assert (await house.clients[who].request(method, path, json={})).status_code == 403
        assert (await house.clients[who].post("/data-notices", json={"name": "x"})).status_code == 403
    assert (await house.stranger.get(path)).status_code == 403
    assert (await house.member.delete(path)).status_code == 204
    assert (await house.member.get(path)).json() == {
        "detail": "No DataNotice matches the given query.",
        "status_code": 404,
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"importance": 60}, "importance"), ({"importance": "grave"}, "importance"), ({"importance": None}, "importance"),
        ({"datasets": ["x"]}, "datasets.0"), ({"datasets": [str(uuid4())]}, "datasets"), ({"datasets": "x"}, "datasets"),
        ({"affected_date_start": "soon"}, "affected_date_start"), ({"name": ["x"]}, "name"),
        ({"affected_date_start": "2020-02-01", "affected_date_end": "2020-01-01"}, "affected_date_end"),
    ],
)  # fmt: skip
async def test_mistakes(house, body, field):
    answer = await house.member.post("/data-notices", json={"name": "x", **body})
    assert answer.status_code == 400
    assert set(answer.json()) == {field, "status_code"}
    assert (await house.member.get("/data-notices")).json()["count"] == 0


async def test_order_and_filters(shelf):
    house, ids = shelf
    await house.make("/tags", {"name": "paper"})
    await house.admin.patch(f"/datasets/{ids['amps']}", json={"tags": ["paper"]})
    for name, importance, about in (
        ("a", 20, ["times"]),
        ("b", 50, ["times", "amps"]),
        ("c", 20, []),
        ("d", 40, ["amps"]),
    ):
        body = {
            "name": name,
            "importance": importance,
            "datasets": [ids[one] for one in about],
            "version_affected": name,
        }
        await house.make(
            "/data-notices", {**body, "affected_date_start": "2020-01-01"}, by="manager" if name == "c" else "member"
        )
    assert await names(house) == ["b", "d", "c", "a"], "the gravest first, then the newest"
    assert await names(house, datasets=ids["times"]) == ["b", "a"]
    assert await names(house, datasets=f"{ids['times']},{ids['amps']}") == ["b", "d", "a"], (
        "one that names both comes once"
    )
    assert await names(house, datasets=str(uuid4())) == []
    assert await names(house, dataset_tag="paper") == ["b", "d"]
    assert await names(house, dataset_tag="nothing") == []
    assert await names(house, importance="20", created_by="manager") == ["c"]
    assert await names(house, name="a", version_affected="a", affected_date_start="2020-01-01") == ["a"]
    assert await names(house, django="datasets__name,spikes.times.npy,importance__gt,20") == ["b"]
    found = (await house.member.get("/datasets", params={"django": "data_notices__name,d"})).json()["results"]
    assert [one["name"] for one in found] == ["spikes.amps.npy"]
    for bad in ({"datasets": "x"}, {"importance": "grave"}, {"affected_date_end": "soon"}, {"created_by": "nobody"}):
        answer = await house.member.get("/data-notices", params=bad)
        assert (answer.status_code, set(answer.json())) == (400, {*bad, "status_code"})


async def test_datasets_of_unseen_labs(shelf):
    house, ids = shelf
    answer = await house.member.post("/data-notices", json={"name": "x", "datasets": [ids["depths"]]})
    assert answer.json() == {"datasets": [f'Invalid pk "{ids["depths"]}" - object does not exist.'], "status_code": 400}
    made = await house.make("/data-notices", {"name": "both", "datasets": [ids["depths"], ids["times"]]})
    assert made["datasets"] == sorted([ids["depths"], ids["times"]])
    path = f"/data-notices/{made['id']}"
    for by, seen in (
        ("member", [ids["times"]]),
        ("outsider", sorted([ids["depths"], ids["times"]])),
        ("public", [ids["times"]]),
    ):
        assert (await house.clients[by].get(path)).json()["datasets"] == seen
        assert (await house.clients[by].get("/data-notices")).json()["results"][0]["datasets"] == seen


async def test_whose_business_a_notice_is(shelf):
    house, ids = shelf
    secret = await house.make("/data-notices", {"name": "secret", "datasets": [ids["depths"]]}, by="outsider")
    late = await house.make("/data-notices", {"name": "late", "datasets": [ids["times"]]}, by="manager")
    place = f"/data-notices/{secret['id']}"
    for caller in (house.member, house.manager):
        assert (await caller.get(place)).status_code == 404
        assert (await caller.patch(place, json={"name": "x"})).status_code == 404
        assert (await caller.delete(place)).status_code == 404
    assert await names(house) == ["late"]
    assert (await house.member.patch(f"/data-notices/{late['id']}", json={"name": "x"})).status_code == 403
    assert (await house.member.delete(f"/data-notices/{late['id']}")).status_code == 403
    own = await house.make("/data-notices", {"name": "own", "datasets": [ids["times"]]}, by="member")
    assert (await house.manager.patch(f"/data-notices/{own['id']}", json={"name": "seen"})).status_code == 200
    assert (await house.member.delete(f"/data-notices/{own['id']}")).status_code == 204
