"""Files that were declared on a repository outside: planned, fetched by whoever the source has, held against what is known."""

import hashlib
import random
from dataclasses import dataclass, field

import pytest
from bregma_kit.errors import Unavailable
from bregma_transfer.movements import service as movements
from bregma_transfer.movements.attempt import CannotMove
from bregma_transfer.movements.domain import SOURCE, TARGET, Claimed, Content, judge_foreign
from bregma_transfer.plans import service as plans

BIG = random.Random(7).randbytes(33 * 2**20)


@dataclass
class File:
    """A file on the shelf; ``spoilt`` are readings that give other bytes."""

    data: bytes
    version: str
    spoilt: int = 0
    reads: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.data)

    async def read(self, start: int, end: int) -> memoryview:
        self.reads.append((start, end))
        if self.spoilt:
            self.spoilt -= 1
            return memoryview(bytes(end - start))
        return memoryview(self.data)[start:end]

    async def content(self) -> Content:
        return content(bytes(await self.read(0, self.size)))


def content(data: bytes) -> Content:
    return Content(len(data), hashlib.md5(data).hexdigest(), hashlib.sha256(data).hexdigest())


class Shelf:
    """A place outside that is read from memory, so that each of its misdeeds can be chosen."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}

    async def look(self, source, foreign) -> File:
        assert source["address"] == "https://data.example.org"
        if foreign.relative_path not in self.files:
            raise CannotMove("There is no such file.", SOURCE)
        return self.files[foreign.relative_path]

    def put(self, name: str, data: bytes, version: str = "1", spoilt: int = 0) -> File:
        self.files[f"KS014/2020-01-01/001/alf/{name}"] = found = File(data, version, spoilt)
        return found


@pytest.fixture
async def shelf(lab):
    """Lend a lab's server outside, a source by http."""
    made = await lab.house.admin.post("/data-repository", json={"name": "server", "hostname": "server.example.org"})
    assert made.status_code == 201, made.text
    # by its registration a lab's files may be declared there
    lab.sql(
        "insert into files.lab_repositories (lab_id, repository_id) "
        "select l.id, r.id from catalog.labs l, files.repositories r where l.name = 'openlab' and r.name = 'server'"
    )
    body = {"repository": "server", "carrier": "http", "address": "https://data.example.org"}
    answer = await lab.house.admin.post("/transfer-sources", json=body)
    assert answer.status_code == 201, answer.text
    shelf = Shelf()
    lab.worker.outside = {"http": shelf}
    return shelf


async def declare(lab, name: str, data: bytes | None = None) -> str:
    """Register a file that lies on the server; with ``data`` its hash and size are known."""
    more = {} if data is None else {"hashes": [hashlib.md5(data).hexdigest()], "filesizes": [len(data)]}
    [record] = await lab.house.registered(f"alf/{name}", name="server", **more)
    return record["id"]


async def test_declared_files_are_adopted_and_then_are_like_all_others(lab, shelf):
    small, unknown = b"x" * 4000, b"nobody knows my hash"
    datasets = {
        name: await declare(lab, name, data)
        for name, data in {"spikes.times.npy": small, "spikes.clusters.npy": None, "ephysData.raw.ap.bin": BIG}.items()
    }
    for name, data in {"spikes.times.npy": small, "spikes.clusters.npy": unknown, "ephysData.raw.ap.bin": BIG}.items():
        shelf.put(name, data)
    await lab.rule()
    assert (await lab.plan())["made"] == 3
    assert (await lab.plan())["made"] == 0
    await lab.run()
    found = await lab.transfers()
    assert {one["state"] for one in found} == {"done"}, found
    assert await lab.bytes_of(datasets["ephysData.raw.ap.bin"]) == BIG
    record = (await lab.house.member.get(f"/datasets/{datasets['spikes.clusters.npy']}")).json()
    assert (record["hash"], record["file_size"]) == (hashlib.md5(unknown).hexdigest(), len(unknown))
    assert (await lab.copies(datasets["spikes.times.npy"])).items() >= {"server": True, "far": True}.items()
    # what nobody knew a hash of was read twice, the others once
    assert len(shelf.files["KS014/2020-01-01/001/alf/spikes.clusters.npy"].reads) == 2
    assert len(shelf.files["KS014/2020-01-01/001/alf/spikes.times.npy"].reads) == 1
    assert (await lab.plan())["made"] == 0
    # from now on the copy in the centre is what further copies are made of
    await lab.rule(name="beside", target="beside")
    assert (await lab.plan())["made"] == 3
    await lab.run()
    assert {one["source"] for one in await lab.transfers(target="beside")} == {"far"}


async def test_a_dry_run_says_how_many_and_makes_none(lab, shelf):
    await declare(lab, "spikes.times.npy", b"abc")
    await lab.rule(source="server")
    found = await lab.plan(dry_run=True)
    assert (found["files"], found["bytes"], found["made"]) == (1, 3, 0)
    assert await lab.transfers() == []


async def test_at_once_means_within_a_minute_of_the_registration(lab, shelf):
    await lab.rule(timing="at_once")
    await declare(lab, "spikes.times.npy", b"abc")
    shelf.put("spikes.times.npy", b"abc")
    await plans.tick(lab.process.database)
    await lab.run()
    assert [one["state"] for one in await lab.transfers()] == ["done"]


async def test_other_bytes_than_the_registered_ones_stay_apart(lab, shelf):
    dataset = await declare(lab, "spikes.times.npy", b"abc")
    shelf.put("spikes.times.npy", b"xyz")
    await lab.rule()
    await lab.plan()
    await lab.run()
    [one] = await lab.transfers()
    assert (one["state"], one["wrong"]) == ("quarantined", "source")
    assert "registered are 3 bytes" in one["reason"]
    assert "far" not in await lab.copies(dataset)
    assert (await lab.plan())["made"] == 0, "a plan does not undo that every night"
    shelf.put("spikes.times.npy", b"abc", version="2")
    await lab.act(one, "retry")
    await lab.run()
    assert (await lab.copies(dataset))["far"]


async def test_another_size_is_seen_before_anything_is_sent(lab, shelf):
    await declare(lab, "spikes.times.npy", b"abc")
    file = shelf.put("spikes.times.npy", b"abcd")
    await lab.rule()
    await lab.plan()
    await lab.run()
    [one] = await lab.transfers()
    assert (one["state"], one["wrong"], file.reads) == ("failed", "source", [])
    assert "4 bytes" in one["reason"]


async def test_bytes_that_were_spoilt_on_their_way_are_sent_again(lab, shelf):
    dataset = await declare(lab, "spikes.times.npy", b"abc")
    shelf.put("spikes.times.npy", b"abc", spoilt=1)
    unknown = await declare(lab, "spikes.clusters.npy")
    shelf.put("spikes.clusters.npy", b"never seen", spoilt=1)
    await lab.rule()
    await lab.plan()
    await lab.run()
    found = {one["dataset_name"]: one for one in await lab.transfers()}
    assert found["spikes.times.npy"]["wrong"] == "target"
    assert "does not give the same bytes twice" in found["spikes.clusters.npy"]["reason"]
    await lab.again()
    assert (await lab.copies(dataset))["far"]
    assert (await lab.copies(unknown))["far"]


async def test_parts_of_another_version_do_not_count(lab, shelf, monkeypatch):
    dataset = await declare(lab, "ephysData.raw.ap.bin")
    old = shelf.put("ephysData.raw.ap.bin", bytes(len(BIG)), version="old")
    await lab.rule()
    await lab.plan()
    read = old.read

    async def breaks(start: int, end: int) -> memoryview:
        if start:
            raise Unavailable("The data server hung up.")
        return await read(start, end)

    old.read = breaks
    await lab.run()
    [one] = await lab.transfers()
    assert (one["state"], one["reason"]) == ("queued", "The data server hung up.")
    shelf.put("ephysData.raw.ap.bin", BIG, version="new")
    await lab.again()
    assert await lab.bytes_of(dataset) == BIG
    assert len(await lab.far_objects()) == 1


async def test_who_carries_for_us_says_it_arrived_and_we_look(lab, shelf):
    """What an agent or Globus does: our worker does not touch it before, and reads it back after."""
    lab.sql("update transfer.sources set carrier = 'agent', address = ''")
    dataset = await declare(lab, "spikes.times.npy", b"abc")
    await lab.rule()
    await lab.plan()
    await lab.run()
    [one] = await lab.transfers()
    assert (one["state"], one["attempts"]) == ("queued", 0)
    for data, state in ((b"ab", "queued"), (b"abc", "done")):
        await lab.far.put(lab.far_bucket, f"openlab/{len(data)}", data, md5=hashlib.md5(data).hexdigest())
        lab.sql(
            "update transfer.movements set arrived_at = now(), object_key = %s, size = 3, sha256 = %s, next_try_at = null",
            f"openlab/{len(data)}", hashlib.sha256(b"abc").hexdigest(),
        )  # fmt: skip
        await movements.wake_if_due(lab.process.database)
        await lab.run()
        [one] = await lab.transfers()
        assert one["state"] == state, one
    assert await lab.bytes_of(dataset) == b"abc"


async def test_new_content_that_was_registered_meanwhile_has_the_word(lab, shelf):
    dataset = await declare(lab, "spikes.times.npy", b"abc")
    file = shelf.put("spikes.times.npy", b"abc")
    await lab.rule()
    await lab.plan()
    read = file.read

    async def meanwhile(start: int, end: int) -> memoryview:
        await declare(lab, "spikes.times.npy", b"xyz")
        return await read(start, end)

    file.read = meanwhile
    await lab.run()
    [one] = await lab.transfers()
    assert one["state"] == "queued"
    assert "far" not in await lab.copies(dataset)


async def test_who_may_make_sources(lab):
    answer = await lab.house.admin.post("/data-repository", json={"name": "other", "hostname": "x"})
    assert answer.status_code == 201
    agent = {"repository": "other", "carrier": "agent"}
    http = {"repository": "other", "carrier": "http", "address": "https://data.example.org"}
    for by in ("member", "manager"):
        assert (await lab.house.clients[by].post("/transfer-sources", json=agent)).status_code == 403
    lab.sql(
        "insert into files.lab_repositories (lab_id, repository_id) "
        "select l.id, r.id from catalog.labs l, files.repositories r where l.name = 'openlab' and r.name = 'other'"
    )
    # where the installation's workers go to, with its passwords, is no manager's business
    assert (await lab.house.manager.post("/transfer-sources", json=http)).status_code == 403
    made = await lab.house.manager.post("/transfer-sources", json=agent)
    assert made.status_code == 201, made.text
    assert (await lab.house.admin.post("/transfer-sources", json=agent)).status_code == 400
    assert (await lab.house.member.delete(f"/transfer-sources/{made.json()['id']}")).status_code == 403
    assert (await lab.house.manager.delete(f"/transfer-sources/{made.json()['id']}")).status_code == 204
    for wrong, name in (
        ({"repository": "near", "carrier": "agent"}, "repository"), ({"repository": "nowhere", "carrier": "agent"}, "repository"),
        ({**http, "address": "https://user:pass@data.example.org"}, "address"), ({**http, "address": ""}, "address"),
        ({**agent, "address": "x"}, "address"), ({**http, "carrier": "s3", "address": "bucket"}, "address"),
        ({**http, "carrier": "globus"}, "address"), ({**http, "carrier": "pigeon"}, "carrier"),
    ):  # fmt: skip
        answer = await lab.house.admin.post("/transfer-sources", json=wrong)
        assert (answer.status_code, name in answer.json()["detail"]) == (400, True), answer.text


async def test_judging_what_came_from_outside():
    abc, xyz = content(b"abc"), content(b"xyz")
    known, nothing = Claimed(abc.size, abc.md5, None), Claimed(None, None, None)
    names = ("server", "far")
    assert judge_foreign(known, nothing, abc, None, names).wrong is None
    assert judge_foreign(nothing, Claimed(3, None, abc.sha256), abc, None, names).wrong is None
    assert judge_foreign(nothing, nothing, abc, abc, names).wrong is None
    assert judge_foreign(nothing, nothing, abc, None, names).wrong == SOURCE
    assert judge_foreign(known, nothing, None, None, names).wrong == TARGET
    assert judge_foreign(known, Claimed(3, None, abc.sha256), xyz, None, names).wrong == TARGET
    assert judge_foreign(known, nothing, xyz, abc, names).wrong == TARGET
    wrong = judge_foreign(known, nothing, xyz, xyz, names)
    assert (wrong.wrong, wrong.final) == (SOURCE, True)
    gone = judge_foreign(known, nothing, xyz, None, names)
    assert (gone.wrong, gone.final, "gone" in gone.reason) == (SOURCE, True, True)
