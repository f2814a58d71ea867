"""Nobody can say that verified bytes are something else: what is served is what was verified, or nothing."""

import numpy as np
import pytest

from tests.faults.rigs import Rig, md5_of, npy

PATHS = ["alf/probe00/spikes.times.npy", "alf/probe01/spikes.times.npy"]


@pytest.fixture
def verified(machine):
    """A session with two verified files: (rig, session, path → bytes, path → dataset with its records)."""
    rig = Rig(machine)
    eid, files = rig.session(), {path: npy(np.arange(5.0) + n) for n, path in enumerate(PATHS)}
    rig.upload(eid, files)
    machine.calm_down()
    shown = rig.machine.client("admin").get("/datasets", params={"session": eid}).json()["results"]
    datasets = {f"{one['collection']}/{one['name']}": one for one in shown}
    assert all(one["file_records"][0]["exists"] for one in datasets.values())
    return rig, eid, files, datasets


def patch(machine, path, **values):
    with machine.client("admin") as http:
        answer = http.patch(path, json=values)
    assert answer.status_code == 200, answer.text
    return answer.json()


def mended(machine, verified):
    """What is served is checked at once and after verification; sending the files again mends everything."""
    rig, eid, files, _ = verified
    machine.check()
    machine.calm_down()
    machine.check()
    rig.insist(eid, files)
    machine.calm_down()
    rig.is_whole(eid, files)
    machine.check()


@pytest.mark.parametrize("claim", [{"hash": "0" * 32}, {"file_size": 1}])
def test_a_dataset_is_said_to_have_other_content(machine, verified, claim):
    patch(machine, verified[3][PATHS[0]]["url"], **claim)
    mended(machine, verified)


def test_a_dataset_is_said_to_have_the_content_it_has(machine, verified):
    _, _, files, datasets = verified
    patch(machine, datasets[PATHS[0]]["url"], hash=md5_of(files[PATHS[0]]), qc="PASS")
    shown = patch(machine, datasets[PATHS[0]]["url"])
    assert shown["file_records"][0]["exists"] is True
    machine.check()


def test_other_content_is_registered_as_on_alyx(machine, verified):
    rig, eid, _, _ = verified
    session = rig.call("GET", f"/sessions/{eid}")
    body = {
        "path": f"{session['subject']}/{session['start_time'][:10]}/{session['number']:03d}", "name": "central",
        "filenames": PATHS[:1], "hashes": ["0" * 32], "filesizes": [1],
    }  # fmt: skip
    rig.call("POST", "/register-file", body)
    mended(machine, verified)


def test_a_record_is_given_to_another_dataset(machine, verified):
    one, other = (verified[3][path] for path in PATHS)
    record = f"/files/{one['file_records'][0]['id']}"
    assert patch(machine, record, dataset=other["url"], exists=True)["exists"] is False
    machine.calm_down()
    with machine.client("admin") as http:
        assert http.get(record).json()["exists"] is False  # the bytes are not that dataset's
        assert http.delete(record).status_code == 204  # its path says what nobody believes
    mended(machine, verified)


def test_a_record_is_said_to_exist_whose_bytes_were_never_sent(machine):
    rig = Rig(machine)
    eid = rig.session()
    (entry,) = rig.register(eid, {PATHS[0]: npy(np.arange(7.0))})
    with machine.client("admin") as http:
        (record,) = http.get(f"/datasets/{entry['dataset']}").json()["file_records"]
    patch(machine, f"/files/{record['id']}", exists=True)
    machine.check()
    machine.calm_down()
    machine.check()
    assert rig.call("POST", "/signed-urls", {"datasets": [entry["dataset"]]})["urls"][0]["error"] is not None
