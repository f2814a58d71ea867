"""Deleting what a rig does not need to keep: only against a fresh, signed certificate for the very bytes on its disk."""

import base64
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from one_client.backends.api import Api
from one_client.digest import digest, is_changed
from one_client.errors import BadRequest, DataError, OneError
from one_client.files import disk_errors
from one_client.outgoing import OutgoingFile, collect
from one_client.records import find_session_path

MOST_FILES = 500
"""Files that the server judges in one call."""
_SESSION = re.compile(r"/[\w.-]+/\d{4}-\d{2}-\d{2}/\d{1,3}/?$")
Progress = Callable[[int], object]


class BadCertificate(DataError):
    """A certificate whose signature, contents or age are not right; nothing was deleted against it."""

    code = "bad_certificate"


@dataclass(slots=True)
class Judged:
    """A file on this computer and what the server says of it.

    Attributes
    ----------
    file : OutgoingFile
        As it was when it was hashed.
    safe : bool
        Whether it may be deleted.
    reason : str
        Why not.
    copies : list of dict
        ``repository``, ``store`` and ``verified_at`` of the copies that count.
    deleted : bool
        Whether it is gone.
    """

    file: OutgoingFile
    safe: bool = False
    reason: str = ""
    copies: list[dict[str, Any]] = field(default_factory=list)
    deleted: bool = False


@dataclass(slots=True)
class SessionReport:
    """What came of one session's folder."""

    folder: Path
    place: str
    files: list[Judged] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    certificates: list["Certificate"] = field(default_factory=list)
    problem: str = ""

    @property
    def safe_bytes(self) -> int:
        """Bytes of the files that may go."""
        return sum(one.file.size for one in self.files if one.safe)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A signed answer of the server, and until when it holds by the clock that does not jump."""

    id: str
    document: dict[str, Any]
    raw: dict[str, Any]
    good_until: float

    @classmethod
    def of(cls, answer: dict[str, Any], key: str) -> "Certificate":
        """Read an answer.

        Raises
        ------
        BadCertificate
            If its signature is not by this key.
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        text = answer["document"]
        try:
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
            public.verify(base64.b64decode(answer["signature"]), text.encode())
        except (InvalidSignature, ValueError):
            raise BadCertificate(
                f"The signature of the certificate {answer.get('id')} is not this server's.", "Nothing was deleted."
            ) from None
        return cls(answer["id"], json.loads(text), answer, time.monotonic() + float(answer["valid_seconds"]))

    def covers(self, one: OutgoingFile) -> dict[str, Any] | None:
        """Return what it says of a file with these very bytes; None if it says nothing."""
        for entry in self.document["files"]:
            if (entry["path"], entry["size"], entry["sha256"]) == (one.path, one.size, one.sha256):
                found: dict[str, Any] = entry
                return found
        return None


def find_sessions(folder: Path) -> Iterator[Path]:
    """Find the folders of sessions at or below a folder, in their order; links are not followed.

    Parameters
    ----------
    folder : pathlib.Path
        A session's folder, or any that has some below it.
    """
    if _SESSION.search(folder.as_posix()):
        yield folder
        return
    with os.scandir(folder) as entries:
        below = sorted(e.path for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))
    for one in below:
        yield from find_sessions(Path(one))


class Cleaner:
    """Asks which files may go, and deletes those.

    Parameters
    ----------
    api : Api
        The server.
    keep : pathlib.Path
        Folder in which certificates are kept before anything is deleted.
    """

    def __init__(self, api: Api, keep: Path) -> None:
        self.api, self.keep = api, keep
        self._key: str | None = None

    @property
    def key(self) -> str:
        """The server's public key, as base64."""
        if self._key is None:
            self._key = str(self.api.get("/certificate-key")["key"])
        return self._key

    def judge(self, folder: Path, *, progress: Progress | None = None) -> SessionReport:
        """Hash the files of a session and ask what may go. Nothing is changed.

        Parameters
        ----------
        folder : pathlib.Path
            The session's folder; its path says which session.
        progress : callable, optional
            Called with numbers of bytes that were read.
        """
        place = find_session_path(folder.as_posix())
        if place is None:
            raise BadRequest(f"{folder} is no session's folder.", "It ends in SUBJECT/DATE/NUMBER.")
        files, skipped = collect(folder)
        report = SessionReport(folder, str(place), passed_over=skipped)
        for one in files:
            report.files.append(self._hashed(one, progress))
        hashed = [one for one in report.files if not one.reason]
        try:
            for start in range(0, len(hashed), MOST_FILES):
                self._ask(report, hashed[start : start + MOST_FILES])
        except OneError as error:
            report.problem = f"{error.detail} {error.hint}".strip()
            for judged in hashed:
                judged.safe, judged.reason = False, judged.reason or report.problem
        return report

    def _hashed(self, one: OutgoingFile, progress: Progress | None) -> Judged:
        if Path(one.source).is_symlink():
            return Judged(one, reason="It is a link; what it leads to is not looked at.")
        try:
            one.sha256 = digest(one, progress=progress).sha256
        except OneError as error:
            return Judged(one, reason=error.detail)
        return Judged(one)

    def _ask(self, report: SessionReport, some: list[Judged]) -> None:
        body = {
            "session": report.place,
            "files": [{"path": one.file.path, "size": one.file.size, "sha256": one.file.sha256} for one in some],
        }
        answer = self.api.post("/certificates", body, repeatable=True)
        refused = {one["path"]: one["reason"] for one in answer["refused"]}
        certificate = Certificate.of(answer, self.key) if answer["signature"] else None
        if certificate is not None:
            report.certificates.append(certificate)
        for one in some:
            entry = None if certificate is None else certificate.covers(one.file)
            one.safe = entry is not None and one.file.path not in refused
            if entry is not None and one.safe:
                one.copies = entry["copies"] or [copy for stand in entry["stand_ins"] for copy in stand["copies"]]
            else:
                one.reason = refused.get(one.file.path, "The server said nothing about it.")

    def delete(self, report: SessionReport) -> int:
        """Delete the files of a report that may go, and return how many bytes that freed.

        The certificates are on the disk, flushed, before the first file goes. A file that changed since it was hashed, or
        whose certificate ran out meanwhile, stays and gets a reason.
        """
        for certificate in report.certificates:
            self._store(certificate)
        freed = 0
        for one in report.files:
            if one.safe:
                one.reason = self._objection(report, one)
                if one.reason:
                    one.safe = False
                    continue
                with disk_errors(Path(one.file.source)):
                    Path(one.file.source).unlink()
                one.deleted = True
                freed += one.file.size
        _remove_empty(report.folder)
        return freed

    def _objection(self, report: SessionReport, one: Judged) -> str:
        current = [cert for cert in report.certificates if cert.covers(one.file) is not None]
        if not any(time.monotonic() < cert.good_until for cert in current):
            return "Its certificate ran out; run the command again."
        if is_changed(one.file) or Path(one.file.source).is_symlink():
            return "It was changed since it was looked at."
        return ""

    def _store(self, certificate: Certificate) -> None:
        path = self.keep / f"{certificate.id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        with disk_errors(path), path.open("w", encoding="utf-8") as stream:
            json.dump(certificate.raw, stream)
            stream.flush()
            os.fsync(stream.fileno())


def _remove_empty(folder: Path) -> None:
    """Remove the folders below a session's folder that hold nothing any more; the session's own stays."""
    for path, _, _ in sorted(os.walk(folder), reverse=True):
        one = Path(path)
        if one != folder and not any(one.iterdir()):
            one.rmdir()
