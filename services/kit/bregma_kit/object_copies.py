"""An object store that copies: parts and whole objects, each call one request, so that whoever sends decides what is sent again."""

import asyncio
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog

from bregma_kit.errors import Unavailable
from bregma_kit.objects import ObjectMissing, ObjectStore, Part
from bregma_kit.presign import Presigner, Signed
from bregma_kit.settings import Settings

if TYPE_CHECKING:
    import urllib3

log = structlog.get_logger("objects")
_MISSING = {"NoSuchKey", "404", "NotFound"}
_TRIES = 3
_CONNECTIONS = 16


class CopyingStore(ObjectStore):
    """A store of which, and into which, files are copied."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        # requests of our own, signed in the query: boto3 hashes a part's bytes once more for its signature
        self._signer = Presigner(
            settings.s3_endpoint, settings.s3_access_key.get_secret_value(), settings.s3_secret_key.get_secret_value(),
            settings.s3_region,
        )  # fmt: skip
        self._http: urllib3.PoolManager | None = None

    async def read_range(self, bucket: str, key: str, start: int, end: int) -> memoryview:
        """Return the bytes from ``start`` up to ``end``. Raises ObjectMissing, or Unavailable where fewer come."""
        piece = await self._range(bucket, key, start, end)
        if len(piece) != end - start:
            raise Unavailable("The object store gives fewer bytes than were asked for.")
        return piece

    async def send_small(self, bucket: str, key: str, data: memoryview, md5: str, metadata: Mapping[str, str]) -> None:
        """Send a whole object whose MD5 the store checks."""
        signed = self._signer.put(bucket, key, size=len(data), md5=md5, metadata=metadata)
        await self._send(signed, data)

    async def send_part(
        self, bucket: str, key: str, upload_id: str, number: int, data: memoryview, md5: str
    ) -> Part | None:
        """Send a part whose MD5 the store checks; None when the store does not know the upload (any more)."""
        etag = await self._send(self._signer.part(bucket, key, upload_id, number, size=len(data), md5=md5), data)
        return None if etag is None else Part(number, len(data), etag)

    async def _send(self, signed: Signed, data: memoryview) -> str | None:
        """Send bytes and return their ETag; None where there is no such upload."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._send_now, signed, data)

    def _send_now(self, signed: Signed, data: memoryview) -> str | None:
        import urllib3

        body: Any = data

        if self._http is None:
            self._http = urllib3.PoolManager(
                maxsize=_CONNECTIONS, retries=False, timeout=urllib3.Timeout(connect=5, read=60)
            )
        said = ""
        for tried in range(_TRIES):
            if tried:
                time.sleep(0.2 * 2**tried)
            try:
                answer = self._http.request("PUT", signed.url, body=body, headers=dict(signed.headers))
            except urllib3.exceptions.HTTPError as error:
                log.warning("store_away", error=type(error).__name__)
                said = ""
                continue
            if answer.status == 200:
                return str(answer.headers.get("ETag", ""))
            found = re.search(rb"<Code>([A-Za-z]+)</Code>", answer.data[:4096])
            said = found[1].decode() if found else str(answer.status)
            if said == "NoSuchUpload":
                return None
            if answer.status < 500 and answer.status != 429:
                break
        if not said:
            raise Unavailable("The object store does not answer.")
        log.warning("store_refuses", code=said)
        raise Unavailable(f"The object store refuses: {said}.")

    async def copy_part(
        self, source: tuple[str, str], bucket: str, key: str, upload_id: str, number: int, span: tuple[int, int]
    ) -> Part | None:
        """Let the store copy the bytes of a span of one of its objects as a part; None as for ``send_part``."""
        start, end = span
        origin: Any = {"Bucket": source[0], "Key": source[1]}
        answer = await self._unless(
            {"NoSuchUpload"},
            lambda s3: s3.upload_part_copy(
                Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, CopySource=origin,
                CopySourceRange=f"bytes={start}-{end - 1}",
            ),
        )  # fmt: skip
        return None if answer is None else Part(number, end - start, answer["CopyPartResult"]["ETag"])

    async def copy(
        self, source: tuple[str, str], bucket: str, key: str, metadata: Mapping[str, str] | None = None
    ) -> None:
        """Let the store copy one of its objects of at most 5 GiB. Raises ObjectMissing."""
        origin: Any = {"Bucket": source[0], "Key": source[1]}
        answer = await self._unless(
            _MISSING,
            lambda s3: s3.copy_object(
                Bucket=bucket, Key=key, CopySource=origin, Metadata=dict(metadata or {}), MetadataDirective="REPLACE"
            ),
        )
        if answer is None:
            raise ObjectMissing
