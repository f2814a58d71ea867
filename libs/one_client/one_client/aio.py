"""`AsyncONE`: the same as `ONE` for asynchronous programs; each call runs in a thread and does not block the loop."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from one_client.bunch import Bunch
from one_client.cache import Verdict
from one_client.one import ONE, Eid, Paths, Records, Texts
from one_client.selection import Filename, Patterns

if TYPE_CHECKING:
    from one_client.backends.inprocess import Application
    from one_client.recording import Recording
    from one_client.upload import Report

P = ParamSpec("P")
T = TypeVar("T")
Verdicts = list[Verdict]


class AsyncONE:
    """Search and load without blocking; arguments, results and errors are those of `ONE`.

    Parameters
    ----------
    one : ONE, optional
        What to use; by default one is made from the keyword arguments, which are those of `ONE`.

    Examples
    --------
    >>> async def times(eid):
    ...     async with AsyncONE() as one:
    ...         return await one.load_dataset(eid, 'spikes.times')
    """

    def __init__(self, one: ONE | None = None, **options: Any) -> None:
        self.sync = one or ONE(**options)

    @classmethod
    def from_folder(cls, root: str | Path, *, edition: str = "") -> Self:
        """See `ONE.from_folder`."""
        return cls(ONE.from_folder(root, edition=edition))

    @classmethod
    def from_app(cls, app: "Application", *, token: str = "", **options: Any) -> Self:
        """Use an application that was started in the running event loop; see `ONE.from_app`."""
        return cls(ONE.from_app(app, token=token, loop=asyncio.get_running_loop(), **options))

    async def search(
        self, details: bool = False, *, servable_only: bool = True, limit: int | None = None, **terms: Any
    ) -> Texts | tuple[Texts, Records]:
        """See `ONE.search`."""
        options: dict[str, Any] = {"servable_only": servable_only, "limit": limit, **terms}
        if details:
            return await _run(lambda: self.sync.search(details=True, **options))
        return await _run(lambda: self.sync.search(**options))

    async def search_colony(self, **terms: Any) -> Records:
        """See `ONE.search_colony`."""
        return await _run(lambda: self.sync.search_colony(**terms))

    async def list(self, eid: Eid) -> Texts:
        """See `ONE.list`."""
        return await _run(self.sync.list, eid)

    async def list_datasets(self, eid: Eid, filename: Filename = None, **options: Any) -> Any:
        """See `ONE.list_datasets`."""
        return await _run(self.sync.list_datasets, eid, filename, **options)

    async def list_collections(self, eid: Eid, filename: Filename = None) -> Texts:
        """See `ONE.list_collections`."""
        return await _run(self.sync.list_collections, eid, filename)

    async def list_revisions(self, eid: Eid, filename: Filename = None, collection: Patterns = None) -> Texts:
        """See `ONE.list_revisions`."""
        return await _run(self.sync.list_revisions, eid, filename, collection)

    async def get_details(self, eid: Eid, *, full: bool = False) -> Bunch:
        """See `ONE.get_details`."""
        return await _run(self.sync.get_details, eid, full=full)

    async def load_dataset(self, eid: Eid, dataset: Filename, collection: Patterns = None, **options: Any) -> Any:
        """See `ONE.load_dataset`."""
        return await _run(self.sync.load_dataset, eid, dataset, collection, **options)

    async def load_object(self, eid: Eid, obj: str, collection: Patterns = None, **options: Any) -> Any:
        """See `ONE.load_object`."""
        return await _run(self.sync.load_object, eid, obj, collection, **options)

    async def load_slice(self, eid: Eid, recording: Filename, start: int, stop: int, **options: Any) -> Any:
        """See `ONE.load_slice`."""
        return await _run(self.sync.load_slice, eid, recording, start, stop, **options)

    async def open_recording(self, eid: Eid, recording: Filename, **options: Any) -> "Recording":
        """See `ONE.open_recording`; reading from it blocks, so do that in a thread."""
        return await _run(self.sync.open_recording, eid, recording, **options)

    async def download(self, eid: Eid, filename: Filename = None, **options: Any) -> Paths:
        """See `ONE.download`."""
        return await _run(self.sync.download, eid, filename, **options)

    async def verify(self, eid: Eid | None = None, *, repair: bool = False) -> Verdicts:
        """See `ONE.verify`; all verdicts at once."""
        return await _run(lambda: [*self.sync.verify(eid, repair=repair)])

    async def put(self, folder: str | Path | None = None, files: Any = None, **options: Any) -> "Report":
        """See `ONE.put`; when cancelled, the spool keeps what was not sent."""
        from one_client.upload import put_session_async

        return await put_session_async(self.sync.library.api, folder, files, **options)

    async def to_eid(self, reference: Eid) -> str:
        """See `ONE.to_eid`."""
        return await _run(self.sync.to_eid, reference)

    async def close(self) -> None:
        """See `ONE.close`."""
        await _run(self.sync.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def _run(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await asyncio.to_thread(call, *args, **kwargs)
