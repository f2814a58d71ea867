"""A raw recording from a rig to a reader: sent, verified, compressed by a worker that is killed on the way, read again."""

import os
import signal
from pathlib import Path

import httpx
import numpy as np
import pytest
from bregma_codecs import Reader
from bregma_kit.local.children import wait_until
from one_client import ONE
from one_client.backends.http import Api
from one_client.upload import Uploader, put_session

from tests.installation import Installation

PASSWORD = "over the bregma"
RATE, CHANNELS, SECONDS = 30_000, 17, 20
STEM = "_spikeglx_ephysData_g0_t0.imec0.ap"
PROBE = "raw_ephys_data/probe00"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """An installation whose dead workers are missed after two seconds."""
    one = Installation(tmp_path_factory.mktemp("compression") / "home", BREGMA_WORKER_STALLED_SECONDS="2")
    try:
        one.bregma("up", "--detach", "--no-demo")
        yield one
    finally:
        one.bregma("down")
    assert wait_until(lambda: one.everything() == [], 10)


@pytest.fixture(scope="module")
def people(installation):
    say = installation.administer
    say("user", "add", "ada", "--admin", "--password", PASSWORD)
    api = Api(installation.api, say("token", "add", "--user", "ada"))
    api.post("/labs", {"name": "examplelab", "timezone": "Europe/London"})
    api.post("/subjects", {"nickname": "NP_001", "lab": "examplelab"})
    say("repository", "add", "main", "--lab", "examplelab")
    return {"ada": api.token, "rig": say("token", "add", "--rig", "rig1", "--lab", "examplelab")}


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> tuple[Path, np.ndarray]:
    """The folder of a session on a rig's disk, larger than what goes by a single PUT."""
    session = tmp_path_factory.mktemp("rig") / "NP_001" / "2026-11-20" / "001"
    folder = session / PROBE
    folder.mkdir(parents=True)
    values = np.random.default_rng(11).normal(0, 12, (RATE * SECONDS, CHANNELS)).astype("<i2")
    (folder / f"{STEM}.bin").write_bytes(values.tobytes())
    (folder / f"{STEM}.meta").write_text(f"typeThis=imec\nnSavedChans={CHANNELS}\nimSampRate={RATE}\n")
    return session, values


def test_from_the_rig_to_the_reader(installation, people, samples, tmp_path):
    session, values = samples
    http = httpx.Client(base_url=installation.api, headers={"Authorization": f"Token {people['ada']}"})
    rule = {"name": "raw ephys", "lab": "examplelab", "dataset_type": "ephysData.raw.*Bin"}
    assert http.post("/compression/rules", json=rule).status_code == 201

    api = Api(installation.api, people["rig"])
    report = put_session(
        api, session, spool=tmp_path / "spool", wait=True, wait_seconds=60, uploader=Uploader(api, progress=False)
    )
    assert report.good, [(one.path, one.state, one.reason) for one in report.files]

    def job() -> dict[str, object]:
        found = http.get("/compression/jobs", params={"session": report.eid}).json()["results"]
        return found[0] if found else {"state": "none"}

    assert wait_until(lambda: job()["state"] in ("running", "done"), 60)
    if job()["state"] == "running":
        os.kill(installation.pids()["worker"], signal.SIGKILL)
    assert wait_until(lambda: job()["state"] == "done", 120), job()

    names = {one["name"] for one in job()["results"]}
    assert names == {f"{STEM}.cbin", f"{STEM}.ch"}
    with ONE(installation.api, token=people["ada"], cache_dir=tmp_path / "cache", progress=False) as one:
        assert report.eid in one.search(dataset_types="ephysData.raw.ap")
        paths = {name: one.load_dataset(report.eid, name, collection=PROBE, download_only=True) for name in names}
    with Reader.at(paths[f"{STEM}.cbin"], paths[f"{STEM}.ch"], quiet=True) as reader:
        assert reader.sample_rate == RATE
        np.testing.assert_array_equal(reader[:], values, strict=True)

    # nothing is left of the attempt that was killed
    keys = {one for (one,) in installation.sql("select object_key from files.file_records where exists")}
    listed = installation.store().list_objects_v2(Bucket="bregma", Prefix="examplelab/").get("Contents", [])
    assert {one["Key"] for one in listed} == keys
    assert len(keys) == 4
    assert list((installation.home / "scratch").iterdir()) == []
