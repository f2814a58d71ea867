"""Slices of compressed recordings: from a folder, from a store, and from a store that is rude."""

import json

import numpy as np
import pytest
from bregma_codecs import Options, compress_file
from click.testing import CliRunner
from one_client import ONE
from one_client.cache import Cache
from one_client.cli import cli
from one_client.errors import (
    AmbiguousDataset,
    BadRequest,
    CorruptFile,
    DatasetNotFound,
    NotServable,
    Offline,
    UrlExpired,
)
from one_client.library import Library

RATE, CHANNELS, SAMPLES = 1000, 30, 5500
SESSION = "examplelab/Subjects/IBL_123/2019-08-10/001"
NAME = "_spikeglx_ephysData_g0_t0.imec0.{band}.bin"


def write(folder, band="ap", seed=0, profile="balanced"):
    """Compress a generated recording of (SAMPLES, CHANNELS) into a folder; return its samples."""
    random = np.random.default_rng(seed)
    values = np.cumsum(random.normal(0, 9, (SAMPLES, CHANNELS)), axis=0).astype("int16")
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / NAME.format(band=band)
    values.tofile(raw)
    compress_file(
        raw, sample_rate=RATE, n_channels=CHANNELS, dtype="int16", options=Options(n_threads=1, profile=profile)
    )
    raw.unlink()
    return values


@pytest.fixture
def root(tmp_path):
    return tmp_path / "sessions"


@pytest.fixture
def samples(root):
    return write(root / SESSION / "raw_ephys_data/probe00")


@pytest.fixture
def store(root, samples, make_store):
    return make_store(root)


@pytest.fixture
def one(root, store, remote_folder, tmp_path):
    with ONE.of(Library(remote_folder(root, store), Cache(tmp_path / "cache"), progress=False)) as one:
        yield one


def cbin(root, collection="probe00", band="ap"):
    return (root / SESSION / "raw_ephys_data" / collection / NAME.format(band=band)).with_suffix(".cbin")


def chunk_bytes(root, *chunks):
    offsets = json.loads(cbin(root).with_suffix(".ch").read_text())["chunk_offsets"]
    return sum(offsets[one + 1] - offsets[one] for one in chunks)


def ranges(store):
    return [asked for path, asked in store.requests if path.endswith(".cbin")]


def test_a_folder_is_read_where_it_lies(root, samples):
    with ONE.from_folder(root) as one:
        np.testing.assert_array_equal(one.load_slice(SESSION, "ephysData.raw.ap", 990, 2010), samples[990:2010])
        with one.open_recording(SESSION, "*.ap.cbin") as recording:
            assert recording.name == "raw_ephys_data/probe00/_spikeglx_ephysData_g0_t0.imec0.ap.cbin"
            np.testing.assert_array_equal(recording[-3:, ::-2], samples[-3:, ::-2])


def test_a_slice_from_the_store(one, samples, store):
    found = one.load_slice(SESSION, "ephysData.raw.ap", 900, 2100)
    np.testing.assert_array_equal(found, samples[900:2100])
    assert found.dtype == np.int16
    assert len(ranges(store)) == 3
    assert all(ranges(store)), "never the whole file"


def test_the_lazy_array_is_as_numpy(one, samples):
    with one.open_recording(SESSION, "ephysData.raw.ap") as recording:
        assert (recording.shape, recording.ndim, recording.dtype) == (samples.shape, 2, samples.dtype)
        assert (recording.sample_rate, recording.duration, len(recording)) == (1000, 5.5, SAMPLES)
        assert recording.size == samples.size
        assert "5,500 samples x 30 channels" in repr(recording)
        for item in (5, -1, slice(10, 4000, 7), (slice(None), 3), (slice(5000, None), [1, -1]), ([7, 4999, 7], 29),
                     (slice(1200, 900, -1), slice(0, 4)), np.int64(4321), ...):  # fmt: skip
            np.testing.assert_array_equal(recording[item], samples[item])
        np.testing.assert_array_equal(recording.read(0.3, 1.7), samples[300:1700])
        np.testing.assert_array_equal(recording.read(4, 4.5, [2, 3]), samples[4000:4500, 2:4])
        np.testing.assert_array_equal(np.asarray(recording), samples)
        with pytest.raises(IndexError):
            recording[SAMPLES]
        with pytest.raises(IndexError):
            recording.read(5, 6)
    with pytest.raises(BadRequest, match="closed"):
        recording[0]


def test_only_the_bytes_of_its_chunks_move(one, root, samples):
    with one.open_recording(SESSION, "ephysData.raw.ap") as recording:
        recording.read(1, 2)
        assert recording.moved == chunk_bytes(root, 1)
        for first in range(1000, 2000, 100):  # again from what was kept
            np.testing.assert_array_equal(recording[first : first + 100], samples[first : first + 100])
        assert recording.moved == chunk_bytes(root, 1)


def test_one_channel_moves_far_less(one, root, samples, store):
    np.testing.assert_array_equal(
        one.load_slice(SESSION, "ephysData.raw.ap", 3000, 4000, channels=29), samples[3000:4000, 29]
    )
    first, last = map(int, ranges(store)[0].removeprefix("bytes=").split("-"))
    assert last + 1 - first < chunk_bytes(root, 3) / 6


def test_neighbouring_channels_are_one_request(one, samples, store):
    found = one.load_slice(SESSION, "ephysData.raw.ap", 3000, 4000, channels=slice(9, 15))
    np.testing.assert_array_equal(found, samples[3000:4000, 9:15])
    assert len(ranges(store)) == 1


def test_the_table_of_chunks_comes_once(one, store):
    for start in (0, 1000):
        one.load_slice(SESSION, "ephysData.raw.ap", start, start + 10)
    assert [path for path, _ in store.requests if path.endswith(".ch")] == [
        cbin(store.root).with_suffix(".ch").relative_to(store.root).as_posix()
    ]


def test_a_recording_without_an_index(root, make_store, remote_folder, tmp_path):
    values = write(root / SESSION / "raw_ephys_data/probe00", profile="fast")
    store = make_store(root)
    library = Library(remote_folder(root, store), Cache(tmp_path / "cache"))
    with ONE.of(library) as one, one.open_recording(SESSION, "ephysData.raw.ap") as recording:
        np.testing.assert_array_equal(recording[:1000, 3], values[:1000, 3])
        np.testing.assert_array_equal(recording[:1000, 4], values[:1000, 4])
        assert recording.moved == chunk_bytes(root, 0), "the second channel comes from what was kept"


def test_what_is_here_already_is_not_asked_for(one, samples, store):
    one.download(SESSION)
    store.requests.clear()
    np.testing.assert_array_equal(one.load_slice(SESSION, "ephysData.raw.ap", 5, 9), samples[5:9])
    assert store.requests == []


def test_probes_and_bands_must_be_told_apart(one, root, samples):
    second = write(root / SESSION / "raw_ephys_data/probe01", seed=1)
    low = write(root / SESSION / "raw_ephys_data/probe00", band="lf", seed=2)
    one.list_datasets(SESSION, refresh=True)
    with pytest.raises(AmbiguousDataset, match=r"probe00.*probe01"):
        one.load_slice(SESSION, "ephysData.raw.ap", 0, 10)
    found = one.load_slice(SESSION, "ephysData.raw.ap", 0, 10, collection="*/probe01")
    np.testing.assert_array_equal(found, second[:10])
    np.testing.assert_array_equal(one.load_slice(SESSION, "ephysData.raw.lf", 0, 10), low[:10])


def test_what_is_not_there_is_said(one, root):
    with pytest.raises(DatasetNotFound, match=r"imec0\.ap\.cbin"):
        one.load_slice(SESSION, "ephysData.raw.lf", 0, 10)
    cbin(root).with_suffix(".ch").unlink()
    one.list_datasets(SESSION, refresh=True)
    with pytest.raises(DatasetNotFound, match="no table of chunks"):
        one.load_slice(SESSION, "ephysData.raw.ap", 0, 10)


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4), (0, SAMPLES + 1)])
def test_samples_outside_are_refused(one, start, stop):
    with pytest.raises(BadRequest, match="It has samples 0 to 5500"):
        one.load_slice(SESSION, "ephysData.raw.ap", start, stop)


@pytest.mark.parametrize("channels", [30, [0, 31], "all"])
def test_channels_outside_are_refused(one, channels):
    with pytest.raises(BadRequest, match="channels 0 to 29"):
        one.load_slice(SESSION, "ephysData.raw.ap", 0, 5, channels=channels)


def test_offline_reads_what_is_cached_and_says_what_is_not(one, samples):
    one.load_slice(SESSION, "ephysData.raw.ap", 0, 5)
    with ONE.of(Library(one.library.backend, one.library.cache, mode="offline")) as offline:
        with pytest.raises(NotServable, match="not in the cache"):
            offline.load_slice(SESSION, "ephysData.raw.ap", 0, 5)
        one.download(SESSION)
        np.testing.assert_array_equal(offline.load_slice(SESSION, "ephysData.raw.ap", 0, 5), samples[:5])


# ---- rude stores ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("faults", [["cut"], ["short"], ["wrong"], ["shifted"], ["503"], ["expired"],
                                    ["wrong", "expired", "short"], ["wrong", "wrong"]])  # fmt: skip
@pytest.mark.parametrize("channels", [None, 4])
def test_the_right_data_come_in_spite_of(one, samples, store, faults, channels):
    with one.open_recording(SESSION, "ephysData.raw.ap") as recording:
        store.faults = list(faults)
        expected = samples[1000:2000] if channels is None else samples[1000:2000, channels]
        np.testing.assert_array_equal(recording.slice(1000, 2000, channels), expected)
        assert store.faults == []


def test_an_expired_url_is_signed_again(one, samples, store):
    with one.open_recording(SESSION, "ephysData.raw.ap") as recording:
        store.key = b"another key, so that every earlier URL is refused"
        np.testing.assert_array_equal(recording[:], samples)
    assert one.library.backend.asked.count("locate") == 3, "the table, the recording, and once more for all threads"


def test_a_refusal_that_stays_names_file_and_chunk(one, store):
    with one.open_recording(SESSION, "ephysData.raw.ap") as recording:
        store.faults = ["expired"] * 20
        with pytest.raises(UrlExpired, match=r"(?s)imec0\.ap\.cbin.*chunk 2"):
            recording[2000:2010]


@pytest.mark.parametrize("channels", [None, 4])
def test_damaged_bytes_name_file_and_chunk(one, root, store, channels, samples):
    with one.open_recording(SESSION, "ephysData.raw.ap") as recording:
        data = bytearray(cbin(root).read_bytes())
        offset, length = chunk_bytes(root, 0, 1), chunk_bytes(root, 2)
        data[offset + 2 : offset + length] = bytes(length - 2)
        cbin(root).write_bytes(data)
        with pytest.raises(CorruptFile, match=r"imec0\.ap\.cbin: chunk 2"):
            recording.slice(2000, 2010, channels)
        assert len(ranges(store)) == 3, "asked for again, and not for ever"
        np.testing.assert_array_equal(recording[3000:3010], samples[3000:3010])


def test_a_store_that_is_gone(one, store, monkeypatch):
    monkeypatch.setattr("one_client.download._MAX_WAIT", 0.01)
    with one.open_recording(SESSION, "ephysData.raw.ap") as recording:
        store.faults = ["503"] * 20
        with pytest.raises(Offline, match=r"503.*chunk 0"):
            recording[:10]


def test_a_table_of_another_file(one, root):
    table = cbin(root).with_suffix(".ch")
    value = json.loads(table.read_text())
    value["chunk_offsets"][-1] -= 7
    table.write_text(json.dumps(value))
    one.list_datasets(SESSION, refresh=True)
    with pytest.raises(CorruptFile, match=r"imec0\.ap"):
        one.load_slice(SESSION, "ephysData.raw.ap", 0, 10)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": "2.0"}'])
def test_a_table_that_is_none(one, root, text):
    cbin(root).with_suffix(".ch").write_text(text)
    one.list_datasets(SESSION, refresh=True)
    with pytest.raises(CorruptFile, match=r"imec0\.ap\.ch"):
        one.load_slice(SESSION, "ephysData.raw.ap", 0, 10)


# ---- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(root, samples, tmp_path):
    def run(*words, status=0):
        result = CliRunner().invoke(
            cli, ["--folder", str(root), "slice", SESSION, *words, "-o", str(tmp_path / "out.npy")]
        )
        assert result.exit_code == status, result.output
        return result.output

    return run


@pytest.mark.parametrize(
    ("said", "meant"), [("4", [4]), ("0,9,-1", [0, 9, -1]), ("3:9", slice(3, 9)), ("::7", slice(None, None, 7))]
)
def test_the_command_saves_a_slice(command, samples, tmp_path, said, meant):
    told = command("ephysData.raw.ap", "900", "1100", "--channels", said)
    found = np.load(tmp_path / "out.npy")
    np.testing.assert_array_equal(found, samples[900:1100, meant])
    assert f"200 samples x {found.shape[1]} channels, int16" in told


def test_the_command_says_what_is_wrong_and_writes_nothing(command, tmp_path):
    assert "must look like" in command("ephysData.raw.ap", "0", "10", "--channels", "1-5", status=2)
    assert "must look like" in command("ephysData.raw.ap", "0", "10", "--channels", "1:2:3:4", status=2)
    assert "lie outside" in command("ephysData.raw.ap", "0", "99999", status=1)
    assert not (tmp_path / "out.npy").exists()
