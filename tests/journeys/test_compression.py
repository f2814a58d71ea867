"""A recording and a movie from a rig to a reader: verified, compressed by a worker that is killed on the way, read again, the raw retired."""

import asyncio
import os
import signal
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from bregma_codecs import Reader
from bregma_compression.work import retiring
from bregma_kit.db import Database
from bregma_kit.local.children import wait_until
from one_client import ONE
from one_client.backends.http import Api
from one_client.upload import Uploader, put_session

from tests.installation import Installation

PASSWORD = "over the bregma"
RATE, CHANNELS, SECONDS = 30_000, 17, 60
STEM = "_spikeglx_ephysData_g0_t0.imec0.ap"
PROBE = "raw_ephys_data/probe00"
CAMERA, PICTURES = "_iblrig_leftCamera.raw", 40


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


def _film(path: Path) -> None:
    """Write a film of a bar that moves, as a camera's program does: each picture for itself."""
    path.parent.mkdir()
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=60)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p"
        for number in range(PICTURES):
            picture = np.full((48, 64), 60, np.uint8)
            picture[:, number : number + 16] = 200
            frame = av.VideoFrame.from_ndarray(picture, format="gray").reformat(format="yuvj420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> tuple[Path, np.ndarray]:
    """The folder of a session on a rig's disk, larger than what goes by a single PUT."""
    session = tmp_path_factory.mktemp("rig") / "NP_001" / "2026-11-20" / "001"
    folder = session / PROBE
    folder.mkdir(parents=True)
    values = np.random.default_rng(11).normal(0, 12, (RATE * SECONDS, CHANNELS)).astype("<i2")
    (folder / f"{STEM}.bin").write_bytes(values.tobytes())
    _film(session / "raw_video_data" / f"{CAMERA}.avi")
    (folder / f"{STEM}.meta").write_text(f"typeThis=imec\nnSavedChans={CHANNELS}\nimSampRate={RATE}\n")
    return session, values


async def _the_hour_strikes(url: str) -> None:
    """Ask for what rules want gone, as a worker does every hour."""
    database = Database(url, pool=1)
    await database.open()
    await retiring.ask(database)
    await database.close()


def test_from_the_rig_to_the_reader(installation, people, samples, tmp_path):
    session, values = samples
    http = httpx.Client(base_url=installation.api, headers={"Authorization": f"Token {people['ada']}"})
    rule = {"name": "raw ephys", "lab": "examplelab", "dataset_type": "ephysData.raw.*Bin"}
    made = http.post("/compression/rules", json=rule).json()
    cameras = {"name": "cameras", "lab": "examplelab", "dataset_type": "_iblrig_Camera.raw", "preset": "fast"}
    assert http.post("/compression/rules", json=cameras).status_code == 201

    api = Api(installation.api, people["rig"])
    report = put_session(
        api, session, spool=tmp_path / "spool", wait=True, wait_seconds=60, uploader=Uploader(api, progress=False)
    )
    assert report.good, [(one.path, one.state, one.reason) for one in report.files]

    def job(kind: str = "ephys") -> dict[str, object]:
        found = http.get("/compression/jobs", params={"session": report.eid}).json()["results"]
        return next((one for one in found if one["kind"] == kind), {"state": "none"})

    assert wait_until(lambda: job()["state"] in ("running", "done"), 60)
    if job()["state"] == "running":
        os.kill(installation.pids()["worker"], signal.SIGKILL)
    assert wait_until(lambda: job()["state"] == "done", 120), job()
    assert wait_until(lambda: job("video")["state"] == "done", 60), job("video")

    names = {one["name"] for one in job()["results"]}
    assert names == {f"{STEM}.cbin", f"{STEM}.ch"}
    with ONE(installation.api, token=people["ada"], cache_dir=tmp_path / "cache", progress=False) as one:
        assert report.eid in one.search(dataset_types="ephysData.raw.ap")
        paths = {name: one.load_dataset(report.eid, name, collection=PROBE, download_only=True) for name in names}
        # a second across two chunks, straight from the bucket
        part = one.load_slice(
            report.eid, "ephysData.raw.ap", 31 * RATE - 999, 32 * RATE, channels=[3, 0], collection=PROBE
        )
        np.testing.assert_array_equal(part, values[31 * RATE - 999 : 32 * RATE, [3, 0]], strict=True)
        movie = one.load_dataset(report.eid, f"{CAMERA}.mp4", collection="raw_video_data")
        assert movie.shape == (PICTURES, 48, 64)
        assert abs(movie[30][20, 34:42].mean() - 200) < 20
    answer = http.get("/slices/" + str(job()["dataset"]), params={"start": 100, "stop": 103, "channels": "0:3"})
    assert answer.json()["values"] == values[100:103, :3].tolist()
    with Reader.at(paths[f"{STEM}.cbin"], paths[f"{STEM}.ch"], quiet=True) as reader:
        assert reader.sample_rate == RATE
        np.testing.assert_array_equal(reader[:], values, strict=True)

    # the raw recording goes only now, and only where somebody said so
    rule = {"retire_raw_after_days": 0}
    assert http.patch(f"/compression/rules/{made['id']}", json=rule).status_code == 200
    assert http.get("/retirements").json()["count"] == 0
    asyncio.run(_the_hour_strikes(installation.database))

    def retired() -> list[str]:
        return [one["state"] for one in http.get("/retirements").json()["results"]]

    assert wait_until(lambda: retired() == ["waiting"], 30), retired()
    raw = http.post("/signed-urls", json={"datasets": [job()["dataset"]]}).json()["urls"][0]
    assert raw["error"]["code"] == "not_servable"
    with ONE(installation.api, token=people["ada"], cache_dir=tmp_path / "other", progress=False) as one:
        part = one.load_slice(report.eid, "ephysData.raw.ap", 0, 5, collection=PROBE)
        np.testing.assert_array_equal(part, values[:5], strict=True)

    # nothing is left of the attempt that was killed
    keys = {one for (one,) in installation.sql("select object_key from files.file_records where exists")}
    listed = installation.store().list_objects_v2(Bucket="bregma", Prefix="examplelab/").get("Contents", [])
    waiting = {key for (key,) in installation.sql("select object_key from files.retirements")}
    assert {one["Key"] for one in listed} == keys | waiting
    assert (len(keys), len(waiting)) == (5, 1)
    assert list((installation.home / "scratch").iterdir()) == []
