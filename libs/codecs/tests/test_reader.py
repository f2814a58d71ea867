"""The reader: numpy's indexing, mtscomp's interface, copies only, few bytes for few channels."""

import threading

import mtscomp
import numpy as np
import pytest
from bregma_codecs import BadInput, Options, Reader, compress_file
from bregma_codecs.decompressing import File
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

RATE = 1000.0

N, C = 2500, 30


def places(length):
    """Everything that may index an axis, some of it out of bounds."""
    whole = st.integers(-length - 2, length + 1)
    return st.one_of(
        whole, whole.map(np.int64), st.integers(0, length).map(np.uint16), st.slices(length),
        st.lists(whole, max_size=6), arrays("int32", st.integers(0, 5), elements=whole),
        arrays("int64", (2, 3), elements=whole), arrays(bool, length), st.just(slice(None)), st.just(slice(None, None, -7)),
    )  # fmt: skip


items = st.one_of(places(N), places(N).map(lambda one: (one,)), st.tuples(places(N), places(C)), st.just(Ellipsis),
                  st.tuples(st.just(Ellipsis), places(C)), st.tuples(places(N), st.just(Ellipsis)))  # fmt: skip


def outcome(array, item):
    try:
        return array[item]
    except IndexError as error:
        return type(error)


@pytest.mark.parametrize("how", [{}, {"profile": "fast"}, {"do_spatial_diff": True}, {"chunk_order": "C"}, {"do_time_diff": False}],
                         ids=str)  # fmt: skip
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(item=items)
def test_any_index_gives_what_numpy_gives(packed, request, how, item):
    if not hasattr(request.node, "pair"):
        cbin, values = packed(N, C, **how)
        request.node.pair = Reader.at(cbin, n_threads=1, cache_size=2), values
    reader, values = request.node.pair
    found, wanted = outcome(reader, item), outcome(values, item)
    assert (found is IndexError) == (wanted is IndexError), item
    if wanted is IndexError:
        assert found is IndexError
        return
    assert (np.shape(found), found.dtype) == (np.shape(wanted), wanted.dtype)
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (1.5, "whole numbers"), ("x", "whole numbers"), (None, "new axes"), (True, "mask"), ((0, 0, 0), "too many"),
        ((Ellipsis, Ellipsis), "single ellipsis"), (np.array([0.5]), "float64"), (N, "out of bounds"), (-N - 1, "out of bounds"),
        (np.ones(7, bool), "7 values"), (np.ones((7, 7), bool), "mask"), ((0, C), "axis 1"), ((slice(None), [C]), "axis 1"),
    ],
)  # fmt: skip
def test_what_is_no_index_is_said(packed, item, said):
    cbin, _ = packed(N, C)
    with Reader.at(cbin) as reader, pytest.raises(IndexError, match=said):
        reader[item]


def test_a_mask_of_both_axes(packed):
    cbin, values = packed(N, C)
    mask = values > values.mean()
    assert np.array_equal(Reader.at(cbin)[mask], values[mask])


def test_what_comes_out_is_nobody_elses(packed):
    cbin, values = packed(N, C)
    reader = Reader.at(cbin)
    for item in (slice(0, 1000), slice(10, 20), (slice(10, 20), 3), 5, [1, 2], slice(0, 1000)):
        found = reader[item]
        assert np.array_equal(found, values[item])
        found[...] = 0
        assert np.array_equal(reader[item], values[item])
    chunk = reader.read_chunk(1)
    chunk[...] = 0
    assert np.array_equal(reader.read_chunk(1), values[1000:2000])
    for row in reader:
        row[...] = 0
        break
    assert np.array_equal(reader[0], values[0])


def test_a_small_part_does_not_keep_a_large_one_alive(packed):
    cbin, _ = packed(N, C)
    found = Reader.at(cbin)[10:2000, 3]
    assert found.base is None or found.base.nbytes <= 2 * found.nbytes


class Counting(File):
    """A file that counts what is read of it."""

    count = 0

    def read(self, offset, length):
        self.count += length
        return super().read(offset, length)


def test_one_channel_moves_few_bytes(packed):
    cbin, values = packed(4000, 120)
    source = Counting(cbin)
    with Reader.at(source) as reader:
        assert reader.indexed
        assert np.array_equal(reader[:, 60], values[:, 60])
        assert source.count < cbin.stat().st_size / 5
        source.count = 0
        assert np.array_equal(reader[1500:2500, [119, 3, 3]], values[1500:2500][:, [119, 3, 3]])
        assert source.count < cbin.stat().st_size / 5
        source.count = 0
        assert np.array_equal(reader[:10], values[:10])
        assert source.count <= reader.chunk_offsets[1]


def test_decoded_chunks_are_kept_within_bounds(packed):
    cbin, values = packed(5000, C)
    source = Counting(cbin)
    with Reader.at(source, cache_size=2) as reader:
        reader[0:1000]
        source.count = 0
        assert np.array_equal(reader[10:20], values[10:20])
        assert np.array_equal(reader[10:20, 4], values[10:20, 4])
        assert source.count == 0
        reader[1000:5000]
        reader[10:20]
        assert source.count > 0, "two chunks are kept, not five"
        reader[2010:2020]
        source.count = 0
        reader[2020:2030]
        reader[2030:2040]
        assert source.count <= reader.chunk_offsets[3] - reader.chunk_offsets[2]
        reader.set_cache_size()
        assert reader.cache_size == 2
        reader._chunks.most_bytes = 10
        assert np.array_equal(reader[0:1000], values[0:1000])


def test_seconds(packed):
    cbin, values = packed(N, C)
    reader = Reader.at(cbin)
    assert np.array_equal(reader.read(0.3, 0.9), values[300:900])
    assert np.array_equal(reader.read(0.1 * 3, 1, [2, 5]), values[300:1000, [2, 5]])
    assert reader.read(1, 1).shape == (0, C)
    for wrong in ((-0.1, 1), (2, 1), (0, 2.6), (float("nan"), 1)):
        with pytest.raises(IndexError, match="outside"):
            reader.read(*wrong)


def test_it_is_an_array_for_numpy(packed):
    cbin, values = packed(N, C)
    with Reader.at(cbin) as reader:
        assert np.array_equal(np.asarray(reader), values)
        assert np.asarray(reader, dtype="float32").dtype == "float32"
        assert (len(reader), reader.ndim, reader.size, reader.shape, reader.dtype) == (
            N,
            2,
            N * C,
            (N, C),
            np.dtype("int16"),
        )
        assert reader.duration == 2.5
        assert "2,500 samples x 30 channels" in repr(reader)
        assert np.array_equal(np.array(list(reader)), values)
        with pytest.raises(ValueError, match="without a copy"):
            reader.__array__(copy=False)


def test_the_interface_that_readers_of_mtscomp_use(packed):
    """Attributes and calls of spikeglx.Reader, SpikeInterface's read_cbin_ibl and phylib's traces, with mtscomp's answers."""
    cbin, values = packed(N, C)
    theirs = mtscomp.Reader(n_threads=2, cache_size=3, quiet=True)
    ours = Reader(n_threads=2, cache_size=3, quiet=True)
    for one in (theirs, ours):
        one.open(cbin, cbin.with_suffix(".ch"))
    for name in ("shape", "dtype", "ndim", "n_samples", "n_channels", "n_chunks", "sample_rate", "chunk_bounds", "chunk_offsets",
                 "chunk_order", "batch_size", "n_batches"):  # fmt: skip
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.cmeta.sha1_compressed == theirs.cmeta.sha1_compressed
    assert dict(ours.cmeta) == json_of(theirs.cmeta)
    assert not hasattr(ours.cmeta, "nothing")
    assert ours.cdata.name == theirs.cdata.name == str(cbin)
    assert list(ours.iter_chunks()) == list(theirs.iter_chunks())
    assert list(ours.iter_chunks(1, 1)) == list(theirs.iter_chunks(1, 1))
    for first, last in ((0, 10), (990, 1010), (0, N), (5, 5)):
        assert np.array_equal(ours[first:last, :C], theirs[first:last, :C])
    pool = ours.start_thread_pool()
    assert ours.start_thread_pool() is pool
    chunks = ours.decompress_chunks(range(3), ours.pool)
    assert np.array_equal(np.concatenate([chunks[one] for one in range(3)]), values)
    assert list(ours.decompress_chunks([1])) == [1]
    for chunk, start, length in ours.iter_chunks():
        assert np.array_equal(ours.read_chunk(chunk, start, length), theirs.read_chunk(chunk, start, length))
    ours.stop_thread_pool()
    ours.stop_thread_pool()
    ours.start_thread_pool()
    ours.close()
    ours.close()
    assert ours.pool is None
    with pytest.raises(BadInput, match="no recording is open"):
        ours[0]


def json_of(value):
    return {key: list(one) if isinstance(one, tuple) else one for key, one in value.items()}


def test_many_threads_read_one_reader(packed):
    cbin, values = packed(6000, C)
    wrong = []
    with Reader.at(cbin, cache_size=2) as reader:

        def read(seed):
            random = np.random.default_rng(seed)
            for _ in range(40):
                first = int(random.integers(0, 5900))
                item = (
                    slice(first, first + int(random.integers(1, 100))),
                    int(random.integers(0, C)) if first % 2 else slice(None),
                )
                if not np.array_equal(reader[item], values[item]):
                    wrong.append(item)

        threads = [threading.Thread(target=read, args=(seed,)) for seed in range(6)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert not wrong


def test_chop_and_tofile(packed, tmp_path):
    cbin, values = packed(N, C)
    with Reader.at(cbin, quiet=True) as reader:
        cut, ch = reader.chop(2)
        assert (cut.name, ch.name) == ("probe.ap.chopped.cbin", "probe.ap.chopped.ch")
        other = mtscomp.Reader(quiet=True)
        other.open(cut)
        assert np.array_equal(other[:], values[:2000])
        for wrong in (0, 3, -1):
            with pytest.raises(BadInput, match="3 chunks"):
                reader.chop(wrong)
        with pytest.raises(BadInput, match="there already"):
            reader.chop(1, cut)
        assert reader.tofile(tmp_path / "back.bin").read_bytes() == values.tobytes()
        with pytest.raises(BadInput, match="there already"):
            reader.tofile(tmp_path / "back.bin")
        reader.tofile(tmp_path / "back.bin", overwrite=True)


def test_opening_another_closes_the_first(packed, tmp_path):
    cbin, values = packed(N, C)
    reader = Reader.at(cbin)
    with pytest.raises(BadInput):
        reader.open(tmp_path / "nothing.cbin", reader.header)
    assert np.array_equal(reader[:5], values[:5]), "what was open stays open"
    reader.open(cbin, reader.header)
    assert np.array_equal(reader[:5], values[:5])


def test_empty_reads(packed):
    cbin, _ = packed(N, C)
    reader = Reader.at(cbin)
    assert reader[5:5].shape == (0, C)
    assert reader[[]].shape == (0, C)
    assert reader[5:5, 3].shape == (0,)
    assert reader[:, []].shape == (N, 0)


def test_options_that_make_no_sense(raw):
    path, _ = raw()
    for options, said in (
        ({"chunk_duration": 0}, "chunk_duration"), ({"chunk_order": "A"}, "chunk_order"), ({"n_threads": 0}, "n_threads"),
        ({"profile": "best"}, "profile"), ({"comp_level": 10}, "comp_level"), ({"chunk_duration": float("inf")}, "chunk_duration"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=said):
            compress_file(path, sample_rate=RATE, n_channels=C, dtype="int16", options=Options(**options))
    assert [one.name for one in path.parent.iterdir()] == [path.name]
