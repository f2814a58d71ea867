"""What a search from the colony asks, in SQL: each condition can begin at the colony's side, which is the small one."""

from typing import Any

from bregma_kit.fields import json_list
from sqlalchemy import Integer, Text, cast, exists, func, literal, or_, select

from bregma_metadata.colony.domain import ABSENT, SYMBOLS
from bregma_metadata.colony.tables import AlleleRow, ZygosityRow
from bregma_metadata.husbandry.in_sql import percentage_weight
from bregma_metadata.sessions.store import SESSION_DATE, dataset_types, files
from bregma_metadata.sessions.tables import SessionRow
from bregma_metadata.subjects import store as subjects
from bregma_metadata.subjects.tables import LineRow, SubjectRow


def of_subject(value: Any) -> Any:
    """Return something of the session's animal."""
    return select(value).where(SubjectRow.id == SessionRow.subject_id).correlate(SessionRow).scalar_subquery()


AGE: Any = of_subject(cast(func.div(SESSION_DATE - SubjectRow.birth_date, literal(7, Integer)), Integer))


WEIGHT_PCT: Any = percentage_weight(SessionRow.subject_id, SESSION_DATE)


def weighing(ends: Any) -> Any:
    """The animal weighed so many percent of what it should on the session's day."""
    return WEIGHT_PCT.between(*ends)


def line() -> Any:
    """Return the name of the animal's line."""
    return of_subject(
        select(LineRow.name).where(LineRow.id == SubjectRow.line_id).correlate(SubjectRow).scalar_subquery()
    )


def genotype() -> Any:
    """Return the animal's genotype as texts."""
    return of_subject(subjects.genotype(written=True))


def types_of_session() -> Any:
    """Return the types of the datasets that can be loaded."""
    names = (
        select(dataset_types.c.name).distinct().join(files, files.c.dataset_type_id == dataset_types.c.id)
        .where(files.c.session_id == SessionRow.id, files.c.servable).correlate(SessionRow).subquery("names")
    )  # fmt: skip
    return select(json_list(names.c.name, names.c.name)).scalar_subquery()


def in_line(name: Any) -> Any:
    """The animal is of this line."""
    line_id = select(LineRow.id).where(LineRow.name == name).scalar_subquery()
    return SessionRow.subject_id == _any_of(select(SubjectRow.id).where(SubjectRow.line_id == line_id))


def has_genotype(written: Any) -> Any:
    """The animal has this of an allele; ``+`` is met by whatever carries it."""
    allele = select(AlleleRow.id).where(AlleleRow.nickname == func.regexp_replace(written, " [^ ]*$", "", type_=Text))
    symbol = func.regexp_replace(written, "^.* ", "", type_=Text)
    meant = or_(
        *((symbol == text) & (ZygosityRow.zygosity == value) for value, text in enumerate(SYMBOLS)),
        (symbol == SYMBOLS[-1]) & (ZygosityRow.zygosity != ABSENT),
    )
    return SessionRow.subject_id == _any_of(
        select(ZygosityRow.subject_id).where(ZygosityRow.allele_id == allele.scalar_subquery(), meant)
    )


def aged(ends: Any) -> Any:
    """The animal was so many weeks old; said of the time itself, so that an index of an animal's sessions finds it."""
    first, last = (cast(end, Integer) for end in ends)
    return exists(
        select(SubjectRow.id).where(
            SubjectRow.id == SessionRow.subject_id,
            SessionRow.start_time >= SubjectRow.birth_date + first * 7,
            SessionRow.start_time < SubjectRow.birth_date + (last + 1) * 7,
        )
    )


def has_type(name: Any) -> Any:
    """A dataset of this type can be loaded."""
    type_id = select(dataset_types.c.id).where(dataset_types.c.name == name).scalar_subquery()
    return exists(
        select(files.c.session_id)
        .where(files.c.session_id == SessionRow.id, files.c.dataset_type_id == type_id, files.c.servable)
    )  # fmt: skip


def _any_of(statement: Any) -> Any:
    return func.any(func.array(statement.scalar_subquery()))
