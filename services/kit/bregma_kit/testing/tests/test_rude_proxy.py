"""The proxy refuses what AWS refuses, passes everything else unchanged, and misbehaves when told to."""

import hashlib
import os
import time

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


def put_url(store, bucket, key, **params):
    client = store.client(direct=False)
    return client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key, **params})


def get_url(store, bucket, key):
    return store.client(direct=False).generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})


def test_signed_put_and_get_pass_unchanged(object_store, bucket):
    body = os.urandom(3_000_000)
    assert httpx.put(put_url(object_store, bucket, "a/b.npy"), content=body).status_code == 200
    assert httpx.get(get_url(object_store, bucket, "a/b.npy")).content == body
    part = httpx.get(get_url(object_store, bucket, "a/b.npy"), headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, body[10:20])


def test_boto3_goes_through_it_with_its_own_signatures(object_store, bucket):
    client = object_store.client(direct=False)
    body = os.urandom(6 * 1024 * 1024)
    upload = client.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    parts = []
    for number in (1, 2):
        etag = client.upload_part(Bucket=bucket, Key="big", UploadId=upload, PartNumber=number, Body=body)["ETag"]
        parts.append({"ETag": etag, "PartNumber": number})
    client.complete_multipart_upload(Bucket=bucket, Key="big", UploadId=upload, MultipartUpload={"Parts": parts})
    assert client.head_object(Bucket=bucket, Key="big")["ContentLength"] == 2 * len(body)
    got = client.get_object(Bucket=bucket, Key="big")["Body"].read()
    assert hashlib.sha256(got).digest() == hashlib.sha256(body + body).digest()


@pytest.mark.parametrize("header", ["Authorization", "X-Auth-Token"])
def test_signed_request_with_a_token_is_refused(object_store, bucket, header):
    url = put_url(object_store, bucket, "x")
    answer = httpx.put(url, content=b"data", headers={header: "Token 0123"})
    assert answer.status_code == 400
    assert "Only one auth mechanism allowed" in answer.text
    assert object_store.client().list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_tampered_and_expired_urls_are_refused_by_the_store(object_store, bucket):
    url = put_url(object_store, bucket, "x")
    assert httpx.put(url.replace("/x?", "/y?"), content=b"data").status_code == 403
    expired = object_store.client(direct=False).generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": "x"}, ExpiresIn=1
    )
    time.sleep(2.1)  # the URL's clock counts whole seconds
    assert httpx.get(expired).status_code == 403


def test_body_that_contradicts_its_md5_is_refused_by_the_store(object_store, bucket):
    url = put_url(object_store, bucket, "x", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    answer = httpx.put(url, content=b"data", headers={"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="})
    assert answer.status_code == 400


def test_cut_in_the_upload_leaves_no_object_and_the_next_try_works(object_store, bucket, proxy):
    url = put_url(object_store, bucket, "x")
    proxy.cut_after(100_000, times=1)
    with pytest.raises(httpx.TransportError):
        httpx.put(url, content=bytes(1_000_000))
    assert object_store.client().list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    assert httpx.put(url, content=bytes(1_000_000)).status_code == 200


def test_cut_in_the_download(object_store, bucket, proxy):
    object_store.client().put_object(Bucket=bucket, Key="x", Body=bytes(1_000_000))
    proxy.cut_after(100_000, times=1, when=lambda request: request.method == "GET")
    got = []
    with httpx.stream("GET", get_url(object_store, bucket, "x")) as answer:
        pieces = answer.iter_bytes()
        with pytest.raises(httpx.TransportError):
            got.extend(pieces)
    assert len(b"".join(got)) == 100_000


def test_failing_store_and_its_recovery(object_store, bucket, proxy):
    proxy.fail(503, times=2)
    url = put_url(object_store, bucket, "x")
    assert [httpx.put(url, content=b"data").status_code for _ in range(3)] == [503, 503, 200]


def test_lying_store_changes_the_bytes_only(object_store, bucket, proxy):
    object_store.client().put_object(Bucket=bucket, Key="x", Body=b"data")
    proxy.lie(times=1)
    assert httpx.get(get_url(object_store, bucket, "x")).content == b"eata"
    assert httpx.get(get_url(object_store, bucket, "x")).content == b"data"


def test_store_that_is_away_and_comes_back(object_store, bucket, proxy):
    client = boto3.client(
        "s3", endpoint_url=object_store.endpoint, aws_access_key_id=object_store.access_key,
        aws_secret_access_key=object_store.secret_key, region_name=object_store.region,
        config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip
    client.list_objects_v2(Bucket=bucket)
    proxy.down()
    with pytest.raises((BotoCoreError, ClientError)):
        client.list_objects_v2(Bucket=bucket)
    proxy.up()
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_slow_store_still_delivers(object_store, bucket, proxy):
    object_store.client().put_object(Bucket=bucket, Key="x", Body=b"data" * 1000)
    proxy.slow(100_000)
    assert httpx.get(get_url(object_store, bucket, "x")).content == b"data" * 1000


def test_it_remembers_requests_without_what_would_let_anybody_repeat_them(object_store, bucket, proxy):
    httpx.put(put_url(object_store, bucket, "x"), content=b"data")
    object_store.client(direct=False).head_object(Bucket=bucket, Key="x")
    put, head = proxy.requests
    assert (put.method, put.path, put.presigned) == ("PUT", f"/{bucket}/x", True)
    assert (head.method, head.presigned) == ("HEAD", False)
    assert object_store.access_key not in repr(proxy.requests)
    assert "X-Amz-Signature" not in put.query
    assert "X-Amz-Expires" in put.query
