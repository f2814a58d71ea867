"""What a rig's operator types, against a whole installation."""

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from one_client.aio import AsyncONE
from one_client.cli import cli
from one_client.drafting import draft
from one_client.errors import BadRequest
from one_client.one import ONE
from one_client.spool import Spool

from .conftest import check_whole, spikes


@pytest.fixture
def run(place, tmp_path, monkeypatch):
    monkeypatch.setenv("BREGMA_ONE_CONFIG", str(tmp_path / "config.json"))
    monkeypatch.setenv("BREGMA_ONE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("BREGMA_ONE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("BREGMA_URL", place.url)
    monkeypatch.setenv("BREGMA_TOKEN", place.tokens["rig"])

    def call(*arguments, status=0):
        result = CliRunner().invoke(cli, [str(one) for one in arguments])
        assert result.exit_code == status, result.output
        return result.output

    return call


def test_put_wait_status_and_receipt(place, run, proxy):
    folder = place.session_folder()
    files = spikes(folder)
    np.save(folder / "alf/licks.times.npy", np.array([2.0, 1.0]))
    said = run("put", folder, "--wait", "--task-protocol", "biased_6", "--narrative", "a test", status=1)
    eid = re.search(r"^[0-9a-f-]{36}", said, re.MULTILINE)[0]
    assert "quarantined  alf/licks.times.npy" in said
    assert "goes back in row 1" in said
    assert "3 of 4 files there" in said
    assert re.search(r"Found and loaded \d+\.\d s after its last byte was acknowledged", said)
    check_whole(place, eid, files)
    session = place.api().get(f"/sessions/{eid}")
    assert (session["task_protocol"], session["narrative"]) == ("biased_6", "a test")
    shown = run("status", "KS014/2020-01-01/001")
    assert shown.count("verified     alf/probe00/spikes.") == 3
    assert re.search(r"quarantined  alf/licks\.times\.npy\n +licks\.times goes back in row 1", shown)
    assert "4 files" in run("spool", "list", "--done")
    proxy.reset()
    (folder / "alf/licks.times.npy").unlink()
    again = run("put", folder)
    assert "3 of 3 files there, nothing to send" in again


def test_status_tells_what_is_still_on_the_rig(place, run, proxy):
    folder = place.session_folder()
    spikes(folder)
    (folder / "alf/empty.times.npy").touch()
    proxy.down()
    run("put", folder, "--give-up-after", "0.3", status=1)
    shown = run("status", "KS014/2020-01-01/001")
    assert shown.count("arriving     alf/probe00/spikes.") == 3
    assert "refused      alf/empty.times.npy" in shown
    proxy.up()
    said = run("put", "--resume", "--wait", status=1)  # 1: the empty file
    assert "3 of 4 files there" in said
    shown = run("status", "KS014/2020-01-01/001")
    assert shown.count("verified     alf/probe00/spikes.") == 3


def test_a_session_that_never_left_the_rig_has_a_status_too(place, run, tmp_path):
    folder = place.session_folder()
    spikes(folder)
    Spool(tmp_path / "spool").begin(draft(place.url, folder)[0]).release()
    assert run("status", "KS014/2020-01-01/001").count("on the rig   alf/probe00/spikes.") == 3
    assert "There is no session" in run("status", "KS014/2020-01-01/002", status=1)


def test_files_join_a_session_that_exists(place, run, tmp_path):
    first = place.session_folder()
    files = spikes(first)
    eid = re.search(r"^[0-9a-f-]{36}", run("put", first), re.MULTILINE)[0]
    later = tmp_path / "later"
    more = spikes(later, collection="alf/probe01")
    assert eid in run("put", later, "--eid", eid)
    check_whole(place, eid, {**files, **more})
    assert "There is no session" in run("put", later, "--eid", "0" * 8, status=1)


@pytest.mark.real_data
@pytest.mark.parametrize("recording", ["session_biased_ge5", "session_training_ge5", "session_training_lt5"])
def test_real_rigs_raw_data_go_up_and_come_back(place, run, real_data, recording, tmp_path):
    source = real_data / "behavior/raw_bpod" / recording
    said = run("put", source, "--subject", "KS014", "--date", "2020-01-02", "--number", 7, "--wait")
    eid = re.search(r"^[0-9a-f-]{36}", said, re.MULTILINE)[0]
    files = {path.relative_to(source).as_posix(): path for path in source.rglob("*") if path.is_file()}
    check_whole(place, eid, files)
    with ONE(place.url, token=place.tokens["member"], cache_dir=tmp_path / "other") as one:
        assert one.search(subject="KS014", number=7) == [eid]
        for path, file in files.items():
            got = one.load_dataset(eid, path, download_only=True)
            assert Path(got).read_bytes() == file.read_bytes()


def test_a_session_that_the_server_refuses_is_shown_until_it_is_mended_or_dropped(place, run, tmp_path):
    folder = tmp_path / "NOBODY_01/2020-01-01/001"
    (folder / "alf").mkdir(parents=True)
    spikes(folder)
    said = run("put", folder, status=1)
    assert "NOBODY_01" in said
    (entry,) = Spool(tmp_path / "spool").entries()
    assert entry.refused
    shown = run("status")
    assert "1 waiting, 1 of them refused" in shown
    assert f"one spool forget {entry.id}" in shown
    place.api("member").post("/subjects", {"nickname": "NOBODY_01", "lab": "openlab"})
    assert "3 of 3 files there" in run("put", "--resume")
    assert "0 waiting" in run("status")


async def test_one_puts_a_session_and_finds_it(place, tmp_path):
    folder = place.session_folder()
    spikes(folder)
    with ONE(place.url, token=place.tokens["rig"], cache_dir=tmp_path / "cache") as one:
        report = one.put(folder, spool=tmp_path / "spool", wait=True)
        assert report.good
        assert one.search(subject="KS014") == [report.eid]
        again = await AsyncONE(one).put(folder, spool=tmp_path / "spool")
        assert (again.good, again.bytes_sent) == (True, 0)
    with ONE.from_folder(tmp_path) as light, pytest.raises(BadRequest, match="needs a server"):
        light.put(folder)
