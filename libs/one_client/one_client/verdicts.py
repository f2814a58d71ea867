"""After the upload: whether the server has read everything back, and a scientist can find and load it."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataset_types.path import parse_session_path

from one_client.backends.api import Api
from one_client.backends.http import HttpBackend
from one_client.errors import Offline
from one_client.outgoing import Outgoing, OutgoingFile, same_place
from one_client.sending import Patience
from one_client.spool import Spool
from one_client.terms import Query
from one_client.upload_calls import UploadCalls

if TYPE_CHECKING:
    from one_client.upload import Report, Uploader

_POLL, _SLOWEST_POLL = 0.1, 5.0
_PENDING = ("received", "verifying")
_WHERE: Mapping[str, str] = {"waiting": "on the rig", "wanted": "arriving", "verifying": "received"}


class NotYet(Offline):
    """The server has all bytes, but has not read them back in the time that was given."""

    code = "not_yet"


def wait_until_visible(uploader: "Uploader", report: "Report", seconds: float | None = None) -> None:
    """Wait until every received file is verified or quarantined, and note in the report how long that took.

    Parameters
    ----------
    uploader : Uploader
        Its connection and its patience.
    report : Report
        From `Uploader.send`; the states of its files are brought up to date.
    seconds : float, optional
        At most so long; by default until it is done.

    Raises
    ------
    NotYet
        If time is up. Everything is received; nothing needs to be sent again.
    """
    until = None if seconds is None else time.monotonic() + seconds
    with uploader.patience() as patience:
        _wait(uploader, report, patience, until)


def _wait(uploader: "Uploader", report: "Report", patience: Patience, until: float | None) -> None:
    calls = UploadCalls(uploader.api, patience.until_answered)
    pause = _POLL
    while any(one.state == "received" for one in report.files):
        _judge_all(report, calls, uploader)
        pause = _sleep(patience, pause, until)
    seen = next((one for one in report.files if one.state == "verified" and one.dataset), None)
    if seen is None or report.last_acknowledged is None:
        return
    pause = _POLL
    while not patience.until_answered(lambda: _is_visible(uploader.api, report, seen)):
        pause = _sleep(patience, pause, until)
    report.visible_seconds = time.monotonic() - report.last_acknowledged
    uploader.emit("visible", f"{report.visible_seconds:.2f}")


def _judge_all(report: "Report", calls: UploadCalls, uploader: "Uploader") -> None:
    """Ask what became of the received files; only a look at the numbers while all are still being read."""
    waiting = {one.upload: one for one in report.files if one.state == "received"}
    pending = {upload["upload"] for state in _PENDING for upload in calls.of_session(report.eid, state)}
    done = waiting.keys() - pending
    if not done:
        return
    for upload in calls.of_session(report.eid):
        one = waiting.get(upload["upload"]) if upload["upload"] in done else None
        if one is None or upload["state"] in _PENDING:
            continue
        if upload["state"] == "verified":
            one.state = "verified"
        elif upload["state"] == "quarantined":
            one.state, one.code, one.reason = "quarantined", "quarantined", str(upload["reason"])
        else:
            one.refuse(upload["state"], f"The server has lost {one.path} again. Run `one put` once more.")
        uploader.emit(one.state, one.reason, one.path)


def _sleep(patience: Patience, pause: float, until: float | None) -> float:
    if until is not None and time.monotonic() + pause > until:
        hint = "Nothing needs to be sent again; `one status` shows when it is verified."
        raise NotYet("The server has all files but has not yet read them back.", hint)
    patience.pause(pause)
    return min(pause * 1.3, _SLOWEST_POLL)


def _is_visible(api: Api, report: "Report", one: OutgoingFile) -> bool:
    """Whether a search finds the session by this file, and the file's first byte can be had."""
    import httpx

    place = parse_session_path(report.place)
    query = Query(subject=(place.subject,), number=(place.number,), first=place.date, last=place.date,
                  datasets=(one.path.rpartition("/")[2],))  # fmt: skip
    backend = HttpBackend(api)
    if report.eid not in backend.search(query).eids:
        return False
    answer = api.post("/signed-urls", {"datasets": [one.dataset]}, repeatable=True)
    url = answer["urls"][0].get("url")
    if not url:
        return False
    try:
        return httpx.get(url, headers={"Range": "bytes=0-0"}, timeout=30).is_success
    except httpx.TransportError as error:
        raise Offline(f"The store cannot be reached ({error}).") from error


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where one file of a session is.

    Attributes
    ----------
    path : str
        Relative to the session.
    where : str
        ``on the rig``, ``arriving``, ``received``, ``verified``, ``quarantined``, ``refused``, ``given up``.
    reason : str
        A sentence for the last ones.
    """

    path: str
    where: str
    reason: str = ""


def whereabouts(api: Api, eid: str | None, spool: Spool, place: str | None = None) -> Iterator[Whereabouts]:
    """Say of each file of a session where it is, put together from the server and this rig's spool.

    Parameters
    ----------
    api : Api
        Connection to the server.
    eid : str or None
        The session; None if the server has it not yet.
    spool : Spool
        This computer's.
    place : str, optional
        ``subject/date/number`` of the session, for what waits and has no id yet.
    """
    found: dict[str, Whereabouts] = {}
    if eid is not None:
        for upload in UploadCalls(api, lambda call: call()).of_session(eid):  # newest first
            found.setdefault(upload["path"], _on_server(upload))
    for entry in spool.entries():
        if entry.server != api.base_url or not _is_meant(entry, eid, place):
            continue
        for one in entry.files:
            if one.state == "refused" or (one.is_open and one.path not in found):
                reason = one.reason or (entry.reason if entry.refused else "")
                found[one.path] = Whereabouts(one.path, _WHERE.get(one.state, one.state), reason)
    yield from sorted(found.values(), key=lambda one: one.path)


def _is_meant(entry: Outgoing, eid: str | None, place: str | None) -> bool:
    if entry.eid:
        return entry.eid == eid
    return place is not None and same_place(entry.place, place)


def _on_server(upload: Mapping[str, Any]) -> Whereabouts:
    state = str(upload["state"])
    ended = {"aborted": "given up", "expired": "given up"}
    return Whereabouts(upload["path"], ended.get(state) or _WHERE.get(state, state), upload.get("reason") or "")
