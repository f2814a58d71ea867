"""Who may write and see what: pure rules, tried in every combination."""

from itertools import product
from uuid import uuid4

import pytest
from bregma_kit.auth import Principal
from bregma_kit.errors import NotAllowed
from bregma_kit.scope import ADMIN_ONLY, ANY_WRITER, BY_SERVICE, WriteRule
from bregma_metadata.people import tokens
from bregma_metadata.people.service import Memory
from hypothesis import given
from hypothesis import strategies as st

A, B = uuid4(), uuid4()
ROLES = ("manager", "member", "technician", "rig", "owner", "viewer", "")


def caller(**more):
    return Principal(user_id=uuid4(), username="x", **more)


@pytest.mark.parametrize(
    ("role", "admin", "kind", "bound"),
    list(product(ROLES, (False, True), ("normal", "public", "rig"), (None, A, B))),
)
def test_writing_in_a_lab(role, admin, kind, bound):
    one = caller(is_admin=admin, kind=kind, token_lab=bound, lab_roles={A: frozenset([role])} if role else {})
    allowed = (
        kind != "public" and bound in (None, A) and (role in ("manager", "member", "rig") or (admin and bound is None))
    )
    assert one.may_write(A) == allowed
    assert one.may_write(B) == (kind != "public" and admin and bound is None)
    assert one.administers == (admin and bound is None)
    if one.may_write(None):
        assert bound is None, "a rig's token writes in its lab only"
    rule = WriteRule(lab="lab_id")
    for current, values in (({"lab_id": A}, {}), (None, {"lab_id": A}), ({"lab_id": A}, {"lab_id": A})):
        if allowed:
            rule.check(one, values, current)
        else:
            with pytest.raises(NotAllowed):
                rule.check(one, values, current)
    if not one.administers:
        with pytest.raises(NotAllowed):
            rule.check(one, {"lab_id": B}, {"lab_id": A})


def test_rules():
    reader, member, admin = (
        caller(kind="public", lab_roles={A: frozenset(["member"])}),
        caller(lab_roles={A: frozenset(["member"])}),
        caller(is_admin=True),
    )
    for rule in (ADMIN_ONLY, ANY_WRITER, BY_SERVICE):
        with pytest.raises(NotAllowed):
            rule.check(reader, {})
        rule.check(admin, {})
    ANY_WRITER.check(member, {})
    with pytest.raises(NotAllowed):
        ADMIN_ONLY.check(member, {})


def test_seeing():
    assert caller().may_see(A)
    assert caller(visible_labs=(A,)).may_see(A)
    assert not caller(visible_labs=(A,)).may_see(B)
    assert not caller(visible_labs=()).may_see(A)
    assert caller(visible_labs=()).may_see(None), "what belongs to no lab is everybody's"


@given(st.binary(), st.text(), st.text(), st.text(), st.text(), st.text(), st.text())
def test_a_remembered_password_is_that_of_its_user(
    secret, user, password, stored, other_user, other_password, other_stored
):
    one, other = (user, password, stored), (other_user, other_password, other_stored)
    same = tokens.memory_key(secret, *one) == tokens.memory_key(secret, *other)
    if "\0" not in "".join(one + other):
        assert same == (one == other)


def test_tokens():
    made = {tokens.new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == tokens.TOKEN_DIGITS and set(one) <= set("0123456789abcdef") for one in made)
    assert len({tokens.digest(one) for one in made}) == 100


def test_the_memory_forgets(monkeypatch):
    from bregma_metadata.people import service

    clock = 100.0
    monkeypatch.setattr(service, "monotonic", lambda: clock)
    memory = Memory(3.0)
    memory.put("a", 1)
    assert (memory.get("a"), memory.get("b"), memory.seconds_left("a")) == (1, None, 3.0)
    clock = 103.0
    assert memory.get("a") is None
    memory.put("a", 2)
    memory.drop("a")
    assert memory.get("a") is None
    monkeypatch.setattr(service, "MEMORY", 2)
    for name in "abc":
        memory.put(name, name)
    assert [memory.get(name) for name in "abc"] == [None, "b", "c"]
