import io

import numpy as np
import pytest
from dataset_types import (
    BadHeader,
    DatasetType,
    Header,
    IncompleteHeader,
    Registry,
    check_header,
    check_references,
    check_rows,
    content_check,
    read_header,
    row_group,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib import format as npy_format

REGISTRY = Registry.built_in()


def npy(array, version=None, **options):
    file = io.BytesIO()
    npy_format.write_array(file, np.asanyarray(array), version=version, **options)
    return file.getvalue()


def run(name, data, sizes=(1 << 20,), siblings=None, dataset_type=None):
    """Feed bytes cut into pieces of the given sizes, the last one again and again."""
    check = content_check(dataset_type or REGISTRY.match(name), name, siblings)
    start = 0
    for number in range(len(data) + 1):
        size = sizes[min(number, len(sizes) - 1)]
        check.feed(data[start : start + size])
        start += size
        if start >= len(data):
            break
    return check, check.finish()


def codes(name, data, **options):
    return [problem.code for problem in run(name, data, **options)[1]]


# headers


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_header(version, order, tmp_path):
    data = npy(np.zeros((5, 2), dtype=">f4", order=order), version=version)
    header = read_header(data, "npy")
    assert (header.dtype, header.shape, header.rows, header.fortran) == (np.dtype(">f4"), (5, 2), 5, order == "F")
    assert header.data_bytes == len(data) - header.data_offset == 40
    (tmp_path / "a.b.npy").write_bytes(data)
    assert read_header(tmp_path / "a.b.npy") == header


def test_npy_header_of_structured_and_string_arrays():
    table = np.zeros(3, dtype=[("µm", "f8"), ("b", "i4")])
    assert read_header(npy(table, version=(3, 0)), "npy").fields == ("µm", "b")
    assert read_header(npy(np.array(["CA1", "VISp"])), "npy").dtype.kind == "U"
    assert read_header(npy(np.array(4.0)), "npy").rows == 1


@given(st.integers(0, 127))
def test_a_cut_header_is_incomplete(length):
    data = npy(np.zeros(3))
    with pytest.raises(IncompleteHeader):
        read_header(data[:length], "npy")


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 a zip file, not an array",
        b"\x93NUMPY\x09\x00" + b"\x10\x00" + b" " * 16,
        b"\x93NUMPY\x01\x00" + b"\x10\x00" + b"__import__('os')",
        b"\x93NUMPY\x02\x00" + b"\xff\xff\xff\xff",
        b"\x93NUMPY\x01\x00\x40\x00" + b"{'descr':'<f8','fortran_order':False,'shape':(-5,)}".ljust(63) + b"\n",
    ],
)
def test_bytes_that_are_no_array_are_refused(data):
    with pytest.raises(BadHeader) as caught:
        read_header(data, "npy")
    assert not isinstance(caught.value, IncompleteHeader)
    assert codes("spikes.times.npy", data) == ["bad_header"]


@pytest.mark.parametrize(
    ("path", "data"), [("spikes.times.npy", b"no array"), ("_ibl_trials.table.pqt", b"PAR1" + bytes(9) + b"PAR1")]
)
def test_what_is_wrong_with_a_header_is_a_sentence(path, data):
    (problem,) = run(path, data)[1]
    assert problem.message.endswith(".")
    assert not problem.message.endswith("..")
    assert problem.hint.endswith(".")


def test_table_headers():
    assert read_header(b"uuids,label\r\n1,2\r\n", "csv").fields == ("uuids", "label")
    assert read_header(b"a\tb\tc\n", "tsv").fields == ("a", "b", "c")
    assert read_header(b"3963997 2 \n4064896 3 \n", "ssv").fields == ("0", "1")
    assert read_header(b"anything", "mp4") == Header()
    with pytest.raises(TypeError):
        read_header(b"anything")


def header_codes(name, array, **options):
    return [problem.code for problem in check_header(REGISTRY.get(name), read_header(npy(array, **options), "npy"))]


def test_headers_that_keep_the_promise():
    assert header_codes("spikes.times", np.zeros(4)) == []
    assert header_codes("spikes.times", np.zeros((4, 1))) == []
    assert header_codes("spikes.times", np.zeros(0)) == []
    assert header_codes("spikes.clusters", np.zeros(4, np.uint16)) == []
    assert header_codes("clusters.mlapdv", np.zeros((4, 3))) == []
    assert header_codes("clusters.brainLocationAcronyms_ccf_2017", np.array(["CA1"])) == []
    assert header_codes("trials.included", np.ones(4, np.uint8)) == []
    assert header_codes("wheel.timestamps", np.zeros((4, 2))) == []


def test_headers_that_break_it():
    assert header_codes("spikes.times", np.zeros((4, 2))) == ["wrong_shape"]
    assert header_codes("spikes.times", np.array(["1"])) == ["wrong_dtype"]
    assert header_codes("spikes.clusters", np.zeros(4)) == ["wrong_dtype"]
    assert header_codes("clusters.mlapdv", np.zeros((4, 2), complex)) == ["wrong_dtype", "wrong_shape"]
    assert header_codes("kilosort.whitening_matrix", np.zeros((4, 5))) == ["wrong_shape"]
    assert header_codes("spikes.times", np.array([{}]), allow_pickle=True) == ["object_array"]


def test_multiples_of_a_symbol():
    dlc = REGISTRY.get("camera.dlc", "paper-2020")
    assert check_header(dlc, Header(np.dtype("f8"), (10, 57), 10)) == []
    assert [p.code for p in check_header(dlc, Header(np.dtype("f8"), (10, 56), 10))] == ["wrong_shape"]


def test_swapped_dimensions_are_recognised():
    (problem,) = check_header(REGISTRY.get("trials.intervals"), Header(np.dtype("f8"), (2, 9), 2))
    assert "array.T" in problem.hint
    assert "[2, 9]" in problem.message
    assert "[nTrials, 2]" in problem.message


# rows and references


def test_rows_of_an_object():
    assert check_rows("spikes", {"spikes.times.npy": 5, "spikes.amps.npy": 5, "spikes.x.json": None}) == []
    assert check_rows("spikes", {}) == []
    (problem,) = check_rows("spikes", {"spikes.times.npy": 5, "spikes.amps.npy": 5, "spikes.depths.npy": 4})
    assert problem.code == "unequal_rows"
    assert "spikes.depths.npy has 4" in problem.message
    assert "spikes.times.npy" not in problem.message
    (problem,) = check_rows("spikes", {"spikes.times.npy": 5, "spikes.amps.npy": 4})
    assert "spikes.times.npy has 5" in problem.message


def test_row_groups():
    def group(name):
        return row_group(REGISTRY.match(name), name)

    assert group("spikes.times.npy") == group("spikes.clusters.npy") == "spikes"
    assert group("_ibl_trials.intervals_bpod.npy") == group("_ibl_trials.choice.npy") == "_ibl_trials"
    assert group("_spikeglx_sync.times.probe00.npy") != group("_spikeglx_sync.times.probe01.npy")
    assert group("clusters.metrics.pqt") is None
    assert group("_iblsorter_parameters.yaml") is None


def test_references_within_the_target():
    assert check_references({"spikes.clusters": 2}, {"clusters": 3}) == []
    assert check_references({"spikes.clusters": 3, "clusters.channels": None}, {}) == []
    (problem,) = check_references({"spikes.clusters": 3}, {"clusters": 3})
    assert problem.code == "reference_out_of_range"
    assert "0 to 2" in problem.message
    assert len(check_references({"a.x->clusters": 9}, {"clusters": 3})) == 1


# contents


@pytest.mark.parametrize(
    ("name", "array", "expected"),
    [
        ("spikes.times.npy", [0.1, 0.1, 0.5], []),
        ("spikes.times.npy", [0.1, 0.5, 0.4], ["not_sorted"]),
        ("spikes.times.npy", [0.1, np.nan, 0.4], ["not_finite"]),
        ("spikes.times.npy", [0.1, np.inf], ["not_finite"]),
        ("spikes.times.npy", [0.5, np.nan, 0.4], ["not_finite", "not_sorted"]),
        ("spikes.times.npy", np.zeros(0), []),
        ("spikes.times.npy", np.array([[0.1], [0.2]]), []),
        ("spikes.times.npy", np.array([3, 2, 9]), ["not_sorted"]),
        ("spikes.times.npy", np.array([3, 2], np.uint8), ["not_sorted"]),
        ("_ibl_leftCamera.times.npy", [0.1, np.nan, 0.2], []),
        ("_ibl_leftCamera.times.npy", [0.3, np.nan, 0.2], ["not_sorted"]),
        ("_ibl_leftCamera.times.npy", [np.nan, 0.1], []),
        ("_ibl_trials.stimOn_times.npy", [9.0, np.nan, 3.0], []),
        ("_ibl_trials.stimOn_times.npy", [9.0, -np.inf, 3.0], ["not_finite"]),
        ("_ibl_trials.intervals.npy", [[0, 1], [1, 1], [5, np.nan]], []),
        ("_ibl_trials.intervals.npy", [[0, 1.0], [2, 1]], ["ends_before_start"]),
        ("_ibl_trials.choice.npy", np.array([-1, 0, 1], np.int8), []),
        ("_ibl_trials.choice.npy", np.array([-1, 0, 2], np.int8), ["above_maximum"]),
        ("_ibl_trials.contrastLeft.npy", [0.25, np.nan, 1.0], []),
        ("_ibl_trials.contrastLeft.npy", [25.0, np.nan], ["above_maximum"]),
        ("_ibl_trials.included.npy", np.array([True, False]), []),
        ("_ibl_trials.included.npy", np.array([0, 2], np.uint8), ["above_maximum"]),
        ("spikes.clusters.npy", np.array([0, 7], np.int32), []),
        ("spikes.clusters.npy", np.array([0, -1], np.int64), ["below_minimum"]),
        ("_phy_spikes_subset.channels.npy", np.array([[0, -1]]), []),
        ("_ibl_wheel.timestamps.npy", np.array([[0, 0.5], [10, 0.7]]), []),
        ("_ibl_wheel.timestamps.npy", np.array([[0, 0.5], [10, 0.4]]), ["not_sorted"]),
        ("wheelMoves.type.npy", np.array(["CW", "CCW"]), []),
    ],
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_contents(name, array, expected, order):
    check, problems = run(name, npy(np.array(array, order=order)))
    assert [problem.code for problem in problems] == expected
    points = "timestamps" in name and array.shape == (2, 2)  # synchronisation points are no rows of the object
    assert check.rows == (None if points else len(array))


def test_messages_name_the_row_and_the_values():
    _, (problem,) = run("spikes.times.npy", npy(np.array([0.0, 2.0, 1.5])))
    assert problem.message == "spikes.times goes back in row 2: 1.5 comes after 2.0."
    _, (problem,) = run("spikes.clusters.npy", npy(np.array([5, -3, -4])))
    assert "has -3 in row 1" in problem.message
    assert "rows of clusters" in problem.hint


def test_bytes_beside_the_promise():
    data = npy(np.arange(10.0))
    assert codes("spikes.times.npy", data[:-1]) == ["truncated"]
    assert codes("spikes.times.npy", data[:50]) == ["truncated"]
    assert codes("spikes.times.npy", data + b"\0") == ["trailing_bytes"]
    assert codes("spikes.times.npy", b"") == ["empty_file"]
    assert codes("spikes.times.npy", npy(np.array([None, {}]), allow_pickle=True)) == ["object_array"]


def test_siblings():
    data = npy(np.array([0, 4, 2], np.int32))
    check, problems = run("spikes.clusters.npy", data, siblings={"spikes": 3, "clusters": 5})
    assert problems == []
    assert (check.rows, check.bounds.minimum, check.bounds.maximum) == (3, 0, 4)
    assert check_references(check.largest_reference, {"clusters": 4})
    assert codes("spikes.clusters.npy", data, siblings={"spikes": 4, "clusters": 4}) == [
        "unequal_rows",
        "reference_out_of_range",
    ]


ARRAYS = st.one_of(
    st.lists(st.floats(allow_nan=True, width=32), max_size=30).map(lambda v: ("spikes.times.npy", np.array(v))),
    st.lists(st.floats(0, 9, width=32), max_size=30).map(lambda v: ("spikes.times.npy", np.sort(np.array(v, ">f4")))),
    st.lists(st.integers(-2, 9), max_size=30).map(lambda v: ("spikes.clusters.npy", np.array(v, np.int16))),
    st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9) | st.just(np.nan)), max_size=20).map(
        lambda v: ("_ibl_trials.intervals.npy", np.array(v, float).reshape(-1, 2))
    ),
    st.lists(st.tuples(st.integers(0, 9), st.floats(0, 9)), max_size=20).map(
        lambda v: ("_ibl_wheel.timestamps.npy", np.array(v, float).reshape(-1, 2))
    ),
)


@settings(max_examples=200)
@given(ARRAYS, st.booleans(), st.lists(st.integers(1, 200), min_size=1, max_size=8), st.integers(0, 3))
def test_the_answer_does_not_depend_on_where_chunks_are_cut(case, fortran, sizes, cut):
    name, array = case
    data = npy(np.asfortranarray(array) if fortran else array)
    data = data[: len(data) - cut]
    whole, expected = run(name, data, sizes=(len(data) or 1,))
    pieces, found = run(name, data, sizes=sizes)
    assert found == expected
    assert (pieces.rows, pieces.bounds) == (whole.rows, whole.bounds)


@given(ARRAYS)
def test_found_problems_are_those_that_numpy_finds(case):
    name, array = case
    found = set(codes(name, npy(array)))
    values = array.astype(float)
    if name == "spikes.times.npy":
        assert ("not_finite" in found) == (not np.isfinite(values).all())
        known = values[~np.isnan(values)]
        assert ("not_sorted" in found) == bool((known[1:] < known[:-1]).any())
    elif name == "spikes.clusters.npy":
        assert ("below_minimum" in found) == bool((values < 0).any())
    elif name == "_ibl_trials.intervals.npy":
        assert ("ends_before_start" in found) == bool((values[:, 0] > values[:, 1]).any())
    else:
        assert ("not_sorted" in found) == bool((values[1:] < values[:-1]).any())


def test_large_fortran_intervals_are_compared_across_columns():
    starts = np.arange(300_000.0)
    array = np.asfortranarray(np.stack([starts, starts + 1], axis=1))
    assert codes("_ibl_trials.intervals.npy", npy(array), sizes=(100_003,)) == []
    array[299_999, 1] = 0
    _, (problem,) = run("_ibl_trials.intervals.npy", npy(array), sizes=(100_003,))
    assert "in row 299999: 299999.0 to 0.0" in problem.message


# other formats


@settings(max_examples=50)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_rows_of_tables(sizes):
    assert run("clusters.uuids.csv", b'uuids\r\na\r\n"b\n\nb"\r\n\r\nc', sizes=sizes)[0].rows == 3
    assert run("clusters.uuids.csv", b"uuids\n", sizes=sizes)[0].rows == 0
    assert run("_iblrig_encoderEvents.raw.ssv", b"1 2 \n3 4 \n", sizes=sizes)[0].rows == 2
    assert run("_iblrig_taskData.raw.jsonable", b'{"a": "\\""}\n{}\n', sizes=sizes)[0].rows == 2
    assert run("clusters.uuids.csv", b'uuids\n5" long\n', sizes=sizes)[0].rows is None


def test_formats_without_rows_are_counted_only():
    check, problems = run("_iblrig_leftCamera.raw.mp4", b"anything at all")
    assert (check.rows, check.bytes_seen, problems) == (None, 15, [])


def test_parquet_rows(tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "_ibl_trials.table.pqt"
    parquet.write_table(pa.table({"choice": np.arange(1000), "text": ["x" * 3000] * 1000}), path, compression=None)
    header = read_header(path)
    assert (header.rows, header.fields) == (1000, ("choice", "text"))
    data = path.read_bytes()
    assert len(data) > 1 << 20 or read_header(data, "pqt").rows == 1000
    assert run(path.name, data, sizes=(70_001,))[0].rows == 1000
    assert codes(path.name, data, siblings={"_ibl_trials": 999}) == ["unequal_rows"]
    assert codes(path.name, data[:-5]) == ["bad_header"]
    assert codes(path.name, b"not a table at all") == ["bad_header"]


def test_rules_of_a_type_of_ones_own():
    own = DatasetType(name="_fish_tail.angle", dims=("n",), content={"minimum": -1, "maximum": 1, "nan": False})
    assert codes("_fish_tail.angle.npy", npy(np.array([0.5, 2.0])), dataset_type=own) == ["above_maximum"]
    assert codes("_fish_tail.angle.npy", npy(np.array([0.5, np.nan])), dataset_type=own) == ["not_finite"]


def test_two_synchronisation_points_stand_for_any_number_of_rows():
    check, problems = run(
        "_ibl_wheel.timestamps.npy", npy(np.array([[0.0, 1.5], [99.0, 11.4]])), siblings={"_ibl_wheel": 100}
    )
    assert problems == []
    assert check.rows is None
