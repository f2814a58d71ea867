"""Signing in: tokens and passwords become principals."""

import asyncio
import secrets
from collections import OrderedDict
from functools import cache
from time import monotonic
from typing import Any
from uuid import UUID

import orjson
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bregma_kit.auth import Principal
from bregma_kit.db import Database, WriteTx
from bregma_kit.errors import BadToken, Invalid, NotAllowed, TooMany
from bregma_kit.resource import Change
from bregma_kit.settings import Settings

from bregma_metadata.people import invitations, store, tokens

TOKEN_SECONDS = 3.0
"""How long a token's principal is remembered: a withdrawn token or role works no longer than this."""
PASSWORD_SECONDS = 300.0
FAILURES, FAILURES_ANYWHERE, FAILURE_SECONDS = 10, 200, 300.0
MEMORY = 10_000
_HASHER = PasswordHasher()


Key = bytes | str | tuple[str, str]


class Memory:
    """A small map whose entries grow old; the oldest go first when it is full."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._entries: OrderedDict[Key, tuple[float, Any]] = OrderedDict()

    def get(self, key: Key) -> Any:
        """Return what is remembered and still young, or None."""
        return self._entries[key][1] if self.seconds_left(key) > 0 else None

    def seconds_left(self, key: Key) -> float:
        """Return how long something will still be remembered; 0 if it is not."""
        entry = self._entries.get(key)
        return 0.0 if entry is None else max(0.0, self._seconds - (monotonic() - entry[0]))

    def put(self, key: Key, value: Any) -> None:
        """Remember a value from now on."""
        self._entries[key] = (monotonic(), value)
        self._entries.move_to_end(key)
        if len(self._entries) > MEMORY:
            self._entries.popitem(last=False)

    def drop(self, key: Key) -> None:
        """Forget one thing."""
        self._entries.pop(key, None)


async def refuse_to_leave(change: Change, user_id: UUID) -> None:
    """An administrator cannot delete the own account: one who can administer must stay."""
    if user_id == change.principal.user_id:
        raise NotAllowed(hint="ask another administrator to delete this account")


def _principal(row: Any, token_lab: UUID | None = None) -> Principal:
    roles: dict[UUID, set[str]] = {}
    for lab, role in orjson.loads(row["lab_roles"]):
        roles.setdefault(UUID(lab), set()).add(role)
    visible = row["visible_labs"]
    return Principal(
        user_id=row["user_id"], username=row["username"], is_admin=row["is_admin"], kind=row["kind"],
        lab_roles={lab: frozenset(held) for lab, held in roles.items()},
        visible_labs=None if visible is None else tuple(visible), token_lab=token_lab,
    )  # fmt: skip


class People:
    """Authenticator of one process, with its short memory."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._secret = settings.secret_key.get_secret_value().encode() or secrets.token_bytes(32)
        self._tokens = Memory(TOKEN_SECONDS)
        self._passwords = Memory(PASSWORD_SECONDS)
        self._failures = Memory(FAILURE_SECONDS)

    async def by_token(self, token: str) -> Principal:
        """Return the token's owner or raise BadToken."""
        key = tokens.digest(token)
        known: Principal | None = self._tokens.get(key)
        if known is not None:
            return known
        async with self._database.read() as tx:
            row = await store.by_token(tx, key)
            if row is None:
                raise BadToken
            await store.token_used(tx, row["token_id"])
        principal = _principal(row, row["token_lab"])
        self._tokens.put(key, principal)
        return principal

    async def by_password(self, username: str, password: str, address: str = "") -> Principal:
        """Return the user or raise BadToken; after ten failures from one place in five minutes raise TooMany.

        Whoever guesses shall not lock a person out who is elsewhere; guesses from everywhere have a bound of their own.
        """
        counted: tuple[tuple[Key, int], ...] = (((address, username), FAILURES), (username, FAILURES_ANYWHERE))
        for who, most in counted:
            failures = self._failures.get(who) or 0
            if failures >= most:
                raise TooMany("Too many failed logins for this user.", retry_after=self._failures.seconds_left(who))
            # counted before the slow check, so that a thousand guesses at once are not a thousand checks
            self._failures.put(who, failures + 1)
        async with self._database.read() as tx:
            row = await store.by_username(tx, username)
        stored = (row["password"] if row else None) or _nobodys_password()
        memory = tokens.memory_key(self._secret, username, password, stored)
        if row is None or not (self._passwords.get(memory) or await asyncio.to_thread(_fits, stored, password)):
            raise BadToken
        self._failures.drop((address, username))
        self._failures.drop(username)
        self._passwords.put(memory, True)
        return _principal(row)

    async def accept(self, key: str, password: str) -> str:
        """Set the password of whoever was invited with this key; return the user name. The key works once."""
        hashed = await asyncio.to_thread(hash_password, password)
        async with self._database.write() as tx:
            return await invitations.redeem(tx, key, hashed)

    async def log_in(self, username: str, password: str, address: str = "") -> str:
        """Check a password and return a new token; earlier ones stay valid."""
        try:
            principal = await self.by_password(username, password, address)
        except BadToken:
            raise Invalid({"non_field_errors": ["Unable to log in with provided credentials."]}) from None
        async with self._database.write() as tx:
            return await issue_token(tx, principal.user_id)


def hash_password(password: str) -> str:
    """Return what the database keeps of a password."""
    return _HASHER.hash(password)


def _fits(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_password() -> str:
    """Checked for unknown users, so that the time of an answer does not tell whether there is such a user."""
    return _HASHER.hash(secrets.token_hex(8))


async def issue_token(tx: WriteTx, user_id: UUID, *, name: str = "login", lab_id: UUID | None = None) -> str:
    """Make a token; of more than fifty the longest unused go."""
    token = tokens.new_token()
    await store.add_token(tx, user_id, tokens.digest(token), name=name, lab_id=lab_id)
    await store.drop_old_tokens(tx, user_id, keep=tokens.TOKENS_PER_USER)
    return token
