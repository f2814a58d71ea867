"""Projects."""

from bregma_kit.fields import Field, many
from bregma_kit.filters import exact
from bregma_kit.graph import Model
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import WriteRule

from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow, ProjectUserRow

PROJECTS = Resource(
    path="projects", look_ups=False, noun="Project", table=ProjectRow, lookup=ProjectRow.name, tag="projects", order=(ProjectRow.name,),
    write=WriteRule(roles=frozenset({"manager", "member"})), doc="Projects that sessions and subjects belong to.",
    model=Model(view="projects"),
    fields=(
        Field(name="id", column=ProjectRow.id, read_only=True),
        Field(name="name", column=ProjectRow.name, required=True),
        Field(name="description", column=ProjectRow.description),
        many("users", UserRow.username, ProjectUserRow, ProjectRow.id),
    ),
    filters=(exact("name", ProjectRow.name),),
)  # fmt: skip

OPERATIONS = operations_of(PROJECTS)
