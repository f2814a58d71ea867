"""The stock client with our cache tables: it downloads them by itself, and searches without a network as it does with one."""

from uuid import UUID

import numpy as np
import pytest
from bregma_app.testing import OPEN_LAB

from tests.stock import SUBJECT, new_session

DAYS = ("2020-01-01", "2020-01-02", "2020-02-03")


@pytest.fixture(scope="module")
def eids(site, home):
    """Three sessions with verified files, newest last."""
    made = []
    for number, day in enumerate(DAYS, 1):
        body = {"subject": SUBJECT, "start_time": f"{day}T10:00:00", "number": number, "lab": OPEN_LAB}
        session = site.make("/sessions", **body, task_protocol=f"task{number}", projects=["ibl_neuropixel"])
        made.append(session["url"][-36:])
        spikes = np.arange(number * 3, dtype=float)
        files = {"alf/probe00/spikes.times.npy": spikes, "alf/trials.choice.npy": np.ones(number, dtype=np.int8)}
        site.upload(made[-1], new_session(home, number, files, day=day))
    site.make("/insertions", session=made[0], name="probe00", model="3A")
    site.make("/tags", name="2020_paper")
    one = site.client("tagger")
    one.alyx.rest("datasets", "partial_update", id=datasets_of(one, made[1])[0], data={"tags": ["2020_paper"]})
    return [UUID(one) for one in made]


def datasets_of(one, eid):
    return [record["url"][-36:] for record in one.alyx.rest("datasets", "list", session=eid)]


@pytest.fixture
def local(site, eids, home, request):
    """A client that has loaded the tables and works without asking the server."""
    one = site.client(f"local-{request.node.name}")
    assert one.load_cache(clobber=True) is not None
    one.mode = "local"
    return one


@pytest.mark.parametrize(
    "words",
    [
        {"subject": SUBJECT},
        {"date_range": ["2020-01-01", "2020-01-31"]},
        {"number": 2},
        {"task_protocol": "task3"},
        {"projects": "ibl_neuropixel"},
        {"lab": OPEN_LAB},
        {"datasets": ["trials.choice.npy"]},
        {"datasets": ["trials.choice.npy"], "dataset_qc_lte": "FAIL"},
        {"subject": "nobody"},
    ],
    ids=lambda words: next(iter(words)),
)
def test_searches_find_the_same(local, eids, words):
    here = local.search(query_type="local", **words)
    there = local.search(query_type="remote", **words)
    assert sorted(map(str, here)) == sorted(map(str, there))
    if words != {"subject": "nobody"}:
        assert here


def test_lists_are_the_same(local, eids):
    for eid in eids:
        assert local.list_datasets(eid, query_type="local") == local.list_datasets(eid, query_type="remote")
        here = local.list_datasets(eid, details=True, query_type="local").sort_index()
        there = local.list_datasets(eid, details=True, query_type="remote").sort_index()
        assert list(here.index) == list(there.index)
        for column in ("rel_path", "file_size", "hash", "default_revision"):
            assert list(here[column]) == list(there[column]), column
        assert list(map(str, here["qc"])) == list(map(str, there["qc"]))
    assert local.eid2path(eids[0]) == local.eid2path(eids[0], query_type="remote")
    assert local.path2eid(local.eid2path(eids[2])) == eids[2]
    assert local.get_details(eids[1])["number"] == 2


def test_insertions_are_found_without_a_network(local, eids):
    # (its search_insertions joins two tables on unlike ids when it has no network, and never finds any)
    pid = UUID(local.alyx.rest("insertions", "list", session=str(eids[0]))[0]["id"])
    assert local.pid2eid(pid, query_type="local") == (eids[0], "probe00")


def test_files_load_without_a_network(site, eids, home):
    one = site.client("offline")
    one.load_cache(clobber=True)
    loaded = one.load_dataset(eids[1], "spikes.times.npy")
    one.mode = "local"
    from one.api import One

    alone = One(cache_dir=one.cache_dir)
    assert alone.offline
    assert [UUID(str(found)) for found in alone.search(task_protocol="task2")] == [eids[1]]
    assert np.array_equal(alone.load_dataset(eids[1], "spikes.times.npy"), loaded)


def test_tables_of_a_tag(site, eids):
    one = site.client("tag")
    one.load_cache(tag="2020_paper")
    assert [UUID(str(found)) for found in one.search(query_type="local")] == [eids[1]]
    assert len(one._cache["datasets"]) == 1
    assert (one.cache_dir / "2020_paper" / "datasets.pqt").exists()
    assert one._cache["_meta"]["raw"]["datasets"]["database_tags"] == ["2020_paper"]


def test_tables_that_are_fresh_are_not_fetched_again(local, eids, caplog):
    local.mode = "auto"
    before = local._cache["_meta"]["created_time"]
    with caplog.at_level("INFO"):
        local.load_cache()
    assert "No newer cache available" in caplog.text
    assert local._cache["_meta"]["created_time"] == before
