"""Who may read, which copy is served, and what a path of the data tree names."""

from base64 import b64encode
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
from bregma_app.testing import PASSWORD
from bregma_files.downloads.domain import parse_data_path
from hypothesis import given
from hypothesis import strategies as st

PLACE = "openlab/Subjects/KS014/2020-01-01/001"


@pytest.fixture
def times(rig):
    return rig.npy(np.linspace(0, 10, 11))


async def get(rig, path: str, by="member", **headers):
    return await rig.house.clients[by].get(f"/data/{quote(path)}", headers=headers)


async def content(answer: httpx.Response) -> bytes:
    assert answer.status_code == 302, answer.text
    assert answer.headers["cache-control"] == "private"
    async with httpx.AsyncClient() as http:
        found = await http.get(answer.headers["location"])
    assert found.status_code == 200, found.text
    return found.content


async def test_a_batch_of_urls_comes_in_the_order_asked_with_what_proves_them_whole(rig, times):
    amps = rig.npy(np.ones(11))
    first, second = await rig.upload({"alf/spikes.times.npy": times, "alf/spikes.amps.npy": amps})
    (pending,) = await rig.register({"alf/spikes.depths.npy": times})
    unknown = str(uuid4())
    asked = [second["dataset"], unknown, first["dataset"], pending["dataset"], second["dataset"]]
    urls = (await rig.call("/signed-urls", {"datasets": asked}))["urls"]
    assert [one["dataset"] for one in urls] == asked
    assert [one["error"] and one["error"]["code"] for one in urls] == [None, "not_found", None, "not_servable", None]
    assert (urls[0]["name"], urls[0]["size"], urls[0]["md5"]) == ("spikes.amps.npy", len(amps), rig.md5_of(amps))
    assert len(urls[0]["sha256"]) == 64
    assert "being uploaded" in urls[3]["error"]["detail"]
    async with httpx.AsyncClient() as http:
        answer = await http.get(urls[2]["url"])
        part = await http.get(urls[2]["url"], headers={"Range": "bytes=1-5"})
    assert answer.content == times
    assert answer.headers["content-disposition"] == 'attachment; filename="spikes.times.npy"'
    assert (part.status_code, part.content) == (206, times[1:6])


async def test_copies_elsewhere_are_named_and_not_signed(rig, times):
    await rig.house.repository("server")
    answer = await rig.house.register("spikes.times.npy", path="KS014/2020-01-01/001/alf", name="server")
    (one,) = (await rig.call("/signed-urls", {"datasets": [answer.json()[0]["id"]]}))["urls"]
    assert one["error"]["code"] == "not_servable"
    assert "server" in one["error"]["detail"]


async def test_what_the_caller_may_not_see_does_not_exist(rig, times):
    await rig.house.managed_repository("elsewhere", ("closedlab",))
    session = (await rig.house.session("CL001", lab="closedlab"))["url"][-36:]
    body = {"session": session, "files": [rig.announce("alf/spikes.times.npy", times)]}
    (entry,) = (await rig.call("/uploads", body, "outsider", 201))["files"]
    await rig.put(entry["put"], times)
    await rig.call("/uploads/complete", {"uploads": [entry["upload"]]}, "outsider")
    await rig.work()
    assert await rig.download(entry, by="outsider") == times
    (hidden,) = (await rig.call("/signed-urls", {"datasets": [entry["dataset"]]}))["urls"]
    assert (hidden["error"]["code"], hidden["name"]) == ("not_found", None)
    path = "closedlab/Subjects/CL001/2020-01-01/001/alf/spikes.times.npy"
    assert await content(await get(rig, path, "outsider")) == times
    assert (await get(rig, path)).status_code == 404
    assert (await get(rig, path.replace("times", "amps"), "outsider")).status_code == 404


async def test_the_data_tree_redirects_by_id_and_by_place(rig, times):
    files = {"alf/probe00/spikes.times.npy": times, "alf/probe00/#2020-02-02#/spikes.times.npy": times + b""}
    files["alf/probe00/#2020-02-02#/spikes.times.npy"] = rig.npy(np.linspace(0, 5, 11))
    plain, revised = await rig.upload(files)
    for entry, folder in ((plain, "alf/probe00"), (revised, "alf/probe00/#2020-02-02#")):
        expected = files[entry["path"]]
        assert await content(await get(rig, f"{PLACE}/{folder}/spikes.times.{entry['dataset']}.npy")) == expected
        assert await content(await get(rig, f"{PLACE}/{folder}/spikes.times.npy")) == expected
    url = (await rig.dataset(plain))["file_records"][0]["data_url"]
    answer = await rig.house.member.get(url)
    assert await content(answer) == times


async def test_animals_with_unusual_names_have_files_too(rig, times):
    session = (await rig.house.session("Zürich.7-ß"))["url"][-36:]
    body = {"session": session, "files": [rig.announce("alf/spikes.times.npy", times)]}
    (entry,) = (await rig.call("/uploads", body, status=201))["files"]
    await rig.put(entry["put"], times)
    await rig.complete([entry])
    await rig.work()
    name = f"spikes.times.{entry['dataset']}.npy"
    assert await content(await get(rig, f"openlab/Subjects/Zürich.7-ß/2020-01-01/001/alf/{name}")) == times
    session = (await rig.house.session("-7"))["url"][-36:]
    answer = await rig.call("/uploads", {**body, "session": session}, status=409)
    assert "letter" in answer["hint"]


async def test_an_id_at_a_wrong_place_is_not_found(rig, times):
    (entry,) = await rig.upload({"alf/spikes.times.npy": times})
    name = f"spikes.times.{entry['dataset']}.npy"
    wrong = [
        f"{PLACE}/raw/{name}", f"{PLACE}/alf/#r#/{name}", f"{PLACE}/alf/spikes.amps.{entry['dataset']}.npy",
        f"otherlab/Subjects/KS014/2020-01-01/001/alf/{name}", f"openlab/Subjects/KS015/2020-01-01/001/alf/{name}",
        f"openlab/Subjects/KS014/2020-01-02/001/alf/{name}", f"openlab/Subjects/KS014/2020-01-01/002/alf/{name}",
        f"KS014/2020-01-01/001/alf/{name}", f"{PLACE}/alf/spikes.times.{uuid4()}.npy", "x", f"{PLACE}/../{name}", PLACE,
    ]  # fmt: skip
    for path in wrong:
        answer = await get(rig, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


async def test_the_folder_that_a_session_was_moved_from_still_leads_to_its_files(rig, times):
    (entry,) = await rig.upload({"alf/spikes.times.npy": times})
    await rig.house.subject("KS015")
    move = {"session": rig.session, "action": "move", "to": {"subject": "KS015", "number": 3}, "reason": "wrong mouse",
            "dry_run": False}  # fmt: skip
    await rig.call("/corrections", move)
    for place in (PLACE, "openlab/Subjects/KS015/2020-01-01/003"):
        assert await content(await get(rig, f"{place}/alf/spikes.times.{entry['dataset']}.npy")) == times
        assert await content(await get(rig, f"{place}/alf/spikes.times.npy")) == times
    # a new session at the old place is meant by its place from now on; the old files keep their ids
    session = (await rig.house.session())["url"][-36:]
    other = rig.npy(np.linspace(0, 7, 11))
    body = {"session": session, "files": [rig.announce("alf/spikes.times.npy", other)]}
    (new,) = (await rig.call("/uploads", body, status=201))["files"]
    await rig.put(new["put"], other)
    await rig.call("/uploads/complete", {"uploads": [new["upload"]]})
    await rig.work()
    assert await content(await get(rig, f"{PLACE}/alf/spikes.times.npy")) == other
    assert await content(await get(rig, f"{PLACE}/alf/spikes.times.{entry['dataset']}.npy")) == times


async def test_aggregates_have_paths_of_their_own(rig, times):
    subject = (await rig.house.admin.get("/subjects/KS014")).json()["id"]
    answer = await rig.house.register(
        "_ibl_subjectTrials.table.pqt", path="Subjects/openlab/KS014", name="central", content_type="subject",
        object_id=subject, hashes=[rig.md5_of(times)], filesizes=[len(times)], by="admin",
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    (one,) = answer.json()
    path = f"aggregates/Subjects/openlab/KS014/_ibl_subjectTrials.table.{one['id']}.pqt"
    assert (await get(rig, path)).json()["code"] == "not_servable"
    await rig.store.put(rig.bucket, path, times, md5=rig.md5_of(times))
    await rig.work()
    assert await content(await get(rig, path)) == times
    assert await content(await get(rig, path.replace(f".{one['id']}", ""))) == times


async def test_the_tree_takes_basic_credentials_and_asks_for_them(rig, times):
    (entry,) = await rig.upload({"alf/spikes.times.npy": times})
    path = f"{PLACE}/alf/spikes.times.{entry['dataset']}.npy"
    refused = await get(rig, path, "stranger")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Basic realm="Bregma data"')
    for password in (PASSWORD, rig.house.tokens["member"]):
        basic = "Basic " + b64encode(f"member:{password}".encode()).decode()
        assert await content(await get(rig, path, "stranger", Authorization=basic)) == times
    wrong = "Basic " + b64encode(b"member:nonsense").decode()
    assert (await get(rig, path, "stranger", Authorization=wrong)).status_code == 401


async def test_withdrawn_sessions_are_not_served(rig, times):
    (entry,) = await rig.upload({"alf/spikes.times.npy": times})
    withdraw = {"session": rig.session, "action": "withdraw", "reason": "a test run", "dry_run": False}
    await rig.call("/corrections", withdraw)
    (one,) = (await rig.call("/signed-urls", {"datasets": [entry["dataset"]]}))["urls"]
    assert one["error"]["code"] == "not_found"
    assert (await get(rig, f"{PLACE}/alf/spikes.times.npy")).status_code == 404


async def test_more_than_a_thousand_at_once_are_refused_in_form(rig):
    answer = await rig.house.member.post("/signed-urls", json={"datasets": [str(uuid4())] * 1001})
    assert answer.status_code == 400
    assert "datasets" in answer.json()["fields"]


# paths, without a server

ID = "0190c9d8-6f4b-7c2a-9b1e-2f3a4b5c6d7e"


def test_paths_are_taken_apart():
    path = parse_data_path(f"openlab/Subjects/KS014/2020-01-01/001/alf/probe00/#r1#/spikes.times.{ID}.npy")
    assert path is not None
    assert (path.dataset, path.collection, path.revision, path.name) == (
        UUID(ID),
        "alf/probe00",
        "r1",
        "spikes.times.npy",
    )
    assert path.relative == "KS014/2020-01-01/001/alf/probe00/#r1#/spikes.times.npy"
    aggregate = parse_data_path(f"aggregates/Subjects/openlab/x.table.{ID}.pqt")
    assert aggregate is not None
    assert (aggregate.session, aggregate.relative) == (None, "Subjects/openlab/x.table.pqt")


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["openlab", "Subjects", "S", "2020-01-01", "001", "#r#", "..", "", "a.b.c"])).map(
        "/".join
    )
)
def test_any_path_is_a_file_or_none(text):
    path = parse_data_path(text)
    assert path is None or (path.name and "/" not in path.name)
