"""Section 14 of the contract by the unmodified stock client: it fetches the tables, and works with them while nobody answers."""

import numpy as np
import pandas as pd
import pytest
from bregma_app.testing import OPEN_LAB

from tests.stock import new_session

ANIMAL, OTHER = "ZM_2407", "ZM_2408"
TAG = "2024_Q2_Cache"
TIMES = np.arange(50.0)


@pytest.fixture(scope="module")
def recorded(site, one, home):
    """Two sessions whose files were uploaded and verified; a tag on one file, a probe in one session."""
    from one.registration import RegistrationClient

    client, eids = RegistrationClient(one), {}
    for animal, day in ((ANIMAL, "2022-02-02"), (OTHER, "2022-02-03")):
        site.make("/subjects", nickname=animal, lab=OPEN_LAB)
        root = new_session(home, 1, {"alf/probe00/spikes.times.npy": TIMES, "alf/probe00/spikes.clusters.npy": np.arange(50),
                                     "alf/probe00/#2023-01-01#/spikes.times.npy": TIMES + 0.25}, subject=animal, day=day)  # fmt: skip
        session, _ = client.register_session(root)
        site.upload(session["url"][-36:], root)
        eids[animal] = session["url"][-36:]
    site.make("/insertions", session=eids[ANIMAL], name="probe00", model="3B2", serial="1904")
    site.make("/tags", name=TAG)
    found = site.api.get("/datasets", params={"session": eids[ANIMAL], "name": "spikes.clusters.npy"}).json()[
        "results"
    ][0]
    assert site.api.patch(f"/datasets/{found['url'][-36:]}", json={"tags": [TAG]}).status_code == 200
    return eids


@pytest.fixture(scope="module")
def loaded(site, recorded):
    """A client that has fetched the tables."""
    client = site.client("tables")
    client.load_cache()
    return client


def test_the_tables_are_what_the_client_makes_of_the_servers_answers(loaded, recorded):
    tables = loaded._cache
    assert {"sessions", "datasets", "insertions"} <= set(tables)
    assert len(tables["datasets"]) == 6
    remote = {str(eid) for eid in loaded.search(subject=ANIMAL, query_type="remote")}
    assert {str(eid) for eid in loaded.search(subject=ANIMAL, query_type="local")} == remote == {recorded[ANIMAL]}
    assert isinstance(tables["datasets"].index, pd.MultiIndex)
    assert tables["datasets"].index.is_monotonic_increasing
    assert loaded._cache["_meta"]["created_time"] is not None


def test_they_are_not_fetched_twice(loaded, site):
    stamp = loaded._cache["_meta"]["loaded_time"]
    files = sorted(loaded._tables_dir.glob("*.pqt"))
    times = [one.stat().st_mtime_ns for one in files]
    loaded.load_cache()
    assert [one.stat().st_mtime_ns for one in files] == times
    assert loaded._cache["_meta"]["loaded_time"] >= stamp


def test_local_mode_searches_lists_and_loads_while_nobody_answers(loaded, site, recorded):
    from one.api import ONE

    folder = loaded.cache_dir
    asked = loaded.load_object(recorded[ANIMAL], "spikes", collection="alf/probe00", query_type="remote")
    # a client that has no address to ask
    local = ONE(mode="local", cache_dir=folder, silent=True)
    assert local.offline
    assert {
        str(eid) for eid in local.search(datasets="spikes.times.npy", date_range=["2022-02-02", "2022-02-03"])
    } == set(recorded.values())
    assert [str(eid) for eid in local.search(lab=OPEN_LAB, subject=OTHER)] == [recorded[OTHER]]
    assert local.list_collections(recorded[ANIMAL]) == ["alf/probe00"]
    assert sorted(local.list_revisions(recorded[ANIMAL])) == ["", "2023-01-01"]
    assert sorted(local.list_datasets(recorded[ANIMAL], filename="spikes.times*")) == [
        "alf/probe00/#2023-01-01#/spikes.times.npy", "alf/probe00/spikes.times.npy",
    ]  # fmt: skip
    path = local.eid2path(recorded[ANIMAL])
    assert str(local.path2eid(path)) == recorded[ANIMAL]
    assert local.get_details(recorded[ANIMAL])["subject"] == ANIMAL
    spikes = local.load_object(recorded[ANIMAL], "spikes", collection="alf/probe00")
    np.testing.assert_array_equal(spikes.times, asked.times, "the default revision")


def test_probes_are_told_apart_without_the_server(loaded, recorded):
    (pid,) = loaded._cache["insertions"].index.get_level_values("id")
    eid, name = loaded.pid2eid(pid, query_type="local")
    assert (str(eid), name) == (recorded[ANIMAL], "probe00")


def test_tables_of_a_tag(site, recorded):
    client = site.client("tagged")
    client.load_cache(tag=TAG)
    assert list(client._cache["datasets"]["rel_path"]) == ["alf/probe00/spikes.clusters.npy"]
    assert [str(eid) for eid in client._cache["sessions"].index] == [recorded[ANIMAL]]
    assert [str(eid) for eid in client.search(query_type="local")] == [recorded[ANIMAL]]


def test_a_tag_that_is_unknown_leaves_the_client_working(site, recorded):
    client = site.client("untagged")
    client.load_cache(tag="no_such_tag")
    assert client.mode == "remote"
    assert [str(eid) for eid in client.search(subject=OTHER)] == [recorded[OTHER]]
