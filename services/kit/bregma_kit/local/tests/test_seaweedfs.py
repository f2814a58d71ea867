"""The store of one's own keeps what it acknowledged and serves nobody without a key."""

import json
import os
import subprocess

import httpx
import pytest
from botocore.exceptions import ClientError
from bregma_kit.local.capabilities import probe
from bregma_kit.local.children import identify
from bregma_kit.local.seaweedfs import LocalSeaweed, all_ports, s3_client


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seaweed")
    with LocalSeaweed(folder / "store", folder / "store.log", fsync=True) as one:
        one.create_bucket("kept")
        yield one


def test_acknowledged_objects_survive_kill(store):
    bodies = {f"a/{number}.npy": os.urandom(10 + number * 60_000) for number in range(20)}
    for key, body in bodies.items():
        store.client().put_object(Bucket="kept", Key=key, Body=body)
    upload = store.client().create_multipart_upload(Bucket="kept", Key="big")["UploadId"]
    part = os.urandom(5 * 1024 * 1024)
    store.client().upload_part(Bucket="kept", Key="big", UploadId=upload, PartNumber=1, Body=part)
    store.kill()
    store.start()
    for key, body in bodies.items():
        assert store.client().get_object(Bucket="kept", Key=key)["Body"].read() == body
    parts = store.client().list_parts(Bucket="kept", Key="big", UploadId=upload)["Parts"]
    assert [one["Size"] for one in parts] == [len(part)]


def test_wrong_key_and_wrong_secret_are_refused(store):
    for keys in (("nobody", store.secret_key), (store.access_key, "wrong")):
        with pytest.raises(ClientError, match=r"InvalidAccessKeyId|SignatureDoesNotMatch"):
            s3_client(store.endpoint, *keys).list_buckets()


def test_the_other_ports_serve_nobody_without_a_key(store):
    store.client().put_object(Bucket="kept", Key="secret", Body=b"data")
    filer = f"http://127.0.0.1:{store.ports.filer}/buckets/kept/secret"
    assert httpx.get(filer).status_code == 401
    assert httpx.put(filer, content=b"x").status_code == 401
    assert httpx.delete(filer).status_code == 401
    assert store.client().get_object(Bucket="kept", Key="secret")["Body"].read() == b"data"


def test_everything_listens_on_loopback_only(store):
    listening = subprocess.run(["ss", "-ltnH"], capture_output=True, text=True, check=True).stdout
    addresses = {line.split()[3] for line in listening.splitlines()}
    ours = {address for address in addresses if int(address.rsplit(":", 1)[1]) in all_ports(store.ports)}
    assert ours
    assert all(address.startswith("127.0.0.1:") for address in ours)
    assert max(all_ports(store.ports)) < 65536


def test_keys_are_private(store):
    for path in [store.data_dir / "keys.json", *(store.data_dir / "conf").glob("*.*")]:
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0, path
    assert store.data_dir.stat().st_mode & 0o077 == 0


def test_a_browser_may_use_signed_urls(store):
    url = store.client().generate_presigned_url("get_object", Params={"Bucket": "kept", "Key": "x"})
    answer = httpx.options(url, headers={"Origin": "http://lab.example", "Access-Control-Request-Method": "GET"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] in ("*", "http://lab.example")


def test_fsync_is_set_and_taken_back(store):
    def rule():
        said = store._shell("fs.configure")
        return json.loads(said[said.index("{") : said.rindex("}") + 1])["locations"]

    assert [one["fsync"] for one in rule() if one["locationPrefix"] == "/buckets/"] == [True]
    store.fsync = False
    store.finish()
    assert rule() == []
    store.fsync = True
    store.finish()
    assert len(rule()) == 1


def test_it_enforces_everything_that_bregma_asks_for(store):
    found = probe(store.client(), "kept")
    assert found.as_dict() == dict.fromkeys(found.as_dict(), True)
    assert found.missing == found.warnings == []
    assert "Contents" not in store.client().list_objects_v2(Bucket="kept", Prefix="_probe/")


def test_a_store_left_running_is_ended_before_the_next_starts(store, tmp_path):
    left = identify(store.process.pid)
    second = LocalSeaweed(store.data_dir, tmp_path / "second.log", fsync=True)
    second.prepare()
    assert identify(left.pid) != left
    store.process.wait()
    store.start()
