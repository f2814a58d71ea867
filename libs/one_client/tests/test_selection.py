"""Choosing datasets, compared with the stock client where it has an answer."""

import warnings

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one.util import filter_datasets
from one_client.errors import AmbiguousDataset, BadRequest, DatasetNotFound
from one_client.records import Dataset
from one_client.selection import at_revision, of_object, select, the_one


def datasets(*paths: str, default: tuple[str, ...] = ()) -> list[Dataset]:
    return [Dataset(path, path, default=path in default) for path in paths]


def stock(pool: list[Dataset], filename: object, collection: object, revision: str | None) -> list[str]:
    """What ONE-api chooses from the same datasets."""
    frame = pd.DataFrame(
        {
            "rel_path": [d.path for d in pool],
            "default_revision": [d.default for d in pool],
            "qc": pd.Categorical(
                ["NOT_SET"] * len(pool), categories=["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"], ordered=True
            ),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = filter_datasets(frame, filename, collection, revision, assert_unique=False, wildcards=True)
    return sorted(found.rel_path)


POOL = datasets(
    "alf/spikes.times.npy",
    "alf/probe00/spikes.times.npy",
    "alf/probe00/spikes.clusters.npy",
    "alf/probe00/#2020-01-01#/spikes.clusters.npy",
    "alf/probe00/#2020-06-01#/spikes.clusters.npy",
    "alf/probe01/#v2#/spikes.times.npy",
    "alf/probe01/#v1#/spikes.times.npy",
    "alf/_ibl_trials.goCue_times_bpod.npy",
    "alf/_ibl_trials.table.pqt",
    "raw_behavior_data/_iblrig_taskData.raw.jsonable",
    "_kilosort_raw.output.tar",
    default=(
        "alf/spikes.times.npy",
        "alf/probe00/spikes.times.npy",
        "alf/probe00/#2020-06-01#/spikes.clusters.npy",
        "alf/probe01/#v1#/spikes.times.npy",
        "alf/_ibl_trials.goCue_times_bpod.npy",
        "alf/_ibl_trials.table.pqt",
        "raw_behavior_data/_iblrig_taskData.raw.jsonable",
        "_kilosort_raw.output.tar",
    ),
)


@pytest.mark.parametrize(
    "filename",
    [
        "*",
        "spikes.times.npy",
        "spikes.*",
        "sp*times*",
        {"object": "spikes"},
        {"object": "spikes", "attribute": "clusters"},
        {"object": ["spikes", "trials"], "extension": "npy"},
        {"namespace": "iblrig"},
        {"timescale": "bpod"},
        {"object": "trials", "attribute": "goCue_times"},
    ],
)
@pytest.mark.parametrize(
    "collection", [None, "", "alf", "alf/probe00", "alf/*", "*probe*", ["alf", "alf/probe01"], "x"]
)
def test_choices_are_those_of_the_stock_client(filename, collection) -> None:
    # left out: there a pattern "*times*" reaches into folders, and the namespace "ibl" fits "iblrig" as well
    for revision in (None, "2020-01-01", "2020-03-01", "v1", "zz", "0"):
        ours = sorted(d.path for d in at_revision(select(POOL, filename, collection), revision))
        assert ours == stock(POOL, filename, collection, revision), revision


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("_ibl_trials.table", "alf/_ibl_trials.table.pqt"),
        ("trials.table", "alf/_ibl_trials.table.pqt"),
        ("trials.table.pqt", "alf/_ibl_trials.table.pqt"),
        ("_iblrig_taskData.raw", "raw_behavior_data/_iblrig_taskData.raw.jsonable"),
        ("alf/probe00/spikes.clusters.npy", "alf/probe00/spikes.clusters.npy"),
        ("alf/probe00/#2020-01-01#/spikes.clusters", "alf/probe00/#2020-01-01#/spikes.clusters.npy"),
        ("alf/probe01/#v2#/spikes.times.npy", "alf/probe01/#v2#/spikes.times.npy"),
    ],
)
def test_ways_to_say_it(said: str, path: str) -> None:
    assert the_one(POOL, said).path == path


def test_the_type_of_a_dataset_is_a_name_too() -> None:
    (dataset,) = datasets("raw/_spikeglx_ephysData_g0_t0.imec0.ap.cbin")
    typed = Dataset(dataset.id, dataset.path, dataset_type="ephysData.raw.ap")
    assert the_one([typed], "ephysData.raw.ap") is typed


def test_a_metadata_file_does_not_make_its_dataset_ambiguous() -> None:
    pool = datasets("alf/eye.position.npy", "alf/eye.position.metadata.json", "alf/eye.position_ephys.npy")
    assert the_one(pool, "eye.position").path == "alf/eye.position.npy"


def test_several_that_fit_are_named() -> None:
    with pytest.raises(AmbiguousDataset, match="collection='alf' or 'alf/probe00' or 'alf/probe01'"):
        the_one(POOL, "spikes.times")
    with pytest.raises(AmbiguousDataset, match=r"a\.b\.npy or a\.b\.csv|a\.b\.csv or a\.b\.npy"):
        the_one(datasets("a.b.npy", "a.b.csv"), "a.b")
    with pytest.raises(AmbiguousDataset, match="Several objects"):
        of_object(POOL, "*", collection="alf")


def test_what_is_missing_names_what_is_similar() -> None:
    with pytest.raises(DatasetNotFound, match=r"Did you mean .*spikes\.clusters"):
        the_one(POOL, "spikes.cluster")
    with pytest.raises(DatasetNotFound, match="at or before the revision '2019'"):
        of_object(datasets("#2020#/a.b.npy"), "a", revision="2019")
    with pytest.raises(DatasetNotFound, match="no datasets"):
        the_one([], "a.b")


def test_several_defaults_are_an_error_and_none_a_warning() -> None:
    paths = ("#1#/a.b.npy", "#2#/a.b.npy")
    with pytest.raises(AmbiguousDataset, match="several default revisions"):
        at_revision(datasets(*paths, default=paths))
    with pytest.warns(UserWarning, match="most recent"):
        assert [d.path for d in at_revision(datasets(*paths))] == ["#2#/a.b.npy"]


def test_impossible_questions() -> None:
    with pytest.raises(BadRequest):
        the_one(POOL, "alf/spikes.times.npy", collection="alf")
    with pytest.raises(BadRequest, match="parts"):
        select(POOL, {"colour": "red"})


def test_an_object_by_its_namespace() -> None:
    assert len(of_object(POOL, "_ibl_trials")) == 2
    assert len(of_object(POOL, "trials", namespace="ibl", attribute="t*")) == 1


@given(st.lists(st.sampled_from(["", "#2019#/", "#2020#/", "#2020a#/", "#v1#/"]), unique=True), st.text(max_size=5))
def test_the_last_before_is_the_greatest_not_above(revisions: list[str], wanted: str) -> None:
    pool = datasets(*(f"alf/{r}a.b.npy" for r in revisions))
    below = [d.revision for d in pool if d.revision <= wanted]
    assert [d.revision for d in at_revision(pool, wanted)] == ([max(below)] if below else [])


def test_another_spelling_of_the_type() -> None:
    assert (
        the_one(datasets("alf/clusters.peakToTrough.npy"), "clusters.peakToThrough").name == "clusters.peakToTrough.npy"
    )
    assert (
        the_one(datasets("alf/clusters.peakToThrough.npy"), "clusters.peakToTrough").name
        == "clusters.peakToThrough.npy"
    )
