"""Insertions, chronic insertions and probe models."""

import pytest
from bregma_app.testing import CLOSED_LAB

KEYS = {
    "id",
    "session",
    "model",
    "session_info",
    "name",
    "json",
    "serial",
    "auto_datetime",
    "chronic_insertion",
    "datasets",
}
INFO = {"subject", "start_time", "number", "lab", "id", "projects", "task_protocol"}
NOBODY = "0195b7a2-8f6c-4d31-9a54-2f1c3b6d8e90"


async def insertion(house, eid, name="probe00", by="member", **more):
    return await house.make("/insertions", {"session": eid, "name": name, **more}, by=by)


async def ids(house, path="/insertions", by="member", **params):
    answer = await house.clients[by].get(path, params=params)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["results"]]


async def test_the_record(house):
    await house.make("/projects", {"name": "brainwide"})
    eid = (await house.session(projects=["brainwide"], task_protocol="ephysChoiceWorld"))["id"]
    made = await insertion(house, eid, by="rig", model="3B2", serial="18005102922", json={"xyz_picks": [[1, 2, 3]]})
    assert set(made) == KEYS
    assert (made["session"], made["model"], made["serial"], made["datasets"]) == (eid, "3B2", "18005102922", [])
    assert made["session_info"] == {
        "subject": "KS014", "start_time": "2020-01-01T10:00:00", "number": 1, "lab": "openlab", "id": eid,
        "projects": ["brainwide"], "task_protocol": "ephysChoiceWorld",
    }  # fmt: skip
    assert (await house.member.get(f"/insertions/{made['id']}")).json() == made
    listed = (await house.member.get("/insertions")).json()
    assert (listed["count"], listed["results"]) == (1, [made])
    session = (await house.member.get(f"/sessions/{eid}")).json()
    assert session["probe_insertion"] == [made]


async def test_datasets_of_an_insertion(house):
    await house.repository()
    eid = (await house.session())["id"]
    pid = (await insertion(house, eid))["id"]
    names = ["alf/probe00/spikes.times.npy", "alf/probe00/pykilosort/spikes.clusters.npy", "alf/probe01/spikes.times.npy",
             "alf/_ibl_trials.choice.npy"]  # fmt: skip
    first, second, third, _ = await house.registered(*names, name="openlab_SR")
    await house.registered("alf/probe00/spikes.amps.npy", exists=False)
    detail = (await house.member.get(f"/insertions/{pid}")).json()["datasets"]
    assert [one["id"] for one in detail] == [first["id"], second["id"]]
    assert set(detail[0]) == {
        "id", "name", "dataset_type", "data_url", "url", "file_size", "hash", "version", "collection", "qc"
    }  # fmt: skip
    assert (detail[0]["qc"], detail[0]["collection"], detail[0]["dataset_type"]) == (0, "alf/probe00", "spikes.times")
    assert detail[0]["url"] == f"http://bregma.test/datasets/{first['id']}"
    listed = (await house.member.get("/insertions")).json()["results"][0]["datasets"]
    assert {first["id"], second["id"]} <= set(listed)
    assert third["id"] not in listed
    assert len(listed) == 3, "in lists those that no copy exists of as well"
    loadable = (await house.member.get("/datasets", params={"probe_insertion": pid, "exists": "True"})).json()[
        "results"
    ]
    assert {one["url"][-36:] for one in loadable} == {first["id"], second["id"]}
    answer = await house.member.get("/datasets", params={"probe_insertion": NOBODY})
    assert (answer.status_code, list(answer.json())) == (400, ["probe_insertion", "status_code"])


async def test_filters(house):
    await house.make("/projects", {"name": "brainwide"})
    await house.repository()
    eid = (await house.session(projects=["brainwide"], task_protocol="ephysChoiceWorld"))["id"]
    other = (await house.session("KS015", day="2020-02-01", number=2))["id"]
    one = (await insertion(house, eid, model="3B2", serial="1"))["id"]
    two = (await insertion(house, eid, "probe01"))["id"]
    three = (await insertion(house, other, "probe01"))["id"]
    assert await ids(house) == [three, one, two], "newest session first, then by name"
    await house.registered(
        "alf/probe00/spikes.times.npy", "alf/probe00/spikes.clusters.npy", name="openlab_SR", qc="FAIL"
    )
    await house.registered("alf/probe01/spikes.times.npy", name="openlab_SR", qc="CRITICAL")
    for params, expected in (
        ({"subject": "KS014"}, [one, two]), ({"subject": "ks014"}, []), ({"date": "2020-02-01"}, [three]),
        ({"experiment_number": "002"}, [three]), ({"name": "probe01"}, [three, two]), ({"session": eid}, [one, two]),
        ({"model": "3B2"}, [one]), ({"model": "Neuropixel 3B2"}, [one]), ({"model": "NP2.4"}, []),
        ({"dataset_types": "spikes.times,spikes.clusters"}, [one]), ({"dataset_types": "spikes.times"}, [one, two]),
        ({"datasets": "spikes.times.npy"}, [one]), ({"datasets": "spikes.times.npy", "dataset_qc_lte": "CRITICAL"}, [one, two]),
        ({"datasets": "spikes.times.npy", "dataset_qc_lte": "10"}, []), ({"dataset_qc_lte": "WARNING"}, []),
        ({"dataset_qc_lte": "FAIL"}, [one]), ({"lab": "OPENLAB"}, [three, one, two]), ({"lab": CLOSED_LAB}, []),
        ({"project": "BRAIN"}, [one, two]), ({"task_protocol": "CHOICE"}, [one, two]), ({"serial": "1"}, [one]),
        ({"django": f"session__subject__nickname,KS015,id,{three}"}, [three]),
        ({"django": "datasets__name__icontains,clusters"}, [one]), ({"django": "session__start_time__date__lt,2020-01-15"}, [one, two]),
        ({"django": "json__isnull,False"}, []), ({"id": two}, [two]),
    ):  # fmt: skip
        assert await ids(house, **params) == expected, params
    assert await ids(house, "/sessions", django="probe_insertion__name,probe00") == [eid]
    for params in (
        {"session": "x"},
        {"session": NOBODY},
        {"date": "monday"},
        {"dataset_qc_lte": "GOOD"},
        {"atlas_id": "VISp"},
    ):
        answer = await house.member.get("/insertions", params=params)
        assert (answer.status_code, list(answer.json())) == (400, [*params, "status_code"])


async def test_tags(house):
    await house.repository()
    eid = (await house.session())["id"]
    one = (await insertion(house, eid))["id"]
    await insertion(house, eid, "probe01")
    [dataset] = await house.registered("alf/probe00/spikes.times.npy", name="openlab_SR")
    await house.make("/tags", {"name": "Release_2022"})
    answer = await house.admin.patch(f"/datasets/{dataset['id']}", json={"tags": ["Release_2022"]})
    assert answer.status_code == 200, answer.text
    assert await ids(house, tag="release") == [one]
    assert await ids(house, tag="2023") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "probe00"}, "non_field_errors"), ({"name": ""}, "name"), ({"name": None}, "name"), ({"session": None}, "session"),
        ({"session": "x"}, "session"), ({"session": NOBODY}, "session"), ({"model": "4D"}, "model"), ({"serial": None}, "serial"),
        ({"chronic_insertion": NOBODY}, "chronic_insertion"), ({"chronic_insertion": "x"}, "chronic_insertion"),
    ],
)  # fmt: skip
async def test_mistakes(house, body, field):
    eid = (await house.session())["id"]
    await insertion(house, eid)
    answer = await house.member.post("/insertions", json={"session": eid, "name": "probe01", **body})
    assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])
    missing = await house.member.post("/insertions", json={})
    assert list(missing.json()) == ["session", "name", "status_code"]


async def test_change_and_delete(house):
    eid = (await house.session())["id"]
    one = await insertion(house, eid, json={"a": 1})
    url = f"/insertions/{one['id']}"
    changed = (await house.member.patch(url, json={"json": {"extended_qc": {"alignment_count": 2}}})).json()
    assert changed["json"] == {"extended_qc": {"alignment_count": 2}}
    assert changed["auto_datetime"] > one["auto_datetime"]
    put = await house.member.put(url, json={"session": eid, "name": "probe07"})
    assert (put.json()["name"], put.json()["json"]) == ("probe07", changed["json"])
    assert (await house.member.patch(url, json={"json": None})).json()["json"] is None
    assert (await house.public.delete(url)).status_code == 403
    assert (await house.member.delete(url)).status_code == 204
    assert (await house.member.get(url)).json() == {
        "detail": "No ProbeInsertion matches the given query.",
        "status_code": 404,
    }


async def test_serials_of_chronic_insertions(house):
    eid = (await house.session())["id"]
    chronic = await house.make(
        "/chronic-insertions", {"subject": "KS014", "name": "p", "serial": "7", "model": "NP2.4"}, by="member"
    )
    assert set(chronic) == {"id", "name", "subject", "lab", "model", "start_time", "serial", "json", "probe_insertion"}
    assert (chronic["lab"], chronic["probe_insertion"], chronic["start_time"][:2]) == ("openlab", [], "20")
    body = {"session": eid, "name": "probe00", "chronic_insertion": chronic["id"]}
    for serial in ({}, {"serial": "8"}):
        answer = await house.member.post("/insertions", json={**body, **serial})
        assert (answer.status_code, list(answer.json())) == (400, ["non_field_errors", "status_code"])
    made = await house.make("/insertions", {**body, "serial": "7"}, by="member")
    url = f"/chronic-insertions/{chronic['id']}"
    [nested] = (await house.member.get(url)).json()["probe_insertion"]
    assert set(nested) == {"id", "name", "model", "serial", "session_info"}
    assert (nested["id"], set(nested["session_info"])) == (made["id"], INFO)
    assert (await house.member.patch(f"/insertions/{made['id']}", json={"serial": "9"})).status_code == 400
    assert (await house.member.patch(f"/insertions/{made['id']}", json={"json": {}})).status_code == 200
    assert list((await house.member.patch(url, json={"serial": "9"})).json()) == ["serial", "status_code"]
    for params, found in (
        ({"subject": "KS014"}, 1), ({"subject": "x"}, 0), ({"lab": "openlab"}, 1), ({"model": "NP2.4"}, 1), ({"serial": "8"}, 0),
        ({"probe": made["id"]}, 1), ({"session": eid}, 1), ({"session": NOBODY}, 0), ({"name": "p"}, 1),
    ):  # fmt: skip
        assert len(await ids(house, "/chronic-insertions", **params)) == found, params
    assert (await house.member.delete(url)).status_code == 204
    kept = (await house.member.get(f"/insertions/{made['id']}")).json()
    assert kept["chronic_insertion"] is None, "what was recorded stays"


async def test_closed_labs(house):
    eid = (await house.session("Z1", lab=CLOSED_LAB))["id"]
    hidden = await insertion(house, eid, by="outsider")
    chronic = await house.make("/chronic-insertions", {"subject": "Z1"}, by="outsider")
    own = (await house.session())["id"]
    for path in (f"/insertions/{hidden['id']}", f"/chronic-insertions/{chronic['id']}"):
        assert (await house.outsider.get(path)).status_code == 200
        for refused in (
            await house.member.get(path),
            await house.member.patch(path, json={}),
            await house.member.delete(path),
        ):
            assert refused.status_code == 404
    assert await ids(house) == []
    assert await ids(house, "/chronic-insertions") == []
    for body, field in (
        ({"session": eid, "name": "p"}, "session"), ({"session": own, "name": "p", "chronic_insertion": chronic["id"]}, "chronic_insertion"),
    ):  # fmt: skip
        answer = await house.member.post("/insertions", json=body)
        assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])
    assert (await house.member.post("/chronic-insertions", json={"subject": "Z1"})).status_code == 400
    assert (await house.outsider.post("/insertions", json={"session": own, "name": "p"})).status_code == 403
    assert (await house.outsider.post("/chronic-insertions", json={"subject": "KS014"})).status_code == 403


async def test_probe_models(house):
    listed = (await house.member.get("/probe-models")).json()["results"]
    assert [one["probe_model"] for one in listed] == ["3A", "3B2", "Fiber", "NP2.1", "NP2.4"]
    made = await house.make("/probe-models", {"probe_manufacturer": "Imec", "probe_model": "NP1.0"}, by="member")
    assert (await house.member.get("/probe-models/NP1.0")).json() == made
    again = await house.member.post("/probe-models", json={"probe_manufacturer": "Imec", "probe_model": "NP1.0"})
    assert list(again.json()["fields"]) == ["probe_model"]
    assert (
        await house.rig.post("/probe-models", json={"probe_manufacturer": "x", "probe_model": "y"})
    ).status_code == 403
