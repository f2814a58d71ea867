"""People are told about animals: by rule, once, by mail through a real server, and the queue says what became of it."""

import socket
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from bregma_kit import clock
from bregma_kit.jobs import run_worker
from bregma_metadata import room
from bregma_metadata.notifications import domain, service
from bregma_metadata.notifications.domain import Message, Reader
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 2, 17, 0)
TODAY = NOW.date()


class Inbox:
    """A mail server that keeps what it takes, and may refuse."""

    def __init__(self):
        self.taken, self.refusals = [], 0

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  the name that aiosmtpd calls
        if self.refusals:
            self.refusals -= 1
            return "451 come back later"
        self.taken.append(envelope)
        return "250 taken"


@pytest.fixture
def inbox():
    one = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        one.port = free.getsockname()[1]
    server = Controller(one, hostname="127.0.0.1", port=one.port)
    server.start()
    yield one
    server.stop()


@pytest.fixture
def mailing(house, inbox):
    """The installation, with its mail server configured."""
    process = house.app.state.process
    process.settings = process.settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": inbox.port})
    return house


async def tell(house, subject, cause="1", kind="mouse_water", title="KS014 is thirsty"):
    async with house.database.write() as tx:
        return await service.notify(tx, kind, UUID(subject["id"]), Message(title, "text"), cause=cause)


async def work(house):
    await run_worker(house.app.state.process, room.TASKS, wait=False, signals=False)


async def told(house, who):
    return (await house.clients[who].get("/notifications")).json()["results"]


async def test_the_responsible_user_is_told_by_mail(mailing, inbox):
    subject = await mailing.subject(responsible_user="member")
    assert await tell(mailing, subject) == 1
    await work(mailing)
    (mail,) = inbox.taken
    assert mail.rcpt_tos == ["member@example.org"]
    assert b"Subject: [Bregma] KS014 is thirsty" in mail.content
    (shown,) = await told(mailing, "member")
    assert (shown["status"], shown["subject"], shown["notification_type"]) == ("sent", "KS014", "mouse_water")
    assert await told(mailing, "manager") == []
    assert (await mailing.manager.get(f"/notifications/{shown['id']}")).status_code == 404
    await work(mailing)
    assert len(inbox.taken) == 1


async def test_rules_say_who_else_is_told(mailing):
    subject = await mailing.subject(responsible_user="member")
    for who, scope in (("manager", "lab"), ("outsider", "lab"), ("admin", "all"), ("member", "none")):
        answer = await mailing.clients[who].post(
            "/notification-rules", json={"notification_type": "mouse_water", "subjects_scope": scope}
        )
        assert answer.status_code == 201, answer.text
    assert await tell(mailing, subject) == 2
    counts = {who: len(await told(mailing, who)) for who in ("manager", "outsider", "admin", "member")}
    assert counts == {"manager": 1, "outsider": 0, "admin": 1, "member": 0}


async def test_a_closed_labs_animals_are_nobody_elses_news(mailing):
    subject = await mailing.subject("CL001", lab="closedlab", responsible_user="outsider")
    rule = {"notification_type": "mouse_water", "subjects_scope": "all"}
    assert (await mailing.member.post("/notification-rules", json=rule)).status_code == 201
    assert await tell(mailing, subject) == 1
    assert len(await told(mailing, "outsider")) == 1
    assert await told(mailing, "member") == []


async def test_rules_are_ones_own(mailing):
    rule = {"notification_type": "mouse_water", "subjects_scope": "lab"}
    made = (await mailing.member.post("/notification-rules", json=rule)).json()
    address = f"/notification-rules/{made['id']}"
    assert (await mailing.manager.get(address)).status_code == 404
    assert (await mailing.manager.patch(address, json={"subjects_scope": "none"})).status_code == 404
    assert (await mailing.member.post("/notification-rules", json=rule)).status_code == 400
    bad = await mailing.member.patch(address, json={"subjects_scope": "everything"})
    assert bad.json()["fields"]["subjects_scope"] == ["Enter none, mine, lab or all."]
    assert (await mailing.member.delete(address)).status_code == 204


async def test_nobody_is_told_the_same_twice_nor_too_often(mailing, monkeypatch):
    subject = await mailing.subject(responsible_user="member")
    assert await tell(mailing, subject, "monday") == 1
    assert await tell(mailing, subject, "monday") == 0
    assert await tell(mailing, subject, "tuesday") == 0  # within the hour
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "source", lambda: later)
    assert await tell(mailing, subject, "monday") == 0  # the same cause never comes again
    assert await tell(mailing, subject, "tuesday") == 1


async def test_a_server_that_refuses_is_asked_three_times(mailing, inbox):
    subject = await mailing.subject(responsible_user="member")
    await tell(mailing, subject)
    (shown,) = await told(mailing, "member")
    inbox.refusals = 9
    for tries in (1, 2, 3):
        with pytest.raises(Exception, match="451"):
            await service.send(mailing.app.state.process, shown["id"])
        (shown,) = await told(mailing, "member")
        assert shown["status"] == ("no_send" if tries == 3 else "to_send")
    assert "did not take it" in shown["reason"]
    await service.send(mailing.app.state.process, shown["id"])  # given up: nothing is sent any more
    assert inbox.taken == []


async def test_without_a_mail_server_or_an_address_the_message_can_be_read(house):
    subject = await house.subject(responsible_user="member")
    await tell(house, subject)
    await work(house)
    (shown,) = await told(house, "member")
    assert (shown["status"], shown["reason"]) == ("no_send", "No mail server is configured (BREGMA_SMTP_HOST).")
    await house.admin.patch("/users/manager", json={"email": ""})
    other = await house.subject("KS015", responsible_user="manager")
    assert await tell(house, other) == 0
    (shown,) = await told(house, "manager")
    assert (shown["status"], shown["reason"]) == ("no_send", "The account has no e-mail address.")


async def test_a_name_cannot_smuggle_in_headers(mailing, inbox):
    subject = await mailing.subject(responsible_user="member")
    await tell(mailing, subject, title="thirsty\r\nBcc: everybody@example.org")
    await work(mailing)
    (mail,) = inbox.taken
    assert mail.rcpt_tos == ["member@example.org"]
    assert b"\r\nBcc:" not in mail.content


async def test_old_and_new_responsible_users_are_told(mailing, inbox):
    subject = await mailing.subject(responsible_user="member")
    answer = await mailing.admin.patch(subject["url"], json={"responsible_user": "manager"})
    assert answer.status_code == 200
    await work(mailing)
    assert sorted(one.rcpt_tos[0] for one in inbox.taken) == ["manager@example.org", "member@example.org"]
    assert (await told(mailing, "manager"))[0]["notification_type"] == "responsible_user_change"


async def test_each_lab_is_looked_through_once_on_each_of_its_days(house, monkeypatch):
    seen = []

    async def look(_tx, lab_id, day):
        seen.append((str(lab_id), day))
        return 0

    # one lab is in London, the other in New York: hours of two days, among them the night when London's clocks change
    moment = datetime(2026, 3, 28, 0, 0, tzinfo=UTC)
    for _ in range(4 * 48):
        monkeypatch.setattr(clock, "source", lambda now=moment: now)
        await service.daily_looks(house.app.state.process, look)
        moment += timedelta(minutes=15)
    labs = {one["id"]: one["timezone"] for one in (await house.admin.get("/labs")).json()["results"]}
    assert len(seen) == len(set(seen))
    days = {zone: sorted(day for lab, day in seen if lab == wanted) for wanted, zone in labs.items()}
    assert days["Europe/London"] == [date(2026, 3, 28), date(2026, 3, 29)]
    # the first is due already: five in the afternoon of the 27th has passed in New York
    assert days["America/New_York"] == [date(2026, 3, 27), date(2026, 3, 28), date(2026, 3, 29)]


@given(
    st.datetimes(datetime(2026, 3, 25), datetime(2026, 4, 2)),
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Tokyo"]),
)
def test_a_day_that_is_due_stays_due_until_midnight(moment, zone):
    at = time(2, 0)
    first, later = (
        domain.due_day(zone, at, one.replace(tzinfo=UTC)) for one in (moment, moment + timedelta(minutes=1))
    )
    if first is not None and later is not None:
        assert later - first in (timedelta(0), timedelta(days=1))


@pytest.mark.parametrize(
    ("scope", "mine", "same_lab", "wants"),
    [
        (None, True, True, True), (None, False, True, False), ("none", True, True, False), ("mine", False, True, False),
        ("mine", True, False, True), ("lab", False, True, True), ("lab", False, False, False), ("all", False, False, True),
    ],
)  # fmt: skip
def test_who_is_told(scope, mine, same_lab, wants):
    assert domain.readers([Reader(str(uuid4()), mine, same_lab, scope)]) == [] or wants
    assert Reader("x", mine, same_lab, scope).wants is wants


def test_words_about_weight():
    assert domain.underweight("KS014", 90.0, 80) is None
    assert domain.underweight("KS014", None, 80) is None
    assert domain.underweight("KS014", 0.0, 80) is None
    assert domain.underweight("KS014", 81.9, 80).title.startswith("ATTENTION")
    assert domain.underweight("KS014", 80.0, 80).title.startswith("WARNING")


def test_words_about_water():
    yesterday = TODAY - timedelta(days=1)
    said = domain.water_due("KS014", 1.04, NOW - timedelta(hours=25), NOW, yesterday)
    assert said == Message(
        "KS014 must get 1.0 mL of water", "KS014 must get 1.0 mL of water.\nLast water: 25 hours ago."
    )
    assert domain.water_due("KS014", 1.0, None, NOW, yesterday) is not None
    assert domain.water_due("KS014", 0.0, None, NOW, yesterday) is None
    assert domain.water_due("KS014", 1.0, NOW - timedelta(hours=22), NOW, yesterday) is None
    assert domain.water_due("KS014", 1.0, None, NOW, TODAY) is None


def test_words_about_weighing():
    yesterday = TODAY - timedelta(days=1)
    assert domain.not_weighed("KS014", yesterday, NOW, yesterday, referenced=True) is not None
    assert domain.not_weighed("KS014", TODAY, NOW, yesterday, referenced=True) is None
    assert domain.not_weighed("KS014", None, NOW, TODAY, referenced=True) is None
    assert domain.not_weighed("KS014", None, NOW, TODAY, referenced=False) is not None
