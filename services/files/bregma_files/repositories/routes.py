"""Data repositories and their types."""

from typing import Any
from uuid import UUID

from bregma_kit.fields import BASE_URL, Computed, Field, SelfUrl, Slug
from bregma_kit.filters import boolean, exact, relation, uuid
from bregma_kit.graph import Model
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import ADMIN_ONLY, SECRET_LABS, WriteRule
from sqlalchemy import and_, case, exists, func, literal_column, or_, select

from bregma_files.repositories import service
from bregma_files.repositories.tables import LabRepositoryRow, RepositoryRow, RepositoryTypeRow

TAG = "repositories"


class DataUrl(Field):
    """Where files are fetched; of a managed repository it is our own data tree."""

    def read(self) -> Any:
        """Show the tree's root instead of what is stored."""
        return case((RepositoryRow.managed, BASE_URL + "/data/"), else_=RepositoryRow.data_url)


class Settings(Field):
    """What a program needs to know about the repository; the keys in it are shown to the labs that it was given to."""

    def read(self) -> Any:
        """Join the keys, which are kept apart."""
        given = exists(
            select(LabRepositoryRow.lab_id).where(
                LabRepositoryRow.repository_id == RepositoryRow.id, LabRepositoryRow.lab_id == func.any(SECRET_LABS)
            )
        )
        shown = and_(RepositoryRow.access_keys.is_not(None), or_(SECRET_LABS.is_(None), given))
        whole = func.coalesce(RepositoryRow.json, literal_column("'{}'::jsonb")).op("||")(RepositoryRow.access_keys)
        return case((shown, whole), else_=RepositoryRow.json)


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
    order=(RepositoryRow.name,), before=service.check, before_delete=service.administrators_only,
    write=WriteRule(roles=frozenset({"manager"})),
    model=Model(view="repositories", hidden=frozenset({"json"})),
    doc="Places that hold copies. One that was made here holds what callers declare; a managed one is bound to a bucket "
        "with `bregma repository add` and holds what Bregma has verified. Entries of `json` named like keys, secrets, tokens or "
        "passwords are shown to administrators and to the roles of labs that have the repository, never to a public account.",
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
        Settings(name="json", column=RepositoryRow.json, type=Any, nullable=True),
    ),
    filters=(
        exact("name", RepositoryRow.name), uuid("globus_endpoint_id", RepositoryRow.globus_endpoint_id),
        boolean("globus_is_personal", RepositoryRow.globus_is_personal),
        relation("repository_type", RepositoryRow.repository_type_id, RepositoryTypeRow.name),
    ),
)  # fmt: skip

OPERATIONS = [*operations_of(REPOSITORY_TYPES), *operations_of(REPOSITORIES)]
