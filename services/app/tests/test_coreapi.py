"""The document for clients older than ONE-api 3.1, as their reader walks it."""

import orjson
from bregma_app.coreapi import coreapi
from bregma_app.document import full_document
from bregma_app.main import ROOMS

OLD = {"Accept": "application/coreapi+json", "Content-Type": "application/json"}
ACTIONS = {
    "list": "get",
    "read": "get",
    "create": "post",
    "update": "put",
    "partial_update": "patch",
    "delete": "delete",
}


async def test_old_clients_get_their_form(house):
    for path in ("/docs", "/docs/"):
        answer = await house.clients["stranger"].get(path, headers=OLD)
        assert (answer.status_code, answer.headers["vary"]) == (200, "Accept")
    told = answer.json()
    assert (told["_type"], told["_meta"]) == ("document", {"url": "http://bregma.test/docs/", "title": "Bregma"})
    assert "<html" in (await house.clients["stranger"].get("/docs/", headers={"Accept": "text/html"})).text


async def test_every_link_is_one_that_the_reader_can_follow(house):
    told = (await house.clients["stranger"].get("/docs/", headers=OLD)).json()
    schema = (await house.clients["stranger"].get("/api/schema")).json()
    endpoints = {name: links for name, links in told.items() if not name.startswith("_")}
    assert {"sessions", "notes", "tasks", "fields-of-view", "users"} <= set(endpoints)
    assert set(endpoints) == {path.split("/")[1] for path in schema["paths"]}
    for name, links in endpoints.items():
        for action, link in links.items():
            assert (link["_type"], link["action"]) == ("link", ACTIONS[action]), (name, action)
            assert link["url"].startswith(f"/{name}")
            for one in link.get("fields", ()):
                # what print_endpoint_info takes apart
                assert {"name", "location", "schema"} <= set(one)
                assert {"_type", "description"} <= set(one["schema"])
                assert one["location"] in ("query", "path", "form")


async def test_fields_of_one_endpoint(house):
    sessions = (await house.clients["stranger"].get("/docs/", headers=OLD)).json()["sessions"]
    assert set(sessions) == set(ACTIONS)
    assert {"limit", "offset", "django", "subject"} <= {one["name"] for one in sessions["list"]["fields"]}
    assert [one["name"] for one in sessions["read"]["fields"]] == ["id"]
    assert sessions["read"]["url"] == "/sessions/{id}"
    required = [one["name"] for one in sessions["create"]["fields"] if one.get("required")]
    assert (required, sessions["create"]["encoding"]) == (["subject"], "application/json")
    places = [(one["name"], one["location"]) for one in sessions["partial_update"]["fields"]][:1]
    assert places == [("id", "path")]


def test_the_same_operations_give_the_same_bytes():
    everything = [one for operations in ROOMS.values() for one in operations]
    first, second = (orjson.dumps(coreapi(full_document(everything), "x")) for _ in range(2))
    assert first == second
