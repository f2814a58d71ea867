"""Fields of view as the mesoscope pipeline registers them, and their locations in the brain."""

import asyncio

import pytest
from bregma_app.testing import CLOSED_LAB

VIEW_KEYS = {"id", "name", "session", "imaging_type", "location", "datasets", "stack", "json"}
LIST_KEYS = {
    "id",
    "brain_region",
    "coordinate_system",
    "provenance",
    "x",
    "y",
    "z",
    "n_xyz",
    "default_provenance",
    "auto_datetime",
}
NOBODY = "0195b7a2-8f6c-4d31-9a54-2f1c3b6d8e90"
PLACE = {"default_provenance": True, "coordinate_system": "IBL-Allen", "n_xyz": [512, 512, 1], "provenance": "E",
         "x": [2317.2, -1607.2, 2317.4, -1604.4], "y": [-5000.5, -5000, -4000, -4000], "z": [0, 0.5, None, 1],
         "brain_region": [312782574, 0, 9, 9]}  # fmt: skip


async def view(house, eid, name="FOV_00", by="member", **more):
    return await house.make(
        "/fields-of-view", {"session": eid, "imaging_type": "mesoscope", "name": name, **more}, by=by
    )


async def place(house, fov, by="member", **more):
    return await house.make("/fov-location", {**PLACE, "field_of_view": fov["id"], **more}, by=by)


async def test_as_the_pipeline_registers(house):
    eid = (await house.session())["id"]
    stack = await house.make("/imaging-stack", {"name": "roi-1"}, by="rig")
    assert (set(stack), stack["slices"]) == ({"id", "name", "slices", "json"}, [])
    fov = await view(house, eid, by="rig", stack=stack["id"])
    assert fov == {"id": fov["id"], "name": "FOV_00", "session": eid, "imaging_type": "mesoscope", "location": [], "datasets": [],
                   "stack": stack["id"], "json": None}  # fmt: skip
    made = await place(house, fov, by="rig")
    assert set(made) == LIST_KEYS | {"field_of_view", "json"}
    assert {name: made[name] for name in PLACE} == {**PLACE, "brain_region": [0, 9, 312782574]}
    shown = {name: value for name, value in made.items() if name in LIST_KEYS}
    read = (await house.member.get(f"/fields-of-view/{fov['id']}")).json()
    assert read == {**fov, "location": [shown]}
    assert (await house.member.get("/fields-of-view")).json()["results"] == [read]
    assert (await house.member.get("/fov-location")).json()["results"] == [shown]
    assert (await house.member.get(f"/fov-location/{made['id']}")).json() == made
    assert (await house.member.get("/imaging-stack")).json()["results"] == [{"id": stack["id"], "slices": [read]}]
    assert (await house.member.get(f"/imaging-stack/{stack['id']}")).json() == {**stack, "slices": [read]}
    assert (await house.member.get(f"/sessions/{eid}")).json()["field_of_view"] == [read]


async def test_defaults(house):
    eid = (await house.session())["id"]
    fov = await house.make("/fields-of-view", {"session": eid, "name": "FOV_01"}, by="member")
    assert (fov["imaging_type"], fov["stack"]) == (None, None)
    bare = {name: PLACE[name] for name in ("x", "y", "z", "n_xyz")}
    made = await house.make("/fov-location", {**bare, "field_of_view": fov["id"]}, by="member")
    assert (made["coordinate_system"], made["provenance"], made["default_provenance"], made["brain_region"]) == (
        "IBL-Allen",
        "L",
        False,
        [],
    )


async def test_one_default(house):
    fov = await view(house, (await house.session())["id"])
    first = await place(house, fov)
    second = await place(house, fov, provenance="histology")
    await place(house, fov, provenance="L", default_provenance=False)

    async def flags():
        located = (await house.member.get(f"/fields-of-view/{fov['id']}")).json()["location"]
        return [(one["provenance"], one["default_provenance"]) for one in located]

    assert await flags() == [("H", True), ("E", False), ("L", False)]
    changed = await house.member.patch(f"/fov-location/{first['id']}", json={"default_provenance": True})
    assert changed.json()["brain_region"] == first["brain_region"]
    assert await flags() == [("E", True), ("H", False), ("L", False)]
    twice = (f"/fov-location/{one['id']}" for one in (first, second) for _ in range(3))
    answers = await asyncio.gather(*(house.member.patch(url, json={"default_provenance": True}) for url in twice))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(default for _, default in await flags()) == 1


async def test_datasets(house):
    eid = (await house.session())["id"]
    await house.repository()
    made = await house.registered("alf/FOV_00/mpci.times.npy", "alf/fov_01/mpci.times.npy", "alf/FOV_00/mpci.ROIActivityF.npy",
                                  name="openlab_SR")  # fmt: skip
    first, other, _ = (one["id"] for one in made)
    fov = await view(house, eid)
    assert sorted(fov["datasets"]) == sorted(one["id"] for one in made if "FOV_00" in one["collection"])
    chosen = await view(house, eid, "FOV_02", datasets=[first, other])
    assert chosen["datasets"] == sorted([first, other])

    async def names(**query):
        return [one["name"] for one in (await house.member.get("/fields-of-view", params=query)).json()["results"]]

    assert await names(datasets="mpci.times.npy") == ["FOV_00", "FOV_02"]
    assert await names(datasets="mpci.times.npy,mpci.ROIActivityF.npy") == ["FOV_00"]
    assert await names(dataset_types="mpci.times") == ["FOV_00", "FOV_02"]
    answer = await house.member.patch(f"/fields-of-view/{fov['id']}", json={"datasets": [NOBODY]})
    assert (answer.status_code, list(answer.json())) == (400, ["datasets", "status_code"])


async def test_filters(house):
    one, two = await house.session(day="2020-01-01", number=1), await house.session("B", day="2020-01-02", number=2)
    await house.make("/projects", {"name": "meso"}, by="manager")
    await house.member.patch(f"/sessions/{two['id']}", json={"projects": ["meso"]})
    stack = await house.make("/imaging-stack", {"name": "s"}, by="member")
    first = await view(house, one["id"], "a", stack=stack["id"])
    await view(house, two["id"], "b", imaging_type=None)
    await place(house, first)

    async def names(path="/fields-of-view", **query):
        answer = await house.member.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return "".join(one.get("name") or one["provenance"] for one in answer.json()["results"])

    assert await names() == "ba", "newest session first"
    assert await names(subject="B") == await names(date="2020-01-02") == await names(experiment_number="002") == "b"
    assert await names(session=one["id"]) == await names(stack=stack["id"]) == await names(imaging_type="MESO") == "a"
    assert await names(lab="OpenLab", project="meso") == await names(name="b") == "b"
    assert await names(django="location__provenance,E") == "a"
    assert await names(django="session__subject__nickname,B") == "b"
    assert (
        await names(
            "/fov-location",
            brain_region="[9, 0]",
            x=2317.2,
            n_xyz=512,
            provenance="Estimate",
            default_provenance="True",
        )
        == "E"
    )
    assert (
        await names("/fov-location", brain_region=10)
        == await names("/fov-location", x=1)
        == await names("/fov-location", name="x")
        == ""
    )
    assert await names("/fov-location", coordinate_system="IBL-Allen", field_of_view=first["id"]) == "E"
    sessions = (await house.member.get("/sessions", params={"django": "field_of_view__name,a"})).json()["results"]
    assert [found["id"] for found in sessions] == [one["id"]]
    for path, query in (("/fields-of-view", {"session": "x"}), ("/fields-of-view", {"date": "x"}), ("/fov-location", {"provenance": "x"}),
                        ("/fov-location", {"x": "x"}), ("/fov-location", {"brain_region": "VISp"}), ("/imaging-stack", {"id": "x"})):  # fmt: skip
        answer = await house.member.get(path, params=query)
        assert (answer.status_code, list(answer.json())) == (400, [*query, "status_code"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"), ({"name": ""}, "name"), ({"session": NOBODY}, "session"), ({"session": "x"}, "session"),
        ({"imaging_type": "eye"}, "imaging_type"), ({"stack": NOBODY}, "stack"), ({"datasets": "x"}, "datasets"), ({"name": "a" * 300}, "name"),
    ],
)  # fmt: skip
async def test_mistakes_in_views(house, body, field):
    eid = (await house.session())["id"]
    answer = await house.member.post("/fields-of-view", json={"session": eid, "name": "a", **body})
    assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"field_of_view": NOBODY}, "field_of_view"), ({"field_of_view": None}, "field_of_view"), ({"provenance": "X"}, "provenance"),
        ({"coordinate_system": "sky"}, "coordinate_system"), ({"x": "1"}, "x"), ({"x": [1] * 9}, "x"), ({"n_xyz": [1, 2, 3, 4]}, "n_xyz"),
        ({"n_xyz": [1.5, 1, 1]}, "n_xyz.0"), ({"y": ["a"]}, "y.0"), ({"brain_region": ["VISp"]}, "brain_region.0"),
    ],
)  # fmt: skip
async def test_mistakes_in_locations(house, body, field):
    fov = await view(house, (await house.session())["id"])
    answer = await house.member.post("/fov-location", json={**PLACE, "field_of_view": fov["id"], **body})
    assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])


async def test_what_must_be_one_of_its_kind(house):
    eid, other = (await house.session())["id"], (await house.session(number=2))["id"]
    stack = await house.make("/imaging-stack", {"name": "s"}, by="member")
    fov = await view(house, eid, stack=stack["id"])
    await place(house, fov)
    answer = await house.member.post("/fields-of-view", json={"session": eid, "name": "FOV_00"})
    assert answer.json() == {
        "non_field_errors": ["The fields session, name must make a unique set."],
        "status_code": 400,
    }
    answer = await house.member.post("/fov-location", json={**PLACE, "field_of_view": fov["id"]})
    assert answer.json() == {
        "non_field_errors": ["The fields provenance, field_of_view must make a unique set."],
        "status_code": 400,
    }
    answer = await house.member.post("/fields-of-view", json={"session": other, "name": "FOV_00", "stack": stack["id"]})
    assert answer.json() == {"stack": ["Stack fields of view must belong to the same session"], "status_code": 400}
    moved = await house.member.patch(f"/fields-of-view/{fov['id']}", json={"session": other})
    assert moved.status_code == 200, "its only slice may move"
    assert (await house.member.delete(f"/fields-of-view/{fov['id']}")).status_code == 204
    assert (await house.member.get("/fov-location")).json()["count"] == 0


async def test_who_sees_and_writes(house):
    eid = (await house.session("C1", lab=CLOSED_LAB))["id"]
    stack = await house.make("/imaging-stack", {"name": "s"}, by="outsider")
    fov = await view(house, eid, by="outsider", stack=stack["id"])
    made = await place(house, fov, by="outsider")
    for path in ("/fields-of-view", "/fov-location", "/imaging-stack"):
        assert (await house.member.get(path)).json()["count"] == 0
        assert (await house.outsider.get(path)).json()["count"] == 1
        assert (await house.public.post(path, json={})).status_code == 403
    for path in (f"/fields-of-view/{fov['id']}", f"/fov-location/{made['id']}", f"/imaging-stack/{stack['id']}"):
        assert (await house.member.get(path)).status_code == 404
    for path in (f"/fields-of-view/{fov['id']}", f"/fov-location/{made['id']}"):
        assert (await house.member.patch(path, json={"json": 1})).status_code == 404
        assert (await house.member.delete(path)).status_code == 404
    answer = await house.member.post("/fov-location", json={**PLACE, "field_of_view": fov["id"]})
    assert (answer.status_code, list(answer.json())) == (400, ["field_of_view", "status_code"])
    mine = await view(house, (await house.session())["id"])
    assert (await house.outsider.patch(f"/fields-of-view/{mine['id']}", json={"json": 1})).status_code == 403
    answer = await house.outsider.post("/fov-location", json={**PLACE, "field_of_view": mine["id"]})
    assert answer.status_code == 403


async def test_imaging_types(house):
    assert [one["name"] for one in (await house.member.get("/imaging-types")).json()["results"]] == ["mesoscope"]
    await house.make("/imaging-types", {"name": "mini2p"}, by="member")
    assert (await house.rig.post("/imaging-types", json={"name": "x"})).status_code == 403


async def test_searches_by_region(house):
    eid = (await house.session())["id"]
    stack = await house.make("/imaging-stack", {"name": "roi-1"}, by="rig")
    fov = await view(house, eid, stack=stack["id"])
    await place(house, fov, brain_region=[593])
    await place(house, fov, default_provenance=False, provenance="H", brain_region=[382])
    for path, one in (("/fields-of-view", fov["id"]), ("/imaging-stack", stack["id"]), ("/sessions", eid)):
        for params, hit in (
            ({"atlas_acronym": "visp1"}, True), ({"atlas_acronym": "VIS"}, True), ({"atlas_id": "385"}, True),
            ({"atlas_name": "isocortex"}, True), ({"atlas_acronym": "CA1"}, False), ({"atlas_id": "1"}, False),
        ):  # fmt: skip
            answer = (await house.member.get(path, params=params)).json()
            assert [each["id"] for each in answer["results"]] == [one] * hit, (path, params)
