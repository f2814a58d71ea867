"""Brain regions, coordinate systems, trajectories, channels, and searches by region."""

import asyncio

import pytest
from bregma_app.testing import CLOSED_LAB
from bregma_metadata.atlas.structures import read_structures, regions

NOBODY = "0195b7a2-8f6c-4d31-9a54-2f1c3b6d8e90"
VISP, VISP5, VIS, ROOT, CA1, HPF = 385, 778, 669, 997, 382, 1089
PLACE = {"x": -2243.0, "y": -2000.0, "z": -100.5, "depth": 3900.0, "theta": 15.0, "phi": 180.0, "roll": 0.0}
FINAL = "Ephys aligned histology track"


async def probe(house, subject="KS014", by="member", name="probe00", day="2020-01-01", **more):
    eid = (await house.session(subject, day=day, **more))["id"]
    return eid, (await house.make("/insertions", {"session": eid, "name": name}, by=by))["id"]


async def track(house, pid, provenance=FINAL, by="member", **more):
    return await house.make("/trajectories", {"probe_insertion": pid, "provenance": provenance, **PLACE, **more}, by=by)


def sites(trajectory, *regions_, first=0):
    return [
        {"trajectory_estimate": trajectory, "axial": 20.0 * n, "lateral": 16.0, "x": 1.0, "y": 2.0, "z": -3.0, "brain_region": one}
        for n, one in enumerate(regions_, first)
    ]  # fmt: skip


async def found(house, path, by="member", **params):
    answer = await house.clients[by].get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json()["count"] == len(answer.json()["results"])
    return [one["id"] for one in answer.json()["results"]]


def test_the_tree_of_the_package():
    rows = read_structures()
    known = {row["id"]: row for row in rows}
    assert len(rows) == len(known) == 1328
    assert (known[0]["parent_id"], known[ROOT]["parent_id"], known[VISP]["acronym"]) == (None, 0, "VISp")
    assert known[VISP]["lineage"][:2] == [0, ROOT]
    assert known[VISP]["lineage"][-2:] == [VIS, VISP]
    assert min(known) == 0, "none counts for one hemisphere"
    assert all(row["parent_id"] is None or row["parent_id"] in known for row in rows)
    ring = [{"id": "1", "parent_structure_id": "2"}, {"id": "2", "parent_structure_id": "1"}]
    with pytest.raises(ValueError, match="its own ancestor"):
        regions([{**one, "acronym": "a", "name": "b", "graph_order": "1"} for one in ring])


async def test_brain_regions(house):
    page = (await house.member.get("/brain-regions")).json()
    assert (page["count"], len(page["results"])) == (1328, 250)
    assert [one["acronym"] for one in page["results"][:3]] == ["void", "root", "grey"]
    one = (await house.member.get(f"/brain-regions/{VISP}")).json()
    assert one == {"id": VISP, "acronym": "VISp", "name": "Primary visual area", "description": None, "parent": VIS,
                   "related_descriptions": []}  # fmt: skip
    for params, expected in (
        ({"acronym": "visp"}, [VISP]), ({"id": str(VISP)}, [VISP]), ({"name": "primary VISUAL area layer 5"}, [VISP5]),
        ({"ancestors": "VISp"}, [ROOT, 8, 567, 688, 695, 315, VIS, VISP]), ({"ancestors": str(ROOT)}, [ROOT]),
        ({"descendants": "VISp5"}, [VISP5]), ({"descendants": "nowhere"}, []), ({"parent": str(VISP5)}, []),
    ):  # fmt: skip
        assert await found(house, "/brain-regions", **params) == expected, params
    inside = await found(house, "/brain-regions", descendants=str(VISP))
    assert inside[0] == VISP
    assert set(inside[1:]) == set(await found(house, "/brain-regions", parent=str(VISP)))
    everything = (await house.member.get("/brain-regions", params={"descendants": "root", "limit": 1})).json()
    assert everything["count"] == 1327, "the void is no region"


async def test_descriptions_are_written_and_nothing_else(house):
    url = f"/brain-regions/{VIS}"
    answer = await house.member.patch(url, json={"description": "sees", "acronym": "X", "id": 7, "parent": 1})
    assert (answer.status_code, answer.json()["acronym"], answer.json()["parent"]) == (200, "VIS", 315)
    assert (await house.member.get(f"/brain-regions/{VISP}")).json()["related_descriptions"] == [
        {"id": VIS, "name": "Visual areas", "description": "sees", "level": 7},
    ]
    above = (await house.member.get("/brain-regions/315")).json()["related_descriptions"]
    assert [one["id"] for one in above] == [VIS], "those inside count too"
    assert (await house.member.get(url)).json()["related_descriptions"] == []
    assert await found(house, "/brain-regions", description="SEE") == [VIS]
    assert (await house.member.put(url, json={"description": None})).json()["description"] is None
    assert (await house.public.patch(url, json={"description": "x"})).status_code == 403
    for wrong in ("x", "-385", "99999999999", "1.5", "4242424"):
        assert (await house.member.get(f"/brain-regions/{wrong}")).status_code == 404
    for method in ("post", "delete"):
        assert (await getattr(house.member, method)("/brain-regions" if method == "post" else url)).status_code == 405
    assert (await house.member.get("/brain-regions", params={"parent": "424242"})).status_code == 400


async def test_coordinate_systems_name_their_origin(house):
    listed = (await house.member.get("/coordinate-systems")).json()["results"]
    assert {one["name"]: one["origin"] for one in listed} == {
        "IBL-Allen": "iblatlas", "Needles-Allen": "iblatlas", "Allen-paper-2020": "paper-2020",
    }  # fmt: skip
    wrong = await house.member.post("/coordinate-systems", json={"name": "mine", "origin": "lambda"})
    assert (wrong.status_code, wrong.json()["fields"]) == (400, {"origin": ["Enter paper-2020 or iblatlas."]})
    _, pid = await probe(house)
    bare = await track(house, pid, "Planned")
    paper = await track(house, pid, coordinate_system="Allen-paper-2020")
    assert (bare["coordinate_system"], bare["origin"]) == (None, "iblatlas")
    assert (paper["coordinate_system"], paper["origin"]) == ("Allen-paper-2020", "paper-2020")
    [site] = (await house.member.post("/channels", json=sites(paper["id"], VISP))).json()
    assert site["origin"] == "paper-2020"


async def test_a_trajectory(house):
    eid, pid = await probe(house)
    made = await track(house, pid, "Micro-manipulator", by="rig", json={"2020": [1]}, coordinate_system="Needles-Allen")
    assert set(made) == {
        *PLACE, "id", "probe_insertion", "provenance", "session", "probe_name", "coordinate_system", "origin", "datetime", "json",
        "chronic_insertion",
    }  # fmt: skip
    assert {name: made[name] for name in PLACE} == PLACE
    assert (made["probe_insertion"], made["provenance"], made["probe_name"]) == (pid, "Micro-manipulator", "probe00")
    assert (made["session"]["id"], made["session"]["subject"]) == (eid, "KS014")
    url = f"/trajectories/{made['id']}"
    assert (await house.member.get(url)).json() == made
    patched = (await house.member.patch(url, json={"x": None, "json": {"a": 1}})).json()
    assert (patched["x"], patched["probe_insertion"], patched["json"]) == (None, pid, {"a": 1}), "it stays on its probe"
    assert patched["datetime"] > made["datetime"]
    needed = ["x", "y", "depth", "theta", "phi", "provenance"]
    assert list((await house.member.put(url, json={})).json()) == [*needed, "status_code"]
    assert (await house.member.put(url, json={**PLACE, "provenance": 30})).json()["probe_insertion"] == pid
    assert list((await house.member.post("/trajectories", json={})).json()) == [*needed, "status_code"]
    assert (await house.member.delete(url)).status_code == 204
    assert (await house.member.get(url)).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"theta": 180.5}, "theta"), ({"theta": -1}, "theta"), ({"phi": 361}, "phi"), ({"phi": -181}, "phi"), ({"roll": 400}, "roll"),
        ({"depth": -0.1}, "depth"), ({"provenance": "Guessed"}, "provenance"), ({"provenance": 20}, "provenance"),
        ({"x": "left"}, "x"), ({"coordinate_system": "mine"}, "coordinate_system"), ({"probe_insertion": NOBODY}, "probe_insertion"),
        ({"probe_insertion": "x"}, "probe_insertion"), ({"chronic_insertion": NOBODY}, "chronic_insertion"),
        ({"provenance": "planned"}, "non_field_errors"),
    ],
)  # fmt: skip
async def test_mistakes_about_trajectories(house, change, field):
    _, pid = await probe(house)
    await track(house, pid, "Planned")
    body = {"probe_insertion": pid, "provenance": FINAL, **PLACE, **change}
    answer = await house.member.post("/trajectories", json=body)
    assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])


async def test_bounds_themselves_are_allowed(house):
    _, pid = await probe(house)
    for provenance, more in (
        ("Planned", {"theta": 0, "phi": -180, "roll": 360, "depth": 0}), ("Histology track", {"theta": 180, "phi": 360}),
        (FINAL, {"x": None, "y": None, "z": None, "depth": None, "theta": None, "phi": None, "roll": None}),
    ):  # fmt: skip
        await track(house, pid, provenance, **more)


async def test_trajectories_of_chronic_insertions(house):
    await house.subject()
    chronic = (await house.make("/chronic-insertions", {"subject": "KS014", "name": "deep"}, by="member"))["id"]
    body = {"provenance": FINAL, "chronic_insertion": chronic, **PLACE}
    made = await house.make("/trajectories", body, by="member")
    assert (made["session"], made["probe_name"], made["probe_insertion"]) == (None, "deep", None)
    assert (await house.member.post("/trajectories", json=body)).status_code == 400
    assert (await house.member.post("/channels", json=sites(made["id"], CA1))).status_code == 201
    assert await found(house, "/chronic-insertions", atlas_acronym="HPF") == [chronic]
    assert await found(house, "/chronic-insertions", atlas_acronym="VIS") == []
    assert await found(house, "/trajectories", chronic_insertion=chronic) == [made["id"]]
    assert await found(
        house, "/trajectories", by="outsider", django=f"chronic_insertion__name,deep,id,{made['id']}"
    ) == [made["id"]]


async def test_filters_of_trajectories(house):
    await house.make("/projects", {"name": "brainwide"})
    eid, pid = await probe(house, projects=["brainwide"], number=3)
    _, other = await probe(house, "KS015", day="2020-02-01", name="probe01")
    planned, final = (await track(house, pid, "Planned"))["id"], (await track(house, pid))["id"]
    third = (await track(house, other))["id"]
    for params, expected in (
        ({"provenance": "planned"}, [planned]), ({"provenance": FINAL.upper()}, [final, third]), ({"subject": "KS015"}, [third]),
        ({"project": "brainwide"}, [planned, final]), ({"date": "2020-02-01"}, [third]), ({"experiment_number": "003"}, [planned, final]),
        ({"session": eid}, [planned, final]), ({"probe": "probe01"}, [third]), ({"probe_insertion": pid}, [planned, final]),
        ({"theta": "15"}, [planned, final, third]), ({"theta": "16"}, []),
        ({"django": "provenance__gte,70,probe_insertion__session__subject__nickname,KS014"}, [final]),
        ({"probe_insertion": pid, "provenance": FINAL}, [final]),
    ):  # fmt: skip
        assert await found(house, "/trajectories", **params) == expected, params
    for name, value in (("provenance", "Guess"), ("session", NOBODY), ("probe_insertion", "x"), ("date", "x")):
        answer = await house.member.get("/trajectories", params={name: value})
        assert (answer.status_code, list(answer.json())) == (400, [name, "status_code"])


async def test_one_channel(house):
    _, pid = await probe(house)
    trajectory = await track(house, pid)
    [body] = sites(trajectory["id"], VISP)
    made = await house.make("/channels", body, by="member")
    assert set(made) == {
        "id",
        "trajectory_estimate",
        "brain_region",
        "name",
        "json",
        "axial",
        "lateral",
        "x",
        "y",
        "z",
        "origin",
    }
    assert {name: made[name] for name in body} == body
    again = (await house.member.get(f"/trajectories/{trajectory['id']}")).json()
    assert again["datetime"] > trajectory["datetime"], "a trajectory changes with its channels"
    url = f"/channels/{made['id']}"
    assert (await house.member.patch(url, json={"brain_region": CA1})).json()["brain_region"] == CA1
    assert await found(house, "/insertions", atlas_acronym="CA1") == [pid]
    assert await found(house, "/insertions", atlas_acronym="VISp") == []
    bare = await house.make("/channels", {"trajectory_estimate": trajectory["id"]}, by="member")
    assert (bare["brain_region"], bare["name"], bare["axial"]) == (0, "", None)
    assert (await house.member.delete(url)).status_code == 204
    assert await found(house, "/insertions", atlas_acronym="CA1") == []


async def test_many_channels_in_one_statement(house):
    eid, pid = await probe(house)
    trajectory = (await track(house, pid))["id"]
    bodies = sites(trajectory, *[VISP, VISP5, CA1] * 128)
    with house.counting() as statements:
        answer = await house.member.post("/channels", json=bodies)
    made = answer.json()
    assert answer.status_code == 201
    assert [{name: one[name] for name in bodies[0]} for one in made] == bodies, "in the order that was sent"
    assert sum(one.startswith("INSERT") for one in statements) == 1
    assert len(statements) <= 4
    page = (await house.member.get("/channels", params={"probe_insertion": pid})).json()
    assert (page["count"], page["results"][0]) == (384, made[0])
    first = made[0]["id"]
    for params, number in (
        ({"session": eid}, 384), ({"subject": "KS014"}, 384), ({"lab": "openlab"}, 384), ({"lab": CLOSED_LAB}, 0),
        ({"trajectory_estimate": trajectory}, 384), ({"brain_region": str(CA1), "limit": 1}, 128), ({"axial": "20"}, 1), ({"id": first}, 1),
        ({"django": "brain_region__acronym,VISp5"}, 128), ({"django": f"trajectory_estimate__probe_insertion,{pid}"}, 384),
        ({"django": "brain_region,382,axial__lt,100"}, 1),
    ):  # fmt: skip
        assert (await house.member.get("/channels", params=params)).json()["count"] == number, params
    assert await found(
        house, "/sessions", django=f"probe_insertion__trajectory_estimate__channels__brain_region__id,{CA1}"
    ) == [eid]
    assert (await house.member.post("/channels", json=[])).json() == []


async def test_mistakes_among_many_channels(house):
    _, pid = await probe(house)
    trajectory = (await track(house, pid))["id"]
    good = sites(trajectory, VISP, VISP, VISP)
    for place, change, field in (
        (1, {"axial": "x"}, "1.axial"), (2, {"trajectory_estimate": None}, "2.trajectory_estimate"),
        (0, {"trajectory_estimate": NOBODY}, "trajectory_estimate"), (2, {"brain_region": 424242}, "brain_region"),
        (2, {"axial": 0.0}, "non_field_errors"), (1, {"brain_region": 2**40}, "1.brain_region"),
    ):  # fmt: skip
        bodies = [{**one, **(change if n == place else {})} for n, one in enumerate(good)]
        answer = await house.member.post("/channels", json=bodies)
        assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"]), change
    assert (await house.member.post("/channels", json=[1])).json()["0.non_field_errors"]
    assert await found(house, "/channels") == [], "all or none"


async def test_searches_by_region(house):
    eid, pid = await probe(house)
    other, rough = await probe(house, "KS015")
    final, guess = (await track(house, pid))["id"], (await track(house, rough, "Histology track"))["id"]
    await house.member.post("/channels", json=[*sites(final, VISP5, CA1, 0), *sites(guess, VISP5)])
    for params, hit in (
        ({"atlas_acronym": "visp5"}, True), ({"atlas_acronym": "VIS"}, True), ({"atlas_acronym": "root"}, True), ({"atlas_acronym": "TH"}, False),
        ({"atlas_acronym": "VISp%"}, False), ({"atlas_id": str(VISP)}, True), ({"atlas_id": "1"}, False), ({"atlas_id": "0385"}, True),
        ({"atlas_id": "99999999999"}, False), ({"atlas_name": "VISUAL area"}, True), ({"atlas_name": "ammon"}, True),
        ({"atlas_name": "thalamus"}, False), ({"atlas_acronym": "HPF", "atlas_name": "visual"}, True),
    ):  # fmt: skip
        assert await found(house, "/insertions", **params) == [pid] * hit, params
        assert await found(house, "/sessions", **params) == [eid] * hit, params
    assert (await house.member.get("/sessions", params={"atlas_id": "VISp"})).status_code == 400
    assert other not in await found(house, "/sessions", atlas_acronym="root")
    await house.member.patch(f"/trajectories/{guess}", json={"provenance": FINAL})
    assert rough in await found(house, "/insertions", atlas_acronym="VISp5"), "aligned now"
    assert (await house.member.delete(f"/trajectories/{guess}")).status_code == 204
    assert await found(house, "/insertions", atlas_acronym="VISp5") == [pid]


async def test_regions_of_a_trajectory_stay_true_under_concurrent_writers(house):
    _, pid = await probe(house)
    trajectory = (await track(house, pid))["id"]
    made = (await house.member.post("/channels", json=sites(trajectory, *[CA1] * 6))).json()
    calls = [house.member.delete(f"/channels/{one['id']}") for one in made]
    calls += [house.member.post("/channels", json=sites(trajectory, VISP, CA1, first=10 + 2 * n)) for n in range(4)]
    assert {answer.status_code for answer in await asyncio.gather(*calls)} == {201, 204}
    assert await found(house, "/insertions", atlas_acronym="CA1") == [pid]
    for one in (await house.member.get("/channels", params={"brain_region": str(CA1)})).json()["results"]:
        assert (await house.member.delete(f"/channels/{one['id']}")).status_code == 204
    assert await found(house, "/insertions", atlas_acronym="CA1") == []
    assert await found(house, "/insertions", atlas_acronym="VISp") == [pid]


async def test_closed_labs(house):
    _, pid = await probe(house, "Z1", by="outsider", lab=CLOSED_LAB)
    trajectory = (await track(house, pid, by="outsider"))["id"]
    [channel] = (await house.outsider.post("/channels", json=sites(trajectory, VISP))).json()
    assert await found(house, "/channels", by="outsider") == [channel["id"]]
    for path in (f"/trajectories/{trajectory}", f"/channels/{channel['id']}"):
        assert (await house.member.get(path)).status_code == 404
        assert (await house.member.patch(path, json={"json": {}})).status_code == 404
        assert (await house.member.delete(path)).status_code == 404
    for path in ("/trajectories", "/channels", "/insertions", "/sessions"):
        assert await found(house, path) == []
    assert await found(house, "/insertions", atlas_acronym="VISp") == []
    assert await found(house, "/brain-regions", django="channels__axial__gte,0") == [], "not by inference either"
    assert await found(house, "/brain-regions", by="outsider", django="channels__axial__gte,0") == [VISP]
    answer = await house.member.post("/channels", json=sites(trajectory, CA1))
    assert (answer.status_code, list(answer.json())) == (400, ["trajectory_estimate", "status_code"])
    answer = await house.member.post("/trajectories", json={"probe_insertion": pid, "provenance": "Planned", **PLACE})
    assert (answer.status_code, list(answer.json())) == (400, ["probe_insertion", "status_code"])
    _, own = await probe(house)
    assert (
        await house.outsider.post("/trajectories", json={"probe_insertion": own, "provenance": "Planned", **PLACE})
    ).status_code == 403
