"""Login, the caller's own record, and accounts."""

from bregma_kit.auth import address_of
from bregma_kit.fields import Computed, Field, json_list
from bregma_kit.filters import exact
from bregma_kit.graph import Model
from bregma_kit.http import Call, Operation, Policy
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import ADMIN_ONLY, VISIBLE_LABS
from pydantic import BaseModel
from pydantic import Field as Described
from sqlalchemy import func, literal_column, or_, select

from bregma_metadata.labs.tables import LabRow
from bregma_metadata.people import service
from bregma_metadata.people.invitations import SHORTEST_PASSWORD
from bregma_metadata.people.service import People
from bregma_metadata.people.tables import LabRoleRow, UserRow
from bregma_metadata.subjects.tables import SubjectRow

TAG = "people"


class Login(BaseModel):
    """A user's name and password."""

    username: str = Described(min_length=1, examples=["demo"])
    password: str = Described(min_length=1, examples=["the password that `bregma up` printed"])


class Token(BaseModel):
    """A token; send it as ``Authorization: Token <token>``."""

    token: str


class Me(BaseModel):
    """Who the caller is."""

    username: str
    is_admin: bool
    kind: str


class Acceptance(BaseModel):
    """The key of an invitation, and the password that its owner chose."""

    key: str = Described(min_length=1, max_length=200, examples=["what follows # in the link"])
    password: str = Described(min_length=SHORTEST_PASSWORD, max_length=1000, examples=["a long sentence of yours"])


class Accepted(BaseModel):
    """The account that has a password now."""

    username: str


async def log_in(call: Call) -> Token:
    """Exchange a password for a token."""
    people = call.process.people
    assert isinstance(people, People)
    return Token(token=await people.log_in(call.body.username, call.body.password, address_of(call.request)))


async def accept_invitation(call: Call) -> Accepted:
    """Set the password of an invited account."""
    people = call.process.people
    assert isinstance(people, People)
    return Accepted(username=await people.accept(call.body.key, call.body.password))


async def me(call: Call) -> Me:
    """Say who the caller is."""
    return Me(username=call.principal.username, is_admin=call.principal.is_admin, kind=call.principal.kind)


_responsible = (
    select(json_list(SubjectRow.nickname, SubjectRow.nickname))
    .where(SubjectRow.responsible_user_id == UserRow.id).correlate(UserRow).scalar_subquery()
)  # fmt: skip
_labs = (
    select(func.coalesce(func.json_agg(func.distinct(LabRow.name)), literal_column("'[]'::json")))
    .select_from(LabRoleRow).join(LabRow, LabRow.id == LabRoleRow.lab_id)
    .where(LabRoleRow.user_id == UserRow.id).correlate(UserRow).scalar_subquery()
)  # fmt: skip

USERS = Resource(
    path="users", noun="User", table=UserRow, lookup=UserRow.username, tag=TAG, order=(UserRow.username,),
    doc="Accounts. Passwords and roles are set with `bregma user` on the server.",
    write=ADMIN_ONLY, methods="LCRUPD", before_delete=service.refuse_to_leave,
    # names are shown on every record of theirs; an address is shown to those only who may see the account
    model=Model(view="users", hidden=frozenset({"email"})),
    constraints={"users_username_form_check": ("username", "Enter letters, digits and . @ + - _ only.")},
    # who shares no lab with the caller is unseen when labs are closed
    visible=or_(
        UserRow.id.in_(select(LabRoleRow.user_id).where(LabRoleRow.lab_id == func.any(VISIBLE_LABS))), UserRow.is_admin
    ),
    fields=(
        Field(name="id", column=UserRow.id, read_only=True),
        Field(name="username", column=UserRow.username, required=True, example="hausser_rig"),
        Field(name="email", column=UserRow.email),
        Computed(name="subjects_responsible", expression=_responsible, in_list=False),
        Computed(name="lab", expression=_labs),
        Computed(name="allowed_users", expression=literal_column("'[]'::json"), doc="always empty: roles say who may do what"),
        Field(name="is_stock_manager", column=UserRow.is_stock_manager, type=bool),
    ),
    filters=(exact("username", UserRow.username),),
)  # fmt: skip

OPERATIONS = [
    Operation(
        method="POST", path="/auth-token", handler=log_in, policy=Policy.OPEN, name="auth_token_create", tag=TAG,
        summary="Log in", doc="Exchange a user name and password for a token. Earlier tokens stay valid.",
        body=Login, answer=Token, faults=(429,),
    ),
    Operation(
        method="POST", path="/invitations/accept", handler=accept_invitation, policy=Policy.OPEN, name="invitations_accept",
        tag=TAG, own=True, summary="Set a password by invitation",
        doc="`bregma user invite` makes the key. It works once; whoever has none asks the operator.",
        body=Acceptance, answer=Accepted,
    ),
    Operation(
        method="GET", path="/me", handler=me, policy=Policy.SIGNED_IN, name="me_list", tag=TAG,
        summary="Who am I?", answer=Me,
    ),
    *operations_of(USERS),
]  # fmt: skip
