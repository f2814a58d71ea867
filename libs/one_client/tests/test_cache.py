"""The cache: fresh or stale, shared, damaged, offline."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from one_client import ONE
from one_client.cache import Cache
from one_client.errors import BadRequest, DatasetNotFound, NotRecorded, SessionNotFound
from one_client.library import Library
from one_client.records import Dataset, safe_relative
from one_client.testing import BEHAVIOUR, OTHER_LAB, RECORDING, Sample, write_sample


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return write_sample(tmp_path / "source")


@pytest.fixture
def backend(sample: Sample, make_store: Callable, remote_folder: type):
    return remote_folder(sample.root, make_store(sample.root))


@pytest.fixture
def one(backend, tmp_path: Path) -> Iterator[ONE]:
    with ONE.of(Library(backend, Cache(tmp_path / "cache"))) as one:
        yield one


def again(one: ONE, **options: object) -> ONE:
    """As a new process would see it."""
    return ONE.of(Library(one.library.backend, Cache(one.library.cache.root), **options))


def test_files_lie_in_an_alf_tree(one: ONE, tmp_path: Path) -> None:
    path = one.load_dataset(RECORDING, "clusters.depths", download_only=True)
    assert path == tmp_path / "cache" / RECORDING / "alf/#2021-06-01#/clusters.depths.npy"


def test_a_second_load_asks_nobody(one: ONE, backend) -> None:
    one.load_object(RECORDING, "spikes")
    asked, sent = list(backend.asked), len(backend.store.requests)
    one.load_object(RECORDING, "spikes")
    again(one).load_object(RECORDING, "spikes")
    assert backend.asked == asked
    assert len(backend.store.requests) == sent


def test_an_object_asks_for_all_its_urls_in_one_call(one: ONE, backend) -> None:
    one.load_object(RECORDING, "spikes")
    assert backend.asked == ["listing", "locate"]


def test_an_old_list_is_asked_for_again_and_may_be_unchanged(one: ONE, backend) -> None:
    one.list_datasets(RECORDING)
    stale = again(one, freshness=0)
    before = one.library.cache.read(one.to_eid(RECORDING)).fetched_at
    stale.list_datasets(RECORDING)
    entry = stale.library.cache.read(one.to_eid(RECORDING))
    assert backend.asked == ["listing", "listing"]
    assert entry.fetched_at > before


def test_a_server_that_is_away_leaves_what_is_cached(one: ONE, backend, caplog: pytest.LogCaptureFixture) -> None:
    one.load_object(RECORDING, "spikes")
    backend.away = True
    assert len(again(one, freshness=0).load_object(RECORDING, "spikes").times) == 5000
    assert "cached list" in caplog.text


def test_offline_searches_and_loads_what_is_here(one: ONE, sample: Sample) -> None:
    one.load_object(RECORDING, "spikes")
    one.list(OTHER_LAB)
    offline = again(one, mode="offline")
    assert offline.search(subject="IBL_123") == [RECORDING]
    assert offline.search(dataset_types=["spikes.times"], date_range=["2019-08-01", None]) == [OTHER_LAB, RECORDING]
    assert offline.to_eid("IBL_123/2019-08-10/001") == RECORDING
    np.testing.assert_array_equal(
        offline.load_dataset(RECORDING, "spikes.times"), sample.values(RECORDING, "alf/spikes.times.npy")
    )
    with pytest.raises(DatasetNotFound, match="online"):
        offline.load_dataset(OTHER_LAB, "spikes.times")
    with pytest.raises(SessionNotFound):
        offline.list(BEHAVIOUR)
    with pytest.raises(NotRecorded):
        offline.search(tag="paper")


def test_a_new_dataset_is_found_although_the_list_is_fresh(one: ONE, sample: Sample) -> None:
    one.list(BEHAVIOUR)
    np.save(sample.root / BEHAVIOUR / "alf" / "wheel.position.npy", np.arange(9.0))
    assert len(one.load_dataset(BEHAVIOUR, "wheel.position")) == 9
    with pytest.raises(DatasetNotFound):
        one.load_dataset(BEHAVIOUR, "wheel.velocity")


def test_a_replaced_file_is_fetched_again(one: ONE, sample: Sample) -> None:
    one.load_dataset(BEHAVIOUR, "trials.choice")
    np.save(sample.root / BEHAVIOUR / "alf" / "_ibl_trials.choice.npy", np.zeros(60))
    assert one.load_dataset(BEHAVIOUR, "trials.choice").any()  # believed for a minute
    one.list_datasets(BEHAVIOUR, refresh=True)
    assert not one.load_dataset(BEHAVIOUR, "trials.choice").any()


@pytest.mark.parametrize("damage", ["cut", "touch", "remove", "overwrite"])
def test_damaged_files_are_noticed(one: ONE, backend, damage: str, sample: Sample) -> None:
    path = one.load_dataset(OTHER_LAB, "spikes.times", download_only=True)
    sent = len(backend.store.requests)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-8])
    elif damage == "touch":
        os.utime(path, ns=(1, 1))
    elif damage == "remove":
        path.unlink()
    else:
        path.write_bytes(b"\0" * path.stat().st_size)
    loaded = one.load_dataset(OTHER_LAB, "spikes.times")
    np.testing.assert_array_equal(loaded, sample.values(OTHER_LAB, "alf/spikes.times.npy"))
    assert len(backend.store.requests) - sent == (0 if damage == "touch" else 1)


def test_silent_damage_is_found_by_verify_and_repaired(one: ONE, sample: Sample) -> None:
    path = one.load_dataset(OTHER_LAB, "spikes.times", download_only=True)
    one.load_object(RECORDING, "eye")
    stat = path.stat()
    path.write_bytes(b"\0" * stat.st_size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    states = {v.dataset: v.state for v in one.verify()}
    assert states == {"alf/spikes.times.npy": "changed", "alf/eye.xyPos.npy": "good", "alf/eye.timestamps.npy": "good"}
    assert {v.state for v in one.verify(repair=True)} == {"good"}
    assert {v.state for v in one.verify()} == {"good"}
    assert path.read_bytes() == (sample.root / OTHER_LAB / "alf/spikes.times.npy").read_bytes()


def test_a_lost_or_broken_index_costs_only_hashing(one: ONE, backend) -> None:
    one.load_object(RECORDING, "spikes")
    sent = len(backend.store.requests)
    for index in (one.library.cache.root / ".one" / "sessions").glob("*.json"):
        index.write_text('{"version": 1, "eid"')
    assert len(again(one).load_object(RECORDING, "spikes").times) == 5000
    assert len(backend.store.requests) == sent


def test_a_tree_copied_from_elsewhere_is_taken_over(one: ONE, backend, sample: Sample, tmp_path: Path) -> None:
    shutil.copytree(sample.root / OTHER_LAB, tmp_path / "cache" / OTHER_LAB)
    one.load_object(OTHER_LAB, "spikes")
    assert backend.store.requests == []


def test_forgetting_removes_files_and_empty_folders(one: ONE, tmp_path: Path) -> None:
    one.load_object(RECORDING, "spikes")
    one.load_object(OTHER_LAB, "spikes")
    cache = one.library.cache
    assert cache.usage()[:2] == (2, 4)
    assert cache.forget(OTHER_LAB) == 2
    assert not (tmp_path / "cache" / "otherlab").exists()
    assert cache.usage()[:2] == (1, 2)
    assert cache.forget("no such session") == 0


def test_a_place_outside_the_cache_is_refused(tmp_path: Path) -> None:
    from one_client.records import find_session_path

    place = find_session_path(OTHER_LAB)
    for path in ("../../../../../etc/passwd", "/etc/passwd", "C:/x.npy", "a\\..\\b.npy", ""):
        with pytest.raises(BadRequest):
            Cache(tmp_path).place(place, Dataset("x", path))
        with pytest.raises(BadRequest):
            safe_relative(path)


def test_downloads_end_with_nothing_left_over(one: ONE) -> None:
    one.download(RECORDING)
    assert list(one.library.cache.partial.iterdir()) == []
    index = next((one.library.cache.root / ".one" / "sessions").glob("*.json"))
    assert len(json.loads(index.read_text())["files"]) == 7


WORKER = """
import importlib.util, json, sys
from pathlib import Path
from one_client import ONE
from one_client.cache import Cache
from one_client.library import Library

conftest, source, port, key, cache, *places = sys.argv[1:]
spec = importlib.util.spec_from_file_location("support", conftest)
support = importlib.util.module_from_spec(spec)
spec.loader.exec_module(support)
store = support.Store.of_another_process(int(port), bytes.fromhex(key))
with ONE.of(Library(support.RemoteFolder(Path(source), store), Cache(Path(cache)))) as one:
    total = sum(len(one.load_object(place, "spikes").times) for place in places)
    print(total, len(one.download(places[0])))
"""


def test_several_processes_share_a_cache(one: ONE, backend, sample: Sample) -> None:
    port = str(backend.store.server.server_address[1])
    conftest = str(Path(__file__).with_name("conftest.py"))
    cache = str(one.library.cache.root)
    command = [sys.executable, "-c", WORKER, conftest, str(sample.root), port, backend.store.key.hex(), cache]
    processes = [
        subprocess.Popen([*command, RECORDING, OTHER_LAB], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60) for process in processes]
    assert said == [("5700 7\n", "")] * 3
    assert {v.state for v in one.verify()} == {"good"}
    assert one.library.cache.usage()[1] == 9


def test_leftovers_of_killed_processes_are_swept(one: ONE) -> None:
    partial = one.library.cache.partial
    partial.mkdir(parents=True)
    for name, days in (("old.small", 2), ("new.small", 0), ("old.part", 31), ("recent.part", 3)):
        (partial / name).touch()
        past = time.time() - days * 86400
        os.utime(partial / name, (past, past))
    one.load_object(OTHER_LAB, "spikes")
    assert sorted(path.name for path in partial.iterdir()) == ["new.small", "recent.part"]


def test_a_server_that_is_away_is_not_asked_each_time(one: ONE, backend) -> None:
    one.list(RECORDING)
    backend.away = True
    stale = again(one, freshness=0)
    stale.list(RECORDING)
    backend.away = False
    stale.list(RECORDING)
    assert backend.asked == ["listing"]
    stale.library._away_until = 0.0
    stale.list(RECORDING)
    assert backend.asked == ["listing", "listing"]
