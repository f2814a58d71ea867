"""The demo's animals: sent over the API, once, and showing what the pages speak of."""

from datetime import datetime

import httpx
import pytest
from bregma_app.demo import ANIMALS, FIRST_DAY, LAB, LAB_VALUES, demo_sessions, restrictions
from bregma_app.seeding import seed_animals
from one_client.backends.http import Api


@pytest.fixture
def http(live_house):
    token = live_house.tokens["admin"]
    with httpx.Client(base_url=live_house.url, headers={"Authorization": f"Token {token}"}) as one:
        one.post("/labs", json={"name": LAB, **LAB_VALUES}).raise_for_status()
        one.token = token
        yield one


def test_animals_are_sent_once_and_two_are_to_be_looked_after(http):
    api = Api(str(http.base_url), http.token)
    for _ in range(2):
        seed_animals(api)
    animals = {one["nickname"]: one for one in http.get("/subjects", params={"lab": LAB}).json()["results"]}
    assert {name: one["line"] for name, one in animals.items()} == {one.nickname: one.line for one in ANIMALS}
    assert all(one["birth_date"] and one["sex"] in "MF" for one in animals.values())
    tiles = {one["nickname"]: one for one in http.get("/today/animals").json()["animals"]}
    assert {name: one["colour"] for name, one in tiles.items()} == {"DEMO_002": "green", "DEMO_010": "red"}
    assert all(one["due"] > 0 and not one["weighed_today"] for one in tiles.values())
    counts = [http.get(f"/{path}").json()["count"] for path in ("water-restriction", "zygosities")]
    assert counts == [5, 3]
    assert http.get("/weighings").json()["count"] == http.get("/water-administrations").json()["count"] == 30


@pytest.mark.parametrize("now", [datetime(2025, 6, 1, 12), datetime(2026, 1, 6), datetime(2030, 12, 31, 23, 59)])
def test_nothing_is_sent_from_the_future(now):
    for animal in ANIMALS:
        for days in restrictions(animal, now):
            assert all(moment < now for moment, _ in (*days.weighings, *days.doses))
            assert days.end is None or days.end < now


def test_sessions_lie_within_a_restriction():
    (around, *_) = restrictions(ANIMALS[0], datetime(2026, 3, 1))
    assert all(around.start < one.start_time for one in demo_sessions())
    assert around.end.date() > max(one.start_time for one in demo_sessions()).date() >= FIRST_DAY.date()
