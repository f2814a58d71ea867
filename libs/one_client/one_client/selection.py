"""Choosing datasets of a session: by name, collection and revision. Pure; knows no files and no server.

A name may be given as people say it, and the first of these readings that fits anything counts:

1. a path within the session, ``alf/probe00/#2020-01-01#/spikes.times.npy`` (extension optional), meant exactly;
2. with ``*``, ``?`` or ``[...]``, a pattern for the file name;
3. a file name, ``spikes.times.npy``;
4. object and attribute, ``spikes.times`` (with its namespace, if it has one: ``_ibl_trials.choice``);
5. the name of a dataset type;
6. object and attribute without their namespace, ``trials.choice`` for ``_ibl_trials.choice.npy``;
7. another spelling of the same dataset type (``clusters.peakToThrough`` for ``clusters.peakToTrough``).

Revisions are ordered as text. Without one, the default revision is taken; with one, it or the last before it.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import groupby
from typing import Any

from dataset_types.name import BadName, DatasetName, parse_name
from dataset_types.path import strip_uuid

from one_client.errors import AmbiguousDataset, BadRequest, DatasetNotFound
from one_client.records import Dataset

Patterns = str | Sequence[str] | None
Filename = str | Sequence[str] | Mapping[str, Any] | None
_PARTS = ("namespace", "object", "attribute", "timescale", "extra", "extension")


@lru_cache(maxsize=16384)
def parts(name: str) -> DatasetName | None:
    """Take a file name apart, without the id that servers put into it; None if it follows no ONE rule."""
    try:
        return parse_name(strip_uuid(name)[0])
    except BadName:
        return None


def select(
    datasets: Iterable[Dataset], filename: Filename = None, collection: Patterns = None, revision: Patterns = None
) -> list[Dataset]:
    """All datasets that fit, in all their revisions.

    Parameters
    ----------
    datasets : iterable of Dataset
        Those of one session.
    filename : str, list of str, or dict of name parts, optional
        See the module; a dict has patterns for ``namespace``, ``object``, ``attribute``, ``timescale``, ``extra``,
        ``extension``. A list matches any of its entries.
    collection : str or list of str, optional
        Patterns for the folder below the session; ``''`` for the session's root, None for any.
    revision : str or list of str, optional
        Patterns for the revision; ``''`` for unrevised ones, None for any.

    Returns
    -------
    list of Dataset
        Sorted by path.
    """
    pool = [d for d in datasets if _fits(d.collection, collection) and _fits(d.revision, revision)]
    chosen = pool if filename is None else _named(pool, filename)
    return sorted(chosen, key=lambda dataset: dataset.path)


def at_revision(datasets: Iterable[Dataset], revision: str | None = None) -> list[Dataset]:
    """Keep one revision of each dataset.

    Parameters
    ----------
    datasets : iterable of Dataset
        May hold several revisions of each.
    revision : str, optional
        This one or the last before it; datasets that have neither are left out. None: the default revision.

    Raises
    ------
    AmbiguousDataset
        If several revisions of a dataset are marked as the default.
    """
    ordered = sorted(datasets, key=lambda d: (d.collection, d.name, d.revision))
    chosen = (_of_group(list(group), revision) for _, group in groupby(ordered, key=lambda d: (d.collection, d.name)))
    return [dataset for dataset in chosen if dataset is not None]


def the_one(
    datasets: Sequence[Dataset],
    filename: Filename,
    collection: Patterns = None,
    revision: str | None = None,
) -> Dataset:
    """The single dataset that fits.

    Raises
    ------
    DatasetNotFound
        If none fits; the hint names what looks similar.
    AmbiguousDataset
        If several do; the hint says how to choose.
    """
    exact = isinstance(filename, str) and "/" in filename
    if exact and (collection is not None or revision is not None):
        raise BadRequest(
            f"{filename!r} is a path already.", "Give collection and revision in the path, or as arguments, not both."
        )
    fitting = select(datasets, filename, collection)
    if not (exact and len(fitting) == 1):
        fitting = at_revision(fitting, revision)
    if len(fitting) > 1:
        fitting = _plainest(fitting)
    if len(fitting) == 1:
        return fitting[0]
    wanted = _said(filename)
    if not fitting:
        raise DatasetNotFound(
            f"The session has no dataset {wanted}{_where(collection, revision)}.", _similar(datasets, wanted)
        )
    raise AmbiguousDataset(f"{len(fitting)} datasets fit {wanted}.", _how_to_choose(fitting))


def of_object(
    datasets: Sequence[Dataset],
    obj: str,
    collection: Patterns = None,
    revision: str | None = None,
    **name_parts: Patterns,
) -> list[Dataset]:
    """All datasets of one object, in one collection.

    Parameters
    ----------
    datasets : sequence of Dataset
        Those of one session.
    obj : str
        The object, ``'spikes'``, or with its namespace, ``'_ibl_trials'``; patterns allowed.
    collection, revision
        As for `the_one`.
    **name_parts
        Patterns for other parts of the names, such as ``attribute=['times*', 'clusters']``.

    Raises
    ------
    DatasetNotFound
        If the session has no such object.
    AmbiguousDataset
        If several objects or collections fit.
    """
    wanted: dict[str, Any] = {"object": obj, **name_parts}
    if obj.startswith("_") and obj.count("_") >= 2:
        namespace, _, bare = obj[1:].partition("_")
        wanted = {"namespace": namespace, "object": bare, **name_parts}
    fitting = at_revision(select(datasets, wanted, collection), revision)
    if not fitting:
        raise DatasetNotFound(
            f"The session has no object {obj!r}{_where(collection, revision)}.", _similar(datasets, obj)
        )
    objects = {name.object for name in map(parts, (d.name for d in fitting)) if name}
    if len(objects) > 1:
        raise AmbiguousDataset(f"Several objects fit {obj!r}: {', '.join(sorted(objects))}.", "Name one of them.")
    if len({d.collection for d in fitting}) > 1:
        raise AmbiguousDataset(f"The object {obj!r} lies in several collections.", _how_to_choose(fitting))
    return fitting


def _named(pool: list[Dataset], filename: Filename) -> list[Dataset]:
    if isinstance(filename, Mapping):
        unknown = set(filename) - set(_PARTS)
        if unknown:
            raise BadRequest(f"Names have no part {', '.join(sorted(unknown))}.", f"The parts are {', '.join(_PARTS)}.")
        return [d for d in pool if _has_parts(d, filename)]
    names = [filename] if isinstance(filename, str) else list(filename or ())
    chosen: dict[str, Dataset] = {}
    for name in names:
        for reading in _readings(name):
            found = [d for d in pool if reading(d)]
            if found:
                chosen.update((d.id, d) for d in found)
                break
    return list(chosen.values())


def _readings(name: str) -> list[Callable[[Dataset], bool]]:
    if "/" in name:
        return [lambda d: d.path == name, lambda d: d.path.startswith(f"{name}.")]
    if any(c in name for c in "*?["):
        return [lambda d: fnmatchcase(d.name, name)]
    dotted = f"{name}."
    return [
        lambda d: d.name == name,
        lambda d: d.name.startswith(dotted),
        lambda d: d.dataset_type == name,
        lambda d: _without_namespace(d.name).startswith(dotted) or _without_namespace(d.name) == name,
        lambda d: _is_spelling(d, name),
    ]


def _is_spelling(dataset: Dataset, name: str) -> bool:
    others = _spellings(name)
    return dataset.dataset_type in others or dataset.name.startswith(tuple(f"{other}." for other in others))


@lru_cache(maxsize=1024)
def _spellings(name: str) -> frozenset[str]:
    """All names of a dataset type in all editions, given one of them."""
    from dataset_types.registry import default_registry  # reads the definitions, so only when the plain readings fail

    wanted = name.lower()
    named = ({one.name, *one.aliases} for one in default_registry())
    return frozenset().union(*(names for names in named if wanted in map(str.lower, names)))


def _without_namespace(name: str) -> str:
    return name[1:].partition("_")[2] if name.startswith("_") else name


def _has_parts(dataset: Dataset, wanted: Mapping[str, Any]) -> bool:
    name = parts(dataset.name)
    if name is None:
        return False
    values = {part: getattr(name, part) or "" for part in _PARTS}
    values["extra"] = ".".join(name.extra)
    return all(_fits(values[part], pattern) for part, pattern in wanted.items())


def _fits(value: str, patterns: Patterns) -> bool:
    if patterns is None:
        return True
    if isinstance(patterns, str):
        return value == patterns or fnmatchcase(value, patterns)
    return any(_fits(value, pattern) for pattern in patterns)


def _of_group(revisions: list[Dataset], revision: str | None) -> Dataset | None:
    """Pick from the revisions of one dataset, sorted by revision."""
    if revision is not None:
        before = [d for d in revisions if d.revision <= revision]
        return before[-1] if before else None
    defaults = [d for d in revisions if d.default]
    if len(defaults) == 1:
        return defaults[0]
    name = revisions[0].name
    if defaults:
        listed = ", ".join(repr(d.revision) for d in defaults)
        raise AmbiguousDataset(
            f"{name} has several default revisions: {listed}.", "Give revision=..., and tell your data manager."
        )
    if len(revisions) > 1:
        warnings.warn(f"no default revision of {name}; taking the most recent", stacklevel=4)
    return revisions[-1]


def _plainest(fitting: list[Dataset]) -> list[Dataset]:
    """Of several files in one collection, the one without extra name parts (its ``metadata.json`` is not it)."""
    if len({d.collection for d in fitting}) > 1:
        return fitting
    plain = [d for d in fitting if (name := parts(d.name)) is not None and not name.extra and not name.timescale]
    return plain if len(plain) == 1 else fitting


def _said(filename: Filename) -> str:
    if isinstance(filename, Mapping):
        return ", ".join(f"{key}={value}" for key, value in filename.items())
    return filename if isinstance(filename, str) else str(list(filename or ()))


def _where(collection: Patterns, revision: str | None) -> str:
    said = "" if collection is None else f" in the collection {collection!r}"
    return said if revision is None else f"{said} at or before the revision {revision!r}"


def _similar(datasets: Sequence[Dataset], wanted: str) -> str:
    from difflib import get_close_matches

    names = {d.name.rpartition(".")[0] or d.name: d.path for d in datasets}
    close = get_close_matches(wanted, list(names), n=3, cutoff=0.6)
    if close:
        return "Did you mean " + " or ".join(names[name] for name in close) + "?"
    return "one.list_datasets(eid) shows what there is." if datasets else "It has no datasets that can be loaded now."


def _how_to_choose(fitting: Sequence[Dataset]) -> str:
    collections = sorted({d.collection for d in fitting})
    if len(collections) > 1:
        return f"Say which: collection={collections[0]!r}" + "".join(f" or {c!r}" for c in collections[1:])
    return "Say which: " + " or ".join(d.name for d in fitting[:4])
