"""Datasets, revisions and tags: their records, filters, the default among revisions, protection."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from bregma_app.testing import CLOSED_LAB
from bregma_files.downloads.store import copies

MD5 = "a" * 32
DETAIL_KEYS = {
    "url", "name", "created_by", "created_datetime", "dataset_type", "data_format", "collection", "session", "file_size", "hash", "version",
    "experiment_number", "file_records", "auto_datetime", "revision", "default_dataset", "tags", "qc", "json", "sha256", "edition",
    "generating_software",
}  # fmt: skip
RECORD_KEYS = {"id", "data_repository", "data_repository_path", "relative_path", "data_url", "exists"}


@pytest.fixture
async def shelf(house):
    """A session with one repository."""
    session = await house.session()
    await house.repository()
    return house, session


def spikes(of, **more):
    return {
        "name": "spikes.times.npy",
        "session": of["url"],
        "dataset_type": "spikes.times",
        "data_format": "npy",
        **more,
    }


async def test_the_record(shelf):
    house, session = shelf
    sent = spikes(session, collection="alf/probe00", file_size=80, hash=MD5, version="1.0", qc="PASS", json={"a": 1})
    record = await house.make("/datasets", sent, by="member")
    assert set(record) == DETAIL_KEYS
    expected = {**sent, "created_by": "member", "experiment_number": 1, "file_records": [], "revision": "", "default_dataset": True,
                "tags": [], "edition": "ibl-current", "sha256": None}  # fmt: skip
    assert {name: record[name] for name in expected} == expected
    now = datetime.utcnow()  # noqa: DTZ003  Alyx's form of system time: UTC without offset
    assert abs(now - datetime.fromisoformat(record["created_datetime"])) < timedelta(minutes=5)
    assert (await house.member.get(record["url"])).json() == record
    listed = (await house.member.get("/datasets")).json()["results"][0]
    assert listed == {**record, "public": False, "protected": False}


async def test_its_file_records(shelf):
    house, session = shelf
    await house.repository("bare", labs=(), data_url=None, globus_path="/mnt/data/")
    await house.managed_repository()
    record = await house.make("/datasets", spikes(session))
    for repository in ("openlab_SR", "bare", "central"):
        file = {
            "dataset": record["url"],
            "data_repository": repository,
            "relative_path": "KS014/2020-01-01/001/spikes.times.npy",
            "exists": True,
        }
        await house.make("/files", file, by="member")
    files = (await house.member.get(record["url"])).json()["file_records"]
    assert [set(one) for one in files] == [RECORD_KEYS] * 3
    where = f"KS014/2020-01-01/001/spikes.times.{record['url'][-36:]}.npy"
    shown = {one["data_repository"]: (one["data_url"], one["exists"], one["data_repository_path"]) for one in files}
    assert shown == {
        "openlab_SR": (f"https://data.test/openlab_SR/{where}", True, ""),
        "bare": (None, True, "/mnt/data/"),
        "central": (f"http://bregma.test/data/openlab/Subjects/{where}", False, ""),
    }


async def test_a_session_by_its_place(shelf):
    house, session = shelf
    body = spikes(session, session=None, subject="KS014", date="2020-01-01", number=1)
    assert (await house.make("/datasets", body))["session"] == session["url"]
    answer = await house.member.post("/datasets", json={**body, "number": 2})
    assert answer.json() == {"session": ["There is no session 2 of KS014 on 2020-01-01."], "status_code": 400}
    answer = await house.member.post("/datasets", json={**body, "date": "soon"})
    assert answer.json() == {"date": ["Date has wrong format. Use YYYY-MM-DD."], "status_code": 400}


async def test_sessions_and_animals_of_unseen_labs(shelf):
    house, session = shelf
    theirs = await house.session("CL1", lab=CLOSED_LAB)
    missing = str(uuid4())
    for body in ({"session": theirs["url"]}, {"session": missing}):
        answer = await house.member.post("/datasets", json=spikes(session, **body))
        assert answer.json() == {"session": ["Invalid hyperlink - Object does not exist."], "status_code": 400}
    body = spikes(session, session=None, subject="CL1", date="2020-01-01", number=1)
    answer = await house.member.post("/datasets", json=body)
    assert answer.json() == {"session": ["There is no session 1 of CL1 on 2020-01-01."], "status_code": 400}
    # two labs have an animal of this name: the caller's own is meant
    await house.session("KS014", lab=CLOSED_LAB)
    body["subject"] = "KS014"
    assert (await house.make("/datasets", body, by="member"))["session"] == session["url"]
    assert (await house.make("/datasets", body, by="outsider"))["session"] != session["url"]


async def test_mistakes(shelf):
    house, session = shelf
    for change, field in (({"name": None}, "name"), ({"name": "a/b.npy"}, "name"), ({"name": "../x.npy"}, "name"), ({"collection": "/alf"}, "name"),
                          ({"collection": "a//b"}, "name"), ({"collection": "#a#"}, "name"), ({"dataset_type": "no.such"}, "dataset_type"),
                          ({"data_format": "exe"}, "data_format"), ({"qc": "GREAT"}, "qc"), ({"file_size": -1}, "file_size"),
                          ({"file_size": 2**63}, "file_size"), ({"revision": "none"}, "revision"), ({"tags": ["none"]}, "tags"),
                          ({"session": "x"}, "session"), ({"edition": "2020"}, "edition")):  # fmt: skip
        answer = await house.member.post("/datasets", json=spikes(session, **change))
        assert answer.status_code == 400, change
        assert list(answer.json()) == [field, "status_code"], change
    answer = await house.member.post("/datasets", json={})
    assert set(answer.json()) == {"name", "dataset_type", "status_code"}
    unknown = await house.member.post("/datasets", json=spikes(session, name="spikes.times.exe", data_format=None))
    assert (unknown.status_code, list(unknown.json())) == (400, ["data_format", "status_code"])
    for name, value in (("created_by", "nobody"), ("data_format", "")):
        answer = await house.member.post("/datasets", json=spikes(session, **{name: value}))
        assert (answer.status_code, list(answer.json())) == (400, [name, "status_code"])
    await house.make("/datasets", spikes(session))
    answer = await house.member.post("/datasets", json=spikes(session))
    assert answer.json() == {
        "name": ["A dataset of this session, collection, name and revision exists already."],
        "status_code": 400,
    }


async def test_changes(shelf):
    house, session = shelf
    record = await house.make("/datasets", spikes(session, hash=MD5, json={"a": 1}))
    answer = await house.member.patch(
        record["url"], json={"json": None, "qc": 40, "version": "2", "created_by": "admin", "url": "x"}
    )
    assert answer.status_code == 200
    changed = answer.json()
    assert (changed["json"], changed["qc"], changed["version"], changed["created_by"], changed["hash"]) == (
        None,
        "FAIL",
        "2",
        "admin",
        MD5,
    )
    assert changed["auto_datetime"] > record["auto_datetime"]
    answer = await house.member.put(
        record["url"], json={"dataset_type": "spikes.times", "data_format": "npy", "file_size": 5}
    )
    assert (answer.json()["file_size"], answer.json()["name"]) == (5, "spikes.times.npy")
    answer = await house.member.put(record["url"], json={"file_size": 5})
    assert set(answer.json()) == {"dataset_type", "status_code"}
    assert (await house.member.delete(record["url"])).status_code == 204
    assert (await house.member.get(record["url"])).status_code == 404


async def test_a_dataset_cannot_be_given_to_another_lab(shelf):
    house, session = shelf
    await house.make("/labs", {"name": "thirdlab"})
    theirs = await house.session("TH1", lab="thirdlab")
    mine, other = await house.make("/datasets", spikes(session)), await house.make("/datasets", spikes(theirs))
    answer = await house.member.patch(mine["url"], json={"session": theirs["url"]})
    assert answer.status_code == 403
    assert (await house.member.patch(other["url"], json={"session": session["url"]})).status_code == 403
    assert (await house.admin.get(other["url"])).json()["session"] == theirs["url"]


async def test_a_default_takes_the_flag_from_its_siblings(shelf):
    house, session = shelf
    for name in ("r1", "r2"):
        await house.make("/revisions", {"name": name}, by="member")
    plain = await house.make("/datasets", spikes(session))
    first = await house.make("/datasets", spikes(session, revision="r1"))
    second = await house.make("/datasets", spikes(session, revision="r2", default_dataset=False))
    elsewhere = await house.make("/datasets", spikes(session, collection="alf"))

    async def defaults():
        return [
            (await house.member.get(one["url"])).json()["default_dataset"] for one in (plain, first, second, elsewhere)
        ]

    assert await defaults() == [False, True, False, True]
    await house.member.patch(second["url"], json={"qc": "PASS"})
    assert await defaults() == [False, True, False, True]
    await house.member.patch(second["url"], json={"default_dataset": True})
    assert await defaults() == [False, False, True, True]


async def test_protection(shelf):
    house, session = shelf
    await house.make("/tags", {"name": "paper", "protected": True, "public": True}, by="member")
    record = await house.make("/datasets", spikes(session, hash=MD5))
    answer = await house.member.patch(record["url"], json={"tags": ["paper"]})
    assert answer.json()["tags"] == ["paper"]
    listed = (await house.member.get("/datasets")).json()["results"][0]
    assert (listed["public"], listed["protected"]) == (True, True)
    refusal = 'The dataset cannot be changed or deleted because of the protected tag(s) "paper"'
    for change in (
        {"hash": "b" * 32},
        {"name": "spikes.amps.npy"},
        {"file_size": 1},
        {"collection": "alf"},
        {"session": None},
    ):
        answer = await house.admin.patch(record["url"], json=change)
        assert (answer.status_code, answer.json()) == (403, {"detail": refusal, "status_code": 403})
    answer = await house.admin.delete(record["url"])
    assert (answer.status_code, answer.json()) == (403, {"detail": refusal, "status_code": 403})
    # what is not its content may change, and what is sent as it is changes nothing
    assert (await house.member.patch(record["url"], json={"qc": "FAIL", "json": {}, "hash": MD5})).status_code == 200
    answer = await house.admin.delete("/tags/paper")
    assert answer.status_code == 409, "the last trace of a release is not removed in passing"
    assert (await house.member.patch(record["url"], json={"tags": []})).status_code == 403
    assert (await house.manager.patch(record["url"], json={"tags": []})).status_code == 200
    assert (await house.member.delete(record["url"])).status_code == 204


@pytest.fixture
async def catalogue(house):
    """Three datasets that differ in everything that can be asked for."""
    first, second = await house.session("KS014", "2020-01-01", 1), await house.session("KS015", "2020-01-02", 2)
    await house.make("/revisions", {"name": "r1"})
    await house.make("/tags", {"name": "paper", "protected": True})
    await house.make("/tags", {"name": "open", "public": True})
    made = {
        "times": await house.make("/datasets", spikes(first, collection="alf", file_size=10, hash=MD5, version="1", tags=["paper"]), by="member"),
        "amps": await house.make("/datasets", {"name": "spikes.amps.npy", "session": second["url"], "dataset_type": "spikes.amps",
                                               "data_format": "npy", "revision": "r1", "qc": "FAIL", "tags": ["open"]}),
        "loose": await house.make("/datasets", {"name": "clusters.depths.csv", "dataset_type": "clusters.depths", "data_format": "csv", "default_dataset": False}),
    }  # fmt: skip
    return house, {"first": first, "second": second}, made


async def found(catalogue, **query):
    house, _, made = catalogue
    answer = await house.admin.get("/datasets", params=query)
    assert answer.status_code == 200, answer.text
    names = {record["url"]: name for name, record in made.items()}
    assert answer.json()["count"] == len(answer.json()["results"])
    return " ".join(sorted(names[one["url"]] for one in answer.json()["results"]))


async def test_filters(catalogue):
    _house, sessions, made = catalogue
    today = made["times"]["created_datetime"][:10]
    cases = [
        ({}, "amps loose times"), ({"unknown": "x", "name": ""}, "amps loose times"),
        ({"subject": "KS014"}, "times"), ({"subject": "KS01"}, ""), ({"lab": "openlab"}, "amps times"), ({"date": "2020-01-02"}, "amps"),
        ({"experiment_number": "001"}, "times"), ({"created_by": "member"}, "times"), ({"created_by": "admin"}, "amps loose"),
        ({"created_date": today}, "amps loose times"), ({"created_date_gte": "2999-01-01"}, ""), ({"created_date_lte": "2000-01-01"}, ""),
        ({"created_date_gte": "2000-01-01", "created_date_lte": today}, "amps loose times"),
        ({"dataset_type": "spikes.times"}, "times"), ({"data_format": "csv"}, "loose"), ({"revision": "r1"}, "amps"), ({"qc": "fail"}, "amps"),
        ({"public": "True"}, "amps"), ({"public": "false"}, "loose times"), ({"protected": "True"}, "times"), ({"tag": "paper"}, "times"), ({"tag": "pap"}, ""),
        ({"session": sessions["first"]["id"]}, "times"), ({"session": sessions["first"]["url"]}, "times"), ({"id": made["amps"]["url"]}, "amps"),
        ({"name": "spikes.times.npy"}, "times"), ({"name": "spikes"}, ""), ({"collection": "alf"}, "times"), ({"hash": MD5}, "times"), ({"version": "1"}, "times"),
        ({"django": "session__isnull,True"}, "loose"), ({"django": f"session__id,{sessions['first']['id']},dataset_type__name,spikes.times"}, "times"),
        ({"django": f"id__in,['{made['amps']['url'][-36:]}','{made['loose']['url'][-36:]}']"}, "amps loose"), ({"django": "revision__isnull,False"}, "amps"),
        ({"django": "dataset_type__name__in,['spikes.times','spikes.amps'],tags__name,paper"}, "times"), ({"django": "session__subject__nickname,KS015"}, "amps"),
        ({"default_dataset": "False"}, "loose"), ({"file_size": "10"}, "times"), ({"subject": "KS014", "qc": "FAIL"}, ""),
    ]  # fmt: skip
    wrong = []
    for query, names in cases:
        answer = await found(catalogue, **query)
        if answer != names:
            wrong.append((query, names, answer))
    assert not wrong


async def test_exists(catalogue):
    """A copy that others can reach, or none; as long as there is no place that others can reach, everything counts."""
    house, _, made = catalogue
    await house.repository("laptop", globus_is_personal=True)
    assert await found(catalogue, exists="True") == "amps loose times"
    await house.repository()
    for name, repository, exists in (
        ("times", "openlab_SR", True),
        ("amps", "openlab_SR", False),
        ("amps", "laptop", True),
    ):
        file = {
            "dataset": made[name]["url"],
            "data_repository": repository,
            "relative_path": f"x/{name}.npy",
            "exists": exists,
        }
        await house.make("/files", file)
    assert await found(catalogue, exists="True") == "times"
    assert await found(catalogue, exists="False") == "amps"


async def test_filters_that_name_nothing(catalogue):
    house, *_ = catalogue
    choice = "Select a valid choice. That choice is not one of the available choices."
    for name in ("dataset_type", "data_format", "revision", "created_by", "session"):
        value = str(uuid4()) if name == "session" else "nothing"
        answer = await house.admin.get("/datasets", params={name: value})
        assert (answer.status_code, answer.json()) == (400, {name: [choice], "status_code": 400})
    for name, bad in (("qc", "GREAT"), ("exists", "maybe"), ("created_date", "soon"), ("session", "x"), ("file_size", "big"),
                      ("probe_insertion", "x"), ("django", "id__in,[1]"), ("django", "json__a")):  # fmt: skip
        answer = await house.admin.get("/datasets", params={name: bad})
        assert (answer.status_code, list(answer.json())) == (400, [name, "status_code"])


async def test_long_lists_of_datasets_go_in_one_statement(shelf):
    house, session = shelf
    first = await house.make("/datasets", spikes(session))
    counts = []
    for path in ("/datasets", first["url"], "/files"):
        await house.member.get("/me")
        with house.counting() as seen:
            await house.member.get(path)
        counts.append(len(seen))
    names = [f"alf/p{i}/spikes.times.npy" for i in range(20)]
    assert (await house.register(*names, name="openlab_SR")).status_code == 201
    for path, count in zip(("/datasets", first["url"], "/files"), counts, strict=True):
        with house.counting() as seen:
            await house.member.get(path)
        assert len(seen) == count == 1


async def test_aggregates_are_seen_with_their_animal(house):
    """Data of no session follow the record that they belong to."""
    theirs = await house.subject("CL1", lab=CLOSED_LAB)
    mine = await house.subject("OP1")
    await house.repository(labs=())
    for subject in (theirs, mine):
        body = {
            "content_type": "subject",
            "object_id": subject["id"],
            "name": "openlab_SR",
            "path": f"Subjects/{subject['nickname']}",
        }
        assert (await house.register("_ibl_subjectTrials.table.pqt", by="admin", **body)).status_code == 201
    for client, count in ((house.admin, 2), (house.outsider, 2), (house.member, 1), (house.public, 1)):
        assert (await client.get("/datasets")).json()["count"] == count
        assert (await client.get("/files")).json()["count"] == count
    hidden = (await house.admin.get("/datasets", params={"object_id": theirs["id"]})).json()["results"][0]
    for path in (hidden["url"], f"/files/{hidden['file_records'][0]['id']}"):
        for method in ("GET", "PATCH", "DELETE"):
            assert (await house.member.request(method, path, json={})).status_code == 404


async def test_revisions_and_tags(house):
    revision = await house.make(
        "/revisions", {"name": "2020-01-01a", "description": "mended", "json": {"by": 1}}, by="member"
    )
    assert set(revision) == {"id", "json", "name", "description", "created_datetime"}
    assert (await house.member.get("/revisions/2020-01-01a")).json() == revision
    tag = await house.make("/tags", {"name": "2021_Q1_IBL_et_al", "public": True}, by="member")
    assert set(tag) == {"id", "json", "name", "description", "protected", "public", "hash"}
    for path, name in (
        ("/revisions", "a b"),
        ("/revisions", "#a#"),
        ("/revisions", "2020-01-01a"),
        ("/tags", "2021_Q1_IBL_et_al"),
    ):
        answer = await house.member.post(path, json={"name": name})
        assert (answer.status_code, list(answer.json())) == (400, ["name", "status_code"])
    assert (await house.rig.post("/tags", json={"name": "x"})).status_code == 403
    assert (await house.member.delete("/revisions/2020-01-01a")).status_code == 204


async def test_bytes_of_unseen_aggregates_are_not_signed(house):
    theirs = await house.subject("CL1", lab=CLOSED_LAB)
    await house.repository(labs=())
    body = {"content_type": "subject", "object_id": theirs["id"], "name": "openlab_SR", "path": "Subjects/CL1"}
    (record,) = await house.registered("_ibl_subjectTrials.table.pqt", by="outsider", **body)
    async with house.database.read() as tx:
        labs = {row["name"]: row["id"] for row in await tx._connection.fetch("select name, id from metadata.labs")}
        for visible, found in ((None, 1), ([labs[CLOSED_LAB]], 1), ([labs["openlab"]], 0)):
            assert len(await copies(tx, [UUID(record["id"])], visible)) == found


async def test_a_revision_that_datasets_have_is_retired(shelf):
    house, session = shelf
    await house.make("/revisions", {"name": "2024-01-01", "description": "first"})
    record = await house.make("/datasets", spikes(session, revision="2024-01-01"))
    assert (await house.admin.delete("/revisions/2024-01-01")).status_code == 204
    assert (await house.admin.get("/revisions/2024-01-01")).status_code == 404
    assert (await house.admin.get("/revisions")).json()["count"] == 0
    assert (await house.member.get(record["url"])).json()["revision"] == "2024-01-01", "the path keeps telling it"
    again = await house.make("/revisions", {"name": "2024-01-01", "description": "second"})
    assert (await house.admin.get("/revisions/2024-01-01")).json() == again
    assert again["description"] == "second"
    assert (await house.admin.post("/revisions", json={"name": "2024-01-01"})).status_code == 400
    await house.admin.delete(record["url"])
    assert (await house.admin.delete("/revisions/2024-01-01")).status_code == 204
    assert (await house.make("/revisions", {"name": "2024-01-01"}))["id"] != again["id"], "gone for good"


async def test_hidden_names_are_as_unknown_as_those_of_nothing(house):
    """What a filter answers tells nobody which animals, sessions and labs a closed lab has."""
    subject = {"nickname": "CL_001", "lab": CLOSED_LAB}
    assert (await house.clients["outsider"].post("/subjects", json=subject)).status_code == 201
    session = {"subject": "CL_001", "start_time": "2020-01-01T10:00:00", "number": 1}
    made = await house.clients["outsider"].post("/sessions", json=session)
    assert made.status_code == 201
    queries = [
        ("/datasets", "session", made.json()["url"][-36:], "0a000000-0000-4000-8000-000000000000"),
        ("/notifications", "subject", "CL_001", "nobody"),
        ("/subjects", "lab", CLOSED_LAB, "nolab"),
        ("/locations", "lab", CLOSED_LAB, "nolab"),
    ]
    for path, name, hidden, unknown in queries:
        answers = [await house.member.get(path, params={name: one}) for one in (hidden, unknown)]
        assert [one.status_code for one in answers] == [400, 400], path
        told = [(one.get("fields"), one.get("detail"), one.get(name)) for one in (answer.json() for answer in answers)]
        assert told[0] == told[1]
        assert (await house.clients["outsider"].get(path, params={name: hidden})).status_code == 200, path
