"""One session's files on their way: registered ahead, sent by several threads, completed in batches.

Three kinds of threads share the work. One registers files, a batch before they are needed. Workers take a small file,
or one part of a large one, and send it. The caller's own thread completes what was sent and keeps the spool's entry up
to date. A file that fails is put aside with its reason; the others go on.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from one_client.digest import changed, digest, is_changed
from one_client.errors import OneError
from one_client.outgoing import FileChanged, Outgoing, OutgoingFile
from one_client.sending import LostUpload, Outlet, Patience, Piece, Signed, Stopped
from one_client.upload_calls import ARRIVED, BATCH, SignRefused, UploadCalls, signed, words

Say = Callable[[str, OutgoingFile | None, str], object]
_ROUNDS = 4
_SIGN_AHEAD = 32  # parts; 512 MiB at a time, so that even a slow line uses the URLs before they expire
_SOON = 0.2  # seconds that a file which was sent may wait for company before it is completed
_LATER = 2.0  # the same while many are still to be sent: each call costs server and store more than a file does
_MANY = 500
_LOST = frozenset({"not_uploaded", "missing_parts", "wrong_size", "upload_expired", "aborted", "not_found"})


@dataclass(slots=True)
class _Large:
    """A file that goes in parts."""

    file: OutgoingFile
    of_part: int
    pending: deque[int]
    urls: dict[int, Signed]
    left: int
    lock: threading.Lock
    over: bool = False

    def span(self, number: int) -> tuple[int, int]:
        return (number - 1) * self.of_part, min(number * self.of_part, self.file.size)

    def part(self, number: int) -> dict[str, Any]:
        start, stop = self.span(number)
        return {"number": number, "md5": self.file.part_md5[number - 1], "size": stop - start}


class Conveyor:
    """Sends the open files of one entry.

    Parameters
    ----------
    entry : Outgoing
        Its session must exist; files that are not open are left alone.
    calls : UploadCalls
        The server.
    outlet : Outlet
        The store.
    patience : Patience
        Shared by all; its event ends the run.
    workers : int
        Files and parts on their way at once.
    say : callable
        Told ``'registered'``, ``'part'``, ``'sent'``, ``'completing'``, ``'received'``, ``'have'``, ``'refused'`` with
        the file; from any thread.
    keep : callable
        Called in the caller's thread now and then, to write the entry down.
    """

    def __init__(
        self,
        entry: Outgoing,
        calls: UploadCalls,
        outlet: Outlet,
        patience: Patience,
        *,
        workers: int,
        say: Say,
        keep: Callable[[], object],
        skipped: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._entry = entry
        self._calls = calls
        self._outlet = outlet
        self._patience = patience
        self._workers = workers
        self._say = say
        self._keep = keep
        self._skipped = skipped
        self._change = threading.Condition()
        self._to_register: deque[OutgoingFile] = deque()
        self._small: deque[Callable[[], None]] = deque()
        self._large: deque[_Large] = deque()
        self._sent: deque[tuple[float, OutgoingFile]] = deque()
        self._to_abort: list[str] = []
        self._rounds: dict[str, int] = {}
        self._unsettled = 0
        self._crash: BaseException | None = None

    def run(self) -> None:
        """Send everything that can be sent.

        Raises
        ------
        OneError
            If the server refuses the session as a whole, or patience ended. The files' states say how far it came.
        """
        files = sorted(self._entry.open_files, key=lambda one: (one.size, one.path))
        self._to_register.extend(files)
        self._unsettled = len(files)
        with ThreadPoolExecutor(self._workers + 1, thread_name_prefix="one-upload") as pool:
            try:
                for job in (self._register_all, *[self._work] * self._workers):
                    pool.submit(self._guarded, job)
                self._complete_all()
            except Stopped:
                if self._crash is None:
                    raise
            finally:
                self._patience.stop.set()
                self._outlet.close()  # breaks off what is on its way, if the run ends early
                with self._change:
                    self._change.notify_all()
        if self._crash is not None:
            raise self._crash

    # ---- registering ----------------------------------------------------------------------------------------------

    def _register_all(self) -> None:
        while (batch := self._next_batch()) is not None:
            large = []
            for one, answer in zip(batch, self._calls.register(self._entry, batch), strict=True):
                if self._accept(one, answer):
                    large.append((one, int(answer["multipart"]["part_size"])))
            with self._change:
                self._change.notify_all()
            for one, of_part in large:
                with self._careful(one):
                    self._begin_large(one, of_part)

    def _next_batch(self) -> list[OutgoingFile] | None:
        """Wait until the workers will soon have nothing to do; None when all is settled."""
        with self._change:
            while not self._over and not (self._to_register and len(self._small) + len(self._large) < BATCH // 2):
                self._change.wait()
            if self._over:
                return None
            return [self._to_register.popleft() for _ in range(min(BATCH, len(self._to_register)))]

    def _accept(self, one: OutgoingFile, answer: Any) -> bool:
        """Do what the server says about one file; True if it goes in parts."""
        one.dataset = answer.get("dataset") or one.dataset
        if answer["status"] == "refused":
            self._refuse(one, *words(answer["error"]))
            return False
        if answer["status"] == "have":
            one.state = "verified"
            self._skipped(one.size)
            self._settle("have", one)
            return False
        one.upload = answer["upload"]
        self._say("registered", one, "")
        if not answer.get("put"):
            return True
        with self._change:
            self._small.append(partial(self._send_small, one, signed(answer["put"])))
        return False

    def _begin_large(self, one: OutgoingFile, of_part: int) -> None:
        """Ask the store which parts it has, and queue the others."""
        found = self._calls.read(one.upload)
        if found["state"] in ARRIVED:
            self._skipped(one.size)
            self._queue_sent(one)
            return
        if one.part_size != of_part:  # the server cuts otherwise than we thought: hash once more, all in one pass
            again = digest(one, of_part, stopped=self._patience.stop.is_set)
            if again.md5 != one.md5:
                raise changed(one, "sent")
            one.part_size, one.part_md5 = of_part, again.part_md5
        count = -(-one.size // of_part)
        large = _Large(one, of_part, deque(range(1, count + 1)), {}, count, threading.Lock())
        there = _parts_there(large, found.get("parts") or [])
        large.pending = deque(number for number in large.pending if number not in there)
        large.left = len(large.pending)
        self._skipped(sum(large.part(number)["size"] for number in there))
        if not large.left:
            self._queue_sent(one)
            return
        with self._change:
            self._large.append(large)
            self._change.notify_all()

    # ---- sending --------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (job := self._next_job()) is not None:
            job()

    def _next_job(self) -> Callable[[], None] | None:
        with self._change:
            while not self._over:
                job = self._take()
                if self._to_register and len(self._small) + len(self._large) < BATCH // 2:
                    self._change.notify_all()  # time to register more
                if job is not None:
                    return job
                self._change.wait()
            return None

    def _take(self) -> Callable[[], None] | None:
        if self._small:
            return self._small.popleft()
        while self._large:
            large = self._large[0]
            if large.pending:
                return partial(self._send_part, large, large.pending.popleft())
            self._large.popleft()
        return None

    def _send_small(self, one: OutgoingFile, put: Signed) -> None:
        with self._careful(one):
            self._outlet.send(Piece(one, 0, one.size), put, lambda _: self._calls.sign_put(one))
            self._queue_sent(one)

    def _send_part(self, large: _Large, number: int) -> None:
        one = large.file
        with self._careful(one, large):
            piece = Piece(one, *large.span(number))
            self._outlet.send(piece, self._url(large, number), lambda old: self._url(large, number, old))
            self._say("part", one, str(number))
            with self._change:
                large.left -= 1
                complete = large.left == 0 and not large.over
            if complete:
                self._queue_sent(one)

    def _url(self, large: _Large, number: int, refused: Signed | None = None) -> Signed:
        """The URL of a part; signed together with those that will be needed next."""
        with large.lock:
            if number not in large.urls or large.urls[number] is refused:
                following = [part for part in list(large.pending)[:_SIGN_AHEAD] if part != number]
                wanted = [large.part(part) for part in (number, *following)]
                large.urls = self._calls.sign_parts(large.file, wanted)
            return large.urls[number] if refused else large.urls.pop(number)

    # ---- completing -----------------------------------------------------------------------------------------------

    def _complete_all(self) -> None:
        """Complete what was sent, soon but in batches, until every file is settled."""
        while True:
            with self._change:
                while not self._over and not self._due():
                    self._change.wait(_SOON)
                if self._crash is not None or self._patience.stop.is_set():
                    return
                batch = [self._sent.popleft()[1] for _ in range(min(BATCH, len(self._sent)))]
                aborts, self._to_abort = self._to_abort, []
                over = self._over
            if aborts:
                self._calls.abort(aborts[:BATCH])
                self._to_abort.extend(aborts[BATCH:])
            if batch:
                self._complete(batch)
            self._keep()
            if over and not self._to_abort:
                return

    def _due(self) -> bool:
        if self._to_abort or len(self._sent) >= BATCH or 0 < len(self._sent) == self._unsettled:
            return True
        patient = _LATER if self._unsettled - len(self._sent) > _MANY else _SOON
        return bool(self._sent) and time.monotonic() - self._sent[0][0] >= patient

    def _complete(self, batch: Sequence[OutgoingFile]) -> None:
        ready = []
        for one in batch:
            if is_changed(one):
                self._fail(one, changed(one, "sent"))
            else:
                ready.append(one)
        if not ready:
            return
        self._say("completing", None, str(len(ready)))
        for one, answer in zip(ready, self._calls.complete([one.upload for one in ready]), strict=True):
            self._completed(one, answer)

    def _completed(self, one: OutgoingFile, answer: Any) -> None:
        error = answer.get("error")
        if not error:
            one.state = "verified" if answer["state"] == "verified" else "received"
            self._settle("received", one)
            return
        code, sentence = words(error)
        if code == "quarantined":
            one.state, one.code, one.reason = "quarantined", code, sentence
            self._settle("refused", one)
        elif code in _LOST:
            self._again(one, code, sentence)
        else:
            self._refuse(one, code, sentence)

    # ---- what becomes of a file -----------------------------------------------------------------------------------

    @contextmanager
    def _careful(self, one: OutgoingFile, large: _Large | None = None) -> Iterator[None]:
        """Turn what can happen to one file into what becomes of it; everything else ends the run."""
        try:
            yield
        except (FileChanged, LostUpload, SignRefused) as error:
            with self._change:
                if large is not None:
                    if large.over:  # another part has said so
                        return
                    large.over = True
                    large.pending.clear()
            self._trouble_with(one, error)

    def _trouble_with(self, one: OutgoingFile, error: OneError) -> None:
        if isinstance(error, LostUpload) or error.code == "already_received":
            self._queue_sent(one)  # the server looks, and says what is missing
        elif error.code in _LOST or error.code == "changed":
            self._again(one, error.code, error.detail)
        else:
            self._fail(one, error)

    def _queue_sent(self, one: OutgoingFile) -> None:
        self._say("sent", one, "")
        with self._change:
            self._sent.append((time.monotonic(), one))
            if self._due():
                self._change.notify_all()

    def _again(self, one: OutgoingFile, code: str, sentence: str) -> None:
        """Register a file once more, whose bytes got lost on the server's side."""
        self._rounds[one.path] = self._rounds.get(one.path, 0) + 1
        if self._rounds[one.path] >= _ROUNDS:
            self._refuse(one, code, f"{sentence} It was sent {_ROUNDS} times; tell your administrator.")
            return
        if code in ("wrong_size", "not_uploaded") and one.upload:
            self._calls.abort([one.upload])  # else the same upload would be lost again
        with self._change:
            self._to_register.append(one)
            self._change.notify_all()

    def _fail(self, one: OutgoingFile, error: OneError) -> None:
        """Put a file aside and take back what was sent of it."""
        with self._change:
            if not one.is_open:
                return
            if one.upload:
                self._to_abort.append(one.upload)
        self._refuse(one, error.code, f"{error.detail} {error.hint}".strip())

    def _refuse(self, one: OutgoingFile, code: str, sentence: str) -> None:
        one.refuse(code, sentence)
        self._settle("refused", one)

    def _settle(self, kind: str, one: OutgoingFile) -> None:
        self._say(kind, one, one.reason)
        with self._change:
            self._unsettled -= 1
            if self._over:
                self._change.notify_all()

    @property
    def _over(self) -> bool:
        return self._unsettled == 0 or self._crash is not None or self._patience.stop.is_set()

    def _guarded(self, job: Callable[[], None]) -> None:
        """Run a thread's work; what it cannot cope with ends the whole run and is raised by `run`."""
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            with self._change:
                if self._crash is None and not isinstance(error, Stopped):
                    self._crash = error
                self._patience.stop.set()
                self._change.notify_all()


def _parts_there(large: _Large, listed: Sequence[Any]) -> set[int]:
    """Numbers of the parts that the store has and that are right.

    An ETag is the part's MD5 on most stores and means nothing on others. Where none of them fits, they are no hashes:
    then the sizes must do, and the check of the whole file when it is read back.
    """
    count = -(-large.file.size // large.of_part)
    sized = {
        int(one["number"]): str(one.get("md5") or one.get("etag") or "").strip('"').lower()
        for one in listed
        if 1 <= int(one["number"]) <= count and int(one["size"]) == large.part(int(one["number"]))["size"]
    }
    fitting = {number for number, tag in sized.items() if tag == large.file.part_md5[number - 1]}
    return fitting or set(sized)
