"""The object store: control by boto3 in threads, bulk reading by obstore, one kind of error for both."""

import asyncio
import posixpath
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from bregma_kit.errors import BregmaError, Unavailable
from bregma_kit.presign import Presigner, content_md5
from bregma_kit.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from obstore.store import S3Store

log = structlog.get_logger("objects")
CHUNK = 8 * 2**20
"""Bytes asked for at once: a request that short ends before any time-out, on slow stores too."""

_THREADS = 16
_PART, _MOST_PARTS = 16 * 2**20, 9_000
_WORTH_LISTING = 40
"""Single questions that cost a store about as much as one page of a listing."""
_MISSING = {"NoSuchKey", "404", "NotFound"}
_T = TypeVar("_T")


class ObjectMissing(BregmaError):
    """The store answers, and has no such object."""

    status = 404
    code = "object_missing"

    def __init__(self) -> None:
        super().__init__("The object store has no such object.")


class BucketMissing(Unavailable):
    """The store answers, and has no such bucket: nothing is known to be lost, and nothing can arrive."""

    hint = "an administrator must look at the store"

    def __init__(self, bucket: str = "") -> None:
        super().__init__(
            f"The object store has no bucket {bucket!r}." if bucket else "The object store has no such bucket."
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a multipart upload that the store has. Its ETag names it; it is no hash."""

    number: int
    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class OpenMultipart:
    """A multipart upload that nobody has ended."""

    key: str
    upload_id: str
    initiated: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """An object in a listing."""

    key: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a store was seen to enforce; uploads rely on the first, downloads on the second."""

    content_md5: bool
    ranges: bool
    sha256: bool
    no_overwrite: bool


class ObjectStore:
    """One S3 endpoint with one key pair; made once per process."""

    def __init__(self, settings: Settings) -> None:
        self._endpoint = settings.s3_endpoint
        self._access_key = settings.s3_access_key.get_secret_value()
        self._secret_key = settings.s3_secret_key.get_secret_value()
        self._region = settings.s3_region
        self._client: S3Client | None = None
        self._bulk: dict[str, S3Store] = {}
        self._buckets: dict[str, float] = {}
        self._threads = ThreadPoolExecutor(_THREADS, "s3")

    def close(self) -> None:
        """End the threads; calls under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    # control, by boto3

    def _boto(self) -> "S3Client":
        if self._client is None:
            import boto3
            from botocore.config import Config

            config = Config(
                signature_version="s3v4", s3={"addressing_style": "path"}, max_pool_connections=_THREADS,
                retries={"total_max_attempts": 3, "mode": "standard"}, connect_timeout=5, read_timeout=60,
                # the newer defaults add checksums that some stores do not know
                request_checksum_calculation="when_required", response_checksum_validation="when_required",
            )  # fmt: skip
            self._client = boto3.client(
                "s3", endpoint_url=self._endpoint, aws_access_key_id=self._access_key,
                aws_secret_access_key=self._secret_key, region_name=self._region, config=config,
            )  # fmt: skip
        return self._client

    async def _control(self, work: Callable[["S3Client"], _T]) -> _T:
        """Run a blocking call in a thread; what it raises is a ClientError the caller knows, or Unavailable."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(self._boto()))
        except BotoCoreError as error:
            log.warning("store_away", error=type(error).__name__)
            raise Unavailable("The object store does not answer.") from error
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if _code(error) == "NoSuchBucket":
                log.warning("store_refuses", code=_code(error), status=status)
                raise BucketMissing from error
            if status >= 500 or status in (401, 403, 429):
                log.warning("store_refuses", code=_code(error), status=status)
                raise Unavailable(f"The object store refuses: {_code(error)}.") from error
            raise

    async def _unless(self, codes: set[str], work: Callable[["S3Client"], _T]) -> _T | None:
        """Run a blocking call; None where the store answers with one of these codes."""
        from botocore.exceptions import ClientError

        try:
            return await self._control(work)
        except ClientError as error:
            if _code(error) in codes:
                return None
            raise Unavailable(f"The object store answers with an unexpected error: {_code(error)}.") from error

    async def has_bucket(self, bucket: str) -> bool:
        """Whether the store has a bucket."""
        return await self._unless(_MISSING, lambda s3: s3.head_bucket(Bucket=bucket)) is not None

    async def ensure_bucket(self, bucket: str) -> None:
        """Create a bucket unless it exists."""
        if await self.has_bucket(bucket):
            return
        place: Any = {}
        if self._region != "us-east-1":  # S3's own oddity: that region must not be named
            place = {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
        await self._unless({"BucketAlreadyOwnedByYou"}, lambda s3: s3.create_bucket(Bucket=bucket, **place))

    async def put(
        self, bucket: str, key: str, data: bytes, *, md5: str, metadata: Mapping[str, str] | None = None
    ) -> None:
        """Store a small object whose MD5 the store checks."""
        await self._unless(
            set(),
            lambda s3: s3.put_object(
                Bucket=bucket, Key=key, Body=data, ContentMD5=content_md5(md5), Metadata=dict(metadata or {})
            ),
        )

    async def delete(self, bucket: str, key: str) -> None:
        """Delete an object; one that is not there is deleted already."""
        await self._unless(_MISSING, lambda s3: s3.delete_object(Bucket=bucket, Key=key))

    async def create_multipart(self, bucket: str, key: str, metadata: Mapping[str, str] | None = None) -> str:
        """Begin a multipart upload and return the store's id of it."""
        answer = await self._unless(
            set(), lambda s3: s3.create_multipart_upload(Bucket=bucket, Key=key, Metadata=dict(metadata or {}))
        )
        assert answer is not None
        return str(answer["UploadId"])

    async def list_parts(self, bucket: str, key: str, upload_id: str) -> list[Part] | None:
        """Return the parts that the store has, in order; None when it does not know the upload (any more)."""

        def work(s3: "S3Client") -> list[Part]:
            pages = s3.get_paginator("list_parts").paginate(Bucket=bucket, Key=key, UploadId=upload_id)
            listed = [one for page in pages for one in page.get("Parts", [])]
            # SeaweedFS lists a part that was sent twice at the same time twice: the later one counts
            listed.sort(key=lambda one: (one["PartNumber"], one["LastModified"]))
            latest = {one["PartNumber"]: Part(one["PartNumber"], one["Size"], one["ETag"]) for one in listed}
            return list(latest.values())

        return await self._unless({"NoSuchUpload", *_MISSING}, work)

    async def knows_multipart(self, bucket: str, key: str, upload_id: str) -> bool:
        """Whether the store still knows a multipart upload; some forget old ones."""
        found = await self._unless(
            {"NoSuchUpload", *_MISSING},
            lambda s3: s3.list_parts(Bucket=bucket, Key=key, UploadId=upload_id, MaxParts=1),
        )
        return found is not None

    async def complete_multipart(self, bucket: str, key: str, upload_id: str, parts: Sequence[Part]) -> bool:
        """Join the parts to an object; False when the store does not know the upload (any more)."""
        listed: Any = {"Parts": [{"PartNumber": one.number, "ETag": one.etag} for one in parts]}
        done = await self._unless(
            {"NoSuchUpload", *_MISSING},
            lambda s3: s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload=listed),
        )
        return done is not None

    async def abort_multipart(self, bucket: str, key: str, upload_id: str) -> None:
        """Give a multipart upload up; one that is not there is given up already."""
        await self._unless(
            {"NoSuchUpload", *_MISSING},
            lambda s3: s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id),
        )

    async def list_multiparts(self, bucket: str) -> list[OpenMultipart]:
        """Return the multipart uploads that nobody has ended."""

        def work(s3: "S3Client") -> list[OpenMultipart]:
            pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket)
            return [
                OpenMultipart(one["Key"], one["UploadId"], one["Initiated"])
                for page in pages for one in page.get("Uploads", [])
            ]  # fmt: skip

        return await self._unless(set(), work) or []

    async def list_objects(self, bucket: str, prefix: str = "") -> AsyncIterator[list[Listed]]:
        """Return the objects below a prefix, page by page."""
        token = ""
        while True:
            more: dict[str, Any] = {"ContinuationToken": token} if token else {}
            work = partial(_list_page, Bucket=bucket, Prefix=prefix, **more)
            page: Any = await self._unless(set(), work)
            yield [Listed(one["Key"], one["Size"], one["LastModified"]) for one in page.get("Contents", [])]
            token = page.get("NextContinuationToken", "")
            if not page.get("IsTruncated") or not token:
                return

    # bulk, by obstore

    def _store(self, bucket: str) -> "S3Store":
        if bucket not in self._bulk:
            from obstore.store import S3Store

            self._bulk[bucket] = S3Store(
                bucket, endpoint=self._endpoint, access_key_id=self._access_key, region=self._region,
                secret_access_key=self._secret_key, virtual_hosted_style_request=False,
                client_options={"allow_http": True, "timeout": "60s", "connect_timeout": "5s"},
                retry_config={"max_retries": 3, "retry_timeout": _seconds(90)},
            )  # fmt: skip
        return self._bulk[bucket]

    async def size(self, bucket: str, key: str) -> int | None:
        """Return an object's size; None if the store answers that it has no such object."""
        import obstore

        try:
            return int((await obstore.head_async(self._store(bucket), key))["size"])
        except FileNotFoundError:
            await self._bucket_is_there(bucket)
            return None
        except ValueError:  # a key that no store takes, as with a line break in it: nothing lies there
            return None
        except obstore.exceptions.BaseError as error:
            raise _away(error) from error

    async def sizes(self, bucket: str, keys: Sequence[str]) -> dict[str, int | None]:
        """Return the sizes of objects; of many below one folder by a listing, which costs the store a request in a thousand.

        A listing may be old or long: what it does not show in as many pages as single questions are worth is asked for.
        """
        found: dict[str, int] = {}
        wanted = set(keys)
        folder = posixpath.commonpath([posixpath.dirname(key) for key in wanted]) if wanted else ""
        if folder and len(wanted) >= _WORTH_LISTING:
            pages = 0
            async for page in self.list_objects(bucket, f"{folder}/"):
                found |= {one.key: one.size for one in page if one.key in wanted}
                pages += 1
                if len(found) == len(wanted) or pages * _WORTH_LISTING >= len(wanted):
                    break
        gate = asyncio.Semaphore(_THREADS)

        async def ask(key: str) -> int | None:
            async with gate:
                return await self.size(bucket, key)

        left = [key for key in wanted if key not in found]
        return {**found, **dict(zip(left, await asyncio.gather(*map(ask, left)), strict=True))}

    async def read(self, bucket: str, key: str, likely: int = CHUNK + 1) -> AsyncIterator[memoryview]:
        """Stream an object in pieces of at most 8 MiB, the next one on its way while one is looked at.

        An object that is likely small is asked for whole, without a question for its size. Raises ObjectMissing, or
        Unavailable: a store that cannot be asked has lost nothing.
        """
        if likely <= CHUNK:
            whole = await self._whole(bucket, key)
            if whole is not None:
                yield whole
                return
        size = await self.size(bucket, key)
        if size is None:
            raise ObjectMissing
        coming: asyncio.Task[memoryview] | None = None
        try:
            for start in range(0, size, CHUNK):
                coming = coming or asyncio.create_task(self._range(bucket, key, start, min(start + CHUNK, size)))
                piece = await coming
                following = start + CHUNK
                coming = None
                if following < size:
                    end = min(following + CHUNK, size)
                    coming = asyncio.create_task(self._range(bucket, key, following, end))
                yield piece
        finally:
            if coming is not None:
                coming.cancel()

    async def _whole(self, bucket: str, key: str) -> memoryview | None:
        """Return a small object in one request; None if it turns out to be a large one."""
        import obstore

        try:
            answer = await obstore.get_async(self._store(bucket), key)
            return memoryview(await answer.bytes_async()) if answer.meta["size"] <= CHUNK else None
        except FileNotFoundError:
            await self._bucket_is_there(bucket)
            raise ObjectMissing from None
        except obstore.exceptions.BaseError as error:
            raise _away(error) from error

    async def send(
        self, bucket: str, key: str, pieces: AsyncIterator[bytes], size: int, metadata: Mapping[str, str] | None = None
    ) -> None:
        """Store an object of any size from a stream, a large one in parts; whoever needs to be sure reads it back.

        What ``pieces`` raises ends it, and nothing appears under the key.
        """
        import obstore

        attributes: Any = {"Content-Type": "application/octet-stream", **(metadata or {})}
        part = max(_PART, -(-size // _MOST_PARTS))
        try:
            await obstore.put_async(
                self._store(bucket), key, pieces, attributes=attributes, use_multipart=size > part, chunk_size=part,
                max_concurrency=4,
            )  # fmt: skip
        except obstore.exceptions.BaseError as error:
            raise _away(error) from error

    async def discard(self, bucket: str, key: str) -> None:
        """Remove an object, and the parts of it that somebody left before there was one."""
        for one in await self.list_multiparts(bucket):
            if one.key == key:
                await self.abort_multipart(bucket, key, one.upload_id)
        await self.delete(bucket, key)

    async def _range(self, bucket: str, key: str, start: int, end: int) -> memoryview:
        import obstore

        try:
            return memoryview(await obstore.get_range_async(self._store(bucket), key, start=start, end=end))
        except FileNotFoundError:
            await self._bucket_is_there(bucket)
            raise ObjectMissing from None
        except obstore.exceptions.BaseError as error:
            raise _away(error) from error

    def piece(self, bucket: str, key: str, start: int, end: int) -> bytes:
        """Return bytes ``start`` to ``end`` of an object; for work in threads, where it blocks nobody else."""
        import obstore

        if start >= end:
            return b""
        try:
            return bytes(obstore.get_range(self._store(bucket), key, start=start, end=end))
        except FileNotFoundError:
            raise ObjectMissing from None
        except obstore.exceptions.BaseError as error:
            raise _away(error) from error

    async def _bucket_is_there(self, bucket: str) -> None:
        """Tell a missing object from a missing bucket, which both are 404: the second loses nobody's bytes."""
        if time.monotonic() - self._buckets.get(bucket, float("-inf")) < 10:
            return
        if not await self.has_bucket(bucket):
            raise BucketMissing(bucket)
        self._buckets[bucket] = time.monotonic()

    # what the store can be trusted with

    async def probe(self, bucket: str) -> Capabilities:
        """Try what uploads and downloads rely on, with objects of our own below ``.probe/``."""
        import hashlib
        from base64 import b64encode

        key = f".probe/{secrets.token_hex(8)}"
        body, other = b"bregma probe", hashlib.md5(b"other", usedforsecurity=False).hexdigest()
        wrong = b64encode(hashlib.sha256(b"other").digest()).decode()
        try:
            md5 = await self._refuses(
                lambda s3: s3.put_object(Bucket=bucket, Key=key, Body=body, ContentMD5=content_md5(other))
            )
            sha256 = await self._refuses(
                lambda s3: s3.put_object(Bucket=bucket, Key=key, Body=body, ChecksumSHA256=wrong)
            )
            right = hashlib.md5(body, usedforsecurity=False).hexdigest()
            await self.put(bucket, key, body, md5=right)
            once = await self._refuses(lambda s3: s3.put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*"))
            part = await self._control(
                lambda s3: s3.get_object(Bucket=bucket, Key=key, Range="bytes=2-5")["Body"].read()
            )
        finally:
            await self.delete(bucket, key)
        found = Capabilities(content_md5=md5, ranges=part == body[2:6], sha256=sha256, no_overwrite=once)
        if not (found.content_md5 and found.ranges):
            log.error("store_too_lax", content_md5=found.content_md5, ranges=found.ranges)
        return found

    async def _refuses(self, work: Callable[["S3Client"], Any]) -> bool:
        from botocore.exceptions import ClientError

        try:
            await self._control(work)
        except ClientError:
            return True
        return False


def store_of(extras: Mapping[str, Any]) -> ObjectStore:
    """Return the process's object store; raises Unavailable where none is configured."""
    store = extras.get("store")
    if not isinstance(store, ObjectStore):
        raise Unavailable(
            "No object store is configured for this installation.", hint="set BREGMA_S3_ENDPOINT and its keys"
        )
    return store


def presigner_of(extras: Mapping[str, Any]) -> Presigner:
    """Return the process's signer; raises Unavailable where no object store is configured."""
    store_of(extras)
    signer = extras["presigner"]
    assert isinstance(signer, Presigner)
    return signer


def _list_page(s3: "S3Client", **what: Any) -> Any:
    return s3.list_objects_v2(**what)


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def _seconds(count: int) -> Any:
    from datetime import timedelta

    return timedelta(seconds=count)


def _away(error: Exception) -> Unavailable:
    # the message of the library holds addresses, never keys or signatures; still, its first line is enough
    log.warning("store_away", error=type(error).__name__)
    return Unavailable("The object store does not answer as it should.")
