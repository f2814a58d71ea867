"""Why a search found nothing: names that the server does not know, or sessions of which nothing can be loaded yet."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from one_client.errors import Unauthorized

if TYPE_CHECKING:
    from one_client.backends.api import Api
    from one_client.library import Library
    from one_client.terms import Query


def why_nothing(library: "Library", query: "Query") -> Iterator[str]:
    """Say what may be the matter with a search that found nothing.

    Parameters
    ----------
    library : Library
        Where it searched; without a server there is nothing to ask.
    query : Query
        What it searched for.

    Yields
    ------
    str
        A sentence for each name that does not exist here, or one about the sessions that wait for their files.

    Raises
    ------
    OneError
        If the server stops answering.
    """
    api: Api | None = getattr(library.backend, "api", None)
    if api is None or library.mode == "offline":
        return
    unknown = list(_unknown_names(api, query))
    yield from unknown
    if unknown or not query.servable_only:
        return
    if library.backend.search(replace(query, servable_only=False, limit=1)).sessions:
        yield "Sessions fit, but their files cannot be loaded now; --all finds them."


def _unknown_names(api: "Api", query: "Query") -> Iterator[str]:
    # subjects and labs are searched whatever their case, so they are looked up in the same way
    for noun, path, look_up, names in (
        ("animal", "/subjects", "nickname__iexact", query.subject),
        ("lab", "/labs", "name__iexact", query.lab),
    ):
        for name in names:
            if "," not in name and _none(api, path, {"django": f"{look_up},{name}"}):
                yield f"There is no {noun} called {name}."
    for name in query.users:
        if _none(api, "/users", {"username": name}):
            yield f"There is no user called {name}."
    for name in query.dataset_types:
        if _none(api, "/dataset-types", {"name": name}):
            yield f"There is no dataset type called {name}.{_meant(name)}"


def _none(api: "Api", path: str, params: dict[str, str]) -> bool:
    """Whether there is none of this name, as far as the caller may ask."""
    try:
        return not api.page(path, params, limit=1)["results"]
    except Unauthorized:  # read-only accounts do not see everything; then nobody can tell
        return False


def _meant(name: str) -> str:
    from dataset_types.registry import default_registry

    close = get_close_matches(name, sorted({one.name for one in default_registry()}), n=2)  # some in two editions
    return f" Did you mean {' or '.join(close)}?" if close else ""
