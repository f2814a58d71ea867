"""The day's board, and what people are told of animals that are too light, thirsty or not weighed."""

from datetime import UTC, datetime, timedelta

import pytest
from bregma_app.testing import CLOSED_LAB
from bregma_kit import clock
from bregma_metadata.husbandry import today

MORNING = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
NEXT_DAY = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 10, 17, 5, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """Set the clock; London shows winter time."""

    def set_clock(moment):
        monkeypatch.setattr(clock, "source", lambda: moment)

    set_clock(MORNING)
    return set_clock


@pytest.fixture
async def mouse(house, at):
    """A restricted male of 25 g, of the member's, whose lab asks for 85 % of the reference weight; a day later."""
    await house.admin.patch("/labs/openlab", json={"reference_weight_pct": 0.85})
    one = await house.make("/subjects", {"nickname": "KS014", "sex": "M", "birth_date": "2026-01-13"}, by="member")
    await weigh(house, 25)
    restriction = await house.make("/water-restriction", {"subject": "KS014", "reference_weight": 25}, by="member")
    at(NEXT_DAY)
    return {**one, "restriction": restriction["id"]}


async def weigh(house, weight, **more):
    return await house.make("/weighings", {"subject": "KS014", "weight": weight, **more}, by="member")


async def board(house, by="member"):
    return (await house.clients[by].get("/today/animals")).json()["animals"]


async def told(house, by="member"):
    found = (await house.clients[by].get("/notifications")).json()["results"]
    return [one["notification_type"] for one in found]


async def test_the_board(house, mouse):
    (tile,) = await board(house)
    assert tile == {
        "id": mouse["id"], "nickname": "KS014", "lab": "openlab", "responsible_user": "member", "restriction": mouse["restriction"], "now": "2026-03-10T09:00:00",
        "weight": 25, "weighed_at": "2026-03-09T09:00:00", "weighed_today": False, "weight_before": 25, "percentage_weight": 100,
        "limit": 85, "colour": "green", "expected_water": 1.0, "given_water_total": 0, "due": 1.0, "last_water_at": None,
        "trained_today": False,
    }  # fmt: skip
    await weigh(house, 21)
    await house.make("/water-administrations", {"subject": "KS014", "water_administered": 0.3}, by="member")
    await house.session(day="2026-03-10")
    (tile,) = await board(house)
    shown = ("weight", "weighed_today", "weight_before", "percentage_weight", "colour", "due", "trained_today")
    assert [tile[name] for name in shown] == [21, True, 25, 84, "red", pytest.approx(0.05 * 21 - 0.3), True]


async def test_only_what_the_caller_may_see_and_the_thirsty_first(house, mouse):
    await house.make("/subjects", {"nickname": "A1", "lab": "openlab"})
    await house.make("/water-restriction", {"subject": "A1"})
    await house.make("/subjects", {"nickname": "CL1", "lab": CLOSED_LAB})
    await house.make("/water-restriction", {"subject": "CL1", "reference_weight": 20})
    assert [one["nickname"] for one in await board(house)] == ["KS014", "A1"], "nobody knows what A1 weighs"
    assert {one["nickname"] for one in await board(house, "admin")} == {"A1", "KS014", "CL1"}
    assert (await house.stranger.get("/today/animals")).status_code == 403
    await house.admin.patch("/subjects/A1", json={"death_date": "2026-03-10"})
    assert [one["nickname"] for one in await board(house)] == ["KS014"]


async def test_the_number_of_statements_is_constant(house, mouse):
    counts = []
    for name in ("KS020", "KS021"):
        await house.make("/subjects", {"nickname": name}, by="member")
        await house.make("/water-restriction", {"subject": name}, by="member")
        with house.counting() as seen:
            assert (await house.member.get("/today/animals")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_a_light_animal_is_told_of_at_its_weighing(house, mouse, at):
    await weigh(house, 24)
    assert await told(house) == []
    await weigh(house, 21.6)
    assert await told(house) == ["mouse_underweight"], "86.4 %: within two points of the limit"
    await weigh(house, 21)
    assert await told(house) == ["mouse_underweight"], "not twice within the hour"
    at(NEXT_DAY + timedelta(hours=2))
    await weigh(house, 20)
    first, _ = (await house.member.get("/notifications")).json()["results"]
    assert first["title"].startswith("WARNING: KS014 weighs 80.0 %")
    at(NEXT_DAY + timedelta(hours=4))
    await weigh(house, 19, date_time="2026-03-08T09:00:00")
    assert len(await told(house)) == 2, "a weight of another day, entered late, alarms nobody"


async def test_a_repeated_tap_tells_once(house, mouse):
    for _ in range(2):
        answer = await house.member.post(
            "/weighings", json={"subject": "KS014", "weight": 21}, headers={"Idempotency-Key": "tap-1"}
        )
        assert answer.status_code in (200, 201)
    assert await told(house) == ["mouse_underweight"]


async def test_the_evening_look(house, mouse, at):
    process = house.app.state.process
    at(NEXT_DAY)
    await today.look_through(process)
    assert await told(house) == [], "too early in the lab's day"
    at(EVENING)
    await today.look_through(process)
    assert sorted(await told(house)) == ["mouse_not_weighed", "mouse_water"]
    (thirst,) = [
        one
        for one in (await house.member.get("/notifications")).json()["results"]
        if one["notification_type"] == "mouse_water"
    ]
    assert thirst["title"] == "KS014 must get 1.0 mL of water"
    at(EVENING + timedelta(minutes=5))
    await today.look_through(process)
    assert len(await told(house)) == 2, "once a day"
    at(EVENING + timedelta(days=1))
    await weigh(house, 25)
    await house.make("/water-administrations", {"subject": "KS014", "water_administered": 1.0}, by="member")
    await today.look_through(process)
    assert len(await told(house)) == 2, "weighed and watered"
