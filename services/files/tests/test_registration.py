"""register-file, section 10 of the contract rule by rule: records, repositories, files registered again, revisions."""

import pytest

MD5_A, MD5_B = "a" * 32, "b" * 32
PATH = "KS014/2020-01-01/001"
ANSWER_KEYS = {
    "id", "name", "file_size", "subject", "created_by", "created_datetime", "dataset_type", "data_format", "session", "session_number",
    "session_users", "session_start_time", "collection", "revision", "default", "qc", "file_records",
}  # fmt: skip


@pytest.fixture
async def lab(house):
    """One session, and a server of the lab and a personal repository that get records of its files."""
    await house.session(users=["manager"])
    await house.repository("openlab_SR")
    await house.repository("openlab_laptop", globus_is_personal=True)
    return house


def existing(record):
    return {one["data_repository"]: one["exists"] for one in record["file_records"]}


async def dataset(house, record):
    return (await house.member.get(f"/datasets/{record['id']}")).json()


async def in_place(house, collection):
    rows = (await house.member.get("/datasets", params={"name": "spikes.times.npy"})).json()["results"]
    return {row["revision"]: row["default_dataset"] for row in rows if row["collection"] == collection}


# the plain case


async def test_the_record(lab):
    first, second = await lab.registered(
        "spikes.times.npy", "#2020-02-02#/spikes.clusters.npy", path=f"{PATH}/alf/probe00", name="openlab_SR",
        hashes=[MD5_A, None], filesizes=[80, 81], versions=["1.0", None], qc=["PASS", "30"],
    )  # fmt: skip
    session = (await lab.member.get("/sessions")).json()["results"][0]
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
    shown = await dataset(lab, first)
    assert (shown["hash"], shown["version"], shown["qc"], shown["revision"], shown["session"]) == (
        MD5_A,
        "1.0",
        "PASS",
        "",
        session["url"],
    )
    assert (await lab.member.get("/revisions/2020-02-02")).status_code == 200
    detail = (await lab.member.get(session["url"])).json()
    assert detail["users"] == ["manager", "member"], "who registered worked on the session"
    assert [(one["collection"], one["revision"], one["name"]) for one in detail["data_dataset_session_related"]] == [
        ("alf/probe00", "2020-02-02", "spikes.clusters.npy"), ("alf/probe00", "", "spikes.times.npy"),
    ]  # fmt: skip


async def test_spellings_of_the_path(lab):
    spellings = (PATH, "KS014/2020-01-01/1", "/KS014/2020-01-01/01/", "KS014\\2020-01-01\\001", "KS014//2020-01-01//1")
    ids = set()
    for path in spellings:
        (record,) = await lab.registered("alf/spikes.times.npy", path=path, name="openlab_SR", hashes=[MD5_A])
        ids.add(record["id"])
        assert {one["relative_path"] for one in record["file_records"]} == {f"{PATH}/alf/spikes.times.npy"}
    (record,) = await lab.registered("spikes.times.npy", path=f"{PATH}/alf", name="openlab_SR", hashes=[MD5_A])
    (windows,) = await lab.registered("alf\\spikes.times.npy", path=PATH, name="openlab_SR", hashes=[MD5_A])
    assert ids == {record["id"]} == {windows["id"]}


async def test_comma_texts_forms_and_text_booleans(lab):
    body = {"path": PATH, "filenames": "spikes.times.npy,spikes.clusters.npy", "hashes": f"{MD5_A},{MD5_B}", "filesizes": "10,20",
            "versions": "2.1", "qc": "warning", "name": "openlab_SR", "server_only": "False", "default": "True", "exists": "True"}  # fmt: skip
    for answer in (
        await lab.member.post("/register-file", data=body),
        await lab.member.post("/register-file", json=body),
    ):
        assert answer.status_code == 201, answer.text
        records = answer.json()
        assert [(one["name"], one["file_size"], one["qc"]) for one in records] == [
            ("spikes.times.npy", 10, 30),
            ("spikes.clusters.npy", 20, 30),
        ]
        assert [(await dataset(lab, one))["version"] for one in records] == ["2.1", "2.1"]
        assert [(await dataset(lab, one))["hash"] for one in records] == [MD5_A, MD5_B]


async def test_shorter_lists_cut_the_rest_off(lab):
    names = ["spikes.times.npy", "spikes.clusters.npy", "spikes.amps.npy"]
    assert len(await lab.registered(*names, name="openlab_SR", hashes=[MD5_A, MD5_B])) == 2
    assert len(await lab.registered(*names, name="openlab_SR", filesizes=[1])) == 1
    assert len(await lab.registered(*names, name="openlab_SR", versions=["1"], qc=[10])) == 3, "one for all"


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


async def test_which_records_are_made(lab):
    await lab.make("/labs", {"name": "thirdlab", "timezone": "Asia/Tokyo"})
    await lab.repository("elsewhere", labs=())
    await lab.repository("thirdlab_SR", labs=("thirdlab",))
    for number, (body, exists) in enumerate(HOMES, 2):
        session = await lab.session(number=number)
        (record,) = await lab.registered("spikes.times.npy", path=f"KS014/2020-01-01/{number}", **body)
        assert existing(record) == exists, body
        detail = (await lab.member.get(session["url"])).json()["data_dataset_session_related"]
        shared = any(flag for name, flag in exists.items() if name != "openlab_laptop")
        assert len(detail) == shared, "the session shows what others can load"


async def test_a_managed_repository_believes_nobody(lab):
    await lab.managed_repository("central")
    (record,) = await lab.registered("spikes.times.npy", name="central", hashes=[MD5_A])
    assert existing(record) == {"central": False, "openlab_SR": False, "openlab_laptop": False}
    (record,) = await lab.registered("spikes.clusters.npy", server_only=True)
    assert existing(record) == {"central": False, "openlab_SR": True}
    async with lab.database.read() as tx:
        jobs = await tx._connection.fetch("select task_name, args from jobs.procrastinate_jobs")
        central = await tx._connection.fetch(
            "select f.id::text from files.file_records f join files.repositories r on r.id = f.repository_id where r.managed order by f.id"
        )
    assert [row["task_name"] for row in jobs] == ["files.verify_records"] * 2, "what may lie there is looked at"
    assert sorted(one for row in jobs for one in row["args"]["records"]) == sorted(row[0] for row in central)


async def test_verified_bytes_stay_while_nobody_says_that_they_changed(lab):
    await lab.managed_repository("central")
    (record,) = await lab.registered("spikes.times.npy", name="openlab_SR", hashes=[MD5_A], filesizes=[10])
    async with lab.database.write() as tx:
        await tx._connection.execute("update files.file_records set exists = true, object_key = 'k' where not declared")
    for body in ({"hashes": [MD5_A]}, {}, {"name": "openlab_SR"}, {"name": "openlab_SR", "filesizes": [10]}):
        (again,) = await lab.registered("spikes.times.npy", **body)
        assert existing(again)["central"] is True, body
    (changed,) = await lab.registered("spikes.times.npy", name="openlab_SR", hashes=[MD5_B])
    assert existing(changed) == {"openlab_SR": True, "openlab_laptop": False, "central": False}
    assert changed["id"] == record["id"]


# registering again


async def test_the_same_file_again_changes_nothing(lab):
    (first,) = await lab.registered("spikes.times.npy", name="openlab_SR", hashes=[MD5_A], filesizes=[10], qc="PASS")
    for record in first["file_records"]:
        answer = await lab.member.patch(f"/files/{record['id']}", json={"json": {"note": 1}, "exists": True})
        assert answer.status_code == 200
    (again,) = await lab.registered("spikes.times.npy", name="openlab_laptop", hashes=[MD5_A], filesizes=[10])
    assert existing(again) == {"openlab_SR": True, "openlab_laptop": True}, (
        "records of a file that did not change are left alone"
    )
    assert [one["id"] for one in again["file_records"]] == [one["id"] for one in first["file_records"]]
    assert again["id"] == first["id"]
    assert again["qc"] == 10, "no verdict given is no new verdict"
    assert (await lab.member.get(f"/files/{first['file_records'][0]['id']}")).json()["json"] == {"note": 1}


@pytest.mark.parametrize(("before", "now"), [(MD5_A, MD5_B), (None, MD5_A), (MD5_A, None)])
async def test_a_changed_file_is_missing_elsewhere(lab, before, now):
    (first,) = await lab.registered("spikes.times.npy", server_only=True, hashes=[before])
    for record in first["file_records"]:
        await lab.member.patch(f"/files/{record['id']}", json={"json": {"mismatch_hash": True}})
    (again,) = await lab.registered("spikes.times.npy", name="openlab_laptop", hashes=[now])
    assert again["id"] == first["id"]
    assert existing(again) == {"openlab_SR": False, "openlab_laptop": True}
    assert [(await lab.member.get(f"/files/{one['id']}")).json()["json"] for one in again["file_records"]] == [
        None,
        None,
    ]
    assert (await dataset(lab, again))["hash"] == (now or before)


async def test_what_is_not_given_stays(lab):
    (first,) = await lab.registered(
        "spikes.times.npy", name="openlab_SR", hashes=[MD5_A], filesizes=[10], versions=["1.0"], qc=["FAIL"]
    )
    (again,) = await lab.registered("spikes.times.npy", name="openlab_SR", by="manager")
    shown = await dataset(lab, again)
    assert (shown["hash"], shown["file_size"], shown["version"], shown["qc"]) == (MD5_A, 10, "1.0", "FAIL")
    assert (first["created_by"], again["created_by"]) == ("member", "manager")


async def test_for_whom(lab):
    (record,) = await lab.registered("spikes.times.npy", name="openlab_SR", created_by="technician")
    assert (record["created_by"], record["session_users"]) == ("technician", "manager,technician")
    answer = await refused_once(lab, created_by="nobody")
    assert "nobody" in answer["detail"]


async def refused_once(house, **body):
    answer = await house.register("spikes.amps.npy", name="openlab_SR", **body)
    assert answer.status_code == 400
    return answer.json()


# the default among revisions


async def test_the_default_among_revisions(lab):
    await lab.registered("spikes.times.npy", "alf/spikes.times.npy", "spikes.clusters.npy", name="openlab_SR")
    assert await in_place(lab, None) == {"": True}
    (new,) = await lab.registered("#a#/spikes.times.npy", name="openlab_SR")
    assert (new["default"], await in_place(lab, None)) == (True, {"": False, "a": True})
    (new,) = await lab.registered("#b#/spikes.times.npy", name="openlab_SR", default=False)
    assert (new["default"], await in_place(lab, None)) == (False, {"": False, "a": True, "b": False})
    (old,) = await lab.registered("spikes.times.npy", name="openlab_SR")
    assert old["default"] is True
    assert await in_place(lab, None) == {"": True, "a": False, "b": False}
    assert await in_place(lab, "alf") == {"": True}, "another collection is another file"


async def test_two_revisions_in_one_call(lab):
    """The last one named becomes the default; there is never more than one."""
    records = await lab.registered(
        "spikes.times.npy", "#a#/spikes.times.npy", "#b#/spikes.times.npy", name="openlab_SR"
    )
    assert [one["default"] for one in records] == [False, False, True]
    assert await in_place(lab, None) == {"": False, "a": False, "b": True}


async def test_revision_folders(lab):
    (record,) = await lab.registered("spikes.times.npy", path=f"{PATH}/alf/#2021-01-01#", name="openlab_SR")
    assert (record["collection"], record["revision"]) == ("alf", "2021-01-01")
    for bad in ("alf/#2021-01-01#/probe00/spikes.times.npy", "##/spikes.times.npy", "#a#/#b#/spikes.times.npy"):
        answer = await lab.register(bad, name="openlab_SR")
        assert answer.status_code == 400
        assert "revision" in answer.json()["detail"]
