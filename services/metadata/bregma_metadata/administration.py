"""What an operator does with accounts, in the caller's transaction."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.clock import is_zone
from bregma_kit.db import ReadTx, WriteTx

from bregma_metadata.labs import store as labs
from bregma_metadata.people import invitations, store
from bregma_metadata.people.invitations import SHORTEST_PASSWORD
from bregma_metadata.people.service import hash_password, issue_token


class Mistake(ValueError):
    """Something the operator can mend; the message says how."""


async def add_user(
    tx: WriteTx, username: str, password: str | None, *, email: str = "", admin: bool = False, kind: str = "normal",
    lab: str | None = None, role: str = "member",
) -> UUID:  # fmt: skip
    """Add an account and return its id; without a password only tokens open it."""
    if not re.fullmatch(r"[\w.@+-]+", username):
        raise Mistake(f"'{username}' is not a user name; use letters, digits and . @ + - _ only.")
    values = {"username": username, "email": email, "is_admin": admin, "kind": kind}
    if password is not None:
        values["password"] = hash_password(_long_enough(password))
    try:
        user_id = await store.add_user(tx, values)
    except asyncpg.UniqueViolationError:
        raise Mistake(f"There is a user '{username}' already.") from None
    if lab:
        await give_role(tx, username, lab, role)
    return user_id


async def set_password(tx: WriteTx, username: str, password: str) -> None:
    """Set a password."""
    if not await store.change_user(tx, username, {"password": hash_password(_long_enough(password))}):
        raise Mistake(f"There is no user '{username}'.")


async def invite(tx: WriteTx, usernames: Sequence[str], *, days: int) -> dict[str, str]:
    """Make one-time keys with which these people, or without names all who have no password yet, set one: name → key."""
    until = datetime.now(UTC) + timedelta(days=days)
    keys: dict[str, str] = {}
    for username in usernames or await invitations.waiting(tx):
        key = await invitations.invite(tx, username, until)
        if key is None:
            raise Mistake(
                f"There is no person '{username}' with an open account; `bregma user add {username}` makes one."
            )
        keys[username] = key
    return keys


async def disable(tx: WriteTx, username: str) -> int:
    """Lock an account, withdraw its tokens and return how many there were."""
    if not await store.change_user(tx, username, {"is_active": False}):
        raise Mistake(f"There is no user '{username}'.")
    return await store.drop_tokens(tx, username)


async def give_role(tx: WriteTx, username: str, lab: str, role: str) -> None:
    """Give an account a role in a lab."""
    user_id, lab_id = await store.user_id(tx, username), await store.lab_id(tx, lab)
    if user_id is None:
        raise Mistake(f"There is no user '{username}'; add it with `bregma user add {username}`.")
    if lab_id is None:
        raise Mistake(f"There is no lab '{lab}'; create it with `bregma lab add {lab} --timezone Europe/London`.")
    await store.add_role(tx, user_id, lab_id, role)


async def add_token(tx: WriteTx, username: str, *, rig: bool = False, lab: str | None = None, name: str = "") -> str:
    """Make a token; a rig's account is made on the way."""
    lab_id = None
    if lab:
        lab_id = await store.lab_id(tx, lab)
        if lab_id is None:
            raise Mistake(f"There is no lab '{lab}'; create it with `bregma lab add {lab} --timezone Europe/London`.")
    user_id = await store.user_id(tx, username)
    if user_id is None:
        if not rig:
            raise Mistake(f"There is no user '{username}'; add it with `bregma user add {username}`.")
        user_id = await add_user(tx, username, None, kind="rig", lab=lab, role="rig")
    elif rig and lab:
        await give_role(tx, username, lab, "rig")
    return await issue_token(tx, user_id, name=name or username, lab_id=lab_id if rig else None)


async def add_lab(tx: WriteTx, name: str, *, timezone: str, institution: str = "", visibility: str = "open") -> UUID:
    """Add a lab and return its id."""
    if not re.fullmatch(r"\w+", name):
        raise Mistake(f"'{name}' is not a lab's name, which is part of paths; use letters, digits and _ only.")
    if not is_zone(timezone):
        raise Mistake(f"'{timezone}' is not a time zone; use a name such as Europe/London.")
    values = {"name": name, "timezone": timezone, "institution": institution, "visibility": visibility}
    try:
        return await labs.add(tx, values)
    except asyncpg.UniqueViolationError:
        raise Mistake(f"There is a lab '{name}' already; `bregma lab list` shows all.") from None


async def set_lab(tx: WriteTx, name: str, values: Mapping[str, Any]) -> float:
    """Change what is not None of a lab; return the fraction of its expected weight that an animal must not fall below."""
    lab_id = await store.lab_id(tx, name)
    if lab_id is None:
        raise Mistake(f"There is no lab '{name}'; `bregma lab list` shows all.")
    now = await labs.alter(tx, lab_id, _with_sane_limits(values))
    limit = float(now["reference_weight_pct"] + now["zscore_weight_pct"])
    if limit > 1:
        raise Mistake(
            f"The two limits add up to {limit:g}, so every animal would be below: together at most 1, such as 0.85 and 0."
        )
    return limit


def _with_sane_limits(values: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse weight limits that are no fractions; leave out what was not given."""
    given = {name: value for name, value in values.items() if value is not None}
    for name in ("reference_weight_pct", "zscore_weight_pct"):
        if not 0 <= given.get(name, 0) <= 1:
            raise Mistake(f"{given[name]:g} is not a fraction from 0 to 1, such as 0.85 for 85 %; 0 sets no limit.")
    return given


async def list_labs(tx: ReadTx) -> list[asyncpg.Record]:
    """Return every lab with its clock, visibility and how many accounts have a role there."""
    return await labs.overview(tx)


async def has_user(tx: WriteTx, username: str) -> bool:
    """Whether there is an account of this name."""
    return await store.user_id(tx, username) is not None


async def count_users(tx: WriteTx) -> int:
    """Return how many accounts there are."""
    return await store.count_users(tx)


def _long_enough(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Mistake(f"The password is too short; use at least {SHORTEST_PASSWORD} characters.")
    return password
