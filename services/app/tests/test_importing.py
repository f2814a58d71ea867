"""An Alyx is carried over: ids stay, a second run changes nothing, what cannot come is refused with a reason."""

import asyncio
import json

import httpx
import pytest
from bregma_app.commands.import_ import alyx as command
from bregma_app.importing.alyx import Alyx, Unreadable
from bregma_app.importing.plan import MODELS
from bregma_app.importing.run import administrator, import_alyx
from bregma_app.importing.source import Source
from bregma_app.testing import house_settings, serving
from bregma_kit.db import Database
from bregma_kit.testing.databases import clone
from click.testing import CliRunner

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
SESSION = {"subject": "KS014", "start_time": "2020-01-01T10:00:00", "number": 1, "json": {"a": 1}, "qc": "PASS"}
WORLD = (
    ("/projects", {"name": "neuropixels"}), ("/species", {"name": "Mus musculus"}), ("/lines", {"name": "C57"}),
    ("/labs", {"name": "otherlab", "timezone": "Europe/Lisbon"}), ("/users", {"username": "hausser_rig"}),
    ("/locations", {"name": "rig_1", "lab": "openlab"}), ("/procedures", {"name": "Ephys recording"}),
    ("/data-repository", {"name": "lab_server", "hostname": "lab.local", "data_url": "http://lab.local/", "globus_path": "/x/"}),
    ("/labs/openlab", {"repositories": ["lab_server"]}),
    ("/subjects", {"nickname": "KS014", "lab": "openlab", "birth_date": "2019-10-01", "species": "Mus musculus", "line": "C57",
                   "projects": ["neuropixels"], "responsible_user": "member", "json": {"x": [1]}}),
    ("/sessions", {**SESSION, "users": ["member", "manager"], "procedures": ["Ephys recording"], "location": "rig_1",
                   "projects": ["neuropixels"], "n_trials": 3, "n_correct_trials": 2, "narrative": "all well"}),
    ("/sessions", {**SESSION, "number": 2}),
    ("/tags", {"name": "release", "protected": True}), ("/revisions", {"name": "2020-02-02"}),
    ("/register-file", {"path": "KS014/2020-01-01/001/alf", "filenames": ["spikes.times.npy", "#2020-02-02#/spikes.times.npy"],
                        "name": "lab_server", "hashes": ["a" * 32, "b" * 32], "filesizes": [3, 4], "qc": ["PASS", "FAIL"]}),
    ("/weighings", {"subject": "KS014", "weight": 25.5, "date_time": "2020-01-01T09:00:00", "user": "member"}),
    ("/water-restriction", {"subject": "KS014", "start_time": "2020-01-01T09:30:00", "reference_weight": 25.5, "water_type": "Water"}),
    ("/water-administrations", {"subject": "KS014", "water_administered": 0.9, "water_type": "Hydrogel", "date_time": "2020-01-01T18:00:00"}),
    ("/surgeries", {"subject": "KS014", "start_time": "2019-12-01T12:00:00", "implant_weight": 1.5, "procedures": ["Ephys recording"]}),
    ("/alleles", {"nickname": "Pvalb-Cre"}), ("/zygosities", {"subject": "KS014", "allele": "Pvalb-Cre", "zygosity": 1}),
)  # fmt: skip


def fill(http):
    """Put a record of each kind into the source, one of them with a parent."""
    made = {}
    for path, body in WORLD:
        answer = http.patch(path, json=body) if path == "/labs/openlab" else http.post(path, json=body)
        assert answer.is_success, answer.text
        made.setdefault(path, []).append(answer.json())
    first, second = made["/sessions"]
    assert http.patch(second["url"], json={"parent_session": first["url"]}).status_code == 200
    eid = first["url"][-36:]
    insertion = http.post(
        "/insertions", json={"session": eid, "name": "probe00", "model": "3B2", "serial": "18194819132"}
    )
    assert insertion.status_code == 201, insertion.text
    place = {
        "probe_insertion": insertion.json()["id"],
        "x": 1.5,
        "y": -2,
        "z": 3,
        "phi": 180,
        "theta": 15,
        "depth": 4000,
        "roll": 0,
    }
    trajectory = http.post(
        "/trajectories", json={**place, "provenance": "Ephys aligned histology track", "coordinate_system": None}
    )
    assert trajectory.status_code == 201, trajectory.text
    channels = [
        {
            "trajectory_estimate": trajectory.json()["id"],
            "axial": 20 * n,
            "lateral": 11,
            "x": 1,
            "y": 2,
            "z": n,
            "brain_region": 385,
        }
        for n in (1, 2)
    ]
    assert http.post("/channels", json=channels).status_code == 201
    view = http.post("/fields-of-view", json={"session": eid, "name": "FOV_00", "imaging_type": "mesoscope"})
    assert view.status_code == 201, view.text
    there = {"field_of_view": view.json()["id"], "provenance": "L", "default_provenance": True, "x": [1, 2], "y": [1, 2], "z": [0, 0],
             "n_xyz": [512, 512, 1], "brain_region": [385]}  # fmt: skip
    assert http.post("/fov-location", json=there).status_code == 201
    before = http.post(
        "/tasks", json={"session": eid, "name": "Compress", "status": "Complete", "graph": "ephys", "level": 0}
    )
    after = {
        "session": eid,
        "name": "Sort",
        "status": "Waiting",
        "graph": "ephys",
        "parents": [before.json()["id"]],
        "arguments": {"n": 1},
    }
    assert http.post("/tasks", json=after).status_code == 201
    note = {"content_type": "session", "object_id": eid, "text": "moved well", "user": "member", "width": "orig"}
    assert http.post("/notes", data=note, files={"image": ("seen.png", PICTURE, "image/png")}).status_code == 201
    dataset = made["/register-file"][0][0]["id"]
    assert http.patch(f"/datasets/{dataset}", json={"tags": ["release"]}).status_code == 200


@pytest.fixture
def source(live_house):
    """A served installation that stands for the Alyx."""
    headers = {"Authorization": f"Token {live_house.tokens['admin']}"}
    with httpx.Client(base_url=live_house.url, headers=headers) as http:
        fill(http)
        yield http


@pytest.fixture
def target(postgres_server, template_database):
    """The address of an empty installation with an administrator."""
    from bregma_metadata import administration

    with clone(postgres_server, template_database) as url:

        async def make(database):
            async with database.write() as tx:
                await administration.add_user(tx, "operator", "over the bregma", admin=True)
                return await administration.add_token(tx, "operator")

        yield url, within(url, make)


def within(url, work):
    async def whole():
        database = Database(url, pool=2)
        await database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(whole())


def carry(url, source, **more):
    async def work(database):
        alyx = Alyx(str(source.base_url), token=source.headers["Authorization"].split()[1], pause=0.01)
        try:
            return await import_alyx(
                database, Source(alyx), await administrator(database, ""), **{"dry": False, **more}
            )
        finally:
            await alyx.close()

    return within(url, work)


def everything(http):
    """What two installations must agree on, without their own addresses."""
    found = {}
    for path in (
        "labs",
        "subjects",
        "sessions",
        "datasets",
        "files",
        "tags",
        "revisions",
        "data-repository",
        "locations",
        "weighings",
        "water-restriction",
        "water-administrations",
        "surgeries",
        "zygosities",
        "insertions",
        "trajectories",
        "channels",
        "fields-of-view",
        "fov-location",
        "tasks",
        "notes",
    ):
        records = http.get(f"/{path}").json()["results"]
        if path == "sessions":
            records = [http.get(record["url"]).json() for record in records]
        text = json.dumps(records, sort_keys=True).replace(str(http.base_url).rstrip("/"), "")
        found[path] = [{k: v for k, v in one.items() if k not in UNLIKE} for one in json.loads(text)]
    return {path: sorted(records, key=json.dumps) for path, records in found.items()}


# ids that Alyx does not show, and when a row was last touched
UNLIKE = ("auto_datetime", "datetime", "id")


def test_all_of_it_comes_over_and_a_second_run_changes_nothing(source, target):
    url, token = target
    report = carry(url, source)
    assert report.balanced
    assert not [one for tally in report.tallies.values() for one in (*tally.refused, *tally.unrelated)]
    assert report.tallies["sessions"].carried == 2
    assert report.tallies["files"].carried == 2
    with serving(house_settings(url), {}) as live:
        headers = {"Authorization": f"Token {token}"}
        with httpx.Client(base_url=live.url, headers=headers) as http:
            before, after = everything(source), everything(http)
            assert after["sessions"] == before["sessions"]
            assert after == before
            ids = [one["url"][-36:] for one in source.get("/sessions").json()["results"]]
            assert [one["url"][-36:] for one in http.get("/sessions").json()["results"]] == ids
            pictures = [each.get(each.get("/notes").json()["results"][0]["image"]).content for each in (source, http)]
            assert pictures[0] == pictures[1]
            assert pictures[0][:8] == PICTURE[:8]
            nickname = source.get("/subjects/KS014").json()["id"]
            assert http.get("/subjects/KS014").json()["id"] == nickname
            assert {one["edition"] for one in http.get("/datasets").json()["results"]} == {"ibl-current"}
            assert http.get("/users/member").json()["lab"] == ["openlab"]
    again = carry(url, source)
    assert again.balanced
    assert sum(one.carried for one in again.tallies.values()) == 0


def test_a_dry_run_tries_everything_and_keeps_nothing(source, target):
    url, _ = target
    report = carry(url, source, dry=True)
    assert report.balanced
    assert report.tallies["files"].carried == 2
    again = carry(url, source, dry=True)
    assert again.tallies["sessions"].carried == 2
    assert again.tallies["sessions"].there == 0


def test_what_cannot_come_is_refused_and_the_rest_comes(source, target, tmp_path):
    url, _ = target
    report = carry(url, source, only=["data-repository", "labs", "subjects", "sessions"])
    assert report.balanced
    assert report.tallies["subjects"].carried == 0
    ((_, reason),) = report.tallies["subjects"].refused
    assert "neuropixels" in reason
    assert report.tallies["sessions"].carried == 0
    written = tmp_path / "refused.jsonl"
    count = report.write_refused(written)
    lines = [json.loads(line) for line in written.read_text().splitlines()]
    assert count == len(lines) == 3 + len(report.tallies["labs"].refused)
    assert all(line["reason"] for line in lines)
    whole = carry(url, source)  # with the rest there, they come
    assert whole.tallies["sessions"].carried == 2


def test_a_run_that_was_cut_off_is_carried_on(source, target, monkeypatch):
    from bregma_app.importing import carrying

    url, _ = target
    original, left = carrying.Carrier._one, [12]

    async def dying(*arguments):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return await original(*arguments)

    monkeypatch.setattr(carrying.Carrier, "_one", dying)
    with pytest.raises(KeyboardInterrupt):
        carry(url, source)
    monkeypatch.setattr(carrying.Carrier, "_one", original)
    report = carry(url, source)
    assert report.balanced
    assert report.tallies["files"].carried == 2
    assert sum(len(one.refused) for one in report.tallies.values()) == 0


def test_a_source_that_is_busy_or_gone():
    answers = [
        httpx.Response(429),
        httpx.Response(503),
        httpx.Response(200, json={"count": 0, "next": None, "results": []}),
    ]

    async def work():
        alyx = Alyx("http://alyx.test", token="x", pause=0.001)
        alyx._http._transport = httpx.MockTransport(lambda _request: answers.pop(0) if answers else httpx.Response(503))
        empty = [page async for page in alyx.pages("/sessions")]
        assert empty == [(0, [])]
        with pytest.raises(Unreadable, match="carries on later"):
            [page async for page in alyx.pages("/sessions")]
        await alyx.close()

    asyncio.run(work())


def test_the_command(source, target, tmp_path, monkeypatch):
    from bregma_kit.settings import settings_from_environment

    url, _ = target
    monkeypatch.setenv("BREGMA_DATABASE_URL", url)
    settings_from_environment.cache_clear()
    words = [
        str(source.base_url),
        "--username",
        "admin",
        "--password",
        "over the bregma",
        "--refused",
        str(tmp_path / "r"),
    ]
    done = CliRunner().invoke(command, [*words, "--dry-run"])
    assert done.exit_code == 0, done.output
    assert "nothing was kept" in done.output
    assert "sessions" in done.output
    wrong = CliRunner().invoke(command, [*words[:3], "--password", "wrong", "--dry-run"])
    assert wrong.exit_code == 1
    assert "does not let admin in" in wrong.output
    settings_from_environment.cache_clear()


@pytest.mark.parametrize(("there", "here"), [(0.85, 0.85), (85, 0.85), (250, 1), (-1, 0), (0, 0), (None, None)])
def test_limits_above_one_are_percent_as_in_alyxs_own_form(there, here):
    (labs,) = [one for one in MODELS if one.path == "labs"]
    prepared = labs.prepare({"name": "cortexlab", "reference_weight_pct": there})
    assert prepared == {"name": "cortexlab", "reference_weight_pct": here}
