"""Describing what is to be sent, checked as far as that is possible on the rig."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from dataset_types.path import SessionPath

from one_client.errors import BadRequest
from one_client.outgoing import Outgoing, OutgoingFile, chosen, collect, entry_name, identify
from one_client.precheck import check_contents, check_names

_FIELDS = frozenset(
    {"end_time", "location", "narrative", "procedures", "projects", "qc", "task_protocol", "type", "users", "json"}
    | {"extended_qc", "n_trials", "n_correct_trials", "parent_session"}
)


def draft(
    server: str,
    folder: str | Path | None = None,
    files: Sequence[str | os.PathLike[str]] | Mapping[str, Any] | None = None,
    *,
    subject: str | None = None,
    date: Any = None,
    number: int | str | None = None,
    lab: str | None = None,
    start_time: str | None = None,
    eid: str | None = None,
    check: bool = True,
    options: Mapping[str, Any] | None = None,
    **details: Any,
) -> tuple[Outgoing, list[str]]:
    """Describe a session and its files, checked as far as that is possible on the rig; nothing is sent or written.

    Parameters
    ----------
    server : str
        Its address.
    folder, files, subject, date, number, lab, start_time, eid, check, **details
        See `put_session`.
    options : Mapping, optional
        ``repository``, ``edition``, ``version``, ``qc``, ``default``, ``client``.

    Returns
    -------
    entry : Outgoing
        Files with a problem are ``refused`` in it.
    skipped : list of str
        Files that were passed over.
    """
    unknown = set(details) - _FIELDS
    if unknown:
        raise BadRequest(f"A session has no {', '.join(sorted(unknown))}.", f"It has {', '.join(sorted(_FIELDS))}.")
    root = Path(folder).expanduser().absolute() if folder is not None else None
    if files is None and root is not None:
        noted, skipped = collect(root)
    elif files:
        noted, skipped = chosen(files, root), []
    else:
        raise BadRequest("Nothing to send was named.", "Give the folder of a session, or files.")
    if not noted:
        raise BadRequest(f"There is no file to send in {root or 'the list'}.", "Is it the right folder?")
    root = root or _session_folder(noted[0])
    place = identify(root, subject=subject, date=date, number=number, lab=lab)
    body = _body(place, start_time, details)
    given = {"client": platform.node(), **{k: v for k, v in (options or {}).items() if v is not None}}
    entry = Outgoing(entry_name(place), server, str(place), {} if eid else body, str(root), noted, eid or "", given)
    check_names(noted)
    if check:
        check_contents(noted, given.get("edition"))
    return entry, skipped


def _body(place: SessionPath, start_time: str | None, details: Mapping[str, Any]) -> dict[str, Any]:
    """What ``POST /sessions`` is told."""
    body = {
        "id": str(uuid4()),  # version 4: ONE clients take no other for an id
        "subject": place.subject, "number": place.number,
        "start_time": start_time or f"{place.date.isoformat()}T00:00:00",
        **({"lab": place.lab} if place.lab else {}),
        **{name: value for name, value in details.items() if value not in (None, "", [], ())},
    }  # fmt: skip
    for name in ("start_time", "end_time"):
        _check_time(name, body.get(name))
    if str(body["start_time"])[:10] != place.date.isoformat():
        raise BadRequest(
            f"The start time {start_time} is not on the session's date {place.date}.",
            "A session's date is the date of its start, in the lab's own time.",
        )
    return body


def _check_time(name: str, value: Any) -> None:
    if value is None:
        return
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        raise BadRequest(
            f"The {name.replace('_', ' ')} {value} is no time.", "Write it in the lab's time: 2020-01-01T10:30:00."
        ) from None


def _session_folder(one: OutgoingFile) -> Path:
    """The folder that a file's place in its session begins in."""
    source = Path(one.source)
    return source.parents[min(one.path.count("/"), len(source.parents) - 1)]
