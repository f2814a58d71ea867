"""Sessions and files as one: a backend, and for a remote one the cache and the downloads.

How fresh is what is cached? A session's list of datasets is believed for `FRESHNESS` seconds after the server told it;
then the server is asked whether it changed (``If-None-Match``), and if it cannot be reached the cached list is used
with a warning. A dataset that is not in a believed list is asked for once more before it counts as missing. Files are
compared with the list, so a new version is fetched as soon as the list names it. ``mode='offline'`` asks nobody.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dataset_types.path import SessionPath

from one_client.backends.base import Backend
from one_client.backends.folder import details_fit, place_fits
from one_client.cache import Cache, Entry, Kept, Verdict
from one_client.download import Downloader, Order, UrlBook
from one_client.errors import BadRequest, DatasetNotFound, Offline, OneError, SessionNotFound
from one_client.progress import bar
from one_client.records import Dataset, Found, SessionListing
from one_client.terms import Query

if TYPE_CHECKING:
    from one_client.backends.api import Api

FRESHNESS = 60.0
_NOTE_EVERY = 2.0
_AWAY_SECONDS = 30.0
_log = logging.getLogger("one_client")

Mode = Literal["online", "offline"]
_MODES: dict[str, Mode] = {
    "online": "online",
    "remote": "online",
    "auto": "online",
    "offline": "offline",
    "local": "offline",
}


def mode_of(text: str) -> Mode:
    """Read a mode in the words of `ONE`.

    Raises
    ------
    BadRequest
        If there is no such mode.
    """
    if text not in _MODES:
        raise BadRequest(f"There is no mode {text!r}.", "Choose 'online' or 'offline'.")
    return _MODES[text]


class Library:
    """What `ONE` loads from.

    Parameters
    ----------
    backend : Backend
        Where sessions come from.
    cache : Cache, optional
        Needed unless the backend is local.
    mode : {'online', 'offline'}
        Offline asks no server and uses what is cached.
    freshness : float
        Seconds for which a session's list of datasets is believed.
    downloader : Downloader, optional
        How files are fetched.
    progress : bool, optional
        Whether to show a bar; by default if a terminal is there.
    """

    def __init__(
        self,
        backend: Backend,
        cache: Cache | None = None,
        *,
        mode: Mode = "online",
        freshness: float = FRESHNESS,
        downloader: Downloader | None = None,
        progress: bool | None = None,
    ) -> None:
        if cache is None and not backend.local:
            raise ValueError("a remote backend needs a cache")
        self.backend = backend
        self.cache = cache
        self.mode = mode
        self.freshness = freshness
        self.progress = progress
        self.downloader = downloader or Downloader()
        self._places: dict[str, str] = {}
        self._away_until = 0.0

    @property
    def api(self) -> "Api":
        """The connection to the server, for what a folder or a cache cannot do.

        Raises
        ------
        BadRequest
            If there is none.
        """
        api: Api | None = getattr(self.backend, "api", None)
        if api is None or self.mode == "offline":
            raise BadRequest("This needs a server.", "Use ONE(base_url='https://...') in online mode.")
        return api

    def search(self, query: Query) -> Found:
        """Sessions that fit; offline those of which something is cached."""
        if self.mode == "offline" and self.cache is not None:
            return _search_cache(self.cache, query)
        found = self.backend.search(query)
        if found.unservable:
            reasons = ", ".join(f"{count} {reason}" for reason, count in found.unservable.items())
            _log.warning("more sessions match, but cannot be loaded now: %s", reasons)
        return found

    def resolve(self, place: SessionPath) -> str:
        """The eID of the session at a place of the ALF tree; remembered."""
        key = str(place)
        if key not in self._places:
            found = self._resolve_offline(place) if self.mode == "offline" else self.backend.resolve(place)
            if found is None:
                hint = "one.search(subject=...) lists the sessions of a subject."
                raise SessionNotFound(f"There is no session {place}.", hint)
            self._places[key] = found
        return self._places[key]

    def listing(self, eid: str, *, refresh: bool = False) -> SessionListing:
        """A session with its datasets, from the cache while it is fresh."""
        if self.cache is None:
            listing = self.backend.listing(eid)
            assert listing is not None
            return listing
        entry = self.cache.read(eid)
        if entry and not refresh and self._is_believed(entry):
            return entry.listing
        if self.mode == "offline":
            raise SessionNotFound(f"Nothing of session {eid} is in the cache.", "Load it once with mode='online'.")
        try:
            new = self.backend.listing(eid, entry.listing if entry else None)
        except Offline as error:
            if entry is None:
                raise
            self._away_until = time.monotonic() + _AWAY_SECONDS
            _log.warning("using the cached list of session %s: %s", eid, error.detail)
            return entry.listing
        return (self.cache.keep_listing(new) if new else self.cache.still_fresh(eid)).listing

    def _is_believed(self, entry: Entry) -> bool:
        """Whether a cached list is used without asking; also for a while after the server was found to be away."""
        young = time.time() - entry.fetched_at < self.freshness
        return young or self.mode == "offline" or time.monotonic() < self._away_until

    def paths(self, listing: SessionListing, datasets: Sequence[Dataset]) -> list[Path]:
        """Local files of these datasets, in their order; what is not here is fetched.

        Raises
        ------
        OneError
            If one cannot be had; those that arrived stay in the cache.
        """
        if self.cache is None:
            located = self.backend.locate(listing, datasets)
            return [location.path for location in located if location.path is not None]
        here = self.cache.present(listing.eid, datasets)
        missing = [dataset for dataset in datasets if dataset.id not in here]
        if missing:
            if self.mode == "offline":
                raise DatasetNotFound(
                    f"{missing[0].path} is not in the cache (and {len(missing) - 1} more).",
                    "Load it once with mode='online'.",
                )
            self._fetch(self.cache, listing, missing)
        return [self.cache.place(listing.place, dataset) for dataset in datasets]

    def with_edition(self, dataset: Dataset) -> Dataset:
        """The dataset with the edition that its units follow, asked for if need be."""
        if dataset.edition or self.mode == "offline":
            return dataset
        return replace(dataset, edition=self.backend.edition(dataset))

    def verify(self, eid: str | None = None, *, repair: bool = False) -> Iterator[Verdict]:
        """Hash cached files again; with ``repair`` those that changed are fetched anew (and are then ``good``)."""
        if self.cache is None:
            return
        bad: dict[str, list[Verdict]] = {}
        for verdict in self.cache.verify(eid):
            if verdict.state == "good" or not repair:
                yield verdict
            else:
                bad.setdefault(verdict.eid, []).append(verdict)
        for session, verdicts in bad.items():
            yield from self._repair(self.cache, session, verdicts)

    def close(self) -> None:
        """Give back connections."""
        self.downloader.close()
        self.backend.close()

    def _fetch(self, cache: Cache, listing: SessionListing, missing: Sequence[Dataset]) -> None:
        located = self.backend.locate(listing, missing)
        orders = [
            Order(location.dataset, cache.place(listing.place, location.dataset), cache.partial) for location in located
        ]
        by_id = {dataset.id: dataset for dataset in missing}

        def sign(ids: Sequence[str]) -> dict[str, str]:
            again = self.backend.locate(listing, [by_id[dataset] for dataset in ids])
            return {location.dataset.id: location.url for location in again}

        book = UrlBook(sign, {location.dataset.id: location.url for location in located})
        cache.sweep()
        notes = _Notes(cache, listing.eid)
        total = sum(order.dataset.size or 0 for order in orders)
        with bar(total, len(orders), self.progress) as advance:
            try:
                self.downloader.fetch(orders, book, arrived=notes.add, progress=advance)
            finally:
                notes.flush()

    def _repair(self, cache: Cache, eid: str, verdicts: Sequence[Verdict]) -> Iterator[Verdict]:
        cache.forget(eid, [verdict.dataset for verdict in verdicts])
        listing = self.listing(eid, refresh=True)
        by_path = {dataset.path: dataset for dataset in listing.datasets}
        for verdict in verdicts:
            if verdict.dataset not in by_path:
                continue  # the session no longer has it, and the cache no longer keeps it
            try:
                self.paths(listing, [by_path[verdict.dataset]])
            except OneError as error:
                _log.warning("%s could not be fetched again: %s", verdict.dataset, error.detail)
                yield verdict
            else:
                yield Verdict(eid, verdict.path, verdict.dataset, "good")

    def _resolve_offline(self, place: SessionPath) -> str | None:
        wanted = (place.subject, place.date, place.number)
        for entry in self.cache.entries() if self.cache else ():
            found = entry.listing.place
            if (found.subject, found.date, found.number) == wanted and place.lab in (None, found.lab):
                return entry.listing.eid
        return None


class _Notes:
    """Collects arrived files for the cache's index, so that 5,000 files do not rewrite it 5,000 times."""

    def __init__(self, cache: Cache, eid: str) -> None:
        self._cache = cache
        self._eid = eid
        self._lock = threading.Lock()
        self._arrived: dict[str, Kept] = {}
        self._last = time.monotonic()

    def add(self, order: Order, kept: Kept) -> None:
        """Note a file; called in the download's threads."""
        with self._lock:
            self._arrived[order.dataset.path] = kept
            due = time.monotonic() - self._last > _NOTE_EVERY
        if due:
            self.flush()

    def flush(self) -> None:
        """Write what was collected."""
        with self._lock:
            arrived, self._arrived = self._arrived, {}
            self._last = time.monotonic()
            self._cache.keep_files(self._eid, arrived)


def _search_cache(cache: Cache, query: Query) -> Found:
    listings = [entry.listing for entry in cache.entries()]
    fitting = [one for one in listings if place_fits(one.place, query) and details_fit(one, query)]
    fitting.sort(key=lambda one: (one.place.date, one.place.subject, one.place.number), reverse=True)
    return Found([{**one.details, "id": one.eid} for one in fitting[: query.limit]])
