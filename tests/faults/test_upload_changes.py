"""Files that change, and a disk that is full, while a rig uploads: a clear sentence, and nothing half done."""

import os
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
from one_client.drafting import draft
from one_client.spool import Spool
from one_client.upload import Uploader, put_session

from .conftest import check_whole, content, spikes

MIB = 2**20
VIDEO = "raw_video_data/_iblrig_leftCamera.raw.mp4"


@pytest.fixture
def session(place):
    folder = place.session_folder()
    return folder, spikes(folder)


@pytest.fixture
def with_video(session):
    """One file more, of two parts."""
    folder, files = session
    video = folder / VIDEO
    video.parent.mkdir()
    video.write_bytes(np.random.default_rng(7).bytes(17 * MIB))
    return folder, {**files, VIDEO: video}


def send(place, folder, tmp_path, change, **when):
    """Send, and change something once an event with this kind and path came."""
    done = []

    def on_event(event):
        if not done and all(getattr(event, name) == value for name, value in when.items()):
            done.append(event)
            change()

    uploader = Uploader(place.api(), workers=1, progress=False, on_event=on_event)
    report = put_session(place.api(), folder, spool=tmp_path / "spool", uploader=uploader)
    assert done, "the change did not come"
    return report


def rewrite(path):
    with path.open("r+b") as stream:
        stream.seek(-5, os.SEEK_END)
        stream.write(b"other")


def rewrite_secretly(path):
    """The size stays, and so does the time of the last change."""
    stat = path.stat()
    rewrite(path)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def truncate(path):
    os.truncate(path, path.stat().st_size - 1)


@pytest.mark.parametrize("change", [rewrite, rewrite_secretly, truncate, os.remove])
def test_a_file_that_changes_before_it_is_sent_is_refused_alone(place, session, tmp_path, change):
    folder, files = session
    path = "alf/probe00/spikes.times.npy"
    before = files[path].read_bytes()
    report = send(place, folder, tmp_path, lambda: change(files[path]), kind="registered", path=path)
    check_refused_alone(place, report, files, path)
    files[path].write_bytes(before)  # finished now
    again = put_session(place.api(), folder, spool=tmp_path / "spool", uploader=Uploader(place.api(), progress=False))
    assert again.good
    check_whole(place, again.eid, files)


@pytest.mark.parametrize(
    "change",
    [
        rewrite,
        rewrite_secretly,
        pytest.param(truncate, marks=pytest.mark.slow),
        pytest.param(os.remove, marks=pytest.mark.slow),
    ],
)
def test_a_file_that_changes_between_two_parts_is_refused_alone(place, with_video, tmp_path, change):
    folder, files = with_video
    when = {"kind": "part", "path": VIDEO, "detail": "1"}
    report = send(place, folder, tmp_path, lambda: change(files[VIDEO]), **when)
    check_refused_alone(place, report, files, VIDEO)


def check_refused_alone(place, report, files, path):
    ((one,),) = [report.troubles]
    assert (one.path, one.code) == (path, "file_changed")
    assert path in one.reason
    assert "one put" in one.reason
    assert place.uploads(report.eid)[path] == "aborted"
    check_whole_but(place, report.eid, files, path)


def check_whole_but(place, eid, files, path):
    rest = {name: file for name, file in files.items() if name != path}
    deadline = time.monotonic() + 60
    while content(place, eid).keys() != rest.keys() and time.monotonic() < deadline:
        time.sleep(0.1)
    found = content(place, eid)
    assert found == {name: file.read_bytes() for name, file in rest.items()}


def test_a_file_that_changes_after_its_last_byte_is_not_completed(place, session, tmp_path):
    folder, files = session
    path = "alf/probe00/spikes.times.npy"
    report = send(place, folder, tmp_path, lambda: rewrite(files[path]), kind="sent", path=path)
    assert [(one.path, one.code) for one in report.troubles] == [(path, "file_changed")]
    assert place.uploads(report.eid)[path] == "aborted"


SENDER = """
    import os, sys
    from one_client.backends.api import Api
    from one_client.upload import Uploader, put_session
    from one_client.errors import OneError
    url, folder, spool = sys.argv[1:]
    api = Api(url, os.environ["BREGMA_TOKEN"])
    try:
        report = put_session(api, folder, spool=spool,
                             uploader=Uploader(api, progress=False, on_event=lambda event: print(event.kind)))
        print("report", report.eid, report.good)
    except OneError as error:
        print(type(error).__name__, error)
"""


def sender(place, folder, spool, limit):
    """Send from a process whose files may grow to so many bytes: a full disk, without filling one."""
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n" + textwrap.dedent(SENDER)
    return subprocess.run(
        [sys.executable, "-c", code, place.url, str(folder), str(spool)], capture_output=True, text=True, check=False,
        timeout=60, env={**os.environ, "BREGMA_TOKEN": place.tokens["rig"]},
    ).stdout  # fmt: skip


def test_without_room_for_the_spool_nothing_is_begun(place, tmp_path):
    folder = place.session_folder()
    files = spikes(folder)
    said = sender(place, folder, tmp_path / "spool", 200)
    assert "DiskFull There is no room for the spool" in said
    assert "--spool" in said
    assert place.api().page("/sessions")["count"] == 0
    assert Spool(tmp_path / "spool").entries() == []
    report = put_session(place.api(), folder, spool=tmp_path / "spool")  # room was made
    check_whole(place, report.eid, files)


def test_a_disk_that_fills_up_meanwhile_does_not_stop_what_frees_it(place, tmp_path):
    folder = place.session_folder()
    files = spikes(folder)
    with Spool(tmp_path / "other").begin(draft(place.url, folder)[0]) as claim:
        size = (tmp_path / f"other/{claim.entry.id}.json").stat().st_size
    said = sender(place, folder, tmp_path / "spool", size + 20)  # room for the entry, none for its hashes
    assert "full" in said.split()
    assert "True" in said
    (entry,) = Spool(tmp_path / "spool").entries()  # no room for the receipt
    with Spool(tmp_path / "spool").claim(entry.id) as claim:
        report = Uploader(place.api(), progress=False).send(claim)
    assert (report.good, report.bytes_sent) == (True, 0)
    check_whole(place, report.eid, files)
    assert len(Spool(tmp_path / "spool").receipts()) == 1
