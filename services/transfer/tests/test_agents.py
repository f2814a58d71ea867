"""What agents of labs ask: files are claimed, begun, signed for, sent, and read back before they count."""

import hashlib
import random
from typing import Any

import httpx
import pytest

BIG = random.Random(11).randbytes(33 * 2**20)
PART = 16 * 2**20


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


class Agent:
    """Speaks as the program at a lab does, one call at a time."""

    def __init__(self, lab: Any, name: str = "server:1", by: str = "rig") -> None:
        self.lab, self.name, self.by = lab, name, by

    async def ask(self, path: str, status: int = 200, **body: Any) -> Any:
        answer = await self.lab.house.clients[self.by].post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def claim(self, **more: Any) -> list[dict[str, Any]]:
        body = {"repository": "server", "agent": self.name, **more}
        return (await self.ask("/agent-claims", **body))["files"]

    async def start(self, one: dict[str, Any], data: bytes, version: str = "1") -> dict[str, Any]:
        entry = {**named(one), "size": len(data), "version": version, "md5": md5(data)}
        return (await self.ask("/agent-starts", files=[entry]))["files"][0]

    async def put_parts(self, one: dict[str, Any], data: bytes, numbers: list[int]) -> None:
        pieces = {number: data[(number - 1) * PART : number * PART] for number in numbers}
        parts = [{"number": number, "md5": md5(piece)} for number, piece in pieces.items()]
        signed = (await self.ask("/agent-parts", **named(one), parts=parts))["parts"]
        for put in signed:
            await send(put, pieces[put["number"]])

    async def sent(self, one: dict[str, Any], data: bytes) -> str:
        entry = {**named(one), "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "sent": len(data)}
        return (await self.ask("/agent-sent", files=[entry]))["files"][0]["status"]

    async def beat(self, one: dict[str, Any], done: int = 0) -> str:
        return (await self.ask("/agent-beats", files=[{**named(one), "done": done, "sent": done}]))["files"][0][
            "status"
        ]

    async def fail(self, one: dict[str, Any], kind: str) -> str:
        entry = {**named(one), "kind": kind, "reason": f"It is {kind}."}
        return (await self.ask("/agent-failures", files=[entry]))["files"][0]["status"]


def named(one: dict[str, Any]) -> dict[str, Any]:
    return {"movement": one["movement"], "attempt": one["attempt"]}


async def send(put: dict[str, Any], data: bytes) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.put(put["url"], content=data, headers=put["headers"])
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def agent(lab):
    """Lend an agent of the repository ``server``, whose files a rule wants in ``far``."""
    made = await lab.house.admin.post("/data-repository", json={"name": "server", "hostname": "server.example.org"})
    assert made.status_code == 201, made.text
    lab.sql(
        "insert into files.lab_repositories (lab_id, repository_id) "
        "select l.id, r.id from catalog.labs l, files.repositories r where l.name = 'openlab' and r.name = 'server'"
    )
    answer = await lab.house.admin.post("/transfer-sources", json={"repository": "server", "carrier": "agent"})
    assert answer.status_code == 201, answer.text
    await lab.rule()
    return Agent(lab)


async def declare(lab, name: str, data: bytes | None = None) -> str:
    more = {} if data is None else {"hashes": [md5(data)], "filesizes": [len(data)]}
    [record] = await lab.house.registered(f"alf/{name}", name="server", **more)
    await lab.plan()
    return record["id"]


async def test_a_small_file_and_one_that_nobody_knows_a_hash_of(lab, agent):
    known, unknown = await declare(lab, "spikes.times.npy", b"abc"), await declare(lab, "spikes.clusters.npy")
    files = {one["dataset"]: one for one in await agent.claim()}
    assert set(files) == {known, unknown}
    assert files[known]["relative_path"].endswith("KS014/2020-01-01/001/alf/spikes.times.npy")
    assert (files[known]["size"], files[unknown]["size"], files[known]["md5"]) == (3, None, md5(b"abc"))
    for dataset, data in ((known, b"abc"), (unknown, b"whatever it is")):
        ready = await agent.start(files[dataset], data)
        assert ready["status"] == "send"
        await send(ready["put"], data)
        assert await agent.sent(files[dataset], data) == "ok"
        assert "far" not in await lab.copies(dataset), "nothing counts before it was read back"
    await lab.run()
    assert {one["state"] for one in await lab.transfers()} == {"done"}
    assert await lab.bytes_of(unknown) == b"whatever it is"
    assert await agent.claim() == []


async def test_a_large_file_goes_on_where_it_was(lab, agent):
    dataset = await declare(lab, "ephysData.raw.ap.bin", BIG)
    [one] = await agent.claim()
    ready = await agent.start(one, BIG)
    assert (ready["part_size"], ready["there"]) == (PART, [])
    await agent.put_parts(one, BIG, [1, 3])
    assert await agent.sent(one, BIG) == "missing"
    [again] = await agent.claim(run="2", started=True)
    assert (again["movement"], again["attempt"]) == (one["movement"], one["attempt"] + 1)
    ready = await agent.start(again, BIG)
    assert ready["there"] == [1, 3]
    await agent.put_parts(again, BIG, [2])
    assert await agent.sent(again, BIG) == "ok"
    await lab.run()
    assert await lab.bytes_of(dataset) == BIG


async def test_joined_but_not_told_is_not_sent_again(lab, agent):
    dataset = await declare(lab, "ephysData.raw.ap.bin", BIG)
    [one] = await agent.claim()
    await agent.start(one, BIG)
    await agent.put_parts(one, BIG, [1, 2, 3])
    assert await agent.sent(one, BIG) == "ok"
    # as if the answer had got lost with the server
    lab.sql("update transfer.movements set arrived_at = null")
    [again] = await agent.claim()
    assert (await agent.start(again, BIG))["there"] == [1, 2, 3]
    assert await agent.sent(again, BIG) == "ok"
    await lab.run()
    assert await lab.bytes_of(dataset) == BIG


async def test_parts_of_another_version_do_not_count(lab, agent):
    dataset = await declare(lab, "ephysData.raw.ap.bin")
    [one] = await agent.claim()
    await agent.start(one, bytes(len(BIG)), version="old")
    await agent.put_parts(one, bytes(len(BIG)), [1, 2])
    assert await agent.fail(one, "changed") == "ok"
    assert await agent.claim() == [], "not at once"
    lab.later()
    [again] = await agent.claim()
    assert (await agent.start(again, BIG, version="new"))["there"] == []
    await agent.put_parts(again, BIG, [1, 2, 3])
    assert await agent.sent(again, BIG) == "ok"
    await lab.run()
    assert await lab.bytes_of(dataset) == BIG
    assert len(await lab.far_objects()) == 1


async def test_two_agents_share_the_work_and_an_old_attempt_counts_no_more(lab, agent):
    await declare(lab, "ephysData.raw.ap.bin", BIG)
    other = Agent(lab, "server:2")
    [one] = await agent.claim()
    assert await other.claim(run="2", started=True) == []
    assert await agent.beat(one, 5) == "ok"
    lab.sql("update transfer.movements set lease_until = now() - interval '1 second'")
    [taken] = await other.claim()
    assert await agent.beat(one) == "lost"
    assert (await agent.start(one, BIG))["status"] == "lost"
    assert await agent.sent(one, BIG) == "lost"
    assert await agent.fail(one, "gone") == "lost"
    await agent.ask("/agent-parts", 409, **named(one), parts=[{"number": 1, "md5": md5(b"")}])
    assert await other.beat(taken, 7) == "ok"
    [seen] = await lab.transfers()
    assert (seen["state"], seen["bytes_done"]) == ("moving", 7)
    assert lab.sql("select tries_left from transfer.movements") == [(8,)], "a lab without power loses no try"


async def test_what_a_file_may_not_be(lab, agent):
    await declare(lab, "spikes.times.npy", b"abc")
    await declare(lab, "spikes.clusters.npy", b"abc")
    files = {one["relative_path"].rpartition("/")[2]: one for one in await agent.claim()}
    ready = await agent.start(files["spikes.times.npy"], b"abcd")
    assert (ready["status"], "4 bytes, registered are 3 bytes" in ready["reason"]) == ("refused", True)
    assert await agent.fail(files["spikes.clusters.npy"], "gone") == "ok"
    found = {one["dataset_name"]: one for one in await lab.transfers()}
    assert {(one["state"], one["wrong"]) for one in found.values()} == {("failed", "source")}
    assert found["spikes.clusters.npy"]["reason"] == "It is gone."


async def test_other_bytes_than_registered_stay_apart(lab, agent):
    dataset = await declare(lab, "spikes.times.npy", b"abc")
    [one] = await agent.claim()
    await send((await agent.start(one, b"xyz"))["put"], b"xyz")
    assert await agent.sent(one, b"xyz") == "ok"
    await lab.run()
    [seen] = await lab.transfers()
    assert (seen["state"], seen["wrong"]) == ("quarantined", "source")
    assert "far" not in await lab.copies(dataset)


async def test_a_file_that_changes_again_and_again_fails_at_last(lab, agent):
    await declare(lab, "spikes.times.npy", b"abc")
    for _ in range(9):
        lab.later()
        [one] = await agent.claim()
        await agent.fail(one, "changed")
    [seen] = await lab.transfers()
    assert (seen["state"], seen["reason"]) == ("failed", "It is changed.")


async def test_limits_hold_for_agents(lab, agent):
    answer = await lab.house.manager.post("/transfer-limits", json={"repository": "far", "max_files": 1})
    assert answer.status_code in (200, 201, 403), answer.text
    if answer.status_code == 403:
        answer = await lab.house.admin.post("/transfer-limits", json={"repository": "far", "max_files": 1})
    assert answer.status_code in (200, 201), answer.text
    await declare(lab, "spikes.times.npy", b"abc")
    await declare(lab, "spikes.clusters.npy", b"abc")
    assert len(await agent.claim()) == 1
    assert await agent.claim() == []


async def test_who_may_be_an_agent(lab, agent):
    await declare(lab, "spikes.times.npy", b"abc")
    [one] = await agent.claim()
    for by in sorted(set(lab.house.clients) - {"rig", "member", "manager", "admin"}):
        client = lab.house.clients[by]
        for path, body in (
            ("/agent-claims", {"repository": "server", "agent": "x"}),
            ("/agent-beats", {"files": [{**named(one), "done": 0, "sent": 0}]}),
            ("/agent-parts", {**named(one), "parts": [{"number": 1, "md5": md5(b"")}]}),
        ):
            answer = await client.post(path, json=body)
            assert answer.status_code in (401, 403, 404), (by, path, answer.text)
    # a repository of two labs: the rig of one of them does not read the other's files
    lab.sql(
        "insert into files.lab_repositories (lab_id, repository_id) "
        "select l.id, r.id from catalog.labs l, files.repositories r where l.name <> 'openlab' and r.name = 'server'"
    )
    await agent.ask("/agent-claims", 403, repository="server", agent="x")
    await agent.ask("/agent-beats", 403, files=[{**named(one), "done": 0, "sent": 0}])
    await agent.ask("/agent-claims", 404, repository="nowhere", agent="x")


async def test_a_paused_transfer_is_not_the_agents_any_more(lab, agent):
    await declare(lab, "spikes.times.npy", b"abc")
    [one] = await agent.claim()
    [seen] = await lab.transfers()
    await lab.act(seen, "pause")
    assert await agent.beat(one) == "lost"
    assert await agent.claim(run="2", started=True) == []
