"""Bad input, damage and faults: a message that names file and chunk, nothing left behind, the original untouched."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from bregma_codecs import (
    BadHeader,
    BadInput,
    CodecError,
    Damaged,
    Options,
    Reader,
    compress_file,
    decompress_file,
    deflating,
    verify_file,
)
from bregma_codecs import compressing as writing
from bregma_codecs.index import KEY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RATE = 1000.0

C = 30


def write(path, **given):
    return compress_file(path, **{"sample_rate": RATE, "n_channels": C, "dtype": "int16", **given})


def refuse(cbin, said, kind=CodecError):
    """Every way of reading the file refuses it and leaves nothing behind."""
    before = sorted(one.name for one in cbin.parent.iterdir())
    for call in (verify_file, decompress_file, lambda one: verify_file(one, n_threads=2)):
        with pytest.raises(kind, match=said):
            call(cbin)
    assert sorted(one.name for one in cbin.parent.iterdir()) == before


@pytest.fixture
def pair(packed):
    """A compressed recording of five chunks without the raw one beside it."""
    cbin, values = packed(4700, C)
    cbin.with_suffix(".bin").unlink()
    return cbin, values


def change(cbin, **keys):
    ch = cbin.with_suffix(".ch")
    ch.write_text(json.dumps({**json.loads(ch.read_text()), **keys}))


# --------------------------------------------------------------------------------------------- damaged files


def test_truncated(pair):
    cbin, _ = pair
    cbin.write_bytes(cbin.read_bytes()[:-1])
    refuse(cbin, r"probe\.ap\.cbin: .*truncated", BadHeader)


def test_appended(pair):
    cbin, _ = pair
    with cbin.open("ab") as stream:
        stream.write(b"x")
    refuse(cbin, "longer than it was written", BadHeader)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_flipped_bit_is_found(packed, request, data):
    if not hasattr(request.node, "pair"):
        request.node.pair = packed(1500, 6)[0]
    cbin = request.node.pair
    whole = bytearray(cbin.read_bytes())
    place, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    whole[place] ^= 1 << bit
    broken = cbin.with_name("broken.cbin")
    broken.write_bytes(whole)
    (broken.with_suffix(".ch")).write_bytes(cbin.with_suffix(".ch").read_bytes())
    with pytest.raises(Damaged, match=r"chunk|SHA-1"):
        verify_file(broken)
    reader = Reader.at(broken)
    good = Reader.at(cbin)
    for channel in range(6):  # by the index: right, or refused
        try:
            assert np.array_equal(reader[:, channel], good[:, channel])
        except Damaged:
            continue


def test_the_damaged_chunk_is_named_and_the_others_are_read(pair):
    cbin, values = pair
    offsets = Reader.at(cbin).chunk_offsets
    whole = bytearray(cbin.read_bytes())
    whole[offsets[2] + 500 : offsets[2] + 700] = bytes(200)
    cbin.write_bytes(whole)
    refuse(cbin, r"probe\.ap\.cbin: chunk 2 is damaged", Damaged)
    reader = Reader.at(cbin)
    assert np.array_equal(reader[:2000], values[:2000])
    with pytest.raises(Damaged, match="chunk 2"):
        reader[1990:2010]


def test_swapped_chunks_are_found_by_the_hash(pair):
    """Each is sound by itself, and mtscomp takes them."""
    cbin, _ = pair
    header = json.loads(cbin.with_suffix(".ch").read_text())
    offsets, whole = header["chunk_offsets"], cbin.read_bytes()
    pieces = [whole[a:b] for a, b in itertools.pairwise(offsets)]
    pieces[0], pieces[1] = pieces[1], pieces[0]
    cbin.write_bytes(b"".join(pieces))
    lengths = [len(one) for one in pieces]
    change(cbin, chunk_offsets=[0, *np.cumsum(lengths).tolist()])
    refuse(cbin, "SHA-1 of the compressed recording", Damaged)
    change(cbin, sha1_compressed=None)
    refuse(cbin, "SHA-1 of the decompressed recording", Damaged)
    decompress_file(cbin, check=False)


def test_bytes_behind_a_stream(pair):
    cbin, _ = pair
    whole = cbin.read_bytes()
    cbin.write_bytes(whole + b"more")
    header = json.loads(cbin.with_suffix(".ch").read_text())
    change(cbin, chunk_offsets=[*header["chunk_offsets"][:-1], len(whole) + 4], sha1_compressed=None)
    refuse(cbin, "chunk 4 is damaged: bytes follow", Damaged)


def test_a_header_that_claims_fewer_samples(pair):
    cbin, _ = pair
    bounds = Reader.at(cbin).chunk_bounds
    change(cbin, chunk_bounds=[*bounds[:-1], bounds[-1] + 3])
    refuse(cbin, "chunk 4 is damaged: it holds", Damaged)
    change(cbin, chunk_bounds=[*bounds[:-1], bounds[-1] - 3])
    refuse(cbin, "chunk 4 is damaged: it does not inflate", Damaged)


@pytest.mark.parametrize("key", ["of", "groups", "table", "version"])
@pytest.mark.parametrize(
    "value", [None, [], "", 7, [0, 30], "0" * 50, {"x": 1}, [0, 12, 12, 30], [0, 7.5, 30], "!!!\x00"]
)
def test_a_spoiled_index_is_none(pair, key, value):
    cbin, values = pair
    index = json.loads(cbin.with_suffix(".ch").read_text())[KEY]
    change(cbin, **{KEY: {**index, key: value}})
    reader = Reader.at(cbin)
    assert not reader.indexed
    assert np.array_equal(reader[:, 5], values[:, 5])


def test_an_index_that_points_elsewhere_is_found_out(pair):
    import base64
    import zlib

    cbin, values = pair
    index = json.loads(cbin.with_suffix(".ch").read_text())[KEY]
    numbers = np.frombuffer(zlib.decompress(base64.b85decode(index["table"])), "<u4").reshape(2, 5, -1).copy()
    numbers[0, 1, 0] += 1
    table = base64.b85encode(zlib.compress(numbers.tobytes())).decode()
    change(cbin, **{KEY: {**index, "table": table}})
    reader = Reader.at(cbin)
    with pytest.raises(Damaged, match="chunk 1"):
        reader[:, 1]
    numbers[0, 1, 0] = 2**32 - 1
    change(cbin, **{KEY: {**index, "table": base64.b85encode(zlib.compress(numbers.tobytes())).decode()}})
    assert not Reader.at(cbin).indexed
    change(cbin, **{KEY: "no index at all"})
    assert np.array_equal(Reader.at(cbin)[:, 1], values[:, 1])


def test_one_without_the_other(pair):
    cbin, _ = pair
    ch = cbin.with_suffix(".ch")
    kept = ch.read_bytes()
    ch.unlink()
    refuse(cbin, "there is no such header", BadHeader)
    with pytest.raises(BadHeader):
        Reader.at(cbin)
    ch.write_bytes(kept)
    cbin.unlink()
    refuse(cbin, "cannot be read", BadInput)


def test_a_store_that_gives_short_bytes(pair):
    from bregma_codecs.decompressing import File

    class Short(File):
        def read(self, offset, length):
            return super().read(offset, length)[:-1]

    cbin, _ = pair
    with pytest.raises(Damaged, match=r"chunk 0: .* bytes came instead"):
        Reader.at(Short(cbin))[:10]
    with pytest.raises(Damaged, match=r"chunk 0: .* bytes came instead"):
        Reader.at(Short(cbin))[:10, 2]


def test_a_compressed_file_that_shrinks_while_it_is_read(pair):
    cbin, _ = pair
    reader = Reader.at(cbin)
    cbin.write_bytes(b"")
    with pytest.raises(Damaged, match="chunk 3: 0 bytes came"):
        reader[3500]


# --------------------------------------------------------------------------------------------- bad recordings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"n_channels": None}, "how many channels"), ({"n_channels": -3}, "how many channels"), ({"dtype": None}, "of which type"),
        ({"dtype": "int17"}, "is no type"), ({"dtype": "{},"}, "is no type"), ({"dtype": "complex64"}, "no type of a recording"), ({"dtype": "S3"}, "no type of a recording"),
        ({"n_channels": 31}, "whole number of samples"), ({"dtype": "float32"}, "do not come back exactly"),
        ({"dtype": "float64", "n_channels": 15}, "do not come back exactly"), ({"sample_rate": None}, "samples per second"),
        ({"sample_rate": 0}, "sample_rate"), ({"sample_rate": float("nan")}, "sample_rate"), ({"offset": 10**9}, "whole number"),
        ({"offset": 1}, "whole number"), ({"dtype": "object"}, "no type of a recording"), ({"dtype": "V0"}, "no type of a recording"),
    ],
)  # fmt: skip
def test_bad_parameters(raw, given, said):
    path, _ = raw(2500, C)
    with pytest.raises(BadInput, match=said):
        write(path, **given)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["probe.ap.bin", "x.npy"])
def test_empty_and_missing(tmp_path, name):
    path = tmp_path / name
    with pytest.raises(BadInput, match="cannot be read"):
        write(path)
    path.write_bytes(b"")
    with pytest.raises(BadInput, match=r"no samples|no \.npy"):
        write(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_behind_another_header(raw):
    path, values = raw()
    path.write_bytes(b"head" + path.read_bytes())
    done = write(path, offset=4)
    assert np.array_equal(Reader.at(done.cbin)[:], values)


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(5, "int16"),
        np.zeros((4, 0), "int16"),
        np.asfortranarray(np.ones((4, 3), "int16")),
        np.zeros((0, 3), "int16"),
    ],
)
def test_arrays_that_are_no_recording(tmp_path, values):
    np.save(tmp_path / "x.npy", values)
    with pytest.raises(BadInput, match=r"x\.npy"):
        write(tmp_path / "x.npy")


def test_a_cut_off_npy(tmp_path):
    np.save(tmp_path / "x.npy", np.ones((50, 3), "int16"))
    (tmp_path / "x.npy").write_bytes((tmp_path / "x.npy").read_bytes()[:-1])
    with pytest.raises(BadInput, match="shorter than its header"):
        write(tmp_path / "x.npy")


def test_an_object_array_is_not_unpickled(tmp_path):
    np.save(tmp_path / "x.npy", np.array([[print]], dtype=object))
    with pytest.raises(BadInput):
        write(tmp_path / "x.npy")


def test_files_that_are_there_stay(raw):
    path, _ = raw()
    for name in ("probe.ap.cbin", "probe.ap.ch"):
        (path.parent / name).write_text("precious")
        with pytest.raises(BadInput, match="there already"):
            write(path)
        assert (path.parent / name).read_text() == "precious"
        (path.parent / name).unlink()
    with pytest.raises(BadInput, match="there already"):
        write(path, out=path, overwrite=True)
    done = write(path)
    with pytest.raises(BadInput, match="there already"):
        decompress_file(done.cbin)
    with pytest.raises(BadInput, match="there already"):
        decompress_file(done.cbin, out=done.cbin, overwrite=True)
    assert decompress_file(done.cbin, overwrite=True) == path
    write(path, overwrite=True)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_recording_that_shrinks_or_grows_while_it_is_read(raw, threads):
    path, _ = raw(6000)

    def cut(_done):
        os.truncate(path, 1000)

    with pytest.raises(BadInput, match="became shorter while chunk"):
        write(path, progress=cut, options=Options(n_threads=threads))
    assert list(path.parent.iterdir()) == [path]
    path, _ = raw(3000)

    def grow(_done):
        with path.open("ab") as stream:
            stream.write(b"more")

    with pytest.raises(BadInput, match="was changed"):
        write(path, progress=grow, options=Options(n_threads=threads))
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("profile", ["balanced", "fast"])
@pytest.mark.parametrize("fault", ["flip", "empty", "rubbish", "short"])
def test_a_codec_that_writes_wrong_bytes_is_caught_before_the_file_appears(raw, monkeypatch, profile, fault):
    path, _ = raw()
    real = deflating.compress

    def wrong(differences, how, groups):
        spoiled = {
            "flip": lambda: np.bitwise_xor(differences, 1),
            "empty": lambda: differences[:0],
            "short": lambda: differences[:-1],
            "rubbish": lambda: differences,
        }[fault]()
        stream = real(np.ascontiguousarray(spoiled), how, None)
        return deflating.Stream(b"rubbish") if fault == "rubbish" else stream

    monkeypatch.setattr(writing.deflating, "compress", wrong)
    with pytest.raises(Damaged, match=r"probe\.ap\.bin: chunk 0"):
        write(path, options=Options(profile=profile))
    assert list(path.parent.iterdir()) == [path]


def test_floats_are_compared_bit_by_bit(raw, monkeypatch):
    path, values = raw(dtype="float32")
    values[0, 0] = np.nan
    values.tofile(path)
    write(path, dtype="float32", options=Options(do_time_diff=False))


# --------------------------------------------------------------------------------------------- faults


def run(code, *words, **more):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **more,
    )


FULL = """
import resource, signal, sys
from bregma_codecs import compress_file, decompress_file, CodecError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = sys.argv[2]
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    if sys.argv[1] == "compress":
        compress_file(path, sample_rate=1000, n_channels=30, dtype="int16")
    else:
        decompress_file(path)
except CodecError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.parametrize("what", ["compress", "decompress"])
def test_a_disk_that_takes_no_more(pair, raw, what):
    path = raw(4700)[0] if what == "compress" else pair[0]
    if what == "compress":
        for one in (".cbin", ".ch"):
            path.with_suffix(one).unlink()
    before = {one: one.read_bytes() for one in path.parent.iterdir()}
    done = run(FULL, what, path)
    said, _ = done.communicate(timeout=60)
    assert done.returncode == 3
    assert "cannot be written (File too large)" in said
    assert {one: one.read_bytes() for one in path.parent.iterdir()} == before


def test_a_folder_that_cannot_be_made(raw):
    path, _ = raw()
    with pytest.raises(CodecError, match="cannot be written"):
        write(path, out=path / "inside" / "x.cbin", outmeta=path.parent / "x.ch")
    assert list(path.parent.iterdir()) == [path]


SLOW = """
import sys, time
from bregma_codecs import compress_file, decompress_file
def wait(_done):
    print("chunk", flush=True)
    time.sleep(0.05)
if sys.argv[1] == "compress":
    compress_file(sys.argv[2], sample_rate=100, n_channels=30, dtype="int16", progress=wait)
else:
    decompress_file(sys.argv[2], progress=wait)
"""


@pytest.mark.parametrize("chunks", [1, 7, 15])
@pytest.mark.parametrize("what", ["compress", "decompress"])
def test_kill_9_leaves_no_file_under_a_final_name(pair, raw, what, chunks):
    path = raw(2500)[0] if what == "compress" else pair[0]
    finals = [path.with_suffix(".cbin"), path.with_suffix(".ch")] if what == "compress" else [path.with_suffix(".bin")]
    for one in finals:
        one.unlink(missing_ok=True)
    if what == "decompress":
        write(raw(2500, name="other.bin")[0], sample_rate=100)
        path = path.with_name("other.cbin")
        path.with_suffix(".bin").unlink()
        finals = [path.with_suffix(".bin")]
    before = path.read_bytes()
    done = run(SLOW, what, path)
    for _ in range(chunks):
        assert done.stdout.readline() == "chunk\n", done.stderr.read()
    os.kill(done.pid, signal.SIGKILL)
    done.communicate()
    assert not [one for one in finals if one.exists()]
    assert path.read_bytes() == before
    if what == "compress":  # what the dead one left does not hinder the next
        write(path)
    else:
        decompress_file(path)
    assert all(one.exists() for one in finals)
    assert not list(path.parent.glob("*.part"))


def test_an_interrupted_call_leaves_nothing(raw):
    path, _ = raw()

    def stop(_done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(path, progress=stop, options=Options(n_threads=2))
    assert list(path.parent.iterdir()) == [path]


def test_memory_does_not_grow_with_the_recording(tmp_path):
    """Ten times the recording, hardly more memory: a fact of the design, so wide bounds suffice."""
    code = (
        "import sys, re, pathlib; from bregma_codecs import compress_file, decompress_file, Options\n"
        "done = compress_file(sys.argv[1], sample_rate=10000, n_channels=100, dtype='int16', options=Options(n_threads=2, profile='fast'))\n"
        "decompress_file(done.cbin, out=sys.argv[1] + '.back', n_threads=2)\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])"
    )
    peaks = []
    for seconds in (4, 40):
        path = Path(tmp_path / f"{seconds}.bin")
        np.random.default_rng(0).integers(-50, 50, (seconds * 10000, 100)).astype("int16").tofile(path)
        done = run(code, path)
        said, wrong = done.communicate(timeout=120)
        assert done.returncode == 0, wrong
        peaks.append(int(said))
    assert peaks[1] < peaks[0] + 30_000


def test_time_does_not_matter_but_order_does(raw):
    """Results come in the order of the chunks, however long each takes."""
    from bregma_codecs.pipeline import in_order

    def slow(number):
        time.sleep(0.02 if number % 3 == 0 else 0)
        return number

    with in_order(slow, 20, 4) as found:
        assert list(found) == list(range(20))
