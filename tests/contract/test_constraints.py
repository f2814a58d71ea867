"""What must hold is a constraint of the database, and each one has a sentence that its breaker understands."""

import pytest
from bregma_app.main import ROOMS
from bregma_kit.routes import ResourceOperation
from sqlalchemy import CheckConstraint, Index

RESOURCES = {
    one.resource.path: one.resource for room in ROOMS.values() for one in room
    if isinstance(one, ResourceOperation) and set(one.resource.methods) & set("CUP")
}  # fmt: skip
NOT_SENT = {
    "users_kind_check", "sessions_trials_not_negative_check", "sessions_number_not_negative_check", "sessions_ends_after_start_check",
    "datasets_object_whole_check", "datasets_one_owner_check", "datasets_size_not_negative_check", "repositories_managed_has_bucket_check",
    "repositories_managed_is_not_personal_check", "repositories_store_is_managed_check", "zygosities_origin_check", "tasks_status_check",
    "weighings_idempotency_key", "water_administrations_idempotency_key",
}  # fmt: skip
"""Callers cannot break these: the field is not theirs to send, or is refused with its own sentence before."""


@pytest.mark.parametrize("path", RESOURCES)
def test_each_rule_has_a_sentence(path):
    resource = RESOURCES[path]
    table = resource.table.__table__
    checks = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
    keys = {str(one.name) for one in table.indexes if isinstance(one, Index) and one.unique}
    assert checks | keys <= set(resource.constraints) | NOT_SENT
    fields = {one.name for one in resource.fields}
    for field, sentence in resource.constraints.values():
        assert field in fields | {"non_field_errors"}
        assert sentence.endswith(".")
    assert set(resource.constraints) <= checks | keys | {f"{table.name}_pkey"} | {
        str(one.name) for part in (table, *_links(resource)) for one in getattr(part, "constraints", ())
    }


def _links(resource):
    """The tables of a record's many-to-many relations."""
    return [one.link for one in resource.fields if one.links]
