"""Weighings, water, restrictions, and what an animal needs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from bregma_kit.errors import Invalid
from bregma_kit.fields import Computed, Field, Moment, SelfUrl, Slug, many
from bregma_kit.filters import moment, parse_date, relation, uuid
from bregma_kit.graph import Model
from bregma_kit.http import Call, Operation, Parameter, Policy, json_response, read_body
from bregma_kit.resource import Resource, read_one
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE, WriteRule, in_visible_labs
from pydantic import Field as Bounds
from sqlalchemy import DateTime, Double, cast, null, select
from starlette.responses import Response

from bregma_metadata.husbandry import service, today
from bregma_metadata.husbandry.filters import by_animal, by_days, by_user, by_users, placeless, seen_with
from bregma_metadata.husbandry.tables import (
    WaterAdministrationRow,
    WaterRestrictionRow,
    WaterRestrictionUserRow,
    WaterTypeRow,
    WeighingRow,
)
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.subjects.naming import STAFF, Animal
from bregma_metadata.subjects.tables import SubjectRow

TAG = "husbandry"
Amount = Annotated[float, Bounds(ge=0)]
NOT_NEGATIVE = "Ensure this value is greater than or equal to 0."
UNKNOWN = cast(null(), Double)
"""Stands in SQL for what is worked out from an animal's history afterwards."""

WEIGHINGS = Resource(
    path="weighings", noun="Weighing", table=WeighingRow, lookup=WeighingRow.id, parse_lookup=UUID, tag=TAG,
    order=(WeighingRow.date_time.desc(), WeighingRow.id.desc()), methods="LCRD", write=BY_SERVICE,
    visible=seen_with(WeighingRow.subject_id), before=service.complete_weighing, after=today.weighed, before_delete=service.may_undo,
    model=Model(view="weighings", within="subject", reverse={"subject": "weighings"}),
    doc="Weighings of animals in grams, newest first. Whoever entered one, or a manager, deletes it.",
    constraints={
        "weighings_weight_check": ("weight", NOT_NEGATIVE),
    },
    fields=(
        Field(name="id", column=WeighingRow.id, read_only=True),
        Animal(name="subject", column=WeighingRow.subject_id, required=True, example="KS014"),
        Moment(name="date_time", column=WeighingRow.date_time, type=datetime, doc="now in the animal's lab unless said"),
        Field(name="weight", column=WeighingRow.weight, type=Amount, required=True, example=23.4, doc="g, implant included"),
        Slug(name="user", column=WeighingRow.user_id, to=UserRow.username, nullable=True, doc="the caller unless said"),
        SelfUrl(name="url", path="weighings", column=WeighingRow.id),
    ),
    filters=(
        *by_animal(WeighingRow.subject_id), by_user(WeighingRow.user_id), by_days(WeighingRow.date_time),
        relation("user", WeighingRow.user_id, UserRow.username), moment("date_time", WeighingRow.date_time),
        uuid("id", WeighingRow.id), placeless("Weighings"),
    ),
)  # fmt: skip

WATER_TYPES = Resource(
    path="water-type", noun="WaterType", table=WaterTypeRow, lookup=WaterTypeRow.name, tag=TAG, order=(WaterTypeRow.name,),
    methods="LC", write=WriteRule(roles=STAFF), model=Model(view="water_types"), doc="What animals are given to drink.",
    fields=(
        Field(name="id", column=WaterTypeRow.id, read_only=True),
        Field(name="name", column=WaterTypeRow.name, required=True, example="Hydrogel 3% Citric Acid"),
        Field(name="json", column=WaterTypeRow.json, type=Any, nullable=True),
        SelfUrl(name="url", path="water-type", column=WaterTypeRow.name),
    ),
)  # fmt: skip

WATER = Resource(
    path="water-administrations", noun="WaterAdministration", table=WaterAdministrationRow, lookup=WaterAdministrationRow.id,
    parse_lookup=UUID, tag=TAG, order=(WaterAdministrationRow.date_time.desc(), WaterAdministrationRow.id.desc()),
    write=BY_SERVICE, visible=seen_with(WaterAdministrationRow.subject_id), before=service.complete_dose,
    before_delete=service.may_undo, put_requires=("subject",),
    model=Model(
        view="water_administrations", within="subject",
        reverse={"subject": "water_administrations", "session": "wateradmin_session_related"},
    ),
    doc="Water that animals got, in mL, newest first: with a session as a reward, without as a supplement.",
    constraints={
        "water_administrations_volume_check": ("water_administered", NOT_NEGATIVE),
    },
    fields=(
        Field(name="id", column=WaterAdministrationRow.id, read_only=True),
        Animal(name="subject", column=WaterAdministrationRow.subject_id, required=True, example="KS014"),
        Moment(name="date_time", column=WaterAdministrationRow.date_time, type=datetime,
               doc="now in the animal's lab unless said"),
        Field(name="water_administered", column=WaterAdministrationRow.water_administered, type=Amount, nullable=True,
              example=0.8, doc="mL"),
        Slug(name="water_type", column=WaterAdministrationRow.water_type_id, to=WaterTypeRow.name, nullable=True,
             doc="that of the animal's restriction unless said, else Water"),
        Slug(name="user", column=WaterAdministrationRow.user_id, to=UserRow.username, nullable=True, doc="the caller unless said"),
        SelfUrl(name="url", path="water-administrations", column=WaterAdministrationRow.id),
        Field(name="session", column=WaterAdministrationRow.session_id, type=UUID, nullable=True),
        Field(name="adlib", column=WaterAdministrationRow.adlib, type=bool, doc="free access, of no known amount"),
    ),
    filters=(
        *by_animal(WaterAdministrationRow.subject_id), by_user(WaterAdministrationRow.user_id),
        by_days(WaterAdministrationRow.date_time), relation("user", WaterAdministrationRow.user_id, UserRow.username),
        relation("water_type", WaterAdministrationRow.water_type_id, WaterTypeRow.name),
        uuid("session", WaterAdministrationRow.session_id), moment("date_time", WaterAdministrationRow.date_time),
        uuid("id", WaterAdministrationRow.id), placeless("Water administrations"),
    ),
)  # fmt: skip

RESTRICTIONS = Resource(
    path="water-restriction", noun="WaterRestriction", table=WaterRestrictionRow, lookup=WaterRestrictionRow.id,
    parse_lookup=UUID, tag=TAG,
    order=(WaterRestrictionRow.end_time.desc(), WaterRestrictionRow.start_time.desc(), WaterRestrictionRow.id.desc()),
    methods="LCRPD", write=BY_SERVICE, visible=seen_with(WaterRestrictionRow.subject_id),
    before=service.complete_restriction, after=service.restriction_changed, before_delete=service.may_delete_restriction,
    after_delete=service.restriction_changed,
    model=Model(view="water_restrictions", within="subject", reverse={"subject": "actions_waterrestrictions"}),
    doc="Water restrictions, running ones first. Alyx only lists them; here they are begun, ended (PATCH end_time) and deleted.",
    constraints={
        "water_restrictions_reference_weight_check": ("reference_weight", NOT_NEGATIVE),
        "water_restrictions_ends_after_start_check": ("end_time", "A restriction cannot end before it starts."),
    },
    fields=(
        Field(name="id", column=WaterRestrictionRow.id, read_only=True, in_list=False),
        Animal(name="subject", column=WaterRestrictionRow.subject_id, required=True, create_only=True, example="KS014"),
        Moment(name="start_time", column=WaterRestrictionRow.start_time, type=datetime, doc="now in the animal's lab unless said"),
        Moment(name="end_time", column=WaterRestrictionRow.end_time, type=datetime, nullable=True,
               doc="null while it runs; the animal's death ends it"),
        Slug(name="water_type", column=WaterRestrictionRow.water_type_id, to=WaterTypeRow.name, nullable=True,
             doc="Water unless said; what doses are made of"),
        Field(name="reference_weight", column=WaterRestrictionRow.reference_weight, type=Amount,
              doc="g, implant included: the last weighing of the week before the start unless said; 0 if none is known"),
        replace(many("users", UserRow.username, WaterRestrictionUserRow, WaterRestrictionRow.id), in_list=False),
        Field(name="narrative", column=WaterRestrictionRow.narrative, in_list=False),
        Field(name="json", column=WaterRestrictionRow.json, type=Any, nullable=True, in_list=False),
        SelfUrl(name="url", path="water-restriction", column=WaterRestrictionRow.id, in_list=False),
    ),
    filters=(
        *by_animal(WaterRestrictionRow.subject_id),
        by_users(WaterRestrictionUserRow, WaterRestrictionUserRow.restriction_id, WaterRestrictionRow.id),
        by_days(WaterRestrictionRow.start_time), relation("water_type", WaterRestrictionRow.water_type_id, WaterTypeRow.name),
        moment("start_time", WaterRestrictionRow.start_time), moment("end_time", WaterRestrictionRow.end_time),
        uuid("id", WaterRestrictionRow.id), placeless("Water restrictions"),
    ),
)  # fmt: skip


def _of_lab(column: Any) -> Any:
    return select(column).where(LabRow.id == SubjectRow.lab_id).correlate(SubjectRow).scalar_subquery()


def worked_out() -> tuple[Computed, ...]:
    """Declare what every animal shows of its weights and water; ``service.fill_in`` puts the values in."""
    return (
        Computed(name="reference_weight", expression=UNKNOWN, doc="g, net of the implant; null if no weight is known"),
        Computed(
            name="last_water_restriction", expression=cast(null(), DateTime), doc="start of the restriction that runs"
        ),
        Computed(name="expected_water", expression=UNKNOWN, doc="mL that it needs today; null if it was never weighed"),
        Computed(name="remaining_water", expression=UNKNOWN, doc="mL of them that it did not get yet"),
    )


RESTRICTED = Resource(
    path="water-restricted-subjects", noun="WaterRestrictedSubject", table=SubjectRow, lookup=SubjectRow.nickname, tag=TAG,
    order=(SubjectRow.nickname, SubjectRow.id), methods="L", write=BY_SERVICE, visible=in_visible_labs(SubjectRow.lab_id),
    shown=service.restricted_now() & SubjectRow.death_date.is_(None), finish=service.fill_in,
    doc="Living animals whose water is restricted now.",
    fields=(
        Field(name="nickname", column=SubjectRow.nickname, read_only=True),
        Field(name="id", column=SubjectRow.id, read_only=True),
        SelfUrl(name="url", path="subjects", column=SubjectRow.nickname),
        *worked_out(),
        Computed(name="reference_weight_pct", expression=_of_lab(LabRow.reference_weight_pct)),
        Computed(name="zscore_weight_pct", expression=_of_lab(LabRow.zscore_weight_pct)),
    ),
)  # fmt: skip

Handler = Callable[[Call], Any]
KEY = (
    "With the header `Idempotency-Key` (any text, new for each entry) a repeated call answers what the first one made."
)


def _once(resource: Resource) -> Handler:
    """Create a record, once for each idempotency key of a user."""

    async def handler(call: Call) -> Response:
        body, key = await read_body(call.request), call.request.headers.get("idempotency-key")
        row_id, new = await service.enter_once(resource, call.db, call.principal, body, key)
        async with call.db.read() as tx:
            record = await read_one(resource, tx, call.principal, row_id, base_url=call.base_url)
        return json_response(record, 201 if new else 200)

    return handler


def _entered_once(resource: Resource) -> list[Operation]:
    return [
        replace(one, handler=_once(resource), doc=KEY)
        if one.method == "POST" else one
        for one in operations_of(resource)
    ]  # fmt: skip


async def water_requirement(call: Call) -> Response:
    """Work out each day of an animal's weights and water."""
    days, errors = {}, {}
    for name in ("start_date", "end_date"):
        try:
            days[name] = parse_date(call.query[name]) if call.query.get(name) else None
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise Invalid(errors)
    async with call.db.read() as tx:
        found = await service.requirement(tx, call.principal, call.path("id"), days["start_date"], days["end_date"])
    return json_response(found)


_DAY = {"type": "string", "format": "date"}
REQUIREMENT = Operation(
    method="GET", path="/water-requirement/{id}", handler=water_requirement, policy=Policy.SIGNED_IN,
    name="water_requirement_read", tag=TAG, summary="Read an animal's weights and water, day by day",
    doc=(
        "From its first weighing or dose until today (or until it died) unless said. Weights in g, water in mL; what "
        "is not known is null. `colour` is red below `min_weight`, orange up to two percent points above it."
    ),
    parameters=(
        Parameter("id", {"type": "string"}, "nickname of the animal", "path"),
        Parameter("start_date", _DAY, "first day"), Parameter("end_date", _DAY, "last day"),
    ),
    answer_schema={"type": "object"},
)  # fmt: skip


async def board(call: Call) -> today.Board:
    """Show the day's work."""
    async with call.db.read() as tx:
        return await today.board(tx, call.principal)


BOARD = Operation(
    method="GET", path="/today/animals", handler=board, policy=Policy.SIGNED_IN, name="today_animals", tag=TAG, own=True,
    summary="What restricted animals need today",
    doc="The page /today shows these: every restricted living animal that the caller sees, those with water due first.",
    answer=today.Board,
)  # fmt: skip

_types = operations_of(WATER_TYPES)
OPERATIONS = [
    *_entered_once(WEIGHINGS), *_types, *_entered_once(WATER), *operations_of(RESTRICTIONS), *operations_of(RESTRICTED),
    REQUIREMENT, BOARD,
    # as on Alyx, where this address answers with the list
    replace(_types[0], path="/water-type/{id}", name="water_type_again",
            parameters=(Parameter("id", {"type": "string"}, "any: the answer is the whole list", "path"),)),
]  # fmt: skip
