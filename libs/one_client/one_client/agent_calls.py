"""What a lab's agent asks the server; every call may be repeated, and names the attempt that it is about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from one_client.backends.api import Api
from one_client.errors import Conflict, ServerFault
from one_client.outgoing import OutgoingFile
from one_client.sending import Signed
from one_client.upload_calls import Asking, signed

MOST = 64


class Lost(Exception):
    """Another agent has the file by now, or a person stopped its transfer."""


@dataclass(slots=True)
class Job:
    """A file that the server wants, and how far it is."""

    movement: str
    attempt: int
    lab: str
    relative_path: str
    sent: int
    """Bytes that were ever sent for it."""
    done: int = 0
    lost: bool = False
    file: OutgoingFile = field(default_factory=lambda: OutgoingFile("", "", 0, 0))

    @property
    def name(self) -> dict[str, Any]:
        """What each call says of it."""
        return {"movement": self.movement, "attempt": self.attempt}

    @property
    def version(self) -> str:
        """What tells this state of the file from others."""
        return f"{self.file.mtime_ns}:{self.file.size}"


class AgentCalls:
    """The agents' side of the REST interface.

    Parameters
    ----------
    api : Api
        The connection.
    ask : callable
        Repeats a call until there is an answer.
    """

    def __init__(self, api: Api, ask: Asking) -> None:
        self._api = api
        self._ask = ask

    def claim(self, repository: str, agent: str, run: str, *, started: bool) -> tuple[float, list[Job]]:
        """Take files; return also for how many seconds they are ours."""
        body = {"repository": repository, "agent": agent, "run": run, "files": MOST, "started": started}
        answer = self._post("/agent-claims", body)
        jobs = [
            Job(one["movement"], one["attempt"], one["lab"], one["relative_path"], one["sent"])
            for one in answer["files"]
        ]
        return float(answer["lease_seconds"]), jobs

    def start(self, jobs: Sequence[Job]) -> list[Mapping[str, Any]]:
        """Begin to send files, or go on; one answer each."""
        return self._each("/agent-starts", jobs, lambda one: {
            "size": one.file.size, "version": one.version, "md5": one.file.md5 or None, "sha256": one.file.sha256 or None,
        })  # fmt: skip

    def sign(self, job: Job, parts: Mapping[int, str]) -> dict[int, Signed]:
        """Sign parts, number to MD5. Raises Lost."""
        body = {**job.name, "parts": [{"number": number, "md5": md5} for number, md5 in parts.items()]}
        try:
            answer = self._post("/agent-parts", body)
        except Conflict as error:
            job.lost = True
            raise Lost from error
        return {int(one["number"]): signed(one) for one in answer["parts"]}

    def sent(self, jobs: Sequence[Job]) -> list[str]:
        """Say that all bytes of files were sent; return a word for each."""
        found = self._each(
            "/agent-sent", jobs, lambda one: {"size": one.file.size, "sha256": one.file.sha256, "sent": one.sent}
        )
        return [str(one["status"]) for one in found]

    def fail(self, job: Job, kind: str, reason: str) -> None:
        """Say that a file cannot be sent as it is."""
        self._each("/agent-failures", [job], lambda _: {"kind": kind, "reason": reason[:500]})

    def beat(self, jobs: Iterable[Job]) -> None:
        """Say how far files are, once, without waiting for a server that is away; mark those that are not ours any more."""
        some = list(jobs)
        for first in range(0, len(some), MOST):
            batch = some[first : first + MOST]
            body = {"files": [{**one.name, "done": min(one.done, one.file.size), "sent": one.sent} for one in batch]}
            answer = self._api.post("/agent-beats", body, repeatable=True, patience=0)
            for one, word in zip(batch, answer["files"], strict=True):
                one.lost |= word["status"] == "lost"

    def _each(
        self, path: str, jobs: Sequence[Job], more: Callable[[Job], Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        answer = self._post(path, {"files": [{**one.name, **more(one)} for one in jobs]})
        found: list[Mapping[str, Any]] = answer["files"]
        if len(found) != len(jobs):
            raise ServerFault(f"POST {path}: the answer does not fit the question.", "Tell your administrator.")
        return found

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._ask(lambda: self._api.post(path, body, repeatable=True, patience=0))
