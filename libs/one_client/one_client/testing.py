"""What every backend must do, as tests: subclass `BackendContract` and give it a ``one`` that holds the `Sample`.

::

    class TestMyBackend(BackendContract):
        @pytest.fixture(scope="class")
        @classmethod
        def one(cls, sample):
            ...  # bring sample.files() to the backend
            with ONE(...) as one:
                yield one

Import this module in tests only; it needs pytest.
"""

# ruff: noqa: D102 - a test is named after what it shows

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from one_client.errors import (
    AmbiguousDataset,
    BadRequest,
    DatasetNotFound,
    NotFound,
    SessionNotFound,
    UnknownTerm,
)
from one_client.one import ONE

Array = np.ndarray[Any, Any]

RECORDING = "examplelab/Subjects/IBL_123/2019-08-10/001"
TWO_PROBES = "examplelab/Subjects/IBL_123/2019-08-20/001"
BEHAVIOUR = "examplelab/Subjects/IBL_123/2019-08-20/002"
OTHER_LAB = "otherlab/Subjects/IBL_124/2019-09-01/001"


@dataclass(frozen=True)
class SampleFile:
    """One file of the sample: its session's place, its path there, its bytes on disk, whether it is the default."""

    session: str
    path: str
    file: Path
    default: bool

    @property
    def md5(self) -> str:
        """Its MD5."""
        return hashlib.md5(self.file.read_bytes(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Sample:
    """Four small generated sessions below a folder; every backend under test holds the same."""

    root: Path

    def values(self, session: str, path: str) -> Array:
        """What a file holds."""
        array: Array = np.load(self.root / session / path)
        return array

    def files(self) -> Iterator[SampleFile]:
        """All files, session by session."""
        for session in (RECORDING, TWO_PROBES, BEHAVIOUR, OTHER_LAB):
            folder = self.root / session
            for file in sorted(folder.rglob("*.npy")):
                path = file.relative_to(folder).as_posix()
                yield SampleFile(session, path, file, default="2021-06-01" in path or "depths" not in path)


def write_sample(root: Path) -> Sample:
    """Generate the sample below a folder, always with the same values."""
    random = np.random.default_rng(20190810)

    def save(session: str, path: str, values: Array) -> None:
        file = root / session / path
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, values)

    def spikes(session: str, collection: str, count: int) -> None:
        save(session, f"{collection}/spikes.times.npy", np.sort(random.uniform(0, 600, count)))
        save(session, f"{collection}/spikes.clusters.npy", random.integers(0, 20, count))

    def trials(session: str, count: int) -> None:
        starts = np.cumsum(random.uniform(2, 5, count))
        save(session, "alf/_ibl_trials.intervals.npy", np.column_stack([starts, starts + 1.5]))
        save(session, "alf/_ibl_trials.choice.npy", random.choice([-1.0, 0.0, 1.0], count))

    spikes(RECORDING, "alf", 5000)
    save(RECORDING, "alf/eye.xyPos.npy", random.normal(size=(300, 2)))
    save(RECORDING, "alf/eye.timestamps.npy", np.column_stack([np.arange(300), np.linspace(0.5, 10.5, 300)]))
    for revision in ("", "#2020-01-01#/", "#2021-06-01#/"):
        save(RECORDING, f"alf/{revision}clusters.depths.npy", random.uniform(0, 3840, 20))
    trials(RECORDING, 40)
    spikes(TWO_PROBES, "alf/probe00", 800)
    spikes(TWO_PROBES, "alf/probe01", 900)
    trials(BEHAVIOUR, 60)
    spikes(OTHER_LAB, "alf", 700)
    trials(OTHER_LAB, 30)
    return Sample(root)


class BackendContract:
    """Tests that hold for every backend; they only read."""

    @pytest.fixture(scope="class")
    @classmethod
    def sample(cls, tmp_path_factory: pytest.TempPathFactory) -> Sample:
        """The generated sessions."""
        return write_sample(tmp_path_factory.mktemp("sample"))

    @pytest.fixture(scope="class")
    @classmethod
    def one(cls, sample: Sample) -> Iterator[ONE]:
        """Override this: a `ONE` that holds the sample."""
        raise TypeError(f"{cls.__name__} must say how the sample comes into its backend ({sample.root})")

    def eids(self, one: ONE, *places: str) -> list[str]:
        """The eIDs of sessions by their places."""
        return [one.to_eid(place) for place in places]

    # ---- search ---------------------------------------------------------------------------------------------------

    def test_search_of_the_paper(self, one: ONE) -> None:
        found = one.search(
            subject="IBL_123",
            date_range=["2019-08-02", "2019-08-31"],
            dataset_types=["spikes.times", "spikes.clusters", "eye.xyPos"],
        )
        assert found == self.eids(one, RECORDING)

    def test_search_lists_the_newest_first(self, one: ONE) -> None:
        assert one.search(subject="IBL_123") == self.eids(one, BEHAVIOUR, TWO_PROBES, RECORDING)
        assert one.search(subject="IBL_123", limit=2) == self.eids(one, BEHAVIOUR, TWO_PROBES)

    def test_subjects_are_whole_names_whatever_their_case(self, one: ONE) -> None:
        assert one.search(subject="ibl_124") == self.eids(one, OTHER_LAB)
        assert one.search(subject="IBL_12") == []

    def test_several_subjects_mean_any_of_them(self, one: ONE) -> None:
        found = one.search(subject=["IBL_123", "IBL_124"], dataset_types="spikes.times")
        assert found == self.eids(one, OTHER_LAB, TWO_PROBES, RECORDING)

    def test_search_by_lab_number_and_single_day(self, one: ONE) -> None:
        assert one.search(lab="otherlab") == self.eids(one, OTHER_LAB)
        assert one.search(subject="IBL_123", number=2) == self.eids(one, BEHAVIOUR)
        assert one.search(subject="IBL_123", date_range="2019-08-10") == self.eids(one, RECORDING)
        assert one.search(subject="IBL_123", date=dt.date(2019, 8, 10)) == self.eids(one, RECORDING)

    def test_bounds_of_dates_are_inclusive_and_may_be_open(self, one: ONE) -> None:
        assert one.search(subject="IBL_123", date_range=["2019-08-20", "2019-08-20"]) == self.eids(
            one, BEHAVIOUR, TWO_PROBES
        )
        assert one.search(subject="IBL_123", date_range=[None, "2019-08-10"]) == self.eids(one, RECORDING)
        assert one.search(lab="otherlab", date_range=["2019-09-01", None]) == self.eids(one, OTHER_LAB)
        assert one.search(lab="otherlab", date_range=["2019-09-02"]) == []

    def test_all_dataset_types_must_be_there(self, one: ONE) -> None:
        assert one.search(lab="examplelab", dataset_types=["eye.xyPos"]) == self.eids(one, RECORDING)
        assert one.search(lab="otherlab", dataset_types=["spikes.times", "eye.xyPos"]) == []

    def test_search_by_file_names(self, one: ONE) -> None:
        assert one.search(lab="examplelab", datasets=["eye.xyPos.npy", "spikes.times.npy"]) == self.eids(one, RECORDING)

    def test_terms_may_be_shortened(self, one: ONE) -> None:
        assert one.search(subj="IBL_124") == one.search(lab="otherlab")
        assert one.search(laboratory="otherlab", num="001") == self.eids(one, OTHER_LAB)

    @pytest.mark.parametrize("term", ["colour", "dataset_", "p"])
    def test_unknown_and_unclear_terms_are_refused(self, one: ONE, term: str) -> None:
        terms: dict[str, Any] = {term: "x"}
        with pytest.raises(UnknownTerm):
            one.search(**terms)

    def test_impossible_values_are_refused(self, one: ONE) -> None:
        impossible: list[dict[str, Any]] = [
            {"number": "first"},
            {"date_range": "yesterday"},
            {"date_range": ["2019-09-01", "2019-08-01"]},
        ]
        for terms in impossible:
            with pytest.raises(BadRequest):
                one.search(**terms)

    def test_details_describe_each_hit(self, one: ONE) -> None:
        eids, details = one.search(details=True, subject="IBL_124")
        assert eids == [details[0]["id"]]
        assert details[0].subject == "IBL_124"
        assert details[0].lab == "otherlab"
        assert details[0].date == dt.date(2019, 9, 1)
        assert details[0].number == 1
        assert isinstance(details[0].projects, list)

    # ---- lists ----------------------------------------------------------------------------------------------------

    def test_list_gives_dataset_types(self, one: ONE) -> None:
        (eid,) = self.eids(one, TWO_PROBES)
        assert one.list(eid) == ["spikes.clusters", "spikes.times"]

    def test_list_datasets_gives_sorted_paths(self, one: ONE, sample: Sample) -> None:
        (eid,) = self.eids(one, RECORDING)
        assert one.list_datasets(eid) == sorted(file.path for file in sample.files() if file.session == RECORDING)
        assert one.list_datasets(eid, "*depths*", revision="2020*") == ["alf/#2020-01-01#/clusters.depths.npy"]
        assert one.list_datasets(eid, "clusters.depths", default_revisions_only=True) == [
            "alf/#2021-06-01#/clusters.depths.npy"
        ]
        assert one.list_datasets(eid, {"object": ["spikes", "eye"], "attribute": "t*"}) == [
            "alf/eye.timestamps.npy",
            "alf/spikes.times.npy",
        ]
        assert one.list_datasets(eid, collection="") == []

    def test_details_of_datasets(self, one: ONE, sample: Sample) -> None:
        (eid,) = self.eids(one, RECORDING)
        (spikes,) = one.list_datasets(eid, "spikes.times", details=True)
        assert spikes.size == (sample.root / RECORDING / "alf/spikes.times.npy").stat().st_size
        assert (spikes.name, spikes.collection, spikes.revision) == ("spikes.times.npy", "alf", "")
        assert spikes.dataset_type == "spikes.times"

    def test_collections_and_revisions(self, one: ONE) -> None:
        assert one.list_collections(TWO_PROBES) == ["alf/probe00", "alf/probe01"]
        assert one.list_revisions(RECORDING) == ["", "2020-01-01", "2021-06-01"]

    def test_details_of_a_session(self, one: ONE) -> None:
        details = one.get_details(OTHER_LAB, full=True)
        assert (details.subject, details.number, details.date) == ("IBL_124", 1, dt.date(2019, 9, 1))
        assert len(details.datasets) == 4

    # ---- loading --------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "said",
        [
            "spikes.times",
            "spikes.times.npy",
            "alf/spikes.times.npy",
            "alf/spikes.times",
            "spikes.t*",
            {"object": "spikes", "attribute": "times"},
        ],
    )
    def test_a_dataset_loads_by_any_way_to_say_it(self, one: ONE, sample: Sample, said: Any) -> None:
        (eid,) = self.eids(one, RECORDING)
        np.testing.assert_array_equal(one.load_dataset(eid, said), sample.values(RECORDING, "alf/spikes.times.npy"))

    def test_the_namespace_may_be_left_out(self, one: ONE, sample: Sample) -> None:
        expected = sample.values(BEHAVIOUR, "alf/_ibl_trials.choice.npy")
        np.testing.assert_array_equal(one.load_dataset(BEHAVIOUR, "trials.choice"), expected)
        np.testing.assert_array_equal(one.load_dataset(BEHAVIOUR, "_ibl_trials.choice"), expected)

    def test_an_object_loads_with_equal_rows(self, one: ONE, sample: Sample) -> None:
        (eid,) = self.eids(one, RECORDING)
        spikes = one.load_object(eid, "spikes")
        assert sorted(spikes) == ["clusters", "times"]
        assert len(spikes.times) == len(spikes["clusters"]) == 5000
        np.testing.assert_array_equal(spikes.clusters, sample.values(RECORDING, "alf/spikes.clusters.npy"))
        assert sorted(one.load_object(OTHER_LAB, "trials")) == ["choice", "intervals"]
        assert sorted(one.load_object(eid, "spikes", attribute="t*")) == ["times"]

    def test_two_dimensional_attributes(self, one: ONE, sample: Sample) -> None:
        eye = one.load_object(RECORDING, "eye")
        assert eye.xyPos.shape == eye.timestamps.shape == (300, 2)
        np.testing.assert_array_equal(eye.timestamps, sample.values(RECORDING, "alf/eye.timestamps.npy"))

    def test_a_collection_must_be_named_if_there_are_several(self, one: ONE, sample: Sample) -> None:
        with pytest.raises(AmbiguousDataset, match="probe00"):
            one.load_dataset(TWO_PROBES, "spikes.times")
        with pytest.raises(AmbiguousDataset, match="probe01"):
            one.load_object(TWO_PROBES, "spikes")
        expected = sample.values(TWO_PROBES, "alf/probe01/spikes.times.npy")
        np.testing.assert_array_equal(one.load_dataset(TWO_PROBES, "spikes.times", "alf/probe01"), expected)
        np.testing.assert_array_equal(one.load_object(TWO_PROBES, "spikes", collection="*01").times, expected)

    @pytest.mark.parametrize(
        ("revision", "folder"),
        [
            (None, "#2021-06-01#/"),
            ("2020-01-01", "#2020-01-01#/"),
            ("2020-12-31", "#2020-01-01#/"),
            ("2019-01-01", ""),
            ("2030-01-01", "#2021-06-01#/"),
        ],
    )
    def test_the_revision_asked_for_or_the_last_before_it(
        self, one: ONE, sample: Sample, revision: str | None, folder: str
    ) -> None:
        loaded = one.load_dataset(RECORDING, "clusters.depths", revision=revision)
        np.testing.assert_array_equal(loaded, sample.values(RECORDING, f"alf/{folder}clusters.depths.npy"))

    def test_a_path_names_its_revision(self, one: ONE, sample: Sample) -> None:
        path = "alf/#2020-01-01#/clusters.depths.npy"
        np.testing.assert_array_equal(one.load_dataset(RECORDING, path), sample.values(RECORDING, path))
        with pytest.raises(BadRequest):
            one.load_dataset(RECORDING, path, revision="2020-01-01")

    def test_download_gives_local_files(self, one: ONE, sample: Sample) -> None:
        paths = one.download(OTHER_LAB, collection="alf")
        assert [path.name for path in paths] == [
            "_ibl_trials.choice.npy",
            "_ibl_trials.intervals.npy",
            "spikes.clusters.npy",
            "spikes.times.npy",
        ]
        assert paths[-1].read_bytes() == (sample.root / OTHER_LAB / "alf/spikes.times.npy").read_bytes()
        assert one.load_dataset(OTHER_LAB, "spikes.times", download_only=True) == paths[-1]
        assert sorted(one.load_object(OTHER_LAB, "spikes", download_only=True)) == paths[2:]

    def test_everything_verifies(self, one: ONE) -> None:
        one.download(OTHER_LAB)
        assert {verdict.state for verdict in one.verify(OTHER_LAB)} <= {"good"}

    # ---- errors ---------------------------------------------------------------------------------------------------

    def test_what_is_missing_is_said_with_what_looks_similar(self, one: ONE) -> None:
        with pytest.raises(DatasetNotFound, match=r"spikes\.times"):
            one.load_dataset(RECORDING, "spikes.time")
        with pytest.raises(DatasetNotFound):
            one.load_object(BEHAVIOUR, "spikes")
        with pytest.raises(DatasetNotFound):
            one.load_dataset(RECORDING, "spikes.times", collection="raw_ephys_data")

    def test_sessions_that_do_not_exist(self, one: ONE) -> None:
        with pytest.raises(SessionNotFound):
            one.list("IBL_123/2001-01-01/001")
        with pytest.raises(NotFound):
            one.load_dataset(UUID("00000000-0000-4000-8000-000000000000"), "spikes.times")
        with pytest.raises(BadRequest):
            one.list("the session of last tuesday")

    # ---- eIDs -----------------------------------------------------------------------------------------------------

    def test_a_session_has_many_names(self, one: ONE) -> None:
        (eid,) = self.eids(one, OTHER_LAB)
        assert one.to_eid(eid) == eid
        assert one.to_eid("IBL_124/2019-09-01/001") == eid
        assert one.to_eid("IBL_124/2019-09-01/1") == eid
        assert one.to_eid(Path("/mnt/data") / OTHER_LAB / "alf") == eid
        assert one.to_eid({"id": eid}) == eid
        assert one.to_eid(one.get_details(eid)) == eid
