"""Real trials and spikes, loaded with our client and with the stock one."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from one.alf.io import load_object as stock_load_object
from one_client import ONE
from one_client.cache import Cache
from one_client.library import Library

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def tree(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ALF tree made of the recordings: trials of SWC_054's sessions, and spikes of two probes in the first."""
    root = tmp_path_factory.mktemp("real")
    trials = pd.read_parquet(real_data / "behavior/SWC_054_trials.parquet")
    day = next(name for name in trials.columns if "date" in name.lower() or "session" in name.lower())
    for label, rows in trials.groupby(day):
        alf = root / "mrsicflogellab/Subjects/SWC_054" / str(label)[:10] / "001/alf"
        alf.mkdir(parents=True)
        columns = rows.drop(columns=day).select_dtypes("number")
        for name in columns:
            np.save(alf / f"_ibl_trials.{name}.npy", columns[name].to_numpy())
    first = min((root / "mrsicflogellab/Subjects/SWC_054").iterdir()) / "001/alf"
    for probe, source in (("probe00", "ibl_probe_excerpt"), ("probe01", "neuropixels_3units_68min")):
        (first / probe).mkdir()
        for file in (real_data / "behavior/spikes" / source).glob("*.npy"):
            (first / probe / file.name).write_bytes(file.read_bytes())
    raw = first.parent / "raw_behavior_data"
    raw.mkdir()
    for file in (real_data / "behavior/raw_bpod/session_biased_ge5/raw_behavior_data").iterdir():
        (raw / file.name).write_bytes(file.read_bytes())
    return root


def compare(ours: dict, stock: dict) -> None:
    assert sorted(ours) == sorted(stock)
    for key, value in stock.items():
        np.testing.assert_array_equal(ours[key], value, err_msg=key)
        assert ours[key].dtype == value.dtype


def test_trials_of_every_session(tree: Path) -> None:
    one = ONE.from_folder(tree)
    eids = one.search(subject="SWC_054")
    assert len(eids) == 11
    total = 0
    for eid in eids:
        trials = one.load_object(eid, "trials")
        compare(trials, stock_load_object(tree / eid / "alf", "trials"))
        total += len(trials.choice)
    assert total == 7844


def test_spikes_of_two_probes(tree: Path) -> None:
    one = ONE.from_folder(tree)
    (eid,) = one.search(dataset_types=["spikes.times", "spikes.clusters"])
    counts = {}
    for probe in one.list_collections(eid, "spikes.times"):
        spikes = one.load_object(eid, "spikes", collection=probe)
        compare(spikes, stock_load_object(tree / eid / probe, "spikes"))
        counts[probe] = len(spikes.times)
    assert counts == {"alf/probe00": 124905, "alf/probe01": 47748}


def test_raw_files_of_the_rig(tree: Path) -> None:
    one = ONE.from_folder(tree)
    (eid,) = one.search(dataset_types=["spikes.times"])
    task = one.load_dataset(eid, "_iblrig_taskData.raw")
    assert len(task) == 8
    assert one.load_dataset(eid, "_iblrig_taskSettings.raw") == json.loads(
        (tree / eid / "raw_behavior_data/_iblrig_taskSettings.raw.json").read_text()
    )


def test_the_same_through_the_cache(tree: Path, class_store, remote_folder, tmp_path: Path) -> None:
    class_store.root = tree
    with ONE.of(Library(remote_folder(tree, class_store), Cache(tmp_path))) as one:
        (eid,) = one.search(dataset_types=["spikes.times"])
        spikes = one.load_object(eid, "spikes", collection="alf/probe00")
        compare(spikes, stock_load_object(tree / eid / "alf/probe00", "spikes"))
        assert {verdict.state for verdict in one.verify()} == {"good"}
