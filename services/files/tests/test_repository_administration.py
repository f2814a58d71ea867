"""Which repository takes a lab's uploads, and what an operator may do with those that hold files."""

import pytest
from bregma_files import administration as files
from bregma_files.administration import Mistake
from bregma_files.uploads.sweeping import sweep
from bregma_kit.db import new_id

DATA = {"alf/spikes.times.npy": [1.0, 2.0]}


async def act(rig, work, *what):
    async with rig.house.database.write() as tx:
        return await work(tx, *what)


async def refused(rig, work, *what):
    with pytest.raises(Mistake) as said:
        await act(rig, work, *what)
    return str(said.value)


async def place_of(rig, name, values):
    """Upload one file, and say where it lies."""
    (entry,) = await rig.upload({name: rig.npy(values)})
    record = await rig.dataset(entry)
    return [one["data_repository"] for one in record["file_records"] if one["exists"]]


async def test_uploads_go_to_the_first_repository_until_another_is_chosen(rig):
    await act(rig, files.bind_repository, "archive", rig.bucket, ["openlab"])
    assert await place_of(rig, "alf/spikes.times.npy", [1.0]) == ["central"], "neither the newest nor the first by name"
    await act(rig, files.set_default, "archive", ["openlab"])
    assert await place_of(rig, "alf/spikes.amps.npy", [1.0]) == ["archive"]
    # a change of the lab's record, as Alyx's clients send it, keeps what was chosen
    for names in (["archive", "central"], ["central"], ["archive", "central"]):
        answer = await rig.house.admin.patch("/labs/openlab", json={"repositories": names})
        assert answer.status_code == 200
    assert await place_of(rig, "alf/spikes.depths.npy", [1.0]) == ["archive"]
    await act(rig, files.take_from_labs, "archive", ["openlab"])
    assert await place_of(rig, "alf/spikes.clusters.npy", [1]) == ["central"]


async def test_what_cannot_be_the_default(rig):
    await act(rig, files.bind_repository, "aws_mirror", rig.bucket, ["openlab"])
    await act(rig, files.bind_repository, "spare", rig.bucket, [])
    assert "mirror" in await refused(rig, files.set_default, "aws_mirror", ["openlab"])
    assert "bregma repository add spare --lab openlab" in await refused(rig, files.set_default, "spare", ["openlab"])
    assert "no lab 'nolab'" in await refused(rig, files.set_default, "central", ["nolab"])
    assert "no repository 'nope'" in await refused(rig, files.set_default, "nope", ["openlab"])
    await rig.house.repository("openlab_SR")
    assert "not managed by Bregma" in await refused(rig, files.set_default, "openlab_SR", ["openlab"])


async def test_an_upload_to_a_repository_that_is_not_there(rig):
    body = {"session": rig.session, "files": [], "repository": "nope"}
    answer = await rig.call("/uploads", body, status=400)
    assert answer["fields"]["repository"] == ["There is no repository 'nope' for uploads; there are: central."]


async def test_the_only_copy_keeps_its_repository(rig):
    await rig.upload({"alf/spikes.times.npy": rig.npy([1.0])})
    assert "only copy of 1 file" in await refused(rig, files.remove_repository, "central")
    # a place outside, where somebody says the file is, is no copy that Bregma serves
    await rig.house.repository("openlab_SR")
    assert (await rig.house.register("alf/spikes.times.npy", name="openlab_SR")).status_code == 201
    assert "only copy of 1 file" in await refused(rig, files.remove_repository, "central")
    assert "holds 1 file" in await refused(rig, files.rebind_repository, "central", "another-bucket")


async def test_what_has_arrived_and_is_not_verified_keeps_its_repository(rig):
    entries = await rig.send({"alf/spikes.times.npy": rig.npy([1.0])})
    await rig.complete(entries)
    assert "not verified yet" in await refused(rig, files.remove_repository, "central")
    assert "holds 1 file" in await refused(rig, files.rebind_repository, "central", "another-bucket")


async def test_a_repository_without_only_copies_is_forgotten_and_its_uploads_begin_anew(rig):
    await act(rig, files.bind_repository, "archive", rig.bucket, ["openlab"])
    sent = {"alf/spikes.times.npy": rig.npy([1.0])}
    (arrived,) = await rig.upload(sent)
    (waiting,) = await rig.register({"alf/spikes.amps.npy": rig.npy([1.0])})
    async with rig.house.database.write() as tx:  # a second copy, as the copy engine makes it
        await tx._connection.execute(
            "insert into files.file_records (id, dataset_id, repository_id, relative_path, lab_id, exists, object_key)"
            " select $1, dataset_id, (select id from files.repositories where name = 'archive'), relative_path, lab_id,"
            " true, object_key from files.file_records where exists",
            new_id(),
        )
    await act(rig, files.remove_repository, "central")
    (record,) = (await rig.dataset(arrived))["file_records"]
    assert (record["data_repository"], record["exists"]) == ("archive", True)
    assert await rig.download(arrived) == sent["alf/spikes.times.npy"]
    assert (await rig.house.member.get(f"/uploads/{waiting['upload']}")).status_code == 404
    assert await place_of(rig, "alf/spikes.amps.npy", [1.0]) == ["archive"]


async def test_an_empty_repository_gets_another_bucket(rig):
    await act(rig, files.bind_repository, "archive", "not-there", ["openlab"])
    await act(rig, files.set_default, "archive", ["openlab"])
    data = rig.npy(range(3_000_000))  # in parts
    (entry,) = await rig.register({"alf/spikes.times.npy": data})
    assert entry["multipart"]
    (answer,) = await rig.complete([entry])
    assert (answer["state"], answer["error"]["code"]) == ("wanted", "not_uploaded"), "one bucket stops no other's files"
    async with rig.house.database.write() as tx:
        await tx._connection.execute("update files.uploads set multipart_id = 'of the old bucket'")
    await act(rig, files.rebind_repository, "archive", rig.bucket)
    (again,) = await rig.register({"alf/spikes.times.npy": data})
    assert set(await rig.send_parts(again, data, [1, 2])) == {200}
    await rig.complete([again])
    await rig.work()
    assert [one["data_repository"] for one in (await rig.dataset(again))["file_records"] if one["exists"]] == [
        "archive"
    ]


async def test_a_missing_bucket_stops_no_file_of_another(rig):
    await act(rig, files.bind_repository, "archive", "not-there", [])
    (here,) = await rig.send({"alf/spikes.times.npy": rig.npy([1.0])})
    (there,) = await rig.register({"alf/spikes.amps.npy": rig.npy([1.0])}, repository="archive")
    answers = {one["upload"]: one for one in await rig.complete([here, there])}
    assert answers[here["upload"]]["state"] == "received"
    assert answers[there["upload"]]["error"]["detail"] == "The object store has no bucket 'not-there'."
    await rig.call("/uploads/abort", {"uploads": [there["upload"]]})
    await sweep(rig.house.database, rig.store, rig.process.settings)


async def test_the_list(rig):
    await act(rig, files.bind_repository, "archive", rig.bucket, ["openlab", "closedlab"])
    await rig.house.repository("openlab_SR")
    await rig.upload({"alf/spikes.times.npy": rig.npy([1.0])})
    found = {one.name: one for one in await act(rig, files.list_repositories)}
    assert (found["central"].files, found["central"].labs, found["central"].uploads_of) == (1, ["openlab"], ["openlab"])
    assert (found["archive"].labs, found["archive"].uploads_of) == (["closedlab", "openlab"], ["closedlab"])
    assert (found["openlab_SR"].bucket, found["openlab_SR"].uploads_of) == (None, [])


async def test_what_was_the_place_before_defaults_stays_it(rig):
    """The migration's own statement: no running rig's files change their place."""
    from importlib import import_module

    await act(rig, files.bind_repository, "archive", rig.bucket, ["openlab"])
    statement = import_module("bregma_files.migrations.20261123_1230_default_repositories").AS_BEFORE
    async with rig.house.database.write() as tx:
        await tx._connection.execute("delete from files.lab_default_repositories")
        await tx._connection.execute(statement)
    assert await place_of(rig, "alf/spikes.times.npy", [1.0]) == ["archive"], "the first by name, as it was"


@pytest.mark.parametrize(
    ("name", "bucket", "said"),
    [
        ("BAD NAME", "bucket", "not a repository's name"), ("", "bucket", "not a repository's name"),
        ("../x", "bucket", "not a repository's name"), ("x" * 65, "bucket", "not a repository's name"),
        ("good", "X Y", "not a bucket's name"), ("good", "ab", "not a bucket's name"), ("good", "a..b", "not a bucket's name"),
        ("good", "-ab", "not a bucket's name"), ("good", "", "not a bucket's name"), ("good", "b" * 64, "not a bucket's name"),
    ],
)  # fmt: skip
def test_names(name, bucket, said):
    with pytest.raises(Mistake, match=said):
        files.check_names(name, bucket)


@pytest.mark.parametrize("name", ["main", "cortexlab_SR", "aws_cortexlab", "flatiron-2.0", "0"])
def test_names_in_use(name):
    files.check_names(name, "ibl-brain-wide-map-public")
