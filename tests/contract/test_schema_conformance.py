"""schemathesis reads the document and calls every operation with what fits it and what does not, as several accounts.

The seed is fixed and the budget small; `BREGMA_SCHEMA_EXAMPLES=200` looks longer.
"""

import json
import os
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import schemathesis
from bregma_app.testing import OPEN_LAB, house_settings, serving
from bregma_kit.testing.databases import clone
from bregma_kit.testing.stores import fresh_bucket
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}
EXAMPLES = int(os.environ.get("BREGMA_SCHEMA_EXAMPLES", "10"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
TOUCHED = {"auto_datetime": None}
CALLERS = ("admin", "admin", "admin", "rig", "public", "stranger")


class Site:
    """A served installation with a record of each kind, so that calls meet something."""

    def __init__(self, url, tokens):
        self.url, self.tokens = url, tokens
        self.ids = {}
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Token {tokens['admin']}"})

    def make(self, path, body):
        answer = self.http.post(path, json=body)
        assert answer.status_code in (200, 201), f"{path}: {answer.text}"
        return answer.json()

    def learn(self):
        """Remember a few ids of every list, as its records' addresses spell them."""
        for path, methods in DOCUMENT["paths"].items():
            one = f"{path}/{{id}}"
            if "get" in methods and one in DOCUMENT["paths"]:
                found = self.http.get(path, params={"limit": 5})
                assert found.status_code == 200, f"{path}: {found.text}"
                records = found.json().get("results", []) if isinstance(found.json(), dict) else []
                self.ids[one] = [name for record in records if (name := _name(record)) is not None]


def _name(record):
    if record.get("url"):
        return str(record["url"]).rpartition("/")[2]
    return next((str(record[key]) for key in ("name", "id", "username", "upload") if record.get(key) is not None), None)


WORLD = (
    ("/projects", {"name": "neuropixels"}), ("/species", {"name": "Mus musculus"}), ("/strains", {"name": "C57BL/6J"}),
    ("/lines", {"name": "C57"}), ("/subjects", {"nickname": "KS014", "lab": OPEN_LAB, "birth_date": "2019-10-01"}),
    ("/sessions", {"subject": "KS014", "start_time": "2020-01-01T10:00:00", "number": 1, "json": {"a": [1]}}),
    ("/tags", {"name": "release"}), ("/revisions", {"name": "2020-02-02"}),
    ("/data-repository", {"name": "lab_server", "hostname": "lab.local", "data_url": "http://lab.local/"}),
    ("/register-file", {"path": "KS014/2020-01-01/001/alf", "filenames": ["spikes.times.npy"], "name": "lab_server"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def site(postgres_server, peopled, object_store):
    with (
        clone(postgres_server, peopled.database) as url, fresh_bucket(object_store) as bucket,
        serving(house_settings(url, object_store, bucket), peopled.tokens) as live,
    ):  # fmt: skip
        one = Site(live.url, peopled.tokens)
        for path, body in WORLD:
            one.make(path, body)
        one.learn()
        yield one


def call(site, operation, data):
    """Make one call, half of the time with an id that exists, and hold the answer against the document."""
    case = data.draw(operation.as_strategy(generation_mode=data.draw(st.sampled_from(MODES))))
    known = site.ids.get(operation.path, [])
    if known and "id" in (case.path_parameters or {}) and data.draw(st.booleans()):
        case.path_parameters["id"] = data.draw(st.sampled_from(known))
    caller = data.draw(st.sampled_from(CALLERS))
    headers = {"Authorization": f"Token {site.tokens[caller]}"} if caller in site.tokens else {}
    case.headers = {**(case.headers or {}), **headers}
    if not headers:
        case.headers.pop("Authorization", None)
    answer = case.call(base_url=site.url)
    case.validate_response(answer, checks=CHECKS)


@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_keeps_what_the_document_says(site, label):
    operation = OPERATIONS[label]

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(data=st.data())
    def examples(data):
        call(site, operation, data)

    examples()


def test_the_world_has_a_record_behind_every_kind_of_id(site):
    assert all(site.ids[f"{path}/{{id}}"] for path in ("/sessions", "/subjects", "/labs", "/datasets", "/files"))


@pytest.mark.parametrize("path", [path for path, methods in DOCUMENT["paths"].items() if "put" in methods])
def test_a_record_that_was_read_can_be_put_back(site, path):
    """Scripts read a record, change a field and send all of it back."""
    for name in site.ids[path]:
        address = path.replace("{id}", quote(name, safe=""))
        found = site.http.get(address)
        if found.status_code in (404, 409):  # an operation above has deleted it, or made another of its name
            continue
        answer = site.http.put(address, json=found.json())
        assert answer.status_code == 200, answer.text
        assert {**answer.json(), **TOUCHED} == {**found.json(), **TOUCHED}
