"""The class `ONE`: search for sessions, list what they hold, and load it by meaning."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path, PurePath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, overload
from uuid import UUID

from one_client.bunch import Bunch, assemble
from one_client.cache import Cache, Verdict
from one_client.errors import BadRequest, DatasetNotFound, NotServable
from one_client.formats import load_file
from one_client.library import FRESHNESS, Library, mode_of
from one_client.recordings import Recordings
from one_client.records import Dataset, SessionListing, find_session_path
from one_client.selection import Filename, Patterns, at_revision, of_object, parts, select, the_one
from one_client.terms import TERMS, Query
from one_client.units import converted

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from one_client.backends.inprocess import Application
    from one_client.upload import Report

Eid: TypeAlias = str | UUID | PurePath | Mapping[str, Any]
Texts: TypeAlias = list[str]
Paths: TypeAlias = list[Path]
Records: TypeAlias = list[Bunch]
_UUID = 36


class ONE(Recordings):
    """Search and load data of a server; see `from_folder` and `from_app` for other sources.

    Parameters
    ----------
    base_url : str, optional
        The server; default ``BREGMA_URL``, or the one of the last ``one login``. A path of a folder, or ``file://...``,
        opens that folder.
    token : str, optional
        Default ``BREGMA_TOKEN``, or the one of the last ``one login`` there.
    username, password : str, optional
        Log in with these instead of a token; nothing is stored.
    cache_dir : path, optional
        Where files are kept; default a folder of the user, or ``BREGMA_ONE_CACHE``. Processes may share it.
    mode : {'online', 'offline'}
        Offline asks no server and finds what is cached.
    freshness : float
        Seconds for which a session's list of datasets is believed before the server is asked again.
    progress : bool, optional
        Show a bar while files come; by default if there is a terminal.

    Examples
    --------
    >>> one = ONE()                                                          # doctest: +SKIP
    >>> eids = one.search(subject='IBL_123', date_range=['2019-08-02', '2019-08-31'],
    ...                   dataset_types=['spikes.times', 'spikes.clusters'])  # doctest: +SKIP
    >>> spikes = one.load_object(eids[0], 'spikes')                           # doctest: +SKIP
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        token: str | None = None,
        username: str | None = None,
        password: str | None = None,
        cache_dir: str | Path | None = None,
        mode: str = "online",
        freshness: float = FRESHNESS,
        progress: bool | None = None,
    ) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if base_url and (base_url.startswith("file://") or "://" not in base_url):
            self.library = _folder_library(base_url.removeprefix("file://"))
            return
        from one_client.auth import cache_path, find_login, log_in
        from one_client.backends.http import Api, HttpBackend

        login = find_login(base_url, token)
        if username is not None and password is not None:
            login = log_in(login.base_url, username, password)
        cache = Cache(Path(cache_dir).expanduser() if cache_dir else cache_path(login.base_url))
        backend = HttpBackend(Api(login.base_url, login.token, token_from=login.token_from))
        self.library = Library(backend, cache, mode=mode_of(mode), freshness=freshness, progress=progress)

    @classmethod
    def of(cls, library: Library) -> Self:
        """Make one for a library that was put together by hand."""
        one = cls.__new__(cls)
        one._temporary = None
        one.library = library
        return one

    @classmethod
    def from_folder(cls, root: str | Path, *, edition: str = "") -> Self:
        """ONE light: sessions below a folder, ``[lab/Subjects/]subject/date/number``; the eID is that path.

        Parameters
        ----------
        root : path
            The folder.
        edition : str, optional
            Which edition of the standard the data's units follow: ``'paper-2020'`` or ``'ibl-current'``.
        """
        return cls.of(_folder_library(root, edition))

    @classmethod
    def from_app(
        cls,
        app: "Application",
        *,
        token: str = "",
        cache_dir: str | Path | None = None,
        loop: "AbstractEventLoop | None" = None,
        freshness: float = FRESHNESS,
    ) -> Self:
        """Use a server application inside this process, without a socket (files still come from its object store).

        Parameters
        ----------
        app : ASGI application
            Started here in a thread of its own, unless ``loop`` is given.
        token : str
            The caller's token.
        cache_dir : path, optional
            By default a temporary folder, removed by `close`.
        loop : asyncio event loop, optional
            A running loop in which the application was started.
        freshness : float
            As for `ONE`.
        """
        from one_client.backends.inprocess import in_process

        temporary = None if cache_dir else tempfile.TemporaryDirectory(prefix="one-cache-", ignore_cleanup_errors=True)
        cache = Cache(Path(cache_dir or (temporary.name if temporary else "")))
        one = cls.of(Library(in_process(app, token, loop=loop), cache, freshness=freshness))
        one._temporary = temporary
        return one

    # ---- searching ------------------------------------------------------------------------------------------------

    @overload
    def search(
        self, details: Literal[False] = False, *, servable_only: bool = True, limit: int | None = None, **terms: Any
    ) -> Texts: ...
    @overload
    def search(
        self, details: Literal[True], *, servable_only: bool = True, limit: int | None = None, **terms: Any
    ) -> tuple[Texts, Records]: ...
    def search(
        self, details: bool = False, *, servable_only: bool = True, limit: int | None = None, **terms: Any
    ) -> Texts | tuple[Texts, Records]:
        """Find the sessions for which all terms hold.

        Parameters
        ----------
        details : bool
            Also return what is known of each session.
        servable_only : bool
            Count only datasets that can be loaded now; a session that has none is no hit.
        limit : int, optional
            Stop after so many sessions.
        **terms
            ``user``, ``subject``, ``lab``, ``date_range`` (a day, or ``[first, last]`` with None for an open end),
            ``number``, ``dataset_types``, ``datasets`` (file names), ``project``, ``task_protocol``, and those of
            `search_terms`. They may be shortened as long as it is clear which is meant. Several subjects, labs,
            numbers, projects or protocols mean any of them; several users, dataset types or datasets all of them.

        Returns
        -------
        list of str
            eIDs, newest session first.
        list of Bunch
            Only with ``details``: a dict for each, with ``subject``, ``date``, ``number``, ``lab``, ``projects``,
            ``task_protocol`` and ``start_time``.

        Raises
        ------
        UnknownTerm
            If there is no such term, or an abbreviation fits several.
        """
        found = self.library.search(Query.of(terms, servable_only=servable_only, limit=limit))
        if not details:
            return found.eids
        return found.eids, [_with_date(session) for session in found.sessions]

    def search_terms(self) -> tuple[str, ...]:
        """Names of all search terms."""
        return tuple(TERMS)

    def search_colony(self, **terms: Any) -> Records:
        """Find sessions by their animals, in one query from the colony to the data, newest first.

        Parameters
        ----------
        **terms
            ``line``; ``genotype`` (``'Pvalb-Cre +/-'``, or several, all of which hold; ``+`` is carried); ``age_weeks`` and
            ``weight_pct`` on the day, as ``(first, last)`` with None for an open end; ``dataset_types``, all of which
            can be loaded; ``subject``, ``lab``, ``project``, ``task_protocol``, ``number``, ``date_range``; ``limit``.

        Returns
        -------
        list of Bunch
            With ``id``, ``subject``, ``line``, ``genotype``, ``age_weeks``, ``dataset_types`` and more for each session.
        """
        from one_client.colony import search_colony

        return search_colony(self.library, **terms)

    # ---- listing --------------------------------------------------------------------------------------------------

    def list(self, eid: Eid) -> Texts:
        """Dataset types that can be loaded from a session, such as ``spikes.times``, sorted."""
        types = {d.dataset_type or _type_name(d) for d in self._listing(eid).datasets}
        return sorted(types - {""})

    def list_datasets(
        self,
        eid: Eid,
        filename: Filename = None,
        collection: Patterns = None,
        revision: Patterns = None,
        *,
        default_revisions_only: bool = False,
        details: bool = False,
        refresh: bool = False,
    ) -> Any:
        """Datasets of a session by their path, ``collection/#revision#/name``, sorted.

        Parameters
        ----------
        eid : eID
            See `to_eid`.
        filename, collection, revision : str, list or dict, optional
            Filters; see `one_client.selection.select`.
        default_revisions_only : bool
            Leave out all but the default revision of each.
        details : bool
            Return a dict for each, with size, hashes, type and quality, instead of its path.
        refresh : bool
            Ask the server even if the list is fresh.

        Returns
        -------
        list of str, or list of Bunch with ``details``
        """
        found = select(self._listing(eid, refresh=refresh).datasets, filename, collection, revision)
        if default_revisions_only:
            found = sorted(at_revision(found), key=lambda d: d.path)
        return [Bunch(d.as_dict()) for d in found] if details else [d.path for d in found]

    def list_collections(self, eid: Eid, filename: Filename = None) -> Texts:
        """Collections of a session, sorted, ``''`` for its root; with ``filename`` those that hold such files."""
        return sorted({d.collection for d in select(self._listing(eid).datasets, filename)})

    def list_revisions(self, eid: Eid, filename: Filename = None, collection: Patterns = None) -> Texts:
        """Revisions in a session, sorted; ``''`` stands for files without one."""
        return sorted({d.revision for d in select(self._listing(eid).datasets, filename, collection)})

    def get_details(self, eid: Eid, *, full: bool = False) -> Bunch:
        """What is known of a session; ``full`` adds its ``datasets`` as a list of dicts."""
        listing = self._listing(eid)
        details = _with_date({**listing.details, "id": listing.eid, "path": str(listing.place)})
        if full:
            details["datasets"] = [Bunch(d.as_dict()) for d in listing.datasets]
        return details

    # ---- loading --------------------------------------------------------------------------------------------------

    def load_dataset(
        self,
        eid: Eid,
        dataset: Filename,
        collection: Patterns = None,
        revision: str | None = None,
        *,
        units: str | None = None,
        mmap: bool = False,
        download_only: bool = False,
    ) -> Any:
        """Load one dataset.

        Parameters
        ----------
        eid : eID
            See `to_eid`.
        dataset : str or dict
            ``'spikes.times'``, a file name, a path within the session, a pattern, or a dict of name parts.
        collection : str, optional
            Where, if the name exists in several collections: ``'alf/probe00'``; patterns allowed.
        revision : str, optional
            This revision or the last before it; by default the default one.
        units : str, optional
            Convert to the units of this edition of the standard: ``'paper-2020'`` or ``'ibl-current'``.
        mmap : bool
            Map a ``.npy`` file instead of reading it into memory.
        download_only : bool
            Return the path of the local file.

        Returns
        -------
        Any
            What `one_client.formats.load_file` returns for this format.

        Raises
        ------
        DatasetNotFound, AmbiguousDataset, NotServable, HashMismatch, Offline
            See `one_client.errors`.
        """
        (chosen,), (path,) = self._fetch(eid, lambda pool: [the_one(pool, dataset, collection, revision)])
        if download_only:
            return path
        return self._in_units(load_file(path, mmap=mmap), chosen, units)

    def load_object(
        self,
        eid: Eid,
        obj: str,
        collection: Patterns = None,
        revision: str | None = None,
        *,
        units: str | None = None,
        check_rows: bool = True,
        mmap: bool = False,
        download_only: bool = False,
        **name_parts: Patterns,
    ) -> Any:
        """Load all datasets of an object as one dict with attribute access.

        Parameters
        ----------
        eid : eID
            See `to_eid`.
        obj : str
            The object, ``'spikes'``.
        collection, revision, units, mmap, download_only
            As for `load_dataset`.
        check_rows : bool
            Refuse attributes with different numbers of rows.
        **name_parts
            Patterns for parts of the names: ``attribute=['times', 'clusters']``, ``namespace='ibl'``, ...

        Returns
        -------
        Bunch
            Attribute to value: ``spikes.times``, ``spikes['clusters']``.
        list of pathlib.Path
            With ``download_only``.

        Raises
        ------
        RowsDisagree
            If the attributes cannot be rows of one object.
        """
        chosen, paths = self._fetch(eid, lambda pool: of_object(pool, obj, collection, revision, **name_parts))
        if download_only:
            return paths
        contents = {
            dataset.name: self._in_units(load_file(path, mmap=mmap), dataset, units)
            for dataset, path in zip(chosen, paths, strict=True)
        }
        return assemble(contents, check_rows=check_rows)

    def download(
        self, eid: Eid, filename: Filename = None, collection: Patterns = None, revision: str | None = None
    ) -> Paths:
        """Fetch the datasets of a session that fit (all by default) and return their local paths, sorted."""
        _, paths = self._fetch(eid, lambda pool: at_revision(select(pool, filename, collection), revision))
        return sorted(paths)

    def verify(self, eid: Eid | None = None, *, repair: bool = False) -> Iterator[Verdict]:
        """Hash cached files again, of one session or of all.

        Parameters
        ----------
        eid : eID, optional
            By default everything in the cache.
        repair : bool
            Fetch what is missing or changed once more.

        Yields
        ------
        Verdict
            One per file: ``good``, ``changed`` or ``missing``.
        """
        yield from self.library.verify(None if eid is None else self.to_eid(eid), repair=repair)

    def put(self, folder: str | Path | None = None, files: Any = None, **options: Any) -> "Report":
        """Register a session and upload its files; arguments, report and errors: `one_client.upload.put_session`."""
        from one_client.upload import put_session

        return put_session(self.library.api, folder, files, **options)

    # ---- names of sessions ----------------------------------------------------------------------------------------

    def to_eid(self, reference: Eid) -> str:
        """Turn what names a session into its eID.

        Parameters
        ----------
        reference : str, UUID, path or dict
            An eID, ``'subject/2019-08-02/001'``, any path or URL that contains such a place or ends in the UUID, or a
            session's details.

        Raises
        ------
        SessionNotFound
            If there is no such session.
        BadRequest
            If it names none.
        """
        named = (reference.get("id") or reference.get("url")) if isinstance(reference, Mapping) else reference
        text = named.as_posix() if isinstance(named, PurePath) else str(named or "")
        text = text.strip().rstrip("/")
        if _is_uuid(text[-_UUID:]):
            return text[-_UUID:].lower()
        place = find_session_path(text)
        if place is None:
            hint = "Give an eID from one.search(...), or 'subject/YYYY-MM-DD/number'."
            raise BadRequest(f"{reference!r} names no session.", hint)
        return self.library.resolve(place)

    def close(self) -> None:
        """Give back connections, and the cache if it was a temporary one."""
        self.library.close()
        if self._temporary is not None:
            self._temporary.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ONE({self.library.backend.name}, {self.library.mode})"

    def _in_units(self, value: Any, dataset: Dataset, units: str | None) -> Any:
        return value if units is None else converted(value, self.library.with_edition(dataset), units)

    def _listing(self, eid: Eid, *, refresh: bool = False) -> SessionListing:
        return self.library.listing(self.to_eid(eid), refresh=refresh)

    def _fetch(
        self, eid: Eid, pick: Callable[[Sequence[Dataset]], Sequence[Dataset]]
    ) -> tuple[Sequence[Dataset], Paths]:
        """Choose datasets and get their files; with a list that may be old, look once more before giving up."""
        listing = self._listing(eid)
        try:
            chosen = pick(listing.datasets)
            return chosen, self.library.paths(listing, chosen)
        except (DatasetNotFound, NotServable):
            if self.library.mode == "offline":
                raise
            newer = self.library.listing(listing.eid, refresh=True)
            if newer.datasets == listing.datasets:
                raise
        chosen = pick(newer.datasets)
        return chosen, self.library.paths(newer, chosen)


def _folder_library(root: str | Path, edition: str = "") -> Library:
    from one_client.backends.folder import FolderBackend

    return Library(FolderBackend(root, edition=edition))


def _with_date(session: Mapping[str, Any]) -> Bunch:
    day = str(session.get("start_time") or session.get("date") or "")[:10]
    return Bunch({**session, "date": date.fromisoformat(day) if day else None})


def _type_name(dataset: Dataset) -> str:
    name = parts(dataset.name)
    return name.type_name if name else ""


def _is_uuid(text: str) -> bool:
    try:
        return len(text) == _UUID and bool(UUID(text))
    except ValueError:
        return False
