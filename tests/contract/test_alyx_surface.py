"""Whatever an Alyx documents is here: every path, method, query parameter and field.

``alyx_surface.json`` holds the names that a real Alyx 3 shows in its own OpenAPI document: for each path and method the query
parameters, the fields that a body may have, those that it must have, and the fields of the record that comes back.
"""

import json
from pathlib import Path

import pytest

HERE = Path(__file__)
ALYX = json.loads((HERE.parent / "alyx_surface.json").read_text())
OURS = json.loads((HERE.parents[2] / "docs" / "openapi.json").read_text())
SCHEMAS = OURS["components"]["schemas"]
CALLS = [(path, method) for path, methods in ALYX.items() for method in methods]
# what an Alyx documents and nobody can miss here: (path, name) → why
_ACCOUNTS = "accounts are managed with `bregma user`, and nobody looks people up by their passwords or pages for people"
_NO_SUCH = "a column of Alyx's own table that none of its records show"
_HOUSING = "housing is kept with cages and housings"
LEFTOVERS = {
    ("/api/schema", "format"): "one form is enough",
    ("/auth-token", "password"): "nobody gets a password back",
    ("/auth-token", "username"): "the stock client wants exactly one key",
    ("/check-protected", "limit"): "the answer is no list",
    ("/check-protected", "offset"): "the answer is no list",
    ("/sessions", "name"): "a session has no name of its own",
    ("/subjects", "name"): "a subject's name is its nickname",
    ("/files", "name"): "a file record's name is its dataset's",
    **{("/users", name): _ACCOUNTS for name in (
        "allowed_users", "date_joined", "first_name", "groups", "is_active", "is_public_user", "is_staff", "is_superuser",
        "last_login", "last_name", "password", "user_permissions", "subjects_responsible",
    )},
    **{("/labs", name): _HOUSING for name in ("cage_cleaning_frequency_days", "cage_type", "enrichment", "food", "light_cycle")},
    ("/data-formats", "json"): "a format is four words",
    **{("/datasets", name): _NO_SUCH for name in ("md5", "provenance_directory", "content_type")},
    **{("/datasets", name): "sent to name the session; a record shows the session itself" for name in ("subject", "date", "number")},
    **{("/chronic-insertions", name): _NO_SUCH for name in ("narrative", "procedures", "end_time", "users", "location")},
    **{(path, name): _NO_SUCH for path in ("/weighings", "/water-administrations", "/water-restriction", "/surgeries")
       for name in ("name", "json", "procedures") if (path, name) not in (("/surgeries", "json"), ("/surgeries", "procedures"))},
    ("/surgeries", "lab"): "it follows the animal",
    ("/insertions", "datasets"): "their collections tell which they are",
    ("/subjects", "genotype"): "zygosities are records of their own: /zygosities",
    ("/procedures", "json"): "a kind of procedure is two words",
}  # fmt: skip
DEMANDED = {
    ("/revisions", "name"), ("/tags", "name"), ("/dataset-types", "name"),
    ("/channels", "trajectory_estimate"), ("/insertions", "session"), ("/chronic-insertions", "subject"),
}  # fmt: skip
"""An Alyx takes these without a name and then cannot be asked for them; or without what tells whose they are."""
KEPT = {
    ("/dataset-types", "created_by"),
    ("/datasets", "created_by"),
    ("/datasets", "created_datetime"),
    ("/downloads", "user"),
}
"""Told when a record is made; who made it, and when, stays."""
NOT_ADDED = {("/water-type/{id}", "post")}


def schema_of(content):
    schema = content.get("application/json", {}).get("schema", {})
    schema = schema.get("anyOf", [schema])[0]
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def without_leftovers(path, names):
    return {name for name in names if (path.removesuffix("/{id}"), name) not in LEFTOVERS}


def fields_of(schema):
    if "results" in schema.get("properties", {}):
        schema = schema["properties"]["results"]["items"]
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return set(schema.get("properties", {}))


@pytest.fixture(params=CALLS, ids=lambda one: f"{one[1].upper()} {one[0]}")
def call(request):
    path, method = request.param
    # some paths are served without being told to clients, whose list of endpoints they would only lengthen
    ours = OURS["paths"].get(path, {}).get(method)
    return path, method, {name: text.split() for name, text in ALYX[path][method].items()}, ours


UNTOLD = {"/api/schema", "/cache.zip", "/cache/info/", "/uploaded/{img_url}", "/docs/"}


def test_the_call_is_there(call):
    path, method, _, ours = call
    if path in UNTOLD or (path, method) in NOT_ADDED:
        pytest.skip("served, and tested by its own room")
    assert ours is not None, f"{method.upper()} {path} is missing"


def test_every_parameter_is_there(call):
    path, _, alyx, ours = call
    if ours is None:
        pytest.skip("test_the_call_is_there says so")
    known = {one["name"] for one in ours.get("parameters", [])}
    pages = {"limit", "offset"} if path == "/water-type/{id}" else set()
    assert not without_leftovers(path, alyx.get("parameters", [])) - known - pages


def test_every_field_is_there(call):
    path, _, alyx, ours = call
    if ours is None:
        pytest.skip("no record")
    body = fields_of(schema_of(ours.get("requestBody", {}).get("content", {})))
    kept = {name for under, name in KEPT if f"{under}/{{id}}" == path}
    assert not without_leftovers(path, alyx.get("body", [])) - body - kept
    success = next((answer for status, answer in ours["responses"].items() if status[0] == "2"), {})
    assert not without_leftovers(path, alyx.get("record", [])) - fields_of(schema_of(success.get("content", {})))


def test_nothing_more_is_demanded(call):
    path, _, alyx, ours = call
    if ours is None or not alyx.get("body"):
        pytest.skip("no body")
    required = set(schema_of(ours["requestBody"]["content"]).get("required", []))
    missing = required - set(alyx.get("required", []))
    assert not {name for name in missing if (path.removesuffix("/{id}"), name) not in DEMANDED}
