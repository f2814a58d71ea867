"""Who is calling: principals, and where they come from."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from starlette.requests import Request

from bregma_kit.errors import BadToken, NotSignedIn

WRITERS = frozenset({"manager", "member", "rig"})


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in caller with the roles that were true when the token was looked at."""

    user_id: UUID
    username: str
    is_admin: bool = False
    kind: str = "normal"
    lab_roles: dict[UUID, frozenset[str]] = field(default_factory=dict)
    visible_labs: tuple[UUID, ...] | None = None
    """Labs whose records the caller may see; None means every lab."""
    token_lab: UUID | None = None
    """A rig's token writes in this lab only."""

    @property
    def read_only(self) -> bool:
        """Whether this is a public account."""
        return self.kind == "public"

    @property
    def administers(self) -> bool:
        """Whether the caller administers the installation; a rig's token never does, whoever made it."""
        return self.is_admin and self.token_lab is None

    def may_write(self, lab_id: UUID | None, roles: frozenset[str] = WRITERS) -> bool:
        """Whether the caller may write records of this lab in one of these roles."""
        if self.read_only:
            return False
        if self.token_lab is not None and lab_id != self.token_lab:
            return False
        if self.administers:
            return True
        if lab_id is None:
            return any(roles & held for held in self.lab_roles.values())
        return bool(roles & self.lab_roles.get(lab_id, frozenset()))

    def may_see(self, lab_id: UUID | None) -> bool:
        """Whether the caller may see records of this lab."""
        return self.visible_labs is None or lab_id is None or lab_id in self.visible_labs


class Authenticator(Protocol):
    """Turns credentials into a principal; the room of people implements it."""

    async def by_token(self, token: str) -> Principal:
        """Return the token's owner or raise BadToken."""

    async def by_password(self, username: str, password: str, address: str = "") -> Principal:
        """Return the user or raise BadToken; ``address`` is where the caller is, for whom failures are counted."""


def address_of(request: Request) -> str:
    """Return the caller's network address, as the server saw it."""
    return request.client.host if request.client else ""


async def authenticate(request: Request, people: Authenticator, *, basic: bool = False) -> Principal:
    """Read the Authorization header; Basic counts on the data tree only, with a token accepted as the password."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "token" and value.strip():
        return await people.by_token(value.strip())
    if basic and scheme.lower() == "basic":
        try:
            username, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise BadToken from None
        if len(password) == 40:
            try:
                return await people.by_token(password)
            except BadToken:
                return await people.by_password(username, password, address_of(request))
        return await people.by_password(username, password, address_of(request))
    raise NotSignedIn
