"""The percentage of the expected weight as SQL, for lists that must find by it; ``domain`` says what it means.

A test keeps both true to each other on generated histories. Work of the size of a few index look-ups for each row.
"""

from typing import Any

from sqlalchemy import (
    Date,
    DateTime,
    Double,
    Integer,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import Grouping

from bregma_metadata.husbandry.growth import CURVES, FIRST_WEEK
from bregma_metadata.husbandry.tables import WaterRestrictionRow, WeighingRow
from bregma_metadata.labs.tables import SCHEMA, LabRow
from bregma_metadata.subjects.tables import SubjectRow

_surgeries = table(
    "surgeries",
    column("id"),
    column("subject_id"),
    column("start_time", DateTime),
    column("implant_weight", Double),
    schema=SCHEMA,
)


def percentage_weight(subject_id: Any, day: Any) -> Any:
    """Return the weight of a day as percent of the expected one, both without the implant; null if not known.

    ``subject_id`` and ``day`` are columns or expressions of the enclosing statement.
    """
    given = select(subject_id.label("subject_id"), day.label("day")).correlate_except().lateral("given")
    before = _restriction(given).lateral("restriction")
    start = cast(before.c.start_time, Date)
    implant = _implant(given.c.subject_id, given.c.day)
    weighed = _weighing(given.c.subject_id, start).lateral("at_start")
    own = before.c.reference_weight != 0
    known = (
        select(
            SubjectRow.sex, SubjectRow.birth_date, LabRow.reference_weight_pct.label("share"), LabRow.zscore_weight_pct.label("z_share"),
            given.c.day, implant.label("implant"),
            (case((own, before.c.reference_weight), else_=weighed.c.weight) - _implant(given.c.subject_id, start)).label("reference"),
            case((own, start), else_=cast(weighed.c.date_time, Date)).label("reference_day"),
            select(_weighing(given.c.subject_id, given.c.day).subquery().c.weight).scalar_subquery().label("weight"),
        )
        .select_from(SubjectRow).join(given, given.c.subject_id == SubjectRow.id).join(LabRow, LabRow.id == SubjectRow.lab_id)
        .outerjoin(before, literal_column("true")).outerjoin(weighed, literal_column("true"))
        .lateral("known")
    )  # fmt: skip
    mean, deviation = _grown(known, known.c.day)
    mean_then, deviation_then = _grown(known, known.c.reference_day)
    z = deviation * (known.c.reference - mean_then) / deviation_then + mean
    limit = known.c.share + known.c.z_share
    # without the implant; a share of nothing needs no weight
    expected = (
        case((known.c.z_share == 0, literal(0.0)), else_=known.c.z_share * z)
        + case((known.c.share == 0, literal(0.0)), else_=known.c.share * known.c.reference)
    ) / func.nullif(limit, 0)  # fmt: skip
    return select(case((expected > 0, 100 * (known.c.weight - known.c.implant) / expected))).scalar_subquery()


def _before_the_end(moment: Any, day: Any) -> Any:
    return moment < cast(day + 1, DateTime)


def _weighing(subject_id: Any, day: Any) -> Any:
    one = WeighingRow.__table__.alias()
    return (
        select(one.c.weight, one.c.date_time).where(one.c.subject_id == subject_id, _before_the_end(one.c.date_time, day))
        .order_by(one.c.date_time.desc(), one.c.id.desc()).limit(1)
    )  # fmt: skip


def _implant(subject_id: Any, day: Any) -> Any:
    one = _surgeries.alias()
    found = (
        select(one.c.implant_weight)
        .where(one.c.subject_id == subject_id, one.c.implant_weight > 0, _before_the_end(one.c.start_time, day))
        .order_by(one.c.start_time.desc(), one.c.id.desc()).limit(1)
    )  # fmt: skip
    return func.coalesce(found.scalar_subquery(), 0.0)


def _restriction(given: Any) -> Any:
    """The restriction that an animal is measured by: its newest one also after its end, else one that covers the day."""
    one, other = WaterRestrictionRow.__table__.alias(), WaterRestrictionRow.__table__.alias()
    newest = (
        select(other.c.id).where(other.c.subject_id == given.c.subject_id)
        .order_by(other.c.start_time.desc(), other.c.id.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    return (
        select(one.c.start_time, one.c.reference_weight)
        .where(
            one.c.subject_id == given.c.subject_id, _before_the_end(one.c.start_time, given.c.day),
            or_(one.c.end_time.is_(None), cast(one.c.end_time, Date) >= given.c.day, one.c.id == newest),
        )
        .order_by(one.c.start_time.desc(), one.c.id.desc()).limit(1)
    )  # fmt: skip


def _grown(known: Any, day: Any) -> tuple[Any, Any]:
    """Mean and standard deviation of the animal's sex at its age on a day."""
    weeks = cast(func.floor((day - known.c.birth_date) / 7.0), Integer)
    length = len(CURVES["M"])
    place = func.least(func.greatest(weeks - FIRST_WEEK, 0), length - 1) + 1
    found = []
    for kind in (0, 1):
        curves = {sex: Grouping(array([each[kind] for each in curve], type_=Double)) for sex, curve in CURVES.items()}
        found.append(case(*((known.c.sex == sex, curve[place]) for sex, curve in curves.items())))
    return found[0], found[1]
