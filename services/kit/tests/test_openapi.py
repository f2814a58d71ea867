"""The emitter of the API's document, on a resource about shoes: the kit knows no mouse."""

from datetime import date, datetime
from uuid import UUID

import pytest
from bregma_kit.fields import Choice, Computed, Field, Moment, SelfUrl, SystemMoment
from bregma_kit.filters import boolean, choice, day_range, every, exact, uuid
from bregma_kit.http import Operation, Parameter, Policy
from bregma_kit.lookups import Vocabulary
from bregma_kit.openapi import Info, document, misread
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import ANY_WRITER
from bregma_kit.wire_schemas import ANY_TIME, NAIVE_TIME, older, sample
from openapi_spec_validator import validate
from pydantic import BaseModel
from pydantic import Field as Described
from sqlalchemy import DateTime, literal_column
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

STATE = Vocabulary("state", {"NEW": 0, "WORN": 10})


class Base(DeclarativeBase):
    pass


class ShoeRow(Base):
    __tablename__ = "shoes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    size: Mapped[float | None]
    state: Mapped[int]
    bought: Mapped[date | None]
    worn_at: Mapped[datetime | None]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


SHOES = Resource(
    path="shoes", noun="Shoe", table=ShoeRow, lookup=ShoeRow.id, order=(ShoeRow.id,), write=ANY_WRITER, tag="wardrobe",
    doc="Shoes.",
    fields=(
        Field(name="id", column=ShoeRow.id, type=UUID, create_only=True),
        SelfUrl(name="url", path="shoes", column=ShoeRow.id),
        Field(name="name", column=ShoeRow.name, required=True, example="left boot"),
        Field(name="size", column=ShoeRow.size, type=float, nullable=True, in_list=False),
        Choice(name="state", column=ShoeRow.state, vocabulary=STATE),
        Field(name="bought", column=ShoeRow.bought, type=date, nullable=True),
        Moment(name="worn_at", column=ShoeRow.worn_at, type=datetime, nullable=True),
        SystemMoment(name="made_at", column=ShoeRow.made_at, read_only=True),
        Computed(name="laces", expression=literal_column("2"), type=int),
    ),
    filters=(
        exact("name", ShoeRow.name, doc="the whole name"), choice("state", ShoeRow.state, STATE),
        uuid("id", ShoeRow.id),
        every("tags", lambda p: ShoeRow.name == p), day_range("days", ShoeRow.bought), boolean("old", ShoeRow.name),
    ),
)  # fmt: skip


class Pair(BaseModel):
    """Two shoes."""

    left: str = Described(examples=["a"])
    right: str | None = None
    until: datetime | None = None
    number: int = Described(gt=0)


class Paired(BaseModel):
    pairs: list[Pair]


async def answer(_call: object) -> None:
    """Tell nothing."""


def operation(method: str, path: str, name: str, **more: object) -> Operation:
    fixed = {"policy": Policy.SIGNED_IN, "summary": name, "tag": "wardrobe"}
    return Operation(method=method, path=path, name=name, handler=answer, **{**fixed, **more})


EXTRA = [
    operation("POST", "/shoes/pair", "shoes_pair", body=Pair, answer=Paired, own=True, policy=Policy.WRITER),
    operation("GET", "/fit", "fit_list", reads_body=True, parameters=(Parameter("size", {"type": "number"}),)),
    operation("POST", "/fit", "fit_create", body_schema={"type": "array", "items": {"type": "string"}}),
    operation("GET", "/shelf/{path:path}", "shelf_read", policy=Policy.DATA, status=302,
              parameters=(Parameter("path", {"type": "string"}, where="path"),)),
    operation("GET", "/hidden", "hidden", documented=False),
]  # fmt: skip
INFO = Info("Shop", "1.0", "A shop that sells shoes.", {"wardrobe": "What is worn."})


@pytest.fixture(scope="module")
def doc() -> dict:
    return document([*EXTRA[:1], *operations_of(SHOES), *EXTRA[1:]], INFO)


def test_is_valid_openapi(doc):
    validate(doc)
    assert doc["openapi"] == "3.0.3"


def test_collection_before_record_before_helpers(doc):
    assert list(doc["paths"]) == ["/shoes", "/shoes/{id}", "/shoes/pair", "/fit", "/shelf/{path}"]
    assert misread(doc["paths"]) == []


def test_misreadings_are_named():
    shadow = {"/x/sum": {"get": {}, "put": {}}, "/x": {"get": {}, "put": {}, "parameters": []}}
    faults = misread(shadow)
    assert "/x: the key 'parameters' is no method" in faults
    assert any("/x/sum stands before it" in fault for fault in faults)
    assert misread({"/x/sum/{id}": {"get": {}}, "/x/{id}": {"get": {}}}) != []


def test_record_schema_says_type_null_and_what_lists_leave_out(doc):
    shoe = doc["components"]["schemas"]["Shoe"]
    fields = shoe["properties"]
    assert fields["id"] == {"type": "string", "format": "uuid"}
    assert fields["url"]["readOnly"] is True
    assert fields["size"] == {"type": "number", "nullable": True}
    assert fields["state"]["enum"] == ["NEW", "WORN"]
    assert fields["bought"] == {"type": "string", "format": "date", "nullable": True}
    assert fields["laces"] == {"type": "integer", "readOnly": True}
    assert "size" not in shoe["required"]
    assert "name" in shoe["required"]


def test_times_have_a_pattern_and_no_format(doc):
    shoe = doc["components"]["schemas"]
    assert shoe["Shoe"]["properties"]["worn_at"]["pattern"] == NAIVE_TIME
    assert shoe["Shoe"]["properties"]["made_at"]["pattern"] == NAIVE_TIME
    assert shoe["ShoeWrite"]["properties"]["worn_at"]["pattern"] == ANY_TIME
    assert shoe["Pair"]["properties"]["until"]["pattern"] == ANY_TIME
    assert "date-time" not in str(doc)


def test_bodies_are_plain_references_to_objects_with_properties(doc):
    for path, method, name in (
        ("/shoes", "post", "ShoeWrite"), ("/shoes/{id}", "put", "ShoeWrite"), ("/shoes/{id}", "patch", "ShoePatch"),
    ):  # fmt: skip
        schema = doc["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
        assert schema == {"$ref": f"#/components/schemas/{name}"}
    write, patch = doc["components"]["schemas"]["ShoeWrite"], doc["components"]["schemas"]["ShoePatch"]
    assert write["required"] == ["name"]
    assert "required" not in patch
    assert "id" in write["properties"]
    assert "id" not in patch["properties"]
    assert "made_at" not in write["properties"]


def test_put_has_a_schema_of_its_own_when_it_asks_for_other_fields():
    from dataclasses import replace

    other = document(operations_of(replace(SHOES, put_requires=())), INFO)
    schema = other["paths"]["/shoes/{id}"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/ShoePut"}
    assert "required" not in other["components"]["schemas"]["ShoePut"]


def test_what_the_stock_reader_cannot_digest_is_in_the_extension(doc):
    listed, sent = doc["paths"]["/fit"]["get"], doc["paths"]["/fit"]["post"]
    assert "requestBody" not in listed
    assert "requestBody" not in sent
    assert listed["x-bregma"]["requestBody"]["required"] is False
    assert sent["x-bregma"]["requestBody"]["content"]["application/json"]["schema"]["type"] == "array"


def test_parameters_are_inline_and_typed(doc):
    told = {one["name"]: one for one in doc["paths"]["/shoes"]["get"]["parameters"]}
    assert list(told)[-2:] == ["limit", "offset"]
    assert told["name"]["description"] == "the whole name"
    assert told["state"]["schema"]["enum"] == ["NEW", "WORN"]
    assert told["tags"]["schema"]["type"] == "array"
    assert told["tags"]["explode"] is False
    assert told["old"]["schema"] == {"type": "boolean"}
    assert doc["paths"]["/shoes/{id}"]["get"]["parameters"] == [
        {"name": "id", "in": "path", "schema": {"type": "string", "format": "uuid"}, "required": True,
         "description": "id of the shoe"}
    ]  # fmt: skip


def test_answers_to_mistakes(doc):
    def told(path: str, method: str) -> dict:
        answers = doc["paths"][path][method]["responses"]
        return {status: one["$ref"].rsplit("/", 1)[1] for status, one in answers.items() if "$ref" in one}

    assert told("/shoes/{id}", "get") == {
        "400": "Invalid", "403": "Refused", "404": "NotFound", "409": "InTheWay", "503": "Away",
    }  # fmt: skip
    assert told("/shoes/pair", "post") == {
        "400": "OwnInvalid", "403": "OwnRefused", "409": "OwnInTheWay", "413": "OwnTooLarge", "503": "OwnAway",
    }  # fmt: skip
    assert told("/shelf/{path}", "get") == {
        "400": "Invalid", "401": "Unauthorized", "404": "NotFound", "409": "InTheWay", "503": "Away",
    }  # fmt: skip
    assert doc["paths"]["/shelf/{path}"]["get"]["responses"]["302"] == {"description": "Found."}
    own = doc["components"]["responses"]["OwnRefused"]["content"]["application/json"]["example"]
    assert set(own) == {"detail", "code", "hint", "request_id", "status_code"}


def test_policy_shows_as_security(doc):
    assert doc["paths"]["/shoes"]["get"]["security"] == [{"token": []}]
    assert doc["paths"]["/shelf/{path}"]["get"]["security"] == [{"token": []}, {"basic": []}]
    assert (
        "May be called by: any signed-in account that is not read-only."
        in (doc["paths"]["/shoes"]["post"]["description"])
    )


def test_pages_are_declared_for_lists(doc):
    page = doc["components"]["schemas"]["ShoePage"]
    assert page["required"] == ["count", "next", "previous", "results"]
    assert page["properties"]["results"]["items"] == {"$ref": "#/components/schemas/Shoe"}


def test_a_reference_to_nothing_is_a_mistake():
    lost = operation("GET", "/lost", "lost_list", answer_schema={"$ref": "#/components/schemas/Lost"})
    with pytest.raises((ValueError, KeyError), match="Lost"):
        document([lost], INFO)


def test_two_schemas_of_one_name_are_a_mistake():
    class Other(BaseModel):
        price: int

    Other.__name__ = "Pair"
    twice = [*EXTRA[:1], operation("POST", "/other", "other_create", body=Other)]
    with pytest.raises(ValueError, match="called Pair"):
        document(twice, INFO)


def test_order_of_operations_between_segments_is_kept_and_repeatable():
    once, again = document(operations_of(SHOES), INFO), document(operations_of(SHOES), INFO)
    assert str(once) == str(again)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}, {"type": "string", "nullable": True}),
        ({"const": 3}, {"enum": [3]}),
        ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 0, "exclusiveMinimum": True}),
        ({"type": "integer", "ge": 0, "le": 2**63 - 1}, {"type": "integer", "minimum": 0}),
        ({"examples": ["a", "b"], "title": "T"}, {"example": "a"}),
        ({"anyOf": [{"$ref": "#/x"}, {"type": "null"}]}, {"allOf": [{"$ref": "#/x"}], "nullable": True}),
        ({"$ref": "#/x", "description": "d"}, {"allOf": [{"$ref": "#/x"}], "description": "d"}),
        ({"properties": {"title": {"type": "string", "title": "T"}}}, {"properties": {"title": {"type": "string"}}}),
    ],
)
def test_older_dialect(given, wanted):
    assert older(given, {}) == wanted


def test_sample_fits_nested_schemas():
    definitions = {"One": {"type": "object", "properties": {"n": {"type": "integer"}, "at": {"pattern": ANY_TIME}}}}
    made = sample({"type": "array", "items": {"$ref": "#/components/schemas/One"}}, definitions)
    assert made == [{"n": 1, "at": "2020-01-01T10:00:00"}]
