"""Sections 10 to 12 of the contract over a socket: by the stock RegistrationClient, and byte by byte as other clients send."""

import hashlib
import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import uuid4

import httpx
import numpy as np
import pandas as pd
import pytest
from bregma_app.testing import OPEN_LAB

from tests.stock import new_session

MD5_A, MD5_B = "a" * 32, "b" * 32
ANIMAL, DATE = "ZM_1085", "2019-02-12"
SESSION_KEYS = {
    "id", "name", "file_size", "subject", "created_by", "created_datetime", "dataset_type", "data_format", "session",
    "session_number", "session_users", "session_start_time", "collection", "revision", "default", "qc", "file_records",
}  # fmt: skip


@pytest.fixture(scope="module")
def lab(site):
    """An animal, a server of its lab and a rig's own disk, beside the installation's managed repository."""
    site.make("/subjects", nickname=ANIMAL, lab=OPEN_LAB)
    for name, personal in (("openlab_SR", False), ("openlab_rig", True)):
        site.make("/data-repository", name=name, hostname=f"{name}.local", globus_is_personal=personal,
                  data_url=f"https://{name}.test/{OPEN_LAB}/Subjects/")  # fmt: skip
    repositories = [*site.api.get(f"/labs/{OPEN_LAB}").json()["repositories"], "openlab_SR", "openlab_rig"]
    assert site.api.patch(f"/labs/{OPEN_LAB}", json={"repositories": repositories}).status_code == 200
    site.make("/labs", name="farlab", timezone="Asia/Tokyo")
    site.make("/data-repository", name="farlab_SR", data_url="https://farlab.test/farlab/Subjects/")
    assert site.api.patch("/labs/farlab", json={"repositories": ["farlab_SR"]}).status_code == 200
    return site


@pytest.fixture
def place(lab):
    """A session of its own for each test."""
    number = len(lab.api.get("/sessions", params={"subject": ANIMAL, "limit": 1000}).json()["results"]) + 1
    lab.make("/sessions", subject=ANIMAL, number=number, start_time=f"{DATE}T10:00:00", users=["manager"])
    return f"{ANIMAL}/{DATE}/{number:03d}"


def post(site, path, *filenames, **more):
    """Send register-file; filenames may be one text with commas."""
    names = filenames[0] if len(filenames) == 1 and "," in filenames[0] else list(filenames)
    return site.api.post("/register-file", json={"path": path, "filenames": names, **more})


def register(site, path, *filenames, **more):
    answer = post(site, path, *filenames, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def existing(record):
    return {one["data_repository"]: one["exists"] for one in record["file_records"]}


def protect(site, *records):
    site.api.post("/tags", json={"name": "frozen", "protected": True})
    for record in records:
        answer = site.api.patch(f"/datasets/{record['id']}", json={"tags": ["frozen"]})
        assert answer.status_code == 200, answer.text


# the answer


def test_one_record_for_each_file_in_their_order(lab, place):
    names = ["alf/spikes.times.npy", "spikes.amps.npy", "alf/#2020-01-01#/spikes.depths.npy"]
    records = register(lab, place, *names, name="openlab_SR", created_by="member", qc=[10, "FAIL", None])
    assert all(set(record) == SESSION_KEYS for record in records)
    assert [(one["collection"], one["revision"], one["name"], one["qc"]) for one in records] == [
        ("alf", "", "spikes.times.npy", 10), ("", "", "spikes.amps.npy", 40), ("alf", "2020-01-01", "spikes.depths.npy", 0),
    ]  # fmt: skip
    first = records[0]
    assert (first["created_by"], first["session_users"]) == ("member", "manager,member"), "who registers takes part"
    assert datetime.fromisoformat(first["session_start_time"]) == datetime.fromisoformat(f"{DATE}T10:00:00")
    assert datetime.fromisoformat(first["created_datetime"]).tzinfo is None
    assert set(first["file_records"][0]) == {"id", "data_repository", "relative_path", "exists"}
    assert {one["relative_path"] for one in records[2]["file_records"]} == {
        f"{place}/alf/#2020-01-01#/spikes.depths.npy"
    }
    again = register(lab, place, *reversed(names), name="openlab_SR")
    assert [one["id"] for one in again] == [one["id"] for one in reversed(records)]


SPELLINGS = [
    "{s}/{d}/{n}",
    "{s}/{d}/{n:02d}",
    "{s}/{d}/{n:03d}/",
    "/{s}/{d}/{n:03d}",
    "{s}\\{d}\\{n:03d}",
    "{s}//{d}//{n:03d}//",
]


def test_a_place_may_be_spelt_in_many_ways(lab, place):
    number = int(place[-3:])
    places = [form.format(s=ANIMAL, d=DATE, n=number) for form in SPELLINGS]
    ids, paths = set(), set()
    for path in places:
        for full, name in (
            (path, "alf/spikes.times.npy"),
            (f"{path.rstrip('/')}/alf", "spikes.times.npy"),
            (path, "alf\\spikes.times.npy"),
        ):
            (record,) = register(lab, full, name, name="openlab_SR", hashes=[MD5_A])
            ids.add(record["id"])
            paths |= {one["relative_path"] for one in record["file_records"]}
    assert (len(ids), paths) == (1, {f"{place}/alf/spikes.times.npy"}), "the number always with three digits"


@pytest.mark.parametrize("form", ["json", "data"])
def test_texts_with_commas_and_booleans_as_text(lab, place, form):
    body = {"path": place, "filenames": "spikes.times.npy,spikes.amps.npy,", "hashes": f"{MD5_A},{MD5_B}", "filesizes": "10,20",
            "versions": "2.1", "qc": "warning", "name": "openlab_SR", "labs": f"{OPEN_LAB},farlab", "server_only": "True",
            "default": "False", "exists": "True", "check_protected": "False", "created_by": "member"}  # fmt: skip
    answer = lab.api.post("/register-file", **{form: body})
    assert answer.status_code == 201, answer.text
    records = answer.json()
    assert [(one["name"], one["file_size"], one["qc"], one["default"]) for one in records] == [
        ("spikes.times.npy", 10, 30, False), ("spikes.amps.npy", 20, 30, False),
    ]  # fmt: skip
    assert existing(records[0]) == {"central": False, "farlab_SR": True, "openlab_SR": True}, "central verifies first"
    details = [lab.api.get(f"/datasets/{one['id']}").json() for one in records]
    assert [(one["hash"], one["version"]) for one in details] == [(MD5_A, "2.1"), (MD5_B, "2.1")]


NAMES = ("spikes.times.npy", "spikes.amps.npy", "spikes.depths.npy")


@pytest.mark.parametrize(
    ("lists", "sizes", "qcs"),
    [
        ({"filesizes": [1, None, 3]}, [1, None, 3], [0, 0, 0]),
        ({"hashes": [None, MD5_A, None], "qc": [None, "PASS", 40]}, [None] * 3, [0, 10, 40]),
        ({"hashes": [None] * 3, "filesizes": [None] * 3, "versions": [None] * 3}, [None] * 3, [0, 0, 0]),
        ({"qc": "critical"}, [None] * 3, [50, 50, 50]),
        ({"qc": 30}, [None] * 3, [30, 30, 30]),
        ({"qc": "10,FAIL,NOT_SET", "versions": "1,2,3"}, [None] * 3, [10, 40, 0]),
        ({"filesizes": [7, 8]}, [7, 8], [0, 0]),
        ({"hashes": MD5_A}, [None], [0]),
        ({"versions": ["1", "2"], "filesizes": [1, 2, 3]}, [1, 2], [0, 0]),
    ],
)
def test_parallel_lists(lab, place, lists, sizes, qcs):
    records = register(lab, place, *NAMES, name="openlab_SR", **lists)
    assert [one["file_size"] for one in records] == sizes
    assert [one["qc"] for one in records] == qcs


# where the files are

HOMES = [
    ({"name": "openlab_SR"}, {"openlab_SR": True, "openlab_rig": False, "central": False}),
    ({"hostname": "openlab_SR.local"}, {"openlab_SR": True, "openlab_rig": False, "central": False}),
    ({"hostname": "openlab_rig.local", "name": "openlab_SR"}, {"openlab_SR": True, "openlab_rig": False, "central": False}),
    ({"name": "openlab_rig"}, {"openlab_SR": False, "openlab_rig": True, "central": False}),
    ({"name": "farlab_SR"}, {"openlab_SR": False, "openlab_rig": False, "central": False, "farlab_SR": True}),
    ({"name": "farlab_SR", "labs": "farlab"}, {"farlab_SR": True}),
    ({"projects": ["farlab"]}, {"farlab_SR": False}),
    ({"labs": [OPEN_LAB], "projects": "farlab", "name": "openlab_SR"},
     {"openlab_SR": True, "openlab_rig": False, "central": False, "farlab_SR": False}),
    ({"server_only": True}, {"openlab_SR": True, "central": False}),
    ({"server_only": True, "exists": False}, {"openlab_SR": False, "central": False}),
    ({"name": "openlab_SR", "exists": False}, {"openlab_SR": False, "openlab_rig": False, "central": False}),
    ({}, {"openlab_SR": False, "openlab_rig": False, "central": False}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "homes"), HOMES)
def test_which_records_are_made(lab, place, body, homes):
    (record,) = register(lab, place, "spikes.times.npy", **body)
    assert existing(record) == homes
    session = lab.api.get(f"/sessions/{record['session']}").json()
    loadable = any(flag for name, flag in homes.items() if name != "openlab_rig")
    assert len(session["data_dataset_session_related"]) == loadable, "a session shows what others can load"


def test_the_same_file_again_changes_nothing_and_a_changed_one_is_missing_elsewhere(lab, place):
    (first,) = register(lab, place, "spikes.times.npy", name="openlab_SR", hashes=[MD5_A])
    rig = next(one["id"] for one in first["file_records"] if one["data_repository"] == "openlab_rig")
    assert lab.api.patch(f"/files/{rig}", json={"exists": True, "json": {"mismatch_hash": True}}).status_code == 200
    (same,) = register(lab, place, "spikes.times.npy", name="openlab_rig", hashes=[MD5_A])
    assert existing(same) == {"openlab_SR": True, "openlab_rig": True, "central": False}
    assert lab.api.get(f"/files/{rig}").json()["json"] == {"mismatch_hash": True}
    for count, hashes in enumerate(([MD5_B], [None], [MD5_A])):
        (changed,) = register(lab, place, "spikes.times.npy", name="openlab_rig", hashes=hashes)
        assert existing(changed) == {"openlab_SR": False, "openlab_rig": True, "central": False}, hashes
        assert [one["id"] for one in changed["file_records"]] == [one["id"] for one in first["file_records"]]
        assert lab.api.get(f"/files/{rig}").json()["json"] is None
        (back,) = register(lab, place, "spikes.times.npy", server_only=True, hashes=[f"{count:032d}"])
        assert existing(back)["openlab_SR"] is True


def test_the_default_is_taken_from_the_other_revisions(lab, place):
    def defaults():
        rows = lab.api.get("/datasets", params={"session": session, "name": "spikes.times.npy"}).json()["results"]
        return {row["revision"]: row["default_dataset"] for row in rows}

    session = register(lab, place, "spikes.times.npy", name="openlab_SR")[0]["session"]
    register(lab, place, "#b#/spikes.times.npy", name="openlab_SR", default=False)
    assert defaults() == {"": True, "b": False}
    assert register(lab, place, "#b#/spikes.times.npy", name="openlab_SR")[0]["default"] is True
    assert defaults() == {"": False, "b": True}
    refused = post(lab, place, "spikes.times.npy", "#c#/spikes.times.npy", name="openlab_SR", qc="GREAT")
    assert (refused.status_code, defaults()) == (400, {"": False, "b": True}), "Alyx has cleared the flag by then"


# mistakes

MISTAKES = [
    ({"path": f"nobody/{DATE}/001"}, "error"), ({"path": f"{ANIMAL}/1999-01-01/001"}, "error"), ({"path": f"{ANIMAL}/{DATE}/999"}, "error"),
    ({"path": f"{ANIMAL}/{DATE}"}, "error"), ({"path": f"{ANIMAL}/2019-02-31/001"}, "error"), ({"path": ""}, "detail"),
    ({"labs": "nolab"}, "detail"), ({"name": "nowhere"}, "detail"), ({"name": None, "hostname": "nowhere"}, "detail"),
    ({"qc": "GREAT"}, "detail"), ({"filenames": ["#a#/x/spikes.times.npy"]}, "detail"), ({"filenames": ["#a#/#b#/spikes.times.npy"]}, "detail"),
    ({"filenames": ["spikes.nothing.npy"]}, "detail"), ({"filenames": ["spikes.times.xyz"]}, "detail"), ({"created_by": "nobody"}, "detail"),
    ({"content_type": "subject"}, "detail"), ({"object_id": str(uuid4())}, "detail"),
    ({"content_type": "subject", "object_id": str(uuid4())}, "detail"), ({"content_type": "nothing", "object_id": str(uuid4())}, "detail"),
    ({"content_type": "subject", "object_id": "7"}, "detail"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "key"), MISTAKES)
def test_mistakes_are_400_and_change_nothing(lab, place, body, key):
    before = lab.api.get("/datasets", params={"limit": 1}).json()["count"]
    sent = {"path": place, "filenames": ["spikes.times.npy", "spikes.amps.npy"], "name": "openlab_SR", **body}
    answer = lab.api.post("/register-file", json=sent)
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) == {"status_code", key}
    assert answer.json()["status_code"] == 400
    assert answer.json()[key]
    assert lab.api.get("/datasets", params={"limit": 1}).json()["count"] == before


def test_strangers_and_readers_register_nothing(lab, place):
    body = {"path": place, "filenames": ["spikes.times.npy"], "created_by": "member", "name": "openlab_SR"}
    assert httpx.post(f"{lab.url}/register-file", json=body).status_code == 403
    headers = {"Authorization": f"Token {lab.tokens['public']}"}
    assert httpx.post(f"{lab.url}/register-file", json=body, headers=headers).status_code == 403
    assert httpx.request("GET", f"{lab.url}/check-protected", json=body).status_code == 403


# several clients at once


def test_two_clients_register_the_same_new_files(lab, place):
    names = [f"alf/probe{probe:02d}/{name}" for probe in range(4) for name in NAMES]
    with ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit(register, lab, place, *(names if i % 2 else names[::-1]), name="openlab_SR") for i in range(8)
        ]
        answers = [{(one["collection"], one["name"]): one["id"] for one in job.result()} for job in jobs]
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0].values())) == len(names)


def test_two_clients_want_to_be_the_default(lab, place):
    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(register, lab, place, f"#r{i}#/spikes.times.npy", name="openlab_SR") for i in range(6)]
        session = {job.result()[0]["session"] for job in jobs}.pop()
    rows = lab.api.get("/datasets", params={"session": session}).json()["results"]
    assert (len(rows), sum(row["default_dataset"] for row in rows)) == (6, 1)


# protected files


def test_check_protected_in_the_body_of_a_get_and_in_its_query(lab, place):
    first, second = register(lab, place, "alf/spikes.times.npy", "alf/#2020-05-05#/spikes.times.npy", name="openlab_SR")
    names = ["alf/spikes.times.npy", "alf/spikes.amps.npy"]
    free = {"status_code": 200, "details": "None of the datasets are protected"}
    body = {"created_by": "member", "path": place, "filenames": names}
    query = {"path": place, "filenames": ",".join(names)}
    assert lab.api.request("GET", "/check-protected", json=body).json() == free
    assert lab.api.get("/check-protected", params=query).json() == free
    protect(lab, second)
    details = [{names[0]: [{"2020-05-05": True}, {"": False}]}, {names[1]: []}]
    caught = {"status_code": 403, "error": "One or more datasets is protected", "details": details}
    for answer in (
        lab.api.request("GET", "/check-protected", json=body),
        lab.api.get("/check-protected", params=query),
    ):
        assert (answer.status_code, answer.json()) == (200, caught)
    refused = post(lab, place, *names, name="openlab_SR", check_protected=True)
    assert (refused.status_code, refused.json()) == (403, caught)
    again = post(lab, place, "alf/#2020-05-05#/spikes.times.npy", name="openlab_SR")
    assert (again.status_code, set(again.json())) == (403, {"status_code", "detail"})
    assert register(lab, place, "alf/spikes.times.npy", name="openlab_SR")[0]["id"] == first["id"]


def test_protected_aggregates_are_asked_for_without_a_repository(lab):
    subject = lab.api.get(f"/subjects/{ANIMAL}").json()["id"]
    body = {"path": f"Subjects/{OPEN_LAB}/{ANIMAL}", "filenames": ["_ibl_subjectTrials.table.pqt"], "content_type": "subject",
            "object_id": subject}  # fmt: skip
    answer = lab.api.request("GET", "/check-protected", json=body)
    assert answer.json() == {"status_code": 200, "details": "None of the datasets are protected"}
    assert "name or hostname" in lab.api.post("/register-file", json=body).json()["detail"]


# by the stock client


@pytest.fixture(scope="module")
def client(lab, one):
    from one.registration import RegistrationClient

    return RegistrationClient(one)


@pytest.fixture
def folder(client, home, lab):
    """A session registered by the stock client, with two files on the rig's disk."""
    number = len(lab.api.get("/sessions", params={"subject": ANIMAL, "limit": 1000}).json()["results"]) + 1
    values = {"alf/spikes.times.npy": np.arange(5.0), "alf/spikes.amps.npy": np.ones(5)}
    root = new_session(home, number, values, subject=ANIMAL, day=DATE)
    client.register_session(root, file_list=False)
    return root


def test_stock_client_finds_one_type_for_the_file_of_each_type(client):
    from one.registration import get_dataset_type

    for name in (
        "_ibl_trials.contrastLeft.npy",
        "trials.contrastLeft.npy",
        "_ibl_trials.stimOn_times_bpod.npy",
        "_ibl_trials.table.pqt",
        "_ibl_passiveTrials.contrastLeft.npy",
        "_ibl_passiveTrials.stimOn_times.npy",
        "_ibl_subjectTrials.table.pqt",
    ):
        expected = name.replace("_ibl_", "").replace("_bpod", "").rpartition(".")[0]
        assert get_dataset_type(name, client.dtypes)["name"] == expected


def test_stock_register_files(client, folder):
    files = [folder / "alf" / name for name in ("spikes.amps.npy", "spikes.times.npy")]
    records = client.register_files(
        files, repository="openlab_SR", versions=["1.0", "1.1"], created_by="manager", default=False
    )
    assert [one["name"] for one in records] == [file.name for file in files]
    assert [one["file_size"] for one in records] == [file.stat().st_size for file in files]
    assert {(one["created_by"], one["default"], existing(one)["openlab_SR"]) for one in records} == {
        ("manager", False, True)
    }
    hashes = [client.one.alyx.rest("datasets", "read", id=one["id"])["hash"] for one in records]
    assert hashes == [hashlib.md5(file.read_bytes()).hexdigest() for file in files]
    single = client.register_files(files[0], server_only=True, max_md5_size=1)
    assert (single["id"], existing(single)) == (
        records[0]["id"],
        {"openlab_SR": True, "openlab_rig": False, "central": False},
    )
    missing = client.register_files(files[1], repository="openlab_SR", exists=False, max_md5_size=1)
    assert not any(existing(missing).values())
    assert client.register_files([*files, folder / "alf" / "unknown.thing.npy"], dry=True)[0]["filenames"] == [
        "alf/spikes.amps.npy", "alf/spikes.times.npy",
    ]  # fmt: skip


def test_stock_protected_files_go_to_a_revision_of_today(client, lab, folder):
    files = [folder / "alf" / "spikes.times.npy", folder / "alf" / "spikes.amps.npy"]
    times, _amps = client.register_files(files, repository="openlab_SR")
    assert client.check_protected_files(files)[0]["status_code"] == 200
    protect(lab, times)
    (status,) = client.check_protected_files(files)
    assert (status["status_code"], status["details"]) == (
        403, [{"alf/spikes.times.npy": [{"": True}]}, {"alf/spikes.amps.npy": [{"": False}]}],
    )  # fmt: skip
    new, amps = client.register_files(files, repository="openlab_SR")
    assert (new["revision"], amps["revision"]) == (time.strftime("%Y-%m-%d"), "")
    assert (folder / "alf" / f"#{new['revision']}#" / "spikes.times.npy").exists()
    # an unprotected revision that is a date takes the next version
    np.save(files[0], np.arange(6.0))
    again, _ = client.register_files(files, repository="openlab_SR")
    assert (again["id"], again["file_size"]) == (new["id"], files[1].stat().st_size + 8)


def test_stock_errors_reach_the_user(client, folder):
    from requests import HTTPError

    file = folder / "alf" / "spikes.times.npy"
    with pytest.raises(HTTPError, match="nowhere") as caught:
        client.register_files(file, repository="nowhere")
    assert caught.value.response.status_code == 400
    with pytest.raises(HTTPError, match="nobody"):
        client.register_files(file, created_by="nobody")


def test_stock_aggregates(client, lab, home):
    """Data over all sessions of an animal: registered, put into the store by other means, found and loaded."""
    subject = lab.api.get(f"/subjects/{ANIMAL}").json()["id"]
    file = home / "rig" / "aggregates" / "Subjects" / OPEN_LAB / ANIMAL / "_ibl_subjectTrials.table.pqt"
    file.parent.mkdir(parents=True)
    table = pd.DataFrame({"choice": [1, -1], "day": [DATE, DATE]})
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    file.write_bytes(buffer.getvalue())
    record = client.register_files(file, repository="central", content_type="subject", object_id=subject)
    assert (record["content_type"], record["object_id"], record["subject"]) == ("subjects.subject", subject, ANIMAL)
    assert not {"session", "session_number", "session_users", "session_start_time"} & set(record)
    (copy,) = record["file_records"]
    assert (copy["data_repository"], copy["exists"]) == ("central", False)
    assert copy["relative_path"] == f"Subjects/{OPEN_LAB}/{ANIMAL}/_ibl_subjectTrials.table.pqt"
    assert client.one.list_aggregates("subjects", ANIMAL).empty, "nothing lies there yet"
    lab.put(f"aggregates/Subjects/{OPEN_LAB}/{ANIMAL}/_ibl_subjectTrials.table.{record['id']}.pqt", file.read_bytes())
    assert not any(
        existing(client.register_files(file, repository="central", content_type="subject", object_id=subject)).values()
    )
    lab.work()
    listed = client.one.list_aggregates("subjects", ANIMAL)
    assert list(listed["identifier"]) == [f"{OPEN_LAB}/{ANIMAL}"]
    loaded = client.one.load_aggregate("subjects", ANIMAL, "_ibl_subjectTrials.table")
    pd.testing.assert_frame_equal(loaded, table)
    shown = client.one.alyx.rest("datasets", "read", id=record["id"])
    assert shown["session"] is None
    assert f"/data/aggregates/Subjects/{OPEN_LAB}/{ANIMAL}/" in shown["file_records"][0]["data_url"]
    assert client.check_protected_files(file, content_type="subject", object_id=subject)["status_code"] == 200
    for kind in ("data.tag", "tag"):
        tag = lab.api.get("/tags/2026_Q1").json() if kind == "tag" else lab.make("/tags", name="2026_Q1")
        answer = post(
            lab,
            "Tags/2026_Q1",
            "_ibl_subjectTrials.table.pqt",
            hostname="openlab_SR.local",
            content_type=kind,
            object_id=tag["id"],
        )
        assert answer.status_code == 201, answer.text
        (one,) = answer.json()
        assert (one["content_type"], one["subject"], existing(one)) == ("data.tag", None, {"openlab_SR": True})
