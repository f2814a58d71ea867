"""What a sender asks the server about uploads; every call may be repeated (docs/design/0001 in the server's source)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from one_client.backends.api import Api
from one_client.errors import OneError, ServerFault, from_entry
from one_client.outgoing import Outgoing, OutgoingFile
from one_client.sending import Signed

T = TypeVar("T")
BATCH = 1000
"""Files, uploads or URLs in one call."""

ARRIVED = frozenset({"received", "verifying", "verified"})
"""States in which the server has all bytes of an upload."""


class Asking(Protocol):
    """How to go on asking when there is no answer; see `one_client.sending.Patience.until_answered`."""

    def __call__(self, call: Callable[[], T], /) -> T:
        """Return the answer of the call."""
        ...


class UploadCalls:
    """The upload side of the REST interface.

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

    def session(self, entry: Outgoing) -> tuple[str, bool]:
        """Create the session, or find the one that an earlier call or another rig has made.

        Returns
        -------
        eid : str
        new : bool
            Whether this call made it.
        """
        answer = self._ask(
            lambda: self._api.request(
                "POST",
                "/sessions",
                body=entry.session,
                headers={"Bregma-Repeatable": "1"},
                repeatable=True,
                patience=0,
            )
        )
        body = answer.json()
        if not isinstance(body, dict) or not body.get("id"):
            raise ServerFault("POST /sessions: the answer is no session.", f"Is {self._api.base_url} a Bregma server?")
        return str(body["id"]), answer.status_code == 201

    def register(self, entry: Outgoing, files: Sequence[OutgoingFile]) -> list[Mapping[str, Any]]:
        """Register up to 1,000 files and learn, in their order, whose bytes are needed."""
        shared = {key: entry.options[key] for key in ("edition", "version", "qc", "default") if key in entry.options}
        body = {
            "session": entry.eid,
            "repository": entry.options.get("repository"),
            "client": entry.options.get("client"),
            "files": [
                {"path": one.path, "size": one.size, "md5": one.md5, "sha256": one.sha256, **shared} for one in files
            ],
        }
        answers = self._post("/uploads", body, "files")
        if len(answers) != len(files):
            raise ServerFault("POST /uploads: the answer does not fit the question.", "Tell your administrator.")
        return answers

    def sign_put(self, one: OutgoingFile) -> Signed:
        """Sign the single PUT of a file again."""
        (answer,) = self._post("/uploads/sign", {"uploads": [{"upload": one.upload, "parts": None}]}, "uploads")
        _raise(answer, one)
        return signed(answer["put"])

    def sign_parts(self, one: OutgoingFile, parts: Sequence[Mapping[str, Any]]) -> dict[int, Signed]:
        """Sign parts, given as ``{"number", "md5", "size"}``, at most 1,000."""
        body = {"uploads": [{"upload": one.upload, "parts": list(parts)}]}
        (answer,) = self._post("/uploads/sign", body, "uploads")
        _raise(answer, one)
        return {int(part["number"]): signed(part) for part in answer["parts"]}

    def read(self, upload: str) -> Mapping[str, Any]:
        """One upload, with the parts that the store has."""
        answer: Mapping[str, Any] = self._ask(lambda: self._api.get(f"/uploads/{upload}", patience=0))
        return answer

    def of_session(self, eid: str, state: str | None = None) -> Iterator[Mapping[str, Any]]:
        """All uploads of a session, newest first, or those in one state."""
        offset = 0
        while True:
            page = self._ask(partial(self._page, {"session": eid, "state": state}, offset))
            yield from page["results"]
            offset += len(page["results"])
            if not page["next"] or not page["results"]:
                return

    def _page(self, params: Mapping[str, Any], offset: int) -> Any:
        return self._api.get("/uploads", {**params, "limit": BATCH, "offset": offset}, patience=0)

    def complete(self, uploads: Sequence[str]) -> list[Mapping[str, Any]]:
        """Say that all bytes of these uploads were sent; up to 1,000."""
        return self._post("/uploads/complete", {"uploads": list(uploads)}, "uploads")

    def abort(self, uploads: Sequence[str]) -> list[Mapping[str, Any]]:
        """Give uploads up; up to 1,000."""
        return self._post("/uploads/abort", {"uploads": list(uploads)}, "uploads")

    def _post(self, path: str, body: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        answer = self._ask(lambda: self._api.post(path, body, repeatable=True, patience=0))
        if not isinstance(answer, dict) or not isinstance(answer.get(key), list):
            raise ServerFault(f"POST {path}: the answer is not what was asked.", "Tell your administrator.")
        found: list[Mapping[str, Any]] = answer[key]
        return found


def signed(put: Mapping[str, Any]) -> Signed:
    """Read a signed PUT as it comes over the wire."""
    return Signed(str(put["url"]), {str(name): str(value) for name, value in put["headers"].items()})


def words(error: Mapping[str, Any]) -> tuple[str, str]:
    """Code and sentence of a problem as it comes over the wire."""
    detail, hint = str(error.get("detail") or error.get("code") or "refused"), str(error.get("hint") or "")
    return str(error.get("code") or "refused"), f"{detail} {hint[:1].upper()}{hint[1:]}".strip()


class SignRefused(OneError):
    """The server does not sign for this upload any more."""

    code = "sign_refused"


def _raise(answer: Mapping[str, Any], one: OutgoingFile) -> None:
    if answer.get("error"):
        found = from_entry(answer["error"], what=one.path)
        raise SignRefused(found.detail, found.hint, code=found.code)
