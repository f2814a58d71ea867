"""A rig registers, sends and completes; files are seen when they were verified, and not before."""

import asyncio
import os
from uuid import uuid4

import numpy as np
import pytest
from bregma_app.testing import house_settings, open_house
from bregma_files import bytes_room
from sqlalchemy import column, func, select, table

MIB = 2**20
UPLOADS = table("uploads", column("id"), column("object_key"), column("expires_at"), column("state"), schema="files")
DATASETS = table("datasets", column("id"), column("session_id"), schema="files")
RECORDS = table("file_records", column("id"), schema="files")


async def count(house, of) -> int:
    async with house.database.read() as tx:
        return await tx.value(select(func.count()).select_from(of))


@pytest.fixture
def times(rig):
    return rig.npy(np.linspace(0, 10, 11))


async def test_a_file_is_seen_when_it_was_verified_and_not_before(rig, times):
    entries = await rig.register({"alf/probe00/spikes.times.npy": times})
    (entry,) = entries
    assert (entry["status"], entry["multipart"], entry["error"]) == ("want", None, None)
    assert (await rig.dataset(entry))["file_records"][0]["exists"] is False
    assert await rig.download(entry) is None
    assert (await rig.put(entry["put"], times)).status_code == 200
    assert await rig.download(entry) is None
    assert await rig.complete(entries) == [{"upload": entry["upload"], "state": "received", "error": None}]
    assert await rig.download(entry) is None
    await rig.work()
    assert await rig.state(entry) == ("verified", None)
    assert await rig.download(entry) == times
    dataset = await rig.dataset(entry)
    assert dataset["file_records"][0]["exists"] is True
    assert (dataset["hash"], dataset["file_size"]) == (rig.md5_of(times), len(times))


async def test_the_same_call_again_answers_the_same_upload_and_have_once_it_is_verified(rig, times):
    files = {"alf/spikes.times.npy": times}
    (first,) = await rig.register(files)
    (second,) = await rig.send(files)
    assert (first["upload"], first["dataset"]) == (second["upload"], second["dataset"])
    await rig.complete([first])
    assert (await rig.complete([first]))[0]["state"] == "received"
    await rig.work()
    (third,) = await rig.register(files)
    assert (third["status"], third["dataset"], third["upload"]) == ("have", first["dataset"], None)
    assert (await rig.complete([first]))[0] == {"upload": first["upload"], "state": "verified", "error": None}


async def test_one_bad_file_does_not_stop_the_others(rig, times):
    good = rig.announce("alf/spikes.times.npy", times)
    bad = {
        "bad_path": {**good, "path": "../spikes.times.npy"},
        "bad_name": {**good, "path": "alf/spikes.npy"},
        "empty_file": {**good, "path": "alf/spikes.amps.npy", "size": 0},
        "bad_hash": {**good, "path": "alf/spikes.depths.npy", "md5": "abc"},
        "unknown_dataset_type": {**good, "path": "alf/spikez.tymes.npy"},
        "unknown_data_format": {**good, "path": "alf/spikes.times.exe"},
        "repeated": dict(good),
        "case_clash": {**good, "path": "ALF/spikes.times.npy"},
        "bad_edition": {**good, "path": "alf/spikes.clusters.npy", "edition": "1999"},
        "bad_qc": {**good, "path": "alf/spikes.templates.npy", "qc": "GREAT"},
        "too_large": {**good, "path": "alf/spikes.samples.npy", "size": 6 * 2**40},
    }
    entries = await rig.register([good, *bad.values()])
    assert [one["error"] and one["error"]["code"] for one in entries] == [None, *bad]
    assert entries[0]["status"] == "want"
    assert all(one["status"] == "refused" and one["dataset"] is None for one in entries[1:])
    assert "spikes.times" in entries[5]["error"]["hint"]


async def test_a_path_that_another_dataset_holds_is_refused_alone_and_leaves_nothing(rig, times):
    (first,) = await rig.register({"alf/spikes.times.npy": times})
    record = (await rig.dataset(first))["file_records"][0]["id"]
    place = "KS014/2020-01-01/001/alf/spikes.amps.npy"
    moved = await rig.house.member.patch(f"/files/{record}", json={"relative_path": place})
    assert moved.status_code == 200, moved.text
    before = await count(rig.house, DATASETS)
    entries = await rig.upload({"alf/spikes.amps.npy": times, "alf/spikes.depths.npy": times})
    assert [one["error"] and one["error"]["code"] for one in entries] == ["path_taken", None]
    assert place in entries[0]["error"]["detail"]
    assert entries[0]["dataset"] is None
    assert await count(rig.house, DATASETS) == before + 1
    assert await rig.state(entries[1]) == ("verified", None)


async def test_a_name_that_differs_by_case_from_an_earlier_one_is_refused(rig, times):
    await rig.register({"alf/spikes.times.npy": times})
    (clash,) = await rig.register({"alf/Spikes.times.npy": times})
    assert clash["error"]["code"] in ("case_clash", "unknown_dataset_type")
    (clash,) = await rig.register({"Alf/spikes.times.npy": times})
    assert clash["error"]["code"] == "case_clash"


async def test_changed_bytes_leave_the_old_ones_readable_until_they_are_verified(rig, times):
    path = "alf/spikes.times.npy"
    (old,) = await rig.upload({path: times})
    changed = rig.npy(np.linspace(0, 20, 21))
    entries = await rig.send({path: changed})
    (new,) = entries
    assert (new["dataset"], new["status"]) == (old["dataset"], "want")
    assert new["upload"] != old["upload"]
    await rig.complete(entries)
    assert await rig.download(old) == times
    assert (await rig.dataset(old))["hash"] == rig.md5_of(times)
    await rig.work()
    assert await rig.download(old) == changed
    assert (await rig.dataset(old))["hash"] == rig.md5_of(changed)
    async with rig.house.database.read() as tx:
        keys = [row[0] for row in await tx.rows(select(UPLOADS.c.object_key))]
    assert len(set(keys)) == 2


async def test_of_two_versions_under_way_the_later_one_wins_whichever_is_verified_first(rig, times):
    path, later = "alf/spikes.times.npy", rig.npy(np.linspace(0, 20, 21))
    (first,) = await rig.send({path: times})
    (second,) = await rig.send({path: later})
    await rig.complete([second])
    await rig.work()
    await rig.complete([first])
    await rig.work()
    assert await rig.download(second) == later
    state, reason = await rig.state(first)
    assert state == "quarantined"
    assert "newer version" in reason


async def test_a_new_revision_becomes_the_default_when_it_is_readable(rig, times):
    (old,) = await rig.upload({"alf/spikes.times.npy": times})
    entries = await rig.send({"alf/#2020-02-02#/spikes.times.npy": rig.npy(np.linspace(0, 20, 21))})
    (new,) = entries
    assert new["dataset"] != old["dataset"]
    assert (await rig.dataset(old))["default_dataset"] is True
    await rig.complete(entries)
    await rig.work()
    assert (await rig.dataset(old))["default_dataset"] is False
    assert (await rig.dataset(new))["default_dataset"] is True
    assert (await rig.dataset(new))["revision"] == "2020-02-02"


async def test_protected_data_keep_their_bytes(rig, times):
    path = "alf/spikes.times.npy"
    (old,) = await rig.upload({path: times})
    await rig.house.make("/tags", {"name": "paper", "protected": True})
    assert (await rig.house.admin.patch(f"/datasets/{old['dataset']}", json={"tags": ["paper"]})).status_code == 200
    (same,) = await rig.register({path: times})
    (other,) = await rig.register({path: times + b"!"})
    assert same["status"] == "have"
    assert other["error"]["code"] == "protected"
    assert "new revision" in other["error"]["hint"]
    (revision,) = await rig.register({"alf/#2020-02-02#/spikes.times.npy": times + b"!"})
    assert revision["status"] == "want"


async def test_two_rigs_at_once_register_the_same_files_as_one(rig, times):
    files = {f"alf/probe{n:02d}/spikes.times.npy": times for n in range(40)}
    backwards = dict(reversed(files.items()))
    answers = await asyncio.gather(*(rig.register(one) for one in (files, backwards) * 3))
    told = [{one["path"]: (one["dataset"], one["upload"]) for one in answer} for answer in answers]
    assert all(one == told[0] for one in told)
    assert await count(rig.house, DATASETS) == await count(rig.house, RECORDS) == await count(rig.house, UPLOADS) == 40


async def test_registration_beside_register_file_is_consistent(rig, times):
    names = [f"spikes.times.probe{n:02d}.npy" for n in range(20)]
    files = {f"alf/{name}": times for name in names}

    async def stock():
        answer = await rig.house.register(*names, path="KS014/2020-01-01/001/alf", name="central")
        assert answer.status_code == 201, answer.text

    await asyncio.gather(rig.register(files), stock(), rig.register(files), stock())
    assert await count(rig.house, DATASETS) == await count(rig.house, RECORDS) == await count(rig.house, UPLOADS) == 20


async def test_large_files_go_in_parts_and_the_store_is_the_checkpoint(rig):
    data = os.urandom(2 * 16 * MIB + 3)
    entries = await rig.register({"raw_video_data/_iblrig_leftCamera.raw.mp4": data})
    (entry,) = entries
    assert (entry["put"], entry["multipart"]) == (None, {"part_size": 16 * MIB, "part_count": 3})
    assert await rig.send_parts(entry, data, [1, 3]) == [200, 200]
    assert [one["number"] for one in (await rig.shown(entry))["parts"]] == [1, 3]
    (early,) = await rig.complete(entries)
    assert (early["state"], early["error"]["code"]) == ("wanted", "missing_parts")
    assert " 2 " in early["error"]["detail"]
    assert await rig.send_parts(entry, data, [2]) == [200]
    assert (await rig.complete(entries))[0] == {"upload": entry["upload"], "state": "received", "error": None}
    await rig.work()
    assert await rig.state(entry) == ("verified", None)
    assert await rig.download(entry) == data


async def test_a_joined_upload_whose_answer_got_lost_is_completed_all_the_same(rig):
    data = os.urandom(17 * MIB)
    entries = await rig.register({"raw_video_data/_iblrig_leftCamera.raw.mp4": data})
    (entry,) = entries
    await rig.send_parts(entry, data, [1, 2])
    # the store joined it, but the service died before it could say so: its id is lost
    async with rig.house.database.read() as tx:
        key = await tx.value(select(UPLOADS.c.object_key))
    (multipart,) = await rig.store.list_multiparts(rig.bucket)
    parts = await rig.store.list_parts(rig.bucket, key, multipart.upload_id)
    assert await rig.store.complete_multipart(rig.bucket, key, multipart.upload_id, parts)
    assert (await rig.complete(entries))[0]["state"] == "received"


async def test_an_upload_that_the_store_forgot_begins_anew(rig):
    data = os.urandom(17 * MIB)
    entries = await rig.register({"raw_video_data/_iblrig_leftCamera.raw.mp4": data})
    (entry,) = entries
    await rig.send_parts(entry, data, [1])
    (multipart,) = await rig.store.list_multiparts(rig.bucket)
    await rig.store.abort_multipart(rig.bucket, multipart.key, multipart.upload_id)
    assert (await rig.complete(entries))[0]["error"]["code"] == "not_uploaded"
    assert (await rig.shown(entry))["parts"] == []
    assert await rig.send_parts(entry, data, [1, 2]) == [200, 200]
    assert (await rig.complete(entries))[0]["state"] == "received"


async def test_two_signers_at_once_share_one_multipart_upload(rig):
    data = os.urandom(17 * MIB)
    (entry,) = await rig.register({"raw_video_data/_iblrig_leftCamera.raw.mp4": data})
    await asyncio.gather(*(rig.send_parts(entry, data, [number]) for number in (1, 2, 1)))
    assert len(await rig.store.list_multiparts(rig.bucket)) == 1
    assert (await rig.complete([entry]))[0] == {"upload": entry["upload"], "state": "received", "error": None}


async def test_wrong_requests_for_urls_say_what_is_wrong(rig, times):
    large = os.urandom(17 * MIB)
    small, big = await rig.register({"alf/spikes.times.npy": times, "raw_video_data/_iblrig_leftCamera.raw.mp4": large})
    md5 = rig.md5_of(b"x")
    asked = [
        ({"upload": small["upload"]}, None),
        ({"upload": small["upload"], "parts": [{"number": 1, "md5": md5, "size": 1}]}, "single_put"),
        ({"upload": big["upload"]}, "needs_parts"),
        ({"upload": big["upload"], "parts": [{"number": 9, "md5": md5, "size": 1}]}, "wrong_part"),
        ({"upload": big["upload"], "parts": [{"number": 1, "md5": md5, "size": 1}]}, "wrong_part"),
        ({"upload": big["upload"], "parts": [{"number": 2, "md5": "x", "size": MIB}]}, "bad_hash"),
        ({"upload": str(uuid4())}, "not_found"),
    ]
    answer = await rig.call("/uploads/sign", {"uploads": [one for one, _ in asked]})
    assert [one["error"] and one["error"]["code"] for one in answer["uploads"]] == [code for _, code in asked]
    assert (await rig.put(answer["uploads"][0]["put"], times)).status_code == 200
    many = [{"number": number, "md5": md5, "size": 1} for number in range(1, 1002)]
    await rig.call("/uploads/sign", {"uploads": [{"upload": big["upload"], "parts": many}]}, status=413)


async def test_what_is_not_there_or_too_short_cannot_be_completed(rig, times):
    entries = await rig.register({"alf/spikes.times.npy": times})
    assert (await rig.complete(entries))[0]["error"]["code"] == "not_uploaded"
    async with rig.house.database.read() as tx:
        key = await tx.value(select(UPLOADS.c.object_key))
    # past the signed URL, which would have refused it
    await rig.store.put(rig.bucket, key, times[:-3], md5=rig.md5_of(times[:-3]))
    (answer,) = await rig.complete(entries)
    assert (answer["state"], answer["error"]["code"]) == ("wanted", "wrong_size")


async def test_an_aborted_upload_leaves_nothing_and_a_received_one_stays(rig, times):
    gone, kept = await rig.send({"alf/spikes.times.npy": times, "alf/spikes.amps.npy": times})
    await rig.complete([kept])
    ids = {"uploads": [gone["upload"], kept["upload"], str(uuid4())]}
    for _ in range(2):
        answer = await rig.call("/uploads/abort", ids)
        assert [one["state"] for one in answer["uploads"]] == ["aborted", "received", None]
    assert (await rig.complete([gone]))[0]["error"]["code"] == "aborted"
    listed = [one async for page in rig.store.list_objects(rig.bucket) for one in page]
    assert len(listed) == 1
    (again,) = await rig.register({"alf/spikes.times.npy": times})
    assert again["upload"] != gone["upload"]


async def test_what_nobody_completed_is_swept_and_what_was_forgotten_is_verified(rig, times):
    overdue, stuck = await rig.send({"alf/spikes.times.npy": times, "alf/spikes.amps.npy": times})
    await rig.complete([stuck])
    from bregma_kit.jobs import defer
    from sqlalchemy import delete, literal_column, update

    uploads = table("uploads", column("id"), column("expires_at"), column("changed_at"), schema="files")
    async with rig.house.database.write() as tx:
        long_ago = literal_column("now() - interval '1 day'")
        await tx.execute(update(uploads).values(expires_at=long_ago, changed_at=long_ago))
        # its job was lost with a database restored from last night
        await tx.execute(delete(table("procrastinate_jobs", column("id"), schema="jobs")))
        await defer(tx, "files.sweep_uploads", [{}], queue="files")
    await rig.work()
    await rig.work()
    assert (await rig.state(overdue))[0] == "expired"
    assert (await rig.complete([overdue]))[0]["error"]["code"] == "upload_expired"
    assert (await rig.state(stuck))[0] == "verified"
    listed = [one async for page in rig.store.list_objects(rig.bucket) for one in page]
    assert len(listed) == 1


async def test_who_may_not_write_may_not_upload_and_what_is_not_seen_does_not_exist(rig, times):
    (entry,) = await rig.register({"alf/spikes.times.npy": times}, by="rig")
    body = {"session": rig.session, "files": [rig.announce("alf/spikes.amps.npy", times)]}
    for by, status in (("outsider", 403), ("public", 403), ("stranger", 403), ("technician", 403)):
        await rig.call("/uploads", body, by, status)
    await rig.call("/uploads", {**body, "session": str(uuid4())}, "member", 404)
    answer = await rig.call("/uploads/complete", {"uploads": [entry["upload"]]}, "outsider")
    assert answer["uploads"][0]["error"]["code"] == "not_allowed"
    closed = await rig.house.session("CL001", lab="closedlab")
    await rig.call("/uploads", {**body, "session": closed["url"][-36:]}, "member", 404)
    await rig.house.managed_repository("elsewhere", ("closedlab",))
    answer = await rig.call("/uploads", {**body, "session": closed["url"][-36:]}, "outsider", 201)
    hidden = answer["files"][0]["upload"]
    assert (await rig.house.member.get(f"/uploads/{hidden}")).status_code == 404
    assert (await rig.house.outsider.get(f"/uploads/{hidden}")).status_code == 200


async def test_the_list_of_uploads_is_a_page(rig, times):
    await rig.send({"alf/spikes.times.npy": times, "alf/#r1#/spikes.times.npy": times, "alf/spikes.amps.npy": times})
    page = (
        await rig.house.member.get("/uploads", params={"session": rig.session, "state": "wanted", "limit": 2})
    ).json()
    assert (page["count"], len(page["results"])) == (3, 2)
    assert page["next"].endswith("offset=2")
    everything = (await rig.house.member.get("/uploads")).json()["results"]
    assert {one["path"] for one in everything} == {
        "alf/spikes.times.npy", "alf/#r1#/spikes.times.npy", "alf/spikes.amps.npy",
    }  # fmt: skip
    assert (await rig.house.member.get("/uploads", params={"state": "lost"})).status_code == 400
    assert (await rig.house.outsider.get("/uploads", params={"session": str(uuid4())})).json()["count"] == 0


async def test_the_repository_must_be_a_managed_one(rig, times):
    await rig.house.repository("server")
    body = {"session": rig.session, "repository": "server", "files": [rig.announce("alf/spikes.times.npy", times)]}
    answer = await rig.house.member.post("/uploads", json=body)
    assert answer.status_code == 400
    assert "central" in answer.json()["detail"]


async def test_without_a_managed_repository_or_store_the_error_says_what_to_do(
    house_url, peopled, object_store, bucket
):
    async with open_house(house_settings(house_url, object_store, bucket), peopled.tokens) as house:
        session = (await house.session())["url"][-36:]
        answer = await house.member.post("/uploads", json={"session": session, "files": []})
        assert (answer.status_code, answer.json()["code"]) == (409, "no_managed_repository")
    async with open_house(house_settings(house_url), peopled.tokens) as house:
        answer = await house.member.post("/uploads", json={"session": session, "files": []})
        assert answer.status_code == 503
        assert "BREGMA_S3_ENDPOINT" in answer.json()["hint"]


async def test_objects_tell_what_they_are_without_the_catalogue(rig, times, object_store):
    (entry,) = await rig.upload({"alf/spikes.times.npy": times})
    (listed,) = [one async for page in rig.store.list_objects(rig.bucket) for one in page]
    assert listed.key.startswith("openlab/KS014/2020-01-01/001/alf/spikes.times.")
    head = object_store.client().head_object(Bucket=rig.bucket, Key=listed.key)
    assert head["Metadata"] == {"dataset": entry["dataset"], "upload": entry["upload"], "md5": rig.md5_of(times)}


async def test_the_rooms_own_role_suffices(rig, times):
    """A process of this room alone works with its role: no right that it needs is missing."""
    from bregma_kit.db import Database

    url = rig.process.settings.database_url.get_secret_value()
    whole, rig.process.database = rig.process.database, Database(url, role="bregma_files")
    await rig.process.database.open()
    try:
        (entry,) = await rig.upload({"alf/#r1#/spikes.times.npy": times})
        assert await rig.download(entry) == times
        await rig.call("/uploads/abort", {"uploads": [entry["upload"]]})
    finally:
        await rig.process.database.close()
        rig.process.database = whole


async def test_the_store_is_tried_at_start(rig):
    found = await bytes_room.check_store(rig.process)
    assert found is not None
    assert found.content_md5
    assert found.ranges
