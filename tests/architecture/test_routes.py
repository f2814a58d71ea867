"""Every route has a policy, and the policy is what a stranger, a read-only account and a member meet."""

from typing import Any

import pytest
from bregma_app.main import ROOMS, ROUTING, make_app
from bregma_kit.http import Operation, Policy
from bregma_kit.settings import Settings
from starlette.routing import Route

OPEN = {
    "/healthz", "/readyz", "/metrics",  # for whatever supervises the process
    "/auth-token", "/api/schema",  # what a client needs before it has a token
    "/invitations/accept",  # opened by a one-time key; it sets the password of the account that the key belongs to
    "/", "/docs", "/docs/{name}", "/data/types", "/today", "/welcome",  # pages for people; they show no records
}  # fmt: skip
"""What anybody may ask; a new entry is a decision, not a habit."""
ID = "0195b7a2-8f6c-7d31-9a54-2f1c3b6d8e90"


def operations() -> list[Operation]:
    """Every operation of an application with all rooms, taken from its routes."""
    routes = make_app(Settings()).routes
    return [route.endpoint.operation for route in routes if isinstance(route, Route)]


ALL = operations()


def address(one: Operation) -> str:
    """An address that reaches the operation."""
    path = one.path
    for part in path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, ID)
    return path


def test_every_route_is_an_operation_with_a_policy():
    app = make_app(Settings())
    for route in app.routes:
        operation: Any = getattr(route.endpoint, "operation", None)
        assert isinstance(operation, Operation), f"{route.path} does not come from an Operation"
        assert isinstance(operation.policy, Policy), route.path
        assert route.methods == {operation.method} | ({"HEAD"} if operation.method == "GET" else set()) or (
            route.methods == {operation.method}
        )
    assert len(app.routes) == len(ALL) > sum(map(len, ROOMS.values()))


def test_only_these_routes_are_open():
    assert {one.path for one in ALL if one.policy is Policy.OPEN} <= OPEN


def test_writing_needs_more_than_a_token():
    """Whatever changes something refuses read-only accounts; questions that are too long for a query may be POSTed."""
    questions = {"signed_urls_create", "auth_token_create", "invitations_accept"}
    for one in ALL:
        if one.method != "GET" and one.name not in questions:
            assert one.policy in (Policy.WRITER, Policy.ADMIN), f"{one.method} {one.path} may be called by {one.policy}"


def test_names_and_methods_are_unique():
    places = [(one.method, one.path) for one in ALL]
    names = [one.name for one in ALL]
    assert len(set(places)) == len(places)
    assert len(set(names)) == len(names)


def test_each_first_segment_belongs_to_one_room():
    for room, own in ROOMS.items():
        for one in own:
            assert ROUTING[one.path.split("/")[1]] == room, f"{one.path} is routed elsewhere"


def test_our_own_paths_have_our_own_errors():
    alyx = {
        "auth-token", "me", "users", "labs", "locations", "procedures", "projects", "subjects", "sessions", "datasets",
        "files", "revisions", "tags", "dataset-types", "data-formats", "data-repository", "data-repository-type",
        "register-file", "check-protected", "species", "strains", "lines", "sources", "insertions", "chronic-insertions",
        "trajectories", "channels", "brain-regions", "fields-of-view", "fov-location", "imaging-stack", "notes", "tasks",
        "weighings", "water-administrations", "water-requirement", "water-restriction", "water-restricted-subjects",
        "water-type", "surgeries", "data-notices", "downloads", "new-download", "sync-file-status", "cache", "cache.zip",
        "uploaded", "docs",
    }  # fmt: skip
    for one in (one for own in ROOMS.values() for one in own):
        assert one.own is (one.path.split("/")[1] not in alyx), f"{one.path}: own={one.own}"


async def test_a_stranger_gets_nothing_but_open_routes(house):
    stranger = house.clients["stranger"]
    for one in ALL:
        if one.policy is Policy.OPEN:
            continue
        answer = await stranger.request(one.method, address(one))
        wanted = 401 if one.policy is Policy.DATA else 403
        assert answer.status_code == wanted, f"{one.method} {one.path}: {answer.status_code} {answer.text}"
        assert answer.headers["Bregma-Error"] == "not_signed_in"
        assert ("code" in answer.json()) is one.own


async def test_a_read_only_account_writes_nothing(house):
    for one in ALL:
        if one.policy in (Policy.WRITER, Policy.ADMIN):
            answer = await house.clients["public"].request(one.method, address(one), json={})
            assert answer.status_code == 403, f"{one.method} {one.path}: {answer.status_code} {answer.text}"


@pytest.mark.parametrize("who", ["member", "rig"])
async def test_administration_is_for_administrators(house, who):
    for one in (one for one in ALL if one.policy is Policy.ADMIN):
        answer = await house.clients[who].request(one.method, address(one), json={})
        assert answer.status_code == 403, f"{one.method} {one.path}: {answer.status_code}"
