"""A session under the wrong animal, date or number, started twice, or a test run."""

from datetime import timedelta

import pytest
from bregma_kit import clock

SESSION = "KS014/2020-01-01/001"


async def _correct(house, session, action, by="member", **more):
    body = {
        "session": session["url"][-36:],
        "action": action,
        "reason": "wrong mouse in the box",
        "dry_run": False,
        **more,
    }
    return await house.clients[by].post("/corrections", json=body)


@pytest.fixture
async def session(house):
    await house.repository()
    made = await house.session()
    answer = await house.register("alf/spikes.times.npy", name="openlab_SR", hashes=["a" * 32], filesizes=[8])
    assert answer.status_code == 201, answer.text
    return made


async def test_a_dry_run_reports_and_changes_nothing(house, session):
    await house.subject("KS015")
    answer = await _correct(house, session, "move", to={"subject": "KS015"}, dry_run=True)
    report = answer.json()
    assert answer.status_code == 200, answer.text
    assert (report["old_place"], report["new_place"]) == (f"openlab/{SESSION}", "openlab/KS015/2020-01-01/001")
    assert report["datasets"] == 1
    unchanged = (await house.member.get(session["url"])).json()
    assert unchanged["subject"] == "KS014"


async def test_a_move_keeps_ids_and_tells_which_copies_stay(house, session):
    await house.subject("KS015")
    before = (await house.member.get(session["url"])).json()["data_dataset_session_related"]
    report = (await _correct(house, session, "move", to={"subject": "KS015", "date": "2020-01-02", "number": 7})).json()
    moved = (await house.member.get(session["url"])).json()
    assert (moved["subject"], moved["start_time"], moved["number"]) == ("KS015", "2020-01-02T10:00:00", 7)
    assert [d["id"] for d in moved["data_dataset_session_related"]] == [d["id"] for d in before]
    assert report["records_left"] == [f"openlab_SR: {SESSION}/alf/spikes.times.npy"]


async def test_a_session_that_crosses_midnight_keeps_its_length(house):
    session = await house.session(start_time="2020-01-01T23:30:00", end_time="2020-01-02T00:45:00")
    await _correct(house, session, "move", to={"date": "2020-02-28"})
    moved = (await house.member.get(session["url"])).json()
    assert (moved["start_time"], moved["end_time"]) == ("2020-02-28T23:30:00", "2020-02-29T00:45:00")


async def test_managed_copies_follow_and_nicknames_that_are_prefixes_stay_apart(house):
    await house.managed_repository()
    first, other = await house.session("KS01"), await house.session("KS014")
    for path in ("KS01/2020-01-01/001", "KS014/2020-01-01/001"):
        assert (await house.register("spikes.times.npy", path=path, name="central")).status_code == 201
    report = (await _correct(house, first, "move", to={"number": 2})).json()
    assert report["records_moved"] == 1
    paths = {f["relative_path"] for f in (await house.member.get("/files")).json()["results"]}
    assert paths == {"KS01/2020-01-01/002/spikes.times.npy", "KS014/2020-01-01/001/spikes.times.npy"}
    assert (await house.member.get(other["url"])).json()["number"] == 1


async def test_a_place_that_is_taken_refuses_and_changes_nothing(house, session):
    await house.session(number=2)
    answer = await _correct(house, session, "move", to={"number": 2})
    assert answer.status_code == 409
    assert "another session" in answer.json()["detail"]
    assert (await house.member.get(session["url"])).json()["number"] == 1


async def test_protected_data_refuse(house, session):
    await house.make("/tags", {"name": "paper", "protected": True})
    dataset = (await house.member.get("/datasets")).json()["results"][0]
    assert (await house.admin.patch(dataset["url"], json={"tags": ["paper"]})).status_code == 200
    for action, more in (
        ("move", {"to": {"number": 9}}),
        ("withdraw", {}),
        ("merge", {"into": (await house.session(number=2))["id"]}),
    ):
        answer = await _correct(house, session, action, **more)
        assert (answer.status_code, answer.json()["code"]) == (409, "cannot_correct"), action
        assert "protected" in answer.json()["detail"]


async def test_a_merge_gives_the_files_to_the_session_that_stays(house, session):
    stays = await house.session(number=2)
    report = (await _correct(house, session, "merge", into=stays["id"])).json()
    assert report["datasets"] == 1
    assert (await house.member.get(session["url"])).status_code == 404
    names = [
        d["name"] for d in (await house.member.get("/datasets", params={"session": stays["id"]})).json()["results"]
    ]
    assert names == ["spikes.times.npy"]


async def test_a_merge_refuses_files_of_the_same_name(house, session):
    stays = await house.session(number=2)
    await house.register("alf/spikes.times.npy", path="KS014/2020-01-01/002", name="openlab_SR")
    answer = await _correct(house, session, "merge", into=stays["id"])
    assert answer.status_code == 409
    assert "same name" in answer.json()["detail"]
    assert (await house.member.get(session["url"])).status_code == 200


async def test_withdrawn_is_hidden_everywhere_and_restorable(house, session):
    await _correct(house, session, "withdraw")
    assert (await house.admin.get(session["url"])).status_code == 404
    for path in ("/sessions", "/datasets", "/files"):
        assert (await house.admin.get(path)).json()["count"] == 0, path
    again = await house.session()  # its place is free for the session that was meant
    assert again["id"] != session["id"]
    assert (await _correct(house, session, "restore")).status_code == 409
    await _correct(house, again, "move", to={"number": 5})
    assert (await _correct(house, session, "restore")).status_code == 200
    assert (await house.member.get("/datasets")).json()["count"] == 1


async def test_after_thirty_days_nothing_is_restored(house, session, monkeypatch):
    await _correct(house, session, "withdraw")
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "source", lambda: later)
    answer = await _correct(house, session, "restore")
    assert answer.status_code == 409
    assert "30 days" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("by", "status"), [("rig", 403), ("technician", 403), ("public", 403), ("outsider", 403), ("manager", 200)]
)
async def test_who_may_correct(house, session, by, status):
    assert (await _correct(house, session, "withdraw", by=by)).status_code == status


async def test_mistakes_are_answered_in_our_form(house, session):
    answer = await _correct(house, session, "move")
    assert answer.json()["code"] == "cannot_correct"
    answer = await _correct(house, session, "merge", into=session["url"][-36:])
    assert "into itself" in answer.json()["detail"]
    answer = await _correct(house, session, "explode")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
