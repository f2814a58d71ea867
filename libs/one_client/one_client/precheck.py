"""Checks on the rig, before anything is sent: names, headers, and rows that must agree.

The values are checked by the server when it reads the bytes back; what is refused here costs nobody an upload.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from dataset_types import (
    AmbiguousType,
    BadHeader,
    BadName,
    BadPath,
    DatasetType,
    Edition,
    Header,
    Problem,
    UnknownType,
    check_header,
    check_rows,
    comparable_rows,
    default_registry,
    parse_dataset_path,
    parse_name,
    read_header,
    row_group,
)

from one_client.outgoing import OutgoingFile

_HEADERS = frozenset({"npy", "csv", "tsv", "htsv", "ssv", "pqt", "parquet"})


def check_names(files: Sequence[OutgoingFile]) -> None:
    """Refuse what no server accepts: no content, no ONE name, an unsafe path, two names that are one on Windows."""
    seen: dict[str, str] = {}
    for one in files:
        if not one.is_open:
            continue
        problem = _name_problem(one)
        earlier = seen.get(one.path.lower())
        if problem is None and earlier is not None:
            problem = _clash(one.path, earlier)
        seen.setdefault(one.path.lower(), one.path)
        _refuse(one, problem)


def check_contents(files: Sequence[OutgoingFile], edition: str | None = None) -> None:
    """Read the headers and refuse what contradicts its dataset type, or its siblings of the same object.

    Files of types that only the server knows are left to the server.

    Parameters
    ----------
    files : sequence of OutgoingFile
        Files of one session; those with a problem become refused.
    edition : str, optional
        Which definitions: ``'ibl-current'`` (default) or ``'paper-2020'``.
    """
    wanted = Edition(edition) if edition else None
    groups: dict[tuple[str, str | None, str], list[tuple[OutgoingFile, int | None]]] = defaultdict(list)
    for one in files:
        if not one.is_open:
            continue
        place = parse_dataset_path(one.path)
        try:
            dataset_type = default_registry().match(place.name, wanted)
        except (UnknownType, AmbiguousType):
            continue
        header, problem = _read(one, dataset_type)
        _refuse(one, problem)
        group = row_group(dataset_type, place.name)
        if group is not None and header is not None:
            groups[place.collection, place.revision, group].append((one, comparable_rows(dataset_type, header)))
    for (_, _, group), members in groups.items():
        for problem in check_rows(group, {one.path: rows for one, rows in members}):
            for one, _ in members:
                _refuse(one, problem)


def _name_problem(one: OutgoingFile) -> Problem | None:
    try:
        place = parse_dataset_path(one.path)
    except BadPath as error:
        return Problem("bad_path", f"{error}.", "Rename the folder or the file.")
    try:
        parse_name(place.name)
    except BadName as error:
        return Problem("bad_name", f"{error}.", "Rename the file, or move it out of the session's folder.")
    if one.size == 0:
        return Problem("empty_file", f"{one.path} has no content.", "Look whether the program that writes it failed.")
    return None


def _clash(path: str, earlier: str) -> Problem:
    if path == earlier:
        return Problem("repeated", f"Two files would become {path}.", "Remove one of them.")
    detail = f"{path} differs from {earlier} by upper and lower case only, which Windows cannot tell apart."
    return Problem("case_clash", detail, "Rename or remove one of them.")


def _read(one: OutgoingFile, dataset_type: DatasetType) -> tuple[Header | None, Problem | None]:
    extension = one.path.rpartition(".")[2].lower()
    if extension not in _HEADERS:
        return None, None
    try:
        header = read_header(Path(one.source), extension)
    except (BadHeader, OSError) as error:
        return None, Problem("bad_header", f"{one.path}: {error}.", "Write the file again.")
    if header.data_offset is not None and header.data_bytes is not None:
        wanted = header.data_offset + header.data_bytes
        if one.size < wanted:
            cut = f"{one.path} was cut off: its header announces {wanted} bytes, but it has {one.size}."
            return None, Problem("cut_off", cut, "Write the file again; was the disk full?")
    found = check_header(dataset_type, header)
    return header, found[0] if found else None


def _refuse(one: OutgoingFile, problem: Problem | None) -> None:
    if problem is not None and one.is_open:
        one.refuse(problem.code, str(problem))
