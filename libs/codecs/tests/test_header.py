"""The header: what it says, and everything that may be wrong with it."""

import json

import numpy as np
import pytest
from bregma_codecs import BadHeader, parse_header, read_header
from bregma_codecs.header import chunk_bounds

GOOD = {
    "version": "1.0", "algorithm": "zlib", "comp_level": -1, "do_time_diff": True, "do_spatial_diff": False, "dtype": "int16",
    "n_channels": 2, "sample_rate": 30000.0, "chunk_bounds": [0, 10, 15], "chunk_offsets": [0, 30, 50], "chunk_order": "F",
    "sha1_compressed": "a" * 40, "sha1_uncompressed": None, "shape": [15, 2],
}  # fmt: skip
WRONG = [
    ("version", "2.0"), ("version", None), ("algorithm", "lz4"), ("dtype", "int17"), ("dtype", "{},"), ("dtype", "(1"), ("dtype", "(2,)i2"), ("dtype", "object"), ("dtype", "complex64"),
    ("dtype", 16), ("dtype", "float128"), ("dtype", "datetime64[s]"), ("n_channels", 0), ("n_channels", "2"), ("n_channels", True),
    ("sample_rate", 0), ("sample_rate", float("inf")), ("sample_rate", float("nan")), ("sample_rate", "30000"), ("sample_rate", True),
    ("chunk_bounds", [0]), ("chunk_bounds", [1, 10, 15]), ("chunk_bounds", [0, 10, 10]), ("chunk_bounds", [0, 15, 10]),
    ("chunk_bounds", [0, 10.0, 15]), ("chunk_bounds", "0,10"), ("chunk_bounds", [0, 10, 2**63]), ("chunk_bounds", [0, 10]),
    ("chunk_offsets", [0, 30, 30]), ("chunk_offsets", [0, -1, 30]), ("chunk_offsets", [0, True, 30]), ("chunk_order", "A"),
    ("chunk_order", ["F"]), ("do_time_diff", 1), ("do_spatial_diff", "no"), ("comp_level", -2), ("comp_level", "6"),
    ("sha1_compressed", "xyz"), ("sha1_compressed", 5), ("shape", "15x2"), ("shape", [1.5]), ("chunk_bounds", [0, 10, 10**9]),
]  # fmt: skip


def test_a_sound_header_and_keys_of_others():
    header = parse_header({**GOOD, "chopped": True})
    assert (header.n_samples, header.n_chunks, header.n_channels, header.sample_rate) == (15, 2, 2, 30000.0)
    assert (header.place(1), header.rows(1), header.n_bytes) == ((30, 20), 5, 60)
    assert header.extra == {"chopped": True}
    assert json.loads(header.to_json()) == {**GOOD, "chopped": True}


@pytest.mark.parametrize(("key", "value"), WRONG, ids=lambda one: str(one)[:20])
def test_what_is_wrong_is_named(key, value):
    with pytest.raises(BadHeader, match=r"^some\.ch: .*(chunk|" + key + ")"):
        parse_header({**GOOD, key: value}, "some.ch")


@pytest.mark.parametrize("key", [one for one in GOOD if not one.startswith(("sha1", "shape"))])
def test_what_is_missing_is_named(key):
    with pytest.raises(BadHeader, match=f"{key} is missing"):
        parse_header({name: value for name, value in GOOD.items() if name != key})


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '"x"', "null", "[" * 100_000, "\x00", "{'a': 1}"])
def test_files_that_are_no_header(tmp_path, text):
    path = tmp_path / "x.ch"
    path.write_text(text)
    with pytest.raises(BadHeader, match=r"x\.ch: "):
        read_header(path)


def test_no_header_at_all(tmp_path):
    with pytest.raises(BadHeader, match="there is no such header"):
        read_header(tmp_path / "x.ch")


@pytest.mark.parametrize(
    ("duration", "rate"), [(1, 30000), (0.5, 2469), (1, 1234.5), (0.0001, 10), (1, 1235.5), (100, 10)]
)
def test_bounds_are_those_of_mtscomp(duration, rate):
    step = max(1, int(np.round(duration * rate)))
    bounds = chunk_bounds(12345, duration, rate)
    assert bounds == [*range(0, 12345, step), 12345]
    assert chunk_bounds(2 * step, duration, rate) == [0, step, 2 * step]


def test_a_header_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / "x.ch").mkdir()
    with pytest.raises((BadHeader, OSError)):
        read_header(tmp_path / "x.ch")
