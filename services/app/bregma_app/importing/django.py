"""What an Alyx keeps but does not tell over REST: the tables of its Django application, from a dump or from its database.

Rows become records of the same form as those of the REST interface: relations are told by the names that it uses.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import click

from bregma_app.importing.alyx import Record

Rows = dict[str, dict[str, Record]]
"""Model → primary key → fields."""

SHOWN = {
    "misc.labmember": "username", "subjects.subject": "nickname", "subjects.species": "nickname",
    "subjects.allele": "nickname", "experiments.probemodel": "probe_model",
}  # fmt: skip
"""What a relation tells of its target where that is not the target's name."""
BY_KEY = frozenset({
    "actions.session", "data.dataset", "experiments.chronicinsertion", "experiments.probeinsertion", "experiments.fov",
    "experiments.trajectoryestimate", "experiments.brainregion", "experiments.imagingstack", "jobs.task",
})  # fmt: skip
"""Models whose records are told by their primary key."""
TARGETS = {
    "lab": "misc.lab", "user": "misc.labmember", "users": "misc.labmember", "responsible_user": "misc.labmember",
    "created_by": "misc.labmember", "subject": "subjects.subject", "father": "subjects.subject",
    "mother1": "subjects.subject", "mother2": "subjects.subject", "species": "subjects.species",
    "strain": "subjects.strain", "line": "subjects.line", "source": "subjects.source", "litter": "subjects.litter",
    "allele": "subjects.allele", "alleles": "subjects.allele", "sequence": "subjects.sequence",
    "sequences": "subjects.sequence", "sequence0": "subjects.sequence", "sequence1": "subjects.sequence",
    "breeding_pair": "subjects.breedingpair", "projects": "subjects.project", "project": "subjects.project",
    "procedures": "actions.proceduretype", "location": "misc.lablocation", "water_type": "actions.watertype",
    "session": "actions.session", "parent_session": "actions.session", "repositories": "data.datarepository",
    "data_repository": "data.datarepository", "repository_type": "data.datarepositorytype",
    "dataset_type": "data.datasettype", "data_format": "data.dataformat", "revision": "data.revision",
    "tags": "data.tag", "dataset": "data.dataset", "datasets": "data.dataset", "model": "experiments.probemodel",
    "chronic_insertion": "experiments.chronicinsertion", "probe_insertion": "experiments.probeinsertion",
    "trajectory_estimate": "experiments.trajectoryestimate", "coordinate_system": "experiments.coordinatesystem",
    "imaging_type": "experiments.imagingtype", "stack": "experiments.imagingstack",
    "field_of_view": "experiments.fov", "parents": "jobs.task", "cull_reason": "actions.cullreason",
    "cull_method": "actions.cullmethod", "cage_type": "misc.cagetype", "enrichment": "misc.enrichment",
    "food": "misc.food",
}  # fmt: skip
"""Relation → the model that it leads to; Alyx uses each of these words in one sense only."""
SEVERAL = ("users", "projects", "procedures", "alleles", "sequences", "repositories", "tags", "datasets", "parents")
OURS = "bregma."
"""Begins the names of models that are made of several of Alyx's; their relations are told already."""
LIGHT_CYCLES: Mapping[Any, str] = {0: "normal", 1: "inverted"}
Shape = Callable[["Tables", str, Record], Record]


@dataclass(frozen=True)
class Table:
    """Which rows a list of ours is made of, and what of them is said differently here."""

    model: str
    shape: Shape = lambda _tables, _key, record: record


@dataclass
class Tables:
    """The rows of an Alyx."""

    rows: Rows
    _related: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)

    def records(self, path: str) -> dict[str, Record]:
        """Return the records of one of our lists by their primary key; none if the source has no such table."""
        table = TABLES.get(path)
        if table is None:
            return {}
        told = dict if table.model.startswith(OURS) else self._told
        whole = {key: {**told(fields), "id": key} for key, fields in self.rows.get(table.model, {}).items()}
        return {key: table.shape(self, key, record) for key, record in whole.items()}

    def name(self, model: str, key: Any) -> Any:
        """Return how a relation tells its target."""
        if key is None or model in BY_KEY:
            return key
        row = self.rows.get(model, {}).get(str(key))
        return None if row is None else row[SHOWN.get(model, "name")] or str(key)[:8]

    def raw(self, model: str, key: str) -> Record:
        """Return a row as the source keeps it."""
        return self.rows[model][key]

    def among(self, model: str, relation: str, key: str) -> list[str]:
        """Return the keys of the rows whose relation leads to a row."""
        if (model, relation) not in self._related:
            found = defaultdict(list)
            for one, fields in self.rows.get(model, {}).items():
                found[str(fields.get(relation))].append(one)
            self._related[model, relation] = found
        return self._related[model, relation].get(key, [])

    def _told(self, fields: Record) -> Record:
        return {name: self._value(name, value) for name, value in fields.items()}

    def _value(self, name: str, value: Any) -> Any:
        target = TARGETS.get(name)
        if target is None:
            return value
        if isinstance(value, list):
            return [told for one in value if (told := self.name(target, one)) is not None]
        return self.name(target, value)


def _user(tables: Tables, key: str, record: Record) -> Record:
    memberships = (tables.raw("misc.labmembership", one) for one in tables.among("misc.labmembership", "user", key))
    labs = {tables.name("misc.lab", one["lab"]) for one in memberships if not one.get("end_date")}
    names = ("id", "username", "email", "is_stock_manager")
    return {**{name: record[name] for name in names if name in record}, "lab": sorted(labs - {None})}


def _subject(tables: Tables, key: str, record: Record) -> Record:
    if tables.among("misc.housingsubject", "subject", key):
        record.pop("cage", None)  # its stays in cages come by themselves, with their times
    return record


def _session(tables: Tables, key: str, record: Record) -> Record:
    if record.get("lab") is None:
        record["lab"] = _lab_of_subject(tables, tables.raw("actions.session", key)["subject"])
    return record


def _lab_of_subject(tables: Tables, key: Any) -> Any:
    subject = tables.rows.get("subjects.subject", {}).get(str(key))
    return None if subject is None else tables.name("misc.lab", subject["lab"])


def _lab_of_line(tables: Tables, key: Any) -> Any:
    line = tables.rows.get("subjects.line", {}).get(str(key), {})
    return tables.name("misc.lab", line.get("lab"))


def _named(key: str, record: Record) -> Record:
    return {**record, "name": record.get("name") or key[:8]}


def _breeding_pair(tables: Tables, key: str, record: Record) -> Record:
    row = tables.raw("subjects.breedingpair", key)
    labs = [_lab_of_line(tables, row["line"]), *(_lab_of_subject(tables, row[one]) for one in ("father", "mother1"))]
    return {**_named(key, record), "lab": next(filter(None, labs), None)}


def _litter(tables: Tables, key: str, record: Record) -> Record:
    row = tables.raw("subjects.litter", key)
    pups = (_lab_of_subject(tables, one) for one in tables.among("subjects.subject", "litter", key))
    return {**_named(key, record), "lab": next(filter(None, (_lab_of_line(tables, row["line"]), *pups)), None)}


def _request(tables: Tables, key: str, record: Record) -> Record:
    row = tables.raw("subjects.subjectrequest", key)
    mine = [
        tables.raw("misc.labmembership", one)["lab"]
        for one in tables.among("misc.labmembership", "user", str(row["user"]))
    ]
    labs = (_lab_of_line(tables, row["line"]), *(tables.name("misc.lab", one) for one in mine))
    return {
        **record,
        "lab": next(filter(None, labs), None),
        "date": str(row["date_time"])[:10],
        "count": row["count"] or 1,
    }


def _cull(_tables: Tables, _key: str, record: Record) -> Record:
    return {**record, "reason": record.get("cull_reason") or "", "method": record.get("cull_method") or ""}


def _note(tables: Tables, _key: str, record: Record) -> Record:
    kind = record.get("content_type")
    if isinstance(kind, int):
        row = tables.rows.get("contenttypes.contenttype", {}).get(str(kind), {})
        kind = row.get("model")
    return {**record, "content_type": kind[-1] if isinstance(kind, list) else kind, "image": None}


TABLES = {
    "data-repository-type": Table("data.datarepositorytype"), "data-repository": Table("data.datarepository"),
    "labs": Table("misc.lab"), "users": Table("misc.labmember", _user), "projects": Table("subjects.project"),
    "procedures": Table("actions.proceduretype"), "locations": Table("misc.lablocation"),
    "species": Table("subjects.species"), "strains": Table("subjects.strain"), "sources": Table("subjects.source"),
    "sequences": Table("subjects.sequence"), "alleles": Table("subjects.allele"), "lines": Table("subjects.line"),
    "zygosity-rules": Table("subjects.zygosityrule"), "subject-requests": Table("subjects.subjectrequest", _request),
    "subjects": Table("subjects.subject", _subject), "breeding-pairs": Table("subjects.breedingpair", _breeding_pair),
    "litters": Table("subjects.litter", _litter), "zygosities": Table("subjects.zygosity"),
    "genotype-tests": Table("subjects.genotypetest"), "cages": Table("bregma.cage"), "housings": Table("bregma.housing"),
    "culls": Table("actions.cull", _cull), "data-formats": Table("data.dataformat"),
    "dataset-types": Table("data.datasettype"), "revisions": Table("data.revision"), "tags": Table("data.tag"),
    "sessions": Table("actions.session", _session), "datasets": Table("data.dataset"), "files": Table("data.filerecord"),
    "water-type": Table("actions.watertype"), "water-restriction": Table("actions.waterrestriction"),
    "weighings": Table("actions.weighing"), "water-administrations": Table("actions.wateradministration"),
    "surgeries": Table("actions.surgery"), "probe-models": Table("experiments.probemodel"),
    "coordinate-systems": Table("experiments.coordinatesystem"), "imaging-types": Table("experiments.imagingtype"),
    "chronic-insertions": Table("experiments.chronicinsertion"), "insertions": Table("experiments.probeinsertion"),
    "trajectories": Table("experiments.trajectoryestimate"), "channels": Table("experiments.channel"),
    "imaging-stack": Table("experiments.imagingstack"), "fields-of-view": Table("experiments.fov"),
    "fov-location": Table("experiments.fovlocation"), "tasks": Table("jobs.task"), "notes": Table("misc.note", _note),
    "data-notices": Table("data.datanotice"),
}  # fmt: skip
"""Our list → its rows at the source."""


def from_rows(rows: Rows) -> Tables:
    """Return the tables with cages and stays in them as we have them: Alyx keeps a stay's cage with each group of animals."""
    cages: dict[str, Record] = {}
    stays: dict[str, Record] = {}
    tables = Tables(rows)
    for key, stay in rows.get("misc.housingsubject", {}).items():
        housing = rows.get("misc.housing", {}).get(str(stay["housing"]))
        subject = rows.get("subjects.subject", {}).get(str(stay["subject"]))
        if housing is None or subject is None:
            continue
        name = housing["cage_name"] or "unnamed"
        cage = str(uuid5(NAMESPACE_URL, f"cage {subject['lab']} {name}"))
        cages[cage] = {
            "name": name, "lab": tables.name("misc.lab", subject["lab"]), "cleaning_days": housing.get("cage_cleaning_frequency_days"),
            "light_cycle": LIGHT_CYCLES.get(housing.get("light_cycle"), ""),
            **{one: tables.name(TARGETS[one], housing.get(one)) or "" for one in ("cage_type", "enrichment", "food")},
        }  # fmt: skip
        stays[key] = {
            "subject": subject["nickname"], "cage": name, "start_time": stay["start_datetime"], "end_time": stay["end_datetime"],
        }  # fmt: skip
    rows["bregma.cage"] = cages
    rows["bregma.housing"] = stays
    return tables


def read_dump(path: Path) -> Tables:
    """Read what `manage.py dumpdata` wrote, plain or by gzip.

    Raises
    ------
    click.ClickException
        If the file is no such dump.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as stream:
            listed = json.load(stream)
        rows: Rows = defaultdict(dict)
        for one in listed:
            rows[one["model"]][str(one["pk"])] = one["fields"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.ClickException(
            f"{path} is no dump of an Alyx ({type(error).__name__}: {error}); make one with `manage.py dumpdata`."
        ) from None
    return from_rows(dict(rows))


async def read_database(dsn: str, paths: Iterable[str]) -> Tables:
    """Read the tables behind some of our lists, and what their rows are told by, from an Alyx's PostgreSQL.

    Raises
    ------
    click.ClickException
        If the database does not answer or holds no Alyx.
    """
    import asyncpg

    wanted = {TABLES[path].model for path in paths if not TABLES[path].model.startswith(OURS)}
    wanted |= {"misc.labmembership", "misc.housing", "misc.housingsubject", *TARGETS.values()}
    try:
        connection = await asyncpg.connect(dsn, server_settings={"default_transaction_read_only": "on"})
    except (OSError, asyncpg.PostgresError, ValueError) as error:
        raise click.ClickException(f"The Alyx's database does not answer: {error}") from None
    try:
        for kind in ("json", "jsonb"):
            await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        there = {
            row[0] for row in await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        }
        if "subjects_subject" not in there:
            raise click.ClickException("There is no table subjects_subject: this is not an Alyx's database.")
        rows: Rows = {}
        async with connection.transaction(readonly=True, isolation="repeatable_read"):
            for model in sorted(wanted):
                if model.replace(".", "_") in there:
                    rows[model] = await _rows_of(connection, model.replace(".", "_"), there)
    finally:
        await connection.close()
    return from_rows(rows)


async def _rows_of(connection: Any, table: str, there: set[str]) -> dict[str, Record]:
    """Read a table and the link tables of its relations to several rows, in the form of a dump."""
    found: dict[str, Record] = {}
    for row in await connection.fetch(_everything(table)):
        fields = {
            name.removesuffix("_id") if name != "object_id" else name: _plain(value) for name, value in row.items()
        }
        found[str(fields.pop("id"))] = fields
    for relation in SEVERAL:
        link = f"{table}_{relation}"
        if link not in there:
            continue
        for fields in found.values():
            fields[relation] = []
        for row in await connection.fetch(_everything(link)):
            _, own, other = tuple(row)[:3]
            if str(own) in found:
                found[str(own)][relation].append(_plain(other))
    return found


def _everything(table: str) -> str:
    """Return the statement that reads a table; its name is one of those written above."""
    from sqlalchemy import column, select
    from sqlalchemy import table as named
    from sqlalchemy.dialects import postgresql

    return str(select(named(table, column("*", is_literal=True))).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


def _plain(value: Any) -> Any:
    """Return a value as a dump writes it."""
    from datetime import date
    from uuid import UUID

    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def merged(record: Record, found: Mapping[str, Record], by_name: Mapping[Any, Record], name: Any) -> Record:
    """Return a record with what the tables know of it besides."""
    key = str(record.get("id") or str(record.get("url") or "").rstrip("/")[-36:])
    more = found.get(key) or by_name.get(name) or {}
    return {**more, **{one: value for one, value in record.items() if value is not None or one not in more}}
