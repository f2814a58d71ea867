"""register-file and check-protected: section 10 and 11 of the contract, rule by rule."""

import asyncio

import pytest
from bregma_app.testing import CLOSED_LAB

MD5_A, MD5_B = "a" * 32, "b" * 32
PATH = "KS014/2020-01-01/001"
ANSWER_KEYS = {
    "id", "name", "file_size", "subject", "created_by", "created_datetime", "dataset_type", "data_format", "session", "session_number",
    "session_users", "session_start_time", "collection", "revision", "default", "qc", "file_records",
}  # fmt: skip


@pytest.fixture
async def rig(house):
    """One session, and a server of the lab and a personal repository that get records of its files."""
    await house.session(users=["manager"])
    await house.repository("openlab_SR")
    await house.repository("openlab_laptop", globus_is_personal=True)
    return house


async def registered(house, *names, status=201, **body):
    answer = await house.register(*names, **body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def refused(house, *names, **body):
    answer = await house.register(*names, **body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["status_code"] == 400
    assert (await house.member.get("/datasets")).json()["count"] == 0, "nothing was registered"
    return answer.json()


def existing(record):
    return {one["data_repository"]: one["exists"] for one in record["file_records"]}


async def dataset(house, record):
    return (await house.member.get(f"/datasets/{record['id']}")).json()


async def protect(house, *records, name="frozen"):
    await house.admin.post("/tags", json={"name": name, "protected": True})
    for record in records:
        answer = await house.admin.patch(f"/datasets/{record['id']}", json={"tags": [name]})
        assert answer.status_code == 200, answer.text


# the plain case


async def test_the_record(rig):
    first, second = await registered(
        rig, "spikes.times.npy", "#2020-02-02#/spikes.clusters.npy", path=f"{PATH}/alf/probe00", name="openlab_SR",
        hashes=[MD5_A, None], filesizes=[80, 81], versions=["1.0", None], qc=["PASS", "30"],
    )  # fmt: skip
    session = (await rig.member.get("/sessions")).json()["results"][0]
    assert set(first) == set(second) == ANSWER_KEYS
    expected = {
        "name": "spikes.times.npy", "file_size": 80, "subject": "KS014", "created_by": "member", "dataset_type": "spikes.times",
        "data_format": "npy", "session": session["id"], "session_number": 1, "session_users": "manager,member",
        "session_start_time": "2020-01-01T10:00:00", "collection": "alf/probe00", "revision": "", "default": True, "qc": 10,
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    assert (second["name"], second["revision"], second["qc"], second["file_size"]) == (
        "spikes.clusters.npy",
        "2020-02-02",
        30,
        81,
    )
    assert existing(first) == existing(second) == {"openlab_SR": True, "openlab_laptop": False}
    paths = [f"{PATH}/alf/probe00/spikes.times.npy", f"{PATH}/alf/probe00/#2020-02-02#/spikes.clusters.npy"]
    assert [[one["relative_path"] for one in record["file_records"]] for record in (first, second)] == [
        [paths[0]] * 2,
        [paths[1]] * 2,
    ]
    shown = await dataset(rig, first)
    assert (shown["hash"], shown["version"], shown["qc"], shown["revision"], shown["session"]) == (
        MD5_A,
        "1.0",
        "PASS",
        "",
        session["url"],
    )
    assert (await rig.member.get("/revisions/2020-02-02")).status_code == 200
    detail = (await rig.member.get(session["url"])).json()
    assert detail["users"] == ["manager", "member"], "who registered worked on the session"
    assert [(one["collection"], one["revision"], one["name"]) for one in detail["data_dataset_session_related"]] == [
        ("alf/probe00", "2020-02-02", "spikes.clusters.npy"), ("alf/probe00", "", "spikes.times.npy"),
    ]  # fmt: skip


async def test_spellings_of_the_path(rig):
    spellings = (PATH, "KS014/2020-01-01/1", "/KS014/2020-01-01/01/", "KS014\\2020-01-01\\001", "KS014//2020-01-01//1")
    ids = set()
    for path in spellings:
        (record,) = await registered(rig, "alf/spikes.times.npy", path=path, name="openlab_SR", hashes=[MD5_A])
        ids.add(record["id"])
        assert {one["relative_path"] for one in record["file_records"]} == {f"{PATH}/alf/spikes.times.npy"}
    (record,) = await registered(rig, "spikes.times.npy", path=f"{PATH}/alf", name="openlab_SR", hashes=[MD5_A])
    (windows,) = await registered(rig, "alf\\spikes.times.npy", path=PATH, name="openlab_SR", hashes=[MD5_A])
    assert ids == {record["id"]} == {windows["id"]}


async def test_comma_texts_forms_and_text_booleans(rig):
    body = {"path": PATH, "filenames": "spikes.times.npy,spikes.clusters.npy", "hashes": f"{MD5_A},{MD5_B}", "filesizes": "10,20",
            "versions": "2.1", "qc": "warning", "name": "openlab_SR", "server_only": "False", "default": "True", "exists": "True"}  # fmt: skip
    for answer in (
        await rig.member.post("/register-file", data=body),
        await rig.member.post("/register-file", json=body),
    ):
        assert answer.status_code == 201, answer.text
        records = answer.json()
        assert [(one["name"], one["file_size"], one["qc"]) for one in records] == [
            ("spikes.times.npy", 10, 30),
            ("spikes.clusters.npy", 20, 30),
        ]
        assert [(await dataset(rig, one))["version"] for one in records] == ["2.1", "2.1"]
        assert [(await dataset(rig, one))["hash"] for one in records] == [MD5_A, MD5_B]


async def test_shorter_lists_cut_the_rest_off(rig):
    names = ["spikes.times.npy", "spikes.clusters.npy", "spikes.amps.npy"]
    assert len(await registered(rig, *names, name="openlab_SR", hashes=[MD5_A, MD5_B])) == 2
    assert len(await registered(rig, *names, name="openlab_SR", filesizes=[1])) == 1
    assert len(await registered(rig, *names, name="openlab_SR", versions=["1"], qc=[10])) == 3, "one for all"


# where the files are


HOMES = [
    ({"name": "openlab_SR"}, {"openlab_SR": True, "openlab_laptop": False}),
    ({"hostname": "OPENLAB_sr.local"}, {"openlab_SR": True, "openlab_laptop": False}),
    ({"name": "openlab_SR", "hostname": "openlab_laptop.local"}, {"openlab_SR": True, "openlab_laptop": False}),
    ({"name": "openlab_laptop"}, {"openlab_SR": False, "openlab_laptop": True}),
    ({"name": "elsewhere"}, {"openlab_SR": False, "openlab_laptop": False, "elsewhere": True}),
    ({"name": "openlab_SR", "exists": False}, {"openlab_SR": False, "openlab_laptop": False}),
    ({}, {"openlab_SR": False, "openlab_laptop": False}),
    ({"server_only": True}, {"openlab_SR": True}),
    ({"server_only": True, "name": "openlab_laptop"}, {"openlab_SR": True}),
    ({"server_only": True, "exists": False}, {"openlab_SR": False}),
    ({"name": "openlab_SR", "labs": "thirdlab"}, {"openlab_SR": True, "thirdlab_SR": False}),
    (
        {"name": "openlab_SR", "labs": ["thirdlab", "openlab"]},
        {"openlab_SR": True, "openlab_laptop": False, "thirdlab_SR": False},
    ),
    ({"projects": ["thirdlab"]}, {"thirdlab_SR": False}),
]


async def test_which_records_are_made(rig):
    await rig.make("/labs", {"name": "thirdlab", "timezone": "Asia/Tokyo"})
    await rig.repository("elsewhere", labs=())
    await rig.repository("thirdlab_SR", labs=("thirdlab",))
    for number, (body, exists) in enumerate(HOMES, 2):
        session = await rig.session(number=number)
        (record,) = await registered(rig, "spikes.times.npy", path=f"KS014/2020-01-01/{number}", **body)
        assert existing(record) == exists, body
        detail = (await rig.member.get(session["url"])).json()["data_dataset_session_related"]
        shared = any(flag for name, flag in exists.items() if name != "openlab_laptop")
        assert len(detail) == shared, "the session shows what others can load"


async def test_a_managed_repository_believes_nobody(rig):
    await rig.managed_repository("central")
    (record,) = await registered(rig, "spikes.times.npy", name="central", hashes=[MD5_A])
    assert existing(record) == {"central": False, "openlab_SR": False, "openlab_laptop": False}
    (record,) = await registered(rig, "spikes.clusters.npy", server_only=True)
    assert existing(record) == {"central": False, "openlab_SR": True}
    async with rig.database.read() as tx:
        jobs = await tx._connection.fetch("select task_name, args from jobs.procrastinate_jobs")
        central = await tx._connection.fetch(
            "select f.id::text from files.file_records f join files.repositories r on r.id = f.repository_id where r.managed order by f.id"
        )
    assert [row["task_name"] for row in jobs] == ["files.verify_records"] * 2, "what may lie there is looked at"
    assert sorted(one for row in jobs for one in row["args"]["records"]) == sorted(row[0] for row in central)


async def test_verified_bytes_stay_while_nobody_says_that_they_changed(rig):
    await rig.managed_repository("central")
    (record,) = await registered(rig, "spikes.times.npy", name="openlab_SR", hashes=[MD5_A], filesizes=[10])
    async with rig.database.write() as tx:
        await tx._connection.execute("update files.file_records set exists = true, object_key = 'k' where not declared")
    for body in ({"hashes": [MD5_A]}, {}, {"name": "openlab_SR"}, {"name": "openlab_SR", "filesizes": [10]}):
        (again,) = await registered(rig, "spikes.times.npy", **body)
        assert existing(again)["central"] is True, body
    (changed,) = await registered(rig, "spikes.times.npy", name="openlab_SR", hashes=[MD5_B])
    assert existing(changed) == {"openlab_SR": True, "openlab_laptop": False, "central": False}
    assert changed["id"] == record["id"]


# registering again


async def test_the_same_file_again_changes_nothing(rig):
    (first,) = await registered(rig, "spikes.times.npy", name="openlab_SR", hashes=[MD5_A], filesizes=[10], qc="PASS")
    for record in first["file_records"]:
        answer = await rig.member.patch(f"/files/{record['id']}", json={"json": {"note": 1}, "exists": True})
        assert answer.status_code == 200
    (again,) = await registered(rig, "spikes.times.npy", name="openlab_laptop", hashes=[MD5_A], filesizes=[10])
    assert existing(again) == {"openlab_SR": True, "openlab_laptop": True}, (
        "records of a file that did not change are left alone"
    )
    assert [one["id"] for one in again["file_records"]] == [one["id"] for one in first["file_records"]]
    assert again["id"] == first["id"]
    assert again["qc"] == 10, "no verdict given is no new verdict"
    assert (await rig.member.get(f"/files/{first['file_records'][0]['id']}")).json()["json"] == {"note": 1}


@pytest.mark.parametrize(("before", "now"), [(MD5_A, MD5_B), (None, MD5_A), (MD5_A, None)])
async def test_a_changed_file_is_missing_elsewhere(rig, before, now):
    (first,) = await registered(rig, "spikes.times.npy", server_only=True, hashes=[before])
    for record in first["file_records"]:
        await rig.member.patch(f"/files/{record['id']}", json={"json": {"mismatch_hash": True}})
    (again,) = await registered(rig, "spikes.times.npy", name="openlab_laptop", hashes=[now])
    assert again["id"] == first["id"]
    assert existing(again) == {"openlab_SR": False, "openlab_laptop": True}
    assert [(await rig.member.get(f"/files/{one['id']}")).json()["json"] for one in again["file_records"]] == [
        None,
        None,
    ]
    assert (await dataset(rig, again))["hash"] == (now or before)


async def test_what_is_not_given_stays(rig):
    (first,) = await registered(
        rig, "spikes.times.npy", name="openlab_SR", hashes=[MD5_A], filesizes=[10], versions=["1.0"], qc=["FAIL"]
    )
    (again,) = await registered(rig, "spikes.times.npy", name="openlab_SR", by="manager")
    shown = await dataset(rig, again)
    assert (shown["hash"], shown["file_size"], shown["version"], shown["qc"]) == (MD5_A, 10, "1.0", "FAIL")
    assert (first["created_by"], again["created_by"]) == ("member", "manager")


async def test_for_whom(rig):
    (record,) = await registered(rig, "spikes.times.npy", name="openlab_SR", created_by="technician")
    assert (record["created_by"], record["session_users"]) == ("technician", "manager,technician")
    answer = await refused_once(rig, created_by="nobody")
    assert "nobody" in answer["detail"]


async def refused_once(house, **body):
    answer = await house.register("spikes.amps.npy", name="openlab_SR", **body)
    assert answer.status_code == 400
    return answer.json()


# the default among revisions


async def test_the_default_among_revisions(rig):
    await registered(rig, "spikes.times.npy", "alf/spikes.times.npy", "spikes.clusters.npy", name="openlab_SR")
    assert await in_place(rig, None) == {"": True}
    (new,) = await registered(rig, "#a#/spikes.times.npy", name="openlab_SR")
    assert (new["default"], await in_place(rig, None)) == (True, {"": False, "a": True})
    (new,) = await registered(rig, "#b#/spikes.times.npy", name="openlab_SR", default=False)
    assert (new["default"], await in_place(rig, None)) == (False, {"": False, "a": True, "b": False})
    (old,) = await registered(rig, "spikes.times.npy", name="openlab_SR")
    assert old["default"] is True
    assert await in_place(rig, None) == {"": True, "a": False, "b": False}
    assert await in_place(rig, "alf") == {"": True}, "another collection is another file"


async def in_place(house, collection):
    rows = (await house.member.get("/datasets", params={"name": "spikes.times.npy"})).json()["results"]
    return {row["revision"]: row["default_dataset"] for row in rows if row["collection"] == collection}


async def test_two_revisions_in_one_call(rig):
    """The last one named becomes the default; there is never more than one."""
    records = await registered(
        rig, "spikes.times.npy", "#a#/spikes.times.npy", "#b#/spikes.times.npy", name="openlab_SR"
    )
    assert [one["default"] for one in records] == [False, False, True]
    assert await in_place(rig, None) == {"": False, "a": False, "b": True}


async def test_revision_folders(rig):
    (record,) = await registered(rig, "spikes.times.npy", path=f"{PATH}/alf/#2021-01-01#", name="openlab_SR")
    assert (record["collection"], record["revision"]) == ("alf", "2021-01-01")
    for bad in ("alf/#2021-01-01#/probe00/spikes.times.npy", "##/spikes.times.npy", "#a#/#b#/spikes.times.npy"):
        answer = await rig.register(bad, name="openlab_SR")
        assert answer.status_code == 400
        assert "revision" in answer.json()["detail"]


# protection


async def test_check_protected_refuses_as_the_stock_client_expects(rig):
    old, revised, other = await registered(
        rig, "spikes.times.npy", "#2020-05-05#/spikes.times.npy", "spikes.amps.npy", name="openlab_SR"
    )
    await registered(rig, "#2020-06-06#/spikes.times.npy", name="openlab_SR")
    await protect(rig, old)
    sent = ["spikes.times.npy", "spikes.amps.npy", "spikes.clusters.npy"]
    answer = await rig.register(*sent, name="openlab_SR", check_protected=True)
    assert answer.status_code == 403
    details = [
        {"spikes.times.npy": [{"2020-06-06": False}, {"2020-05-05": False}, {"": True}]},
        {"spikes.amps.npy": [{"": False}]},
        {"spikes.clusters.npy": []},
    ]
    assert answer.json() == {"status_code": 403, "error": "One or more datasets is protected", "details": details}
    assert (await rig.member.get("/datasets", params={"name": "spikes.clusters.npy"})).json()["count"] == 0
    # any revision of the file counts, also one that is registered now
    answer = await rig.register("#2020-07-07#/spikes.times.npy", name="openlab_SR", check_protected="True")
    assert answer.status_code == 403
    assert list(answer.json()["details"][0]) == ["#2020-07-07#/spikes.times.npy"]
    (record,) = await registered(rig, "#2020-07-07#/spikes.times.npy", name="openlab_SR")
    assert record["default"] is True, "the client then registers a new revision beside"
    assert (await dataset(rig, old))["default_dataset"] is False


async def test_a_protected_dataset_refuses_whoever_asks(rig):
    old, amps = await registered(rig, "spikes.times.npy", "spikes.amps.npy", name="openlab_SR", hashes=[MD5_A, MD5_A])
    await protect(rig, old)
    for by in ("member", "manager", "admin"):
        answer = await rig.register(
            "spikes.amps.npy", "spikes.times.npy", name="openlab_SR", by=by, hashes=[MD5_B, MD5_B]
        )
        assert answer.status_code == 403
        assert answer.json()["status_code"] == 403
        assert "spikes.times.npy is protected" in answer.json()["detail"]
        assert "error" not in answer.json()
    assert (await dataset(rig, amps))["hash"] == MD5_A, "nothing of the call was done"


async def test_check_protected_endpoint(rig):
    (old,) = await registered(rig, "alf/spikes.times.npy", name="openlab_SR")
    body = {"path": PATH, "filenames": ["alf/spikes.times.npy", "alf/spikes.amps.npy"], "created_by": "member"}
    free = {"status_code": 200, "details": "None of the datasets are protected"}
    asked = {"path": PATH, "filenames": "alf/spikes.times.npy,alf/spikes.amps.npy"}
    for answer in (
        await rig.member.request("GET", "/check-protected", json=body),
        await rig.member.get("/check-protected", params=asked),
    ):
        assert (answer.status_code, answer.json()) == (200, free)
    await protect(rig, old)
    caught = {"status_code": 403, "error": "One or more datasets is protected",
              "details": [{"alf/spikes.times.npy": [{"": True}]}, {"alf/spikes.amps.npy": []}]}  # fmt: skip
    for answer in (
        await rig.member.request("GET", "/check-protected", json=body),
        await rig.public.get("/check-protected", params=asked),
    ):
        assert (answer.status_code, answer.json()) == (200, caught)


# data of other records than sessions


async def test_aggregates(rig):
    subject = (await rig.member.get("/subjects/KS014")).json()
    await rig.managed_repository("central")
    body = {
        "path": "Subjects/openlab/KS014",
        "content_type": "subjects.subject",
        "object_id": subject["id"],
        "name": "openlab_SR",
    }
    (record,) = await registered(rig, "#2022-02-02#/_ibl_subjectTrials.table.pqt", **body)
    assert (record["content_type"], record["object_id"]) == ("subject", subject["id"])
    assert not {"session", "subject", "session_number", "session_users", "session_start_time"} & set(record)
    assert (record["collection"], record["revision"]) == ("Subjects/openlab/KS014", "2022-02-02")
    assert record["file_records"] == [{
        "id": record["file_records"][0]["id"], "data_repository": "openlab_SR", "exists": True,
        "relative_path": "Subjects/openlab/KS014/#2022-02-02#/_ibl_subjectTrials.table.pqt",
    }]  # fmt: skip
    (again,) = await registered(rig, "#2022-02-02#/_ibl_subjectTrials.table.pqt", **{**body, "content_type": "subject"})
    assert again["id"] == record["id"]
    assert (await dataset(rig, record))["session"] is None


async def test_bad_aggregates(rig):
    subject = (await rig.member.get("/subjects/KS014")).json()
    for change, text in (
        ({"content_type": None}, "one came without the other"), ({"object_id": ""}, "one came without the other"),
        ({"object_id": "7"}, "not a UUID"), ({"object_id": "01234567-89ab-4def-8123-456789abcdef"}, "no subject with the id"),
        ({"content_type": "auth.permission"}, "cannot belong to a 'permission'"), ({"name": None}, "name or hostname"),
    ):  # fmt: skip
        body = {
            "path": "Subjects/KS014",
            "content_type": "subject",
            "object_id": subject["id"],
            "name": "openlab_SR",
            **change,
        }
        assert text in (await refused(rig, "_ibl_subjectTrials.table.pqt", **body))["detail"]


async def test_aggregates_of_unseen_animals(rig):
    theirs = await rig.subject("CL1", lab=CLOSED_LAB)
    body = {"path": "Subjects/CL1", "content_type": "subject", "object_id": theirs["id"], "name": "openlab_SR"}
    assert "There is no subject with the id" in (await refused(rig, "_ibl_subjectTrials.table.pqt", **body))["detail"]


# mistakes


MISTAKES = [
    ({"path": "KS999/2020-01-01/001"}, "error", "There is no subject 'KS999'"),
    ({"path": "KS014/2020-01-02/001"}, "error", "There is no session 1 of KS014 on 2020-01-02"),
    ({"path": "KS014/2020-01-01/002"}, "error", "There is no session 2"),
    ({"path": "KS01/2020-01-01/001"}, "error", "There is no subject 'KS01'"),
    ({"path": "ks014/2020-01-01/001"}, "error", "There is no subject 'ks014'"),
    ({"path": "KS014/2020-01-01"}, "error", "needs a subject, a date and a number"),
    ({"path": "KS014/20200101/001"}, "error", "must be a day of the calendar"),
    ({"path": "KS014/2020-02-30/001"}, "error", "must be a day of the calendar"),
    ({"path": "KS014/2020-01-01/x"}, "error", "must be 1 to 3 digits"),
    ({"path": "KS014/2020-01-01/" + "9" * 30}, "error", "must be 1 to 3 digits"),
    ({"path": "KS014/2020-01-01/٣"}, "error", "must be 1 to 3 digits"),
    ({"path": ""}, "detail", "path is required"), ({"path": None}, "detail", "path is required"),
    ({"path": f"../{PATH}"}, "detail", "leaves its session"), ({"path": f"{PATH}/.."}, "detail", "leaves its session"),
    ({"filenames": []}, "detail", "filenames is required"), ({"filenames": None}, "detail", "filenames is required"),
    ({"filenames": ["../spikes.times.npy"]}, "detail", ".."), ({"filenames": ["a:b/spikes.times.npy"]}, "detail", "a:b"),
    ({"filenames": ["spikes.times.npy", "spikes.times.npy"]}, "detail", "named twice"),
    ({"filenames": ["spikes.times.npy", "spikes.times.NPY"]}, "detail", "upper and lower case only"),
    ({"filenames": ["Spikes.times.npy"]}, "detail", "No dataset type matches 'Spikes.times.npy'"),
    ({"filenames": ["spikes.nothing.npy"]}, "detail", "No dataset type matches 'spikes.nothing.npy'"),
    ({"filenames": ["notes"]}, "detail", "No dataset type matches"),
    ({"filenames": ["spikes.times.xyz"]}, "detail", "No data format has the extension of 'spikes.times.xyz'"),
    ({"filenames": [None]}, "detail", "list of texts"), ({"filenames": [{"a": 1}]}, "detail", "list of texts"), ({"filenames": 5}, "detail", "list of texts"),
    ({"filenames": ["con.times.npy"]}, "detail", "Windows"),
    ({"name": "nowhere"}, "detail", "no data repository 'nowhere'"), ({"name": None, "hostname": "nowhere"}, "detail", "no data repository 'nowhere'"),
    ({"labs": "nolab"}, "detail", "There is no lab 'nolab'"), ({"labs": [CLOSED_LAB]}, "detail", "There is no lab 'closedlab'"),
    ({"qc": "GREAT"}, "detail", "is not a QC value"), ({"qc": [11]}, "detail", "is not a QC value"),
    ({"filesizes": ["big"]}, "detail", "whole number of bytes"), ({"filesizes": [-1]}, "detail", "whole number of bytes"),
    ({"filesizes": [2**63]}, "detail", "whole number of bytes"), ({"filesizes": [1.5]}, "detail", "whole number of bytes"),
    ({"filesizes": [True]}, "detail", "whole number of bytes"),
    ({"exists": "perhaps"}, "detail", "exists must be true or false"),
]  # fmt: skip


async def test_mistakes(rig):
    for body, key, text in MISTAKES:
        sent = {"path": PATH, "filenames": ["spikes.times.npy"], "name": "openlab_SR", **body}
        answer = await rig.member.post("/register-file", json=sent)
        assert answer.status_code == 400, (body, answer.text)
        assert set(answer.json()) == {key, "status_code"}, body
        assert text in answer.json()[key], body
    assert (await rig.member.get("/datasets")).json()["count"] == 0
    assert (await rig.member.get("/files")).json()["count"] == 0


async def test_bodies_of_other_kinds(rig):
    for content in (b"[]", b"[{}]", b'"text"', b"3"):
        answer = await rig.member.post("/register-file", content=content)
        assert answer.status_code == 400
    for body in ({"path": "KS014\0/2020-01-01/001", "filenames": "a.b.npy"}, {"path": PATH, "filenames": ["a\0.npy"]},
                 {"path": PATH, "filenames": "spikes.times.npy", "name": "\0"}):  # fmt: skip
        answer = await rig.member.post("/register-file", json=body)
        assert answer.json() == {"non_field_errors": ["Null characters are not allowed."], "status_code": 400}
    answer = await rig.member.get("/check-protected", params={"path": "\0", "filenames": "x"})
    assert answer.status_code == 400


async def test_one_bad_file_registers_nothing(rig):
    await registered(rig, "#old#/spikes.times.npy", name="openlab_SR", hashes=[MD5_A])
    before = (await rig.member.get("/datasets")).json()
    for bad in ("spikes.nothing.npy", "spikes.times.xyz", "alf/../spikes.amps.npy"):
        answer = await rig.register(
            "#new#/spikes.times.npy", "#old#/spikes.times.npy", bad, name="openlab_SR", by="manager", hashes=[MD5_B] * 3
        )
        assert answer.status_code == 400
    answer = await rig.register("#new#/spikes.times.npy", "spikes.amps.npy", name="openlab_SR", qc=["PASS", "GREAT"])
    assert answer.status_code == 400
    assert (await rig.member.get("/datasets")).json() == before
    assert (await rig.member.get("/revisions/new")).status_code == 404


async def test_a_path_that_another_dataset_has(rig):
    (first,) = await registered(rig, "spikes.times.npy", name="openlab_SR")
    other = await rig.make("/datasets", {
        "name": "spikes.amps.npy", "session": (await dataset(rig, first))["session"], "dataset_type": "spikes.amps", "data_format": "npy",
    })  # fmt: skip
    await rig.make(
        "/files",
        {"dataset": other["url"], "data_repository": "openlab_SR", "relative_path": f"{PATH}/spikes.clusters.npy"},
    )
    answer = await rig.register("spikes.depths.npy", "spikes.clusters.npy", name="openlab_SR")
    assert answer.status_code == 400
    assert f"the path {PATH}/spikes.clusters.npy belongs to another dataset" in answer.json()["detail"]
    assert (await rig.member.get("/datasets")).json()["count"] == 2


async def test_names_that_differ_by_case_only(rig):
    await registered(rig, "alf/spikes.times.npy", name="openlab_SR")
    for name in ("ALF/spikes.times.npy", "alf/spikes.times.NPY"):
        answer = await rig.register(name, name="openlab_SR")
        assert answer.status_code == 400
        assert "upper and lower case only" in answer.json()["detail"]
    await registered(rig, "alf/probe/spikes.times.npy", name="openlab_SR")


# several at once


async def test_two_calls_at_once_make_each_dataset_once(rig):
    names = [
        f"alf/probe{probe:02d}/{name}"
        for probe in range(5)
        for name in ("spikes.times.npy", "spikes.clusters.npy", "clusters.depths.npy")
    ]
    clients = ["member", "rig", "manager", "admin"] * 2
    answers = await asyncio.gather(*(
        rig.register(*(names if index % 2 else reversed(names)), name="openlab_SR", by=by, hashes=[MD5_A] * len(names), labs="openlab")
        for index, by in enumerate(clients)
    ))  # fmt: skip
    assert [answer.status_code for answer in answers] == [201] * 8
    ids = {(record["collection"], record["name"]): record["id"] for record in answers[0].json()}
    for answer in answers:
        assert {(record["collection"], record["name"]): record["id"] for record in answer.json()} == ids
        assert all(existing(record) == {"openlab_SR": True, "openlab_laptop": False} for record in answer.json())
    assert (await rig.member.get("/datasets")).json()["count"] == len(names)
    assert (await rig.member.get("/files")).json()["count"] == 2 * len(names)


async def test_new_revisions_at_once(rig):
    answers = await asyncio.gather(
        *(
            rig.register(f"#r{i % 3}#/spikes.times.npy", f"#s{i % 2}#/spikes.amps.npy", name="openlab_SR")
            for i in range(8)
        )
    )
    assert [answer.status_code for answer in answers] == [201] * 8
    assert (await rig.member.get("/revisions")).json()["count"] == 5
    assert sum((await in_place(rig, None)).values()) == 1, "one default"


async def test_a_new_type_counts_at_once(rig):
    assert (await rig.register("novel.thing.npy", name="openlab_SR")).status_code == 400
    await rig.make("/dataset-types", {"name": "novel.thing"})
    assert (await rig.register("novel.thing.npy", name="openlab_SR")).status_code == 201
    await rig.make("/data-formats", {"name": "novel", "file_extension": ".novel"})
    assert (await rig.register("novel.thing.novel", name="openlab_SR")).status_code == 201
    assert (await rig.admin.delete("/dataset-types/novel.thing")).status_code == 409, "in use"
    assert (
        await rig.admin.patch("/dataset-types/novel.thing", json={"filename_pattern": "Novel.Other*"})
    ).status_code == 200
    assert (await rig.register("alf/novel.thing.npy", name="openlab_SR")).status_code == 400
    assert (await rig.register("NOVEL.other_x.npy", name="openlab_SR")).status_code == 201


async def test_the_same_animal_name_in_two_labs(rig):
    await rig.make("/labs", {"name": "thirdlab", "timezone": "Asia/Tokyo"})
    await rig.subject("KS014", lab="thirdlab")
    await rig.subject("KS014", lab=CLOSED_LAB)
    for lab in ("thirdlab", CLOSED_LAB):
        await rig.session("KS014", lab=lab)
        await rig.repository(f"{lab}_SR", labs=(lab,))
    (mine,) = await registered(rig, "spikes.times.npy", name="openlab_SR", by="member")
    (theirs,) = await registered(rig, "spikes.times.npy", name=f"{CLOSED_LAB}_SR", by="outsider")
    (asked,) = await registered(rig, "spikes.times.npy", name="thirdlab_SR", labs="thirdlab", by="admin")
    assert [(await rig.admin.get(f"/sessions/{one['session']}")).json()["lab"] for one in (mine, theirs, asked)] == [
        "openlab",
        CLOSED_LAB,
        "thirdlab",
    ]
    answer = await rig.register("spikes.times.npy", by="admin")
    assert answer.status_code == 400
    assert "say which lab" in answer.json()["error"]


async def test_statements_do_not_grow_with_the_files(rig):
    counts = []
    for names in (["spikes.times.npy"], [f"alf/p{i}/spikes.times.npy" for i in range(40)]):
        for _ in range(2):
            await rig.member.get("/me")
            with rig.counting() as seen:
                await registered(rig, *names, name="openlab_SR", hashes=[MD5_A] * len(names))
            counts.append(len(seen))
    assert counts[0] == counts[2]
    assert counts[1] == counts[3]
