"""Searching sessions by what the colony knows of their animals; only a Bregma server can tell."""

from collections.abc import Iterable, Sequence
from typing import Any

from one_client.backends.http import HttpBackend
from one_client.bunch import Bunch
from one_client.errors import BadRequest, UnknownTerm
from one_client.library import Library

Ends = tuple[float | None, float | None] | Sequence[float | None] | float
_PAGE = 1000
_TERMS = ("line", "genotype", "dataset_types", "subject", "lab", "project", "task_protocol", "number", "date_range")


def ends_text(name: str, ends: Ends | None) -> str | None:
    """Both ends of a range as ``first,last``; None leaves an end open, a single number is that one.

    Raises
    ------
    BadRequest
        If it is no range.

    Examples
    --------
    >>> ends_text('age_weeks', (8, 12)), ends_text('weight_pct', (80, None)), ends_text('age_weeks', 8)
    ('8,12', '80,', '8,8')
    """
    if ends is None:
        return None
    both = [ends, ends] if isinstance(ends, int | float) else list(ends)
    if len(both) != 2 or not all(one is None or isinstance(one, int | float) for one in both):
        raise BadRequest(f"{name}={ends!r} is no range.", f"Write {name}=(first, last); None leaves an end open.")
    return ",".join("" if one is None else f"{one:g}" for one in both)


def listed(value: Any) -> str | None:
    """Names as a comma list, whatever they are given as.

    Examples
    --------
    >>> listed(['spikes.times', 'spikes.clusters']), listed('Ai32'), listed(1)
    ('spikes.times,spikes.clusters', 'Ai32', '1')
    """
    if value is None or isinstance(value, str):
        return value
    return ",".join(map(str, value)) if isinstance(value, Iterable) else str(value)


def search_colony(
    library: Library,
    *,
    age_weeks: Ends | None = None,
    weight_pct: Ends | None = None,
    limit: int | None = None,
    **terms: Any,
) -> list[Bunch]:
    """Ask the server; see `ONE.search_colony`.

    Raises
    ------
    UnknownTerm
        If there is no such term; the server would ignore it and answer with too much.
    BadRequest
        If the source of data is no server.
    """
    for name in terms:
        if name not in _TERMS:
            known = ", ".join((*_TERMS, "age_weeks", "weight_pct", "limit"))
            raise UnknownTerm(f"There is no search term {name!r} of the colony.", f"The terms are: {known}.")
    if library.mode == "offline" or not isinstance(library.backend, HttpBackend):
        raise BadRequest("Only a Bregma server knows the colony.", "Use ONE(base_url='https://...') in online mode.")
    params: dict[str, Any] = {name: listed(value) for name, value in terms.items()}
    params |= {"age_weeks": ends_text("age_weeks", age_weeks), "weight_pct": ends_text("weight_pct", weight_pct)}
    found: list[Bunch] = []
    while limit is None or len(found) < limit:
        size = _PAGE if limit is None else min(_PAGE, limit - len(found))
        page = library.backend.api.page("/colony-sessions", params, limit=size, offset=len(found))
        found += [Bunch(session) for session in page["results"]]
        if not page["next"] or not page["results"]:
            break
    return found
