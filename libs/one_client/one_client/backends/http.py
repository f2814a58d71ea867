"""Sessions and datasets of a Bregma server, over its Alyx-compatible REST interface."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from dataset_types.path import SessionPath, strip_uuid

from one_client.backends.api import Api
from one_client.errors import NotFound, NotServable, ServerFault, SessionNotFound, from_entry
from one_client.records import Dataset, Found, Location, SessionListing, find_session_path
from one_client.terms import Query

__all__ = ["Api", "HttpBackend"]

_OPEN_PAST, _OPEN_FUTURE = "1677-09-21", "2262-04-11"
_SIGN_BATCH = 1000
_OFFLINE_PATIENCE = 2.0
_IN_TREE = re.compile(r"/Subjects/[^/]+/\d{4}-\d{2}-\d{2}/\d{1,3}/(?P<path>.+)$")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MANY = ("subject", "lab", "projects", "task_protocol", "number")


class HttpBackend:
    """A server.

    Parameters
    ----------
    api : Api
        The connection.
    """

    local = False

    def __init__(self, api: Api) -> None:
        self.api = api

    @property
    def name(self) -> str:
        """The server's address."""
        return self.api.base_url

    def search(self, query: Query) -> Found:
        """Sessions that fit; one request, or one for each combination where several values of a term are allowed."""
        found: dict[str, dict[str, Any]] = {}
        unservable: dict[str, int] = {}
        requests = list(_requests(query))
        for params in requests:
            for session in self._listed(params, query.limit, unservable):
                found.setdefault(str(session["id"]), session)
        sessions = list(found.values())
        if len(requests) > 1:
            sessions.sort(key=lambda s: str(s.get("start_time") or ""), reverse=True)
        return Found(sessions[: query.limit], unservable)

    def _listed(
        self, params: dict[str, str], limit: int | None, unservable: dict[str, int]
    ) -> Iterator[dict[str, Any]]:
        page = self.api.page("/sessions", params, limit=min(limit or _SIGN_BATCH, _SIGN_BATCH))
        for reason, count in (page.get("unservable") or {}).items():
            unservable[reason] = unservable.get(reason, 0) + int(count)
        yield from page["results"]
        if not page["next"] or (limit and len(page["results"]) >= limit):
            return
        offset = len(page["results"])
        while limit is None or offset < limit:
            page = self.api.page("/sessions", params, limit=_SIGN_BATCH, offset=offset)
            yield from page["results"]
            offset += len(page["results"])
            if not page["next"] or not page["results"]:
                return

    def resolve(self, place: SessionPath) -> str | None:
        """The eID of the session at a place."""
        day = place.date.isoformat()
        params = {
            "subject": place.subject,
            "date_range": f"{day},{day}",
            "number": place.number,
            "lab": place.lab,
        }
        for session in self.api.page("/sessions", params, limit=2)["results"]:
            return str(session["id"])
        return None

    def listing(self, eid: str, known: SessionListing | None = None) -> SessionListing | None:
        """A session with its servable datasets."""
        headers = {"If-None-Match": known.etag} if known and known.etag else None
        patience = _OFFLINE_PATIENCE if known else None
        try:
            answer = self.api.request("GET", f"/sessions/{_checked(eid)}", headers=headers, patience=patience)
        except NotFound as error:
            raise SessionNotFound(f"There is no session {eid}.", error.hint, status=404) from error
        if answer.status_code == 304:
            return None
        details = answer.json()
        place = _place(details)
        datasets = tuple(_dataset(record) for record in details.pop("data_dataset_session_related", ()))
        return SessionListing(eid, place, details, datasets, answer.headers.get("ETag", ""))

    def locate(self, listing: SessionListing, datasets: Sequence[Dataset]) -> list[Location]:
        """Signed URLs, up to 1,000 in one call."""
        signed: dict[str, Mapping[str, Any]] = {}
        rest = iter(datasets)
        while batch := list(islice(rest, _SIGN_BATCH)):
            body = {"datasets": [dataset.id for dataset in batch]}
            answer = self.api.post("/signed-urls", body, repeatable=True)
            signed.update({entry["dataset"]: entry for entry in answer["urls"]})
        return [_location(dataset, signed.get(dataset.id), listing) for dataset in datasets]

    def edition(self, dataset: Dataset) -> str:
        """The edition under which the dataset was registered; a session's detail does not show it."""
        record = self.api.get(f"/datasets/{_checked(dataset.id)}")
        return str(record.get("edition") or "")

    def close(self) -> None:
        """Close the connections."""
        self.api.close()


def _requests(query: Query) -> Iterator[dict[str, str]]:
    """The query's parameters; Alyx's filters take one value each, so several become several requests."""
    fixed: dict[str, str] = dict(query.others)
    if query.users:
        fixed["users"] = ",".join(query.users)
    if query.first or query.last:
        first = query.first.isoformat() if query.first else _OPEN_PAST
        last = query.last.isoformat() if query.last else _OPEN_FUTURE
        fixed["date_range"] = f"{first},{last}"
    for name in ("dataset_types", "datasets"):
        if getattr(query, name):
            fixed[name] = ",".join(getattr(query, name))
    fixed["servable_only"] = str(query.servable_only).lower()
    if query.servable_only and not query.dataset_types and not query.datasets:
        fixed["servable"] = "true"  # of the datasets that are named, the server looks at each by itself
    several = {name: getattr(query, name) for name in _MANY if getattr(query, name)}
    for values in product(*several.values()):
        yield {**fixed, **dict(zip(several, map(str, values), strict=True))}


def _checked(eid: str) -> str:
    """Refuse what is no UUID before it becomes part of a URL."""
    try:
        return str(UUID(eid))
    except ValueError:
        raise SessionNotFound(
            f"{eid!r} is no session's id.", "one.search(...) lists sessions with their ids."
        ) from None


def _place(details: Mapping[str, Any]) -> SessionPath:
    text = f"{details.get('subject')}/{str(details.get('start_time'))[:10]}/{int(details.get('number') or 0):03d}"
    lab = details.get("lab")
    place = find_session_path(f"{lab}/Subjects/{text}" if lab else text)
    if place is None:
        raise ServerFault(f"The session's place {text!r} is no path.", "Tell the server's administrator.")
    return place


def _dataset(record: Mapping[str, Any]) -> Dataset:
    return Dataset(
        id=str(record["id"]),
        path=_path_in_session(record),
        dataset_type=record.get("dataset_type") or "",
        size=record.get("file_size"),
        md5=record.get("hash") or "",
        sha256=record.get("sha256") or "",
        qc=str(record.get("qc") or "NOT_SET"),
        default=str(record.get("default_revision")) == "True",
        edition=record.get("edition") or "",
    )


def _path_in_session(record: Mapping[str, Any]) -> str:
    """Collection, revision and name; where the revision is told by its id, as on Alyx, the URL shows its name."""
    revision = record.get("revision") or ""
    if _ID.fullmatch(revision):
        match = _IN_TREE.search(unquote(urlsplit(str(record.get("data_url") or "").replace("#", "%23")).path))
        if match:
            folder, slash, name = match["path"].rpartition("/")
            return f"{folder}{slash}{strip_uuid(name)[0]}"
    folders = [record.get("collection") or "", f"#{revision}#" if revision else ""]
    return "/".join(filter(None, [*folders, str(record["name"])]))


def _location(dataset: Dataset, entry: Mapping[str, Any] | None, listing: SessionListing) -> Location:
    what = f"{listing.place.relative}/{dataset.path}"
    if entry is None:
        raise ServerFault(f"{what}: the server did not say where it is.", "Tell the server's administrator.")
    if entry.get("error"):
        error = entry["error"]
        fields = error if isinstance(error, dict) else {"code": str(error)}
        if fields.get("code") == "not_found":
            raise NotServable(f"{what} is not there any more.", "Ask again with one.list_datasets(eid, refresh=True).")
        raise from_entry(fields, what=what)
    known = replace(
        dataset,
        size=entry.get("size") if entry.get("size") is not None else dataset.size,
        md5=entry.get("md5") or dataset.md5,
        sha256=entry.get("sha256") or dataset.sha256,
    )
    return Location(known, url=str(entry["url"]))
