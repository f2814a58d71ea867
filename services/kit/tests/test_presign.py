"""Our signatures against botocore's, for keys and values that are easy to encode wrongly."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlsplit

import boto3
import pytest
from botocore.config import Config
from bregma_kit.presign import Presigner, Signed, content_md5, disposition
from hypothesis import given, settings
from hypothesis import strategies as st

ACCESS, SECRET, REGION, BUCKET = "AKEXAMPLE", "not/a+secret", "eu-west-3", "bregma-test"
MD5 = "d41d8cd98f00b204e9800998ecf8427e"

# no "." or ".." segments and no leading slash: HTTP clients rewrite those paths before anybody sees them
keys = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=60).filter(
    lambda key: not key.startswith("/") and not {"", ".", ".."} & set(key.split("/"))
)


def boto(endpoint: str):
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    return boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id=ACCESS, aws_secret_access_key=SECRET, region_name=REGION,
        config=config,
    )  # fmt: skip


CLIENTS = {endpoint: boto(endpoint) for endpoint in ("http://127.0.0.1:9000", "https://s3.example.org")}


def same(ours: Signed, theirs: str) -> None:
    a, b = urlsplit(ours.url), urlsplit(theirs)
    assert (a.scheme, a.netloc, unquote(a.path)) == (b.scheme, b.netloc, unquote(b.path))
    assert dict(parse_qsl(a.query, keep_blank_values=True)) == dict(parse_qsl(b.query, keep_blank_values=True))


def moment(url: str) -> datetime:
    stamp = dict(parse_qsl(urlsplit(url).query))["X-Amz-Date"]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@pytest.mark.parametrize("endpoint", CLIENTS)
@settings(max_examples=60, deadline=None)
@given(key=keys, name=st.text(max_size=30), seconds=st.integers(1, 604800))
def test_downloads_are_signed_as_botocore_signs_them(endpoint, key, name, seconds):
    header = disposition(name)
    theirs = CLIENTS[endpoint].generate_presigned_url(
        "get_object", {"Bucket": BUCKET, "Key": key, "ResponseContentDisposition": header}, seconds
    )
    ours = Presigner(endpoint, ACCESS, SECRET, REGION).sign(
        "GET", BUCKET, key, query={"response-content-disposition": header}, at=moment(theirs), seconds=seconds
    )
    same(ours, theirs)


@settings(max_examples=60, deadline=None)
@given(key=keys, size=st.integers(1, 5 * 2**30))
def test_uploads_bind_checksum_size_and_metadata(key, size):
    endpoint = "http://127.0.0.1:9000"
    headers = {"Content-MD5": content_md5(MD5), "Content-Length": str(size), "x-amz-meta-dataset": "abc"}
    theirs = CLIENTS[endpoint].generate_presigned_url(
        "put_object",
        {"Bucket": BUCKET, "Key": key, "ContentMD5": content_md5(MD5), "ContentLength": size,
         "Metadata": {"dataset": "abc"}},
        600,
    )  # fmt: skip
    ours = Presigner(endpoint, ACCESS, SECRET, REGION).sign(
        "PUT", BUCKET, key, headers=headers, at=moment(theirs), seconds=600
    )
    assert ours.headers == headers
    assert "X-Amz-SignedHeaders=content-length%3Bcontent-md5%3Bhost%3Bx-amz-meta-dataset" in ours.url
    same(ours, theirs)


@settings(max_examples=40, deadline=None)
@given(key=keys, upload=st.text(min_size=1, max_size=40), number=st.integers(1, 10000))
def test_parts_are_signed_as_botocore_signs_them(key, upload, number):
    endpoint = "http://127.0.0.1:9000"
    theirs = CLIENTS[endpoint].generate_presigned_url(
        "upload_part",
        {"Bucket": BUCKET, "Key": key, "UploadId": upload, "PartNumber": number, "ContentMD5": content_md5(MD5),
         "ContentLength": 7},
        600,
    )  # fmt: skip
    ours = Presigner(endpoint, ACCESS, SECRET, REGION).sign(
        "PUT", BUCKET, key, headers={"Content-MD5": content_md5(MD5), "Content-Length": "7"},
        query={"partNumber": str(number), "uploadId": upload}, at=moment(theirs), seconds=600,
    )  # fmt: skip
    same(ours, theirs)


def test_an_address_with_a_path_is_refused_at_once():
    with pytest.raises(ValueError, match="without a path"):
        Presigner("https://lab.example.org/store", ACCESS, SECRET, REGION)


def test_a_signed_url_does_not_show_up_where_objects_are_printed():
    assert "X-Amz-Signature" not in repr(Presigner("http://s3", ACCESS, SECRET, REGION).get(BUCKET, "a"))
