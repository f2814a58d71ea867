"""Putting an object together: same keys and values as the stock client."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from one.alf.io import load_object as stock_load_object
from one_client import ONE
from one_client.bunch import Bunch, assemble, key_of
from one_client.errors import AmbiguousDataset, RowsDisagree

SESSION = "IBL_123/2019-08-10/001"


@pytest.fixture
def alf(tmp_path: Path) -> Path:
    folder = tmp_path / SESSION / "alf"
    folder.mkdir(parents=True)
    return folder


def compare(alf: Path, obj: str) -> Bunch:
    """Load with both clients, compare, return ours."""
    stock = stock_load_object(alf, obj)
    ours = ONE.from_folder(alf.parents[3]).load_object(SESSION, obj)
    assert sorted(ours) == sorted(stock)
    for key, value in stock.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(ours[key], value, err_msg=key)
        else:
            assert ours[key] == value
    return ours


def test_plain_attributes(alf: Path) -> None:
    np.save(alf / "spikes.times.npy", np.arange(5.0))
    np.save(alf / "spikes.clusters.npy", np.arange(5).reshape(5, 1))
    np.save(alf / "spikes.times_ephysClock.npy", np.arange(5.0) + 1)
    np.save(alf / "spikes.amps.raw.npy", np.ones(5))
    ours = compare(alf, "spikes")
    assert set(ours) == {"times", "clusters", "times_ephysClock", "amps.raw"}


def test_a_table_becomes_attributes(alf: Path) -> None:
    table = pd.DataFrame(
        {"intervals_0": [0.0, 3.0], "intervals_1": [1.0, 4.0], "choice": [-1, 1], "goCue_times": [0.1, 3.1]}
    )
    table.to_parquet(alf / "_ibl_trials.table.pqt")
    np.save(alf / "_ibl_trials.laserStimulation.npy", np.zeros(2))
    ours = compare(alf, "trials")
    assert ours.intervals.shape == (2, 2)


def test_a_table_of_another_clock(alf: Path) -> None:
    pd.DataFrame({"intervals_0": [0.0], "intervals_1": [1.0], "choice": [1.0]}).to_parquet(
        alf / "_ibl_trials.table_clock.extra.pqt"
    )
    ours = ONE.from_folder(alf.parents[3]).load_object(SESSION, "trials")
    assert set(ours) == {"intervals_clock.extra", "choice_clock.extra"}


def test_metadata_names_columns(alf: Path) -> None:
    np.save(alf / "eye.position.npy", np.arange(8.0).reshape(4, 2))
    (alf / "eye.position.metadata.json").write_text(json.dumps({"columns": ["x", "y"], "unit": "deg"}))
    np.save(alf / "eye.area.npy", np.ones(4))
    ours = compare(alf, "eye")
    np.testing.assert_array_equal(ours.y, [1, 3, 5, 7])
    assert ours.positionmetadata == {"unit": "deg"}


def test_synchronisation_points_are_interpolated(alf: Path) -> None:
    np.save(alf / "wheel.position.npy", np.arange(11.0))
    np.save(alf / "wheel.timestamps.npy", np.array([[0, 1.0], [10, 6.0]]))
    ours = compare(alf, "wheel")
    np.testing.assert_allclose(ours.timestamps, np.linspace(1, 6, 11))


def test_timestamps_in_two_columns_stay_as_they_are(alf: Path) -> None:
    np.save(alf / "eye.xyPos.npy", np.ones((7, 2)))
    np.save(alf / "eye.timestamps.npy", np.column_stack([np.arange(7), np.linspace(0, 1, 7)]))
    assert compare(alf, "eye").timestamps.shape == (7, 2)
    np.save(alf / "eye.timestamps.npy", np.ones((6, 2)))
    with pytest.raises(RowsDisagree, match="timestamps 6"):
        ONE.from_folder(alf.parents[3]).load_object(SESSION, "eye")


def test_one_row_stands_for_all() -> None:
    assert set(assemble({"probes.depth.npy": np.ones(1), "probes.sites.npy": np.ones(4)})) == {"depth", "sites"}


def test_rows_that_disagree_are_refused() -> None:
    contents = {"spikes.times.npy": np.arange(5), "spikes.clusters.npy": np.arange(4), "spikes.note.json": {"a": 1}}
    with pytest.raises(RowsDisagree, match="times 5, clusters 4"):
        assemble(contents)
    assert len(assemble(contents, check_rows=False).clusters) == 4


def test_types_with_rows_of_their_own_are_left_out_of_the_comparison() -> None:
    contents = {"channels.localCoordinates.npy": np.ones((4, 2)), "channels.rawInd.npy": np.arange(4)}
    assert len(assemble(contents)) == 2
    own = {"_iblrig_taskSettings.raw.json": {"a": 1}, "camera.times.npy": np.ones(3)}
    assert len(assemble(own)) == 2


def test_the_same_attribute_in_two_namespaces() -> None:
    with pytest.raises(AmbiguousDataset):
        assemble({"_ibl_trials.choice.npy": np.ones(2), "trials.choice.npy": np.ones(2)})


def test_keys() -> None:
    assert key_of("_ibl_trials.goCue_times_bpod.probe00.npy") == "goCue_times_bpod.probe00"
    assert key_of("clusters._phy_ids.npy") == "_phy_ids"
    assert key_of("spikes.times.8be4a33c-2c8f-4c5f-8f0a-0b0b7a6a2b7e.npy") == "times"


def test_a_bunch_is_a_dict_with_attributes() -> None:
    bunch = Bunch(times=np.arange(3), xy=np.ones((3, 2)))
    bunch.more = 1
    assert bunch["more"] == 1
    del bunch.more
    assert "times" in dir(bunch)
    assert isinstance(bunch.copy(), Bunch)
    with pytest.raises(AttributeError, match="times"):
        _ = bunch.clusters
    assert list(bunch.to_df().columns) == ["times", "xy_0", "xy_1"]
