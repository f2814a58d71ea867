"""Reading a file by its extension, and counting its rows.

Values are those of the stock client (ONE-api's ``one.alf.io.load_file_content``), with these differences: nothing is
ever unpickled, an empty or broken file is an error instead of ``None``, an ``npz`` of several arrays is a plain dict
(no open file is left behind), and ``.parquet``, ``.h5``, movies and ``.flac`` are read as well. Heavy libraries are imported when a file
needs them.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from one_client.errors import CorruptFile, MissingExtra

if TYPE_CHECKING:
    import numpy as np

Loader = Callable[[Path], Any]


def load_file(path: str | Path, *, mmap: bool = False) -> Any:
    """Load the content of one file.

    Parameters
    ----------
    path : str or pathlib.Path
        The file; its last extension says how to read it.
    mmap : bool
        Map ``.npy`` arrays read-only instead of reading them into memory; other formats ignore it.

    Returns
    -------
    Any
        ``npy`` an array, a single column as a vector (n,); ``npz`` an array if it holds just one unnamed array, else a
        dict of arrays; ``csv``, ``tsv``, ``htsv``, ``ssv`` and ``pqt``, ``parquet`` a DataFrame (text tables of one
        column a Series); ``json`` and ``yml``, ``yaml`` the value; ``jsonable`` a list, one entry per line;
        ``sparse_npz`` a ``sparse.COO``; ``h5``, ``hdf5`` a dict of arrays, nested as the groups are; ``mp4``, ``avi`` and
        ``mkv`` a ``bregma_codecs.movie.Movie``, whose rows are decoded when they are asked for; ``flac`` a
        ``bregma_codecs.sound.Sound`` of (samples, channels) with its ``sample_rate``; anything else the path itself.

    Raises
    ------
    CorruptFile
        If the file is empty or is not what its extension says.
    MissingExtra
        If the format needs a library that is not installed.
    FileNotFoundError
        If there is no such file.
    """
    path = Path(path)
    loader = LOADERS.get(path.suffix.lower())
    if loader is None:
        path.stat()
        return path
    if path.stat().st_size == 0:
        raise CorruptFile(
            f"{path.name} is empty (0 bytes).", "It was probably not written to its end; ask who recorded it."
        )
    with _told_by_name(path):
        return _load_npy(path, mmap=True) if mmap and loader is _load_npy else loader(path)


def rows(value: Any) -> int | None:
    """Count the rows of a loaded value: what can be addressed by one integer.

    Parameters
    ----------
    value : Any
        What `load_file` returned.

    Returns
    -------
    int or None
        Length of the first dimension of an array, table or list; the common length of a dict's arrays or lists; 1 for a
        scalar array; None where there are no rows (a settings dict, a file without a loader).
    """
    if isinstance(value, dict):
        lengths = {rows(item) if isinstance(item, list) or hasattr(item, "shape") else None for item in value.values()}
        return lengths.pop() if len(lengths) == 1 else None
    shape = getattr(value, "shape", None)
    if shape is not None:
        return int(shape[0]) if len(shape) else 1
    return len(value) if isinstance(value, list) else None


@contextmanager
def _told_by_name(path: Path) -> Iterator[None]:
    """Turn a library's complaint into one that names the file and what to do."""
    try:
        yield
    except (CorruptFile, MissingExtra, FileNotFoundError, PermissionError, MemoryError):
        raise
    except ImportError as error:
        extra = EXTRAS.get(path.suffix.lower(), "all")
        raise MissingExtra(
            f"{path.name} needs the library {error.name!r}.", f"Install it: pip install 'bregma-one-client[{extra}]'"
        ) from error
    except Exception as error:
        # readers raise what they like (ValueError, ArrowInvalid, BadZipFile, YAMLError, ...): all mean the same here
        hint = "Check it with `one verify`, which fetches it again if it differs from the registered bytes."
        raise CorruptFile(f"{path.name} cannot be read as {path.suffix}: {error}", hint) from error


def _load_npy(path: Path, *, mmap: bool = False) -> "np.ndarray[Any, Any]":
    import numpy as np

    try:
        array: np.ndarray[Any, Any] = np.load(path, mmap_mode="r" if mmap else None, allow_pickle=False)
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        hint = "Loading it could run code. Ask its provider to save plain numbers, text, or a table (.pqt) instead."
        raise CorruptFile(f"{path.name} holds pickled Python objects, which are never loaded.", hint) from error
    return array.reshape(-1) if array.ndim == 2 and array.shape[1] == 1 else array


def _load_npz(path: Path) -> Any:
    import numpy as np

    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return arrays["arr_0"] if set(arrays) == {"arr_0"} else arrays


def _load_sparse(path: Path) -> Any:
    import sparse

    return sparse.load_npz(path)


def _text_table(separator: str) -> Loader:
    def load(path: Path) -> Any:
        import pandas as pd

        return pd.read_csv(path, delimiter=separator).squeeze("columns")

    return load


def _load_parquet(path: Path) -> Any:
    import pyarrow.parquet as pq

    # one file: the dataset machinery would read folder names such as `#rev#` or `key=value` as partition columns
    with path.open("rb") as stream:
        return pq.read_table(stream).to_pandas()


def _load_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _load_jsonable(path: Path) -> list[Any]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _load_yaml(path: Path) -> Any:
    import yaml

    with path.open(encoding="utf-8") as stream:
        return yaml.safe_load(stream)


def _load_hdf5(path: Path) -> Any:
    import h5py

    def read(group: Any) -> dict[str, Any]:
        return {name: read(item) if isinstance(item, h5py.Group) else _hdf5_array(item) for name, item in group.items()}

    with h5py.File(path, "r") as file:
        return read(file)


def _hdf5_array(dataset: Any) -> Any:
    import h5py

    text = h5py.check_string_dtype(dataset.dtype) is not None and dataset.shape is not None
    return dataset.asstr()[()] if text else dataset[()]


def _load_movie(path: Path) -> Any:
    from bregma_codecs.movie import Movie

    return Movie.at(path)


def _load_sound(path: Path) -> Any:
    from bregma_codecs.sound import Sound

    return Sound.at(path)


LOADERS: dict[str, Loader] = {
    ".npy": _load_npy,
    ".npz": _load_npz,
    ".sparse_npz": _load_sparse,
    ".csv": _text_table(","),
    ".tsv": _text_table("\t"),
    ".htsv": _text_table("\t"),
    ".ssv": _text_table(" "),
    ".pqt": _load_parquet,
    ".parquet": _load_parquet,
    ".json": _load_json,
    ".jsonable": _load_jsonable,
    ".yml": _load_yaml,
    ".yaml": _load_yaml,
    ".h5": _load_hdf5,
    ".hdf5": _load_hdf5,
    ".mp4": _load_movie,
    ".avi": _load_movie,
    ".mkv": _load_movie,
    ".flac": _load_sound,
}
"""How each extension is read; what is not here is handed out as a path."""

EXTRAS: dict[str, str] = {
    **dict.fromkeys((".csv", ".tsv", ".htsv", ".ssv", ".pqt", ".parquet"), "tables"),
    **dict.fromkeys((".h5", ".hdf5"), "hdf5"),
    **dict.fromkeys((".yml", ".yaml"), "yaml"),
    **dict.fromkeys((".mp4", ".avi", ".mkv", ".flac"), "media"),
    ".sparse_npz": "sparse",
}
"""Which extra of this package brings the library that an extension needs."""
