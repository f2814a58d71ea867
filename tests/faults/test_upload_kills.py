"""A rig that is killed at any step: the next run finishes, nothing is lost, nothing is there twice."""

import random
import signal
import time

import numpy as np
import pytest
from bregma_kit.testing.rude_proxy import Request
from one_client.spool import Spool
from one_client.upload import Uploader, put_session

from .conftest import check_whole, spikes, start_rig

MIB = 2**20
QUICK = {"part", "completing", "received"}
STEPS = ["spooled", "hashed", "session", "registered", "part", "sent", "completing", "received", "finished"]


def is_put(request: Request) -> bool:
    """A file or a part of one; what the server itself puts to look whether the store is well goes the same way."""
    return request.method == "PUT" and "/.probe/" not in request.path


@pytest.fixture
def session(place):
    """Three small files and one of three parts."""
    folder = place.session_folder()
    files = spikes(folder)
    video = folder / "raw_video_data/_iblrig_leftCamera.raw.mp4"
    video.parent.mkdir()
    video.write_bytes(np.random.default_rng(7).bytes(33 * MIB))
    return folder, {**files, "raw_video_data/_iblrig_leftCamera.raw.mp4": video}


def resume(place, folder, spool):
    """What the next run does: `one put` again."""
    return put_session(place.api(), folder, spool=spool, uploader=Uploader(place.api(), progress=False))


@pytest.mark.parametrize(
    "step", [pytest.param(step, marks=[] if step in QUICK else [pytest.mark.slow], id=step) for step in STEPS]
)
def test_killed_at_a_step_the_next_run_finishes(place, session, proxy, tmp_path, step):
    folder, files = session
    rig = start_rig(place, folder, tmp_path / "spool", step, 2 if step == "part" else 1)
    said = rig.communicate(timeout=60)[0]
    assert rig.returncode == -signal.SIGKILL, said
    spool = Spool(tmp_path / "spool")
    if step == "finished":
        assert (spool.entries(), len(spool.receipts())) == ([], 1)
    else:
        assert len(spool.entries()) == 1
        assert not spool.is_busy(spool.entries()[0].id)
    report = resume(place, folder, tmp_path / "spool")
    assert report.good, report.troubles
    check_whole(place, report.eid, files)
    assert (spool.entries(), len(spool.receipts())) == ([], 2 if step == "finished" else 1)
    # parts and files that the store had acknowledged do not travel again: at most the two on their way at the kill do
    assert sum(is_put(one) for one in proxy.requests) <= 6 + 2


@pytest.mark.slow
def test_killed_in_the_middle_of_a_put(place, session, proxy, tmp_path):
    folder, files = session
    proxy.slow(4 * MIB, times=2, when=lambda one: is_put(one) and "partNumber" in one.query)
    rig = start_rig(place, folder, tmp_path / "spool")
    deadline = time.monotonic() + 30
    while not any("partNumber" in one.query for one in proxy.requests) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.5)
    rig.kill()
    assert "report" not in rig.communicate()[0]
    proxy.reset()
    report = resume(place, folder, tmp_path / "spool")
    assert report.good
    check_whole(place, report.eid, files)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_again_and_again_at_any_moment(place, session, tmp_path, seed):
    folder, files = session
    chance = random.Random(seed)
    for _ in range(12):
        rig = start_rig(place, folder, tmp_path / "spool")
        time.sleep(chance.uniform(0.2, 2.5))
        rig.kill()
        rig.communicate()
    report = resume(place, folder, tmp_path / "spool")
    assert report.good, report.troubles
    check_whole(place, report.eid, files)
    assert Spool(tmp_path / "spool").entries() == []


def test_ctrl_c_ends_soon_and_leaves_the_spool_to_others(place, session, proxy, tmp_path):
    folder, files = session
    proxy.slow(2 * MIB, when=is_put)
    rig = start_rig(place, folder, tmp_path / "spool")
    for line in rig.stdout:
        if line.startswith("registered raw_video_data"):
            break
    time.sleep(0.5)
    rig.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in rig.communicate(timeout=15)[0]
    spool = Spool(tmp_path / "spool")
    (entry,) = spool.entries()
    assert not spool.is_busy(entry.id)
    proxy.reset()
    report = resume(place, folder, tmp_path / "spool")
    assert report.good
    check_whole(place, report.eid, files)
