"""The API's document: valid, the same from every process, in step with the repository, readable by Alyx's client."""

import asyncio
import hashlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from bregma_app.document import INFO, full_document
from bregma_app.main import ROOMS, make_app
from bregma_kit.openapi import misread
from bregma_kit.settings import Settings
from one.webclient import RestSchemeOpenApi
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = [one for operations in ROOMS.values() for one in operations]
METHODS = {
    "list": "GET",
    "read": "GET",
    "create": "POST",
    "update": "PUT",
    "partial_update": "PATCH",
    "delete": "DELETE",
}
# one first letters of a search term must stay enough (contract, section 3)
ABBREVIATIONS = {"subj": "subject", "date": "date_range", "task": "task_protocol", "num": "number", "user": "users"}


def tool(name: str) -> Any:
    """Import a program of tools/."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def doc() -> dict[str, Any]:
    return full_document(EVERYTHING)


@pytest.fixture(scope="module")
def stock(doc) -> RestSchemeOpenApi:
    return RestSchemeOpenApi(json.loads(json.dumps(doc)))


def test_is_valid_openapi_3_0_3(doc):
    validate(doc)
    assert doc["openapi"] == "3.0.3"


def test_snapshot_and_generated_client_are_in_step():
    generate = tool("generate_client")
    document = generate.snapshot()
    faults = generate.differences({generate.SNAPSHOT: document, **generate.generated(document)})
    assert not faults, "\n".join(faults)


_DIGEST = """
import asyncio, hashlib, sys, httpx
from bregma_app.main import make_app
from bregma_kit.settings import Settings
app = make_app(Settings(), sys.argv[1].split(","))
async def ask():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://b.test") as client:
        return (await client.get("/api/schema")).content
print(hashlib.sha256(asyncio.run(ask())).hexdigest())
"""


async def _served() -> bytes:
    transport = httpx.ASGITransport(app=make_app(Settings()))
    async with httpx.AsyncClient(transport=transport, base_url="http://b.test") as client:
        return (await client.get("/api/schema")).content


def test_every_process_serves_the_same_bytes():
    """Whichever rooms it serves and however Python orders its sets."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _DIGEST, rooms], stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for rooms, seed in (("metadata", "1"), ("files", "2"))
    ]  # fmt: skip
    here = hashlib.sha256(asyncio.run(_served())).hexdigest()
    digests = [one.communicate(timeout=120)[0].split()[-1] for one in started]  # the log stands before it
    assert digests == [here, here]


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("application/json", "application/json"),
        ("text/html,*/*;q=0.1", "application/json"),
        ("application/coreapi+json", "application/json"),
    ],
)
async def test_is_served_to_anybody(doc, accept, wanted):
    transport = httpx.ASGITransport(app=make_app(Settings()))
    async with httpx.AsyncClient(transport=transport, base_url="http://b.test") as client:
        answer = await client.get("/api/schema", headers={"Accept": accept, "Accept-Version": "3.0"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == wanted
    assert answer.json() == json.loads(json.dumps(doc))


def test_nothing_that_the_stock_client_would_misread(doc):
    assert misread(doc["paths"]) == []


def test_stock_client_finds_every_endpoint(doc, stock):
    assert set(stock.endpoints) == {path.split("/")[1] for path in doc["paths"]} - {"auth-token", "api"}
    assert {"sessions", "datasets", "files", "subjects", "register-file", "dataset-types"} <= set(stock.endpoints)


def test_stock_client_reads_every_action_of_every_endpoint(doc, stock):
    seen = 0
    for endpoint in stock.endpoints:
        actions = stock.actions(endpoint)
        for action in actions:
            url = stock.url(endpoint, action)
            assert METHODS[action].lower() in doc["paths"][url], f"{endpoint} {action}: {url}"
            fields = stock.fields(endpoint, action)
            assert all("name" in one for one in fields), f"{endpoint} {action}"
            seen += 1
        declared = {
            (one.method, "{" in one.path) for one in EVERYTHING if one.documented and one.path.split("/")[1] == endpoint
        }
        missing = {
            action for action, method in METHODS.items()
            if (method, action not in ("list", "create")) in declared and action not in actions
        }  # fmt: skip
        assert not missing, f"{endpoint}: the stock client does not see {missing}"
    assert seen > 60


def test_stock_client_reads_resources_at_their_own_paths(stock):
    actions = {(method, action not in ("list", "create")): action for action, method in METHODS.items()}
    for one in EVERYTHING:
        if hasattr(one, "resource") and one.documented:
            action = actions[one.method, "{" in one.path]
            assert stock.url(one.resource.path, action) == one.path


def test_lists_offer_the_filters_that_the_server_reads(stock):
    for one in EVERYTHING:
        resource = getattr(one, "resource", None)
        if resource is not None and one.method == "GET" and "{" not in one.path:
            offered = stock.field_names(resource.path, "list")
            assert offered == [*resource.filter_map, "limit", "offset"]


def test_bodies_offer_every_field_that_may_be_written(stock):
    assert {"subject", "users", "projects", "start_time", "task_protocol", "json"} <= set(
        stock.field_names("sessions", "create")
    )
    assert "url" not in stock.field_names("sessions", "create")
    assert {"path", "filenames", "hashes"} <= set(stock.field_names("register-file", "create"))


@pytest.mark.parametrize(("short", "term"), ABBREVIATIONS.items())
def test_abbreviated_search_terms_stay_unambiguous(stock, short, term):
    fits = [name for name in stock.field_names("sessions", "list") if name.startswith(short)]
    assert fits == [term]


def test_printing_an_endpoint_works(stock, capsys):
    for endpoint in stock.endpoints:
        stock.print_endpoint_info(endpoint)
    assert "task_protocol" in capsys.readouterr().out


def test_every_operation_is_described(doc):
    names = []
    for path, methods in doc["paths"].items():
        for method, one in methods.items():
            names.append(one["operationId"])
            assert one["summary"], f"{method} {path}"
            assert one["tags"], f"{method} {path} has no tag"
            assert "May be called by" in one["description"]
            assert any(status < "400" for status in one["responses"])
            if one["security"]:
                assert {"401", "403"} & set(one["responses"])
            if "{" in path:
                assert "404" in one["responses"]
    assert len(set(names)) == len(names)


def test_every_tag_is_described(doc):
    undescribed = [tag["name"] for tag in doc["tags"] if not tag["description"]]
    assert not undescribed, f"describe these in bregma_app/document.py: {undescribed}"
    assert set(INFO.tags) >= {tag["name"] for tag in doc["tags"]}


def _examples(value: Any) -> Any:
    if isinstance(value, dict):
        if "schema" in value and "example" in value:
            yield value["schema"], value["example"]
        for one in value.values():
            yield from _examples(one)
    elif isinstance(value, list):
        for one in value:
            yield from _examples(one)


def _without_nulls(value: Any) -> Any:
    """The validator takes no null for a reference, although `nullable` stands beside it."""
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def test_examples_fit_their_schemas(doc):
    lenient = json.loads(json.dumps(doc["components"]))
    for schema in lenient["schemas"].values():
        nullable = {name for name, one in schema.get("properties", {}).items() if one.get("nullable") or not one}
        schema["required"] = [name for name in schema.get("required", []) if name not in nullable] or ["x"]
        if schema["required"] == ["x"]:
            del schema["required"]
    count = 0
    for schema, example in _examples(doc["paths"]):
        count += 1
        faults = list(OAS30Validator({**schema, "components": lenient}).iter_errors(_without_nulls(example)))
        assert not faults, f"{schema}: {faults[0].json_path} {faults[0].message}"
    assert count > 100


def test_no_time_claims_an_offset(doc):
    assert "date-time" not in json.dumps(doc)
