"""What is carried, in which order, and what of a record has to be said differently here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bregma_kit.resource import Resource
from bregma_kit.routes import ResourceOperation

from bregma_app.importing.alyx import Record
from bregma_app.main import ROOMS

Prepare = Callable[[Record], Record]


@dataclass(frozen=True)
class Model:
    """A kind of record: Alyx's list, which is ours as well, and how its records are recognised."""

    path: str
    detailed: bool = False
    """Alyx's list tells too little; each record is read by itself."""
    prepare: Prepare = lambda record: record
    later: str = ""
    """A relation to records of the same kind, which is set when all of them are there."""
    again: tuple[str, ...] = ()
    """A pass over records that are there: relations to records that came after them, values that others changed."""
    names: dict[str, str] = field(default_factory=dict)
    """Fields that name records of which Alyx has no list: field → our list, where missing names are added."""


def _dataset(record: Record) -> Record:
    # what comes from an Alyx is in today's units
    return {**record, "edition": "ibl-current"}


def _lab(record: Record) -> Record:
    # Alyx's own form reads what is above 1 as percent; what was sent past it is read in the same way
    limits = {name: record[name] for name in ("reference_weight_pct", "zscore_weight_pct") if record.get(name)}
    return {**record, **{name: min(max(each / 100 if each > 1 else each, 0), 1) for name, each in limits.items()}}


def _without(*names: str) -> Prepare:
    return lambda record: {name: value for name, value in record.items() if name not in names}


MODELS = (
    Model("data-repository-type"), Model("data-repository"), Model("labs", prepare=_lab), Model("users"), Model("projects"),
    Model("procedures"), Model("locations"),
    Model("species"), Model("strains"), Model("sources"), Model("sequences"), Model("alleles"),
    Model("lines", names={"species": "species", "strain": "strains", "source": "sources"}),
    Model("subjects", names={"species": "species", "strain": "strains", "line": "lines", "source": "sources"},
          prepare=_without("litter", "request", "genotype")),
    Model("subject-requests"), Model("breeding-pairs", prepare=_without("cage")), Model("litters"),
    Model("subjects", again=("litter", "request")),
    Model("zygosities"), Model("genotype-tests"),
Model("zygosity-rules"),
    # tests and rules conclude here as they did at the source, where somebody may have known better
    Model("zygosities", again=("zygosity",)), Model("cages"), Model("housings"), Model("culls"),
    Model("data-formats"), Model("dataset-types"), Model("revisions"), Model("tags"),
    Model("sessions", detailed=True, later="parent_session"),
    Model("datasets", prepare=_dataset), Model("files"),
    Model("water-type"), Model("water-restriction", names={"water_type": "water-type"}), Model("weighings"),
    Model("water-administrations", names={"water_type": "water-type"}), Model("surgeries"),
    Model("probe-models"), Model("coordinate-systems"), Model("imaging-types"),
    Model("chronic-insertions", names={"model": "probe-models"}), Model("insertions", names={"model": "probe-models"}),
    Model("trajectories"), Model("channels"),
    Model("imaging-stack"), Model("fields-of-view", names={"imaging_type": "imaging-types"}), Model("fov-location"),
    Model("tasks", later="parents"), Model("notes"), Model("data-notices"),
)  # fmt: skip


def resources() -> dict[str, Resource]:
    """Return the declared resources that can create records, by their path."""
    found: dict[str, Resource] = {}
    for operations in ROOMS.values():
        for one in operations:
            if isinstance(one, ResourceOperation) and one.method == "POST":
                found[one.resource.path] = one.resource
    return found


def name_of(record: Record, resource: Resource) -> Any:
    """Return what recognises a record: its id where Alyx shows one, else its name; None if it shows neither."""
    url = str(record.get("url") or "")
    if resource.lookup.key == "id":
        return record.get("id") or url.rstrip("/")[-36:] or None
    return record.get(resource.lookup.key)
