"""Importing costs little; the paper's code runs; the asynchronous form does the same; units are converted."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import one_client
import pytest
from one_client import ONE, AsyncONE
from one_client.errors import DataError, UnitsUnknown
from one_client.testing import OTHER_LAB, RECORDING, Sample, write_sample

HEAVY = {"pandas", "boto3", "pyarrow", "h5py", "yaml", "sparse", "numba", "scipy", "tqdm", "sqlalchemy", "fastapi"}


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return write_sample(tmp_path)


def loaded_by(code: str) -> set[str]:
    code += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_is_light(sample: Sample) -> None:
    bare = loaded_by("import one_client")
    assert not bare & (HEAVY | {"numpy", "httpx", "pydantic"})
    assert not loaded_by("from one_client import ONE, AsyncONE, OneError, Bunch") & (HEAVY | {"httpx"})
    assert not loaded_by("import one_client.cli") & (HEAVY | {"httpx"})
    loading = f"from one_client import ONE; ONE.from_folder({str(sample.root)!r}).load_object({RECORDING!r}, 'spikes')"
    assert not loaded_by(loading) & HEAVY


def test_names_of_the_package() -> None:
    assert set(one_client.__all__) == {"ONE", "AsyncONE", "Bunch", "OneError"}
    with pytest.raises(AttributeError, match="nothing"):
        _ = one_client.nothing


def test_code_of_appendix_1(sample: Sample) -> None:
    """The examples of the paper with their printed arguments; typing slips mended, the import renamed."""
    namespace: dict[str, Any] = {}
    opening = f"from one_client import ONE\none = ONE({str(sample.root)!r})"
    exec(opening, namespace)  # what a reader would type
    exec(
        """
eID_list = one.search(subject='IBL_123', date_range=['2019-08-02',
'2019-08-31'], dataset_types=['spikes.times', 'spikes.clusters', 'eye.xyPos'])
eID = eID_list[0]
st = one.load_dataset(eID, 'spikes.times')
spikes = one.load_object(eID, 'spikes')
available = one.list(eID)
""",
        namespace,
    )
    assert namespace["eID_list"] == [RECORDING]
    np.testing.assert_array_equal(namespace["st"], sample.values(RECORDING, "alf/spikes.times.npy"))
    assert set(namespace["spikes"]) == {"times", "clusters"}
    assert {"spikes.times", "spikes.clusters", "eye.xyPos"} <= set(namespace["available"])


async def test_the_asynchronous_form(sample: Sample) -> None:
    async with AsyncONE.from_folder(sample.root) as one:
        eids, details = await one.search(details=True, lab="otherlab")
        assert (eids, details[0].subject) == ([OTHER_LAB], "IBL_124")
        assert await one.search(subject="IBL_124") == eids
        assert "spikes.times" in await one.list(OTHER_LAB)
        assert await one.list_collections(OTHER_LAB) == ["alf"]
        assert await one.list_revisions(RECORDING, "clusters.depths") == ["", "2020-01-01", "2021-06-01"]
        assert len(await one.list_datasets(OTHER_LAB, "spikes.*")) == 2
        assert (await one.get_details(OTHER_LAB)).number == 1
        assert len(await one.load_dataset(OTHER_LAB, "spikes.times")) == 700
        assert set(await one.load_object(OTHER_LAB, "trials")) == {"choice", "intervals"}
        assert len(await one.download(OTHER_LAB, "spikes.*")) == 2
        assert await one.verify() == []
        assert await one.to_eid("IBL_124/2019-09-01/1") == OTHER_LAB


def test_units_of_another_edition(tmp_path: Path) -> None:
    session = tmp_path / "a/2020-01-01/001"
    (session / "alf").mkdir(parents=True)
    volts = np.array([50e-6, 120e-6])
    np.save(session / "alf/spikes.amps.npy", volts)
    np.save(session / "alf/spikes.times.npy", np.array([0.5, 1.5]))
    np.save(session / "alf/_mylab_dials.angle.npy", np.ones(2))
    eid = "a/2020-01-01/001"
    one = ONE.from_folder(tmp_path, edition="ibl-current")
    np.testing.assert_array_equal(one.load_dataset(eid, "spikes.amps"), volts)
    np.testing.assert_allclose(one.load_dataset(eid, "spikes.amps", units="paper-2020"), [50, 120])
    spikes = one.load_object(eid, "spikes", units="paper-2020")
    np.testing.assert_allclose(spikes.amps, [50, 120])
    np.testing.assert_array_equal(spikes.times, [0.5, 1.5])
    with pytest.raises(UnitsUnknown, match="edition"):
        ONE.from_folder(tmp_path).load_dataset(eid, "spikes.amps", units="paper-2020")
    with pytest.raises(UnitsUnknown, match="no known type"):
        one.load_dataset(eid, "_mylab_dials.angle", units="paper-2020")
    with pytest.raises(ValueError, match="no edition"):
        one.load_dataset(eid, "spikes.amps", units="furlongs")
    assert issubclass(UnitsUnknown, DataError)
