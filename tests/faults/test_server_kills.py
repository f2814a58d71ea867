"""kill -9 of the API, the worker or PostgreSQL at every step of an upload: nothing acknowledged is lost, nothing stays.

A test stops a transaction at a chosen place and kills; what the client then does is what it did before, once more.
"""

from contextlib import ExitStack

import pytest
from bregma_kit.testing.rude_proxy import Request

from tests.faults.rigs import Interrupted, Rig, in_background, spikes

SESSION = ["metadata.sessions", "commit"]
REGISTER = ["files.datasets", "files.file_records", "files.uploads", "commit"]
COMPLETE = ["files.uploads", "jobs.procrastinate_jobs", "commit"]
VERIFY = ["files.uploads", "read", "session", "files.file_records", "files.datasets", "commit"]
QUICK = {("api", "register", "files.uploads"), ("postgres", "complete", "commit"), ("worker", "verify", "read")}


def cases(step: str, places: list[str], victims: tuple[str, ...]) -> list:
    """One case for each victim and place; a few of them run every time."""
    return [
        pytest.param(victim, place, id=f"{victim}-{place}",
                     marks=() if (victim, step, place) in QUICK else pytest.mark.slow)
        for victim in victims for place in places
    ]  # fmt: skip


def is_get(request: Request) -> bool:
    return request.method == "GET"


@pytest.fixture
def rig(machine):
    return Rig(machine)


def kill_during(machine, victim: str, place: str, work, *arguments) -> None:
    """Let some work come to a place, kill somebody there, and let what died come back."""
    with machine.at(place) as wait:
        call = in_background(work, *arguments)
        wait()
        machine.kill(victim)
        with pytest.raises(Interrupted):
            call.result(60)
    machine.revive_all()
    machine.check()


@pytest.mark.parametrize(("victim", "place"), cases("session", SESSION, ("api", "postgres")))
def test_killed_while_a_session_is_made(machine, rig, victim, place):
    number = next(rig.numbers)
    eid = f"6d3d4bbe-6b8f-4d5b-9f0c-{number:012d}"
    kill_during(machine, victim, place, rig.session, number, eid)
    # made or not, the same call again answers the same session, and there is one of it
    assert rig.session(number, eid) == eid
    rig.finish(eid, spikes())


@pytest.mark.parametrize(("victim", "place"), cases("register", REGISTER, ("api", "postgres")))
def test_killed_while_files_are_registered(machine, rig, victim, place):
    eid, files = rig.session(), spikes()
    kill_during(machine, victim, place, rig.register, eid, files)
    (known,) = machine.sql("select count(*) from files.datasets where session_id = %s", eid)
    assert known[0] == (len(files) if place == "commit" else 0)  # all of them or none
    rig.finish(eid, files)


@pytest.mark.parametrize(("victim", "place"), cases("complete", COMPLETE, ("api", "postgres")))
def test_killed_while_an_upload_is_acknowledged(machine, rig, victim, place):
    eid, files = rig.session(), spikes()
    entries = rig.register(eid, files)
    for one in entries:
        rig.send(one, files[one["path"]])
    kill_during(machine, victim, place, rig.complete, entries)
    rig.finish(eid, files)


@pytest.mark.parametrize(("victim", "place"), cases("verify", VERIFY, ("worker", "postgres")))
def test_killed_while_files_are_verified(machine, rig, victim, place):
    eid, files = rig.session(), spikes(60_000)
    entries = rig.register(eid, files)
    for one in entries:
        rig.send(one, files[one["path"]])
    machine.kill("worker")
    rig.complete(entries)
    kill_worker_at(machine, victim, place, eid)
    machine.proxy.reset()
    machine.revive_all()
    # by itself, without anybody calling again
    machine.calm_down()
    rig.is_whole(eid, files)
    rig.finish(eid, files)


def kill_worker_at(machine, victim: str, place: str, eid: str) -> None:
    """Let a worker begin, and kill when it has come to a place."""
    if place == "read":
        machine.proxy.slow(200_000, when=is_get)
        machine.revive("worker")
        machine.wait_for(lambda: any(map(is_get, machine.proxy.requests)), "nobody reads")
        machine.kill(victim)
    elif place == "commit":
        with ExitStack() as before:  # it has taken its job and read everything by then
            wait = before.enter_context(machine.at(f"session {eid}"))
            machine.revive("worker")
            wait()
            with machine.at("commit") as wait:
                before.close()
                wait()
                machine.kill(victim)
    else:
        with machine.at(f"session {eid}" if place == "session" else place) as wait:
            machine.revive("worker")
            wait()
            machine.kill(victim)
