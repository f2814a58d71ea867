"""The way to the server and to the store breaks, lies, refuses, and comes back."""

import asyncio
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from bregma_kit.testing.rude_proxy import Request, RudeProxy
from one_client.backends.api import Api
from one_client.digest import fill_in
from one_client.drafting import draft
from one_client.errors import BadRequest, NotFound, OneError, Unauthorized
from one_client.outgoing import OutgoingFile
from one_client.sending import GaveUp, Outlet, Patience, Piece, Refusal, Signed
from one_client.spool import Spool
from one_client.upload import Uploader, put_session, put_session_async
from one_client.upload_calls import UploadCalls

from .conftest import check_whole, spikes

MIB = 2**20


def is_put(request: Request) -> bool:
    return request.method == "PUT"


@pytest.fixture
def session(place):
    folder = place.session_folder()
    return folder, spikes(folder)


@pytest.fixture
def large(place):
    """A session with one file of three parts."""
    folder = place.session_folder()
    video = folder / "raw_video_data/_iblrig_leftCamera.raw.mp4"
    video.parent.mkdir()
    video.write_bytes(np.random.default_rng(7).bytes(33 * MIB))
    return folder, {"raw_video_data/_iblrig_leftCamera.raw.mp4": video}


@pytest.fixture
def events():
    return []


@pytest.fixture
def put(place, tmp_path, events):
    """Send a session; what the uploader does not know goes to the session."""

    def run(folder, api=None, **options):
        own = {name: options.pop(name) for name in ("give_up_after", "bytes_per_second", "workers") if name in options}
        api = api or place.api()
        uploader = Uploader(api, progress=False, on_event=events.append, **own)
        return put_session(api, folder, spool=tmp_path / "spool", uploader=uploader, **options)

    return run


@pytest.fixture
def line(place):
    """A line to the API that can be cut."""
    with RudeProxy(place.url) as proxy:
        yield proxy


# ---- the store --------------------------------------------------------------------------------------------------


def test_a_cut_and_an_overloaded_store_are_tried_again(place, session, put, proxy):
    folder, files = session
    proxy.cut_after(2000, times=2, when=is_put)
    proxy.fail(503, times=2, when=is_put)
    proxy.fail(500, times=1, when=is_put)
    report = put(folder)
    assert report.good
    assert report.bytes_sent == sum(path.stat().st_size for path in files.values())
    check_whole(place, report.eid, files)


def test_a_large_file_goes_on_at_the_part_where_it_was_cut(place, large, put, proxy):
    folder, files = large
    proxy.cut_after(MIB, when=lambda one: one.query.get("partNumber") == "2")
    report = put(folder, workers=1)
    parts = [one.query["partNumber"] for one in proxy.requests if "partNumber" in one.query]
    assert parts == ["1", "2", "2", "3"]
    check_whole(place, report.eid, files)


def test_an_expired_url_is_signed_again(make_place, tmp_path, proxy):
    place = make_place(signed_url_seconds=1)
    folder = place.session_folder()
    files = spikes(folder, 100_000)
    uploader = Uploader(place.api(), workers=1, bytes_per_second=900_000, progress=False)
    report = put_session(place.api(), folder, spool=tmp_path / "spool", uploader=uploader)
    assert report.good, report.troubles
    assert sum(is_put(one) for one in proxy.requests) > len(files)
    check_whole(place, report.eid, files)


def registered(place, folder):
    """A session whose files are registered, with the answers that hold their URLs."""
    entry, _ = draft(place.url, folder)
    calls = UploadCalls(place.api(), lambda call: call())
    entry.eid, _ = calls.session(entry)
    for one in entry.files:
        fill_in(one)
    return entry, calls, calls.register(entry, entry.files)


def test_a_tampered_url_and_a_token_for_the_store_are_refused(place, session, proxy):
    entry, calls, answers = registered(place, session[0])
    one, put = entry.files[0], answers[0]["put"]
    body = Path(one.source).read_bytes()
    tampered = put["url"].replace("X-Amz-Expires=3600", "X-Amz-Expires=9999")
    assert tampered != put["url"]
    assert httpx.put(tampered, content=body, headers=put["headers"]).status_code == 403
    token = {"Authorization": f"Token {place.tokens['rig']}"}
    assert httpx.put(put["url"], content=body, headers={**put["headers"], **token}).status_code == 400
    other = bytes([body[0] ^ 1]) + body[1:]
    assert httpx.put(put["url"], content=other, headers=put["headers"]).status_code == 400
    (state,) = calls.complete([answers[0]["upload"]])
    assert (state["state"], state["error"]["code"]) == ("wanted", "not_uploaded")
    assert httpx.put(put["url"], content=body, headers=put["headers"]).status_code == 200


def test_a_refused_signature_is_renewed_and_one_that_stays_refused_ends_by_patience(place, session, proxy):
    entry, calls, answers = registered(place, session[0])
    one: OutgoingFile = entry.files[0]
    one.upload = answers[0]["upload"]
    good = Signed(answers[0]["put"]["url"], answers[0]["put"]["headers"])
    bad = Signed(good.url[:-4] + "0000", good.headers)
    outlet = Outlet(Patience(threading.Event(), 0.5), workers=1)
    asked = []
    outlet.send(Piece(one, 0, one.size), bad, lambda old: asked.append(old) or calls.sign_put(one))
    assert asked == [bad]
    with pytest.raises(GaveUp, match="403") as caught:
        outlet.send(Piece(one, 0, one.size), bad, lambda _: bad)
    assert isinstance(caught.value.__cause__, Refusal)
    assert "X-Amz" not in str(caught.value)


def test_the_token_never_goes_to_the_store(place, session, put, proxy):
    report = put(session[0], wait=True)
    assert report.good
    assert len(proxy.requests) >= 3
    store_side = [one for one in proxy.requests if one.presigned]
    assert store_side
    assert all("authorization" not in one.headers and "x-auth-token" not in one.headers for one in store_side)


def test_the_network_is_lost_and_comes_back(place, large, put, proxy, events):
    folder, files = large
    started = threading.Event()
    proxy.slow(16 * MIB, when=lambda one: started.set() or is_put(one))
    found = []
    thread = threading.Thread(target=lambda: found.append(put(folder, workers=2)))
    thread.start()
    assert started.wait(20)
    proxy.down()
    time.sleep(1)
    proxy.up()
    thread.join(150)  # a connection that died without a word is given up after a minute
    assert found, "the upload did not end"
    assert found[0].good
    check_whole(place, found[0].eid, files)


def test_patience_can_end_and_the_spool_keeps_the_session(place, session, put, proxy, tmp_path):
    folder, files = session
    proxy.down()
    with pytest.raises(GaveUp, match="Nothing went through") as caught:
        put(folder, give_up_after=0.5)
    assert "one put --resume" in caught.value.hint
    (entry,) = Spool(tmp_path / "spool").entries()
    assert "Nothing went through" in entry.reason
    assert entry.eid
    proxy.up()
    with Spool(tmp_path / "spool").claim(entry.id) as claim:
        report = Uploader(place.api(), progress=False).send(claim)
    assert report.good
    check_whole(place, report.eid, files)


async def test_a_cancelled_upload_stops_and_is_resumed(place, session, proxy, tmp_path):
    folder, files = session
    proxy.down()
    task = asyncio.create_task(put_session_async(place.api(), folder, spool=tmp_path / "spool"))
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    proxy.up()
    report = await put_session_async(place.api(), folder, spool=tmp_path / "spool")
    await asyncio.to_thread(check_whole, place, report.eid, files)


# ---- the server -------------------------------------------------------------------------------------------------


def test_an_answer_that_is_lost_on_the_way_back_does_no_harm(place, put, line):
    """The server did what it was asked, and nobody heard: the same call again gets the same answer."""
    api = Api(line.endpoint, place.tokens["rig"])
    paths = ("/sessions", "/uploads", "/uploads/complete")
    spikes(place.session_folder(number=1))
    put(place.session_folder(number=1), api=api)
    lengths = {one.path: int(one.headers["content-length"]) for one in line.requests if one.method == "POST"}
    line.requests.clear()
    for path in paths:  # past the request, a few bytes into the answer
        line.cut_after(lengths[path] + 10, when=lambda one, path=path: (one.method, one.path) == ("POST", path))
    files = spikes(place.session_folder(number=2))
    report = put(place.session_folder(number=2), api=api)
    assert report.good
    asked = [one.path for one in line.requests if one.method == "POST"]
    assert [asked.count(path) for path in paths] == [2, 2, 2]
    assert place.api().page("/sessions", {"number": 2})["count"] == 1
    assert len([*place.api().pages("/datasets", {"session": report.eid})]) == len(files)
    assert place.uploads(report.eid).keys() == files.keys()
    assert len([*place.api().pages("/uploads", {"session": report.eid})]) == len(files)


def test_a_server_that_restarts_is_waited_for(place, session, put, line):
    folder, files = session
    line.fail(503, times=2, when=lambda one: one.path == "/sessions")
    line.fail(502, times=1, when=lambda one: one.path == "/uploads")
    line.fail(500, times=1, when=lambda one: one.path == "/uploads/complete")
    report = put(folder, api=Api(line.endpoint, place.tokens["rig"]))
    assert report.good
    check_whole(place, report.eid, files)


def test_what_the_server_refuses_for_good_is_said_and_kept(place, session, put, tmp_path):
    folder, _ = session
    with pytest.raises(BadRequest, match="nosuch"):
        put(folder, subject="nosuch")
    (entry,) = Spool(tmp_path / "spool").entries()
    assert "nosuch" in entry.reason
    with pytest.raises(Unauthorized):
        put(folder, api=Api(place.url, "0" * 40))
    with pytest.raises((NotFound, Unauthorized, BadRequest)):
        put(folder, api=place.api("outsider"))
    report = put(folder)  # and mended
    assert report.good


def test_a_name_that_only_the_server_can_refuse_does_not_stop_the_others(place, session, put):
    folder, files = session
    np.save(folder / "alf/probe00/_mylab_tail.angle.npy", np.arange(3))
    report = put(folder, wait=True)
    assert not report.good
    ((path, code),) = [(one.path, one.code) for one in report.troubles]
    assert (path, code) == ("alf/probe00/_mylab_tail.angle.npy", "unknown_dataset_type")
    check_whole(place, report.eid, files)


def test_what_only_the_values_show_is_quarantined_with_a_sentence(place, put, events):
    folder = place.session_folder()
    files = spikes(folder)
    bad = folder / "alf/licks.times.npy"
    np.save(bad, np.array([3.0, 2.0, 1.0]))
    report = put(folder, wait=True)
    ((one,),) = [report.troubles]
    assert (one.path, one.state) == ("alf/licks.times.npy", "quarantined")
    assert "licks.times" in one.reason
    assert report.visible_seconds is not None
    check_whole(place, report.eid, files)
    assert [event.kind for event in events][-1] == "visible"
    np.save(bad, np.array([1.0, 2.0, 3.0]))  # mended, and sent again
    again = put(folder, wait=True)
    assert again.good
    check_whole(place, again.eid, {**files, "alf/licks.times.npy": bad})


def test_two_rigs_send_the_same_session_at_once(place, tmp_path):
    """Each has its own disk; the session, its datasets and its bytes are there once."""
    folders = []
    for rig in ("left", "right"):
        folder = tmp_path / rig / "openlab/Subjects/KS014/2020-01-01/001"
        folder.mkdir(parents=True)
        files = spikes(folder)
        folders.append(folder)
    reports: list[object] = [None, None]
    gate = threading.Barrier(2)

    def send(index: int) -> None:
        gate.wait()
        uploader = Uploader(place.api(), progress=False)
        try:
            reports[index] = put_session(
                place.api(), folders[index], spool=tmp_path / f"spool{index}", uploader=uploader, wait=True
            )
        except OneError as error:
            reports[index] = error

    threads = [threading.Thread(target=send, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    left, right = reports
    assert left.good, left
    assert right.good, right
    assert left.eid == right.eid
    check_whole(place, left.eid, files)


def test_sending_again_sends_nothing(place, session, put, proxy):
    folder, files = session
    first = put(folder, wait=True)
    proxy.reset()
    again = put(folder, wait=True)
    assert (again.eid, again.bytes_sent, again.good) == (first.eid, 0, True)
    assert not any(is_put(one) for one in proxy.requests)
    check_whole(place, first.eid, files)
