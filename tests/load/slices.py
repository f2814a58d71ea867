"""A second of a long recording out of the object store: bytes moved, and time beside a bare ranged GET and decoding."""

import statistics
import time
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from bregma_codecs import Header, Options, Reader, compress_file, read_header

from tests.load.house import Bench, House
from tests.load.recordings import CHANNELS, RATE, Probe
from tests.load.report import Row
from tests.load.transfers import BareS3
from tests.load.wire import rounds, spread

if TYPE_CHECKING:
    from bregma_kit.local.seaweedfs import LocalSeaweed

SECONDS, LIVELY, AT = 3600, 10, 1800
"""Length of the recording (s); its seconds from AT on are a probe's, the others silence, which takes no room on a disk."""
STEM = "_spikeglx_ephysData_g0_t0.imec0.ap"
PROBE = "raw_ephys_data/probe00"


@dataclass
class Bytes:
    """What a bare GET brought, as a source of bytes."""

    content: bytes
    begin: int
    size: int
    name: str = "bare"

    def read(self, offset: int, length: int) -> bytes:
        return self.content[offset - self.begin : offset - self.begin + length]

    def close(self) -> None:
        """Nothing is open."""


def long_recording(home: Path, folder: Path) -> tuple[Path, Header]:
    """Write an hour of 385 channels as ``.cbin`` and ``.ch``; return the first, and the header."""
    folder.mkdir(parents=True, exist_ok=True)
    raw, short = home / "lively.bin", home / "lively.cbin"
    Probe().write(raw, LIVELY)
    compress_file(raw, short, short.with_suffix(".ch"), sample_rate=RATE, n_channels=CHANNELS, dtype="int16",
                  options=Options(profile="fast"))  # fmt: skip
    header, content = read_header(short.with_suffix(".ch")), short.read_bytes()
    silence = zlib.compress(bytes(2 * RATE * CHANNELS))
    offsets, path = [0], folder / f"{STEM}.cbin"
    with path.open("wb") as stream:
        for second in range(SECONDS):
            own = second - AT
            chunk = content[slice(*header.chunk_offsets[own : own + 2])] if 0 <= own < LIVELY else silence
            stream.write(chunk)
            offsets.append(offsets[-1] + len(chunk))
    long = replace(header, chunk_bounds=[one * RATE for one in range(SECONDS + 1)], chunk_offsets=offsets, shape=None,
                   sha1_compressed=None, sha1_uncompressed=None, extra={})  # fmt: skip
    path.with_suffix(".ch").write_text(long.to_json())
    return path, long


def _sent(house: House, folder: Path, spool: Path) -> str:
    from one_client.backends.api import Api
    from one_client.upload import Uploader, put_session
    from one_client.verdicts import wait_until_visible

    api = Api(house.url, house.token)
    uploader = Uploader(api, progress=False)
    report = put_session(api, folder, spool=spool, uploader=uploader)
    wait_until_visible(uploader, report)
    api.close()
    assert report.good, [one.reason for one in report.troubles][:3]
    return str(report.eid)


def _bare(store: BareS3, key: str, header: Header, start: int) -> tuple[float, int, Any]:
    """Fetch the chunks of a second in one request and decode them."""
    begin = time.perf_counter()
    first, last = start // RATE, (start + RATE - 1) // RATE + 1
    low, high = header.chunk_offsets[first], header.chunk_offsets[last]
    body = store.client.get_object(Bucket="bare", Key=key, Range=f"bytes={low}-{high - 1}")["Body"].read()
    with Reader.at(Bytes(body, low, header.chunk_offsets[-1]), header, n_threads=2, quiet=True) as reader:
        values = reader[start : start + RATE, : CHANNELS - 1]
    return time.perf_counter() - begin, high - low, values


def _measured(bench: Bench, house: House, seaweed: "LocalSeaweed") -> list[Row]:
    from one_client import ONE

    session = bench.home / "slices" / "cortexlab/Subjects/CO_0002/2026-02-01/001"
    path, header = long_recording(bench.home, session / PROBE)
    eid = _sent(house, session, bench.home / "spool")
    store = BareS3(seaweed)
    store.put([path], session)
    key = str(path.relative_to(session))
    bare, ours, moved, cold = [], [], [], []
    chance = np.random.default_rng(1)
    for number, ours_first in enumerate(rounds(8 if bench.quick else 16)):
        start = int((AT + chance.uniform(0, LIVELY - 2)) * RATE)
        one = ONE(house.url, token=house.token, cache_dir=bench.home / f"cache{number}", progress=False)
        begin = time.perf_counter()
        recording = one.open_recording(eid, "ephysData.raw.ap", PROBE)
        cold.append(time.perf_counter() - begin)
        for own in (ours_first, not ours_first):
            if own:
                begin = time.perf_counter()
                values = recording[start : start + RATE, : CHANNELS - 1]
                ours.append(time.perf_counter() - begin)
            else:
                seconds, size, wanted = _bare(store, key, header, start)
                bare.append(seconds)
        np.testing.assert_array_equal(values, wanted)
        moved.append(recording.moved / size)
        recording.close()
        one.close()
    ratio, low, high = spread([a / b for a, b in zip(ours, bare, strict=True)])
    return [
        Row("slices", f"1 s of {CHANNELS - 1} channels out of an hour: bytes moved by those of its chunks", "< 1.2",
            f"{statistics.median(moved):.3f}", f"two chunks of {size / 2e6:.1f} MB", max(moved) < 1.2, {"ratios": moved}),
        Row("slices", f"1 s of {CHANNELS - 1} channels out of an hour, opened before", "<= 1.5 x a bare ranged GET and decoding",
            f"{ratio:.2f} x ({low:.2f} to {high:.2f}); {1e3 * statistics.median(ours):.0f} ms",
            f"boto3 and our decoder: {1e3 * statistics.median(bare):.0f} ms; opening takes {1e3 * statistics.median(cold):.0f} ms once",
            ratio <= 1.5, {"ours": ours, "bare": bare, "open": cold}),
    ]  # fmt: skip


def slices(bench: Bench) -> list[Row]:
    """Read a second of an hour, ours and bare in turns."""
    with bench.whole() as (house, store):
        return _measured(bench, house, store)
