"""Which dataset type and format a file is of, by the catalogue's rows; and the rows that a release brings."""

import re
from dataclasses import dataclass, field
from fnmatch import translate
from typing import Any
from uuid import UUID

from bregma_kit.db import ReadTx, WriteTx
from bregma_kit.errors import BregmaError
from dataset_types import BadName, Edition, default_registry, parse_name

from bregma_files.dataset_types import store


class UnknownDatasetType(BregmaError):
    """No dataset type, or more than one, matches a file's name."""

    code = "unknown_dataset_type"


class UnknownFormat(BregmaError):
    """No data format has a file's extension."""

    code = "unknown_data_format"


@dataclass(slots=True)
class Matcher:
    """The catalogue's types and formats, ready to match file names: pattern first, else ``object.attribute``."""

    patterns: list[tuple[re.Pattern[str], str, UUID]]
    names: dict[str, UUID]
    formats: dict[str, UUID]
    labels: dict[UUID, str]
    """Names of types and formats by id."""
    _found: dict[str, UUID] = field(default_factory=dict)

    def type_of(self, name: str) -> UUID:
        """Return the id of the one type that a file name matches."""
        known = self._found.get(name)
        if known is None:
            known = self._found[name] = self._match(name)
        return known

    def _match(self, name: str) -> UUID:
        lower = name.lower()
        hits = {(label, type_id) for pattern, label, type_id in self.patterns if pattern.match(lower)}
        if not hits:
            hits = {(label, self.names[label]) for label in _own_names(name) if label in self.names}
            # Alyx and its clients compare the name without its namespace; a provider's own type is the second choice
            hits = set(sorted(hits, key=lambda hit: len(hit[0]))[:1])
        if len(hits) == 1:
            return next(iter(hits))[1]
        if hits:
            labels = ", ".join(sorted(label for label, _ in hits))
            raise UnknownDatasetType(
                f"Several dataset types match '{name}': {labels}.", hint="make their patterns distinct"
            )
        raise UnknownDatasetType(
            f"No dataset type matches '{name}'.", hint="GET /dataset-types lists them; an administrator can add one"
        )

    def format_of(self, name: str) -> UUID:
        """Return the id of the format of a file name's last extension."""
        extension = name[name.rfind(".") :] if "." in name else ""
        found = self.formats.get(extension.lower())
        if found is None:
            raise UnknownFormat(f"No data format has the extension of '{name}'.", hint="GET /data-formats lists them")
        return found


def _own_names(name: str) -> tuple[str, ...]:
    """Return the type names that a file name itself spells, without its timescale and extra parts."""
    try:
        parsed = parse_name(name)
    except BadName:
        parts = name.split(".")
        return (".".join(parts[:2]),)
    return tuple(dict.fromkeys((parsed.type_name, parsed.object_attribute)))


class Matchers:
    """The matcher of one process, made again when the catalogue's types or formats have changed."""

    def __init__(self) -> None:
        self._version = ""
        self._matcher: Matcher | None = None

    async def get(self, tx: ReadTx) -> Matcher:
        """Return a matcher of what the catalogue holds now."""
        version = await store.version(tx)
        if self._matcher is None or version != self._version:
            self._matcher, self._version = await _load(tx), version
        return self._matcher


MATCHERS = Matchers()


async def _load(tx: ReadTx) -> Matcher:
    types, formats = await store.types(tx), await store.formats(tx)
    patterns = [
        (re.compile(translate(row["filename_pattern"])), row["name"], row["id"])
        for row in types
        if row["filename_pattern"]
    ]
    names = {row["name"]: row["id"] for row in types if not row["filename_pattern"]}
    extensions = {row["file_extension"].lower(): row["id"] for row in formats}
    return Matcher(patterns, names, extensions, {row["id"]: row["name"] for row in (*types, *formats)})


FORMATS: tuple[tuple[str, str, str], ...] = (
    ("npy", ".npy", "numpy array"),
    ("npz", ".npz", "several numpy arrays"),
    ("sparse_npz", ".sparse_npz", "sparse array"),
    ("csv", ".csv", "comma-separated table"),
    ("tsv", ".tsv", "tab-separated table"),
    ("htsv", ".htsv", "tab-separated table with header"),
    ("ssv", ".ssv", "space-separated table"),
    ("parquet", ".pqt", "Apache Parquet table"),
    ("json", ".json", "JSON"),
    ("jsonable", ".jsonable", "one JSON value per line"),
    ("yaml", ".yaml", "YAML"),
    ("yml", ".yml", "YAML"),
    ("hdf5", ".h5", "HDF5"),
    ("mat", ".mat", "MATLAB file"),
    ("mp4", ".mp4", "video"),
    ("avi", ".avi", "video"),
    ("mj2", ".mj2", "video"),
    ("flac", ".flac", "lossless audio"),
    ("wav", ".wav", "audio"),
    ("bin", ".bin", "flat binary"),
    ("dat", ".dat", "flat binary"),
    ("cbin", ".cbin", "compressed flat binary"),
    ("ch", ".ch", "header of a compressed flat binary"),
    ("meta", ".meta", "SpikeGLX metadata"),
    ("tif", ".tif", "image stack"),
    ("tiff", ".tiff", "image stack"),
    ("png", ".png", "image"),
    ("txt", ".txt", "text"),
    ("log", ".log", "text"),
    ("zip", ".zip", "archive"),
    ("tar", ".tar", "archive"),
    ("nwb", ".nwb", "Neurodata Without Borders"),
    ("html", ".html", "page"),
    ("pdf", ".pdf", "document"),
    ("xml", ".xml", "XML"),
    ("md", ".md", "text"),
    ("bz2", ".bz2", "archive"),
    ("raw", ".raw", "flat binary"),
    ("error", ".error", "text"),
    ("stream", ".stream", "flat binary"),
)


async def bring_up_to_date(tx: WriteTx) -> int:
    """Add the types and formats that this release knows and the catalogue lacks, and describe its own in its own words.

    What somebody has worded anew stays. Where the editions of a type differ, today's words count, as in the registry; its
    pattern does not: the paper's types are files of that name in every format, and a pattern would take one only.
    """
    rows: dict[str, tuple[str, str]] = {}
    for one in default_registry():
        pattern: Any = one.filename_pattern or ""
        rows.setdefault(one.name, (one.description, pattern.lower()))
    older = {name: text for name, (text, _) in rows.items()}
    rows |= {
        one.name: (one.description, rows[one.name][1])
        for one in default_registry() if one.edition is Edition.IBL_CURRENT
    }  # fmt: skip
    changed = {name: (text, rows[name][0]) for name, text in older.items() if text != rows[name][0]}
    return await store.reword(tx, changed) + await store.add_missing(tx, rows, FORMATS)
