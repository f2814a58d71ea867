"""An S3 server of one's own: SeaweedFS in one process, on loopback, closed to whoever has no key."""

import json
import os
import secrets
import signal
import subprocess
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bregma_kit.local.binaries import find_weed
from bregma_kit.local.children import (
    LocalServerError,
    command_of,
    end,
    identify,
    last_lines,
    spawn,
    stop,
    wait_until_ready,
    write_private,
)
from bregma_kit.local.ports import free_port

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_JWT_SECTIONS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
_ACTIONS = ["Admin", "Read", "Write", "List", "Tagging"]
_BUCKETS = "/buckets/"
_CORS: Any = {
    "CORSRules": [
        {
            # the signature in the URL is the permission; the origin adds none
            "AllowedOrigins": ["*"],
            "AllowedMethods": ["GET", "HEAD", "PUT"],
            "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag", "Content-Length", "Content-Range", "Accept-Ranges"],
            "MaxAgeSeconds": 3600,
        }
    ]
}


@dataclass(frozen=True, slots=True)
class SeaweedPorts:
    """HTTP ports of the store's parts; each part also takes the port 10000 above."""

    s3: int
    master: int
    volume: int
    filer: int
    admin: int

    @classmethod
    def choose(cls) -> Self:
        """Choose ports that are free now."""
        chosen: set[int] = set()
        while len(chosen) < 5:  # the five fields
            chosen.add(free_port(with_grpc=True, avoid=chosen))
        return cls(*chosen)

    def as_dict(self) -> dict[str, int]:
        """Return the ports by name, to be kept."""
        return asdict(self)


class LocalSeaweed:
    """A store whose objects, keys and configuration lie in ``data_dir``; see ``LocalPostgres`` for the steps."""

    region = "us-east-1"

    def __init__(
        self,
        data_dir: Path,
        log: Path,
        binary: Path | None = None,
        ports: SeaweedPorts | None = None,
        *,
        fsync: bool = False,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.log = log.absolute()
        self.fsync = fsync
        self._fixed = ports
        self._ports = ports
        self._explicit = binary
        self._keys: dict[str, str] = {}
        self._client: S3Client | None = None
        self.process: subprocess.Popen[bytes] | None = None

    # addresses

    @property
    def ports(self) -> SeaweedPorts:
        """The ports in use."""
        assert self._ports is not None, "the store was not started"
        return self._ports

    @property
    def endpoint(self) -> str:
        """Address of the S3 interface."""
        return f"http://127.0.0.1:{self.ports.s3}"

    @property
    def access_key(self) -> str:
        """Name half of the key pair."""
        return self._keys["access_key"]

    @property
    def secret_key(self) -> str:
        """Secret half of the key pair."""
        return self._keys["secret_key"]

    def client(self) -> "S3Client":
        """Return a boto3 client of this store, made once per start."""
        if self._client is None:
            self._client = s3_client(self.endpoint, self.access_key, self.secret_key, self.region)
        return self._client

    # life

    def start(self, timeout: float = 60) -> Self:
        """Start the store and wait until it answers somebody who has the key."""
        self.prepare()
        for _ in range(1 if self._fixed else 3):  # somebody may take a free port before we do
            if wait_until_ready(self.spawn(), self.is_ready, timeout):
                self.finish()
                return self
            self.stop()
        raise LocalServerError(f"The object store did not start. The end of {self.log}:\n{last_lines(self.log)}")

    def prepare(self) -> None:
        """Make keys and configuration, and end a store that a killed run left behind."""
        for folder in (self._volumes, self._conf):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.data_dir.chmod(0o700)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._end_leftover()
        self._write_keys()

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server process; it ends in order if the calling thread dies."""
        self._ports = self._fixed or SeaweedPorts.choose()
        self._client = None
        memory = {"GOMEMLIMIT": "400MiB", "GOGC": "50"}  # without them one large upload takes 2.5 GB
        self.process = spawn(
            self._command(), log=self.log, cwd=self._conf, env={**os.environ, **memory}, end_signal=signal.SIGTERM
        )
        write_private(self._lock, str(self.process.pid))
        return self.process

    def is_ready(self) -> bool:
        """Tell whether the store answers ListBuckets to somebody who has the key."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self.client().list_buckets()
        except (BotoCoreError, ClientError):
            return False
        return True

    def finish(self) -> None:
        """Put the durability that was asked for into force, if it is not already."""
        mark = self.data_dir / "fsync"
        if mark.exists() == self.fsync:
            return
        change = "-fsync" if self.fsync else "-delete"
        said = self._shell(f"fs.configure -locationPrefix={_BUCKETS} {change} -apply")
        if (f'"{_BUCKETS}"' in said and '"fsync"' in said) != self.fsync:
            raise LocalServerError(f"The store did not accept its fsync setting. It said:\n{said}")
        if self.fsync:
            mark.touch()
        else:
            mark.unlink()

    def create_bucket(self, name: str) -> None:
        """Create a bucket that browsers may read from and write to with signed URLs; no harm if it exists."""
        client = self.client()
        existing = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
        if name not in existing:
            client.create_bucket(Bucket=name)
            client.put_bucket_cors(Bucket=name, CORSConfiguration=_CORS)

    def stop(self, timeout: float = 20) -> None:
        """Stop the store in order."""
        if self.process is None:
            return
        process, self.process = self.process, None
        stop(process, (signal.SIGTERM, signal.SIGKILL), timeout)
        self._lock.unlink(missing_ok=True)

    def kill(self) -> None:
        """End the server as a power cut would; the next start recovers."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    # details

    @property
    def _volumes(self) -> Path:
        return self.data_dir / "volumes"

    @property
    def _conf(self) -> Path:
        return self.data_dir / "conf"

    @property
    def _lock(self) -> Path:
        return self.data_dir / "weed.pid"

    def _command(self) -> list[str]:
        ports = self.ports
        return [
            str(find_weed(self._explicit)), "-logtostderr", "mini", f"-dir={self._volumes}",
            "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", "-webdav=false", "-admin.ui=false",
            f"-s3.port={ports.s3}", f"-master.port={ports.master}", f"-volume.port={ports.volume}",
            f"-filer.port={ports.filer}", f"-admin.port={ports.admin}", "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-s3.autoCreateBucket=false", "-s3.config=s3.json", "-s3.concurrentUploadLimitMB=64",
            # relative to the working directory: an absolute path may exceed what a socket's name can hold
            "-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock",
        ]  # fmt: skip

    def _write_keys(self) -> None:
        """Make the key pair for S3, and the keys without which the filer's port would serve anybody."""
        path = self.data_dir / "keys.json"
        if not path.exists():
            made = {"access_key": secrets.token_hex(10), "secret_key": secrets.token_urlsafe(30)}
            made.update({section: secrets.token_urlsafe(32) for section in _JWT_SECTIONS})
            write_private(path, json.dumps(made))
        self._keys = json.loads(path.read_text(encoding="utf-8"))
        sections = (f'[{section}]\nkey = "{self._keys[section]}"\n' for section in _JWT_SECTIONS)
        write_private(self._conf / "security.toml", "".join(sections))
        credentials = [{"accessKey": self.access_key, "secretKey": self.secret_key}]
        identity = {"name": "bregma", "credentials": credentials, "actions": _ACTIONS}
        write_private(self._conf / "s3.json", json.dumps({"identities": [identity]}))

    def _shell(self, command: str) -> str:
        """Run one command of SeaweedFS's own shell and return what it said."""
        ports = self.ports
        done = subprocess.run(  # noqa: S603 - the program found by find_weed, and our own words
            [
                str(find_weed(self._explicit)), "shell", f"-master=127.0.0.1:{ports.master}",
                f"-filer=127.0.0.1:{ports.filer}",
            ],
            input=f"lock\n{command}\nunlock\nexit\n", capture_output=True, text=True, cwd=self._conf, check=False,
            timeout=60,
        )  # fmt: skip
        return done.stdout + done.stderr

    def _end_leftover(self) -> None:
        try:
            pid = int(self._lock.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        identity = identify(pid)
        if identity is None or str(self._volumes) not in command_of(pid):
            return
        if not end(identity, (signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)):
            raise LocalServerError(f"Process {pid} still holds {self.data_dir} and does not end; end it and try again.")


def s3_client(endpoint: str, access_key: str, secret_key: str, region: str = "us-east-1") -> "S3Client":
    """Return a boto3 client that fails fast and adds no checksums that some stores reject."""
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4", s3={"addressing_style": "path"}, retries={"total_max_attempts": 1},
        connect_timeout=5, read_timeout=30, request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )  # fmt: skip
    return boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id=access_key, aws_secret_access_key=secret_key,
        region_name=region, config=config,
    )  # fmt: skip


def all_ports(ports: SeaweedPorts) -> set[int]:
    """Return every port the store takes, gRPC included."""
    return {taken for port in astuple(ports) for taken in (port, port + 10000)}
