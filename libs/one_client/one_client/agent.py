"""The agent of a lab: sends the files of a folder that the server wants, for as long as it runs.

It only calls out, by HTTPS. What it was sending when power or network went is known to the server and its store: the
next run, or another agent, goes on there. Nothing is kept on this computer.
"""

import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from one_client.agent_calls import AgentCalls, Job, Lost
from one_client.agent_files import FolderAway, Gone, find, hash_parts
from one_client.backends.api import Api
from one_client.digest import SINGLE_PUT, digest, is_changed
from one_client.errors import BadRequest, Offline, ServerFault, Unauthorized
from one_client.outgoing import FileChanged, FileUnreadable
from one_client.sending import LostUpload, Outlet, Patience, Piece, Signed, Stopped, Throttle
from one_client.upload_calls import signed

_LANES = 2
"""Batches in hand: one is hashed while the other is sent."""
_LOOK_EVERY = 30.0
_AHEAD = 16
"""Parts that are hashed before they are sent; while so few the disk's cache still has them."""
_SIGN = 32
Say = Callable[[str, str], object]


@dataclass(slots=True)
class Totals:
    """What a run did."""

    files: int = 0
    size: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Large:
    """A file that goes in parts: those that are hashed, and URLs of some."""

    job: Job
    of_part: int
    hashed: dict[int, str] = field(default_factory=dict)
    urls: dict[int, Signed] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def piece(self, number: int) -> Piece:
        """Return a part."""
        start = (number - 1) * self.of_part
        return Piece(self.job.file, start, min(start + self.of_part, self.job.file.size))


class Agent:
    """Sends what is wanted of a folder.

    Parameters
    ----------
    api : Api
        The server.
    repository : str
        Name of the repository whose files lie in the folder.
    folder : pathlib.Path
        Where they lie.
    name : str
        What this agent is called; a later run of the same name has back at once what this one held.
    parts : int
        Parts and files on their way at once.
    bytes_per_second : float, optional
        Bandwidth.
    say : callable
        Told ``'sent'``, ``'failed'``, ``'lost'``, ``'back'`` and a text; from any thread.
    """

    def __init__(
        self,
        api: Api,
        repository: str,
        folder: Path,
        *,
        name: str,
        parts: int = 4,
        bytes_per_second: float | None = None,
        say: Say = lambda *_: None,
    ) -> None:
        self.stop = threading.Event()
        self.totals = Totals()
        self._repository, self._folder, self._name, self._parts, self._say = repository, folder, name, parts, say
        self._run = secrets.token_hex(4)
        self._patience = Patience(self.stop, None, say)
        self._calls = AgentCalls(api, self._patience.until_answered)
        self._outlet = Outlet(self._patience, workers=_LANES * parts, throttle=Throttle(bytes_per_second))
        self._lock = threading.Lock()
        self._held: dict[str, Job] = {}
        self._lease = 60.0

    def run(self, *, once: bool) -> Totals:
        """Work until stopped, or until nothing is due.

        Raises
        ------
        Unauthorized
            If the server does not accept the token (any more).
        OneError
            If it refuses for another reason that waiting does not change.
        """
        beats = threading.Thread(target=self._beat, name="agent-beats", daemon=True)
        beats.start()
        with ThreadPoolExecutor(_LANES, "agent-lane") as lanes:
            running = [lanes.submit(self._lane, once) for _ in range(_LANES)]
            try:
                for one in running:
                    while not one.done():  # so that Ctrl-C gets through on Windows too
                        wait([one], timeout=0.5)
                    one.result()
            except Stopped:
                pass
            finally:
                self.stop.set()
                self._outlet.close()
        for one in running:
            error = one.exception()
            if error is not None and not isinstance(error, Stopped):
                raise error
        return self.totals

    # what keeps files ours

    def _beat(self) -> None:
        while not self.stop.wait(self._lease / 4):
            with self._lock:
                held = list(self._held.values())
            if not held:
                continue
            try:
                self._calls.beat(held)
            except (Offline, ServerFault, Unauthorized, BadRequest):
                continue  # whoever sends meets the same, and knows what to do

    # lanes

    def _lane(self, once: bool) -> None:
        try:
            started = True
            while not self.stop.is_set():
                jobs = self._claim(started=started)
                started = False
                if jobs:
                    self._batch(jobs)
                elif once:
                    return
                else:
                    self._patience.pause(_LOOK_EVERY)
        except Stopped:
            raise
        except BaseException:
            self.stop.set()
            self._outlet.close()
            raise

    def _claim(self, *, started: bool) -> list[Job]:
        self._lease, jobs = self._calls.claim(self._repository, self._name, self._run, started=started)
        with self._lock:
            self._held.update({one.movement: one for one in jobs})
        return jobs

    def _batch(self, jobs: Sequence[Job]) -> None:
        try:
            found = [one for one in jobs if self._guard(one, self._find)]
            small = [one for one in found if one.file.size <= SINGLE_PUT and self._guard(one, _hash)]
            if small:
                self._send_small(small)
            for one in found:
                if one.file.size > SINGLE_PUT:
                    self._guard(one, self._send_large)
        finally:
            with self._lock:
                for one in jobs:
                    self._held.pop(one.movement, None)

    def _guard(self, job: Job, work: Callable[[Job], object]) -> bool:
        """Do something with a file; False if it came to nothing, which the server has been told."""
        kind = ""
        try:
            work(job)
        except Lost:
            return False
        except Gone as error:
            kind, reason = "gone", error.detail
        except FileUnreadable as error:
            kind, reason = "unreadable", error.detail
        except FileChanged as error:
            kind, reason = "changed" if Path(job.file.source).exists() else "gone", error.detail
        except BadRequest as error:
            if error.status is not None:
                raise
            kind, reason = "unreadable", error.detail
        if not kind:
            return True
        with self._lock:
            self.totals.failed += 1
        self._say("failed", f"{job.relative_path}: {reason}")
        self._calls.fail(job, kind, reason)
        return False

    def _find(self, job: Job) -> None:
        tries = 0
        while True:
            try:
                job.file = find(self._folder, job.relative_path, job.lab)
            except FolderAway as error:
                self._patience.trouble(error, tries)
                tries += 1
                if job.lost:
                    raise Lost from error
            else:
                return

    # small files, many together

    def _send_small(self, jobs: Sequence[Job]) -> None:
        ready = zip(jobs, self._calls.start(jobs), strict=True)
        puts = [(one, signed(answer["put"])) for one, answer in ready if self._accepted(one, answer)]
        with ThreadPoolExecutor(self._parts, "agent-put") as pool:
            good = list(pool.map(lambda pair: self._guard(pair[0], lambda one: self._put(one, pair[1])), puts))
        arrived = [one for (one, _), fine in zip(puts, good, strict=True) if fine]
        for one, word in zip(arrived, self._finish(arrived), strict=False):
            if word == "missing":  # it is taken again after a while
                self._calls.fail(one, "changed", "The store took it, and does not have it.")

    def _accepted(self, job: Job, answer: Any) -> bool:
        if answer["status"] == "refused":
            with self._lock:
                self.totals.failed += 1
            self._say("failed", f"{job.relative_path}: {answer['reason']}")
        return bool(answer["status"] == "send")

    def _put(self, job: Job, put: Signed) -> None:
        def renew(_: Signed) -> Signed:
            (answer,) = self._calls.start([job])
            if answer["status"] != "send":
                raise Lost
            return signed(answer["put"])

        self._outlet.send(Piece(job.file, 0, job.file.size), put, renew)
        self._count(job, job.file.size)

    def _count(self, job: Job, size: int) -> None:
        with self._lock:
            job.done += size
            job.sent += size

    # a large file in parts

    def _send_large(self, job: Job) -> None:
        while True:
            (answer,) = self._calls.start([job])
            if not self._accepted(job, answer):
                raise Lost
            try:
                self._send_parts(_Large(job, int(answer["part_size"])), set(answer["there"]))
            except LostUpload:  # the store forgot it, or it is joined already: the server knows which
                continue
            if is_changed(job.file):
                raise FileChanged(f"{job.relative_path} was changed while it was sent.")
            if self._finish([job]) == ["missing"]:
                self._patience.pause(1)
                continue
            return

    def _send_parts(self, large: _Large, there: set[int]) -> None:
        job, running = large.job, set[Future[None]]()
        job.done = sum(large.piece(number).size for number in there)
        over = threading.Event()
        with ThreadPoolExecutor(self._parts, "agent-part") as pool:
            try:
                for number, md5 in hash_parts(job.file, large.of_part, self.stop.is_set):
                    if number in there:
                        continue
                    with large.lock:
                        large.hashed[number] = md5
                    running.add(pool.submit(self._send_part, large, number, over))
                    while len(running) >= _AHEAD + self._parts:
                        running = _reap(running)
                while running:
                    running = _reap(running)
            except InterruptedError:
                raise Stopped from None
            finally:
                over.set()

    def _send_part(self, large: _Large, number: int, over: threading.Event) -> None:
        if large.job.lost:
            raise Lost
        if over.is_set():
            return
        piece = large.piece(number)
        self._outlet.send(piece, self._url(large, number), lambda old: self._url(large, number, old))
        with large.lock:
            large.hashed.pop(number, None)
        self._count(large.job, piece.size)

    def _url(self, large: _Large, number: int, refused: Signed | None = None) -> Signed:
        """Return the URL of a part; signed together with those that are hashed by now."""
        with large.lock:
            if number not in large.urls or large.urls[number] is refused:
                others = [one for one in large.hashed if one != number and one not in large.urls]
                wanted = {one: large.hashed[one] for one in (number, *others[: _SIGN - 1])}
                large.urls |= self._calls.sign(large.job, wanted)
            return large.urls[number]

    # the end of a file

    def _finish(self, jobs: Sequence[Job]) -> list[str]:
        if not jobs:
            return []
        words = self._calls.sent(jobs)
        for one, word in zip(jobs, words, strict=True):
            if word == "ok":
                with self._lock:
                    self.totals.files += 1
                    self.totals.size += one.file.size
                self._say("sent", one.relative_path)
        return words


def _reap(running: set[Future[None]]) -> set[Future[None]]:
    """Wait until one ends; raise what it raised."""
    done, left = wait(running, return_when=FIRST_COMPLETED)
    for one in done:
        one.result()
    return left


def _hash(job: Job) -> None:
    found = digest(job.file)
    job.file.md5, job.file.sha256 = found.md5, found.sha256
