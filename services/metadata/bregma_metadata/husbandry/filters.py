"""Filters that records about animals share: by animal, lab, people and days."""

from datetime import timedelta
from typing import Any, NoReturn

from bregma_kit.filters import Filter, Parser, every, named, parse_dates
from bregma_kit.scope import in_visible_labs
from sqlalchemy import Date, Text, exists, func, select

from bregma_metadata.labs.tables import LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.subjects.tables import SubjectRow


def seen_with(subject_id: Any) -> Any:
    """Restrict rows to those of animals that the caller sees."""
    return subject_id.in_(select(SubjectRow.id).where(in_visible_labs(SubjectRow.lab_id)))


def _ids(statement: Any) -> Any:
    """Turn a sub-select into an array that is computed once, so that the row's own index is used."""
    return func.any(func.array(statement.scalar_subquery()))


def by_animal(subject_id: Any) -> tuple[Filter, ...]:
    """Filter by the animal's name, under both names that Alyx has for it, and by its lab."""

    def is_named(value: Any) -> Any:
        return subject_id == _ids(select(SubjectRow.id).where(func.lower(SubjectRow.nickname) == func.lower(value)))

    def in_lab(value: Any) -> Any:
        labs = select(LabRow.id).where(func.lower(LabRow.name) == func.lower(value)).scalar_subquery()
        return subject_id.in_(select(SubjectRow.id).where(SubjectRow.lab_id == labs))

    return (
        named("subject", is_named, "nickname, whatever the case"), named("nickname", is_named, "the same as subject"),
        named("lab", in_lab, "name of the animal's lab, whatever the case"),
    )  # fmt: skip


def by_users(link: Any, own: Any, row_id: Any) -> Filter:
    """Filter by people: all of a comma list."""
    return every(
        "users",
        lambda p: exists(
            select(own).join(UserRow, UserRow.id == link.user_id).where(own == row_id, UserRow.username == p)
        ),
        "user names, all of them",
    )


def by_user(user_id: Any) -> Filter:
    """Filter by the one user of a record."""
    return every(
        "users", lambda p: user_id == select(UserRow.id).where(UserRow.username == p).scalar_subquery(), "user name"
    )


def _days(text: str) -> list[Any]:
    first, last = parse_dates(text)
    # the day after the last, where there is one
    return [first, last if last == last.max else last + timedelta(days=1)]


def by_days(moment: Any) -> Filter:
    """Filter by days of the lab, both included; the times themselves are compared, so that their index serves."""
    return Filter(
        "date_range", _days, Date, lambda ends: (moment >= ends[0]) & (moment < ends[1]), "first,last day", pair=True
    )


def placeless(noun: str) -> Filter:
    """Refuse to filter by a location what has none, as Alyx does (with an error of its own)."""
    parse: Parser = _refusal(noun)
    return Filter("location", parse, Text, lambda p: p.is_not(None), f"{noun} have no location")


def _refusal(noun: str) -> Parser:
    def refuse(_text: str) -> NoReturn:
        raise ValueError(f"{noun} have no location; leave this out.")

    return refuse
