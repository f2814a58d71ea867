"""Who sees and who writes what: closed labs, roles, rigs' tokens. What one may not see does not exist."""

import pytest
from bregma_app.testing import CLOSED_LAB, OPEN_LAB

NOT_PERMITTED = {"detail": "You do not have permission to perform this action.", "status_code": 403}


@pytest.fixture
async def town(house):
    """A session with files in the open, the closed and a third (open) lab."""
    await house.make("/labs", {"name": "thirdlab", "timezone": "Asia/Tokyo"})
    await house.repository("shared_SR", labs=())
    sessions = {}
    for lab, subject in ((OPEN_LAB, "OP1"), (CLOSED_LAB, "CL1"), ("thirdlab", "TH1")):
        sessions[lab] = await house.session(subject, lab=lab)
        answer = await house.register(
            "spikes.times.npy", path=f"{subject}/2020-01-01/001/alf", name="shared_SR", by="admin"
        )
        assert answer.status_code == 201, answer.text
        sessions[lab]["dataset"] = answer.json()[0]["id"]
        sessions[lab]["file"] = answer.json()[0]["file_records"][0]["id"]
    return house, sessions


async def labs_seen(client, path, key="lab", **query):
    page = (await client.get(path, params=query)).json()
    assert page["count"] == len(page["results"])
    return {record[key] for record in page["results"]}


async def test_closed_labs_are_seen_by_their_own_only(town):
    house, _ = town
    everything, without = {OPEN_LAB, CLOSED_LAB, "thirdlab"}, {OPEN_LAB, "thirdlab"}
    for client, seen in ((house.admin, everything), (house.outsider, everything), (house.member, without), (house.manager, without),
                         (house.technician, without), (house.rig, without), (house.public, without)):  # fmt: skip
        assert await labs_seen(client, "/sessions") == seen
        assert await labs_seen(client, "/subjects") == seen
        assert await labs_seen(client, "/labs", "name") == seen
        for path in ("/datasets", "/files"):
            assert (await client.get(path)).json()["count"] == len(seen)
        assert (await client.get("/datasets", params={"limit": 1, "offset": 99})).json()["count"] == len(seen)


async def test_what_is_unseen_does_not_exist(town):
    house, sessions = town
    theirs = sessions[CLOSED_LAB]
    paths = (
        f"/sessions/{theirs['id']}",
        "/subjects/CL1",
        f"/labs/{CLOSED_LAB}",
        f"/datasets/{theirs['dataset']}",
        f"/files/{theirs['file']}",
    )
    for path in paths:
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            answer = await house.member.request(method, path, json={"subject": "CL1", "json": {}})
            assert answer.status_code == 404, (method, path)
            assert answer.json()["detail"].endswith("matches the given query.")
        assert (await house.admin.get(path)).status_code == 200, "nothing was deleted"
        assert (await house.outsider.get(path)).status_code == 200
    # nor can it be named
    answer = await house.member.post("/sessions", json={"subject": "CL1"})
    assert answer.json() == {"subject": ["Object with nickname=CL1 does not exist."], "status_code": 400}
    answer = await house.member.patch(f"/sessions/{sessions[OPEN_LAB]['id']}", json={"subject": "CL1"})
    assert answer.json() == {"subject": ["Object with nickname=CL1 does not exist."], "status_code": 400}
    unseen = await house.register("a.b.npy", path="CL1/2020-01-01/001", name="shared_SR")
    missing = await house.register("a.b.npy", path="NO1/2020-01-01/001", name="shared_SR")
    assert unseen.status_code == missing.status_code == 400
    assert unseen.json()["error"].replace("CL1", "NO1") == missing.json()["error"]
    protected = await house.member.get(
        "/check-protected", params={"path": "CL1/2020-01-01/001", "filenames": "spikes.times.npy"}
    )
    assert protected.status_code == 400
    assert await labs_seen(house.member, "/sessions", subject="CL1") == set()
    assert await labs_seen(house.member, "/sessions", id=theirs["id"]) == set()


async def test_parents_in_unseen_labs_cannot_be_named(town):
    house, sessions = town
    mine = f"/sessions/{sessions[OPEN_LAB]['id']}"
    answer = await house.member.patch(mine, json={"parent_session": sessions[CLOSED_LAB]["id"]})
    assert (answer.status_code, answer.json()) == (
        400,
        {"parent_session": ["Object does not exist."], "status_code": 400},
    )
    assert (await house.member.patch(mine, json={"parent_session": sessions["thirdlab"]["id"]})).status_code == 200


async def test_writing_needs_a_role_in_the_lab(town):
    house, sessions = town
    for lab, subject in ((OPEN_LAB, "OP1"), ("thirdlab", "TH1")):
        for name in ("manager", "member", "rig", "technician", "outsider", "public"):
            client, allowed = house.clients[name], lab == OPEN_LAB and name in ("manager", "member", "rig")
            answers = [
                await client.patch(f"/sessions/{sessions[lab]['id']}", json={"narrative": name}),
                await client.post("/sessions", json={"subject": subject, "start_time": "2021-01-01T10:00:00"}),
                await client.patch(f"/datasets/{sessions[lab]['dataset']}", json={"version": "1"}),
                await client.patch(f"/files/{sessions[lab]['file']}", json={"json": {}}),
                await house.register(
                    "spikes.amps.npy", path=f"{subject}/2020-01-01/001/alf", name="shared_SR", by=name
                ),
            ]
            for answer in answers:
                assert (answer.status_code in (200, 201)) == allowed, (lab, name, answer.text)
                if not allowed:
                    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


async def test_a_session_cannot_be_moved_into_or_out_of_another_lab(town):
    house, _ = town
    bare = await house.session("OP2")
    answer = await house.member.patch(bare["url"], json={"lab": "thirdlab"})
    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)
    theirs = await house.session("TH2", lab="thirdlab")
    answer = await house.member.patch(theirs["url"], json={"lab": OPEN_LAB})
    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


async def test_deleting_needs_the_role_too(town):
    house, sessions = town
    for path in (
        f"/files/{sessions['thirdlab']['file']}",
        f"/datasets/{sessions['thirdlab']['dataset']}",
        f"/sessions/{sessions['thirdlab']['id']}",
    ):
        assert (await house.member.delete(path)).status_code == 403
        assert (await house.admin.delete(path)).status_code == 204


async def test_animals(town):
    house, _ = town
    for name, allowed in (
        ("manager", True),
        ("member", True),
        ("technician", True),
        ("rig", False),
        ("outsider", False),
        ("public", False),
    ):
        answer = await house.clients[name].post("/subjects", json={"nickname": f"N_{name}", "lab": OPEN_LAB})
        assert answer.status_code == (201 if allowed else 403), (name, answer.text)
        answer = await house.clients[name].patch("/subjects/OP1", json={"description": name})
        assert answer.status_code == (200 if allowed else 403)
    assert (await house.member.patch("/subjects/OP1", json={"lab": "thirdlab"})).status_code == 403


async def test_the_installation_belongs_to_administrators(house):
    for path, body in (("/labs", {"name": "x"}), ("/procedures", {"name": "x"}), ("/users", {"username": "x"}),
                       ("/dataset-types", {"name": "x.y"}), ("/data-formats", {"name": "x", "file_extension": ".x"})):  # fmt: skip
        for name in ("manager", "member", "technician", "rig", "public"):
            answer = await house.clients[name].post(path, json=body)
            assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED), (path, name)
        assert (await house.admin.post(path, json=body)).status_code == 201


async def test_an_account_without_a_role_sees_no_lab(house):
    from bregma_metadata import administration

    await house.session()
    async with house.database.write() as tx:
        await administration.add_user(tx, "newcomer", "no role yet")
        token = await administration.add_token(tx, "newcomer")
    headers = {"Authorization": f"Token {token}"}
    for path in ("/sessions", "/subjects", "/labs"):
        assert (await house.stranger.get(path, headers=headers)).json()["count"] == 0
    answer = await house.stranger.post("/subjects", json={"nickname": "X"}, headers=headers)
    assert answer.json() == {"lab": ["This field is required."], "status_code": 400}
    async with house.database.write() as tx:
        await administration.give_role(tx, "newcomer", OPEN_LAB, "member")
    other_process = await house.stranger.post("/auth-token", data={"username": "newcomer", "password": "no role yet"})
    headers = {"Authorization": f"Token {other_process.json()['token']}"}
    assert (await house.stranger.get("/sessions", headers=headers)).json()["count"] == 1


async def test_roles_of_later_issues_deny(house):
    """A project's viewer or a lab's unknown role opens nothing."""
    async with house.database.write() as tx:
        await tx._connection.execute(
            "delete from metadata.lab_roles where user_id = (select id from metadata.users where username = 'member')"
        )
        project = "insert into metadata.projects (id, name) values (gen_random_uuid(), 'p') returning id"
        await tx._connection.execute(
            "insert into metadata.project_roles (project_id, user_id, role) select $1, id, 'owner' from metadata.users where username = 'member'",
            await tx._connection.fetchval(project),
        )
    await house.session()
    assert (await house.member.get("/sessions")).json()["count"] == 0
    assert (await house.member.post("/sessions", json={"subject": "KS014"})).status_code == 400
