"""The codecs beside mtscomp: whole programs, file to file, start-up included, in turns."""

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import mtscomp
import numpy as np
from bregma_codecs import Reader, read_header
from bregma_codecs.transform import encode

from tests.load.house import Bench
from tests.load.recordings import CHANNELS, RATE, Probe
from tests.load.report import Row

BIN = Path(sys.executable).parent
SECONDS, LONG = 10, 60
FACTS = ("-s", str(RATE), "-n", str(CHANNELS), "-d", "int16")
KIND = "codecs"


@dataclass(frozen=True)
class Run:
    """One program from start to end: seconds on the clock and of processors, and the most memory it held (MB)."""

    wall: float
    cpu: float
    peak: float


_LAUNCHER = """
import json, os, subprocess, sys, time
begin = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
print(json.dumps([time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3, os.waitstatus_to_exitcode(status)]))
"""


def run(*words: object) -> Run:
    """Run a program of the environment; what it says goes nowhere.

    A small process starts it: Linux counts what the starting one held as the started one's memory.
    """
    command = [str(BIN / str(words[0])), *map(str, words[1:])]
    told = subprocess.run([sys.executable, "-S", "-c", _LAUNCHER, *command], capture_output=True, check=True).stdout
    wall, cpu, peak, status = json.loads(told)
    assert status == 0, f"{' '.join(command)}: exit status {status}"
    return Run(wall, cpu, peak)


class Folder:
    """The recordings of this benchmark and what the programs make of them."""

    def __init__(self, home: Path) -> None:
        self.home = home / "recordings"
        self.home.mkdir(parents=True, exist_ok=True)
        self.raw, self.long = self._recording(SECONDS), self._recording(LONG)

    def _recording(self, seconds: int) -> Path:
        path = self.home / f"ap.{seconds}s.bin"
        if not path.exists():
            Probe().write(path, seconds)
        return path

    def place(self, name: str) -> tuple[Path, Path]:
        return self.home / f"{name}.cbin", self.home / f"{name}.ch"

    def mtscomp(self, threads: int = 1) -> Run:
        return run("mtscomp", self.raw, *self.place("theirs"), *FACTS, "-p", threads)

    def ours(self, profile: str, threads: int = 1, raw: Path | None = None) -> Run:
        place = self.place(profile)
        return run(
            "bregma-codecs",
            "compress",
            raw or self.raw,
            *place,
            *FACTS,
            "-p",
            threads,
            "-f",
            "-q",
            "--profile",
            profile,
        )

    def back(self, program: str, name: str, threads: int = 1, *more: str) -> Run:
        words = ["bregma-codecs", "decompress", "-q"] if program == "ours" else ["mtsdecomp"]
        return run(*words, *self.place(name), "-o", self.home / "back.bin", "-f", "-p", threads, *more)

    def size(self, name: str) -> int:
        return self.place(name)[0].stat().st_size


def turns(sides: dict[str, Callable[[], Run]], rounds: int) -> dict[str, list[Run]]:
    """Run all sides in turns."""
    found: dict[str, list[Run]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            found[name].append(side())
    return found


def middle(values: Iterable[float], form: str = ".1f") -> str:
    """The median and the spread of some figures."""
    known = sorted(values)
    return f"{statistics.median(known):{form}} ({known[0]:{form}} to {known[-1]:{form}})"


def ratios(bare: list[Run], ours: list[Run], what: str = "wall") -> list[float]:
    return [getattr(a, what) / getattr(b, what) for a, b in zip(bare, ours, strict=True)]


def _row(what: str, target: str, measured: str, limit: str, held: bool | None, **values: object) -> Row:
    return Row(KIND, what, target, measured, limit, held, dict(values))


def _compression(folder: Folder, rounds: int) -> list[Row]:
    found = turns(
        {
            "mtscomp": folder.mtscomp, "balanced": partial(folder.ours, "balanced"), "fast": partial(folder.ours, "fast"),
            "balanced, 2 threads": partial(folder.ours, "balanced", 2), "fast, 2 threads": partial(folder.ours, "fast", 2),
        },
        rounds,
    )  # fmt: skip
    rows = []
    raw, theirs = folder.raw.stat().st_size, folder.size("theirs")
    for profile, times, size, real in (("balanced", 4, 1.02, 2), ("fast", 8, 0.96, 4)):
        wall, cpu = (ratios(found["mtscomp"], found[profile], what) for what in ("wall", "cpu"))
        ratio, twice = theirs / folder.size(profile), ratios(found[profile], found[f"{profile}, 2 threads"])
        speed = [SECONDS / one.cpu for one in found[profile]]
        rows += [
            _row(f"compress, {profile}, verified, 1 thread: times mtscomp's speed, whole programs", f">= {times}",
                 f"{middle(wall)} on the clock, {middle(cpu)} in processor time",
                 f"mtscomp {middle(one.wall for one in found['mtscomp'])} s, ours {middle((one.wall for one in found[profile]), '.2f')} s for {SECONDS} s",
                 statistics.median(wall) >= times, wall=wall, cpu=cpu),
            _row(f"compress, {profile}: ratio by mtscomp's", f">= {size}", f"{ratio:.3f}: {raw / folder.size(profile):.3f}, mtscomp {raw / theirs:.3f}",
                 f"entropy of single differences: {_entropy(folder.raw):.2f}", ratio >= size, ratio=ratio),
            _row(f"compress, {profile}: real time per core, {CHANNELS} channels", f">= {real} x", f"{middle(speed)} x",
                 f"the paper: 4 x on 10 cores; {_limits(folder.raw)}", statistics.median(speed) >= real, speed=speed),
            _row(f"compress, {profile}: 2 threads by 1", ">= 1.7 on two free cores", middle(twice, ".2f"), f"load {os.getloadavg()[0]:.1f} meanwhile",
                 statistics.median(twice) >= 1.7, ratio=twice),
        ]  # fmt: skip
    return rows


def _decompression(folder: Folder, rounds: int) -> list[Row]:
    found = turns(
        {
            "mtscomp": partial(folder.back, "mtscomp", "theirs"), "unchecked": partial(folder.back, "mtscomp", "theirs", 1, "-nc"),
            "ours": partial(folder.back, "ours", "theirs"), "2 threads": partial(folder.back, "ours", "theirs", 2),
            "own": partial(folder.back, "ours", "balanced"),
        },
        rounds,
    )  # fmt: skip
    assert (folder.home / "back.bin").read_bytes() == folder.raw.read_bytes()
    rows = []
    for other, name, times in (("mtscomp", "mtscomp's default", 2.8), ("unchecked", "mtscomp without its check", 1.4)):
        wall = ratios(found[other], found["ours"])
        rows.append(
            _row(f"decompress the same mtscomp file, hash checked: times {name}", f">= {times}", middle(wall),
                 f"theirs {middle((one.wall for one in found[other]), '.2f')} s, ours {middle((one.wall for one in found['ours']), '.2f')} s",
                 statistics.median(wall) >= times, wall=wall)
        )  # fmt: skip
    speed, twice = [SECONDS / one.cpu for one in found["own"]], ratios(found["ours"], found["2 threads"])
    rows += [
        _row(f"decompress ours, hash checked: real time per core, {CHANNELS} channels", ">= 9 x", f"{middle(speed)} x", "the paper: 3 x on one thread",
             statistics.median(speed) >= 9, speed=speed),
        _row("decompress: 2 threads by 1", ">= 1.7 on two free cores", middle(twice, ".2f"), f"load {os.getloadavg()[0]:.1f} meanwhile",
             statistics.median(twice) >= 1.7, ratio=twice),
    ]  # fmt: skip
    return rows


def _memory(folder: Folder) -> list[Row]:
    peaks = {
        (what, seconds, threads): call(threads).peak
        for what, seconds, call in (
            ("compress", SECONDS, lambda threads: folder.ours("balanced", threads)),
            ("decompress", SECONDS, lambda threads: folder.back("ours", "balanced", threads)),
            ("compress", LONG, lambda threads: folder.ours("balanced", threads, folder.long)),
            ("decompress", LONG, lambda threads: folder.back("ours", "balanced", threads)),
        )
        for threads in (1, 2)
    }
    rows = []
    for what in ("compress", "decompress"):
        one, two = peaks[what, SECONDS, 1], peaks[what, SECONDS, 2]
        growth = peaks[what, LONG, 1] / one - 1
        rows.append(
            _row(f"{what}, balanced: peak memory with 1 thread, and its growth from {SECONDS} s to {LONG} s", "<= 250 MB, < 10 %",
                 f"{one:.0f} MB, {100 * growth:+.0f} %; 2 threads {two:.0f} MB, {100 * (peaks[what, LONG, 2] / two - 1):+.0f} %", "",
                 one <= 250 and growth < 0.1, peaks={str(key): value for key, value in peaks.items()})
        )  # fmt: skip
    return rows


def _reads(folder: Folder, rounds: int) -> list[Row]:
    """Open, read, close; the system's cache is warm on both sides."""
    folder.ours("balanced")
    start = 4 * RATE + 1234
    rows = []
    for what, item, name, target in (
        ("100 ms of all channels", slice(start, start + RATE // 10), "theirs", 2.5), ("1 s of all channels", slice(start, start + RATE), "theirs", None),
        ("one channel of a chunk, any file", (slice(4 * RATE, 5 * RATE - 1), 5), "theirs", 6),
        ("one channel of a chunk, indexed file", (slice(4 * RATE, 5 * RATE - 1), 5), "balanced", 100),
        ("the sync of a chunk, indexed file", (slice(4 * RATE, 5 * RATE - 1), CHANNELS - 1), "balanced", 300),
    ):  # fmt: skip
        theirs, ours = [], []
        for _ in range(rounds):
            theirs.append(_cold(partial(mtscomp.Reader, quiet=True, n_threads=1), folder.place(name), item))
            ours.append(_cold(partial(Reader, n_threads=1), folder.place(name), item))
        ratio = [a / b for a, b in zip(theirs, ours, strict=True)]
        rows.append(
            _row(f"cold read: {what}", f">= {target} x mtscomp" if target else "", f"{middle(ratio)} x", f"mtscomp {middle(1e3 * one for one in theirs)} ms, "
                 f"ours {middle((1e3 * one for one in ours), '.2f')} ms", target is None or statistics.median(ratio) >= target, ratio=ratio)
        )  # fmt: skip
    return rows


def _archive(folder: Folder) -> list[Row]:
    target = folder.home / "archive.zarr"
    shutil.rmtree(target, ignore_errors=True)
    took = run("bregma-codecs", "archive", folder.place("fast")[0], target, "-q", "-p", 1)
    raw, kept = folder.raw.stat().st_size, sum(one.stat().st_size for one in target.rglob("*") if one.is_file())
    ratio = folder.size("theirs") / kept
    return [
        _row("archive by Zarr and PCodec: ratio by mtscomp's", ">= 1.25", f"{ratio:.3f}: {raw / kept:.3f}; {SECONDS / took.cpu:.1f} x real time per core, read back",
             f"entropy of single differences: {_entropy(folder.raw):.2f}", ratio >= 1.25, ratio=ratio)
    ]  # fmt: skip


def _cold(make: Callable[[], Reader], place: tuple[Path, Path], item: object) -> float:
    begin = time.perf_counter()
    reader = make()
    reader.open(*place)
    reader[item]
    reader.close()
    return time.perf_counter() - begin


def _entropy(raw: Path) -> float:
    """The ratio that no code of single differences can pass: 16 bits by the entropy of their values."""
    chunk = np.fromfile(raw, "<i2", RATE * CHANNELS).reshape(-1, CHANNELS)
    _, counts = np.unique(encode(chunk, time=True, spatial=False, order="F"), return_counts=True)
    share = counts / counts.sum()
    return float(16 / -(share * np.log2(share)).sum())


def _limits(raw: Path) -> str:
    """What the machine does with a second of the recording: the hash is taken in order, so no number of threads passes it."""
    data = raw.read_bytes()[: RATE * CHANNELS * 2]
    into = bytearray(len(data))

    def took(call: Callable[[], object]) -> float:
        best = []
        for _ in range(7):
            begin = time.perf_counter()
            call()
            best.append(time.perf_counter() - begin)
        return statistics.median(best)

    sha1 = took(lambda: hashlib.sha1(data).digest())
    copy = took(lambda: memoryview(into).__setitem__(slice(None), data))
    return f"SHA-1 alone {1 / sha1:.0f} x, a memory copy {1 / copy:.0f} x"


def codecs(bench: Bench) -> list[Row]:
    """Compress, decompress, read; prove that the real mtscomp gives the same bytes."""
    folder, rounds = Folder(bench.home), 3 if bench.quick else 5
    rows = [
        *_compression(folder, rounds),
        *_decompression(folder, rounds),
        *_reads(folder, 3 * rounds),
        *_memory(folder),
    ]
    rows += _archive(folder)
    theirs = mtscomp.Reader(quiet=True)
    for name in ("fast", "balanced"):
        theirs.open(*folder.place(name))
        assert hashlib.sha1(theirs[:].tobytes()).hexdigest() == read_header(folder.place(name)[1]).sha1_uncompressed
        theirs.close()
    return rows
