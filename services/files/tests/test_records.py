"""File records: one for each copy, true where Bregma can know, as declared elsewhere."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from bregma_app.testing import CLOSED_LAB

PLACE = "KS014/2020-01-01/001/spikes.times.npy"
KEYS = {"id", "url", "dataset", "data_repository", "relative_path", "exists", "json", "name", "declared"}


@pytest.fixture
async def shelf(house):
    """A dataset, a server of the lab and a managed repository."""
    session = await house.session()
    await house.repository()
    await house.managed_repository()
    body = {"name": "spikes.times.npy", "session": session["url"], "dataset_type": "spikes.times", "data_format": "npy"}
    return house, await house.make("/datasets", body)


def at(of, repository="openlab_SR", **more):
    return {"dataset": of["url"], "data_repository": repository, "relative_path": PLACE, **more}


async def test_the_record(shelf):
    house, dataset = shelf
    record = await house.make("/files", at(dataset, exists=True, json={"a": 1}), by="member")
    assert set(record) == KEYS
    assert record == {**at(dataset), "exists": True, "json": {"a": 1}, "name": "spikes.times.npy", "declared": True,
                      "id": record["id"], "url": f"http://bregma.test/files/{record['id']}"}  # fmt: skip
    assert (await house.member.get("/files")).json()["results"] == [record]
    assert (await house.make("/files", at(dataset, "central", dataset=dataset["url"][-36:])))["dataset"] == dataset[
        "url"
    ]


async def test_mistakes(shelf):
    house, dataset = shelf
    for change, field in (({"relative_path": "/abs"}, "relative_path"), ({"relative_path": "a\\b"}, "relative_path"), ({"relative_path": "C:/b"}, "relative_path"),
                          ({"relative_path": "../b"}, "relative_path"), ({"relative_path": "a/../b"}, "relative_path"), ({"relative_path": "a/.."}, "relative_path"),
                          ({"relative_path": ""}, "relative_path"), ({"data_repository": "none"}, "data_repository"), ({"dataset": str(uuid4())}, "dataset"),
                          ({"dataset": "x"}, "dataset"), ({"exists": "maybe"}, "exists"), ({"dataset": None}, "dataset")):  # fmt: skip
        answer = await house.member.post("/files", json=at(dataset, **change))
        assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"]), change
    await house.make("/files", at(dataset))
    answer = await house.member.post("/files", json=at(dataset))
    assert answer.json() == {
        "relative_path": ["A file record of this repository and path exists already."],
        "status_code": 400,
    }


async def test_what_the_stock_client_reports(shelf):
    """After a bad download it reads the record's json, adds to it, and patches it."""
    house, dataset = shelf
    record = await house.make("/files", at(dataset, exists=True))
    answer = await house.member.patch(record["url"], json={"json": {"mismatch_hash": True}})
    assert (answer.status_code, answer.json()["json"], answer.json()["exists"]) == (200, {"mismatch_hash": True}, True)


async def test_a_change_is_news_about_the_dataset(shelf):
    house, dataset = shelf
    async with house.database.write() as tx:
        await tx._connection.execute("update files.datasets set auto_datetime = auto_datetime - interval '1 day'")
    record = await house.make("/files", at(dataset))
    fresh = (await house.member.get(dataset["url"])).json()["auto_datetime"]
    assert datetime.fromisoformat(fresh) > datetime.fromisoformat(dataset["auto_datetime"]) - timedelta(hours=1)
    await house.member.patch(record["url"], json={"exists": True})
    assert (await house.member.get(dataset["url"])).json()["auto_datetime"] > fresh


async def test_nobody_declares_a_managed_copy(shelf):
    house, dataset = shelf
    record = await house.make("/files", at(dataset, "central", exists=True))
    assert (record["exists"], record["declared"]) == (False, False)
    answer = await house.admin.patch(record["url"], json={"exists": True})
    assert (answer.status_code, answer.json()["exists"]) == (200, False)
    async with house.database.read() as tx:
        jobs = await tx._connection.fetch(
            "select args from jobs.procrastinate_jobs where task_name = 'files.verify_records'"
        )
    assert [row["args"]["records"] for row in jobs] == [[record["id"]]] * 2, "each claim is looked at"


async def test_a_verified_copy(shelf):
    house, dataset = shelf
    record = await house.make("/files", at(dataset, "central"))
    async with house.database.write() as tx:
        await tx._connection.execute("update files.file_records set exists = true, object_key = 'k'")
    for change in ({"exists": True}, {"json": {"a": 1}}, {}):
        assert (await house.member.patch(record["url"], json=change)).json()["exists"] is True
    assert (await house.member.patch(record["url"], json={"exists": False})).json()["exists"] is False, "always allowed"


async def test_a_declared_copy_does_not_become_a_managed_one(shelf):
    house, dataset = shelf
    record = await house.make("/files", at(dataset, exists=True))
    answer = await house.member.patch(record["url"], json={"data_repository": "central"})
    assert (answer.json()["exists"], answer.json()["declared"]) == (False, False)


async def test_the_session_shows_what_can_be_loaded(shelf):
    house, dataset = shelf
    session = dataset["session"]

    async def shown():
        return len((await house.member.get(session)).json()["data_dataset_session_related"])

    assert await shown() == 0
    record = await house.make("/files", at(dataset, exists=True))
    assert await shown() == 1
    await house.member.patch(record["url"], json={"exists": False})
    assert await shown() == 0
    await house.member.patch(record["url"], json={"exists": True})
    assert (
        await house.admin.patch("/data-repository/openlab_SR", json={"globus_is_personal": True})
    ).status_code == 200
    assert await shown() == 0, "a personal computer is no place to load from"
    assert (
        await house.admin.patch("/data-repository/openlab_SR", json={"globus_is_personal": False})
    ).status_code == 200
    assert await shown() == 1
    assert (await house.member.delete(record["url"])).status_code == 204
    assert await shown() == 0


async def test_other_labs(shelf):
    house, dataset = shelf
    await house.make("/labs", {"name": "thirdlab"})
    theirs, hidden = await house.session("TH1", lab="thirdlab"), await house.session("CL1", lab=CLOSED_LAB)
    body = {"name": "spikes.times.npy", "dataset_type": "spikes.times", "data_format": "npy"}
    other = await house.make("/datasets", {**body, "session": theirs["url"]})
    unseen = await house.make("/datasets", {**body, "session": hidden["url"]})
    assert (await house.member.post("/files", json=at(other))).status_code == 403
    answer = await house.member.post("/files", json=at(unseen))
    assert (answer.status_code, answer.json()) == (400, {"dataset": ["Object does not exist."], "status_code": 400})
    record = await house.make("/files", at(other, relative_path="x"))
    mine = await house.make("/files", at(dataset))
    assert (await house.member.patch(record["url"], json={"dataset": dataset["url"]})).status_code == 403, (
        "taken from another lab"
    )
    assert (await house.member.patch(mine["url"], json={"dataset": other["url"]})).status_code == 403, (
        "given to another lab"
    )
    assert (await house.member.delete(record["url"])).status_code == 403


async def test_filters(shelf):
    house, dataset = shelf
    await house.repository("laptop", globus_is_personal=True)
    made = {
        "server": await house.make("/files", at(dataset, exists=True)),
        "laptop": await house.make("/files", at(dataset, "laptop", relative_path="y")),
    }
    names = {one["id"]: name for name, one in made.items()}
    for query, wanted in (
        ({}, "laptop server"), ({"dataset": dataset["url"][-36:]}, "laptop server"), ({"dataset": str(uuid4())}, None), ({"exists": "True"}, "server"),
        ({"lab": "openlab"}, "laptop server"), ({"lab": "nolab"}, ""), ({"data_repository": "laptop"}, "laptop"), ({"data_repository": "none"}, None),
        ({"globus_is_personal": "false"}, "server"), ({"id": made["laptop"]["url"]}, "laptop"), ({"relative_path": "y"}, "laptop"),
        ({"django": f"dataset,{dataset['url'][-36:]},data_repository__globus_is_personal,False"}, "server"),
        ({"django": f"dataset__in,['{dataset['url'][-36:]}'],exists,False"}, "laptop"),
    ):  # fmt: skip
        answer = await house.member.get("/files", params=query)
        assert answer.status_code == (400 if wanted is None else 200), query
        if wanted is not None:
            assert " ".join(sorted(names[one["id"]] for one in answer.json()["results"])) == wanted


async def test_a_managed_repository_of_other_labs_takes_nothing(house):
    from bregma_app.testing import CLOSED_LAB

    await house.managed_repository("theirs", labs=(CLOSED_LAB,))
    session = await house.session()
    made = await house.make("/datasets", {
        "name": "spikes.times.npy", "dataset_type": "spikes.times", "session": session["url"], "collection": "alf",
    })  # fmt: skip
    body = {
        "dataset": made["url"][-36:],
        "data_repository": "theirs",
        "relative_path": "KS014/2020-01-01/001/alf/spikes.times.npy",
    }
    answer = await house.member.post("/files", json=body)
    assert (answer.status_code, list(answer.json())) == (400, ["data_repository", "status_code"])
