"""The store or the database is away for a while, or is killed in the middle: callers are told to come back, and can."""

import os
import threading

import numpy as np
import pytest

from tests.faults.rigs import MIB, Interrupted, Rig, in_background, insist, md5_of, npy, spikes

VIDEO = "raw_video_data/_iblrig_leftCamera.raw.mp4"


@pytest.fixture
def rig(machine):
    return Rig(machine)


def told_to_come_back(rig, method, path, body=None):
    """The call is answered at once, with a status, a time and a sentence that tell what to do."""
    answer = rig.http.request(method, path, json=body)
    assert answer.status_code == 503, answer.text
    assert answer.headers["Retry-After"].isdigit()
    assert answer.headers["Bregma-Error"] == "unavailable"
    assert "try again" in answer.headers["Bregma-Hint"].lower()
    assert "Traceback" not in answer.text


def test_the_store_is_away_for_a_while(machine, rig):
    eid, files = rig.session(), spikes()
    big = {VIDEO: np.random.default_rng(1).bytes(17 * MIB)}
    rig.insist(eid, files)
    machine.calm_down()
    entries = rig.register(eid, {**files, **big})
    part = {"number": 1, "md5": md5_of(big[VIDEO][: 16 * MIB]), "size": 16 * MIB}
    upload = next(one["upload"] for one in entries if one["upload"])
    signing = {"uploads": [{"upload": upload, "parts": [part]}]}
    assert rig.call("POST", "/uploads/sign", signing)["uploads"][0]["error"] is None
    machine.kill("store")
    for method, path, body in (
        ("POST", "/uploads/complete", {"uploads": [upload]}), ("POST", "/uploads/sign", signing),
        ("GET", f"/uploads/{upload}", None), ("POST", "/uploads/complete", {"uploads": [upload]}),
    ):  # fmt: skip
        told_to_come_back(rig, method, path, body)
    # what needs no byte of it goes on: the catalogue, registration, addresses of verified files
    assert rig.call("GET", f"/sessions/{eid}")["id"] == eid
    other = rig.session()
    small = rig.register(other, files)
    shown = rig.call("POST", "/signed-urls", {"datasets": [entries[0]["dataset"]]})["urls"]
    assert shown[0]["url"]
    with pytest.raises(Interrupted):
        rig.send(small[0], files[small[0]["path"]])
    machine.revive("store")
    rig.finish(eid, {**files, **big})
    rig.finish(other, files)


def test_the_store_is_away_when_files_are_to_be_verified(machine, rig):
    eid, files = rig.session(), spikes()
    machine.kill("worker")
    rig.upload(eid, files)
    machine.kill("store")
    machine.revive("worker")
    failed = "select count(*) from jobs.procrastinate_jobs where task_name = 'files.verify' and attempts > 0"
    machine.wait_for(lambda: machine.sql(failed)[0][0] == 1, "the job has not failed", 90)
    machine.revive("store")
    machine.check()  # nothing was condemned, since nothing was read
    rig.finish(eid, files)


def test_the_database_is_away_for_a_while(machine, rig):
    eid, files = rig.session(), spikes()
    entries = rig.register(eid, files)
    for one in entries:
        rig.send(one, files[one["path"]])
    machine.kill("postgres")
    for method, path, body in (
        ("GET", f"/sessions/{eid}", None), ("POST", "/uploads/complete", {"uploads": [entries[0]["upload"]]}),
        ("GET", "/readyz", None), ("POST", "/auth-token", {"username": "ada", "password": "over the bregma"}),
        ("POST", "/sessions", {"subject": "KS014", "start_time": "2020-01-01T10:00:00", "number": 99}),
    ):  # fmt: skip
        told_to_come_back(rig, method, path, body)
    assert rig.http.get("/healthz").status_code == 200  # restarting the API would not help
    machine.revive("postgres")
    # the pool recovers by itself, for as many at once as it has connections
    answers = [in_background(insist, lambda: rig.call("GET", f"/sessions/{eid}")) for _ in range(20)]
    assert {one.result(60)["id"] for one in answers} == {eid}
    assert rig.http.get("/readyz").status_code == 200
    rig.finish(eid, files)


def kill_the_store_while(machine, work, is_there, speed: int = 500_000) -> None:
    """Let the store answer slowly, and kill it when a request that is meant has come to it."""
    seen = threading.Event()

    def meant(request):
        if is_there(request):
            seen.set()
        return is_there(request)

    machine.proxy.slow(speed, when=meant)
    call = in_background(work)
    machine.wait_for(seen.is_set, "nobody asked the store")
    machine.kill("store")
    with pytest.raises(Interrupted):
        call.result(120)
    machine.proxy.reset()
    machine.revive("store")
    machine.check()


@pytest.mark.slow
def test_the_store_is_killed_while_it_takes_a_file(machine, rig):
    eid, files = rig.session(), {"alf/probe00/spikes.times.npy": npy(np.arange(200_000.0))}
    (entry,) = rig.register(eid, files)
    kill_the_store_while(machine, lambda: rig.send(entry, *files.values()), lambda one: one.method == "PUT")
    rig.finish(eid, files)


@pytest.mark.slow
def test_the_store_is_killed_between_parts_and_keeps_those_it_acknowledged(machine, rig):
    eid, data = rig.session(), os.urandom(40 * MIB)
    (entry,) = rig.register(eid, {VIDEO: data})

    def is_second(request):
        return request.method == "PUT" and request.query.get("partNumber") == "2"

    kill_the_store_while(machine, lambda: rig.send(entry, data), is_second)
    there = rig.call("GET", f"/uploads/{entry['upload']}")["parts"]
    assert {"number": 1, "size": 16 * MIB} in [{"number": one["number"], "size": one["size"]} for one in there]
    assert 2 not in [one["number"] for one in there]
    rig.finish(eid, {VIDEO: data})


@pytest.mark.slow
def test_the_store_is_killed_while_it_joins_parts(machine, rig):
    eid, data = rig.session(), os.urandom(40 * MIB)
    (entry,) = rig.register(eid, {VIDEO: data})
    rig.send(entry, data)

    def joins(request):
        return request.method == "POST" and "uploadId" in request.query

    # the list of parts and the answer are short
    kill_the_store_while(machine, lambda: rig.complete([entry]), joins, speed=200)
    rig.finish(eid, {VIDEO: data})


@pytest.mark.slow
def test_the_store_is_killed_while_files_are_read_for_verification(machine, rig):
    eid, files = rig.session(), spikes(60_000)
    machine.proxy.slow(200_000, when=lambda request: request.method == "GET")
    rig.upload(eid, files)
    machine.wait_for(lambda: any(one.method == "GET" for one in machine.proxy.requests), "nobody reads")
    machine.kill("store")
    machine.proxy.reset()
    machine.revive("store")
    machine.check()
    machine.calm_down(120)
    rig.is_whole(eid, files)
