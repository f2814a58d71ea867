"""An object store that copies: parts and whole objects, each call one request, so that whoever sends decides what is sent again."""

from collections.abc import Mapping
from typing import Any

from bregma_kit.errors import Unavailable
from bregma_kit.objects import ObjectMissing, ObjectStore, Part
from bregma_kit.presign import content_md5

_MISSING = {"NoSuchKey", "404", "NotFound"}


class CopyingStore(ObjectStore):
    """A store of which, and into which, files are copied."""

    async def read_range(self, bucket: str, key: str, start: int, end: int) -> memoryview:
        """Return the bytes from ``start`` up to ``end``. Raises ObjectMissing, or Unavailable where fewer come."""
        piece = await self._range(bucket, key, start, end)
        if len(piece) != end - start:
            raise Unavailable("The object store gives fewer bytes than were asked for.")
        return piece

    async def send_part(
        self, bucket: str, key: str, upload_id: str, number: int, data: memoryview, md5: str
    ) -> Part | None:
        """Send a part whose MD5 the store checks; None when the store does not know the upload (any more)."""
        answer = await self._unless(
            {"NoSuchUpload"},
            lambda s3: s3.upload_part(
                Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=bytes(data), ContentMD5=content_md5(md5)
            ),
        )  # fmt: skip
        return None if answer is None else Part(number, len(data), answer["ETag"])

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
