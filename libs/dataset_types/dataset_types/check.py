"""Checks before a file is sent: its header against its dataset type, and its rows against its siblings'.

The values themselves are checked by `dataset_types.content` in the one pass that verification makes over them.
"""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from dataset_types.header import Header
from dataset_types.name import BadName, parse_name
from dataset_types.problem import Problem
from dataset_types.spec import DatasetType, Dimension, Kind

__all__ = ["Problem", "check_header", "check_references", "check_rows", "comparable_rows", "row_group"]

_ACCEPTED = {
    Kind.FLOAT: "fiu",
    Kind.INT: "iu",
    Kind.BOOL: "biu",
    Kind.STRING: "US",
    Kind.STRUCT: "V",
}


def check_header(dataset_type: DatasetType, header: Header) -> list[Problem]:
    """Compare a file's header with what its type promises.

    Parameters
    ----------
    dataset_type : DatasetType
    header : Header
        From `dataset_types.header.read_header`.

    Returns
    -------
    list of Problem
        Empty if nothing contradicts the type; what the header does not tell is no problem.
    """
    if header.dtype is None or header.shape is None:
        return []
    if header.dtype.hasobject:
        return [
            Problem(
                "object_array",
                f"The file of {dataset_type.name} holds Python objects, which only an unsafe program can read.",
                "Save numbers as a numeric array, texts with astype(str), and lists of arrays as separate files.",
            )
        ]
    return [*_check_dtype(dataset_type, header.dtype), *_check_shape(dataset_type, header.shape)]


def _check_dtype(dataset_type: DatasetType, dtype: "np.dtype[np.generic]") -> list[Problem]:
    if not dataset_type.dtype or any(dtype.kind in _ACCEPTED[kind] for kind in dataset_type.dtype):
        return []
    wanted = " or ".join(dataset_type.dtype)
    advice = {Kind.INT: "astype('int32')", Kind.FLOAT: "astype('float64')", Kind.BOOL: "astype(bool)"}
    return [
        Problem(
            "wrong_dtype",
            f"The values of {dataset_type.name} are of type {dtype}, but should be {wanted}.",
            f"Convert the array with {advice.get(dataset_type.dtype[0], 'astype(str)')} and save it again.",
        )
    ]


def _check_shape(dataset_type: DatasetType, shape: tuple[int, ...]) -> list[Problem]:
    if dataset_type.dims is None:
        return []
    if any(_fits(dims, shape) for dims in (dataset_type.dims, *dataset_type.also_dims)):
        return []
    wanted = print_dims(dataset_type.dims)
    hint = (
        "Save it as a one-dimensional array." if len(dataset_type.dims) == 1 else "Check which dimension comes first."
    )
    if len(dataset_type.dims) == len(shape) == 2 and _fits(dataset_type.dims, shape[::-1]):
        hint = "Rows and columns seem to be swapped: save array.T instead."
    return [Problem("wrong_shape", f"The shape of {dataset_type.name} is {list(shape)}, but should be {wanted}.", hint)]


def print_dims(dims: tuple[Dimension, ...]) -> str:
    """Write dimensions as the paper does, ``'[nc, 3]'``."""
    return "[" + ", ".join(str(dim) for dim in dims) + "]"


def _fits(dims: tuple[Dimension, ...], shape: tuple[int, ...]) -> bool:
    """Say whether a shape agrees with symbolic dimensions; MATLAB's column vectors ``[n, 1]`` count as ``[n]``."""
    if len(shape) > len(dims) and set(shape[len(dims) :]) == {1}:
        shape = shape[: len(dims)]
    if len(shape) != len(dims):
        return False
    symbols: dict[str, int] = {}
    for dim, size in zip(dims, shape, strict=True):
        if isinstance(dim, int):
            if size != dim:
                return False
            continue
        symbol, _, factor = dim.partition("*")
        count, remainder = divmod(size, int(factor or 1))
        if remainder or symbols.setdefault(symbol, count) != count:
            return False
    return True


def row_group(dataset_type: DatasetType, filename: str) -> str | None:
    """Name the set of files that must have as many rows as each other.

    Files of one object with the same namespace and the same extra parts belong together: `spikes.times.probe00.npy` and
    `spikes.clusters.probe00.npy`, but not `spikes.times.probe01.npy`.

    Returns
    -------
    str or None
        ``'spikes'`` or ``'spikes.probe00'``; None if the type's rows are its own, or the name is no ONE name.
    """
    if dataset_type.rows == "own":
        return None
    try:
        name = parse_name(filename)
    except BadName:
        return None
    return ".".join((name.full_object, *name.extra))


def comparable_rows(dataset_type: DatasetType, header: Header | None) -> int | None:
    """Rows that a file shares with its object's other files, or None if they cannot be compared.

    Timestamps may be two synchronisation points, an array ``[[sample, time], [sample, time]]`` of shape (2, 2), which
    stand for as many evenly spaced samples as the object has.
    """
    if header is None:
        return None
    points = dataset_type.attribute.split("_")[-1] == "timestamps" and header.shape == (2, 2)
    return None if points else header.rows


def check_rows(object_name: str, rows: Mapping[str, int | None]) -> list[Problem]:
    """Check that all files of an object have equally many rows.

    Parameters
    ----------
    object_name : str
        ``'spikes'``.
    rows : mapping
        Rows of each file by its name; None where they are not known.

    Returns
    -------
    list of Problem
        At most one, which names the files that differ from the majority.
    """
    known = {file: count for file, count in rows.items() if count is not None}
    counts = Counter(known.values())
    if len(counts) < 2:
        return []
    majority, votes = counts.most_common(1)[0]
    if (votes == 1 and len(known) > 2) or list(counts.values()).count(votes) > 1:
        listed = ", ".join(f"{file} has {count}" for file, count in sorted(known.items()))
    else:
        odd = ", ".join(f"{file} has {count}" for file, count in sorted(known.items()) if count != majority)
        listed = f"most have {majority}, but {odd}"
    return [
        Problem(
            "unequal_rows",
            f"All files of {object_name} describe the same rows, so they need the same number of them: {listed}.",
            "Save all files of the object from the same run of the analysis, and send them again.",
        )
    ]


def check_references(largest: Mapping[str, int | None], rows: Mapping[str, int | None]) -> list[Problem]:
    """Check cross-references against the rows that they point at.

    Parameters
    ----------
    largest : mapping
        Largest value seen in each referring file, ``{'spikes.clusters': 288}``; the part after the last dot, or after
        ``->`` if given (``'spikes.clusters->clusters'``), is the object pointed at. None: no values.
    rows : mapping
        Rows of each object, ``{'clusters': 289}``; an object that is missing or None is not checked.

    Returns
    -------
    list of Problem
    """
    problems = []
    for source, value in largest.items():
        name, arrow, target = source.partition("->")
        target = target if arrow else name.rpartition(".")[2]
        count = rows.get(target)
        if value is None or count is None or value < count:
            continue
        problems.append(
            Problem(
                "reference_out_of_range",
                f"{name} holds the number {value}, but {target} has only {count} rows, numbered 0 to {count - 1}.",
                f"Save {name} and the files of {target} from the same run; count from 0, not from 1 as MATLAB does.",
            )
        )
    return problems
