"""Sessions: their record, defaults, lab time, changes, and the creation that may be repeated."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from bregma_app.testing import CLOSED_LAB, OPEN_ZONE

LIST_KEYS = {"id", "subject", "start_time", "number", "lab", "projects", "url", "task_protocol"}
DETAIL_KEYS = LIST_KEYS | {
    "users", "location", "procedures", "type", "end_time", "narrative", "parent_session", "n_correct_trials", "n_trials", "extended_qc",
    "qc", "wateradmin_session_related", "data_dataset_session_related", "auto_datetime", "json", "probe_insertion", "field_of_view", "notes",
}  # fmt: skip
REPEATABLE = {"Bregma-Repeatable": "1"}


def place(subject="KS014", day="2020-01-01", number=1, **more):
    return {"subject": subject, "start_time": f"{day}T10:00:00", "number": number, **more}


async def test_a_new_session_and_its_defaults(house):
    await house.subject()
    before = datetime.now(ZoneInfo(OPEN_ZONE)).replace(tzinfo=None, microsecond=0)
    record = await house.make("/sessions", {"subject": "KS014"}, by="member")
    after = datetime.now(ZoneInfo(OPEN_ZONE)).replace(tzinfo=None)
    assert set(record) == DETAIL_KEYS
    assert before <= datetime.fromisoformat(record["start_time"]) <= after
    expected = {
        "subject": "KS014", "lab": "openlab", "users": ["member"], "qc": "NOT_SET", "task_protocol": "", "narrative": "", "number": None,
        "end_time": None, "json": None, "extended_qc": None, "parent_session": None, "procedures": [], "projects": [], "location": None,
        "n_trials": None, "n_correct_trials": None, "data_dataset_session_related": [], "notes": [], "probe_insertion": [],
        "field_of_view": [], "wateradmin_session_related": [],
    }  # fmt: skip
    assert {name: record[name] for name in expected} == expected
    assert record["url"] == f"http://bregma.test/sessions/{record['id']}"
    listed = (await house.member.get("/sessions")).json()["results"]
    assert [set(one) for one in listed] == [LIST_KEYS]
    assert listed[0] == {name: record[name] for name in LIST_KEYS}
    assert (await house.member.get(record["url"])).json() == record


async def test_everything_that_can_be_said(house):
    await house.subject()
    await house.make("/projects", {"name": "p1"})
    await house.make("/projects", {"name": "p2"})
    await house.make("/procedures", {"name": "Behavior training/tasks"})
    await house.make("/locations", {"name": "rig 3", "lab": "openlab"})
    parent = await house.make("/sessions", place(number=1))
    sent = place(
        number=2, users=["member", "manager"], projects=["p2", "p1"], procedures=["Behavior training/tasks"], location="rig 3",
        type="Experiment", task_protocol="_iblrig_tasks_trainingChoiceWorld6.4.2", end_time="2020-01-01T11:00:00.250000",
        narrative="ran well", parent_session=parent["url"], n_trials=900, n_correct_trials=700, qc="WARNING",
        extended_qc={"_task_stimOn_delays": 0.99}, json={"POOP_COUNT": 3, "SETTINGS": [1, None, "ü"]}, lab="openlab",
    )  # fmt: skip
    record = await house.make("/sessions", sent, by="member")
    shown = {**sent, "users": ["manager", "member"], "projects": ["p1", "p2"]}
    assert {name: record[name] for name in shown} == shown


async def test_unknown_and_read_only_fields_are_ignored(house):
    await house.subject()
    sent = place(
        nonsense=1, url="http://elsewhere/1", auto_datetime="1999-01-01T00:00:00", data_dataset_session_related=[1]
    )
    record = await house.make("/sessions", sent)
    assert record["url"].startswith("http://bregma.test/sessions/")
    answer = await house.member.patch(record["url"], json={"id": str(uuid4()), "url": "x", "nonsense": None})
    assert answer.status_code == 200
    assert answer.json()["id"] == record["id"]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2020-07-01", "2020-07-01T00:00:00"),
        ("2020-07-01T10:00:00", "2020-07-01T10:00:00"),
        ("2020-07-01T10:00:00.000000", "2020-07-01T10:00:00"),
        ("2020-07-01T10:00:00.5", "2020-07-01T10:00:00.500000"),
        ("2020-07-01T10:00:00.000001", "2020-07-01T10:00:00.000001"),
        ("2020-07-01 10:00", "2020-07-01T10:00:00"),
        ("2020-07-01T10:00:00Z", "2020-07-01T11:00:00"),
        ("2020-07-01T23:30:00+00:00", "2020-07-02T00:30:00"),
        ("2020-01-01T10:00:00-05:00", "2020-01-01T15:00:00"),
        ("2020-03-29T01:30:00", "2020-03-29T01:30:00"),
        ("1900-01-01T00:00:00", "1900-01-01T00:00:00"),
        ("2199-12-31T23:59:59.999999", "2199-12-31T23:59:59.999999"),
    ],
)
async def test_times_on_the_wire(house, sent, shown):
    await house.subject()
    record = await house.make("/sessions", {"subject": "KS014", "start_time": sent})
    assert record["start_time"] == shown
    listed = (await house.member.get("/sessions", params={"date_range": f"{shown[:10]},{shown[:10]}"})).json()[
        "results"
    ]
    assert [one["start_time"] for one in listed] == [shown]


async def test_what_is_no_time(house):
    await house.subject()
    for bad in ("yesterday", "2020-13-01", "2020-01-01T25:00:00", 1577836800, "1577836800", "", [], {}, True, "10000-01-01", "0202-01-01", "9999-12-31T23:59:59.999999",
                "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"):  # fmt: skip
        answer = await house.member.post("/sessions", json={"subject": "KS014", "start_time": bad})
        assert answer.status_code == 400, (bad, answer.text)
        assert list(answer.json()) == ["start_time", "status_code"]
    assert (await house.member.get("/sessions")).json()["count"] == 0


async def test_a_session_over_midnight_belongs_to_its_first_day(house):
    await house.subject()
    night = await house.make(
        "/sessions",
        {"subject": "KS014", "number": 1, "start_time": "2020-01-01T23:50:00", "end_time": "2020-01-02T00:40:00"},
    )
    await house.make("/sessions", {"subject": "KS014", "number": 1, "start_time": "2020-01-02T00:45:00"})
    for first, last, count in (("01-01", "01-01", 1), ("01-02", "01-02", 1), ("01-01", "01-02", 2)):
        found = (await house.member.get("/sessions", params={"date_range": f"2020-{first},2020-{last}"})).json()
        assert found["count"] == count
    answer = await house.member.post("/sessions", json=place(day="2020-01-01", number=1))
    assert answer.json()["number"] == ["A session of this subject, date and number exists already."]
    # the second half of the night is moved to the first day: its place is taken as well
    answer = await house.member.patch(night["url"], json={"start_time": "2020-01-02T00:30:00", "end_time": None})
    assert answer.json()["number"] == ["A session of this subject, date and number exists already."]


async def test_the_night_when_the_clocks_go_back(house):
    """01:50 summer time to 01:10 winter time is twenty minutes of recording, not a slip of the pen."""
    await house.subject()
    record = await house.make(
        "/sessions", {"subject": "KS014", "start_time": "2020-10-25T00:50:00Z", "end_time": "2020-10-25T01:10:00Z"}
    )
    assert (record["start_time"], record["end_time"]) == ("2020-10-25T01:50:00", "2020-10-25T01:10:00")
    for start, end in (("2020-10-24T01:50:00", "2020-10-24T01:10:00"), ("2020-10-25T02:10:00", "2020-10-25T01:10:00")):
        answer = await house.member.post("/sessions", json={"subject": "KS014", "start_time": start, "end_time": end})
        assert answer.json() == {"end_time": ["A session cannot end before it starts."], "status_code": 400}
    answer = await house.member.patch(record["url"], json={"start_time": "2020-10-25T02:30:00"})
    assert answer.json() == {"end_time": ["A session cannot end before it starts."], "status_code": 400}


async def test_the_lab_says_the_hour(house):
    await house.subject("NY1", lab=CLOSED_LAB)
    record = await house.make("/sessions", {"subject": "NY1", "start_time": "2020-01-01T02:00:00Z"}, by="outsider")
    assert record["start_time"] == "2019-12-31T21:00:00"


async def test_put_keeps_what_it_does_not_name(house):
    session = await house.session(n_trials=10, json={"a": 1}, task_protocol="t")
    answer = await house.member.put(session["url"], json={"subject": "KS014", "n_trials": 11, "users": ["manager"]})
    assert answer.status_code == 200
    kept = {**session, "n_trials": 11, "users": ["manager"]}
    assert {**answer.json(), "auto_datetime": None} == {**kept, "auto_datetime": None}
    answer = await house.member.put(session["url"], json={"n_trials": 12})
    assert answer.json() == {"subject": ["This field is required."], "status_code": 400}


async def test_patch(house):
    session = await house.session(json={"a": 1, "b": 2}, n_trials=5, number=4)
    for value in ({"c": 3}, [1, 2], "text", 0, False, {}, [], {"deep": {"er": [None, 1.5, "é", "\U0001f42d"]}}):
        answer = await house.member.patch(session["url"], json={"json": value})
        assert (answer.status_code, answer.json()["json"]) == (200, value)
    answer = await house.member.patch(session["url"], json={"json": None})
    assert answer.json()["json"] is None
    answer = await house.member.patch(session["url"], json={"n_trials": None, "number": "7"})
    assert (answer.json()["n_trials"], answer.json()["number"]) == (None, 7)
    assert (await house.member.patch(session["url"], json={})).json()["number"] == 7
    answer = await house.member.patch(session["url"], json={"subject": None, "task_protocol": None})
    assert answer.json() == {
        "subject": ["This field may not be null."], "task_protocol": ["This field may not be null."], "status_code": 400
    }  # fmt: skip
    assert answer.json()["status_code"] == 400


async def test_changes_are_dated(house):
    session = await house.session()
    async with house.database.write() as tx:
        await tx._connection.execute("update metadata.sessions set auto_datetime = auto_datetime - interval '1 day'")
    earlier = (await house.member.get(session["url"])).json()["auto_datetime"]
    changed = (await house.member.patch(session["url"], json={"narrative": "x"})).json()["auto_datetime"]
    assert datetime.fromisoformat(changed) > datetime.fromisoformat(earlier) + timedelta(hours=23)


async def test_values_out_of_range(house):
    session = await house.session()
    for name in ("number", "n_trials", "n_correct_trials"):
        for bad in (2**31, 2**63, 10**30, -1, 1.5, "1.5", True, 1e300):
            answer = await house.member.patch(session["url"], json={name: bad})
            assert answer.status_code == 400, (name, bad, answer.text)
            assert list(answer.json()) == [name, "status_code"]
    answer = await house.member.patch(session["url"], json={"n_trials": 5, "n_correct_trials": 6})
    assert answer.json() == {
        "n_correct_trials": ["There cannot be more correct trials than trials."],
        "status_code": 400,
    }
    assert (await house.member.patch(session["url"], json={"json": {"big": 2**63, "float": 1e308}})).status_code == 200


async def test_texts_of_any_kind(house):
    session = await house.session()
    for text in (
        "\U0001f42d mouse",
        "مرحبا",
        "e\u0301 é",
        "\u202egnp.exe",
        "' ; drop table",
        "%_\\",
        "a\nb\tc",
        "\ufeffx",
        "x" * 100_000,
    ):
        answer = await house.member.patch(session["url"], json={"narrative": text, "json": {text[:50]: text}})
        assert answer.status_code == 200, answer.text[:200]
        assert (answer.json()["narrative"], answer.json()["json"]) == (text, {text[:50]: text})
        found = (await house.member.get("/sessions", params={"narrative": text[:5000]})).json()["count"]
        assert found == (len(text) <= 5000)
    for body in ({"narrative": "a\0b"}, {"json": {"k": ["\0"]}}, {"json": {"\0": 1}}):
        answer = await house.member.patch(session["url"], json=body)
        assert answer.json() == {"non_field_errors": ["Null characters are not allowed."], "status_code": 400}
    answer = await house.member.patch(session["url"], content=b'{"narrative": "\\ud800"}')
    assert answer.status_code == 400
    answer = await house.member.get("/sessions", params={"subject": "a\0b"})
    assert answer.json() == {"subject": ["Null characters are not allowed."], "status_code": 400}


async def test_deep_json(house):
    session = await house.session()
    for depth in (90, 300, 900, 2000):
        content = '{"json": ' + "[" * depth + "]" * depth + "}"
        answer = await house.member.patch(session["url"], content=content)
        assert answer.status_code == (200 if depth == 90 else 400), answer.text[:300]


async def test_relations_must_exist(house):
    session = await house.session()
    bad = {"subject": "KS999", "users": ["member", "nobody"], "projects": ["p"], "procedures": ["x"], "location": "y", "lab": "z",
           "parent_session": "http://bregma.test/sessions/none"}  # fmt: skip
    answer = await house.member.patch(session["url"], json=bad)
    assert answer.status_code == 400
    assert answer.json() == {
        "subject": ["Object with nickname=KS999 does not exist."], "users": ["Object with username=nobody does not exist."],
        "projects": ["Object with name=p does not exist."], "procedures": ["Object with name=x does not exist."],
        "location": ["Object with name=y does not exist."], "lab": ["Object with name=z does not exist."],
        "parent_session": ["Invalid hyperlink - No URL match."], "status_code": 400,
    }  # fmt: skip
    answer = await house.member.patch(session["url"], json={"parent_session": str(uuid4())})
    assert answer.json() == {"parent_session": ["Object does not exist."], "status_code": 400}
    assert (await house.member.get(session["url"])).json() == session


async def test_a_failing_change_changes_nothing(house):
    session = await house.session(users=["member"], projects=[])
    await house.make("/projects", {"name": "p1"})
    body = {"users": ["manager"], "projects": ["p1"], "narrative": "new", "n_trials": 1, "n_correct_trials": 2}
    assert (await house.member.patch(session["url"], json=body)).status_code == 400
    assert (await house.member.get(session["url"])).json() == session


async def test_nicknames_that_are_prefixes_of_others(house):
    for nickname in ("KS01", "KS014", "KS014_2", "ks0141", "KS.14"):
        await house.session(nickname)
    for asked, found in (
        ("KS01", "KS01"),
        ("ks014", "KS014"),
        ("KS0141", "ks0141"),
        ("KS_14", None),
        ("KS.14", "KS.14"),
    ):
        results = (await house.member.get("/sessions", params={"subject": asked})).json()["results"]
        assert [one["subject"] for one in results] == ([found] if found else [])


async def test_the_same_nickname_in_two_labs(house):
    await house.make("/labs", {"name": "thirdlab", "timezone": "Asia/Tokyo"})
    for lab in ("openlab", CLOSED_LAB, "thirdlab"):
        await house.subject("M1", lab=lab)
    mine = await house.make("/sessions", place("M1"), by="member")
    assert mine["lab"] == "openlab", "of equal names the one in the caller's own lab"
    theirs = await house.make("/sessions", place("M1"), by="outsider")
    assert theirs["lab"] == CLOSED_LAB
    answer = await house.admin.post("/sessions", json=place("M1", number=2))
    assert answer.status_code == 400
    assert answer.json()["subject"] == ["Several labs have an animal named M1; say which lab is meant."]
    third = await house.make("/sessions", place("M1", lab="thirdlab"))
    assert third["lab"] == "thirdlab"
    # a change that repeats the name keeps the animal
    for session in (mine, theirs, third):
        answer = await house.admin.put(session["url"], json={"subject": "M1", "n_trials": 3})
        assert (answer.status_code, answer.json()["lab"]) == (200, session["lab"])
    found = (await house.admin.get("/sessions", params={"subject": "m1", "lab": "THIRDLAB"})).json()["results"]
    assert [one["id"] for one in found] == [third["id"]]


async def test_an_animal_that_visits_another_lab(house):
    await house.make("/labs", {"name": "thirdlab", "timezone": "Asia/Tokyo"})
    await house.subject("M1")
    record = await house.make("/sessions", {"subject": "M1", "lab": "thirdlab", "start_time": "2020-01-01T20:00:00Z"})
    assert (record["lab"], record["start_time"]) == ("thirdlab", "2020-01-02T05:00:00")


async def test_files_keep_a_session_in_its_place(house):
    session = await house.session()
    await house.session("KS015", number=3)
    await house.repository()
    assert (await house.register("alf/spikes.times.npy", name="openlab_SR")).status_code == 201
    for change in ({"number": 2}, {"start_time": "2020-01-02T10:00:00"}, {"subject": "KS015"}):
        answer = await house.member.patch(session["url"], json=change)
        assert answer.status_code == 400
        assert list(answer.json()) == [*change, "status_code"]
        assert "POST /corrections" in next(iter(answer.json().values()))[0]
    # what the stock client's registration sends again is no move
    same = {"subject": "KS014", "number": 1, "start_time": "2020-01-01T11:30:00", "lab": "openlab"}
    assert (await house.member.put(session["url"], json=same)).status_code == 200


async def test_delete(house):
    session = await house.session()
    child = await house.session(number=2, parent_session=session["url"])
    answer = await house.member.delete(session["url"])
    assert answer.status_code == 409
    assert answer.json()["status_code"] == 409
    assert (await house.member.delete(child["url"])).status_code == 204
    assert (await house.member.delete(session["url"])).status_code == 204
    assert (await house.member.delete(session["url"])).status_code == 404


async def test_protected_data_keep_their_session(house):
    session = await house.session()
    await house.repository()
    made = (await house.register("alf/spikes.times.npy", name="openlab_SR")).json()
    await house.make("/tags", {"name": "paper", "protected": True})
    assert (await house.admin.patch(f"/datasets/{made[0]['id']}", json={"tags": ["paper"]})).status_code == 200
    async with house.database.write() as tx:
        await tx._connection.execute(
            "update files.repositories set managed = true, bucket = 'b' where name = 'openlab_SR'"
        )
    answer = await house.manager.delete(session["url"])
    assert answer.status_code == 403
    assert 'protected tag(s) "paper"' in answer.json()["detail"]
    async with house.database.write() as tx:
        await tx._connection.execute(
            "update files.repositories set managed = false, bucket = null where name = 'openlab_SR'"
        )
    assert (await house.manager.delete(session["url"])).status_code == 204, (
        "only declared, nothing of it is ours: as on Alyx"
    )


# creation that may be repeated


async def test_a_repeated_creation_finds_the_first(house):
    await house.subject()
    wanted = str(uuid4())
    body = place(id=wanted)
    first = await house.rig.post("/sessions", json=body, headers=REPEATABLE)
    again = await house.rig.post("/sessions", json=body, headers=REPEATABLE)
    other = await house.rig.post("/sessions", json=place(id=str(uuid4())), headers=REPEATABLE)
    spelt = await house.rig.post("/sessions", json=place(number="001"), headers=REPEATABLE)
    utc = await house.rig.post(
        "/sessions", json={"subject": "KS014", "number": 1, "start_time": "2020-01-01T23:00:00Z"}, headers=REPEATABLE
    )
    assert [one.status_code for one in (first, again, other, spelt, utc)] == [201, 200, 200, 200, 200]
    assert {one.json()["id"] for one in (first, again, other, spelt, utc)} == {wanted}
    assert (await house.member.get("/sessions")).json()["count"] == 1


async def test_a_repetition_after_the_session_was_moved(house):
    """The spool of a rig may send an old creation again after somebody corrected the date."""
    await house.subject()
    body = place(id=str(uuid4()))
    first = (await house.rig.post("/sessions", json=body, headers=REPEATABLE)).json()
    await house.member.patch(first["url"], json={"start_time": "2020-01-02T10:00:00"})
    again = await house.rig.post("/sessions", json=body, headers=REPEATABLE)
    assert (again.status_code, again.json()["start_time"]) == (200, "2020-01-02T10:00:00")


async def test_repetition_is_asked_for(house):
    session = await house.session()
    answer = await house.member.post("/sessions", json=place())
    assert answer.json() == {
        "number": ["A session of this subject, date and number exists already."],
        "status_code": 400,
    }
    answer = await house.member.post("/sessions", json=place(number=2, id=session["id"]))
    assert answer.json() == {"id": ["A session with this id exists already."], "status_code": 400}


async def test_a_mistake_is_no_repetition(house):
    session = await house.session()
    for wrong in ({"projects": ["none"]}, {"n_trials": -1}, {"users": ["nobody"]}, {"lab": "none"}):
        answer = await house.member.post("/sessions", json=place(**wrong), headers=REPEATABLE)
        assert answer.status_code == 400, wrong
        assert list(answer.json()) == [*wrong, "status_code"]
    assert (await house.member.get("/sessions")).json()["results"][0]["id"] == session["id"]


async def test_an_unseen_session_is_no_repetition(house):
    theirs = await house.session("NY1", lab=CLOSED_LAB)
    await house.subject()
    answer = await house.member.post("/sessions", json=place(id=theirs["id"]), headers=REPEATABLE)
    assert answer.status_code == 400
    assert theirs["subject"] not in answer.text


@pytest.mark.parametrize("headers", [{}, REPEATABLE], ids=["plain", "repeatable"])
async def test_two_rigs_at_once(house, headers):
    await house.subject()
    answers = await asyncio.gather(*(
        client.post("/sessions", json=place(id=str(uuid4())), headers=headers) for client in [house.rig, house.member] * 4
    ))  # fmt: skip
    codes = sorted(one.status_code for one in answers)
    assert codes == ([200] * 7 + [201] if headers else [201] + [400] * 7)
    assert len({one.json()["id"] for one in answers if one.status_code < 300}) == 1
    assert (await house.member.get("/sessions")).json()["count"] == 1
    if not headers:
        assert all("number" in one.json() for one in answers if one.status_code == 400)


async def test_reads_take_a_constant_number_of_statements(house):
    await house.session()
    await house.repository()

    async def counts():
        numbers = []
        for path in ("/sessions", "/sessions?subject=KS014&dataset_types=spikes.times&users=member", first["url"]):
            with house.counting() as seen:
                assert (await house.member.get(path)).status_code == 200
            numbers.append(len(seen))
        return numbers

    first = (await house.member.get("/sessions")).json()["results"][0]
    few = await counts()
    for number in range(2, 6):
        await house.session(number=number)
        await house.register(
            "spikes.times.npy",
            "spikes.clusters.npy",
            "clusters.depths.npy",
            path=f"KS014/2020-01-01/{number:03d}/alf",
            name="openlab_SR",
        )
    await house.register(
        "spikes.times.npy",
        *(f"p{i}/spikes.times.npy" for i in range(30)),
        path="KS014/2020-01-01/001/alf",
        name="openlab_SR",
    )
    assert len((await house.member.get(first["url"])).json()["data_dataset_session_related"]) == 31
    assert await counts() == few == [1, 1, 1]
