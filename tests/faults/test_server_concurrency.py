"""Several at once: two rigs and one file, calls sent twice, a session that moves while its files are on their way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial

import numpy as np
import pytest
from bregma_kit.testing.rude_proxy import RudeProxy

from tests.faults.rigs import MIB, Rig, in_background, md5_of, npy, spikes, store

PATH = "alf/probe00/spikes.times.npy"


@pytest.fixture(scope="module")
def two_of_each(running_machine):
    """A second API and a second worker."""
    running_machine.revive("api2")
    running_machine.revive("worker2")
    return running_machine


@pytest.fixture
def machine(two_of_each):
    """The machine with two of each; every test leaves it in order."""
    two_of_each.revive_all()
    two_of_each.revive("api2")
    yield two_of_each
    two_of_each.proxy.reset()
    two_of_each.calm_down()
    two_of_each.check()


@pytest.fixture
def rigs(machine):
    return [Rig(machine, part=part) for part in ("api", "api2")]


def at_once(*works):
    """Do several things at the same moment; return what each returned."""
    ready = threading.Barrier(len(works))

    def one(work):
        ready.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(one, work) for work in works]]


def states(machine, eid):
    return machine.sql(
        "select u.id::text, u.state, u.md5 from files.uploads u join files.datasets d on d.id = u.dataset_id "
        "where d.session_id = %s order by u.id", eid,
    )  # fmt: skip


def served(rig, eid):
    """Path to bytes of what a session has."""
    shown = rig.call("GET", f"/sessions/{eid}")["data_dataset_session_related"]
    answers = rig.call("POST", "/signed-urls", {"datasets": [one["id"] for one in shown]})["urls"]
    return {one["name"]: store.get(one["url"]).content if one["url"] else None for one in answers}


def test_the_same_session_made_by_many_at_once_is_one(machine, rigs):
    number = next(Rig.numbers)
    made = at_once(*(partial(rig.session, number) for rig in rigs * 4))
    assert len(set(made)) == 1


def test_two_rigs_send_the_same_file_at_once(machine, rigs):
    eid, files = rigs[0].session(), spikes()
    first, second = at_once(*(partial(rig.upload, eid, files) for rig in rigs))
    assert [one["dataset"] for one in first] == [one["dataset"] for one in second]
    machine.calm_down()
    rigs[0].is_whole(eid, files)
    assert len(states(machine, eid)) == len(files)


def test_two_rigs_send_other_bytes_under_the_same_name_at_once(machine, rigs):
    for seed in range(5):
        eid = rigs[0].session()
        contents = [npy(np.sort(np.random.default_rng([seed, n]).uniform(0, 9, 50))) for n in range(2)]
        at_once(*(partial(rig.upload, eid, {PATH: data}) for rig, data in zip(rigs, contents, strict=True)))
        machine.calm_down()
        *_, (_, last_state, last_md5) = states(machine, eid)
        assert last_state == "verified"  # whoever registered last has the last word
        assert md5_of(served(rigs[0], eid)["spikes.times.npy"]) == last_md5


@pytest.mark.parametrize("size", [1, 33], ids=["single", "multipart"])
def test_completed_by_many_at_once_is_received_once(machine, rigs, size):
    eid, path = rigs[0].session(), "raw_video_data/_iblrig_leftCamera.raw.mp4"
    data = np.random.default_rng(size).bytes(size * MIB)
    entries = rigs[0].register(eid, {path: data})
    rigs[0].send(entries[0], data)
    ids = {"uploads": [one["upload"] for one in entries]}
    answers = at_once(*(partial(rig.call, "POST", "/uploads/complete", ids) for rig in rigs * 4))
    for answer in answers:
        (one,) = answer["uploads"]
        # who looks while another joins the parts may be told to come again, and nothing else
        assert one["state"] in ("received", "verifying", "verified") or one["error"]["code"] == "not_uploaded", one
    assert any(one["uploads"][0]["error"] is None for one in answers)
    rigs[0].complete(entries)
    machine.calm_down()
    rigs[0].is_whole(eid, {path: data})


def test_verified_by_several_at_once_is_verified_once(machine, rigs):
    eid, files = rigs[0].session(), spikes(20_000)
    machine.proxy.slow(400_000, when=lambda request: request.method == "GET")
    entries = rigs[0].upload(eid, files)
    again = {"uploads": [one["upload"] for one in entries]}
    machine.defer("files.verify", again, again, again)
    machine.calm_down()
    rigs[0].is_whole(eid, files)


def test_registered_as_on_alyx_and_uploaded_at_once(machine, rigs):
    for _ in range(5):
        eid, files = rigs[0].session(), spikes()
        session = rigs[0].call("GET", f"/sessions/{eid}")
        path = f"{session['subject']}/{session['start_time'][:10]}/{session['number']:03d}"
        body = {
            "path": path, "filenames": list(files), "name": "central", "hashes": [md5_of(one) for one in files.values()],
            "filesizes": [len(one) for one in files.values()],
        }  # fmt: skip
        at_once(
            partial(rigs[0].upload, eid, files),
            partial(rigs[1].call, "POST", "/register-file", body),
        )
        machine.calm_down()
        rigs[0].is_whole(eid, files)


# a session that moves while something happens to its files


def move(machine, eid, **to):
    number = next(Rig.numbers)
    body = {"session": eid, "action": "move", "reason": "wrong mouse in the box", "dry_run": False,
            "to": to or {"subject": "KS015", "number": number}}  # fmt: skip
    return Rig(machine, "admin").call("POST", "/corrections", body)


def test_moved_while_its_files_are_verified(machine, rigs):
    eid, files = rigs[0].session(), spikes(20_000)
    machine.proxy.slow(400_000, when=lambda request: request.method == "GET")
    rigs[0].upload(eid, files)
    machine.wait_for(lambda: any(one.method == "GET" for one in machine.proxy.requests), "nobody reads")
    assert move(machine, eid)["records_moved"] == len(files)
    machine.calm_down()
    rigs[0].is_whole(eid, files)


@pytest.mark.parametrize("how", ["upload", "register-file"])
def test_moved_while_its_files_are_registered(machine, rigs, how):
    """Whoever waits for a session's lock must look again where the session is now."""
    eid, files = rigs[0].session(), spikes()
    session = rigs[0].call("GET", f"/sessions/{eid}")
    path = f"{session['subject']}/{session['start_time'][:10]}/{session['number']:03d}"

    def register():
        if how == "upload":
            return rigs[0].http.post(
                "/uploads",
                json={
                    "session": eid,
                    "files": [{"path": p, "size": len(d), "md5": md5_of(d)} for p, d in files.items()],
                },
            )
        return rigs[0].http.post("/register-file", json={"path": path, "filenames": list(files)})

    with machine.at(f"session {eid}"):
        moving = in_background(move, machine, eid)
        machine.wait_for_waiters(1)
        registering = in_background(register)
        machine.wait_for_waiters(2)
    moving.result(30)
    answer = registering.result(30)
    # with register-file the caller named the old folder, in which there is no session now
    assert answer.status_code == (201 if how == "upload" else 400), answer.text
    machine.check()
    if how == "upload":
        rigs[0].finish(eid, files)


def test_renumbered_while_its_first_files_are_registered(machine, rigs):
    """A session without files may be changed as on Alyx, but not at the moment when it gets some."""
    eid, files, number = rigs[0].session(), spikes(), next(Rig.numbers)
    with machine.at(f"session {eid}"):
        registering = in_background(rigs[0].register, eid, files)
        machine.wait_for_waiters(1)
        changing = in_background(
            lambda: rigs[1].http.patch(f"/sessions/{eid}", json={"number": number, "start_time": "2020-02-02T10:00:00"})
        )
        machine.wait_for_waiters(2)
    registering.result(30)
    answer = changing.result(30)
    assert (answer.status_code, "POST /corrections" in answer.text) == (400, True), answer.text
    machine.check()
    rigs[0].finish(eid, files)


def test_merged_while_its_files_are_registered(machine, rigs):
    """Files must not end up in the emptied session that nobody sees."""
    eid, into, files = rigs[0].session(), rigs[0].session(), spikes()

    def merge():
        body = {"session": eid, "into": into, "action": "merge", "reason": "started twice", "dry_run": False}
        return Rig(machine, "admin").call("POST", "/corrections", body)

    with machine.at(f"session {eid}"):
        merging = in_background(merge)
        machine.wait_for_waiters(1)
        body = {"session": eid, "files": [{"path": p, "size": len(d), "md5": md5_of(d)} for p, d in files.items()]}
        registering = in_background(lambda: rigs[0].http.post("/uploads", json=body))
        machine.wait_for_waiters(2)
    merging.result(30)
    assert registering.result(30).status_code == 404
    assert machine.sql("select count(*) from files.datasets where session_id = %s", eid) == [(0,)]
    rigs[0].finish(into, files)


def test_merged_while_its_files_are_verified(machine, rigs):
    eid, into, files = rigs[0].session(), rigs[0].session(), spikes(20_000)
    machine.proxy.slow(400_000, when=lambda request: request.method == "GET")
    rigs[0].upload(eid, files)
    machine.wait_for(lambda: any(one.method == "GET" for one in machine.proxy.requests), "nobody reads")
    body = {"session": eid, "into": into, "action": "merge", "reason": "started twice", "dry_run": False}
    assert Rig(machine, "admin").call("POST", "/corrections", body)["datasets"] == len(files)
    machine.calm_down()
    rigs[0].is_whole(into, files)


# giving up while somebody completes


@contextmanager
def stopped_at(machine, part: str, method: str):
    """Start a part anew with a store that does not answer one kind of request; lend (asked, let it go on)."""
    asked, go_on = threading.Event(), threading.Event()

    def hold(request):
        if request.method == method and "/.probe/" not in request.path:
            asked.set()
            go_on.wait(60)
        return False

    with ExitStack() as stack:
        proxy = stack.enter_context(RudeProxy(machine.store.endpoint))
        proxy.fail(500, when=hold)
        machine.kill(part)
        machine.revive(part, BREGMA_S3_ENDPOINT=proxy.endpoint, BREGMA_S3_PUBLIC_ENDPOINT=machine.proxy.endpoint)
        stack.callback(go_on.set)
        yield asked, go_on
        go_on.set()
        machine.kill(part)


def test_what_is_completed_while_another_gives_it_up_keeps_its_bytes(machine, rigs):
    eid, files = rigs[0].session(), {PATH: npy(np.arange(5.0))}
    with stopped_at(machine, "api2", "DELETE") as (asked, go_on):
        (entry,) = rigs[0].register(eid, files)
        rigs[0].send(entry, files[PATH])
        giving_up = in_background(rigs[1].call, "POST", "/uploads/abort", {"uploads": [entry["upload"]]})
        assert asked.wait(30)
        rigs[0].call("POST", "/uploads/complete", {"uploads": [entry["upload"]]})
        machine.calm_down()
        go_on.set()
        giving_up.result(30)
    machine.check()  # given up, or verified and whole: not verified and gone
    rigs[0].finish(eid, files)


def test_what_is_completed_while_it_is_swept_keeps_its_bytes(machine, rigs):
    eid, files = rigs[0].session(), {PATH: npy(np.arange(5.0))}
    (entry,) = rigs[0].register(eid, files)
    rigs[0].send(entry, files[PATH])
    machine.kill("worker")
    with stopped_at(machine, "worker2", "DELETE") as (asked, go_on):
        machine.sql("update files.uploads set expires_at = now() - interval '1 day' where id = %s", entry["upload"])
        machine.defer("files.sweep_uploads", {})
        assert asked.wait(30)
        machine.revive("worker")
        rigs[0].call("POST", "/uploads/complete", {"uploads": [entry["upload"]]})
        query = "select count(*) from files.uploads where id = %s and state in ('received', 'verifying')"
        machine.wait_for(lambda: machine.sql(query, entry["upload"])[0][0] == 0, "it is not verified")
        go_on.set()
        machine.calm_down()
    machine.check()
    rigs[0].finish(eid, files)
