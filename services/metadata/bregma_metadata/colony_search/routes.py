"""One query from colony to data: line, genotype and age of the animal, with the dataset types of the session."""

from dataclasses import replace
from typing import Any

from bregma_kit.fields import Computed, Moment, Slug
from bregma_kit.filters import Filter, every
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import ADMIN_ONLY, in_visible_labs
from sqlalchemy import BigInteger, Double, Text

from bregma_metadata.colony.tables import AlleleRow
from bregma_metadata.colony_search import store
from bregma_metadata.colony_search.domain import allele_of, parse_genotype, parse_percent, parse_weeks
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.sessions.search import FILTERS
from bregma_metadata.sessions.tables import SessionRow
from bregma_metadata.subjects.tables import LineRow, SubjectRow

_AS_SESSIONS = ("subject", "lab", "number", "date_range", "project", "task_protocol")

COLONY_SESSIONS = Resource(
    path="colony-sessions", noun="ColonySession", table=SessionRow, lookup=SessionRow.id, tag="colony", methods="L",
    order=(SessionRow.start_time.desc(), SessionRow.id.desc()), write=ADMIN_ONLY, visible=in_visible_labs(SessionRow.lab_id),
    shown=SessionRow.withdrawn_at.is_(None),
    doc="Sessions by what the colony knows of their animals, newest first, with the types of the datasets that can be loaded.",
    fields=(
        Computed(name="id", expression=SessionRow.id, doc="the session's"),
        Slug(name="subject", column=SessionRow.subject_id, to=SubjectRow.nickname, read_only=True),
        Slug(name="lab", column=SessionRow.lab_id, to=LabRow.name, read_only=True),
        Moment(name="start_time", column=SessionRow.start_time, read_only=True),
        Computed(name="number", expression=SessionRow.number, doc="null if it has none"),
        Computed(name="sex", expression=store.of_subject(SubjectRow.sex)),
        Computed(name="line", expression=store.line()),
        Computed(name="genotype", expression=store.genotype(), type=list[str], doc="'Pvalb-Cre +/-'"),
        Computed(name="age_weeks", expression=store.AGE, doc="whole weeks on the day of the session; null without a birth date"),
        Computed(name="weight_pct", expression=store.WEIGHT_PCT, type=float | None, doc="of the expected weight on that day (%), or null"),
        Computed(name="dataset_types", expression=store.types_of_session(), type=list[str], doc="of datasets that can be loaded"),
    ),
    filters=(
        Filter("line", str, Text, store.in_line, "name of the animal's line", known=LineRow.name),
        Filter("genotype", parse_genotype, Text, store.has_genotype,
               "comma list such as 'Pvalb-Cre +/-,Ai32 +', all of which hold; + is carried, on one chromosome or both", each=True,
               known=AlleleRow.nickname, named=allele_of),
        Filter("age_weeks", parse_weeks, BigInteger, store.aged,
               "first,last: whole weeks on that day, both included; a single number is that week", pair=True),
        Filter("weight_pct", parse_percent, Double, store.weighing,
               "first,last: percent of the expected weight on that day, both without the implant; ask something else besides", pair=True),
        every("dataset_types", store.has_type, "comma list; all of them can be loaded"),
        *(one for one in FILTERS if one.name in _AS_SESSIONS),
    ),
)  # fmt: skip

OPERATIONS: list[Any] = [replace(one, own=True) for one in operations_of(COLONY_SESSIONS)]
