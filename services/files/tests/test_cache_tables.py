"""Cache tables: what is in them and what is not, who sees which rows, and what a change costs."""

import io
import json
import zipfile
from datetime import date
from uuid import UUID

import pandas as pd
import pyarrow.parquet as pq
import pytest
from bregma_app.testing import CLOSED_LAB, OPEN_LAB
from bregma_files.cache_tables import domain, service
from bregma_files.cache_tables.tables import CacheChangeRow, CacheSegmentRow
from bregma_kit.jobs import run_worker
from one.alf.cache import EMPTY_DATASETS_FRAME, QC_TYPE, load_tables
from sqlalchemy import func, select

FILES = ("alf/spikes.times.npy", "alf/#2020-01-02#/spikes.times.npy", "alf/probe00/spikes.amps.npy")


async def unpacked(client, path="/cache.zip"):
    """The zip's files."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


async def frames(client, path="/cache.zip"):
    """The tables as pandas has them."""
    files = await unpacked(client, path)
    return {name[:-4]: pd.read_parquet(io.BytesIO(data)) for name, data in files.items() if name.endswith(".pqt")}


async def eids(client):
    return set((await frames(client))["sessions"].index)


async def segment_editions(rig):
    async with rig.house.database.read() as tx:
        rows = await tx.rows(select(CacheSegmentRow.first, CacheSegmentRow.edition).order_by(CacheSegmentRow.first))
    return [row["edition"] for row in rows]


async def waiting(rig):
    async with rig.house.database.read() as tx:
        return await tx.value(select(func.count()).select_from(CacheChangeRow))


@pytest.fixture
async def filled(rig):
    """Three files of KS014 on a public server."""
    await rig.house.repository("flatiron_openlab")
    rig.records = await rig.house.registered(
        *FILES, name="flatiron_openlab", filesizes=[10, 20, 30], hashes=["a" * 32, "b" * 32, "c" * 32]
    )
    return rig


# what is in the tables


async def test_info(filled):
    answer = await filled.house.member.get("/cache/info")
    assert answer.status_code == 200, answer.text
    info = answer.json()
    assert {name: one["nrecs"] for name, one in info["tables"].items()} == {
        "sessions": 1,
        "datasets": 3,
        "insertions": 0,
    }
    assert (info["min_api_version"], info["origin"]) == ("2.10", "bregma")
    assert pd.Timestamp(info["date_created"]).second == 0
    assert len(info["date_created"]) == 16
    assert "location" not in info
    assert "database_tags" not in info
    assert (await filled.house.member.get("/cache/info/")).json() == info, "Alyx's form of the path"
    files = await unpacked(filled.house.member)
    assert set(files) == {"sessions.pqt", "datasets.pqt", "insertions.pqt", "cache_info.json"}
    assert json.loads(files["cache_info.json"]) == info
    for name, one in info["tables"].items():
        data = files[f"{name}.pqt"]
        assert one["size"] == len(data)
        schema = pq.read_schema(io.BytesIO(data))
        kept = json.loads(schema.metadata[b"one_metadata"])
        assert kept.items() <= info.items()
        assert kept.keys() >= {"date_created", "origin", "min_api_version"}
        assert "lab_id" not in schema.names


async def test_rows_and_types(filled):
    house = filled.house
    for name in ("zeta", "alpha"):
        await house.make("/projects", {"name": name})
    later = await house.session(day="2020-01-02", projects=["zeta", "alpha"], task_protocol="biased")
    await house.session(day="2020-01-02", number=2)
    await house.session("AB1", day="2020-01-02", number=7)
    first, second, third = (record["id"] for record in filled.records)
    assert (await house.member.patch(f"/datasets/{third}", json={"qc": "FAIL"})).status_code == 200
    tables = await frames(house.member)
    sessions, datasets = tables["sessions"], tables["datasets"]
    assert sessions.index.name == "id"
    assert list(sessions.columns) == ["lab", "subject", "date", "number", "task_protocol", "projects"]
    assert sessions["number"].dtype == "uint16"
    order = list(zip(sessions["date"], sessions["subject"], sessions["number"], strict=True))
    assert order == [(date(2020, 1, 2), "KS014", 2), (date(2020, 1, 2), "KS014", 1), (date(2020, 1, 2), "AB1", 7),
                     (date(2020, 1, 1), "KS014", 1)]  # fmt: skip
    row = sessions.loc[later["url"][-36:]]
    assert (row["lab"], row["task_protocol"], row["projects"]) == (OPEN_LAB, "biased", "alpha,zeta")
    assert datasets.index.names == ["eid", "id"]
    assert datasets.index.is_monotonic_increasing
    expected = {
        first: ("alf/spikes.times.npy", 10, "a" * 32, False, "NOT_SET"),
        second: ("alf/#2020-01-02#/spikes.times.npy", 20, "b" * 32, True, "NOT_SET"),
        third: ("alf/probe00/spikes.amps.npy", 30, "c" * 32, True, "FAIL"),
    }
    columns = ["rel_path", "file_size", "hash", "default_revision", "qc"]
    shown = datasets.droplevel("eid")[columns]
    assert {key: tuple(shown.loc[key]) for key in shown.index} == expected
    assert set(datasets.index.get_level_values("eid")) == {filled.session}
    assert datasets["exists"].all()
    assert datasets["exists"].dtype == bool
    assert datasets["file_size"].dtype == "UInt64"
    assert datasets["qc"].dtype == QC_TYPE
    assert set(EMPTY_DATASETS_FRAME.columns) <= set(datasets.columns)


async def test_the_client_reads_them(filled, tmp_path):
    """ONE-api's own reader, which warns or raises where a table is not as it should be."""
    for name, data in (await unpacked(filled.house.member)).items():
        (tmp_path / name).write_bytes(data)
    cache = load_tables(tmp_path)
    assert cache.sessions.index[0] == UUID(filled.session)
    assert cache.datasets.loc[UUID(filled.session)].shape[0] == 3
    assert cache["_meta"]["raw"]["datasets"]["origin"] == {"bregma"}
    assert cache["_meta"]["created_time"] is not None


async def test_empty_tables_have_their_columns(rig):
    assert (await rig.house.admin.delete(f"/sessions/{rig.session}")).status_code == 204
    tables = await frames(rig.house.member)
    assert [len(one) for one in tables.values()] == [0, 0, 0]
    assert tables["datasets"]["qc"].dtype == "category"
    assert tables["datasets"]["file_size"].dtype == "UInt64"


# what is left out


async def test_left_out(filled):
    house = filled.house
    await house.repository("lab_server")
    await house.repository("aws_openlab")
    await house.registered("spikes.depths.npy", path="KS014/2020-01-01/001", name="lab_server")
    (mirrored,) = await house.registered("alf/spikes.depths.npy", name="aws_openlab")
    numberless = await house.make("/sessions", {"subject": "KS014", "start_time": "2020-03-01T10:00:00"})
    assert numberless["number"] is None
    withdrawn = (await house.session(day="2020-04-01"))["url"][-36:]
    await house.registered("spikes.times.npy", path="KS014/2020-04-01/001", name="flatiron_openlab")
    assert (await house.admin.delete(f"/sessions/{withdrawn}")).status_code in (204, 403)
    tables = await frames(house.member)
    assert numberless["url"][-36:] not in tables["sessions"].index
    there = set(tables["datasets"].index.get_level_values("id"))
    assert mirrored["id"] in there
    assert not tables["datasets"]["rel_path"].isin(["spikes.depths.npy"]).any()
    missing = next(
        one["id"] for one in filled.records[0]["file_records"] if one["data_repository"] == "flatiron_openlab"
    )
    assert (await house.member.patch(f"/files/{missing}", json={"exists": False})).status_code == 200
    assert there - set((await frames(house.member))["datasets"].index.get_level_values("id")) == {
        filled.records[0]["id"]
    }


async def test_verified_uploads_are_there(rig):
    """What we manage is fetched from the data server, whatever its repository is called."""
    await rig.send({"alf/spikes.times.npy": rig.npy([1.0])})
    assert not len((await frames(rig.house.member))["datasets"]), "nobody verified it yet"
    await rig.upload({"alf/spikes.amps.npy": rig.npy([1.0])})
    assert list((await frames(rig.house.member))["datasets"]["rel_path"]) == ["alf/spikes.amps.npy"]


# who sees what


async def test_closed_labs_are_for_their_members(filled):
    house = filled.house
    await house.repository("flatiron_closed", labs=(CLOSED_LAB,))
    closed = (await house.session("CL1", lab=CLOSED_LAB))["url"][-36:]
    await house.registered("spikes.times.npy", path="CL1/2020-01-01/001", by="outsider", name="flatiron_closed")
    insertion = await house.make("/insertions", {"session": closed, "name": "probe00", "model": "3A"})
    assert await eids(house.member) == await eids(house.public) == {filled.session}
    assert await eids(house.outsider) == await eids(house.admin) == {filled.session, closed}
    assert len((await frames(house.member))["datasets"]) == 3
    assert len((await frames(house.outsider))["datasets"]) == 4
    assert not len((await frames(house.member))["insertions"])
    (row,) = (await frames(house.outsider))["insertions"].reset_index().to_dict("records")
    assert row == {
        "eid": closed,
        "id": insertion["id"],
        "model": "3A",
        "name": "probe00",
        "serial": insertion["serial"],
    }
    assert (await house.member.get("/cache/info")).json()["tables"]["sessions"]["nrecs"] == 1
    for path in ("/cache/info", "/cache.zip", "/cache/info/any"):
        assert (await house.stranger.get(path)).status_code == 403


# tags


async def test_tags(filled):
    house = filled.house
    await house.session(day="2020-05-05")
    await house.make("/tags", {"name": "2020 Q1/paper"})
    tagged = f"/datasets/{filled.records[1]['id']}"
    assert (await house.admin.patch(tagged, json={"tags": ["2020 Q1/paper"]})).status_code == 200
    info = (await house.member.get("/cache/info/2020 Q1%2Fpaper")).json()
    assert info["database_tags"] == ["2020 Q1/paper"]
    assert {name: one["nrecs"] for name, one in info["tables"].items()} == {
        "sessions": 1,
        "datasets": 1,
        "insertions": 0,
    }
    tables = await frames(house.member, info["location"])
    assert list(tables["datasets"].index) == [(filled.session, filled.records[1]["id"])]
    files = await unpacked(house.member, info["location"])
    schema = pq.read_schema(io.BytesIO(files["datasets.pqt"]))
    assert json.loads(schema.metadata[b"one_metadata"])["database_tags"] == ["2020 Q1/paper"]
    for path in ("/cache/info/none", "/cache/tags/none/cache.zip"):
        assert (await house.member.get(path)).status_code == 404


# what a change costs


async def test_only_what_changed_is_encoded_anew(rig, monkeypatch):
    monkeypatch.setattr(domain, "TOGETHER", 4)
    monkeypatch.setattr(domain, "MOST_TOGETHER", 8)
    made = [(await rig.house.session(day=f"2021-01-{day:02d}"))["url"][-36:] for day in range(1, 18)]
    await service.refresh(rig.house.database)
    assert await segment_editions(rig) == [1] * 5, "18 sessions, four together"
    assert await waiting(rig) == 0
    assert await service.refresh(rig.house.database) == 0
    place = sorted([rig.session, *made]).index(made[9]) // 4
    answer = await rig.house.member.patch(f"/sessions/{made[9]}", json={"task_protocol": "new"})
    assert answer.status_code == 200, answer.text
    assert (await frames(rig.house.member))["sessions"].loc[made[9], "task_protocol"] == "new"
    assert await segment_editions(rig) == [2 if one == place else 1 for one in range(5)]
    # what the tables do not show does not count
    await rig.house.member.patch(f"/sessions/{made[9]}", json={"narrative": "it rained"})
    assert await waiting(rig) == 0
    for day in range(18, 29):
        await rig.house.session(day=f"2021-01-{day:02d}")
    before = (await rig.house.member.get("/cache/info")).json()
    assert before["tables"]["sessions"]["nrecs"] == 29
    assert len(await segment_editions(rig)) > 5, "the last segment was split"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/subjects/AB1", {"nickname": "AB2"}),
        ("/labs/openlab", {"name": "otherlab"}),
        ("/projects/first", {"name": "second"}),
        ("/revisions/2020-01-02", {"name": "2020-01-03"}),
        ("/data-repository/flatiron_openlab", {"name": "local_openlab"}),
    ],
)
async def test_names_are_followed(filled, path, body):
    await filled.house.make("/projects", {"name": "first"})
    await filled.house.session("AB1")
    await filled.house.member.patch(f"/sessions/{filled.session}", json={"projects": ["first"]})
    before = {name: one.to_csv() for name, one in (await frames(filled.house.admin)).items()}
    answer = await filled.house.admin.patch(path, json=body)
    assert answer.status_code == 200, answer.text
    assert before != {name: one.to_csv() for name, one in (await frames(filled.house.admin)).items()}


async def test_deleted_rows_leave(filled):
    await filled.house.admin.delete(f"/datasets/{filled.records[2]['id']}")
    assert len((await frames(filled.house.member))["datasets"]) == 2
    empty = (await filled.house.session(day="2022-01-01"))["url"][-36:]
    assert empty in await eids(filled.house.member)
    assert (await filled.house.admin.delete(f"/sessions/{empty}")).status_code == 204
    assert empty not in await eids(filled.house.member)


async def test_unchanged_tables_are_not_made_again(filled, monkeypatch):
    first = await filled.house.member.get("/cache.zip")
    same = await filled.house.public.get("/cache.zip")
    assert first.headers["etag"] == same.headers["etag"], "they see the same labs"
    await filled.house.session(day="2022-01-01")
    assert (await filled.house.member.get("/cache.zip")).headers["etag"] != first.headers["etag"]


async def test_many_changes_are_a_workers(filled, monkeypatch):
    monkeypatch.setattr(service, "AT_ONCE", 0)
    answer = await filled.house.member.get("/cache/info")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert (await filled.house.member.get("/cache.zip")).status_code == 503, "queued once is enough"
    await run_worker(filled.process, _tasks(), wait=False, signals=False)
    assert len(await eids(filled.house.member)) == 1
    await filled.house.session(day="2022-01-01")
    assert len(await eids(filled.house.member)) == 1, "the last tables serve until a worker has made new ones"
    await run_worker(filled.process, _tasks(), wait=False, signals=False)
    assert len(await eids(filled.house.member)) == 2


def _tasks():
    from bregma_files import room

    return room.TASKS


async def test_old_zips_are_removed(filled, monkeypatch):
    from datetime import timedelta

    house, store = filled.house, filled.store
    await house.member.get("/cache/info")
    await house.session(day="2022-01-01")
    await house.member.get("/cache/info")
    objects = [one.key async for page in store.list_objects(filled.bucket, ".cache/") for one in page]
    assert len(objects) == 2
    await service.tidy(house.database, store, filled.process.settings)
    assert [one async for one in store.list_objects(filled.bucket, ".cache/")] != [], "somebody may be fetching it"
    monkeypatch.setattr(service, "KEPT", -timedelta(seconds=1))
    await service.tidy(house.database, store, filled.process.settings)
    left = [one.key async for page in store.list_objects(filled.bucket, ".cache/") for one in page]
    assert len(left) == 1
    assert len(await eids(house.member)) == 2


async def test_without_a_store(house):
    assert (await house.member.get("/cache/info")).status_code == 503


# pure rules


def test_segments():
    ids = [UUID(int=n) for n in (5, 10, 15)]
    firsts = [domain.LOWEST, UUID(int=10)]
    assert domain.segments_of(ids, firsts) == [0, 1]
    assert domain.segments_of([], firsts) == []
    many = [UUID(int=n + 1) for n in range(domain.MOST_TOGETHER + 1)]
    assert domain.split(many[:-1], domain.LOWEST) == [domain.LOWEST]
    assert domain.split(many, domain.LOWEST) == [domain.LOWEST, many[domain.TOGETHER], many[2 * domain.TOGETHER]]


def test_paths():
    assert domain.path_in_session("alf", "2020-01-01", "a.b.npy") == "alf/#2020-01-01#/a.b.npy"
    assert domain.path_in_session(None, None, "a.b.npy") == domain.path_in_session("", "", "a.b.npy") == "a.b.npy"
