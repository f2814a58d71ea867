"""The search parameters of sessions, each with what it finds and what it leaves out."""

import pytest

QC = {"NOT_SET": 0, "PASS": 10, "WARNING": 30, "FAIL": 40, "CRITICAL": 50}


@pytest.fixture
async def shelf(house):
    """Four sessions of three animals: a1, a2 with files, b1 in another lab, c1 bare."""
    await house.make("/labs", {"name": "ThirdLab", "timezone": "Asia/Tokyo"})
    for name in ("ephys_100%", "ephys", "Behaviour"):
        await house.make("/projects", {"name": name})
    await house.make("/procedures", {"name": "Ephys recording with acute probe(s)"})
    await house.make("/locations", {"name": "_iblrig_churchland_ephys_0", "lab": "openlab"})
    await house.repository()
    await house.repository("laptop", labs=(), globus_is_personal=True)
    made = {
        "a1": await house.session("KS01", "2020-01-01", 1, users=["member", "manager"], projects=["ephys", "ephys_100%"],
                                  task_protocol="_iblrig_tasks_ephys6.4", n_trials=3, n_correct_trials=2, qc="FAIL", type="Experiment"),
        "a2": await house.session("KS01", "2020-01-02", 2, users=["member"], procedures=["Ephys recording with acute probe(s)"],
                                  n_trials=0, n_correct_trials=0, location="_iblrig_churchland_ephys_0", narrative="x"),
        "b1": await house.session("ks014", "2020-01-03", 1, lab="ThirdLab", projects=["Behaviour"], task_protocol="training%1", n_trials=10, n_correct_trials=9),
        "c1": await house.session("KS02", "2020-01-03", 10, end_time="2020-01-03T11:00:00"),
    }  # fmt: skip
    files = {"name": "openlab_SR", "path": "KS01/2020-01-01/001/alf", "qc": "CRITICAL,WARNING,PASS"}
    answer = await house.register("spikes.times.npy", "spikes.clusters.npy", "clusters.depths.npy", **files)
    assert answer.status_code == 201, answer.text
    await house.register("spikes.times.npy", path="KS01/2020-01-02/002/alf", name="laptop")
    tag = await house.make("/tags", {"name": "2021_Q1_paper"})
    assert (
        await house.admin.patch(f"/datasets/{answer.json()[0]['id']}", json={"tags": [tag["name"]]})
    ).status_code == 200
    return house, {record["id"]: name for name, record in made.items()}, made


async def found(shelf, **query):
    house, names, _ = shelf
    answer = await house.admin.get("/sessions", params=query)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["count"] == len(page["results"])
    return " ".join(sorted(names[one["id"]] for one in page["results"]))


CASES = [
    ({}, "a1 a2 b1 c1"),
    ({"subject": "", "lab": "", "users": "", "unknown": "x"}, "a1 a2 b1 c1"),
    ({"subject": "ks01"}, "a1 a2"), ({"nickname": "KS014"}, "b1"), ({"subject": "KS"}, ""), ({"subject": "KS0_"}, ""),
    ({"lab": "OPENLAB"}, "a1 a2 c1"), ({"lab": "thirdlab"}, "b1"), ({"lab": "open"}, ""), ({"lab": "nowhere"}, ""),
    ({"users": "member"}, "a1 a2"), ({"users": "member,manager"}, "a1"), ({"users": "manager, member,"}, "a1"), ({"users": "nobody"}, ""),
    ({"date_range": "2020-01-01,2020-01-02"}, "a1 a2"), ({"date_range": "2020-01-02,2020-01-02"}, "a2"),
    ({"date_range": "1677-09-21,2262-04-11"}, "a1 a2 b1 c1"), ({"date_range": "2020-01-02,2020-01-01"}, ""),
    ({"number": "001"}, "a1 b1"), ({"number": "1"}, "a1 b1"), ({"number": "10"}, "c1"), ({"number": "1.5"}, ""),
    ({"projects": "EPHYS"}, "a1"), ({"project": "100%"}, "a1"), ({"projects": "%"}, "a1"), ({"projects": "_"}, "a1"), ({"project": "behav"}, "b1"),
    ({"procedures": "acute"}, "a2"), ({"location": "CHURCHLAND"}, "a2"), ({"location": "%"}, ""), ({"type": "experiment"}, "a1"),
    ({"task_protocol": "tasks_EPHYS"}, "a1"), ({"task_protocol": "%"}, "b1"), ({"task_protocol": "ng%1"}, "b1"), ({"task_protocol": "\\"}, ""),
    ({"qc": "fail"}, "a1"), ({"qc": "NOT_SET"}, "a2 b1 c1"), ({"qc": "40"}, "a1"),
    ({"performance_gte": "66"}, "a1 b1"), ({"performance_gte": "66.5"}, "b1"), ({"performance_lte": "66"}, "a1"), ({"performance_lte": "100"}, "a1 b1"),
    ({"dataset_types": "spikes.times"}, "a1 a2"), ({"dataset_types": "spikes.times,clusters.depths"}, "a1"), ({"dataset_types": "spikes"}, ""),
    ({"dataset_types": "spikes.times", "servable_only": "true"}, "a1"), ({"dataset_types": "spikes.times", "servable_only": "False"}, "a1 a2"),
    ({"servable_only": "true"}, "a1 a2 b1 c1"), ({"servable": "true"}, "a1"), ({"servable": "False"}, "a2 b1 c1"), ({"servable": "true", "number": "2"}, ""),
    # of critical quality, and on a personal repository: neither counts
    ({"datasets": "spikes.times.npy"}, ""), ({"datasets": "spikes.clusters.npy"}, "a1"), ({"datasets": "spikes.clusters.npy,clusters.depths.npy"}, "a1"),
    ({"datasets": "spikes.times.npy", "dataset_qc_lte": "CRITICAL"}, "a1"), ({"datasets": "spikes.clusters.npy", "dataset_qc_lte": "PASS"}, ""),
    ({"datasets": "spikes.clusters.npy", "dataset_qc_lte": "30"}, "a1"), ({"datasets": "SPIKES.clusters.npy"}, ""),
    ({"dataset_qc_lte": "PASS"}, "a1 a2"), ({"dataset_qc_lte": "NOT_SET"}, "a2"),
    ({"tag": "q1_PAPER"}, "a1"), ({"tag": "q%paper"}, ""),
    ({"narrative": "x"}, "a2"), ({"n_trials": "3"}, "a1"), ({"n_correct_trials": "0"}, "a2"), ({"start_time": "2020-01-01T10:00:00"}, "a1"),
    ({"end_time": "2020-01-03T11:00:00"}, "c1"), ({"lab": "openlab", "users": "member", "number": "2"}, "a2"),
]  # fmt: skip


async def test_each_parameter(shelf):
    wrong = []
    for query, names in CASES:
        answer = await found(shelf, **query)
        if answer != names:
            wrong.append((query, names, answer))
    assert not wrong


async def test_by_id(shelf):
    house, _, made = shelf
    assert await found(shelf, id=made["a1"]["id"]) == "a1"
    assert await found(shelf, id=made["a1"]["url"]) == "a1"
    assert (await house.admin.patch(made["a2"]["url"], json={"parent_session": made["a1"]["url"]})).status_code == 200
    assert await found(shelf, parent_session=made["a1"]["id"]) == "a2"
    assert await found(shelf, auto_datetime=(await house.admin.get(made["c1"]["url"])).json()["auto_datetime"]) == "c1"


async def test_mistakes_are_named(shelf):
    house, *_ = shelf
    for name, bad in (("number", "one"), ("qc", "GREAT"), ("date_range", "2020-01-01"), ("date_range", "a,b"), ("performance_gte", "x"),
                      ("dataset_qc_lte", "WORSE"), ("id", "12"), ("n_trials", "1.5"), ("n_trials", "9" * 40), ("start_time", "noon"),
                      ("start_time", "2020-01-01T10:00:00Z"), ("servable_only", "perhaps"), ("servable", "perhaps"), ("users", ",".join(map(str, range(60)))),
                      ("django", "start_time__weak,1"), ("django", "subject"), ("json", "a"), ("extended_qc", "a,1,b"), ("django", "task_protocol__regex,("),
                      ("histology", "perhaps"), ("location", "a\0")):  # fmt: skip
        answer = await house.admin.get("/sessions", params={name: bad})
        assert answer.status_code == 400, (name, bad)
        assert list(answer.json()) == [name, "status_code"]


async def test_free_lookups(shelf):
    _, _, made = shelf
    ids = {name: record["id"] for name, record in made.items()}
    cases = [
        (f"pk,{ids['a1']}", "a1"), (f"pk__in,('{ids['a1']}', '{ids['b1']}')", "a1 b1"), (f"~id,{ids['a1']}", "a2 b1 c1"),
        ("subject__nickname,KS01", "a1 a2"), ("subject__nickname__icontains,ks0", "a1 a2 b1 c1"), ("lab__name__in,['ThirdLab','x']", "b1"),
        ("number__gte,2", "a2 c1"), ("qc__lt,40,number,1", "b1"), ("qc,40", "a1"), ("n_trials__isnull,True", "c1"), ("n_trials,None", "c1"),
        ("~n_trials__isnull,True,n_trials__gt,3", "b1"), ("start_time__date,2020-01-02", "a2"), ("start_time__date__lt,2020-01-02", "a1"),
        ("start_time__range,['2020-01-02','2020-01-02T23:00:00']", "a2"), ("task_protocol__startswith,training%", "b1"),
        ("projects__name,ephys", "a1"), ("projects__name__icontains,%", "a1"), ("~projects__name__icontains,e", "a2 c1"), ("users__username,manager", "a1"),
        ("procedures__name__icontains,acute", "a2"), ("location__name__icontains,church", "a2"), ("location__isnull,False", "a2"),
        ("data_dataset_session_related__name__icontains,spikes", "a1 a2"), ("data_dataset_session_related__dataset_type__name,clusters.depths", "a1"),
        ("end_time__isnull,False", "c1"), ("narrative,x", "a2"), ("parent_session,None", "a1 a2 b1 c1"),
    ]  # fmt: skip
    wrong = []
    for text, names in cases:
        answer = await found(shelf, django=text)
        if answer != names:
            wrong.append((text, names, answer))
    assert not wrong
    assert await found(shelf, django="number,1", lab="openlab") == "a1"


async def test_newest_first(shelf):
    house, names, _ = shelf
    listed = [names[one["id"]] for one in (await house.admin.get("/sessions")).json()["results"]]
    assert listed in (["b1", "c1", "a2", "a1"], ["c1", "b1", "a2", "a1"])
