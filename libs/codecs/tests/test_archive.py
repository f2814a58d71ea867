"""Archives: what Zarr gives back is the recording, and nothing else is left under the name."""

import hashlib
import json
import sys

import numpy as np
import pytest
import zarr
from bregma_codecs import BadInput, CodecError, Damaged, archive, compress_file
from bregma_codecs.cli import main
from click.testing import CliRunner


@pytest.mark.parametrize("dtype", ["int16", "uint16", "int32", "int64"])
@pytest.mark.parametrize("threads", [1, 2])
def test_zarr_gives_the_recording_back(packed, tmp_path, dtype, threads):
    cbin, values = packed(3300, 70, dtype)
    done = []
    folder = archive.export_zarr(cbin, tmp_path / "x.zarr", n_threads=threads, progress=done.append)
    array = zarr.open(str(folder), mode="r")
    assert np.array_equal(array[:], values)
    assert (array.dtype, array.shape, array.chunks) == (values.dtype, values.shape, (1000, 64))
    assert dict(array.attrs) == {"sample_rate": 1000.0, "sha1": hashlib.sha1(values.tobytes()).hexdigest()}
    assert json.loads((folder / ".zarray").read_text())["compressor"]["id"] == "pcodec"
    assert sum(done) == values.nbytes
    assert np.array_equal(array[1500:1600, 69], values[1500:1600, 69])


def test_floats_and_uneven_chunks(raw, tmp_path):
    path, values = raw(2500, 8, "float32")
    from bregma_codecs import Options

    done = compress_file(path, sample_rate=1000, n_channels=8, dtype="float32", options=Options(do_time_diff=False))
    header = json.loads(done.ch.read_text())
    header.update(sha1_uncompressed=None)
    assert np.array_equal(zarr.open(str(archive.export_zarr(done.cbin, tmp_path / "x.zarr", header)))[:], values)


def test_chunks_of_several_lengths_are_written_one_after_the_other(raw, tmp_path):
    """As a recording that was joined from two has them."""
    _path, values = raw(2500, 8)
    first, second = tmp_path / "a.bin", tmp_path / "b.bin"
    values[:700].tofile(first)
    values[700:].tofile(second)
    parts = [compress_file(one, sample_rate=1000, n_channels=8, dtype="int16") for one in (first, second)]
    (tmp_path / "ab.cbin").write_bytes(parts[0].cbin.read_bytes() + parts[1].cbin.read_bytes())
    header = parts[0].header.as_dict()
    header.update(
        chunk_bounds=[0, 700, 1700, 2500], sha1_compressed=None, sha1_uncompressed=None,
        chunk_offsets=[0, *(parts[0].bytes + one for one in parts[1].header.chunk_offsets)],
    )  # fmt: skip
    folder = archive.export_zarr(tmp_path / "ab.cbin", tmp_path / "x.zarr", header, n_threads=2)
    assert np.array_equal(zarr.open(str(folder))[:], values)


def left(folder):
    return [one.name for one in folder.iterdir() if "zarr" in one.name]


def test_what_goes_wrong_leaves_nothing(packed, tmp_path, monkeypatch):
    cbin, _ = packed(2500, 8)
    target = tmp_path / "x.zarr"
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "zarr", None)
        with pytest.raises(BadInput, match="pip install"):
            archive.export_zarr(cbin, target)
    header = json.loads(cbin.with_suffix(".ch").read_text())
    with pytest.raises(Damaged, match="its header says another"):
        archive.export_zarr(cbin, target, {**header, "sha1_uncompressed": "0" * 40})
    with monkeypatch.context() as patch:
        patch.setattr(archive, "_write", lambda *_all: header["sha1_uncompressed"])
        with pytest.raises(Damaged, match="does not come back"):
            archive.export_zarr(cbin, target)

    def full(*_all):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(archive, "_write", full)
        with pytest.raises(CodecError, match="No space left"):
            archive.export_zarr(cbin, target)
    whole = bytearray(cbin.read_bytes())
    whole[len(whole) // 2] ^= 255
    cbin.write_bytes(whole)
    with pytest.raises(Damaged, match="chunk"):
        archive.export_zarr(cbin, target)
    assert left(tmp_path) == []


def test_refusals(packed, tmp_path):
    cbin, _ = packed(1200, 8, "uint8")
    with pytest.raises(BadInput, match="one byte"):
        archive.export_zarr(cbin, tmp_path / "x.zarr")
    (tmp_path / "x.zarr").mkdir()
    with pytest.raises(BadInput, match="there already"):
        archive.export_zarr(cbin, tmp_path / "x.zarr")


def test_the_command(packed, tmp_path):
    cbin, values = packed(2500, 8)
    (tmp_path / "probe.ap.zarr.part").mkdir()  # of a run that was killed
    done = CliRunner().invoke(main, ["archive", str(cbin), "-q", "-p", "1"])
    assert done.exit_code == 0, done.output
    assert "times smaller" in done.output
    assert np.array_equal(zarr.open(str(tmp_path / "probe.ap.zarr"))[:], values)
    again = CliRunner().invoke(main, ["archive", str(cbin), str(tmp_path / "probe.ap.zarr")])
    assert again.exit_code == 1
    assert "there already" in again.output
