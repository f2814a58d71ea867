"""The store's contract, on the real one: what uploads and downloads rely on."""

import hashlib
import os
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from bregma_kit.errors import Unavailable
from bregma_kit.objects import CHUNK, ObjectMissing, ObjectStore
from bregma_kit.presign import Presigner
from bregma_kit.settings import Settings

KEY = "lab/subject/2020-01-01/001/alf/#rev#/spikes times.ü.npy"


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@pytest.fixture
def settings(object_store, bucket):
    return Settings(
        s3_endpoint=object_store.endpoint, s3_access_key=object_store.access_key, s3_secret_key=object_store.secret_key,
        s3_region=object_store.region, s3_bucket=bucket,
    )  # fmt: skip


@pytest.fixture
def store(settings):
    one = ObjectStore(settings)
    yield one
    one.close()


@pytest.fixture
def presigner(settings):
    return Presigner.of(settings)


async def content(store: ObjectStore, bucket: str, key: str) -> bytes:
    return b"".join([bytes(piece) async for piece in store.read(bucket, key)])


async def send(signed, data: bytes, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.put(signed.url, content=data, headers={**signed.headers, **headers})


async def test_what_was_put_is_read_back_whole(store, bucket):
    data = os.urandom(2 * CHUNK + 17)
    await store.put(bucket, KEY, data, md5=md5_of(data), metadata={"dataset": "x"})
    assert await store.size(bucket, KEY) == len(data)
    assert await content(store, bucket, KEY) == data
    assert [[one.key for one in page] async for page in store.list_objects(bucket, "lab/")] == [[KEY]]
    await store.delete(bucket, KEY)
    await store.delete(bucket, KEY)
    assert await store.size(bucket, KEY) is None
    with pytest.raises(ObjectMissing):
        await content(store, bucket, KEY)


async def test_a_small_object_is_read_in_one_request_and_a_large_one_that_was_called_small_whole(store, bucket):
    for data in (b"", b"small", os.urandom(CHUNK), os.urandom(CHUNK + 1)):
        await store.put(bucket, KEY, data, md5=md5_of(data))
        assert b"".join([bytes(piece) async for piece in store.read(bucket, KEY, likely=5)]) == data
    await store.delete(bucket, KEY)
    with pytest.raises(ObjectMissing):
        [piece async for piece in store.read(bucket, KEY, likely=5)]


async def test_sizes_of_many_objects(store, bucket):
    sizes = {f"lab/mouse/2020-01-01/001/alf/{number:04}.ü.npy": number % 7 for number in range(90)}
    for key, size in sizes.items():
        await store.put(bucket, key, b"x" * size, md5=md5_of(b"x" * size))
    await store.put(bucket, "lab/mouse/2020-01-01/001/alf/other.npy", b"other", md5=md5_of(b"other"))
    missing = "lab/mouse/2020-01-01/001/alf/missing.npy"
    assert await store.sizes(bucket, [*sizes, missing]) == {**sizes, missing: None}  # by a listing and a question
    few = dict(list(sizes.items())[:3])
    assert await store.sizes(bucket, list(few)) == few
    assert await store.sizes(bucket, []) == {}
    with pytest.raises(Unavailable):
        await store.sizes("bregma-no-such-bucket", list(sizes))


async def test_a_missing_bucket_is_no_missing_object(store):
    with pytest.raises(Unavailable):
        await store.size("bregma-no-such-bucket", KEY)


async def test_a_store_that_is_away_has_lost_nothing(store, bucket, proxy):
    proxy.down()
    with pytest.raises(Unavailable):
        await store.list_parts(bucket, KEY, "x")


async def test_a_bucket_is_made_once(store, bucket):
    await store.ensure_bucket(bucket)
    await store.ensure_bucket(bucket)


async def test_multipart_uploads_are_listed_joined_and_given_up(store, bucket, presigner):
    parts = [os.urandom(5 * 2**20), b"the end"]
    upload = await store.create_multipart(bucket, KEY, {"dataset": "x"})
    for number, data in enumerate(parts, 1):
        signed = presigner.part(bucket, KEY, upload, number, size=len(data), md5=md5_of(data))
        assert (await send(signed, data)).status_code == 200
    listed = await store.list_parts(bucket, KEY, upload)
    assert [(one.number, one.size) for one in listed] == [(1, 5 * 2**20), (2, 7)]
    assert [one.upload_id for one in await store.list_multiparts(bucket)] == [upload]
    assert await store.complete_multipart(bucket, KEY, upload, listed)
    assert await content(store, bucket, KEY) == b"".join(parts)
    # the same call again finds the upload gone, and says so instead of failing
    assert await store.list_parts(bucket, KEY, upload) is None
    assert not await store.complete_multipart(bucket, KEY + "2", upload, listed)
    await store.abort_multipart(bucket, KEY, upload)


async def test_signed_uploads_refuse_other_bytes_sizes_and_metadata(store, bucket, presigner):
    data = b"spikes"
    signed = presigner.put(bucket, KEY, size=len(data), md5=md5_of(data), metadata={"dataset": "x"})
    assert (await send(signed, b"spikez")).status_code == 400  # contradicts Content-MD5
    assert (await send(signed, b"spikez", **{"Content-MD5": "xvWpGj3mU5Y8s0ETcXLiOg=="})).status_code == 403
    assert (await send(signed, data, **{"x-amz-meta-dataset": "y"})).status_code == 403
    longer = await send(signed, data + b"!", **{"Content-Length": str(len(data) + 1)})
    assert longer.status_code in (400, 403)
    assert await store.size(bucket, KEY) is None
    assert (await send(signed, data)).status_code == 200
    assert await content(store, bucket, KEY) == data


async def test_signed_urls_expire_and_cannot_be_bent_to_other_objects(store, bucket, presigner):
    await store.put(bucket, KEY, b"spikes", md5=md5_of(b"spikes"))
    async with httpx.AsyncClient() as http:
        signed = presigner.get(bucket, KEY, name="spikes.times.npy")
        answer = await http.get(signed.url)
        assert (answer.status_code, answer.content) == (200, b"spikes")
        assert answer.headers["content-disposition"] == 'attachment; filename="spikes.times.npy"'
        assert (await http.get(signed.url.replace("spikes", "spices"))).status_code == 403
        old = presigner.sign("GET", bucket, KEY, at=datetime.now(UTC) - timedelta(hours=2), seconds=60)
        assert (await http.get(old.url)).status_code == 403


async def test_the_probe_tells_what_the_store_enforces(store, bucket):
    found = await store.probe(bucket)
    assert found.content_md5
    assert found.ranges
    assert [page async for page in store.list_objects(bucket, ".probe/")] == [[]]
