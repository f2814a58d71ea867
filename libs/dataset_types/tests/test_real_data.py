"""Checks against real recordings; see the marker `real_data`."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from dataset_types import Registry, check_rows, content_check, strip_uuid

REPOSITORY = Path(__file__).parents[3]
REAL = Path(os.environ.get("BREGMA_REAL_DATA", REPOSITORY / ".." / "shared" / "data")) / "behavior"
REGISTRY = Registry.built_in()

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not REAL.is_dir(), reason="no real recordings: set BREGMA_REAL_DATA to their folder"),
]


def check(name, data, chunk=65_537):
    one = content_check(REGISTRY.match(name), name)
    for start in range(0, len(data), chunk):
        one.feed(data[start : start + chunk])
    return one, one.finish()


def as_npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize(
    ("recording", "spikes", "last_cluster"),
    [("ibl_probe_excerpt", 124_905, 499), ("neuropixels_3units_68min", 47_748, 275)],
)
def test_spike_sorting_keeps_its_promise(recording, spikes, last_cluster):
    rows = {}
    for name in ("spikes.times.npy", "spikes.clusters.npy"):
        one, problems = check(name, (REAL / "spikes" / recording / name).read_bytes())
        assert problems == []
        rows[name] = one.rows
    assert rows == {"spikes.times.npy": spikes, "spikes.clusters.npy": spikes}
    assert one.largest_reference == {"spikes.clusters->clusters": last_cluster}
    assert check_rows("spikes", rows) == []


def test_one_spike_out_of_order_is_found():
    times = np.load(REAL / "spikes" / "ibl_probe_excerpt" / "spikes.times.npy")
    times[100_000], times[100_001] = times[100_001] + 1, times[100_000]
    _, problems = check("spikes.times.npy", as_npy(times))
    assert [problem.code for problem in problems] == ["not_sorted"]
    assert "row 100001" in problems[0].message


@pytest.mark.parametrize("column", ["choice", "contrastLeft", "contrastRight", "feedbackType", "probabilityLeft",
                                    "response_times", "stimOn_times"])  # fmt: skip
def test_trials_of_a_mouse_keep_their_promises(column):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(REAL / "SWC_054_trials.parquet", columns=["date", column])
    days = np.array(table["date"])
    for day in np.unique(days):
        values = table[column].to_numpy()[days == day]
        one, problems = check(f"_ibl_trials.{column}.npy", as_npy(values))
        assert problems == []
        assert one.rows == len(values)


def test_parquet_tables_tell_their_rows():
    pytest.importorskip("pyarrow")
    one, problems = check("_ibl_trials.table.pqt", (REAL / "SWC_054_trials.parquet").read_bytes())
    assert (one.rows, problems) == (7_844, [])


def test_raw_files_of_a_rig_have_types_and_rows():
    folder = REAL / "raw_bpod" / "session_training_ge5" / "raw_behavior_data"
    rows = {}
    for path in sorted(folder.iterdir()):
        name, _ = strip_uuid(path.name)
        one, problems = check(name, path.read_bytes())
        assert problems == []
        rows[one.dataset_type.name] = one.rows
    assert rows["_iblrig_taskData.raw"] == rows["_iblrig_ambientSensorData.raw"] == 12
    assert len(rows) == 6
