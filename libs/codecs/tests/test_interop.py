"""The installed mtscomp reads what is written here, and the other way round, over all its options."""

import hashlib
import itertools
import json

import mtscomp
import numpy as np
import pytest
from bregma_codecs import Options, Reader, compress_file, decompress_file, read_header, verify_file
from bregma_codecs import mtscomp as ours

RATE = 1000.0

DTYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
CASES = [
    *itertools.product(["int16"], [True, False], [True, False], "FC", [1.0, 0.3, 10.0]),
    *itertools.product(DTYPES, [True], [True], "F", [0.7]),
]


def by_mtscomp(cbin):
    """Everything as the real reader gives it."""
    reader = mtscomp.Reader(quiet=True, n_threads=1)
    reader.open(cbin)
    values = reader[:]
    reader.close()
    return values


@pytest.mark.parametrize(("dtype", "time", "spatial", "order", "duration"), CASES)
def test_mtscomp_reads_ours(raw, dtype, time, spatial, order, duration):
    path, values = raw(2300, 14, dtype)
    for profile in ("balanced", "fast"):
        done = compress_file(
            path,
            sample_rate=RATE,
            n_channels=14,
            dtype=dtype,
            overwrite=True,
            options=Options(
                profile=profile, do_time_diff=time, do_spatial_diff=spatial, chunk_order=order, chunk_duration=duration
            ),
        )
        assert np.array_equal(by_mtscomp(done.cbin), values)
        assert np.array_equal(Reader.at(done.cbin)[:], values)
        assert done.header.sha1_uncompressed == hashlib.sha1(path.read_bytes()).hexdigest()
        assert done.header.sha1_compressed == hashlib.sha1(done.cbin.read_bytes()).hexdigest()


@pytest.mark.parametrize(("dtype", "time", "spatial", "order", "duration"), CASES)
def test_we_read_mtscomps(raw, tmp_path, dtype, time, spatial, order, duration):
    path, values = raw(2300, 14, dtype)
    mtscomp.compress(
        path,
        sample_rate=RATE,
        n_channels=14,
        dtype=dtype,
        do_time_diff=time,
        do_spatial_diff=spatial,
        chunk_order=order,
        chunk_duration=duration,
        check_after_compress=False,
        n_threads=1,
        quiet=True,
    )
    cbin = path.with_suffix(".cbin")
    assert np.array_equal(Reader.at(cbin)[:], values)
    assert verify_file(cbin).hashes
    assert decompress_file(cbin, out=tmp_path / "back.bin", n_threads=2).read_bytes() == path.read_bytes()
    # the header says what mtscomp's says, word by word, but for the bytes that another deflate gives and what is added
    theirs = json.loads(path.with_suffix(".ch").read_text())
    done = compress_file(
        path,
        tmp_path / "o.cbin",
        tmp_path / "o.ch",
        sample_rate=RATE,
        n_channels=14,
        dtype=dtype,
        options=Options(do_time_diff=time, do_spatial_diff=spatial, chunk_order=order, chunk_duration=duration),
    )
    mine = json.loads(done.ch.read_text())
    other = {"chunk_offsets", "sha1_compressed", "comp_level", "written_by", "bregma_index"}
    assert {key: value for key, value in mine.items() if key not in other} == {
        key: value for key, value in theirs.items() if key not in other
    }


def test_big_ends_first(raw):
    """mtscomp reads it; what mtscomp writes of it is wrong, so there is nothing to compare with."""
    path, values = raw(dtype=">i2")
    done = compress_file(path, sample_rate=RATE, n_channels=30, dtype=">i2")
    assert np.array_equal(by_mtscomp(done.cbin), values)
    assert np.array_equal(Reader.at(done.cbin)[3:2000, 4], values[3:2000, 4])
    assert Reader.at(done.cbin)[:3].dtype == ">i2"


@pytest.mark.parametrize("level", [-1, 0, 1, 6, 9])
def test_levels_are_kept_and_recorded(raw, level):
    path, values = raw()
    done = compress_file(path, sample_rate=RATE, n_channels=30, dtype="int16", options=Options(comp_level=level))
    assert read_header(done.ch).comp_level == (4 if level == -1 else level)
    assert np.array_equal(by_mtscomp(done.cbin), values)


@pytest.mark.parametrize("profile", ["balanced", "fast", "small"])
def test_profiles(raw, profile):
    path, values = raw()
    done = compress_file(path, sample_rate=RATE, n_channels=30, dtype="int16", options=Options(profile=profile))
    assert np.array_equal(by_mtscomp(done.cbin), values)
    assert done.ratio > 1
    assert Reader.at(done.cbin).indexed == (profile == "balanced")


def test_one_channel_and_one_sample(raw):
    for samples, channels in ((1, 1), (1, 5), (700, 1), (1000, 2)):
        path, values = raw(samples, channels, name=f"x{samples}-{channels}.bin")
        done = compress_file(path, sample_rate=RATE, n_channels=channels, dtype="int16")
        assert np.array_equal(by_mtscomp(done.cbin), values)
        assert np.array_equal(Reader.at(done.cbin)[:, 0], values[:, 0])


@pytest.mark.parametrize("shape", [(1200, 6), (40, 30, 6)])
@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_arrays_of_numpy(recording, tmp_path, shape, version):
    values = recording(1200, 6).reshape(shape)
    path = tmp_path / "x.npy"
    with path.open("wb") as stream:
        np.lib.format.write_array(stream, values, version)
    done = compress_file(path, tmp_path / "x.cbin", tmp_path / "x.ch", sample_rate=RATE)
    mtscomp.compress(
        path,
        tmp_path / "y.cbin",
        tmp_path / "y.ch",
        sample_rate=RATE,
        check_after_compress=False,
        quiet=True,
        n_threads=1,
    )
    assert np.array_equal(by_mtscomp(done.cbin), values.reshape(-1, 6))
    assert read_header(done.ch).shape == read_header(tmp_path / "y.ch").shape == list(shape)
    assert done.header.sha1_uncompressed == read_header(tmp_path / "y.ch").sha1_uncompressed


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_without_differences_are_exact(raw, dtype):
    path, values = raw(dtype=dtype)
    values[7, 3] = np.nan
    values.tofile(path)
    done = compress_file(path, sample_rate=RATE, n_channels=30, dtype=dtype, options=Options(do_time_diff=False))
    for found in (by_mtscomp(done.cbin), Reader.at(done.cbin)[:], Reader.at(done.cbin)[:, :]):
        assert found.tobytes() == values.tobytes()
    assert np.array_equal(Reader.at(done.cbin)[3:9, 3], values[3:9, 3], equal_nan=True)


def test_floats_of_mtscomp_are_read_as_it_reads_them(raw):
    path, _ = raw(dtype="float32")
    mtscomp.compress(
        path, sample_rate=RATE, n_channels=30, dtype="float32", check_after_compress=False, quiet=True, n_threads=1
    )
    cbin = path.with_suffix(".cbin")
    assert Reader.at(cbin)[:].tobytes() == by_mtscomp(cbin).tobytes()


def test_mtschop_of_ours_is_whole_and_its_index_is_not_believed(packed, tmp_path):
    cbin, values = packed()
    theirs = mtscomp.Reader(quiet=True)
    theirs.open(cbin)
    theirs.chop(2, tmp_path / "cut.cbin")
    theirs.close()
    assert "bregma_index" in (tmp_path / "cut.ch").read_text()
    cut = Reader.at(tmp_path / "cut.cbin")
    assert not cut.indexed
    assert np.array_equal(cut[:], values[:2000])
    assert np.array_equal(cut[5:1900, 3], values[5:1900, 3])
    assert not verify_file(tmp_path / "cut.cbin").hashes


def test_a_cut_from_the_middle_as_streamers_make_it(packed, tmp_path):
    """A byte range of whole chunks, with a header whose unknown keys were copied."""
    cbin, values = packed(samples=4500)
    header = json.loads(cbin.with_suffix(".ch").read_text())
    first, last = header["chunk_offsets"][1], header["chunk_offsets"][3]
    (tmp_path / "part.stream.cbin").write_bytes(cbin.read_bytes()[first:last])
    header.update(
        chunk_bounds=[one - 1000 for one in header["chunk_bounds"][1:4]],
        chunk_offsets=[one - first for one in header["chunk_offsets"][1:4]],
        sha1_compressed=None,
        sha1_uncompressed=None,
        chopped=True,
        chopped_first_sample=1000,
        chopped_samples=2000,
    )
    (tmp_path / "part.stream.ch").write_text(json.dumps(header))
    part = Reader.at(tmp_path / "part.stream.cbin")
    assert (part.indexed, part.shape) == (False, (2000, 30))
    assert np.array_equal(part[:], values[1000:3000])
    assert np.array_equal(part[10:20, 29], values[1010:1020, 29])


def test_functions_under_mtscomps_names(raw, tmp_path):
    path, values = raw()
    share = ours.compress(
        path, sample_rate=RATE, n_channels=30, dtype="int16", quiet=True, n_threads=2, algorithm="zlib"
    )
    assert 0 < share < 1
    assert share == path.with_suffix(".cbin").stat().st_size / path.stat().st_size
    ours.compress(path, sample_rate=RATE, n_channels=30, dtype="int16", quiet=True)  # as mtscomp, it replaces
    reader = ours.decompress(
        path.with_suffix(".cbin"), out=tmp_path / "back.bin", quiet=True, check_after_decompress=True
    )
    assert np.array_equal(reader[:], values)
    assert (tmp_path / "back.bin").read_bytes() == path.read_bytes()
    header = json.loads(path.with_suffix(".ch").read_text())
    assert np.array_equal(ours.decompress(path.with_suffix(".cbin"), header)[:], values)
    checked = []
    writer = ours.Writer(before_check=checked.append, quiet=True)
    writer.open(path, RATE, 30, "int16", offset=0)
    writer.write(tmp_path / "z.cbin", tmp_path / "z.ch")
    writer.close()
    assert checked == [writer]


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "rate"), [("locust_trial_01.raw", 15000), ("test-4ch-1s.dat", 20000)])
def test_real_recordings(real_data, tmp_path, name, rate):
    path = real_data / "ephys" / name
    values = np.fromfile(path, "int16").reshape(-1, 4)
    mtscomp.compress(
        path,
        tmp_path / "m.cbin",
        tmp_path / "m.ch",
        sample_rate=rate,
        n_channels=4,
        dtype="int16",
        quiet=True,
        n_threads=1,
    )
    assert np.array_equal(Reader.at(tmp_path / "m.cbin")[:], values)
    theirs = (tmp_path / "m.cbin").stat().st_size
    for profile in ("balanced", "fast", "small"):
        done = compress_file(
            path,
            tmp_path / f"{profile}.cbin",
            tmp_path / f"{profile}.ch",
            sample_rate=rate,
            n_channels=4,
            dtype="int16",
            options=Options(profile=profile),
        )
        assert np.array_equal(by_mtscomp(done.cbin), values)
        assert done.bytes < theirs, "every profile is smaller than mtscomp's on noisy data"
