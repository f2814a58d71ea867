"""Section 13 of the contract by the unmodified stock client: over S3 from a mirror, and over HTTP where that is not to be had."""

import numpy as np
import pytest
from bregma_app.testing import OPEN_LAB
from bregma_kit.testing.stores import fresh_bucket

from tests.stock import new_session

ANIMAL, DATE = "ZM_2240", "2021-03-04"
NOWHERE = "http://127.0.0.1:9/data"
"""Nobody listens there: what is loaded nevertheless came over S3."""
TIMES = np.arange(100.0)
ROOT = f"data/{OPEN_LAB}/Subjects"


@pytest.fixture(scope="module")
def mirrored(site, one, home, object_store):
    """A session that was uploaded, and of whose files a mirror holds copies at Alyx's paths."""
    from one.registration import RegistrationClient

    with fresh_bucket(object_store) as bucket, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_S3", object_store.endpoint)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        site.make("/subjects", nickname=ANIMAL, lab=OPEN_LAB)
        site.bind("aws_cortexlab", bucket)
        json = {"bucket_name": bucket, "region_name": object_store.region, "Access key ID": object_store.access_key,
                "Secret access key": object_store.secret_key}  # fmt: skip
        answer = site.api.patch("/data-repository/aws_cortexlab", json={"globus_path": ROOT, "json": json})
        assert answer.status_code == 200, answer.text
        root = new_session(home, 1, {"alf/probe00/spikes.times.npy": TIMES, "alf/probe00/#2022-01-01#/spikes.times.npy": TIMES + 0.5,
                                     "alf/probe00/spikes.clusters.npy": np.arange(100)}, subject=ANIMAL, day=DATE)  # fmt: skip
        client = RegistrationClient(one)
        session, records = client.register_session(root)
        site.upload(session["url"][-36:], root)
        for record, file in zip(records, client.find_files(root), strict=True):
            path = file.relative_to(root).with_suffix(f".{record['id']}.npy")
            site.put(f"{ROOT}/{ANIMAL}/{DATE}/001/{path.as_posix()}", file.read_bytes(), bucket)
        client.register_files(list(client.find_files(root)), repository="aws_cortexlab")
        site.work()
        yield session["url"][-36:]


def test_the_mirror_is_verified_before_it_is_seen(site, mirrored):
    rows = site.api.get("/datasets", params={"session": mirrored, "exists": "True"}).json()["results"]
    assert len(rows) == 3
    for row in rows:
        copies = {one["data_repository"]: one for one in row["file_records"]}
        assert copies["aws_cortexlab"]["exists"] is copies["central"]["exists"] is True
        assert copies["aws_cortexlab"]["data_repository_path"] == ROOT


def test_a_dataset_is_loaded_over_s3(site, mirrored):
    client = site.client("s3", data_server=NOWHERE)
    loaded = client.load_object(
        mirrored, "spikes", collection="alf/probe00", query_type="remote", revision="2021-12-31"
    )
    np.testing.assert_array_equal(loaded["times"], TIMES)
    np.testing.assert_array_equal(loaded["clusters"], np.arange(100))
    revised = client.load_dataset(
        mirrored, "spikes.times.npy", collection="alf/probe00", query_type="remote", revision="2022-01-01"
    )
    np.testing.assert_array_equal(revised, TIMES + 0.5)
    folder = client.eid2path(mirrored) / "alf" / "probe00"
    assert sorted(path.name for path in folder.glob("*.npy")) == ["spikes.clusters.npy", "spikes.times.npy"], (
        "ids are taken off"
    )


def test_who_has_no_keys_loads_over_http(site, mirrored):
    shown = site.client("reader", username="public")
    assert "Secret access key" not in shown.alyx.rest("data-repository", "read", id="aws_cortexlab")["json"]
    loaded = shown.load_dataset(mirrored, "spikes.clusters.npy", collection="alf/probe00", query_type="remote")
    np.testing.assert_array_equal(loaded, np.arange(100))


def test_chunks_are_fetched_by_ranges(site, mirrored, tmp_path):
    """What ibllib's Streamer does: some bytes of a large file, by its address in the data tree, through our redirect."""
    client = site.client("ranges", username="public")
    listed = client.list_datasets(mirrored, "spikes.clusters.npy", collection="alf/probe00", details=True)
    listed.index = listed.index.map(lambda one: (mirrored, one))
    (url,) = client.record2url(listed)
    whole = (
        client.load_dataset(mirrored, "spikes.clusters.npy", collection="alf/probe00", download_only=True)
    ).read_bytes()
    part = client.alyx.download_file(url, chunks=(100, 37), target_dir=tmp_path, clobber=True)
    assert part.read_bytes() == whole[100:137]


def test_what_the_mirror_lacks_comes_over_http(site, one, home, mirrored):
    from one.registration import RegistrationClient

    root = new_session(home, 2, {"alf/spikes.amps.npy": TIMES}, subject=ANIMAL, day=DATE)
    session, _ = RegistrationClient(one).register_session(root)
    site.upload(session["url"][-36:], root)
    loaded = site.client("partly").load_dataset(
        session["url"][-36:], "spikes.amps.npy", collection="alf", query_type="remote"
    )
    np.testing.assert_array_equal(loaded, TIMES)


def test_a_changed_file_is_no_longer_fetched_from_the_mirror(site, one, home, mirrored):
    root = home / "rig" / OPEN_LAB / "Subjects" / ANIMAL / DATE / "001"
    np.save(root / "alf" / "probe00" / "spikes.clusters.npy", np.arange(100)[::-1])
    for path in root.rglob("spikes.times.npy"):
        path.unlink()
    site.upload(mirrored, root)
    loaded = site.client("changed").load_dataset(
        mirrored, "spikes.clusters.npy", collection="alf/probe00", query_type="remote"
    )
    np.testing.assert_array_equal(loaded, np.arange(100)[::-1])
