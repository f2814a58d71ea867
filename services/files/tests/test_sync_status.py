"""sync-file-status: counts of what repositories should hold and do hold, and a new look at what is missing."""

from bregma_app.testing import CLOSED_LAB


def counts(answer):
    assert answer.status_code == 200, answer.text
    return {one["name"]: (one["wanted"], one["present"], one["missing"]) for one in answer.json()["repositories"]}


async def test_counts(house):
    empty = {"wanted": 0, "present": 0, "missing": 0, "repositories": []}
    assert (await house.member.get("/sync-file-status")).json() == empty
    await house.repository("openlab_SR")
    await house.repository("openlab_laptop", globus_is_personal=True)
    await house.repository("unused", labs=())
    await house.managed_repository("central")
    await house.session()
    await house.session("CL1", lab=CLOSED_LAB)
    await house.registered("spikes.times.npy", "spikes.amps.npy", name="openlab_SR")
    await house.registered("spikes.depths.npy", path="CL1/2020-01-01/001", by="outsider", name="openlab_SR")
    expected = {"central": (2, 0, 2), "openlab_SR": (2, 2, 0), "openlab_laptop": (2, 0, 2), "unused": (0, 0, 0)}
    answer = await house.public.get("/sync-file-status")
    assert counts(answer) == expected
    assert [answer.json()[name] for name in ("wanted", "present", "missing")] == [6, 2, 4]
    assert {one["name"]: one["managed"] for one in answer.json()["repositories"]}["central"] is True
    assert counts(await house.admin.get("/sync-file-status"))["openlab_SR"] == (3, 3, 0), "the closed lab's as well"
    assert (await house.stranger.get("/sync-file-status")).status_code == 403


async def test_a_new_look_finds_what_came_since(rig):
    data = rig.npy([1.0, 2.0])
    answer = await rig.house.register("alf/spikes.times.npy", name="central", hashes=[rig.md5_of(data)], by="admin")
    (record,) = answer.json()
    await rig.work()
    assert counts(await rig.house.member.get("/sync-file-status")) == {"central": (1, 0, 1)}
    key = f"openlab/Subjects/KS014/2020-01-01/001/alf/spikes.times.{record['id']}.npy"
    await rig.store.put(rig.bucket, key, data, md5=rig.md5_of(data))
    assert (await rig.house.outsider.post("/sync-file-status")).json()["queued"] == 0, "not the caller's to look for"
    assert (await rig.house.public.post("/sync-file-status")).status_code == 403
    asked = await rig.house.member.post("/sync-file-status", json={})
    assert (asked.json()["queued"], counts(asked)) == (1, {"central": (1, 0, 1)})
    await rig.work()
    assert counts(await rig.house.member.get("/sync-file-status")) == {"central": (1, 1, 0)}
    assert (await rig.house.member.post("/sync-file-status")).json()["queued"] == 0
