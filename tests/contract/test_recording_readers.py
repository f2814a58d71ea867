"""The field's own readers, unchanged, on recordings that were compressed here: spikeglx, SpikeInterface and phylib."""

import importlib
import json

import numpy as np
import pytest
from bregma_codecs import Options, Reader, compress_file
from bregma_codecs.archive import export_zarr

RATE, CHANNELS, SAMPLES = 30_000, 385, 7_000
META = {
    "acqApLfSy": "384,384,1", "appVersion": "20190413", "fileSizeBytes": SAMPLES * CHANNELS * 2, "fileTimeSecs": SAMPLES / RATE,
    "fileName": "D:/x_g0/x_g0_imec0/x_g0_t0.imec0.ap.bin", "firstSample": 0, "imAiRangeMax": 0.6, "imAiRangeMin": -0.6,
    "imDatPrb_pn": "PRB_1_4_0480_1", "imDatPrb_port": 1, "imDatPrb_slot": 2, "imDatPrb_sn": 1, "imDatPrb_type": 0,
    "imSampRate": RATE, "nSavedChans": CHANNELS, "snsApLfSy": "384,0,1", "snsSaveChanSubset": "0:383,768", "typeThis": "imec",
    "typeImEnabled": 1, "typeNiEnabled": 0,
    "~imroTbl": "(0,384)" + "".join(f"({one} 0 0 500 250 1)" for one in range(384)),
    "~snsChanMap": "(384,384,1)" + "".join(f"(AP{one};{one}:{one})" for one in range(384)) + "(SY0;384:384)",
}  # fmt: skip


@pytest.fixture(params=["balanced", "fast", "small"])
def recording(request, tmp_path):
    """A recording under SpikeGLX's name with its .meta, and its samples."""
    draw = np.random.default_rng(0)
    values = np.cumsum(draw.integers(-6, 7, (SAMPLES, CHANNELS)), axis=0).astype("int16")
    path = tmp_path / "x_g0_t0.imec0.ap.bin"
    values.tofile(path)
    path.with_suffix(".meta").write_text("".join(f"{key}={value}\n" for key, value in META.items()))
    done = compress_file(
        path,
        sample_rate=RATE,
        n_channels=CHANNELS,
        dtype="int16",
        options=Options(profile=request.param, chunk_duration=0.05),
    )
    path.unlink()
    return done.cbin, values


def test_spikeglx(recording):
    import spikeglx

    cbin, values = recording
    reader = spikeglx.Reader(cbin)
    assert reader.is_mtscomp
    assert reader.shape == values.shape
    assert reader.fs == RATE
    volts, sync = reader.read(slice(1400, 3100), sync=True)
    assert np.allclose(volts[:, :-1], values[1400:3100, :-1] * reader.channel_conversion_sample2v["ap"][:-1])
    assert len(sync) == 1700
    assert reader.verify_hash()
    assert np.array_equal(np.asarray(reader._raw[6_990:SAMPLES, 3]), values[6_990:, 3])
    reader.close()


def test_spikeglx_decompresses(recording, tmp_path):
    import spikeglx

    cbin, values = recording
    reader = spikeglx.Reader(cbin)
    out = reader.decompress_file(out=tmp_path / "back.bin")
    reader.close()
    assert np.array_equal(np.fromfile(tmp_path / "back.bin", "int16").reshape(-1, CHANNELS), values)
    assert out is not None


def test_spikeglx_through_our_reader(recording, monkeypatch):
    """Their class on our reader instead of mtscomp's: it has all that they call."""
    import spikeglx

    cbin, values = recording
    monkeypatch.setattr(importlib.import_module("mtscomp"), "Reader", Reader)
    reader = spikeglx.Reader(cbin)
    assert isinstance(reader._raw, Reader)
    assert np.allclose(reader[2000:2100, 5], values[2000:2100, 5] * reader.channel_conversion_sample2v["ap"][5])
    reader.close()


@pytest.mark.parametrize("whose", ["theirs", "ours"])
def test_spikeinterface(recording, monkeypatch, whose):
    from spikeinterface.extractors import read_cbin_ibl

    cbin, values = recording
    if whose == "ours":
        monkeypatch.setattr(importlib.import_module("mtscomp"), "Reader", Reader)
    found = read_cbin_ibl(cbin.parent, load_sync_channel=True)
    assert (found.get_num_samples(), found.get_num_channels(), found.get_sampling_frequency()) == (
        SAMPLES,
        CHANNELS,
        RATE,
    )
    assert np.array_equal(found.get_traces(start_frame=1490, end_frame=3010), values[1490:3010])
    assert np.array_equal(
        found.get_traces(start_frame=0, end_frame=9, channel_ids=found.channel_ids[[7, 3]]), values[:9, [7, 3]]
    )


def test_spikeinterface_reads_an_archive(recording, tmp_path):
    from spikeinterface.extractors import read_zarr_array

    cbin, values = recording
    folder = export_zarr(cbin, tmp_path / "x.zarr")
    rate = json.loads((folder / ".zattrs").read_text())["sample_rate"]
    found = read_zarr_array(folder, sampling_frequency=rate)
    assert np.array_equal(found.get_traces(start_frame=1490, end_frame=3010), values[1490:3010])


def test_phylib(recording):
    from phylib.io.traces import get_ephys_reader

    cbin, values = recording
    reader = get_ephys_reader(cbin)
    assert (reader.shape, reader.sample_rate) == (values.shape, RATE)
    assert np.array_equal(reader[1490:3010], values[1490:3010])
    assert np.array_equal(reader[100:200, [5, 9]], values[100:200, [5, 9]])


def test_phylib_takes_our_reader(recording, monkeypatch):
    from phylib.io import traces

    cbin, values = recording
    monkeypatch.setattr(traces.mtscomp, "Reader", Reader)
    reader = traces.get_ephys_reader(Reader.at(cbin, n_threads=2))
    assert isinstance(reader, traces.MtscompEphysReader)
    assert np.array_equal(reader[1490:3010, 4:9], values[1490:3010, 4:9])
