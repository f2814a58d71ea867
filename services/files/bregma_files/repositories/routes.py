"""Data repositories and their types."""

from typing import Any
from uuid import UUID

from bregma_kit.clock import is_zone
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.fields import BASE_URL, Computed, Field, SelfUrl, Slug
from bregma_kit.filters import boolean, exact, relation
from bregma_kit.graph import Model
from bregma_kit.resource import Change, Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import ADMIN_ONLY, WriteRule
from sqlalchemy import case

from bregma_files.repositories.tables import RepositoryRow, RepositoryTypeRow

TAG = "repositories"


async def _check(change: Change) -> None:
    """What an administrator has bound to a bucket is the administrators', and stays servable."""
    if change.values.get("timezone") is not None and not is_zone(change.values["timezone"]):
        raise Invalid(
            {"timezone": [f"'{change.values['timezone']}' is not a time zone; use a name such as Europe/London."]}
        )
    if change.current is not None and change.current["managed"]:
        await _administrators_only(change, change.current["id"])
        if change.values.get("globus_is_personal"):
            raise Invalid({"globus_is_personal": ["This repository is managed by Bregma and cannot be personal."]})


async def _administrators_only(change: Change, _row_id: UUID) -> None:
    if change.current is not None and change.current["managed"] and not change.principal.administers:
        raise NotAllowed(hint="this repository is managed by Bregma; ask an administrator of the installation")


class DataUrl(Field):
    """Where files are fetched; of a managed repository it is our own data tree."""

    def read(self) -> Any:
        """Show the tree's root instead of what is stored."""
        return case((RepositoryRow.managed, BASE_URL + "/data/"), else_=RepositoryRow.data_url)


REPOSITORY_TYPES = Resource(
    path="data-repository-type", look_ups=False, noun="DataRepositoryType", table=RepositoryTypeRow, lookup=RepositoryTypeRow.name, tag=TAG,
    order=(RepositoryTypeRow.name,), write=ADMIN_ONLY, doc="Kinds of repositories.",
    model=Model(view="repository_types"),
    fields=(
        Field(name="id", column=RepositoryTypeRow.id, read_only=True),
        SelfUrl(name="url", path="data-repository-type", column=RepositoryTypeRow.name),
        Field(name="name", column=RepositoryTypeRow.name, required=True),
        Field(name="json", column=RepositoryTypeRow.json, type=Any, nullable=True),
    ),
)  # fmt: skip

REPOSITORIES = Resource(
    path="data-repository", look_ups=False, noun="DataRepository", table=RepositoryRow, lookup=RepositoryRow.name, tag=TAG,
    order=(RepositoryRow.name,), before=_check, before_delete=_administrators_only, write=WriteRule(roles=frozenset({"manager"})),
    # a bucket's keys may be in it
    model=Model(view="repositories", hidden=frozenset({"json"})),
    doc="Places that hold copies. One that was made here holds what callers declare; a managed one is bound to a bucket "
        "with `bregma repository add` and holds what Bregma has verified.",
    fields=(
        Field(name="name", column=RepositoryRow.name, required=True, example="cortexlab_SR"),
        Field(name="timezone", column=RepositoryRow.timezone),
        Field(name="globus_path", column=RepositoryRow.globus_path),
        Field(name="hostname", column=RepositoryRow.hostname),
        Computed(name="managed", expression=RepositoryRow.managed),
        DataUrl(name="data_url", column=RepositoryRow.data_url, nullable=True),
        Slug(name="repository_type", column=RepositoryRow.repository_type_id, to=RepositoryTypeRow.name, nullable=True),
        Field(name="globus_endpoint_id", column=RepositoryRow.globus_endpoint_id, type=UUID, nullable=True),
        Field(name="globus_is_personal", column=RepositoryRow.globus_is_personal, type=bool),
        Field(name="json", column=RepositoryRow.json, type=Any, nullable=True),
    ),
    filters=(
        exact("name", RepositoryRow.name),
        boolean("globus_is_personal", RepositoryRow.globus_is_personal),
        relation("repository_type", RepositoryRow.repository_type_id, RepositoryTypeRow.name),
    ),
)  # fmt: skip

OPERATIONS = [*operations_of(REPOSITORY_TYPES), *operations_of(REPOSITORIES)]
