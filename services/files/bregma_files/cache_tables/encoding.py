"""Rows as Arrow, and Arrow as the zip of parquet files that ONE-api reads (Alyx's cache tables)."""

import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from bregma_files.cache_tables.domain import QC, path_in_session

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = ("sessions", "datasets", "insertions")
LAB = "lab_id"
"""Column of segments that says who may see a row; callers never get it."""
INDEX = {"sessions": ("id",), "datasets": ("eid", "id"), "insertions": ("eid", "id")}
# what pandas calls each column, so that a reader gets the types that ONE works with
_PANDAS = {"string": ("unicode", "object"), "date32[day]": ("date", "object"), "uint16": ("uint16", "uint16"),
           "uint64": ("uint64", "UInt64"), "bool": ("bool", "bool")}  # fmt: skip


def schemas() -> dict[str, "pa.Schema"]:
    """Return the columns of each table, as ONE-api names and types them."""
    import pyarrow as pa

    text = pa.string()
    return {
        "sessions": pa.schema({
            "id": text, "lab": text, "subject": text, "date": pa.date32(), "number": pa.uint16(), "task_protocol": text,
            "projects": text,
        }),
        "datasets": pa.schema({
            "eid": text, "id": text, "rel_path": text, "file_size": pa.uint64(), "hash": text, "exists": pa.bool_(),
            "default_revision": pa.bool_(), "qc": pa.dictionary(pa.int8(), text, ordered=True),
        }),
        "insertions": pa.schema({"eid": text, "id": text, "model": text, "name": text, "serial": text}),
    }  # fmt: skip


def _pandas_notes(table: str, schema: "pa.Schema") -> bytes:
    columns = []
    for one in schema:
        kind, numpy = _PANDAS.get(str(one.type), ("categorical", "int8"))
        more = {"num_categories": len(QC), "ordered": True} if kind == "categorical" else None
        columns.append(
            {"name": one.name, "field_name": one.name, "pandas_type": kind, "numpy_type": numpy, "metadata": more}
        )
    notes = {"index_columns": list(INDEX[table]), "column_indexes": [], "columns": columns, "pandas_version": "2.2.0"}
    return json.dumps(notes).encode()


def encode(table: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Encode the rows of one table in one segment."""
    import pyarrow as pa

    schema = schemas()[table].append(pa.field(LAB, pa.string()))
    columns = {name: [row[name] for row in rows] for name in schema.names if name in (rows[0] if rows else ())}
    arrays = []
    for one in schema:
        values = columns.get(one.name, [])
        if one.name in ("id", "eid", LAB):
            values = [str(value) for value in values]
        if one.name == "qc":
            levels = list(QC)
            codes = pa.array([levels.index(value) if value in QC else 0 for value in values], pa.int8())
            arrays.append(pa.DictionaryArray.from_arrays(codes, list(QC.values()), ordered=True))
        elif one.name == "rel_path":
            arrays.append(
                pa.array([path_in_session(r["collection"], r["revision"], r["name"]) for r in rows], one.type)
            )
        elif one.name == "exists":
            arrays.append(pa.array([True] * len(rows), one.type))
        else:
            arrays.append(pa.array(values, one.type))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(pa.record_batch(arrays, schema=schema))
    return bytes(sink.getvalue())


def _decode(data: bytes, labs: Sequence[UUID] | None) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.ipc.open_stream(pa.py_buffer(data)).read_all()
    if labs is not None:
        table = table.filter(pc.is_in(table[LAB], pa.array([str(one) for one in labs], pa.string())))
    return table.drop_columns([LAB])


@dataclass
class Builder:
    """Puts segments together to a zip in a temporary file. Its methods take processor time: call them in a thread."""

    about: Mapping[str, Any]
    """``date_created``, ``origin`` and so on, which each table carries as well."""
    labs: Sequence[UUID] | None
    folder: "tempfile.TemporaryDirectory[str]" = field(default_factory=lambda: tempfile.TemporaryDirectory("cache"))
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    _writers: dict[str, Any] = field(default_factory=dict)
    _sessions: list[Any] = field(default_factory=list)

    def add(self, segments: Sequence[Mapping[str, bytes]]) -> None:
        """Take in segments, in the order of their sessions."""
        import pyarrow as pa

        for table in TABLES:
            parts = [_decode(one[table], self.labs) for one in segments]
            rows = pa.concat_tables(parts)
            if table == "sessions":
                # sorted by date in the end, so they wait; a session is a hundredth of its datasets
                self._sessions.append(rows)
            else:
                self._write(table, rows)

    def finish(self) -> tuple[dict[str, Any], IO[bytes], int]:
        """Write the zip; return what `/cache/info` says of it, the file and its size."""
        import pyarrow as pa

        tables = schemas()
        sessions = pa.concat_tables([*self._sessions, tables["sessions"].empty_table()])
        order = [("date", "descending"), ("subject", "descending"), ("number", "descending"), ("id", "ascending")]
        self._write("sessions", sessions.sort_by(order))
        for table in TABLES:
            self._write(table, tables[table].empty_table())
            self._writers[table].close()
        sizes = {table: self._file(table).stat().st_size for table in TABLES}
        info = {**self.about, "tables": {one: {"nrecs": self.counts[one], "size": sizes[one]} for one in TABLES}}
        target = Path(self.folder.name) / "cache.zip"
        # parquet is compressed already
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
            for table in TABLES:
                packed.write(self._file(table), f"{table}.pqt")
            packed.writestr("cache_info.json", json.dumps(info))
        return info, target.open("rb"), target.stat().st_size

    def close(self) -> None:
        """Remove the temporary files."""
        for one in self._writers.values():
            one.close()
        self.folder.cleanup()

    def _file(self, table: str) -> Path:
        return Path(self.folder.name) / f"{table}.pqt"

    def _write(self, table: str, rows: "pa.Table") -> None:
        import pyarrow.parquet as pq

        if table not in self._writers:
            schema = schemas()[table]
            notes = {"one_metadata": json.dumps(self.about).encode(), "pandas": _pandas_notes(table, schema)}
            repeating = [one for one in schema.names if one not in ("id", "hash")]
            self._writers[table] = pq.ParquetWriter(
                self._file(table), schema.with_metadata(notes), compression="zstd", use_dictionary=repeating,
            )  # fmt: skip
        if rows.num_rows:
            self.counts[table] += rows.num_rows
            self._writers[table].write_table(rows.cast(self._writers[table].schema))
