"""Two clients of an S3 store that share no code, in one shape: ours (boto3, obstore, our own signatures) and the minio SDK.

What Bregma does not yet do itself, such as copying inside a store, the first one does by boto3.
"""

import asyncio
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from bregma_kit.objects import ObjectMissing, ObjectStore, Part
from bregma_kit.presign import Presigner, content_md5
from bregma_kit.settings import Settings
from bregma_kit.testing.stores import ObjectStore as TestStore
from minio import Minio
from minio.commonconfig import CopySource
from minio.datatypes import Part as MinioPart
from minio.error import S3Error

HOUR = 3600
Signed = tuple[str, dict[str, str]]


class Refused(Exception):
    """The store said no; the argument is its code."""


class Client(Protocol):
    """What both can do. Keys are plain text, hashes hex, parts (number, size)."""

    def put(self, key: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None: ...
    def put_once(self, key: str, data: bytes) -> bool: ...
    def get(self, key: str) -> bytes | None: ...
    def get_range(self, key: str, start: int, length: int) -> bytes: ...
    def get_unless(self, key: str, etag: str) -> bytes | None: ...
    def size(self, key: str) -> int | None: ...
    def head(self, key: str) -> tuple[str, dict[str, str]]: ...
    def delete(self, key: str) -> None: ...
    def keys(self, prefix: str) -> list[tuple[str, int]]: ...
    def copy(self, source: str, target: str) -> None: ...
    def sign_put(self, key: str, md5: str, size: int, seconds: int = HOUR, ago: int = 0) -> Signed: ...
    def sign_get(self, key: str, seconds: int = HOUR, ago: int = 0, name: str = "") -> str: ...
    def sign_part(self, key: str, upload: str, number: int, md5: str, size: int) -> Signed: ...
    def begin(self, key: str, metadata: Mapping[str, str] | None = None) -> str: ...
    def parts(self, key: str, upload: str) -> list[tuple[int, int]] | None: ...
    def join(self, key: str, upload: str, numbers: Sequence[int] | None = None) -> bool: ...
    def give_up(self, key: str, upload: str) -> None: ...
    def open_uploads(self) -> set[tuple[str, str]]: ...
    def close(self) -> None: ...


class Ours:
    """What the services use."""

    def __init__(self, store: TestStore, bucket: str) -> None:
        self._bucket = bucket
        settings = Settings(
            s3_endpoint=store.endpoint, s3_access_key=store.access_key, s3_secret_key=store.secret_key,
            s3_region=store.region, s3_bucket=bucket,
        )  # fmt: skip
        self._store, self._signer, self._boto = (
            ObjectStore(settings),
            Presigner.of(settings),
            store.client(direct=False),
        )
        self._runner = asyncio.Runner()

    def close(self) -> None:
        self._store.close()
        self._runner.close()

    def put(self, key: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        import hashlib

        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        self._runner.run(self._store.put(self._bucket, key, data, md5=md5, metadata=metadata))

    def put_once(self, key: str, data: bytes) -> bool:
        try:
            self._boto.put_object(Bucket=self._bucket, Key=key, Body=data, IfNoneMatch="*")
        except ClientError as error:
            return _status(error) not in (409, 412)
        return True

    def get(self, key: str) -> bytes | None:
        async def whole() -> bytes:
            return b"".join([bytes(piece) async for piece in self._store.read(self._bucket, key)])

        try:
            return self._runner.run(whole())
        except ObjectMissing:
            return None

    def get_range(self, key: str, start: int, length: int) -> bytes:
        return bytes(self._runner.run(self._store._range(self._bucket, key, start, start + length)))

    def get_unless(self, key: str, etag: str) -> bytes | None:
        try:
            return bytes(self._boto.get_object(Bucket=self._bucket, Key=key, IfNoneMatch=etag)["Body"].read())
        except ClientError as error:
            if _status(error) == 304:
                return None
            raise

    def size(self, key: str) -> int | None:
        return self._runner.run(self._store.size(self._bucket, key))

    def head(self, key: str) -> tuple[str, dict[str, str]]:
        found = self._boto.head_object(Bucket=self._bucket, Key=key)
        return found["ETag"], found["Metadata"]

    def delete(self, key: str) -> None:
        self._runner.run(self._store.delete(self._bucket, key))

    def keys(self, prefix: str) -> list[tuple[str, int]]:
        async def listed() -> list[tuple[str, int]]:
            pages = self._store.list_objects(self._bucket, prefix)
            return [(one.key, one.size) async for page in pages for one in page]

        return self._runner.run(listed())

    def copy(self, source: str, target: str) -> None:
        try:
            self._boto.copy_object(
                Bucket=self._bucket, Key=target, CopySource={"Bucket": self._bucket, "Key": source}
            )  # fmt: skip
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"]) from error

    def sign_put(self, key: str, md5: str, size: int, seconds: int = HOUR, ago: int = 0) -> Signed:
        headers = {"Content-MD5": content_md5(md5), "Content-Length": str(size)}
        signed = self._signer.sign("PUT", self._bucket, key, headers=headers, seconds=seconds, at=_before(ago))
        return signed.url, dict(signed.headers)

    def sign_get(self, key: str, seconds: int = HOUR, ago: int = 0, name: str = "") -> str:
        if name:
            return self._signer.get(self._bucket, key, name=name).url
        return self._signer.sign("GET", self._bucket, key, seconds=seconds, at=_before(ago)).url

    def sign_part(self, key: str, upload: str, number: int, md5: str, size: int) -> Signed:
        signed = self._signer.part(self._bucket, key, upload, number, size=size, md5=md5)
        return signed.url, dict(signed.headers)

    def begin(self, key: str, metadata: Mapping[str, str] | None = None) -> str:
        return self._runner.run(self._store.create_multipart(self._bucket, key, metadata))

    def _parts(self, key: str, upload: str) -> list[Part] | None:
        return self._runner.run(self._store.list_parts(self._bucket, key, upload))

    def parts(self, key: str, upload: str) -> list[tuple[int, int]] | None:
        found = self._parts(key, upload)
        return None if found is None else [(one.number, one.size) for one in found]

    def join(self, key: str, upload: str, numbers: Sequence[int] | None = None) -> bool:
        chosen = [one for one in self._parts(key, upload) or [] if numbers is None or one.number in numbers]
        chosen = chosen or [Part(1, 1, '"0"')]
        return self._runner.run(self._store.complete_multipart(self._bucket, key, upload, chosen))

    def give_up(self, key: str, upload: str) -> None:
        self._runner.run(self._store.abort_multipart(self._bucket, key, upload))

    def open_uploads(self) -> set[tuple[str, str]]:
        return {(one.key, one.upload_id) for one in self._runner.run(self._store.list_multiparts(self._bucket))}


class Theirs:
    """The minio SDK. Its calls for single parts are not public; there is no other independent client of them."""

    def __init__(self, store: TestStore, bucket: str) -> None:
        self._bucket = bucket
        address = urlsplit(store.endpoint)
        self._minio = Minio(
            address.netloc, access_key=store.access_key, secret_key=store.secret_key, region=store.region,
            secure=address.scheme == "https",
        )  # fmt: skip

    def close(self) -> None:
        self._minio._http.clear()

    def put(self, key: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        self._minio.put_object(self._bucket, key, io.BytesIO(data), len(data), metadata=dict(metadata or {}))

    def put_in_parts(self, key: str, data: bytes, part_size: int) -> None:
        """Send a stream of unknown length, as its users do."""
        self._minio.put_object(self._bucket, key, io.BytesIO(data), -1, part_size=part_size)

    def put_once(self, key: str, data: bytes) -> bool:
        return self.put_with(key, data, {"If-None-Match": "*"})

    def put_with(self, key: str, data: bytes, headers: dict[str, str]) -> bool:
        """Send a request with further headers; False if the store refuses it for their sake."""
        try:
            self._minio._put_object(self._bucket, key, data, headers={**headers})
        except S3Error as error:
            if error.response.status in (400, 409, 412):
                return False
            raise
        return True

    def get(self, key: str) -> bytes | None:
        try:
            return self._read(key)
        except S3Error as error:
            if error.code == "NoSuchKey":
                return None
            raise

    def get_range(self, key: str, start: int, length: int) -> bytes:
        return self._read(key, offset=start, length=length)

    def get_unless(self, key: str, etag: str) -> bytes | None:
        try:
            return self._read(key, request_headers={"If-None-Match": etag})
        except Exception as error:  # it takes the empty body of a 304 for an invalid answer
            if "304" in str(error):
                return None
            raise

    def _read(self, key: str, **more: Any) -> bytes:
        answer = self._minio.get_object(self._bucket, key, **more)
        try:
            return bytes(answer.data)
        finally:
            answer.close()
            answer.release_conn()

    def size(self, key: str) -> int | None:
        try:
            return self._minio.stat_object(self._bucket, key).size
        except S3Error as error:
            if error.code == "NoSuchKey":
                return None
            raise

    def head(self, key: str) -> tuple[str, dict[str, str]]:
        found = self._minio.stat_object(self._bucket, key)
        named = {name.lower(): str(value) for name, value in (found.metadata or {}).items()}
        start = "x-amz-meta-"
        own = {name.removeprefix(start): value for name, value in named.items() if name.startswith(start)}
        return f'"{found.etag}"', own

    def delete(self, key: str) -> None:
        self._minio.remove_object(self._bucket, key)

    def keys(self, prefix: str) -> list[tuple[str, int]]:
        return [
            (one.object_name or "", one.size or 0)
            for one in self._minio.list_objects(self._bucket, prefix=prefix, recursive=True)
        ]

    def copy(self, source: str, target: str) -> None:
        try:
            self._minio.copy_object(self._bucket, target, CopySource(self._bucket, source))
        except S3Error as error:
            raise Refused(error.code) from error

    def sign_put(self, key: str, md5: str, size: int, seconds: int = HOUR, ago: int = 0) -> Signed:
        url = self._sign("PUT", key, seconds, ago)
        return url, {"Content-MD5": content_md5(md5)}

    def sign_get(self, key: str, seconds: int = HOUR, ago: int = 0, name: str = "") -> str:
        wanted = {"response-content-disposition": f'attachment; filename="{name}"'} if name else None
        return self._sign("GET", key, seconds, ago, response_headers=wanted)

    def sign_part(self, key: str, upload: str, number: int, md5: str, size: int) -> Signed:
        query = {"uploadId": upload, "partNumber": str(number)}
        return self._sign("PUT", key, HOUR, 0, extra_query_params=query), {"Content-MD5": content_md5(md5)}

    def _sign(self, method: str, key: str, seconds: int, ago: int, **more: Any) -> str:
        return self._minio.get_presigned_url(
            method, self._bucket, key, timedelta(seconds=seconds), request_date=_before(ago), **more
        )  # fmt: skip

    def begin(self, key: str, metadata: Mapping[str, str] | None = None) -> str:
        headers = {f"x-amz-meta-{name}": value for name, value in (metadata or {}).items()}
        return self._minio._create_multipart_upload(self._bucket, key, {**headers})

    def _parts(self, key: str, upload: str) -> list[MinioPart] | None:
        try:
            return self._minio._list_parts(self._bucket, key, upload).parts
        except S3Error as error:
            if error.code == "NoSuchUpload":
                return None
            raise

    def parts(self, key: str, upload: str) -> list[tuple[int, int]] | None:
        found = self._parts(key, upload)
        if found is None:
            return None
        # SeaweedFS lists a part that was sent twice at the same time twice
        return sorted({one.part_number: int(one.size or 0) for one in found}.items())

    def join(self, key: str, upload: str, numbers: Sequence[int] | None = None) -> bool:
        chosen = [one for one in self._parts(key, upload) or [] if numbers is None or one.part_number in numbers]
        try:
            self._minio._complete_multipart_upload(self._bucket, key, upload, chosen or [MinioPart(1, "0")])
        except S3Error as error:
            if error.code == "NoSuchUpload":
                return False
            raise
        return True

    def give_up(self, key: str, upload: str) -> None:
        try:
            self._minio._abort_multipart_upload(self._bucket, key, upload)
        except S3Error as error:
            if error.code != "NoSuchUpload":
                raise

    def open_uploads(self) -> set[tuple[str, str]]:
        found = self._minio._list_multipart_uploads(self._bucket).uploads
        return {(one.object_name, one.upload_id or "") for one in found}


def _before(seconds: int) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
