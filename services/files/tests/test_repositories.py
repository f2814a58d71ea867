"""Data repositories: anybody's declared places, and those that an administrator bound to a bucket."""

import pytest
from bregma_files.administration import Mistake, bind_repository

KEYS = {
    "name",
    "timezone",
    "globus_path",
    "hostname",
    "data_url",
    "repository_type",
    "globus_endpoint_id",
    "globus_is_personal",
    "json",
    "managed",
}


async def test_the_record(house):
    await house.make("/data-repository-type", {"name": "Fileserver"})
    sent = {"name": "openlab_SR", "timezone": "Europe/London", "globus_path": "/mnt/", "hostname": "ibl.test", "data_url": "https://ibl.test/openlab/Subjects/",
            "repository_type": "Fileserver", "globus_endpoint_id": "01234567-89ab-4def-8123-456789abcdef", "globus_is_personal": False,
            "json": {"bucket_name": "ibl-brain-wide-map-public"}}  # fmt: skip
    record = await house.make("/data-repository", {**sent, "managed": True, "bucket": "stolen"}, by="manager")
    assert set(record) == KEYS
    assert record == {**sent, "managed": False}, "nobody makes a repository managed over HTTP"
    assert (await house.member.get("/data-repository/openlab_SR")).json() == record
    assert (await house.member.get("/data-repository", params={"globus_is_personal": "true"})).json()["count"] == 0
    assert (await house.member.get("/data-repository", params={"repository_type": "Fileserver"})).json()["count"] == 1
    assert (await house.member.get("/data-repository/aws_cortexlab")).status_code == 404, (
        "ends the stock client's way by S3 quietly"
    )


async def test_mistakes(house):
    await house.make("/data-repository", {"name": "x"})
    for body, field in (({"name": "x"}, "name"), ({}, "name"), ({"name": "y", "repository_type": "none"}, "repository_type"),
                        ({"name": "y", "globus_endpoint_id": "z"}, "globus_endpoint_id"), ({"name": "y", "timezone": "Mars/Olympus"}, "timezone"),
                        ({"name": "y", "globus_is_personal": "perhaps"}, "globus_is_personal")):  # fmt: skip
        answer = await house.manager.post("/data-repository", json=body)
        assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"]), body


async def test_managed_repositories_belong_to_administrators(house):
    await house.managed_repository("central")
    record = (await house.member.get("/data-repository/central")).json()
    assert (record["managed"], record["data_url"]) == (True, "http://bregma.test/data/")
    for method, body in (("PATCH", {"json": {}}), ("PUT", {"name": "mine"}), ("DELETE", {})):
        assert (await house.manager.request(method, "/data-repository/central", json=body)).status_code == 403
    answer = await house.admin.patch("/data-repository/central", json={"globus_is_personal": True})
    assert answer.json() == {
        "globus_is_personal": ["This repository is managed by Bregma and cannot be personal."],
        "status_code": 400,
    }
    answer = await house.admin.patch(
        "/data-repository/central",
        json={"managed": False, "bucket": None, "data_url": "https://x/", "json": {"note": 1}},
    )
    assert (answer.json()["managed"], answer.json()["data_url"], answer.json()["json"]) == (
        True,
        "http://bregma.test/data/",
        {"note": 1},
    )


async def test_who_may_write(house):
    await house.repository(labs=())
    for name, allowed in (
        ("manager", True),
        ("member", False),
        ("rig", False),
        ("technician", False),
        ("public", False),
    ):
        answer = await house.clients[name].patch("/data-repository/openlab_SR", json={"hostname": name})
        assert answer.status_code == (200 if allowed else 403), name


async def test_in_use(house):
    await house.session()
    await house.repository()
    assert (await house.register("spikes.times.npy", name="openlab_SR")).status_code == 201
    answer = await house.admin.delete("/data-repository/openlab_SR")
    assert answer.status_code == 409
    assert "still used" in answer.json()["detail"]


async def test_binding(house):
    async with house.database.write() as tx:
        first = await bind_repository(tx, "central", "bucket", ["openlab"])
        assert await bind_repository(tx, "central", "bucket", ["openlab"]) == first
        with pytest.raises(Mistake, match="no lab 'nolab'"):
            await bind_repository(tx, "central", "bucket", ["nolab"])
        with pytest.raises(Mistake, match="choose another name"):
            await bind_repository(tx, "central", "other", [])
    assert (await house.member.get("/labs/openlab")).json()["repositories"] == ["central"]


async def test_a_lab_and_its_repositories(house):
    for name in ("b", "a"):
        await house.repository(name, labs=())
    answer = await house.admin.patch("/labs/openlab", json={"repositories": ["b", "a", "b"]})
    assert answer.json()["repositories"] == ["a", "b"]
    answer = await house.admin.patch("/labs/openlab", json={"repositories": ["a", "none"]})
    assert answer.json() == {"repositories": ["Object with name=none does not exist."], "status_code": 400}
    assert (await house.admin.patch("/labs/openlab", json={"repositories": []})).json()["repositories"] == []


KEYS_TO_A_BUCKET = {"Access key ID": "AK", "Secret access key": "SK"}
MIRROR = {"bucket_name": "mirror", "region_name": "eu-west-2", **KEYS_TO_A_BUCKET}
SHOWN = {"bucket_name": "mirror", "region_name": "eu-west-2"}


async def seen(house, by):
    one = (await house.clients[by].get("/data-repository/aws_openlab")).json()["json"]
    listed = (await house.clients[by].get("/data-repository", params={"name": "aws_openlab"})).json()["results"]
    assert [row["json"] for row in listed] == [one]
    return one


async def test_keys_are_for_the_labs_that_have_the_repository(house):
    await house.repository("aws_openlab", json=MIRROR)
    for by in ("admin", "manager", "member", "technician", "rig"):
        assert await seen(house, by) == MIRROR, by
    for by in ("outsider", "public"):
        assert await seen(house, by) == SHOWN, by
    await house.repository("aws_nobody", labs=(), json=MIRROR)
    assert (await house.member.get("/data-repository/aws_nobody")).json()["json"] == SHOWN
    for right, wrong in (
        ("json__Access key ID,AK", "json__Access key ID,X"),
        ("json__icontains,SK", "json__icontains,XX"),
    ):
        told = [(await house.outsider.get("/data-repository", params={"django": one})).json() for one in (right, wrong)]
        assert told[0].get("count") == told[1].get("count"), "what is not shown is not asked for either"
    async with house.database.read() as tx:
        everywhere = await tx._connection.fetchval("select json_agg(r)::text from catalog.repositories r")
    assert "SK" not in everywhere


async def test_keys_are_changed_by_those_who_see_them(house):
    await house.repository("aws_openlab", json=MIRROR)
    assert (await house.member.patch("/data-repository/aws_openlab", json={"json": {}})).status_code == 403
    changed = {**SHOWN, "Access key ID": "AK2", "note": [1]}
    answer = await house.manager.patch("/data-repository/aws_openlab", json={"json": changed})
    assert answer.json()["json"] == changed, "a read, an edit and a write, as the stock client does"
    # a manager of another lab neither reads nor loses what is there
    await house.make("/labs", {"name": "thirdlab", "timezone": "Asia/Tokyo"})
    await house.admin.patch("/labs/openlab", json={"repositories": []})
    await house.admin.patch("/labs/thirdlab", json={"repositories": ["aws_openlab"]})
    answer = await house.manager.patch("/data-repository/aws_openlab", json={"json": {"note": [2]}})
    assert (answer.status_code, answer.json()["json"]) == (200, {"note": [2]})
    assert await seen(house, "admin") == {"note": [2], "Access key ID": "AK2"}
    for value in (["a", "key"], "secret", 3, None):
        assert (await house.admin.patch("/data-repository/aws_openlab", json={"json": value})).status_code == 200
        assert await seen(house, "admin") == await seen(house, "public") == value


async def test_uploads_do_not_go_to_a_mirror(rig):
    await rig.house.managed_repository("aws_openlab")
    (entry,) = await rig.upload({"alf/spikes.times.npy": rig.npy([1.0])})
    record = await rig.dataset(entry)
    assert [one["data_repository"] for one in record["file_records"] if one["exists"]] == ["central"]
    body = {"session": rig.session, "files": [], "repository": "aws_openlab"}
    assert "repository" in (await rig.call("/uploads", body, status=400))["fields"]


async def test_what_a_mirror_holds_lies_at_alyx_paths(rig):
    await rig.house.managed_repository("aws_openlab")
    answer = await rig.house.admin.patch("/data-repository/aws_openlab", json={"globus_path": "data/openlab/Subjects/"})
    assert answer.status_code == 200
    data = rig.npy([1.0, 2.0])
    place = "KS014/2020-01-01/001"
    for key, exists in (
        ("{}/alf/{}", False),
        ("openlab/Subjects/{}/alf/{}", False),
        ("data/openlab/Subjects/{}/alf/{}", True),
    ):
        (record,) = (
            await rig.house.register("alf/spikes.times.npy", name="aws_openlab", hashes=[rig.md5_of(data)])
        ).json()
        await rig.store.put(
            rig.bucket, key.format(place, f"spikes.times.{record['id']}.npy"), data, md5=rig.md5_of(data)
        )
        await rig.house.register("alf/spikes.times.npy", name="aws_openlab", hashes=[rig.md5_of(data)])
        await rig.work()
        (copy,) = [
            one
            for one in (await rig.dataset({"dataset": record["id"]}))["file_records"]
            if one["data_repository"] == "aws_openlab"
        ]
        assert copy["exists"] is exists, key
        assert copy["data_repository_path"] == "data/openlab/Subjects/"
