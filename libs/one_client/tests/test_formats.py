"""Every format gives the values that the stock client gives, and its rows."""

import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import sparse
import yaml
from one.alf.io import load_file_content
from one_client.errors import CorruptFile, MissingExtra
from one_client.formats import LOADERS, load_file, rows

STRUCTURE = np.array([(1, 2.5, "a"), (2, -1.0, "bc")], dtype=[("id", "<i4"), ("x", "<f8"), ("name", "<U4")])
TABLE = pd.DataFrame({"cluster": [0, 1, 2], "label": ["good", "mua", "good"], "ks": [0.5, np.nan, 1.0]})


def _save_sparse(file: Path) -> None:
    plain = file.with_suffix(".npz")
    sparse.save_npz(plain, sparse.COO(np.array([[0, 3], [1, 2]]), np.array([1.5, 2.5]), shape=(6, 5)))
    plain.rename(file)


FILES = {
    "numbers.npy": lambda f: np.save(f, np.arange(12.0).reshape(4, 3)),
    "column.npy": lambda f: np.save(f, np.arange(5).reshape(5, 1)),
    "cube.npy": lambda f: np.save(f, np.zeros((3, 2, 4), np.uint8)),
    "scalar.npy": lambda f: np.save(f, np.float32(3.5)),
    "bools.npy": lambda f: np.save(f, np.array([True, False])),
    "text.npy": lambda f: np.save(f, np.array(["CA1", "VISp", "ü"])),
    "structure.npy": lambda f: np.save(f, STRUCTURE),
    "fortran.npy": lambda f: np.save(f, np.asfortranarray(np.arange(6).reshape(2, 3))),
    "single.npz": lambda f: np.savez(f, np.arange(4)),
    "several.npz": lambda f: np.savez_compressed(f, t=np.arange(4), pos=np.ones((4, 2))),
    "matrix.sparse_npz": _save_sparse,
    "table.csv": lambda f: TABLE.to_csv(f, index=False),
    "column.csv": lambda f: TABLE[["ks"]].to_csv(f, index=False),
    "table.tsv": lambda f: TABLE.to_csv(f, index=False, sep="\t"),
    "table.htsv": lambda f: TABLE.to_csv(f, index=False, sep="\t"),
    "table.ssv": lambda f: TABLE.to_csv(f, index=False, sep=" "),
    "table.pqt": TABLE.to_parquet,
    "settings.json": lambda f: f.write_text(json.dumps({"a": [1, None, "ü"], "b": {"c": 1.5}}), encoding="utf-8"),
    "list.json": lambda f: f.write_text("[1, 2, 3]"),
    "trials.jsonable": lambda f: f.write_text('{"trial": 1}\n{"trial": 2}\n'),
    "settings.yml": lambda f: f.write_text(yaml.safe_dump({"probe": "NP1", "gains": [500, 250]})),
    "settings.yaml": lambda f: f.write_text("- 1\n- 2\n"),
    "movie.raw": lambda f: f.write_bytes(b"no movie"),
    "log.txt": lambda f: f.write_text("hello"),
}
ROWS = {
    "numbers.npy": 4, "column.npy": 5, "cube.npy": 3, "scalar.npy": 1, "bools.npy": 2, "text.npy": 3,
    "structure.npy": 2, "fortran.npy": 2, "single.npz": 4, "several.npz": 4, "matrix.sparse_npz": 6, "table.csv": 3,
    "column.csv": 3, "table.tsv": 3, "table.htsv": 3, "table.ssv": 3, "table.pqt": 3, "settings.json": None,
    "list.json": 3, "trials.jsonable": 2, "settings.yml": None, "settings.yaml": 2, "movie.raw": None, "log.txt": None,
}  # fmt: skip


def same(ours: object, stock: object) -> None:
    if isinstance(stock, pd.DataFrame):
        pd.testing.assert_frame_equal(ours, stock)
    elif isinstance(stock, pd.Series):
        pd.testing.assert_series_equal(ours, stock)
    elif isinstance(stock, np.lib.npyio.NpzFile):
        assert sorted(ours) == sorted(stock.files)
        for name in stock.files:
            np.testing.assert_array_equal(ours[name], stock[name])
    elif isinstance(stock, sparse.COO):
        assert ours.shape == stock.shape
        np.testing.assert_array_equal(ours.todense(), stock.todense())
    elif isinstance(stock, np.ndarray):
        assert ours.dtype == stock.dtype
        assert ours.shape == stock.shape
        np.testing.assert_array_equal(ours, stock)
    elif isinstance(stock, Path):
        assert ours == Path(stock)
    else:
        assert ours == stock


@pytest.mark.parametrize("name", FILES)
def test_values_and_rows_are_those_of_the_stock_client(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"object.{name}"
    FILES[name](file)
    ours = load_file(file)
    same(ours, load_file_content(file))
    assert rows(ours) == ROWS[name]


def test_every_loader_is_compared_with_the_stock_client_or_not_known_to_it() -> None:
    assert set(LOADERS) - {Path(name).suffix for name in FILES} == {
        ".parquet", ".h5", ".hdf5", ".mp4", ".avi", ".mkv", ".flac",
    }  # fmt: skip


def test_parquet_by_its_long_name(tmp_path: Path) -> None:
    folder = tmp_path / "#2020-01-01#" / "lab=x"
    folder.mkdir(parents=True)
    TABLE.to_parquet(folder / "trials.table.parquet")
    pd.testing.assert_frame_equal(load_file(folder / "trials.table.parquet"), TABLE)


def test_hdf5_gives_nested_arrays(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["times"] = np.arange(3.0)
        file["regions"] = ["CA1", "DG", "ü"]
        file["probe/depths"] = np.ones((3, 2))
        file["probe/count"] = 7
    loaded = load_file(tmp_path / "a.h5")
    np.testing.assert_array_equal(loaded["times"], np.arange(3.0))
    assert list(loaded["regions"]) == ["CA1", "DG", "ü"]
    assert loaded["probe"]["depths"].shape == (3, 2)
    assert loaded["probe"]["count"] == 7
    assert rows({name: loaded[name] for name in ("times", "regions")}) == 3


def test_arrays_can_be_mapped(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(6).reshape(6, 1))
    mapped = load_file(tmp_path / "a.npy", mmap=True)
    assert isinstance(mapped, np.memmap)
    assert mapped.shape == (6,)
    with pytest.raises(ValueError, match="read-only"):
        mapped[0] = 1


@pytest.mark.parametrize("name", ["evil.npy", "evil.npz"])
def test_nothing_is_unpickled(tmp_path: Path, name: str) -> None:
    values = np.array([{"a": 1}, None], dtype=object)
    save = np.save if name.endswith(".npy") else np.savez
    save(tmp_path / name, values, allow_pickle=True)
    with pytest.raises(CorruptFile):
        load_file(tmp_path / name)


@pytest.mark.parametrize("suffix", sorted(LOADERS))
def test_empty_and_broken_files_are_said_to_be(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"object.attribute{suffix}"
    file.touch()
    with pytest.raises(CorruptFile, match="empty"):
        load_file(file)
    if suffix in {".csv", ".tsv", ".htsv", ".ssv"}:
        return  # any text is a table
    file.write_bytes(b'{"a": [1, 2' + b"\x00\xff\xfe")
    with pytest.raises(CorruptFile, match=r"object\.attribute"):
        load_file(file)


def test_a_file_cut_short(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(1000))
    (tmp_path / "a.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:-10])
    with pytest.raises(CorruptFile):
        load_file(tmp_path / "a.npy")
    np.savez(tmp_path / "b.npz", np.arange(10))
    assert zipfile.is_zipfile(tmp_path / "b.npz")
    (tmp_path / "b.npz").write_bytes((tmp_path / "b.npz").read_bytes()[:50])
    with pytest.raises(CorruptFile):
        load_file(tmp_path / "b.npz")


def test_no_such_file(tmp_path: Path) -> None:
    for name in ("a.npy", "a.unknown"):
        with pytest.raises(FileNotFoundError):
            load_file(tmp_path / name)


def test_a_missing_library_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _save_sparse(tmp_path / "m.sparse_npz")
    monkeypatch.setitem(__import__("sys").modules, "sparse", None)
    with pytest.raises(MissingExtra, match=r"bregma-one-client\[sparse\]"):
        load_file(tmp_path / "m.sparse_npz")
