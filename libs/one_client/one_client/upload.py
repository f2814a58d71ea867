"""Uploading from a rig: `put_session` and what it is made of.

A session is written to the spool, hashed, created on the server, and its files are sent and completed; see
`one_client.conveyor` for the last step. Whatever interrupts that, the next run goes on where it was: all calls may be
repeated, and the store's own list of parts is the checkpoint of a large file.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from one_client.backends.api import Api
from one_client.conveyor import Conveyor
from one_client.digest import fill_in, is_changed, recheck
from one_client.drafting import draft
from one_client.errors import BadRequest, DiskFull, NotFound, Offline, OneError, ServerFault, SessionNotFound
from one_client.outgoing import FileChanged, Outgoing, OutgoingFile, identify
from one_client.progress import bar
from one_client.sending import Outlet, Patience, Stopped, Throttle
from one_client.spool import Claim, Spool
from one_client.upload_calls import ARRIVED, BATCH, UploadCalls

WORKERS = 8
_HASHERS = 2


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened while a session was sent.

    Attributes
    ----------
    kind : str
        ``spooled``, ``hashed``, ``session``, ``registered``, ``part``, ``sent``, ``completing``, ``received``,
        ``have``, ``refused``, ``finished``, ``lost`` (nothing goes through), ``back``, ``full`` (the spool's disk),
        ``verified``, ``quarantined``, ``visible``, ``instead`` (the folder waited as the session in ``path`` before).
    path : str
        The file, relative to the session; empty for events of the whole session.
    detail : str
        More about it.
    """

    kind: str
    path: str = ""
    detail: str = ""


@dataclass(slots=True)
class Report:
    """What became of a session.

    Attributes
    ----------
    place : str
        ``[lab/Subjects/]subject/date/number``.
    eid : str
        Its id on the server; empty if nothing was sent.
    files : list of OutgoingFile
        Each with its ``state``, and ``code`` and ``reason`` if it was refused or quarantined.
    skipped : list of str
        Files that were passed over: hidden, temporary, or left behind by the system.
    bytes_sent : int
        Bytes that went to the store in this run.
    seconds : float
        How long this run took until everything was acknowledged.
    visible_seconds : float or None
        From the last byte that the store acknowledged to a hit in a search that loads; None without ``wait``.
    refusal : str
        Of a dry run: why the server would refuse the session, as far as it can be asked; empty if it would not.
    """

    place: str
    eid: str
    files: list[OutgoingFile]
    skipped: list[str] = field(default_factory=list)
    bytes_sent: int = 0
    seconds: float = 0.0
    visible_seconds: float | None = None
    last_acknowledged: float | None = None
    refusal: str = ""

    @property
    def good(self) -> bool:
        """Whether neither the session nor a file was refused or quarantined."""
        return not self.troubles and not self.refusal

    @property
    def troubles(self) -> list[OutgoingFile]:
        """Files that were refused or quarantined, each with its reason."""
        return [one for one in self.files if one.state in ("refused", "quarantined")]


class Uploader:
    """Sends entries of a spool to a server.

    Parameters
    ----------
    api : Api
        The connection; its token goes to the server only, never to the store.
    workers : int
        Files and parts on their way at once.
    give_up_after : float, optional
        Seconds without any success after which it stops; by default it waits for the network as long as it takes.
    bytes_per_second : float, optional
        Bandwidth to the store at most.
    progress : bool, optional
        Show a bar; by default if there is a terminal.
    on_event : callable, optional
        Called with each `Event`, from several threads.
    """

    def __init__(
        self,
        api: Api,
        *,
        workers: int = WORKERS,
        give_up_after: float | None = None,
        bytes_per_second: float | None = None,
        progress: bool | None = None,
        on_event: Callable[[Event], object] | None = None,
    ) -> None:
        self.api = api
        self.workers = workers
        self._give_up_after = give_up_after
        self._bytes_per_second = bytes_per_second
        self._progress = progress
        self._on_event = on_event
        self._stopped = False
        self._running: set[threading.Event] = set()

    def stop(self) -> None:
        """Let what runs end soon, for good; callable from any thread. The spool's entries stay."""
        self._stopped = True
        for ending in list(self._running):
            ending.set()

    @contextmanager
    def patience(self) -> Iterator[Patience]:
        """How long one piece of work goes on when nothing answers; `stop` ends it."""
        ending = threading.Event()
        self._running.add(ending)
        if self._stopped:
            ending.set()
        try:
            yield Patience(ending, self._give_up_after, self.emit)
        finally:
            self._running.discard(ending)

    def send(self, claim: Claim) -> Report:
        """Send an entry to its end.

        Parameters
        ----------
        claim : Claim
            From `Spool.begin` or `Spool.claim`; the caller releases it.

        Returns
        -------
        Report
            When every file is acknowledged or refused; the entry is a receipt then.

        Raises
        ------
        OneError
            If the server refuses the session as a whole, or patience ended. The entry stays in the spool and notes why.
        """
        entry, started = claim.entry, time.monotonic()
        report = Report(entry.place, entry.eid, entry.files)
        try:
            with self.patience() as patience:
                self._hash(claim, patience)
                if entry.open_files:
                    calls = UploadCalls(self.api, patience.until_answered)
                    self._session(claim, calls)
                    self._transfer(claim, calls, patience, report)
        except OneError as error:
            entry.reason, entry.refused = str(error), _is_answer(error)
            self._keep(claim, now=True)
            raise
        report.eid, report.seconds = entry.eid, time.monotonic() - started
        entry.reason, entry.refused = "", False
        try:
            claim.finish()
        except DiskFull as error:  # all was sent; the next run finds that out and writes the receipt
            self.emit("full", error.detail)
        self.emit("finished", entry.eid)
        return report

    # ---- steps ----------------------------------------------------------------------------------------------------

    def _hash(self, claim: Claim, patience: Patience) -> None:
        """Hash what was not, and look again at what was hashed in an earlier run."""
        fresh = [one for one in claim.entry.open_files if not one.md5]
        old = [one for one in claim.entry.open_files if one.md5 and is_changed(one)]

        def look(one: OutgoingFile) -> None:
            try:
                if one.md5:
                    recheck(one)
                else:
                    fill_in(one, progress=advance, stopped=patience.stop.is_set)
            except FileChanged as error:
                one.refuse(error.code, f"{error.detail} {error.hint}")
                self.emit("refused", one.reason, one.path)

        with bar(sum(one.size for one in fresh), len(fresh), self._progress) as advance:
            pool = ThreadPoolExecutor(_HASHERS, "one-hash-files")
            try:
                for _ in pool.map(look, [*fresh, *old]):
                    self._keep(claim)
            except InterruptedError:
                raise Stopped from None
            finally:
                pool.shutdown(cancel_futures=True)
        if fresh or old:
            self._keep(claim, now=True)
        self.emit("hashed")

    def _session(self, claim: Claim, calls: UploadCalls) -> None:
        """Create the session; of one that was there already, see what has arrived."""
        entry = claim.entry
        new = False
        if not entry.eid:
            entry.eid, new = calls.session(entry)
            self._keep(claim, now=True)
        self.emit("session", entry.eid)
        if not new:
            _see_what_arrived(entry, calls)

    def _transfer(self, claim: Claim, calls: UploadCalls, patience: Patience, report: Report) -> None:
        files = claim.entry.open_files
        if not files:
            return
        with bar(sum(one.size for one in files), len(files), self._progress) as advance:
            counted = _Counted(advance)
            outlet = Outlet(
                patience,
                workers=self.workers,
                throttle=Throttle(self._bytes_per_second),
                progress=counted,
            )
            conveyor = Conveyor(
                claim.entry,
                calls,
                outlet,
                patience,
                workers=self.workers,
                say=lambda kind, one, detail: self.emit(kind, detail, one.path if one else ""),
                keep=lambda: self._keep(claim),
                skipped=advance,
            )
            try:
                conveyor.run()
            finally:
                report.bytes_sent = counted.total
                report.last_acknowledged = outlet.last_acknowledged or None

    def _keep(self, claim: Claim, *, now: bool = False) -> None:
        """Note progress. A full disk must not stop what frees it: the server knows the progress as well."""
        try:
            claim.save(now=now)
        except DiskFull as error:
            self.emit("full", error.detail)

    def emit(self, kind: str, detail: str = "", path: str = "") -> None:
        """Tell whoever listens."""
        if self._on_event is not None:
            self._on_event(Event(kind, path, detail))


def _is_answer(error: OneError) -> bool:
    """Whether the server has said no, and not that it cannot answer now."""
    return error.status is not None and not isinstance(error, (Offline, ServerFault))


def _see_what_arrived(entry: Outgoing, calls: UploadCalls) -> None:
    """Spare the files whose bytes the server has, or the store has without anybody having said so."""
    known: dict[str, Mapping[str, Any]] = {}
    for upload in calls.of_session(entry.eid):  # newest first
        known.setdefault(upload["path"], upload)
    unsaid: dict[str, OutgoingFile] = {}
    for one in entry.open_files:
        upload = known.get(one.path, {})
        if not upload or (upload["md5"], upload["size"]) != (one.md5, one.size):
            continue
        one.upload, one.dataset = upload["upload"], upload["dataset"]
        if upload["state"] in ARRIVED:
            one.state = "verified" if upload["state"] == "verified" else "received"
        elif upload["state"] == "wanted":
            unsaid[one.upload] = one
    ids = list(unsaid)
    for start in range(0, len(ids), BATCH):
        for answer in calls.complete(ids[start : start + BATCH]):
            if answer["state"] in ARRIVED:
                unsaid[answer["upload"]].state = "received"


class _Counted:
    """Adds up what goes to the store, and passes it on."""

    def __init__(self, advance: Callable[[int], object]) -> None:
        self.total = 0
        self._advance = advance
        self._lock = threading.Lock()

    def __call__(self, count: int) -> None:
        with self._lock:
            self.total += count
        self._advance(count)


def put_session(
    api: Api,
    folder: str | Path | None = None,
    files: Sequence[str | os.PathLike[str]] | Mapping[str, Any] | None = None,
    *,
    subject: str | None = None,
    date: Any = None,
    number: int | str | None = None,
    lab: str | None = None,
    start_time: str | None = None,
    eid: str | None = None,
    repository: str | None = None,
    edition: str | None = None,
    version: str | None = None,
    default: bool | None = None,
    check: bool = True,
    dry_run: bool = False,
    wait: bool = False,
    wait_seconds: float | None = None,
    spool: str | Path | Spool | None = None,
    uploader: Uploader | None = None,
    **details: Any,
) -> Report:
    """Register a session and upload its files.

    Parameters
    ----------
    api : Api
        Connection to the server, with a token.
    folder : path, optional
        Folder of the session; ``[lab/Subjects/]subject/date/number`` at its end says which session it is.
    files : sequence of path, or mapping of str to path, optional
        Only these; or place in the session to a file anywhere.
    subject, date, number, lab : optional
        Which session, if the folder does not say so or says it wrongly.
    start_time : str, optional
        When it began, in the lab's own time; by default midnight of its date.
    eid : str, optional
        Add the files to this session, which exists; then the folder may have any name.
    repository, edition : str, optional
        Where on the server (the lab's own); whose units the data follow, ``'ibl-current'`` or ``'paper-2020'``.
    version, default : optional
        Version of the software that wrote the files; whether this revision becomes the default one (it does).
    check, dry_run : bool
        Look at the files' headers first (names and empty files always are); only report what would be sent.
    wait, wait_seconds : bool, float, optional
        Wait, at most so long, until the server has read everything back and it can be searched and loaded.
    spool, uploader : optional
        Where the session is kept until it is sent, see `one_client.spool.default_spool`; how to send.
    **details
        Further fields of the session: ``users``, ``projects``, ``task_protocol``, ``procedures``, ``narrative``, ...

    Returns
    -------
    Report
        What became of each file. One that is refused does not stop the others.

    Raises
    ------
    SpoolBusy, OneError
        If another process sends this folder; if the session itself is refused, which then stays in the spool.
    """
    options = {"repository": repository, "edition": edition, "version": version, "default": default}
    place: dict[str, Any] = {"subject": subject, "date": date, "number": number, "lab": lab}
    place = place if eid is None or _named(folder, place) else _place_of(api, eid)
    entry, skipped = draft(
        api.base_url, folder, files, start_time=start_time, eid=eid, check=check, options=options, **place, **details
    )
    sender = uploader or Uploader(api)
    if dry_run or not entry.open_files:
        return Report(entry.place, entry.eid, entry.files, skipped, refusal=_refusal(api, entry) if dry_run else "")
    with (spool if isinstance(spool, Spool) else Spool(spool)).begin(entry) as claim:
        report = _send(sender, claim)
    report.skipped = skipped
    if wait:
        from one_client.verdicts import wait_until_visible

        wait_until_visible(sender, report, wait_seconds)
    return report


def _named(folder: str | Path | None, place: Mapping[str, Any]) -> bool:
    """Whether it is clear without a server which session is meant; a rig may be offline."""
    try:
        identify(Path(folder).expanduser().absolute() if folder else None, **place)
    except BadRequest:
        return False
    return True


def _send(sender: Uploader, claim: Claim) -> Report:
    if claim.instead_of:
        sender.emit("instead", claim.entry.place, claim.instead_of)
    sender.emit("spooled", claim.entry.id)
    return sender.send(claim)


def _refusal(api: Api, entry: Outgoing) -> str:
    """Why the server would refuse the session of a dry run. A rig without a network may still do one."""
    if not entry.session:
        return ""
    name, lab = entry.session["subject"], entry.session.get("lab")
    try:
        found = api.get("/subjects", {"nickname": name, "lab": lab}, patience=0)
    except Offline:
        return ""
    if found if isinstance(found, list) else found["results"]:
        return ""
    return f"The server knows no animal {name}{f' in the lab {lab}' if lab else ''}, or it is not yours to see."


def _place_of(api: Api, eid: str) -> dict[str, Any]:
    """Ask the server what a session is."""
    try:
        session = api.get(f"/sessions/{UUID(eid)}")
    except (ValueError, NotFound):
        hint = "`one search` lists sessions with their ids; without --eid the session is created."
        raise SessionNotFound(f"There is no session {eid}.", hint) from None
    return {
        "subject": session["subject"],
        "date": str(session["start_time"])[:10],
        "number": session["number"],
        "lab": session.get("lab"),
    }


async def put_session_async(api: Api, *args: Any, uploader: Uploader | None = None, **options: Any) -> Report:
    """Do the same without blocking the event loop; when cancelled, the spool keeps what was not sent."""
    sender = uploader or Uploader(api)
    task = asyncio.ensure_future(asyncio.to_thread(put_session, api, *args, uploader=sender, **options))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        sender.stop()
        with suppress(Stopped, OneError):
            await task
        raise
