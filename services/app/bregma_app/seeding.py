"""Send the demo data the way a rig does: accounts and labs over the API, files by the uploader."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from one_client.auth import log_in
from one_client.backends.http import Api
from one_client.upload import Uploader, put_session

from bregma_app.demo import LAB, NARRATIVE, PROJECT, PROTOCOL, REPOSITORY, SUBJECTS, demo_sessions

Bind = Callable[[str, str | None, Sequence[str]], object]


def seed(address: str, username: str, password: str, *, bind: Bind) -> str:
    """Fill the installation and return a sentence about it; what is there already stays."""
    login = log_in(address, username, password)
    api = Api(login.base_url, login.token)
    _ensure(api, "labs", {"name": LAB, "timezone": "Europe/London", "institution": "none: a demonstration"})
    bind(REPOSITORY, None, [LAB])
    _ensure(api, "projects", {"name": PROJECT, "description": NARRATIVE})
    _ensure(api, "species", {"name": "Mus musculus"})
    for subject in SUBJECTS:
        _ensure(api, "subjects", {"nickname": subject, "lab": LAB, "species": "Mus musculus", "description": NARRATIVE})
    sessions = files = 0
    with tempfile.TemporaryDirectory(prefix="bregma-demo-") as folder:
        for one in demo_sessions():
            report = put_session(
                api, one.write(Path(folder)), spool=Path(folder) / "spool", projects=[PROJECT], task_protocol=PROTOCOL,
                narrative=NARRATIVE, start_time=one.start_time.isoformat(), wait=True, wait_seconds=60,
                uploader=Uploader(api, give_up_after=60),
            )  # fmt: skip
            sessions, files = sessions + 1, files + len(report.files)
            wrong = [f"{sent.path}: {sent.reason}" for sent in report.files if sent.state != "verified"]
            if wrong:
                raise RuntimeError(f"The demo session {report.place} did not arrive whole: {'; '.join(wrong)}")
    return f"{sessions} sessions with {files} files of generated data, uploaded and verified"


def _ensure(api: Api, path: str, record: dict[str, Any]) -> None:
    """Create a record unless one of its name exists."""
    name = "nickname" if "nickname" in record else "name"
    if not api.page(f"/{path}", {name: record[name]})["count"]:
        api.post(f"/{path}", record)
