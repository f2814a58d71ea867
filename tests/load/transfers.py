"""Bytes: our client beside a bare S3 client with the same parallelism that computes the MD5 of what it moves."""

import base64
import hashlib
import os
import shutil
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.load.house import Bench, House
from tests.load.report import Row
from tests.load.wire import rounds, spread

if TYPE_CHECKING:
    from bregma_kit.local.seaweedfs import LocalSeaweed

WORKERS = 8
PART, BLOCK = 16 << 20, 8 << 20
ROWS = 480  # with its header a column of them is a file of 4 KB
NAMES = ("spikes.times", "spikes.amps", "spikes.depths", "spikes.samples", "spikes.clusters")


@dataclass
class BareS3:
    """boto3 with eight threads and nothing else."""

    store: "LocalSeaweed"
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        import boto3
        from botocore.config import Config

        self.client = boto3.client(
            "s3", endpoint_url=self.store.endpoint, aws_access_key_id=self.store.access_key,
            aws_secret_access_key=self.store.secret_key, region_name=self.store.region,
            config=Config(
                signature_version="s3v4", s3={"addressing_style": "path"}, max_pool_connections=WORKERS,
                request_checksum_calculation="when_required", response_checksum_validation="when_required",
            ),
        )  # fmt: skip
        self.store.create_bucket("bare")

    def put(self, files: list[Path], root: Path) -> float:
        """Send files, small ones whole and large ones in parts, each with its MD5; return the seconds."""
        begin = time.perf_counter()
        with ThreadPoolExecutor(WORKERS) as pool:
            for one in [
                pool.submit(step) for path in files for step in self._puts(path, str(path.relative_to(root)), pool)
            ]:
                one.result()
        return time.perf_counter() - begin

    def _puts(self, path: Path, key: str, pool: ThreadPoolExecutor) -> list[Callable[[], None]]:
        if path.stat().st_size <= PART:
            return [lambda: self._put_whole(path, key)]
        return [lambda: self._put_parts(path, key)]

    def _put_whole(self, path: Path, key: str) -> None:
        body = path.read_bytes()
        self.client.put_object(Bucket="bare", Key=key, Body=body, ContentMD5=_md5(body))

    def _put_parts(self, path: Path, key: str) -> None:
        upload = self.client.create_multipart_upload(Bucket="bare", Key=key)["UploadId"]
        named = {"Bucket": "bare", "Key": key, "UploadId": upload}

        def part(number: int) -> dict[str, Any]:
            with path.open("rb") as stream:
                stream.seek((number - 1) * PART)
                body = stream.read(PART)
            answer = self.client.upload_part(**named, PartNumber=number, Body=body, ContentMD5=_md5(body))
            return {"PartNumber": number, "ETag": answer["ETag"]}

        with ThreadPoolExecutor(WORKERS) as pool:
            parts = list(pool.map(part, range(1, -(-path.stat().st_size // PART) + 1)))
        self.client.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})

    def get(self, keys: list[tuple[str, int]], folder: Path) -> float:
        """Fetch objects to files, large ones in ranges, computing the MD5 of what arrives; return the seconds."""
        begin = time.perf_counter()
        with ThreadPoolExecutor(WORKERS) as pool:
            waiting = []
            for key, size in keys:
                target = folder / key
                target.parent.mkdir(parents=True, exist_ok=True)
                if size <= BLOCK:
                    waiting.append(pool.submit(self._get_whole, key, target))
                    continue
                with target.open("wb") as stream:
                    stream.truncate(size)
                waiting += [pool.submit(self._get_range, key, target, at) for at in range(0, size, BLOCK)]
            for one in waiting:
                one.result()
        return time.perf_counter() - begin

    def _get_whole(self, key: str, target: Path) -> None:
        body = self.client.get_object(Bucket="bare", Key=key)["Body"].read()
        hashlib.md5(body).hexdigest()
        target.write_bytes(body)

    def _get_range(self, key: str, target: Path, at: int) -> None:
        body = self.client.get_object(Bucket="bare", Key=key, Range=f"bytes={at}-{at + BLOCK - 1}")["Body"].read()
        hashlib.md5(body).hexdigest()
        with target.open("r+b") as stream:
            stream.seek(at)
            stream.write(body)


def _md5(body: bytes) -> str:
    return base64.b64encode(hashlib.md5(body).digest()).decode()


def large_session(folder: Path, size: int) -> list[Path]:
    """Write one video of random bytes."""
    path = folder / "raw_video_data" / "_iblrig_leftCamera.raw.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        for _ in range(size >> 20):
            stream.write(os.urandom(1 << 20))
    return [path]


def small_session(folder: Path, number: int) -> list[Path]:
    """Write files of 4 KB that pass every check: objects of five equal columns each."""
    chance = np.random.default_rng()
    files = []
    for n in range(number):
        path = folder / "alf" / f"probe{n // 5:04d}" / f"{NAMES[n % 5]}.npy"
        path.parent.mkdir(parents=True, exist_ok=True)
        values = chance.integers(0, 300, ROWS) if n % 5 > 2 else np.sort(chance.random(ROWS)) * 3600
        np.save(path, values, allow_pickle=False)
        files.append(path)
    return files


@dataclass
class Figures:
    """Seconds of each round."""

    acknowledged: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    download: list[float] = field(default_factory=list)
    bare_put: list[float] = field(default_factory=list)
    bare_get: list[float] = field(default_factory=list)


class Mover:
    """Our client on one side, the bare one on the other."""

    def __init__(self, bench: Bench, house: House, store: "LocalSeaweed", name: str) -> None:
        self.house, self.bare, self.name = house, BareS3(store), name
        self.folder = bench.home / "transfers"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.sessions = 0

    def next_folder(self) -> Path:
        """Return the folder of a session that nobody has recorded yet."""
        self.sessions += 1
        folder = self.folder / "cortexlab/Subjects" / self.subject() / f"2026-01-{self.sessions:02d}" / "001"
        folder.mkdir(parents=True)
        return folder

    def subject(self) -> str:
        return "CO_0002"

    def measure(self, make: Callable[[Path], list[Path]], figures: Figures, *, ours_first: bool) -> None:
        """Move one session's files up and down, by both sides."""
        folder = self.next_folder()
        files = make(folder)
        keys = [(str(path.relative_to(folder)), path.stat().st_size) for path in files]
        for ours in (ours_first, not ours_first):
            if ours:
                self._ours(folder, figures)
            else:
                figures.bare_put.append(self.bare.put(files, folder))
                figures.bare_get.append(self.bare.get(keys, self.folder / "arrived"))
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ours(self, folder: Path, figures: Figures) -> None:
        from one_client import ONE
        from one_client.backends.api import Api
        from one_client.upload import Uploader, put_session
        from one_client.verdicts import wait_until_visible

        api = Api(self.house.url, self.house.token)
        uploader = Uploader(api, workers=WORKERS, progress=False)
        try:
            begin = time.perf_counter()
            report = put_session(api, folder, spool=self.folder / "spool", uploader=uploader)
            figures.acknowledged.append(time.perf_counter() - begin)
            wait_until_visible(uploader, report)
            figures.visible.append(time.perf_counter() - begin)
        finally:
            api.close()
        assert report.good, [one.reason for one in report.troubles][:3]
        one = ONE(self.house.url, token=self.house.token, cache_dir=self.folder / "cache", progress=False)
        begin = time.perf_counter()
        arrived = one.download(report.eid)
        figures.download.append(time.perf_counter() - begin)
        assert len(arrived) == len(report.files), f"{len(arrived)} of {len(report.files)} files arrived"
        one.close()


def _rows(bench_name: str, what: str, size: float, unit: str, figures: Figures) -> list[Row]:
    rows = []
    for kind, ours, bare, least in (
        ("upload until acknowledged", figures.acknowledged, figures.bare_put, 0.8),
        ("upload until visible", figures.visible, figures.bare_put, 0.4),
        ("download", figures.download, figures.bare_get, 0.8),
    ):
        ratios = [b / o for o, b in zip(ours, bare, strict=True)]
        middle, low, high = spread(ratios)
        rows.append(Row(
            bench_name, f"{kind}, {what}", f">= {least} of a bare S3 client", f"{size / statistics.median(ours):,.0f} {unit}",
            f"boto3, 8 threads, MD5: {size / statistics.median(bare):,.0f} {unit}; {middle:.2f} ({low:.2f} to {high:.2f})",
            middle >= least, {"seconds": ours, "bare_seconds": bare, "ratios": ratios},
        ))  # fmt: skip
    return rows


def large(bench: Bench) -> list[Row]:
    """Move one large file."""
    size = (256 if bench.quick else 1024) << 20
    figures = Figures()
    with bench.whole() as (house, store):
        mover = Mover(bench, house, store, "large")
        for ours_first in rounds(2 if bench.quick else 3):
            mover.measure(lambda folder: large_session(folder, size), figures, ours_first=ours_first)
    return _rows("large", f"one file of {size >> 20:,} MiB", size / 1e6, "MB/s", figures)


def small(bench: Bench) -> list[Row]:
    """Move thousands of small files."""
    number = 1000 if bench.quick else 5000
    figures = Figures()
    with bench.whole() as (house, store):
        mover = Mover(bench, house, store, "small")
        for ours_first in rounds(2 if bench.quick else 3):
            mover.measure(lambda folder: small_session(folder, number), figures, ours_first=ours_first)
    return _rows("small", f"{number:,} files of 4 KB", number, "files/s", figures)
