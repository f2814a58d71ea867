"""Logged downloads: new-download counts, /downloads lists."""

import asyncio
from uuid import uuid4

import pytest
from bregma_app.testing import CLOSED_LAB


@pytest.fixture
async def shelf(house):
    """Two datasets of an open lab and one of a closed lab, and a project."""
    await house.repository("openlab_SR")
    await house.session()
    await house.session("CL1", lab=CLOSED_LAB)
    await house.make("/projects", {"name": "ibl"})
    records = await house.registered("spikes.times.npy", "spikes.amps.npy", name="openlab_SR")
    records += await house.registered("spikes.depths.npy", path="CL1/2020-01-01/001", by="outsider", name="openlab_SR")
    return house, [one["id"] for one in records]


async def log(house, by="member", **body):
    answer = await house.clients[by].post("/new-download", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_counts_go_up(shelf):
    house, (times, amps, _) = shelf
    first = await log(house, user="member", datasets=[times, amps], projects=["ibl"])
    assert set(first) == {"download", "count"}
    assert first["count"] == [1, 1]
    again = await log(house, datasets=f"{amps},{times},{amps}")
    assert again["count"] == [2, 2, 3], "named twice, downloaded twice"
    assert again["download"] == [first["download"][place] for place in (1, 0, 1)]
    form = await house.member.post("/new-download", data={"user": "member", "datasets": times, "projects": "ibl"})
    assert (form.status_code, form.json()) == (201, {"download": first["download"][:1], "count": [3]})
    record = (await house.member.get(f"/downloads/{first['download'][0]}")).json()
    assert set(record) == {"id", "user", "dataset", "count", "json", "projects", "first_download", "last_download"}
    assert (record["user"], record["dataset"], record["count"], record["projects"]) == ("member", times, 3, ["ibl"])
    other = await log(house, by="manager", datasets=[times])
    assert other["count"] == [1], "everybody has counts of their own"


async def test_whose_downloads(shelf):
    house, (times, _, _) = shelf
    await log(house, user="manager", datasets=[times])
    await log(house, by="admin", user="technician", datasets=[times])
    users = [one["user"] for one in (await house.member.get("/downloads")).json()["results"]]
    assert sorted(users) == ["member", "technician"], "only an administrator logs for somebody else"
    assert (await house.public.post("/new-download", json={"datasets": [times]})).status_code == 403
    assert (await house.stranger.post("/new-download", json={"datasets": [times]})).status_code == 403


async def test_several_calls_at_once(shelf):
    house, (times, amps, _) = shelf
    answers = await asyncio.gather(*(log(house, datasets=[times, amps] if i % 2 else [amps, times]) for i in range(8)))
    for dataset in range(2):
        assert sorted(one["count"][dataset if i % 2 else 1 - dataset] for i, one in enumerate(answers)) == list(
            range(1, 9)
        )


async def test_mistakes_log_nothing(shelf):
    house, (times, _, theirs) = shelf
    for body, field in (
        ({}, "datasets"), ({"datasets": []}, "datasets"), ({"datasets": ["x"]}, "datasets"), ({"datasets": 3}, "datasets"),
        ({"datasets": [3]}, "datasets"), ({"datasets": [times, str(uuid4())]}, "datasets"), ({"datasets": [theirs]}, "datasets"),
        ({"datasets": [times], "projects": ["ibl", "none"]}, "projects"), ({"datasets": [times], "projects": {"a": 1}}, "projects"),
        ({"datasets": [times], "user": 3}, "user"),
    ):  # fmt: skip
        answer = await house.member.post("/new-download", json=body)
        assert (answer.status_code, set(answer.json())) == (400, {field, "status_code"}), body
    assert (await house.member.post("/new-download", json=[times])).status_code == 400
    answer = await house.admin.post("/new-download", json={"datasets": [times], "user": "nobody"})
    assert answer.json() == {"user": ["Object with username=nobody does not exist."], "status_code": 400}
    assert (await house.admin.get("/downloads")).json()["count"] == 0


async def test_filters(shelf):
    house, (times, amps, theirs) = shelf
    await log(house, datasets=[times, times])
    (mine,) = (await log(house, by="manager", datasets=[amps]))["download"]
    await log(house, by="outsider", datasets=[theirs])
    assert (await house.manager.patch(f"/downloads/{mine}", json={"json": {"for": "Processing"}})).status_code == 200

    async def found(by="member", **query):
        rows = (await house.clients[by].get("/downloads", params=query)).json()["results"]
        return [(one["user"], one["dataset"]) for one in rows]

    assert await found() == [("manager", amps), ("member", times)], (
        "the latest first; what one may not see is not there"
    )
    assert ("outsider", theirs) in await found("admin")
    for query in (
        {"user": "manager"},
        {"dataset": "spikes.amps.npy"},
        {"dataset_type": "Amps"},
        {"json": "processing"},
        {"count": "1"},
    ):
        assert await found(**query) == [("manager", amps)], query
    assert await found(dataset="spikes") == []
    assert await found(dataset_type="spikes") == [("manager", amps), ("member", times)]
    for bad in ({"user": "nobody"}, {"count": "many"}):
        answer = await house.member.get("/downloads", params=bad)
        assert (answer.status_code, set(answer.json())) == (400, {*bad, "status_code"})


async def test_corrections(shelf):
    house, (times, _, theirs) = shelf
    (mine,) = (await log(house, datasets=[times]))["download"]
    (hidden,) = (await log(house, by="outsider", datasets=[theirs]))["download"]
    path = f"/downloads/{mine}"
    changed = (
        await house.member.put(path, json={"user": "manager", "dataset": theirs, "count": 7, "json": {"a": 1}})
    ).json()
    assert (changed["user"], changed["dataset"], changed["count"], changed["json"]) == ("member", times, 7, {"a": 1})
    assert (await house.admin.patch(path, json={"count": 8})).json()["count"] == 8
    for by in ("manager", "public", "rig"):
        assert (await house.clients[by].patch(path, json={"count": 9})).status_code == 403
    assert (await house.member.patch(path, json={"count": -1})).status_code == 400
    for method in ("GET", "PATCH"):
        assert (await house.member.request(method, f"/downloads/{hidden}", json={})).status_code == 404
    for method, where in (("POST", "/downloads"), ("DELETE", path)):
        assert (await house.admin.request(method, where, json={})).status_code == 405
