"""Labs, locations and procedures."""

from typing import Any

from bregma_kit.clock import is_zone
from bregma_kit.errors import Invalid
from bregma_kit.fields import Field, Slug, json_list
from bregma_kit.filters import exact, iexact, named
from bregma_kit.graph import Link, Model
from bregma_kit.resource import Change, Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import ADMIN_ONLY, WriteRule, in_visible_labs
from sqlalchemy import select

from bregma_metadata.labs import store
from bregma_metadata.labs.tables import LabRow, LocationRow, ProcedureRow

TAG = "labs"
FRACTION = "Enter a fraction from 0 to 1, such as 0.85 for 85 %; 0 sets no limit."


class Repositories(Field):
    """The repositories that a lab's files go to; the link lies in the files room, which grants this one write."""

    links = True

    def read(self) -> Any:
        """List their names."""
        mine = store.lab_repositories
        return (
            select(json_list(mine.c.name, mine.c.name))
            .where(mine.c.lab_id == LabRow.id)
            .correlate(LabRow)
            .scalar_subquery()
        )

    async def resolve(self, tx: Any, value: Any) -> Any:
        """Find the ids behind the names."""
        return await store.repository_ids(tx, list(dict.fromkeys(value or [])))

    link, own, other = store.links, store.links.c.lab_id, store.links.c.repository_id


async def _check_lab(change: Change) -> None:
    zone = change.values.get("timezone")
    if zone is not None and not is_zone(zone):
        raise Invalid({"timezone": [f"'{zone}' is not a time zone; use a name such as Europe/London."]})


def _with_repository(name: Any) -> Any:
    mine = store.lab_repositories
    return LabRow.id.in_(select(mine.c.lab_id).where(mine.c.name == name))


LABS = Resource(
    path="labs", noun="Lab", table=LabRow, lookup=LabRow.name, tag=TAG, order=(LabRow.name,), write=ADMIN_ONLY,
    visible=in_visible_labs(LabRow.id), before=_check_lab,
    model=Model(
        view="labs", lab="id", hidden=frozenset({"visibility"}),
        extra={"repositories": Link(to="data-repository", table="lab_repositories", own="lab_id", other="repository_id")},
    ),
    doc="Labs. A lab's time zone is the one of its sessions, weighings and nights.",
    constraints={
        "labs_name_is_word_check": ("name", "Enter letters, digits and underscores only."),
        "labs_visibility_check": ("visibility", "Enter open or closed."),
        "labs_reference_weight_is_fraction_check": ("reference_weight_pct", FRACTION),
        "labs_zscore_weight_is_fraction_check": ("zscore_weight_pct", FRACTION),
    },
    fields=(
        Field(name="id", column=LabRow.id, read_only=True),
        Field(name="name", column=LabRow.name, required=True, example="cortexlab"),
        Field(name="institution", column=LabRow.institution),
        Field(name="address", column=LabRow.address),
        Field(name="timezone", column=LabRow.timezone, example="Europe/London"),
        Repositories(name="repositories", type=list[str]),
        Field(name="reference_weight_pct", column=LabRow.reference_weight_pct, type=float,
              doc="fraction of its reference weight that a restricted animal must not fall below, such as 0.85; 0: no limit"),
        Field(name="zscore_weight_pct", column=LabRow.zscore_weight_pct, type=float,
              doc="fraction of the weight expected of its sex and age; added to the other, and 0: no limit"),
        Field(name="visibility", column=LabRow.visibility, doc="open: members of any lab may read; closed: own members only"),
        Field(name="json", column=LabRow.json, type=Any, nullable=True),
    ),
    filters=(named("repositories", _with_repository, "name of one of its repositories"),),
)  # fmt: skip

LOCATIONS = Resource(
    path="locations", look_ups=False, noun="LabLocation", table=LocationRow, lookup=LocationRow.name, tag=TAG, order=(LocationRow.name,),
    write=WriteRule(lab="lab_id", roles=frozenset({"manager", "member"})), methods="LCRUP",
    visible=in_visible_labs(LocationRow.lab_id, nullable=True), doc="Rigs and rooms.",
    model=Model(view="locations", lab="lab_id", lab_optional=True),
    fields=(
        Field(name="name", column=LocationRow.name, required=True),
        Slug(name="lab", column=LocationRow.lab_id, to=LabRow.name, nullable=True),
        Field(name="json", column=LocationRow.json, type=Any, nullable=True),
    ),
    filters=(exact("name", LocationRow.name),),
)  # fmt: skip

PROCEDURES = Resource(
    path="procedures", look_ups=False, noun="ProcedureType", table=ProcedureRow, lookup=ProcedureRow.name, tag=TAG,
    order=(ProcedureRow.name,), write=ADMIN_ONLY, methods="LC", doc="Kinds of procedures.", model=Model(view="procedures"),
    fields=(
        Field(name="id", column=ProcedureRow.id, read_only=True),
        Field(name="name", column=ProcedureRow.name, required=True),
        Field(name="description", column=ProcedureRow.description),
    ),
    filters=(iexact("name", ProcedureRow.name),),
)  # fmt: skip

OPERATIONS = [*operations_of(LABS), *operations_of(LOCATIONS), *operations_of(PROCEDURES)]
