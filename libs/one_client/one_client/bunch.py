"""An object's datasets as one dict with attribute access, and how it is put together from the files' contents."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from one_client.errors import AmbiguousDataset, RowsDisagree
from one_client.formats import rows
from one_client.selection import parts

if TYPE_CHECKING:
    import pandas as pd

_TABLE = re.compile(r"table(?:[_.]|$)")
_PAIR = re.compile(r"(?P<base>.+?)_[01]$")


class Bunch(dict[str, Any]):
    """A dict whose entries are attributes as well: ``trials['choice']`` is ``trials.choice``."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no {name!r}; there are {', '.join(map(str, self))}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(key for key in self if key.isidentifier())]

    def copy(self) -> "Bunch":
        """A shallow copy that is a `Bunch` again."""
        return Bunch(self)

    def to_df(self) -> "pd.DataFrame":
        """Attributes of one dimension, and of two as ``name_0, name_1, ...``, as the columns of a table."""
        import pandas as pd

        columns: dict[str, Any] = {}
        for key, value in self.items():
            shape = getattr(value, "shape", (0,) * (1 if isinstance(value, list) else 9))
            if len(shape) == 1:
                columns[key] = value
            elif len(shape) == 2:
                columns.update({f"{key}_{i}": value[:, i] for i in range(shape[1])})
        return pd.DataFrame(columns)


def key_of(filename: str) -> str:
    """The key of a file in its object: attribute, timescale and extra parts, as in the stock client.

    ``spikes.times.npy`` gives ``times``, ``spikes.times_ephysClock.probe00.npy`` gives ``times_ephysClock.probe00``.
    """
    name = parts(filename)
    if name is None:
        return filename.partition(".")[2]
    attribute = f"{name.attribute}_{name.timescale}" if name.timescale else name.attribute
    return ".".join((attribute, *name.extra))


def assemble(contents: Mapping[str, Any], *, check_rows: bool = True) -> Bunch:
    """Put the contents of an object's files together.

    Columns of a ``table`` become attributes (``intervals_0`` and ``intervals_1`` one attribute of two columns), a
    ``metadata.json`` names the columns of the file it belongs to, and ``timestamps`` given as two synchronisation
    points (sample, seconds) are interpolated to one time per sample.

    Parameters
    ----------
    contents : Mapping
        File name to loaded value.
    check_rows : bool
        Whether to refuse attributes of different lengths.

    Returns
    -------
    Bunch
        Attribute to value.

    Raises
    ------
    RowsDisagree
        If attributes have different numbers of rows (one row stands for all).
    AmbiguousDataset
        If two files have the same key, for example in two namespaces.
    """
    sidecars = {name: value for name, value in contents.items() if _is_sidecar(name)}
    out = Bunch()
    origins: dict[str, str] = {}
    for name, value in contents.items():
        if name in sidecars and len(contents) > len(sidecars):
            continue
        key = key_of(name)
        if key in out:
            raise AmbiguousDataset(f"Two files give the attribute {key!r}.", "Say which: namespace=..., or extra=...")
        out[key] = value
        origins[key] = name
        stem = ".".join(name.split(".")[:2])
        for sidecar, meta in sidecars.items():
            if sidecar.startswith(f"{stem}.") and isinstance(meta, dict):
                _apply_metadata(out, key, dict(meta))
    _spread_table(out)
    if check_rows:
        _check_rows(out, origins)
    _expand_timestamps(out)
    return out


def _is_sidecar(filename: str) -> bool:
    name = parts(filename)
    return name is not None and name.extension == "json" and any(part.startswith("metadata") for part in name.extra)


def _apply_metadata(out: Bunch, key: str, meta: dict[str, Any]) -> None:
    columns = meta.pop("columns", None)
    if columns is not None:
        value = out.pop(key)
        out.update({name: value[:, i] for i, name in enumerate(columns)})
    if meta:
        out[f"{key}metadata"] = meta


def _spread_table(out: Bunch) -> None:
    import_key = next((key for key in out if _TABLE.match(key)), None)
    if import_key is None or not hasattr(out[import_key], "columns"):
        return
    import numpy as np

    table, suffix = out.pop(import_key), import_key[len("table") :]
    columns = {str(name): table[name].to_numpy() for name in table.columns}
    for name in list(columns):
        match = _PAIR.match(name)
        first, second = (f"{match['base']}_{i}" for i in (0, 1)) if match else ("", "")
        if match and first in columns and second in columns:
            columns[match["base"]] = np.column_stack([columns.pop(first), columns.pop(second)])
    out.update({f"{name}{suffix}": column for name, column in columns.items()})


def _check_rows(out: Bunch, origins: Mapping[str, str]) -> None:
    counts = {key: rows(value) for key, value in out.items() if _has_rows(value) and not _is_sync(key, value)}
    several = {key: count for key, count in counts.items() if count != 1}
    if len(set(several.values())) > 1:
        several = {key: count for key, count in several.items() if not _has_own_rows(origins.get(key, ""))}
    if len(set(several.values())) > 1:
        listed = ", ".join(f"{key} {count}" for key, count in several.items())
        raise RowsDisagree(
            f"The attributes have different numbers of rows: {listed}.",
            "Tell whoever registered them; check_rows=False loads them all the same.",
        )


def _has_own_rows(filename: str) -> bool:
    """Whether the file's type is defined to have other rows than its object."""
    from dataset_types.registry import AmbiguousType, UnknownType, default_registry

    try:
        return default_registry().match(filename).rows == "own"
    except (UnknownType, AmbiguousType):
        return False


def _has_rows(value: Any) -> bool:
    return isinstance(value, list) or bool(getattr(value, "shape", ()))


def _is_sync(key: str, value: Any) -> bool:
    """Whether these are the two synchronisation points (sample, seconds) that stand for a whole series."""
    return key.startswith("timestamps") and getattr(value, "shape", ()) == (2, 2)


def _expand_timestamps(out: Bunch) -> None:
    series = [key for key, value in out.items() if _is_sync(key, value)]
    samples = [rows(v) for k, v in out.items() if "timestamps" not in k and "meta" not in k and _has_rows(v)]
    if not series or not samples or samples[0] is None:
        return
    import numpy as np

    for key in series:
        points = out[key]
        out[key] = np.interp(np.arange(samples[0]), points[:, 0], points[:, 1])
