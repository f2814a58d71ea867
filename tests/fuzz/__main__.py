"""Fuzz the reader of compressed recordings: `make fuzz`, or `python -m tests.fuzz FOLDER -max_total_time=600`.

One input is a whole recording: two bytes with the header's length, the header, and the ``.cbin``. Anything but an answer or a
`CodecError` is a finding, and so are ten seconds or a gigabyte. FOLDER keeps the inputs that reached new code; findings are
written as ``crash-*`` into the working folder and run again by naming the file instead of the folder.
"""

import json
import random
import struct
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["bregma_codecs"]):
    from bregma_codecs import CodecError, Options, Reader, compress_file, parse_header

import numpy as np

CHANNELS, SAMPLES = 5, 700
MOST_VALUES = 1 << 22
"""A header may truthfully announce a large recording; reading all of it would only show that memory is finite."""


class Bytes:
    """A recording that lies in memory."""

    name = "fuzzed.cbin"

    def __init__(self, content: bytes) -> None:
        self.content, self.size = content, len(content)

    def read(self, offset: int, length: int) -> bytes:
        """Return bytes, or fewer where they end."""
        return self.content[offset : offset + length]

    def close(self) -> None:
        """Nothing is open."""


def seeds(folder: Path) -> None:
    """Write whole recordings of all kinds, from which inputs are derived."""
    values = np.cumsum(np.random.default_rng(1).integers(-4, 5, (SAMPLES, CHANNELS)), axis=0).astype("<i2")
    for number, options in enumerate((
        Options(profile="balanced"), Options(profile="fast"), Options(do_time_diff=False), Options(do_spatial_diff=True),
    )):  # fmt: skip
        with tempfile.TemporaryDirectory() as name:
            raw, cbin, ch = (Path(name) / f"x.{one}" for one in ("bin", "cbin", "ch"))
            raw.write_bytes(values.tobytes())
            compress_file(raw, cbin, ch, sample_rate=200.0, n_channels=CHANNELS, dtype="int16", options=options)
            head, body = ch.read_bytes(), cbin.read_bytes()
        (folder / f"seed-{number}").write_bytes(struct.pack("<H", len(head)) + head + body)


def one_input(data: bytes) -> None:
    """Open a recording, and read it in every way; it may be damaged."""
    if len(data) < 2:
        return
    (length,) = struct.unpack("<H", data[:2])
    try:
        value = json.loads(data[2 : 2 + length])
    except (ValueError, RecursionError):
        return
    try:
        header = parse_header(value, "fuzzed.ch")
        if header.n_samples * header.n_channels > MOST_VALUES:
            return
        with Reader.at(Bytes(data[2 + length :]), header, n_threads=1, quiet=True) as reader:
            middle = reader.n_samples // 2
            assert reader[middle : middle + 3].shape[1] == header.n_channels
            one = reader[:, -1]
            assert one.shape == (header.n_samples,)
            whole = reader[:]
            assert whole.shape == (header.n_samples, header.n_channels)
            np.testing.assert_array_equal(whole[:, -1], one)
    except CodecError:
        return


ODD = (
    None,
    True,
    -1,
    0,
    1,
    2**31,
    2**63,
    1e308,
    0.5,
    "",
    "int16",
    ">u8",
    "float32",
    [],
    [0],
    {},
    [[1]],
    "\x00",
    float("nan"),
)


def mutated(data: bytes, most: int, seed: int) -> bytes:
    """Change an input: its bytes, one value of its header, or what a chunk inflates to, with offsets that fit again."""
    chance = random.Random(seed)
    parts = _parts(data)
    kind = chance.randrange(4)
    if parts is None or kind == 0:
        return bytes(atheris.Mutate(data, most))
    header, body = parts
    if kind == 1:
        header[chance.choice(list(header))] = chance.choice(ODD)
    elif kind == 2:
        body = bytes(atheris.Mutate(body, max(len(body), 1)))
    else:
        body = _rewritten(header, body, chance)
    head = json.dumps(header).encode()
    return (struct.pack("<H", min(len(head), 65535)) + head + body)[:most]


def _parts(data: bytes) -> tuple[dict[str, Any], bytes] | None:
    length = struct.unpack("<H", data[:2])[0] if len(data) > 1 else 0
    try:
        header = json.loads(data[2 : 2 + length])
    except (ValueError, RecursionError):
        return None
    return (header, data[2 + length :]) if isinstance(header, dict) and header else None


def _rewritten(header: dict[str, Any], body: bytes, chance: random.Random) -> bytes:
    """Change what one chunk inflates to, and move those behind it."""
    try:
        offsets = [int(one) for one in header["chunk_offsets"]]
        number = chance.randrange(len(offsets) - 1)
        start, stop = offsets[number : number + 2]
        inflated = zlib.decompressobj().decompress(body[start:stop], 1 << 16)
    except (KeyError, TypeError, ValueError, IndexError, zlib.error):
        return body
    deflated = zlib.compress(bytes(atheris.Mutate(inflated, len(inflated) + 4 * chance.randrange(2))))
    moved = len(deflated) - (stop - start)
    header["chunk_offsets"] = [*offsets[: number + 1], *(one + moved for one in offsets[number + 1 :])]
    return body[:start] + deflated + body[stop:]


def main() -> None:
    """Fuzz until somebody or ``-max_total_time`` ends it."""
    words = sys.argv[1:] or ["build/fuzz"]
    folder = Path(words[0])
    if not folder.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        seeds(folder)
    limits = ["-rss_limit_mb=1024", "-timeout=10", "-max_len=16384"]
    atheris.Setup([sys.argv[0], *words, *limits], one_input, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
