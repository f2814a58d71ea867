"""What an S3 endpoint really enforces, found out by trying, since servers differ in what they silently ignore."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BODY = b"Bregma asks what this store enforces.\n"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Each field tells whether the store was seen to do it."""

    ranges: bool
    content_md5: bool
    checksum_sha256: bool
    conditional_put: bool

    def as_dict(self) -> dict[str, bool]:
        """Return them by name, to be kept and shown."""
        return asdict(self)

    @property
    def missing(self) -> list[str]:
        """What Bregma cannot do without, as sentences; empty if the store will do."""
        found = []
        if not self.ranges:
            found.append("It ignores Range, so that large files could not be resumed or read in slices.")
        if not self.content_md5:
            found.append(
                "It stores a body that contradicts its Content-MD5, so that a damaged upload would be accepted."
            )
        return found

    @property
    def warnings(self) -> list[str]:
        """What works less well on this store, as sentences."""
        found = []
        if not self.checksum_sha256:
            found.append(
                "It does not verify x-amz-checksum-sha256; uploads are checked by MD5 on the way and by us later."
            )
        if not self.conditional_put:
            found.append("It ignores If-None-Match, so that it would not itself refuse to overwrite an object.")
        return found


def probe(client: "S3Client", bucket: str) -> Capabilities:
    """Write, read and remove a few small objects and note what the store refuses."""
    key = f"_probe/{secrets.token_hex(8)}"
    wrong_md5 = base64.b64encode(hashlib.md5(b"other", usedforsecurity=False).digest()).decode()
    wrong_sha256 = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    try:
        client.put_object(Bucket=bucket, Key=key, Body=_BODY)
        return Capabilities(
            ranges=_range_works(client, bucket, key),
            content_md5=_refuses(
                lambda: client.put_object(Bucket=bucket, Key=f"{key}.md5", Body=_BODY, ContentMD5=wrong_md5), 400
            ),
            checksum_sha256=_refuses(
                lambda: client.put_object(Bucket=bucket, Key=f"{key}.sha", Body=_BODY, ChecksumSHA256=wrong_sha256), 400
            ),
            conditional_put=_refuses(
                lambda: client.put_object(Bucket=bucket, Key=key, Body=_BODY, IfNoneMatch="*"), 409, 412
            ),
        )
    finally:
        for name in (key, f"{key}.md5", f"{key}.sha"):
            client.delete_object(Bucket=bucket, Key=name)


def _range_works(client: "S3Client", bucket: str, key: str) -> bool:
    answer = client.get_object(Bucket=bucket, Key=key, Range="bytes=7-10")
    return answer["ResponseMetadata"]["HTTPStatusCode"] == 206 and answer["Body"].read() == _BODY[7:11]


def _refuses(call: Callable[[], object], *statuses: int) -> bool:
    """Tell whether the store answers a faulty request with one of these; its own failures are not swallowed."""
    from botocore.exceptions import ClientError

    try:
        call()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status in statuses:
            return True
        if status == 501:  # "not implemented" is an answer, too
            return False
        raise
    return False
