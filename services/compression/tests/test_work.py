"""Raw recordings are compressed by rules and by request, and registered with what made them."""

import hashlib
from uuid import UUID

import httpx
import psycopg
from bregma_app.main import make_process
from bregma_compression.work import running, service

CBIN, CH = "_spikeglx_ephysData_g0_t0.imec0.ap.cbin", "_spikeglx_ephysData_g0_t0.imec0.ap.ch"


async def test_a_verified_recording_is_compressed_by_a_rule_and_read_again(lab, tmp_path):
    await lab.rule()
    raw = lab.raw_of()
    dataset = await lab.record(raw)
    await lab.work()
    (job,) = await lab.jobs(dataset=dataset)
    assert (job["state"], job["reason"], job["progress"], job["rule"]) == ("done", None, 1, "raw ephys")
    assert job["source_sha256"] == hashlib.sha256(raw).hexdigest()
    assert (job["software"], job["software_version"]) == ("bregma-codecs", "0.1.0")
    assert job["parameters"] == {
        "profile": "balanced", "sample_rate": 1000.0, "n_channels": 9, "dtype": "int16",
        "said_by": "_spikeglx_ephysData_g0_t0.imec0.ap.meta",
    }  # fmt: skip
    assert job["ratio"] > 1
    datasets = await lab.datasets()
    cbin, ch = datasets[CBIN], datasets[CH]
    assert {one["dataset"] for one in job["results"]} == {cbin["url"][-36:], ch["url"][-36:]}
    assert (cbin["dataset_type"], cbin["data_format"], cbin["collection"]) == (
        "ephysData.raw.ap", "cbin", "raw_ephys_data/probe00",
    )  # fmt: skip
    assert ch["dataset_type"] == "ephysData.raw.ch"
    assert (cbin["generating_software"], cbin["version"]) == ("bregma-codecs 0.1.0", "0.1.0")
    assert ch["generating_software"] == "bregma-codecs 0.1.0"
    assert cbin["json"]["compression"]["source"] == {"dataset": dataset, "sha256": job["source_sha256"]}
    assert cbin["json"]["compression"]["job"] == job["id"]
    assert cbin["file_records"][0]["exists"] is True
    assert await lab.samples(cbin["url"][-36:], ch["url"][-36:], tmp_path) == raw
    made = (await lab.house.member.get("/datasets", params={"generating_software": "bregma-codecs 0.1.0"})).json()
    assert {one["name"] for one in made["results"]} == {CBIN, CH}
    found = {"django": "generating_software__startswith,bregma-codecs", "session": lab.session}
    assert (await lab.house.member.get("/datasets", params=found)).json()["count"] == 2
    # the raw file stays as it is, and a result leads to its job too
    assert datasets["_spikeglx_ephysData_g0_t0.imec0.ap.bin"]["file_records"][0]["exists"] is True
    assert await lab.jobs(dataset=cbin["url"][-36:]) == [job]
    assert lab.scratch() == []


async def test_nothing_happens_without_a_rule(lab):
    await lab.record()
    await lab.work()
    assert await lab.jobs() == []


# rules


async def test_the_first_rule_in_rank_that_is_about_a_recording_counts(lab):
    await lab.rule(name="another type", dataset_type="ephysData.raw.lf*", priority=90)
    await lab.rule(name="not working", active=False, priority=80)
    await lab.rule(name="another lab", by="admin", lab="closedlab", priority=70)
    await lab.house.managed_repository("elsewhere")
    await lab.rule(name="another place", repository="elsewhere", priority=60)
    await lab.rule(name="this one", repository="central", profile="fast", priority=50)
    await lab.rule(name="of all labs", by="admin", lab=None, priority=40)
    dataset = await lab.record()
    await lab.work()
    (job,) = await lab.jobs(dataset=dataset)
    assert (job["rule"], job["parameters"]["profile"], job["priority"]) == ("this one", "fast", 50)
    assert await lab.jobs(rule="of all labs") == []
    assert await lab.jobs(rule="this one", state="done", lab="openlab", software_version="0.1.0") == [job]


async def test_a_verification_that_runs_twice_makes_one_job_and_new_bytes_a_new_one(lab, tmp_path):
    await lab.rule()
    dataset = await lab.record()
    await service.consider(lab.house.database, [UUID(dataset), UUID(dataset)])
    await lab.work()
    await service.consider(lab.house.database, [UUID(dataset)])
    await lab.work()
    assert len(await lab.jobs()) == 1
    newer = lab.raw_of(seed=2)
    await lab.upload({lab.raw_path: newer})
    await lab.work()
    second, _first = await lab.jobs(dataset=dataset)
    assert second["state"] == "done"
    (revision,) = {one["revision"] for one in second["results"]}
    datasets = await lab.datasets()
    assert (datasets[CBIN]["default_dataset"], datasets[f"{revision}/{CBIN}"]["default_dataset"]) == (False, True)
    ids = [datasets[f"{revision}/{name}"]["url"][-36:] for name in (CBIN, CH)]
    assert await lab.samples(*ids, tmp_path) == newer


async def test_bytes_that_lie_at_alyxs_place_are_compressed_as_well(lab):
    await lab.rule(sample_rate=1000, n_channels=9)
    raw = lab.raw_of()
    name = lab.raw_path.rpartition("/")[2]
    answer = await lab.house.register(
        name, path="KS014/2020-01-01/001/raw_ephys_data/probe00", name="central", exists=False, filesizes=[len(raw)],
        hashes=[hashlib.md5(raw, usedforsecurity=False).hexdigest()],
    )  # fmt: skip
    (one,) = answer.json()
    key = f"openlab/Subjects/KS014/2020-01-01/001/{lab.raw_path.removesuffix('.bin')}.{one['id']}.bin"
    await lab.store.put(lab.bucket, key, raw, md5=hashlib.md5(raw, usedforsecurity=False).hexdigest())
    record = one["file_records"][0]["id"]
    await lab.house.member.patch(f"/files/{record}", json={"exists": True})
    await lab.verify()
    await lab.work()
    (job,) = await lab.jobs(dataset=one["id"])
    assert (job["state"], job["parameters"]["said_by"]) == ("done", "whoever asked")


async def test_rules_are_their_labs_managers_business(lab):
    rule = await lab.rule(sample_rate=30000, n_channels=385)
    assert rule["created_by"] == "manager"
    path = f"/compression/rules/{rule['id']}"
    for who, status in (("member", 403), ("technician", 403), ("outsider", 403), ("public", 403), ("stranger", 403)):
        assert (await lab.house.clients[who].patch(path, json={"priority": 1})).status_code == status
        assert (await lab.house.clients[who].delete(path)).status_code == status
    await lab.rule(by="member", status=403, name="x")
    await lab.rule(by="manager", status=403, name="x", lab=None)
    await lab.rule(by="manager", status=403, name="x", lab="closedlab")
    closed = await lab.rule(by="admin", name="theirs", lab="closedlab")
    listed = (await lab.house.manager.get("/compression/rules")).json()
    assert [one["name"] for one in listed["results"]] == ["raw ephys"]
    assert (await lab.house.manager.get(f"/compression/rules/{closed['id']}")).status_code == 404
    changed = await lab.house.manager.patch(path, json={"priority": 3, "sample_rate": None, "repository": "central"})
    assert changed.status_code == 200, changed.text
    assert changed.json() == {**rule, "priority": 3, "sample_rate": None, "repository": "central"}
    assert (await lab.house.member.get(path)).json() == changed.json()
    await lab.record()
    await lab.work()
    assert (await lab.house.manager.delete(path)).status_code == 204
    assert (await lab.house.manager.get(path)).status_code == 404
    assert [one["rule"] for one in await lab.jobs()] == [None], "the job of a deleted rule stays"


async def test_a_rule_that_makes_no_sense_is_refused(lab):
    rule = await lab.rule(name="sound")
    for field, value in {
        "lab": "nolab", "repository": "nowhere", "profile": "tiny", "sample_rate": 0, "n_channels": 2**40, "priority": 10**9,
        "name": "", "dataset_type": "x" * 500, "retire_raw": True,
    }.items():  # fmt: skip
        answer = await lab.rule(by="admin", status=400, **{field: value})
        assert field in answer["fields"]
        again = await lab.house.manager.patch(f"/compression/rules/{rule['id']}", json={field: value})
        assert (again.status_code, set(again.json()["fields"])) == (400, {field})


async def test_names_of_rules_are_unique_and_never_null(lab):
    rule, _ = await lab.rule(), await lab.rule(name="second")
    assert "name" in (await lab.rule(status=400))["fields"]
    path = f"/compression/rules/{rule['id']}"
    assert (await lab.house.manager.patch(path, json={"name": "second"})).status_code == 400
    refused = await lab.house.manager.patch(path, json={"name": None, "active": None})
    assert set(refused.json()["fields"]) == {"name", "active"}
    assert (await lab.house.manager.patch(path, json={})).json() == rule


# requests


async def test_what_cannot_be_asked_for_is_refused_with_a_reason(lab):
    datasets = await lab.upload({lab.raw_path: lab.raw_of(), lab.meta_path: lab.meta_of()})
    raw, meta = datasets[lab.raw_path], datasets[lab.meta_path]
    refused = await lab.ask(meta, status=400)
    assert (refused["code"], "no raw file" in refused["detail"]) == ("cannot_be_compressed", True)
    assert "dataset" in (await lab.ask(str(UUID(int=1)), status=400))["fields"]
    assert "dataset" in (await lab.ask("nothing", status=400))["fields"]
    assert "profile" in (await lab.ask(raw, status=400, profile="tiny"))["fields"]
    for who in ("technician", "outsider", "public", "stranger"):
        await lab.ask(raw, by=who, status=403)
    job = await lab.ask(raw)
    assert (await lab.ask(raw, status=409))["code"] == "already_queued"
    await lab.work()
    again = await lab.ask(raw, status=409)
    assert again["code"] == "already_compressed"
    assert job["id"] in again["hint"]
    # a raw file that nobody has verified
    name = "_spikeglx_ephysData_g0_t0.imec1.ap.bin"
    entries = [{"path": f"raw_ephys_data/probe01/{name}", "size": 10, "md5": "0" * 32}]
    body = {"session": lab.session, "files": entries}
    (sent,) = (await lab.house.member.post("/uploads", json=body)).json()["files"]
    assert "verified" in (await lab.ask(sent["dataset"], status=400))["detail"]


async def test_jobs_of_a_closed_lab_do_not_exist_for_others(lab):
    session = await lab.house.session("CL001", lab="closedlab")
    await lab.house.managed_repository("closed", labs=("closedlab",))
    raw = lab.raw_of()
    entry = {"path": lab.raw_path, "size": len(raw), "md5": hashlib.md5(raw, usedforsecurity=False).hexdigest()}
    body = {"session": session["url"][-36:], "files": [entry], "repository": "closed"}
    (sent,) = (await lab.house.outsider.post("/uploads", json=body)).json()["files"]
    async with httpx.AsyncClient() as http:
        await http.put(sent["put"]["url"], content=raw, headers=sent["put"]["headers"])
    await lab.house.outsider.post("/uploads/complete", json={"uploads": [sent["upload"]]})
    await lab.verify()
    await lab.ask(sent["dataset"], status=400)
    job = await lab.ask(sent["dataset"], by="outsider", sample_rate=1000, n_channels=9)
    assert await lab.jobs() == []
    assert [one["id"] for one in await lab.jobs(by="outsider")] == [job["id"]]
    path = f"/compression/jobs/{job['id']}"
    assert (await lab.house.member.get(path)).status_code == 404
    assert (await lab.house.member.post(f"{path}/cancel")).status_code == 404
    await lab.work()
    assert (await lab.house.outsider.get(path)).json()["state"] == "done"


async def test_jobs_go_in_the_order_of_their_priority(lab):
    probes = [f"raw_ephys_data/probe0{n}/_spikeglx_ephysData_g0_t0.imec{n}.ap.bin" for n in range(3)]
    sent = await lab.upload({path: lab.raw_of(seed=n) for n, path in enumerate(probes)})
    asked = [
        await lab.ask(sent[path], priority=priority, sample_rate=1000, n_channels=9)
        for path, priority in zip(probes, (0, -5, 7), strict=True)
    ]
    await lab.work()
    url = lab.process.settings.database_url.get_secret_value()
    with psycopg.connect(url) as connection:
        rows = connection.execute("select id from compression.jobs order by started_at").fetchall()
    assert [str(row[0]) for row in rows] == [asked[n]["id"] for n in (2, 0, 1)]


async def test_only_what_is_open_is_cancelled_and_only_what_ended_badly_is_tried_again(lab):
    job = await lab.ask(await lab.record())
    await lab.act(job, "cancel", by="technician", status=403)
    await lab.act(job, "retry", status=409)
    assert (await lab.act(job, "cancel"))["state"] == "cancelled"
    await lab.act(job, "cancel", status=409)
    await lab.work()
    assert set(await lab.datasets()) == {
        "_spikeglx_ephysData_g0_t0.imec0.ap.bin",
        "_spikeglx_ephysData_g0_t0.imec0.ap.meta",
    }
    other = await lab.ask(job["dataset"])
    await lab.act(job, "retry", status=409)
    await lab.work()
    assert (await lab.job(other))["state"] == "done"
    await lab.act(other, "cancel", status=409)
    await lab.act(other, "retry", status=409)
    for path in (f"/compression/jobs/{UUID(int=1)}", "/compression/jobs/nothing"):
        assert (await lab.house.member.get(path)).status_code == 404
    for query in ({"state": "sleeping"}, {"dataset": "x"}, {"session": "x"}):
        answer = await lab.house.member.get("/compression/jobs", params=query)
        assert (answer.status_code, set(answer.json()["fields"])) == (400, set(query))


async def test_a_newer_version_makes_a_new_revision_and_overwrites_nothing(lab, tmp_path, monkeypatch):
    raw = lab.raw_of()
    dataset = await lab.record(raw)
    await lab.ask(dataset)
    await lab.work()
    before = await lab.datasets()
    revisions = []
    for version in ("0.2.0", "0.3.0"):
        monkeypatch.setattr(service, "software_version", lambda version=version: version)
        monkeypatch.setattr(running, "software_version", lambda version=version: version)
        job = await lab.ask(dataset)
        await lab.work()
        found = await lab.job(job)
        assert (found["state"], found["software_version"]) == ("done", version)
        revisions.append(found["results"][0]["revision"])
    after = await lab.datasets()
    first, second = revisions
    assert second == f"{first}a", "two in one day, the later one last by name"
    assert [after[f"{place}{CBIN}"]["default_dataset"] for place in ("", f"{first}/", f"{second}/")] == [
        False,
        False,
        True,
    ]
    for name in (CBIN, CH):
        assert (after[name]["hash"], after[name]["file_records"]) == (
            before[name]["hash"],
            before[name]["file_records"],
        )
        assert after[f"{second}/{name}"]["generating_software"] == "bregma-codecs 0.3.0"
    ids = [after[f"{second}/{name}"]["url"][-36:] for name in (CBIN, CH)]
    assert await lab.samples(*ids, tmp_path) == raw
    assert f"#{second}#" in after[f"{second}/{CBIN}"]["file_records"][0]["relative_path"]


async def test_the_room_works_with_its_own_role(lab):
    """In a cluster it has a process of its own, which may write its schema and the doors of `test_grants`."""
    dataset = await lab.record()
    process = make_process(lab.process.settings, ["compression"])
    process.extras["store"] = lab.store
    await process.database.open()
    try:
        await lab.rule()
        await service.consider(process.database, [UUID(dataset)])
        (job,) = await lab.jobs()
        await running.run(process.database, lab.store, process.settings, UUID(job["id"]))
    finally:
        await process.database.close()
    assert (await lab.job(job))["state"] == "done"
