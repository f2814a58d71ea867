"""Presigned S3 URLs (SigV4 in the query), computed here because a batch of 1,000 must take milliseconds.

Pure code: the signature is local arithmetic. A signed URL is a key to the bytes, so it is never logged.
Source: AWS, "Authenticating requests: using query parameters (AWS Signature Version 4)".
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, urlsplit

from bregma_kit import clock
from bregma_kit.settings import Settings

LONGEST = 7 * 86400
"""Seconds after which S3 refuses any signed URL."""

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed request: these headers must be sent with it exactly."""

    url: str = field(repr=False)
    headers: Mapping[str, str]
    expires_at: datetime


def content_md5(md5_hex: str) -> str:
    """Turn an MD5 as Alyx writes it into the header that every store enforces."""
    return b64encode(bytes.fromhex(md5_hex)).decode()


def disposition(name: str) -> str:
    """Return the header under which a browser saves a file by its clean name."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
    if plain == name:
        return f'attachment; filename="{name}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


class Presigner:
    """Signs requests to one store with its public address, since the host is part of the signature."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, region: str, *, seconds: int = 3600) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"the object store's address must be http(s)://host:port without a path, not {endpoint!r}")
        default = {"http": 80, "https": 443}[parts.scheme]
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self._host = host if parts.port in (None, default) else f"{host}:{parts.port}"
        self._origin = f"{parts.scheme}://{self._host}"
        self._access_key, self._secret_key, self._region = access_key, secret_key, region
        self._seconds = min(seconds, LONGEST)

    @classmethod
    def of(cls, settings: Settings) -> "Presigner":
        """Make the signer of an installation."""
        return cls(
            settings.public_s3, settings.s3_access_key.get_secret_value(), settings.s3_secret_key.get_secret_value(),
            settings.s3_region, seconds=settings.signed_url_seconds,
        )  # fmt: skip

    def put(self, bucket: str, key: str, *, size: int, md5: str, metadata: Mapping[str, str] | None = None) -> Signed:
        """Sign a whole upload; the store refuses other bytes, more or fewer of them, or other metadata."""
        headers = {"Content-MD5": content_md5(md5), "Content-Length": str(size)}
        headers.update({f"x-amz-meta-{name}": value for name, value in (metadata or {}).items()})
        return self.sign("PUT", bucket, key, headers=headers)

    def part(self, bucket: str, key: str, upload_id: str, number: int, *, size: int, md5: str) -> Signed:
        """Sign one part of a multipart upload."""
        headers = {"Content-MD5": content_md5(md5), "Content-Length": str(size)}
        return self.sign("PUT", bucket, key, headers=headers, query={"partNumber": str(number), "uploadId": upload_id})

    def get(self, bucket: str, key: str, *, name: str | None = None) -> Signed:
        """Sign a download; ``name`` is what a browser saves it as."""
        query = {} if name is None else {"response-content-disposition": disposition(name)}
        return self.sign("GET", bucket, key, query=query)

    def sign(
        self,
        method: str,
        bucket: str,
        key: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        at: datetime | None = None,
        seconds: int | None = None,
    ) -> Signed:
        """Sign any request with these headers and query parameters."""
        moment = (at or clock.now()).astimezone(UTC)
        lasting = min(seconds or self._seconds, LONGEST)
        stamp = moment.strftime("%Y%m%dT%H%M%SZ")
        scope = f"{stamp[:8]}/{self._region}/s3/aws4_request"
        signed = sorted([("host", self._host), *((n.lower(), " ".join(v.split())) for n, v in (headers or {}).items())])
        names = ";".join([name for name, _ in signed])
        fixed = _fixed_query(f"{self._access_key}/{scope}", stamp, lasting, names)
        more = [(_quoted(name), _quoted(value)) for name, value in (query or {}).items()]
        text = "&".join([f"{name}={value}" for name, value in (sorted([*fixed, *more]) if more else fixed)])
        path = f"/{bucket}/{quote(key, safe='/-_.~')}"
        lines = "".join([f"{name}:{value}\n" for name, value in signed])
        canonical = f"{method}\n{path}\n{text}\n{lines}\n{names}\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        key_of_day = _signing_key(self._secret_key, stamp[:8], self._region)
        signature = hmac.digest(key_of_day, f"{_ALGORITHM}\n{stamp}\n{scope}\n{digest}".encode(), "sha256").hex()
        url = f"{self._origin}{path}?{text}&X-Amz-Signature={signature}"
        return Signed(url, dict(headers or {}), moment.replace(microsecond=0) + timedelta(seconds=lasting))


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


@lru_cache(maxsize=64)
def _fixed_query(credential: str, stamp: str, seconds: int, names: str) -> list[tuple[str, str]]:
    """Return the parameters that all requests signed within a second share, in their order."""
    given = {"X-Amz-Algorithm": _ALGORITHM, "X-Amz-Credential": credential, "X-Amz-Date": stamp,
             "X-Amz-Expires": str(seconds), "X-Amz-SignedHeaders": names}  # fmt: skip
    return [(name, _quoted(value)) for name, value in given.items()]


@lru_cache(maxsize=16)
def _signing_key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
