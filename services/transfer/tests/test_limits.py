"""Repositories take so many files and bytes a second, always or between two times of their day."""

import asyncio
from datetime import time

import pytest
from bregma_transfer.limits.domain import Limit, Pace, in_force
from bregma_transfer.movements import carrying

SOUND = "raw_behavior_data/_iblrig_micData.raw.wav"
EVENTS = "raw_behavior_data/_iblrig_encoderEvents.raw.ssv"


def test_a_window_counts_before_what_always_holds_and_may_pass_over_midnight():
    always, night = Limit(1, 100), Limit(None, 5_000, time(22), time(6))
    strict = Limit(0, None, time(5), time(7))
    assert in_force([always, night], time(12)) == Limit(1, 100)
    assert in_force([always, night], time(23)) == in_force([always, night], time(5, 59)) == Limit(None, 5_000)
    assert in_force([always, night], time(6)) == Limit(1, 100)
    assert in_force([always, night, strict], time(5, 30)) == Limit(0, 5_000)
    assert in_force([], time(5, 30)) == Limit()


async def test_a_pace_lets_bytes_through_at_its_rate_and_learns_a_new_one():
    clock = [0.0]

    async def sleep(seconds: float) -> None:
        clock[0] += seconds

    pace = Pace(100, now=lambda: clock[0], sleep=sleep)
    for _ in range(11):
        await pace.take(50)
    assert clock[0] == 5
    pace.rate = 1000
    await asyncio.gather(*(pace.take(500) for _ in range(3)))
    assert clock[0] == pytest.approx(6.5)
    pace.rate = None
    await pace.take(10**9)
    assert clock[0] == pytest.approx(6.5)


async def limit(lab, status: int = 201, by: str = "admin", **more):
    answer = await lab.house.clients[by].post("/transfer-limits", json={"repository": "far", **more})
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_full_repository_takes_no_more_and_holds_up_no_other(lab):
    await lab.rule()
    await lab.rule(name="beside as well", target="beside", priority=-1)
    datasets = await lab.upload({SOUND: b"sound", EVENTS: b"events"})
    none = await limit(lab, max_files=0)
    await lab.plan()
    await lab.run()
    assert {(one["target"], one["state"]) for one in await lab.transfers()} == {("far", "queued"), ("beside", "done")}
    assert (await lab.house.admin.delete(f"/transfer-limits/{none['id']}")).status_code == 204
    await limit(lab, max_files=1)
    taken = await asyncio.gather(*(carrying._take(lab.worker) for _ in range(4)))
    assert sum(map(len, taken)) == 1
    assert await carrying._take(lab.worker) == []
    await carrying.carry(lab.worker, next(rows[0] for rows in taken if rows))
    await lab.again()
    for dataset in datasets.values():
        assert await lab.copies(dataset) == {"near": True, "far": True, "beside": True}


async def test_what_moves_shares_the_rate_of_its_repository(lab):
    await lab.rule()
    await lab.upload({SOUND: b"sound", EVENTS: b"events"})
    await limit(lab, bytes_per_second=1000)
    await lab.plan()
    rows = await carrying._take(lab.worker)
    assert len(rows) == 2
    attempt = carrying.Attempt(lab.process.database, rows[0], lab.worker.lease)
    await attempt.tell()
    assert attempt.pace.rate == 500
    for row in rows:
        await carrying.carry(lab.worker, row)
    assert in_force([Limit(None, 1000)], time(1)).bytes_per_second == 1000
    assert {one["state"] for one in await lab.transfers()} == {"done"}


async def test_limits_are_administrators_business_and_mistakes_are_named(lab):
    for who in ("manager", "member", "public", "stranger"):
        await limit(lab, by=who, status=403, max_files=1)
    made = await limit(lab, begins="08:00", ends="20:00", max_files=2, bytes_per_second=10**6)
    assert made == {
        "id": made["id"], "repository": "far", "timezone": "UTC", "begins": "08:00", "ends": "20:00", "max_files": 2,
        "bytes_per_second": 10**6,
    }  # fmt: skip
    listed = (await lab.house.member.get("/transfer-limits")).json()
    assert (listed["count"], listed["results"]) == (1, [made])
    for wrong, field in (
        ({"begins": "08:00", "ends": "09:00", "max_files": 1}, "begins"), ({"begins": "10:00", "max_files": 1}, "ends"),
        ({"begins": "10:00", "ends": "10:00", "max_files": 1}, "ends"), ({}, "max_files"),
        ({"begins": "25:00", "ends": "10:00", "max_files": 1}, "begins"), ({"max_files": -1}, "max_files"),
        ({"bytes_per_second": 0}, "bytes_per_second"), ({"repository": "nowhere", "max_files": 1}, "repository"),
    ):  # fmt: skip
        assert field in (await limit(lab, status=400, **wrong))["detail"]
    missing = await lab.house.admin.delete("/transfer-limits/00000000-0000-4000-8000-000000000000")
    assert missing.status_code == 404
