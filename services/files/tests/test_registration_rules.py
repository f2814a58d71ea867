"""register-file and check-protected: protection, aggregates, mistakes, and several calls at once."""

import asyncio
import hashlib

import pytest
from bregma_app.testing import CLOSED_LAB, house_settings, open_house

MD5_A, MD5_B = "a" * 32, "b" * 32
PATH = "KS014/2020-01-01/001"


@pytest.fixture
async def lab(house):
    """One session, and a server of the lab and a personal repository that get records of its files."""
    await house.session(users=["manager"])
    await house.repository("openlab_SR")
    await house.repository("openlab_laptop", globus_is_personal=True)
    return house


async def refused(house, *names, **body):
    answer = await house.register(*names, **body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["status_code"] == 400
    assert (await house.member.get("/datasets")).json()["count"] == 0, "nothing was registered"
    return answer.json()


async def dataset(house, record):
    return (await house.member.get(f"/datasets/{record['id']}")).json()


async def protect(house, *records, name="frozen"):
    await house.admin.post("/tags", json={"name": name, "protected": True})
    for record in records:
        answer = await house.admin.patch(f"/datasets/{record['id']}", json={"tags": [name]})
        assert answer.status_code == 200, answer.text


async def in_place(house, collection):
    rows = (await house.member.get("/datasets", params={"name": "spikes.times.npy"})).json()["results"]
    return {row["revision"]: row["default_dataset"] for row in rows if row["collection"] == collection}


# protection


async def test_check_protected_refuses_as_the_stock_client_expects(lab):
    old, _revised, _other = await lab.registered(
        "spikes.times.npy", "#2020-05-05#/spikes.times.npy", "spikes.amps.npy", name="openlab_SR"
    )
    await lab.registered("#2020-06-06#/spikes.times.npy", name="openlab_SR")
    await protect(lab, old)
    sent = ["spikes.times.npy", "spikes.amps.npy", "spikes.clusters.npy"]
    answer = await lab.register(*sent, name="openlab_SR", check_protected=True)
    assert answer.status_code == 403
    details = [
        {"spikes.times.npy": [{"2020-06-06": False}, {"2020-05-05": False}, {"": True}]},
        {"spikes.amps.npy": [{"": False}]},
        {"spikes.clusters.npy": []},
    ]
    assert answer.json() == {"status_code": 403, "error": "One or more datasets is protected", "details": details}
    assert (await lab.member.get("/datasets", params={"name": "spikes.clusters.npy"})).json()["count"] == 0
    # any revision of the file counts, also one that is registered now
    answer = await lab.register("#2020-07-07#/spikes.times.npy", name="openlab_SR", check_protected="True")
    assert answer.status_code == 403
    assert list(answer.json()["details"][0]) == ["#2020-07-07#/spikes.times.npy"]
    (record,) = await lab.registered("#2020-07-07#/spikes.times.npy", name="openlab_SR")
    assert record["default"] is True, "the client then registers a new revision beside"
    assert (await dataset(lab, old))["default_dataset"] is False


async def test_a_protected_dataset_refuses_whoever_asks(lab):
    old, amps = await lab.registered("spikes.times.npy", "spikes.amps.npy", name="openlab_SR", hashes=[MD5_A, MD5_A])
    await protect(lab, old)
    for by in ("member", "manager", "admin"):
        answer = await lab.register(
            "spikes.amps.npy", "spikes.times.npy", name="openlab_SR", by=by, hashes=[MD5_B, MD5_B]
        )
        assert answer.status_code == 403
        assert answer.json()["status_code"] == 403
        assert "spikes.times.npy is protected" in answer.json()["detail"]
        assert "error" not in answer.json()
    assert (await dataset(lab, amps))["hash"] == MD5_A, "nothing of the call was done"


async def test_check_protected_endpoint(lab):
    (old,) = await lab.registered("alf/spikes.times.npy", name="openlab_SR")
    body = {"path": PATH, "filenames": ["alf/spikes.times.npy", "alf/spikes.amps.npy"], "created_by": "member"}
    free = {"status_code": 200, "details": "None of the datasets are protected"}
    asked = {"path": PATH, "filenames": "alf/spikes.times.npy,alf/spikes.amps.npy"}
    for answer in (
        await lab.member.request("GET", "/check-protected", json=body),
        await lab.member.get("/check-protected", params=asked),
    ):
        assert (answer.status_code, answer.json()) == (200, free)
    await protect(lab, old)
    caught = {"status_code": 403, "error": "One or more datasets is protected",
              "details": [{"alf/spikes.times.npy": [{"": True}]}, {"alf/spikes.amps.npy": []}]}  # fmt: skip
    for answer in (
        await lab.member.request("GET", "/check-protected", json=body),
        await lab.public.get("/check-protected", params=asked),
    ):
        assert (answer.status_code, answer.json()) == (200, caught)


# data of other records than sessions


async def test_aggregates(lab):
    subject = (await lab.member.get("/subjects/KS014")).json()
    await lab.managed_repository("central")
    body = {
        "path": "Subjects/openlab/KS014",
        "content_type": "subjects.subject",
        "object_id": subject["id"],
        "name": "openlab_SR",
    }
    (record,) = await lab.registered("#2022-02-02#/_ibl_subjectTrials.table.pqt", **body)
    assert (record["content_type"], record["object_id"]) == ("subjects.subject", subject["id"])
    assert record["subject"] == "KS014"
    assert not {"session", "session_number", "session_users", "session_start_time"} & set(record)
    assert (record["collection"], record["revision"]) == ("Subjects/openlab/KS014", "2022-02-02")
    assert record["file_records"] == [{
        "id": record["file_records"][0]["id"], "data_repository": "openlab_SR", "exists": True,
        "relative_path": "Subjects/openlab/KS014/#2022-02-02#/_ibl_subjectTrials.table.pqt",
    }]  # fmt: skip
    (again,) = await lab.registered("#2022-02-02#/_ibl_subjectTrials.table.pqt", **{**body, "content_type": "subject"})
    assert again["id"] == record["id"]
    assert (await dataset(lab, record))["session"] is None


async def test_bad_aggregates(lab):
    subject = (await lab.member.get("/subjects/KS014")).json()
    for change, text in (
        ({"content_type": None}, "one came without the other"), ({"object_id": ""}, "one came without the other"),
        ({"object_id": "7"}, "not a UUID"), ({"object_id": "01234567-89ab-4def-8123-456789abcdef"}, "no subject with the id"),
        ({"content_type": "auth.permission"}, "cannot belong to a 'auth.permission'"), ({"name": None}, "name or hostname"),
    ):  # fmt: skip
        body = {
            "path": "Subjects/KS014",
            "content_type": "subject",
            "object_id": subject["id"],
            "name": "openlab_SR",
            **change,
        }
        assert text in (await refused(lab, "_ibl_subjectTrials.table.pqt", **body))["detail"]


async def test_aggregates_of_unseen_animals(lab):
    theirs = await lab.subject("CL1", lab=CLOSED_LAB)
    body = {"path": "Subjects/CL1", "content_type": "subject", "object_id": theirs["id"], "name": "openlab_SR"}
    assert "There is no subject with the id" in (await refused(lab, "_ibl_subjectTrials.table.pqt", **body))["detail"]


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


async def test_mistakes(lab):
    for body, key, text in MISTAKES:
        sent = {"path": PATH, "filenames": ["spikes.times.npy"], "name": "openlab_SR", **body}
        answer = await lab.member.post("/register-file", json=sent)
        assert answer.status_code == 400, (body, answer.text)
        assert set(answer.json()) == {key, "status_code"}, body
        assert text in answer.json()[key], body
    assert (await lab.member.get("/datasets")).json()["count"] == 0
    assert (await lab.member.get("/files")).json()["count"] == 0


async def test_bodies_of_other_kinds(lab):
    for content in (b"[]", b"[{}]", b'"text"', b"3"):
        answer = await lab.member.post("/register-file", content=content)
        assert answer.status_code == 400
    for body in ({"path": "KS014\0/2020-01-01/001", "filenames": "a.b.npy"}, {"path": PATH, "filenames": ["a\0.npy"]},
                 {"path": PATH, "filenames": "spikes.times.npy", "name": "\0"}):  # fmt: skip
        answer = await lab.member.post("/register-file", json=body)
        assert answer.json() == {"non_field_errors": ["Null characters are not allowed."], "status_code": 400}
    answer = await lab.member.get("/check-protected", params={"path": "\0", "filenames": "x"})
    assert answer.status_code == 400


async def test_one_bad_file_registers_nothing(lab):
    await lab.registered("#old#/spikes.times.npy", name="openlab_SR", hashes=[MD5_A])
    before = (await lab.member.get("/datasets")).json()
    for bad in ("spikes.nothing.npy", "spikes.times.xyz", "alf/../spikes.amps.npy"):
        answer = await lab.register(
            "#new#/spikes.times.npy", "#old#/spikes.times.npy", bad, name="openlab_SR", by="manager", hashes=[MD5_B] * 3
        )
        assert answer.status_code == 400
    answer = await lab.register("#new#/spikes.times.npy", "spikes.amps.npy", name="openlab_SR", qc=["PASS", "GREAT"])
    assert answer.status_code == 400
    assert (await lab.member.get("/datasets")).json() == before
    assert (await lab.member.get("/revisions/new")).status_code == 404


async def test_a_path_that_another_dataset_has(lab):
    (first,) = await lab.registered("spikes.times.npy", name="openlab_SR")
    other = await lab.make("/datasets", {
        "name": "spikes.amps.npy", "session": (await dataset(lab, first))["session"], "dataset_type": "spikes.amps", "data_format": "npy",
    })  # fmt: skip
    await lab.make(
        "/files",
        {"dataset": other["url"], "data_repository": "openlab_SR", "relative_path": f"{PATH}/spikes.clusters.npy"},
    )
    answer = await lab.register("spikes.depths.npy", "spikes.clusters.npy", name="openlab_SR")
    assert answer.status_code == 400
    assert f"the path {PATH}/spikes.clusters.npy belongs to another dataset" in answer.json()["detail"]
    assert (await lab.member.get("/datasets")).json()["count"] == 2


async def test_names_that_differ_by_case_only(lab):
    await lab.registered("alf/spikes.times.npy", name="openlab_SR")
    for name in ("ALF/spikes.times.npy", "alf/spikes.times.NPY"):
        answer = await lab.register(name, name="openlab_SR")
        assert answer.status_code == 400
        assert "upper and lower case only" in answer.json()["detail"]
    await lab.registered("alf/probe/spikes.times.npy", name="openlab_SR")


# several at once


async def test_two_calls_at_once_make_each_dataset_once(lab):
    names = [
        f"alf/probe{probe:02d}/{name}"
        for probe in range(5)
        for name in ("spikes.times.npy", "spikes.clusters.npy", "clusters.depths.npy")
    ]
    clients = ["member", "rig", "manager", "admin"] * 2
    answers = await asyncio.gather(*(
        lab.register(*(names if index % 2 else reversed(names)), name="openlab_SR", by=by, hashes=[MD5_A] * len(names), labs="openlab")
        for index, by in enumerate(clients)
    ))  # fmt: skip
    assert [answer.status_code for answer in answers] == [201] * 8
    ids = {(record["collection"], record["name"]): record["id"] for record in answers[0].json()}
    for answer in answers:
        assert {(record["collection"], record["name"]): record["id"] for record in answer.json()} == ids
        assert all([one["exists"] for one in record["file_records"]] == [True, False] for record in answer.json())
    assert (await lab.member.get("/datasets")).json()["count"] == len(names)
    assert (await lab.member.get("/files")).json()["count"] == 2 * len(names)


async def test_new_revisions_at_once(lab):
    answers = await asyncio.gather(
        *(
            lab.register(f"#r{i % 3}#/spikes.times.npy", f"#s{i % 2}#/spikes.amps.npy", name="openlab_SR")
            for i in range(8)
        )
    )
    assert [answer.status_code for answer in answers] == [201] * 8
    assert (await lab.member.get("/revisions")).json()["count"] == 5
    assert sum((await in_place(lab, None)).values()) == 1, "one default"


async def test_a_new_type_counts_at_once(lab):
    assert (await lab.register("novel.thing.npy", name="openlab_SR")).status_code == 400
    await lab.make("/dataset-types", {"name": "novel.thing"})
    assert (await lab.register("novel.thing.npy", name="openlab_SR")).status_code == 201
    await lab.make("/data-formats", {"name": "novel", "file_extension": ".novel"})
    assert (await lab.register("novel.thing.novel", name="openlab_SR")).status_code == 201
    assert (await lab.admin.delete("/dataset-types/novel.thing")).status_code == 409, "in use"
    assert (
        await lab.admin.patch("/dataset-types/novel.thing", json={"filename_pattern": "Novel.Other*"})
    ).status_code == 200
    assert (await lab.register("alf/novel.thing.npy", name="openlab_SR")).status_code == 400
    assert (await lab.register("NOVEL.other_x.npy", name="openlab_SR")).status_code == 201


async def test_the_same_animal_name_in_two_labs(lab):
    await lab.make("/labs", {"name": "thirdlab", "timezone": "Asia/Tokyo"})
    await lab.subject("KS014", lab="thirdlab")
    await lab.subject("KS014", lab=CLOSED_LAB)
    for name in ("thirdlab", CLOSED_LAB):
        await lab.session("KS014", lab=name)
        await lab.repository(f"{name}_SR", labs=(name,))
    (mine,) = await lab.registered("spikes.times.npy", name="openlab_SR", by="member")
    (theirs,) = await lab.registered("spikes.times.npy", name=f"{CLOSED_LAB}_SR", by="outsider")
    (asked,) = await lab.registered("spikes.times.npy", name="thirdlab_SR", labs="thirdlab", by="admin")
    assert [(await lab.admin.get(f"/sessions/{one['session']}")).json()["lab"] for one in (mine, theirs, asked)] == [
        "openlab",
        CLOSED_LAB,
        "thirdlab",
    ]
    answer = await lab.register("spikes.times.npy", by="admin")
    assert answer.status_code == 400
    assert "say which lab" in answer.json()["error"]
    # a repository that Bregma manages has a tree for each lab; anywhere else a path is one file
    await lab.managed_repository("central", labs=("openlab", "thirdlab", CLOSED_LAB))
    for by, more in (("member", {}), ("outsider", {}), ("admin", {"labs": "thirdlab"})):
        for _ in range(2):
            (record,) = await lab.registered("spikes.amps.npy", name="central", by=by, **more)
            assert "central" in {one["data_repository"] for one in record["file_records"]}
    answer = await lab.register("spikes.times.npy", name="openlab_SR", by="admin", labs="thirdlab")
    assert answer.status_code == 400
    assert "belongs to another dataset" in answer.json()["detail"]


async def test_statements_do_not_grow_with_the_files(lab):
    await lab.registered("spikes.amps.npy", name="openlab_SR")
    counts = []
    for names in (["spikes.times.npy"], [f"alf/p{i}/spikes.times.npy" for i in range(40)]):
        for _ in range(2):
            await lab.member.get("/me")
            with lab.counting() as seen:
                await lab.registered(*names, name="openlab_SR", hashes=[MD5_A] * len(names))
            counts.append(len(seen))
    assert counts[0] == counts[2]
    assert counts[1] == counts[3]


async def test_uploads_of_two_labs_that_have_an_animal_of_one_name(house_url, peopled, object_store, bucket):
    """Both labs' bytes lie in one bucket, at one path of either lab's tree, and each is served its own."""
    settings = house_settings(house_url, object_store, bucket)
    async with open_house(settings, peopled.tokens) as house:
        await house.managed_repository("central", labs=("openlab", CLOSED_LAB))
        urls = {}
        for by, lab in (("member", "openlab"), ("outsider", CLOSED_LAB)):
            session = await house.session(lab=lab)
            data = f"times of {lab}".encode()
            file = {"path": "alf/spikes.times.npy", "size": len(data), "md5": hashlib.md5(data).hexdigest()}
            answer = await house.clients[by].post("/uploads", json={"session": session["id"], "files": [file]})
            assert answer.status_code == 201, answer.text
            (entry,) = answer.json()["files"]
            assert entry["status"] == "want", entry
            record = (await house.clients[by].get(f"/datasets/{entry['dataset']}")).json()["file_records"][0]
            urls[lab] = record["data_url"]
            assert record["relative_path"] == "KS014/2020-01-01/001/alf/spikes.times.npy"
        assert urls["openlab"] != urls[CLOSED_LAB]
        assert f"/data/{CLOSED_LAB}/Subjects/KS014/" in urls[CLOSED_LAB]
