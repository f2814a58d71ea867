"""What Bregma relies on in an object store, each promise tried by two clients that share no code.

Runs on the embedded SeaweedFS, and also on the endpoint named by BREGMA_TEST_S3, with BREGMA_TEST_S3_ACCESS_KEY and
BREGMA_TEST_S3_SECRET_KEY (and BREGMA_TEST_S3_REGION); buckets of its own are made there and removed.
"""

import hashlib
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from bregma_kit.local.capabilities import probe
from bregma_kit.testing.stores import fresh_bucket, running_store

from tests.contract.store_clients import Client, Ours, Refused, Theirs

MIB = 2**20
KEY = "lab/subject/2020-01-01/001/alf/probe00/spikes.times.npy"
ODD = [
    "a/#2020-01-01#/b.npy", "a/two words.npy", "a/Mäuschen ü.npy", "a/plus+and&=.npy", "a/100%.npy", "a/it's(1)~!*.npy",
    "a/日本語.npy", "a/%23.npy", "a/b;c,d:@$.npy", "a/?x=1.npy",
]  # fmt: skip
"""No empty folder among them: SeaweedFS makes a//b of it a/b, and no key of ours has one."""

EMBEDDED, EXTERNAL = "embedded", "BREGMA_TEST_S3"


http = httpx.Client(timeout=60)


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@pytest.fixture(scope="module", params=[EMBEDDED, *([EXTERNAL] if EXTERNAL in os.environ else [])])
def store(request, tmp_path_factory):
    """Each store that is to keep the contract, behind the proxy that is as strict as AWS about tokens."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == EMBEDDED:
            patch.delenv(EXTERNAL, raising=False)
        with running_store(tmp_path_factory.mktemp("store")) as one:
            yield one


@pytest.fixture(scope="module")
def bucket(store):
    with fresh_bucket(store) as name:
        yield name


@pytest.fixture(params=[Ours, Theirs], ids=["ours", "minio"])
def client(request, store, bucket) -> Client:
    one = request.param(store, bucket)
    yield one
    one.close()


@pytest.fixture
def other(client, store, bucket) -> Client:
    """The other client, which sees what the first has done."""
    one = (Theirs if isinstance(client, Ours) else Ours)(store, bucket)
    yield one
    one.close()


@pytest.fixture
def key(request):
    """A key of this test's own."""
    return f"{re.sub('[^a-z0-9]+', '-', request.node.name.lower())}/{KEY}"


def put(signed, data: bytes, **headers: str) -> httpx.Response:
    url, bound = signed
    return http.put(url, content=data, headers={**bound, **headers})


# objects


def test_what_one_writes_the_other_reads(client, other, key):
    data = os.urandom(9 * MIB + 17)
    client.put(key, data, {"dataset": "d1", "md5": md5_of(data)})
    assert other.get(key) == data
    assert other.size(key) == len(data)
    assert other.head(key)[1] == {"dataset": "d1", "md5": md5_of(data)}
    assert other.get_range(key, 8 * MIB - 3, 100) == data[8 * MIB - 3 : 8 * MIB + 97]


def test_a_missing_object_is_missing_and_deleting_it_again_does_no_harm(client, other, key):
    assert client.get(key) is None
    assert client.size(key) is None
    other.put(key, b"x")
    client.delete(key)
    client.delete(key)
    assert other.size(key) is None
    assert http.get(other.sign_get(key)).status_code == 404


@pytest.mark.parametrize("odd", ODD)
def test_odd_keys_are_kept_letter_by_letter(client, other, key, odd):
    whole = f"{key}/{odd}"
    assert put(client.sign_put(whole, md5_of(b"odd"), 3), b"odd").status_code == 200
    assert [name for name, _ in other.keys(f"{key}/")] == [whole]
    assert http.get(other.sign_get(whole)).content == b"odd"
    assert other.get(whole) == b"odd"
    client.copy(whole, f"{whole}.copy")
    assert other.get(f"{whole}.copy") == b"odd"
    other.delete(whole)
    assert client.size(whole) is None


def test_listing_is_whole_in_order_and_below_the_prefix_only(client, other, key):
    names = [f"{key}/{n:04d}.npy" for n in range(1005)]  # more than one page
    signed = [client.sign_put(name, md5_of(b"x"), 1) for name in names]
    with ThreadPoolExecutor(8) as pool:
        assert {one.status_code for one in pool.map(lambda one: put(one, b"x"), signed)} == {200}
    client.put(f"{key}-beside", b"y")
    for one in (client, other):
        assert one.keys(f"{key}/") == [(name, 1) for name in names]
    assert other.keys(f"{key}/09") == [(name, 1) for name in names if "/09" in name]
    assert other.keys(f"{key}/no-such/") == []


def test_server_side_copy_keeps_bytes_and_metadata(client, other, key):
    data = os.urandom(6 * MIB)
    client.put(key, data, {"dataset": "d1"})
    client.copy(key, f"{key}.copy")
    client.delete(key)
    assert other.get(f"{key}.copy") == data
    assert other.head(f"{key}.copy")[1] == {"dataset": "d1"}
    with pytest.raises(Refused, match="NoSuchKey"):
        client.copy(key, f"{key}.again")


def test_conditions(client, other, key):
    assert client.put_once(key, b"first")
    assert not client.put_once(key, b"second")
    assert other.get(key) == b"first"
    etag, _ = other.head(key)
    assert client.get_unless(key, etag) is None
    assert client.get_unless(key, '"0123"') == b"first"
    signed = client.sign_get(key)
    assert http.get(signed, headers={"If-Match": '"0123"'}).status_code == 412
    assert http.get(signed, headers={"If-Match": etag}).content == b"first"


# downloads


def test_ranges(client, other, key):
    data = os.urandom(100_000)
    other.put(key, data)
    url = client.sign_get(key)
    for asked, wanted in (
        ("bytes=0-99", data[:100]), ("bytes=500-1499", data[500:1500]), ("bytes=99990-", data[99990:]),
        ("bytes=-7", data[-7:]), ("bytes=99999-200000", data[99999:]),
    ):  # fmt: skip
        answer = http.get(url, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (206, wanted), asked
        assert answer.headers["Content-Range"].endswith("/100000")
    assert http.get(url, headers={"Range": "bytes=100000-"}).status_code == 416
    assert http.get(url).headers["Accept-Ranges"] == "bytes"


def test_a_browser_saves_it_by_its_clean_name(client, other, key):
    other.put(key, b"x")
    answer = http.get(client.sign_get(key, name="spikes.times.npy"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="spikes.times.npy"'


# signed addresses


def test_signed_addresses_expire(client, other, key):
    other.put(key, b"x")
    assert http.get(client.sign_get(key, seconds=60, ago=30)).status_code == 200
    assert http.get(client.sign_get(key, seconds=60, ago=61)).status_code == 403
    late = client.sign_put(f"{key}2", md5_of(b"x"), 1, seconds=60, ago=61)
    assert put(late, b"x").status_code == 403
    assert other.size(f"{key}2") is None


def test_signed_addresses_cannot_be_bent(client, other, key):
    for name in (key, f"{key}2"):
        other.put(name, b"x")
    url = client.sign_get(key)
    signature = re.search("X-Amz-Signature=([0-9a-f]+)", url)[1]
    other_signature = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    for bent in (
        url.replace("spikes.times.npy", "spikes.times.npy2"), url.replace("X-Amz-Expires=3600", "X-Amz-Expires=360000"),
        url.replace(signature, other_signature), url + "&response-content-type=text/html",
        re.sub("&?X-Amz-Signature=[0-9a-f]+", "", url),
    ):  # fmt: skip
        assert bent != url
        assert http.get(bent).status_code in (400, 403), bent
    # an address to read is none to write or to delete with, and the other way round
    assert http.put(url, content=b"y").status_code == 403
    assert http.delete(url).status_code == 403
    assert http.get(client.sign_put(key, md5_of(b"x"), 1)[0]).status_code == 403
    assert http.get(url.partition("?")[0]).status_code == 403
    assert other.get(key) == b"x"


def test_a_body_that_contradicts_its_md5_is_refused(client, other, key):
    signed = client.sign_put(key, md5_of(b"spikes"), 6)
    answer = put(signed, b"spikez")
    assert (answer.status_code, "Digest" in answer.text) == (400, True), answer.text
    assert other.size(key) is None
    assert put(signed, b"spikes").status_code == 200
    assert other.get(key) == b"spikes"
    upload = client.begin(f"{key}2")
    part = client.sign_part(f"{key}2", upload, 1, md5_of(b"spikes"), 6)
    assert put(part, b"spikez").status_code == 400
    assert other.parts(f"{key}2", upload) == []
    client.give_up(f"{key}2", upload)


def test_our_signatures_bind_hash_size_and_metadata(store, bucket, key):
    ours, theirs = Ours(store, bucket), Theirs(store, bucket)
    url, headers = ours.sign_put(key, md5_of(b"spikes"), 6)
    assert http.put(url, content=b"spikez").status_code == 403  # without the header
    other_hash = ours.sign_put(key, md5_of(b"spikez"), 6)[1]
    assert http.put(url, content=b"spikez", headers=other_hash).status_code == 403
    assert http.put(url, content=b"spikes!", headers={**headers, "Content-Length": "7"}).status_code in (400, 403)
    signed = ours._signer.put(bucket, key, size=6, md5=md5_of(b"spikes"), metadata={"dataset": "d1"})
    wrong = {**signed.headers, "x-amz-meta-dataset": "d2"}
    assert http.put(signed.url, content=b"spikes", headers=wrong).status_code == 403
    assert theirs.size(key) is None
    assert http.put(signed.url, content=b"spikes", headers=dict(signed.headers)).status_code == 200
    assert theirs.head(key)[1] == {"dataset": "d1"}


@pytest.mark.parametrize("header", [{"Authorization": "Token 0123"}, {"Authorization": "Basic eDp5"}])
def test_a_signed_request_with_a_token_is_refused(client, other, key, header):
    other.put(key, b"x")
    assert http.get(client.sign_get(key), headers=header).status_code == 400
    assert put(client.sign_put(f"{key}2", md5_of(b"x"), 1), b"x", **header).status_code == 400
    assert other.size(f"{key}2") is None


def test_sha256_is_enforced_where_the_probe_says_so(store, bucket, key):
    found = probe(store.client(), bucket)
    assert found.missing == []
    if not found.checksum_sha256:
        pytest.skip("this store does not verify x-amz-checksum-sha256, and the probe says so")
    wrong = {"x-amz-checksum-sha256": "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="}
    ours, theirs = Ours(store, bucket), Theirs(store, bucket)
    signed = ours._signer.sign("PUT", bucket, key, headers=wrong)
    assert http.put(signed.url, content=b"x", headers=wrong).status_code == 400
    assert not theirs.put_with(key, b"x", wrong)
    assert ours.size(key) is None


# multipart uploads


def test_parts_are_listed_joined_and_then_gone(client, other, key):
    pieces = {1: os.urandom(5 * MIB), 2: os.urandom(5 * MIB), 3: b"the end"}
    upload = client.begin(key, {"dataset": "d1"})
    assert (key, upload) in other.open_uploads()
    for number in (3, 1, 2):  # in any order
        piece = pieces[number]
        assert put(client.sign_part(key, upload, number, md5_of(piece), len(piece)), piece).status_code == 200
        assert other.size(key) is None  # nothing is seen before the end
    sizes = [(number, len(piece)) for number, piece in pieces.items()]
    assert other.parts(key, upload) == sizes
    assert other.parts(key, upload) == sizes  # as often as one likes
    assert other.join(key, upload)
    assert client.get(key) == b"".join(pieces.values())
    assert client.head(key)[1] == {"dataset": "d1"}
    # an upload that was joined is as unknown as one that never was
    assert client.parts(key, upload) is None
    assert not other.join(key, upload) or other.get(key) == b"".join(pieces.values())
    assert (key, upload) not in client.open_uploads()


def test_a_part_sent_again_counts_once_with_its_last_bytes(client, other, key):
    upload = client.begin(key)
    first, second = os.urandom(5 * MIB), os.urandom(5 * MIB)
    for piece in (first, second):
        assert put(client.sign_part(key, upload, 1, md5_of(piece), len(piece)), piece).status_code == 200
        # SeaweedFS tells two parts of one number apart by the second. Ours have the same bytes, or they are quarantined
        time.sleep(1.1)
    with ThreadPoolExecutor(4) as pool:
        signed = client.sign_part(key, upload, 2, md5_of(b"end"), 3)
        assert {one.status_code for one in pool.map(lambda _: put(signed, b"end"), range(4))} == {200}
    assert other.parts(key, upload) == [(1, 5 * MIB), (2, 3)]
    assert client.join(key, upload)
    assert other.get(key) == second + b"end"


def test_what_was_given_up_is_unknown_and_takes_nothing_more(client, other, key):
    upload = client.begin(key)
    signed = client.sign_part(key, upload, 1, md5_of(b"x"), 1)
    assert put(signed, b"x").status_code == 200
    other.give_up(key, upload)
    other.give_up(key, upload)
    assert client.parts(key, upload) is None
    assert not client.join(key, upload)
    late = put(signed, b"x")
    assert (late.status_code, "NoSuchUpload" in late.text) == (404, True), late.text
    assert (key, upload) not in other.open_uploads()
    assert other.size(key) is None


def test_an_unknown_upload_is_told_from_a_missing_object(client, key):
    never = "0123456789abcdef0123456789abcdef"
    assert client.parts(key, never) is None
    assert not client.join(key, never)
    client.give_up(key, never)


def test_two_uploads_of_one_key_do_not_mix(client, other, key):
    one, two = client.begin(key), other.begin(key)
    assert one != two
    assert put(client.sign_part(key, one, 1, md5_of(b"one"), 3), b"one").status_code == 200
    assert put(client.sign_part(key, two, 1, md5_of(b"two!"), 4), b"two!").status_code == 200
    assert (other.parts(key, one), other.parts(key, two)) == ([(1, 3)], [(1, 4)])
    assert client.join(key, two)
    client.give_up(key, one)
    assert other.get(key) == b"two!"


def test_odd_keys_in_parts(client, other, key):
    for odd in ODD:
        whole = f"{key}/{odd}"
        upload = client.begin(whole)
        assert put(client.sign_part(whole, upload, 1, md5_of(b"x"), 1), b"x").status_code == 200
        assert upload in {one for _, one in other.open_uploads()}
        assert other.join(whole, upload)
        assert client.get(whole) == b"x"


def test_a_stream_that_the_other_client_cuts_itself_is_read_back_whole(store, bucket, key):
    data = os.urandom(13 * MIB)
    Theirs(store, bucket).put_in_parts(key, data, 5 * MIB)
    assert Ours(store, bucket).get(key) == data


def test_the_store_has_an_origin_of_its_own(client, key):
    """Nothing of ours is in front of its paths: bucket and key are the whole path."""
    url = urlsplit(client.sign_get(key))
    assert url.path.count("/") == key.count("/") + 2
