"""Users, labs, places, procedures and projects as Alyx shows them."""

from bregma_app.testing import CLOSED_LAB, OPEN_LAB

USER_KEYS = {"id", "username", "email", "lab", "allowed_users", "is_stock_manager"}
LAB_KEYS = {
    "id",
    "name",
    "institution",
    "address",
    "timezone",
    "repositories",
    "reference_weight_pct",
    "zscore_weight_pct",
    "visibility",
    "json",
}


async def test_users(house):
    await house.subject("KS014", responsible_user="member")
    record = (await house.manager.get("/users/member")).json()
    assert set(record) == USER_KEYS | {"subjects_responsible"}
    assert (record["username"], record["lab"], record["subjects_responsible"], record["allowed_users"]) == (
        "member",
        ["openlab"],
        ["KS014"],
        [],
    )
    listed = (await house.manager.get("/users")).json()["results"]
    assert [set(one) for one in listed] == [USER_KEYS] * len(listed)
    assert "password" not in (await house.admin.get("/users")).text
    assert (await house.member.get("/users", params={"username": "manager"})).json()["count"] == 1
    answer = await house.member.get("/users/nobody")
    assert answer.json() == {"detail": "No User matches the given query.", "status_code": 404}


async def test_who_is_seen(house):
    """People of a closed lab are not told to others."""
    seen = {one["username"] for one in (await house.member.get("/users")).json()["results"]}
    assert seen == {"admin", "manager", "member", "technician", "public", "rig"}
    assert (await house.member.get("/users/outsider")).status_code == 404
    assert {"member", "outsider"} <= {one["username"] for one in (await house.outsider.get("/users")).json()["results"]}


async def test_accounts_over_http(house):
    """An administrator may make one; it opens with a password or token that an operator gives."""
    made = await house.make(
        "/users",
        {
            "username": "new.person@lab",
            "email": "n@example.org",
            "is_admin": True,
            "kind": "admin",
            "password": "secret",
        },
    )
    assert set(made) == USER_KEYS | {"subjects_responsible"}
    login = await house.stranger.post("/auth-token", data={"username": "new.person@lab", "password": "secret"})
    assert login.status_code == 400
    for bad in ("a b", "", "a/b", "member"):
        answer = await house.admin.post("/users", json={"username": bad})
        assert (answer.status_code, list(answer.json())) == (400, ["username", "status_code"]), bad
    assert (await house.member.patch("/users/member", json={"email": "x"})).status_code == 403


async def test_accounts_leave_unless_something_is_theirs(house):
    await house.make("/users", {"username": "left"})
    assert (await house.member.delete("/users/left")).status_code == 404
    assert (await house.admin.delete("/users/left")).status_code == 204
    assert (await house.admin.get("/users/left")).status_code == 404
    name = (await house.make("/subjects", {"nickname": "M1"}, by="member"))["responsible_user"]
    held = await house.admin.delete(f"/users/{name}")
    assert held.status_code == 409, held.text
    assert (await house.admin.get(f"/users/{name}")).status_code == 200
    own = await house.admin.delete("/users/admin")
    assert own.status_code == 403
    assert (await house.admin.get("/me")).status_code == 200


async def test_me(house):
    for name, answer in (
        ("admin", {"is_admin": True, "kind": "normal"}),
        ("public", {"is_admin": False, "kind": "public"}),
        ("rig", {"is_admin": False, "kind": "rig"}),
    ):
        assert (await house.clients[name].get("/me")).json() == {"username": name, **answer}


async def test_labs(house):
    record = await house.make(
        "/labs",
        {"name": "thirdlab", "timezone": "Asia/Tokyo", "institution": "I", "json": [1], "reference_weight_pct": 0.85},
    )
    assert set(record) == LAB_KEYS
    assert (record["visibility"], record["repositories"], record["reference_weight_pct"], record["json"]) == (
        "open",
        [],
        0.85,
        [1],
    )
    assert (await house.member.get("/labs/thirdlab")).json() == record
    for body, field in (({"name": "bad lab"}, "name"), ({"name": "thirdlab"}, "name"), ({"name": "x", "timezone": "Europe/Lon"}, "timezone"), ({"name": "x", "timezone": ""}, "timezone"),
                        ({"name": "x", "timezone": "../etc/passwd"}, "timezone"), ({"name": "x", "visibility": "secret"}, "visibility"),
                        ({"name": "x", "reference_weight_pct": "NaN"}, "reference_weight_pct"), ({"name": "x", "reference_weight_pct": "much"}, "reference_weight_pct"),
                        ({"name": "x", "reference_weight_pct": 85}, "reference_weight_pct"), ({"name": "x", "zscore_weight_pct": -0.1}, "zscore_weight_pct"), ({}, "name")):  # fmt: skip
        answer = await house.admin.post("/labs", json=body)
        assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"]), body
    assert (await house.admin.delete("/labs/thirdlab")).status_code == 204
    await house.session()
    assert (await house.admin.delete("/labs/openlab")).status_code == 409


async def test_closing_a_lab(house):
    await house.session()
    assert (await house.outsider.get("/sessions")).json()["count"] == 1
    assert (await house.admin.patch(f"/labs/{OPEN_LAB}", json={"visibility": "closed"})).status_code == 200
    house.app.state.process.people._tokens._entries.clear()  # as after three seconds
    assert (await house.outsider.get("/sessions")).json()["count"] == 0
    assert (await house.member.get("/sessions")).json()["count"] == 1
    assert (await house.admin.patch(f"/labs/{CLOSED_LAB}", json={"visibility": "open"})).status_code == 200
    house.app.state.process.people._tokens._entries.clear()
    assert {one["name"] for one in (await house.member.get("/labs")).json()["results"]} == {OPEN_LAB, CLOSED_LAB}


async def test_places_procedures_projects(house):
    location = await house.make("/locations", {"name": "rig 1", "lab": "openlab", "json": {"a": 1}}, by="member")
    assert location == {"name": "rig 1", "lab": "openlab", "json": {"a": 1}}
    assert (await house.member.get("/locations/rig 1")).json() == location
    assert (await house.outsider.patch("/locations/rig 1", json={"json": None})).status_code == 403
    procedure = await house.make("/procedures", {"name": "Surgery", "description": "d"})
    assert {**procedure, "id": ""} == {"id": "", "name": "Surgery", "description": "d"}
    assert (await house.member.get("/procedures", params={"name": "surgery"})).json()["count"] == 1
    project = await house.make("/projects", {"name": "p1", "users": ["member", "manager", "member"]}, by="member")
    assert project == {"id": project["id"], "name": "p1", "description": "", "users": ["manager", "member"]}
    answer = await house.member.patch("/projects/p1", json={"users": []})
    assert answer.json()["users"] == []
    assert (await house.rig.patch("/projects/p1", json={"users": []})).status_code == 403
    assert (await house.member.delete("/projects/p1")).status_code == 204
