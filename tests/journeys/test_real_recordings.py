"""Real recordings from a rig to another lab's scientist, through all processes as an operator starts them."""

import subprocess
import sys
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import pytest
from bregma_kit.local.children import wait_until
from one_client import ONE
from one_client.backends.http import Api
from one_client.upload import Uploader, put_session

from tests.faults.invariants import Objects, violations
from tests.installation import CLEAN, Installation

pytestmark = pytest.mark.real_data
PASSWORD = "over the bregma"
LAB, OTHER_LAB = "examplelab", "neighbourlab"
MOUSE, PROBE = "SWC_054", "ibl_probe_excerpt"
COLUMNS = [
    "choice",
    "contrastLeft",
    "contrastRight",
    "feedbackType",
    "probabilityLeft",
    "response_times",
    "stimOn_times",
]


@pytest.fixture(scope="module", params=["together", "split"])
def installation(request, tmp_path_factory):
    """An installation without demo data: one API process, or one for each service."""
    one = Installation(tmp_path_factory.mktemp(request.param) / "home")
    try:
        one.bregma("up", "--detach", "--no-demo", *(["--split"] if request.param == "split" else []))
        yield one
    finally:
        one.bregma("down")
    assert wait_until(lambda: one.everything() == [], 10)


@pytest.fixture(scope="module")
def people(installation):
    """What an operator does on the first day; returns the tokens."""
    say = installation.administer
    say("user", "add", "ada", "--admin", "--password", PASSWORD)
    api = Api(installation.api, say("token", "add", "--user", "ada"))
    for lab in (LAB, OTHER_LAB):
        api.post("/labs", {"name": lab, "timezone": "Europe/London"})
    for subject in (MOUSE, PROBE):
        api.post("/subjects", {"nickname": subject, "lab": LAB})
    say("repository", "add", "main", "--lab", LAB)
    say("user", "add", "santiago", "--lab", OTHER_LAB, "--password", PASSWORD)
    say("user", "add", "visitor", "--public", "--password", PASSWORD)
    say("user", "add", "newcomer", "--password", PASSWORD)
    tokens = {name: say("token", "add", "--user", name) for name in ("santiago", "visitor", "newcomer")}
    return tokens | {"ada": api.token, "rig": say("token", "add", "--rig", "rig1", "--lab", LAB)}


def trials(real_data: Path) -> dict[str, dict[str, np.ndarray]]:
    """Session → attribute → values of the mouse's trials."""
    table = pd.read_parquet(real_data / "behavior" / f"{MOUSE}_trials.parquet")
    return {
        f"{MOUSE}/{date}/001": {name: rows[name].to_numpy() for name in COLUMNS} for date, rows in table.groupby("date")
    }


@pytest.fixture(scope="module")
def recorded(pytestconfig, tmp_path_factory):
    """The folders that a rig has on its disk: (folder of sessions, session → path → values)."""
    from bregma_kit.testing.plugin import real_data_folder

    source = real_data_folder(pytestconfig.rootpath)
    if not source.is_dir():
        pytest.skip("no real recordings")
    root = tmp_path_factory.mktemp("rig")
    wanted: dict[str, dict[str, np.ndarray]] = {}
    for session, values in trials(source).items():
        wanted[session] = {f"alf/_ibl_trials.{name}.npy": data for name, data in values.items()}
    for number, probe in enumerate(("ibl_probe_excerpt", "neuropixels_3units_68min"), 1):
        files = sorted((source / "behavior" / "spikes" / probe).glob("*.npy"))
        wanted[f"{PROBE}/2020-01-01/{number:03d}"] = {f"alf/probe00/{one.name}": np.load(one) for one in files}
    for session, files in wanted.items():
        for path, values in files.items():
            file = root / session / path
            file.parent.mkdir(parents=True, exist_ok=True)
            np.save(file, values, allow_pickle=False)
    return root, wanted


@pytest.fixture(scope="module")
def eids(installation, people, recorded, tmp_path_factory):
    """Session → eid, after the rig has sent everything and the server has read everything back."""
    root, wanted = recorded
    api = Api(installation.api, people["rig"])
    spool = tmp_path_factory.mktemp("spool")
    found = {}
    for session in wanted:
        report = put_session(
            api, root / session, spool=spool, wait=True, wait_seconds=60, uploader=Uploader(api, progress=False)
        )
        assert [(one.path, one.state, one.reason) for one in report.files] == [
            (one.path, "verified", "") for one in report.files
        ]
        assert len(report.files) == len(wanted[session])
        assert report.visible_seconds is not None
        found[session] = report.eid
    return found


def test_every_file_is_verified_and_nothing_else_is_visible(installation, people, recorded, eids):
    with httpx.Client(base_url=installation.api, headers={"Authorization": f"Token {people['ada']}"}) as http:
        assert violations(installation.database, Objects(installation.store()), http) == []
    verified = installation.sql("select count(*) from files.uploads where state = 'verified'")
    assert verified == [(sum(map(len, recorded[1].values())),)]


def test_a_scientist_of_another_lab_finds_and_loads_them(installation, people, recorded, eids, tmp_path):
    _, wanted = recorded
    with ONE(installation.api, token=people["santiago"], cache_dir=tmp_path, progress=False) as one:
        with_trials = {eid for session, eid in eids.items() if session.startswith(MOUSE)}
        assert set(one.search(dataset_types=["trials.choice", "trials.stimOn_times"])) == with_trials
        assert set(one.search(dataset_types="spikes.times")) == set(eids.values()) - with_trials
        assert one.search(subject=MOUSE, dataset_types="spikes.times") == []
        for session, files in wanted.items():
            name, collection = ("trials", "alf") if session.startswith(MOUSE) else ("spikes", "alf/probe00")
            loaded = one.load_object(eids[session], name, collection=collection)
            assert set(loaded) == {path.split(".")[-2] for path in files}
            for path, values in files.items():
                np.testing.assert_array_equal(loaded[path.split(".")[-2]], values, strict=True)


def test_so_does_the_stock_client(installation, people, recorded, eids, tmp_path):
    _, wanted = recorded
    out = tmp_path / "loaded.npz"
    script = str(Path(__file__).with_name("stock_scientist.py"))
    objects = [f"{MOUSE}:alf:trials", f"{PROBE}:alf/probe00:spikes"]
    done = subprocess.run(
        [sys.executable, script, installation.api, "santiago", PASSWORD, str(out), *objects],
        env=CLEAN | {"HOME": str(tmp_path), "TQDM_DISABLE": "1"}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with np.load(out, allow_pickle=False) as loaded:
        assert len(loaded.files) == sum(map(len, wanted.values()))
        for session, files in wanted.items():
            for path, values in files.items():
                np.testing.assert_array_equal(loaded[f"{eids[session]}/{path.split('.')[-2]}"], values, strict=True)


def test_who_has_no_role_sees_nothing(installation, people, eids, tmp_path):
    eid = next(iter(eids.values()))
    datasets = [str(row[0]) for row in installation.sql("select id from files.datasets")]
    for name in ("visitor", "newcomer"):
        with httpx.Client(base_url=installation.api, headers={"Authorization": f"Token {people[name]}"}) as http:
            for path in ("/sessions", "/datasets", "/files", "/uploads", "/subjects"):
                assert http.get(path).json()["count"] == 0, path
            assert http.get(f"/sessions/{eid}").status_code == 404
            assert http.get(f"/datasets/{datasets[0]}").status_code == 404
            answers = http.post("/signed-urls", json={"datasets": datasets}).json()["urls"]
            assert {one["error"]["code"] for one in answers} == {"not_found"}
            assert not any(one["url"] or one["name"] for one in answers)
        with ONE(installation.api, token=people[name], cache_dir=tmp_path / name, progress=False) as one:
            assert one.search(subject=MOUSE) == []
    assert httpx.get(f"{installation.api}/sessions").status_code == 403
