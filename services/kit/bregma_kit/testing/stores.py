"""The test object store: SeaweedFS behind a proxy that is as strict as AWS, or an endpoint of BREGMA_TEST_S3."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bregma_kit.testing.rude_proxy import RudeProxy

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """A store that tests may fill. ``endpoint`` leads through the proxy, ``direct_endpoint`` past it."""

    endpoint: str
    direct_endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    region: str
    proxy: RudeProxy | None

    def client(self, *, direct: bool = True) -> "S3Client":
        """Return a boto3 client; direct by default, so that a test's own look at the store never misbehaves."""
        from bregma_kit.local.seaweedfs import s3_client

        endpoint = self.direct_endpoint if direct else self.endpoint
        return s3_client(endpoint, self.access_key, self.secret_key, self.region)


@contextmanager
def running_store(folder: Path) -> Iterator[ObjectStore]:
    """Lend the endpoint of BREGMA_TEST_S3, or a SeaweedFS of our own; behind the proxy unless it speaks TLS."""
    external = os.environ.get("BREGMA_TEST_S3")
    if external:
        keys = os.environ["BREGMA_TEST_S3_ACCESS_KEY"], os.environ["BREGMA_TEST_S3_SECRET_KEY"]
        region = os.environ.get("BREGMA_TEST_S3_REGION", "us-east-1")
        if external.startswith("https:"):  # its signatures cover a host name that the proxy cannot have
            yield ObjectStore(external, external, *keys, region, None)
            return
        with RudeProxy(external) as proxy:
            yield ObjectStore(proxy.endpoint, external, *keys, region, proxy)
        return
    from bregma_kit.local.seaweedfs import LocalSeaweed

    store = LocalSeaweed(folder / "store", folder / "store.log").start()
    try:
        with RudeProxy(store.endpoint) as proxy:
            yield ObjectStore(proxy.endpoint, store.endpoint, store.access_key, store.secret_key, store.region, proxy)
    finally:
        store.kill()  # nobody needs what is in it; an orderly stop takes two seconds


@contextmanager
def fresh_bucket(store: ObjectStore) -> Iterator[str]:
    """Lend a new empty bucket; everything in it is removed afterwards, since each bucket takes disk and memory."""
    name = f"bregma-test-{secrets.token_hex(6)}"
    client = store.client()
    client.create_bucket(Bucket=name)
    try:
        yield name
    finally:
        _remove(client, name)


def _remove(client: "S3Client", bucket: str) -> None:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        found = [{"Key": item["Key"]} for item in page.get("Contents", [])]
        if found:
            client.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True})  # type: ignore[typeddict-item]
    for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
        client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    client.delete_bucket(Bucket=bucket)
