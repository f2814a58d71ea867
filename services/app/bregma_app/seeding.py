"""Send the demo data the way a rig does: accounts, labs and animals over the API, files by the uploader."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from one_client.auth import log_in
from one_client.backends.http import Api
from one_client.upload import Uploader, put_session

from bregma_app.demo import (
    ANIMALS,
    LAB,
    LAB_VALUES,
    MODEL,
    NARRATIVE,
    PROBE,
    PROJECT,
    PROTOCOL,
    REPOSITORY,
    SPECIES,
    DemoAnimal,
    demo_sessions,
    restrictions,
)

Bind = Callable[[str, str | None, Sequence[str]], object]


def seed(address: str, username: str, password: str, *, bind: Bind) -> str:
    """Fill the installation and return a sentence about it; what is there already stays."""
    login = log_in(address, username, password)
    api = Api(login.base_url, login.token)
    _ensure(api, "labs", {"name": LAB, **LAB_VALUES})
    bind(REPOSITORY, None, [LAB])
    _ensure(api, "projects", {"name": PROJECT, "description": NARRATIVE})
    seed_animals(api)
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
            if one.has_probe:
                insertion = {"session": report.eid, "name": PROBE, "model": MODEL}
                _ensure(api, "insertions", insertion, by=("session", "name"))
    return f"{sessions} sessions with {files} files of generated data, uploaded and verified"


def seed_animals(api: Api) -> None:
    """Send the animals with what the colony, the scales and the bottles know of them."""
    _ensure(api, "species", {"name": SPECIES})
    for name in sorted({allele for one in ANIMALS for allele in one.alleles}):
        _ensure(api, "alleles", {"nickname": name})
    now = datetime.now(ZoneInfo(str(LAB_VALUES["timezone"]))).replace(tzinfo=None)
    for one in ANIMALS:
        _ensure(api, "lines", {"name": one.line, "species": SPECIES})
        _ensure(api, "subjects", one.record())
        for allele, zygosity in one.alleles.items():
            body = {"subject": one.nickname, "allele": allele, "zygosity": zygosity}
            _ensure(api, "zygosities", body, by=("subject", "allele"))
        if not api.page("/water-restriction", {"subject": one.nickname})["count"]:
            _send_days(api, one, now)


def _send_days(api: Api, one: DemoAnimal, now: datetime) -> None:
    for days in restrictions(one, now):
        for moment, weight in days.weighings:
            api.post("/weighings", {"subject": one.nickname, "weight": weight, "date_time": moment.isoformat()})
        for moment, volume in days.doses:
            dose = {"subject": one.nickname, "water_administered": volume, "date_time": moment.isoformat()}
            api.post("/water-administrations", dose)
        end = days.end and days.end.isoformat()
        # last, with the weight it began with: while it is missing all of them are sent again
        body = {"subject": one.nickname, "start_time": days.start.isoformat(), "end_time": end, "narrative": NARRATIVE,
                "reference_weight": days.weighings[0][1]}  # fmt: skip
        api.post("/water-restriction", body)


def _ensure(api: Api, path: str, record: dict[str, Any], by: tuple[str, ...] = ()) -> None:
    """Create a record unless one of its name exists."""
    by = by or (("nickname",) if "nickname" in record else ("name",))
    if not api.page(f"/{path}", {name: record[name] for name in by})["count"]:
        api.post(f"/{path}", record)
