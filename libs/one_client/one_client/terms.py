"""Search terms: which there are, how they may be shortened, and what a search means in every backend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from one_client.errors import BadRequest, UnknownTerm
from one_client.records import QC, date_bounds

TERMS: dict[str, str] = {
    "atlas_acronym": "brain region of a probe's channels, its parts included",
    "atlas_id": "the same by the region's number",
    "atlas_name": "the same by part of the region's name",
    "dataset_qc_lte": "datasets of this quality or better: PASS, WARNING, FAIL, CRITICAL",
    "dataset_types": "names of dataset types such as spikes.times; all must be there",
    "datasets": "file names such as spikes.times.npy; all must be there",
    "date_range": "a day, or [first, last], both included; None leaves an end open",
    "django": "a filter in Alyx's query language, for what has no term",
    "extended_qc": "field and value of the session's quality metrics",
    "histology": "True: the subject has histology",
    "json": "field and value in the session's free JSON",
    "lab": "name of the laboratory",
    "location": "rig, or part of its name",
    "number": "number of the session within its day",
    "performance_gte": "percent of correct trials, at least",
    "performance_lte": "percent of correct trials, at most",
    "procedures": "a procedure, or part of its name",
    "projects": "a project, or part of its name",
    "qc": "quality of the session",
    "subject": "the animal's nickname",
    "tag": "a tag of the session's datasets, or part of it",
    "task_protocol": "the task protocol, or part of it",
    "type": "Experiment, Base, ...",
    "users": "the experimenters; all must have taken part",
}
"""Every search term with its meaning."""

ALIASES: dict[str, str] = {
    "user": "users",
    "project": "projects",
    "laboratory": "lab",
    "nickname": "subject",
    "dataset": "datasets",
    "date": "date_range",
    "procedure": "procedures",
}
"""Other ways to say a term, taken before abbreviations are."""

_MEANT = ("subject", "lab", "users", "date_range", "number", "projects", "task_protocol", "dataset_types", "datasets")
_LOCAL_LISTS = ("subject", "lab", "users", "projects", "task_protocol", "dataset_types", "datasets")


def complete(term: str) -> str:
    """Full name of a term given by an abbreviation.

    Raises
    ------
    UnknownTerm
        If no term, or more than one, begins so.

    Examples
    --------
    >>> complete('subj'), complete('task'), complete('user')
    ('subject', 'task_protocol', 'users')
    """
    word = term.casefold()
    if word in TERMS:
        return word
    if word in ALIASES:
        return ALIASES[word]
    fitting = sorted({ALIASES.get(known, known) for known in (*TERMS, *ALIASES) if known.startswith(word)})
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UnknownTerm(f"{term!r} is short for several terms: {', '.join(fitting)}.", "Write one of them in full.")
    from difflib import get_close_matches

    close = get_close_matches(word, [*TERMS, *ALIASES], n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    raise UnknownTerm(f"There is no search term {term!r}.", hint + f"The terms are: {', '.join(TERMS)}.")


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for; all of it must hold.

    Attributes
    ----------
    subject, lab : tuple of str
        Any of these names, whatever their case; empty for all.
    users, dataset_types, datasets : tuple of str
        All of these.
    projects, task_protocol : tuple of str
        Any of these, or text containing them, whatever their case.
    number : tuple of int
        Any of these.
    first, last : date or None
        Inclusive bounds of the session's day.
    others : dict
        Terms that only a server understands.
    servable_only : bool
        Whether the datasets asked for, or some dataset if none are asked for, must be loadable now.
    limit : int or None
        At most so many sessions.
    """

    subject: tuple[str, ...] = ()
    lab: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    task_protocol: tuple[str, ...] = ()
    dataset_types: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    number: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None
    others: Mapping[str, str] = field(default_factory=dict)
    servable_only: bool = True
    limit: int | None = None

    @classmethod
    def of(cls, terms: Mapping[str, Any], *, servable_only: bool = True, limit: int | None = None) -> "Query":
        """Read what a user typed; terms that are None do not filter.

        Raises
        ------
        BadRequest
            If a term does not exist, is given twice, or has an impossible value.
        """
        given: dict[str, Any] = {}
        for term, value in terms.items():
            name = complete(term)
            if name in given:
                raise BadRequest(f"The search term {name!r} is given twice.", "Give all its values in one list.")
            if value is not None and value != "":
                given[name] = value
        first, last = date_bounds(given["date_range"]) if "date_range" in given else (None, None)
        lists = {name: _texts(name, given[name]) for name in _LOCAL_LISTS if name in given}
        others = {name: _other(name, value) for name, value in given.items() if name not in _MEANT}
        return cls(
            **lists,
            number=_numbers(given.get("number", ())),
            first=first,
            last=last,
            others=others,
            servable_only=servable_only,
            limit=limit,
        )


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if not isinstance(value, Iterable):
        raise BadRequest(f"{name}={value!r} is no text.", f"{name}: {TERMS[name]}.")
    return tuple(str(part) for part in value)


def _numbers(value: Any) -> tuple[int, ...]:
    values = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    hint = "A session's number is 1, 2, ... within its day."
    try:
        numbers = tuple(int(number) for number in values)
    except (TypeError, ValueError):
        raise BadRequest(f"number={value!r} is no number.", hint) from None
    if any(number < 0 for number in numbers):
        raise BadRequest(f"No session has a number below 0, such as {min(numbers)}.", hint)
    return numbers


def _other(name: str, value: Any) -> str:
    if name == "dataset_qc_lte" or name == "qc":
        text = str(value).upper()
        by_number = {str(number): word for word, number in QC.items()}
        if by_number.get(text, text) not in QC:
            raise BadRequest(f"{name}={value!r} is no quality.", f"Choose from {', '.join(QC)}.")
        return by_number.get(text, text)
    if isinstance(value, str):
        return value
    return ",".join(map(str, value)) if isinstance(value, Iterable) else str(value)
