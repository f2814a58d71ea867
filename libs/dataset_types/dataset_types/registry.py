"""All dataset types that an installation knows, and which of them a file name belongs to.

The definitions are data: ``standard.toml`` and ``ibl.toml`` hold the types of the paper's Appendix 2, ``current.toml``
today's. Providers add types of their own namespace with further files of the same form, named in the environment
variable ``BREGMA_DATASET_TYPES`` (several are separated as in ``PATH``).
"""

import fnmatch
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from dataset_types.name import BadName, parse_name
from dataset_types.spec import UNSTATED, DatasetType, Edition, Kind
from dataset_types.units import NoConversion, scale, unit_factor

ENVIRONMENT = "BREGMA_DATASET_TYPES"
"""Environment variable with the paths of providers' files."""

_BUILT_IN = ("standard.toml", "ibl.toml", "current.toml")


class UnknownType(LookupError):
    """No dataset type has that name or matches that file name."""


class AmbiguousType(LookupError):
    """Several dataset types match a file name."""


class BadDefinition(ValueError):
    """A file of definitions that cannot be used; the message names the file and the type."""


class Registry:
    """A fixed set of dataset types.

    Parameters
    ----------
    types : iterable of DatasetType
        At most one of each name and edition.
    symbols : mapping, optional
        Meaning of the symbolic dimensions, ``{'nspi': 'number of spikes'}``.

    Raises
    ------
    BadDefinition
        If a name is defined twice in one edition.
    """

    def __init__(self, types: Iterable[DatasetType], symbols: Mapping[str, str] | None = None) -> None:
        self.symbols: dict[str, str] = dict(symbols or {})
        self.types: tuple[DatasetType, ...] = _with_references(tuple(types))
        self._editions = {edition: _Index(edition, self.types) for edition in Edition}
        self._cached_match = lru_cache(maxsize=65536)(self._find)

    def __iter__(self) -> Iterator[DatasetType]:
        return iter(self.types)

    def __len__(self) -> int:
        return len(self.types)

    @classmethod
    def built_in(cls) -> "Registry":
        """Read the types that come with this package."""
        package = files("dataset_types")
        return _read(cls([]), [package / name for name in _BUILT_IN], provider=False)

    def extended(self, paths: Iterable[Path | str]) -> "Registry":
        """Add providers' files.

        Parameters
        ----------
        paths : iterable of path
            TOML files; each type's name begins with the provider's namespace.

        Returns
        -------
        Registry
            A new registry; this one stays as it is.

        Raises
        ------
        BadDefinition
            If a file cannot be read, is not of the right form, or redefines a type.
        """
        return _read(self, [Path(path) for path in paths], provider=True)

    def get(self, name: str, edition: Edition | None = None) -> DatasetType:
        """Look a type up by its name or by another spelling of it.

        Parameters
        ----------
        name : str
            ``'spikes.times'``; case matters little.
        edition : Edition, optional
            Which definition; by default today's, and the paper's where today has none.

        Raises
        ------
        UnknownType
            If there is none; the message lists the nearest names.
        """
        for index in self._searched(edition):
            found = index.by_name.get(name.lower())
            if found is not None:
                return found
        raise UnknownType(f"There is no dataset type {name!r}. {self._nearest(name)}")

    def match(self, filename: str, edition: Edition | None = None) -> DatasetType:
        """Find the type of a file by its name.

        Parameters
        ----------
        filename : str
            Without folders and without id, ``'_ibl_trials.choice.npy'``.
        edition : Edition, optional
            Where to look first; by default today's. A type that only the other edition defines is found as well.

        Raises
        ------
        UnknownType
            If no type matches; the message lists the nearest names.
        AmbiguousType
            If several match and none is more specific than the others.
        """
        return self._cached_match(filename, edition or Edition.IBL_CURRENT)

    def counterpart(self, dataset_type: DatasetType, edition: Edition) -> DatasetType | None:
        """Find the definition of the same type in another edition, None if that edition has none."""
        if dataset_type.edition == edition:
            return dataset_type
        names = self._editions[edition].by_name
        for name in (dataset_type.name, *dataset_type.aliases):
            if name.lower() in names:
                return names[name.lower()]
        return None

    def convert(
        self,
        values: npt.ArrayLike,
        dataset_type: DatasetType | str,
        from_edition: Edition | str,
        to_edition: Edition | str,
        *,
        wheel_radius_cm: float | None = None,
    ) -> Any:
        """Bring values into the unit that another edition promises.

        Parameters
        ----------
        values : array_like
            Numbers as stored.
        dataset_type : DatasetType or str
            Their type.
        from_edition, to_edition : Edition or str
            Under which the data were registered, and which is wanted.
        wheel_radius_cm : float, optional
            Needed for the wheel only, whose unit is cm at the rim in the paper and radians today.

        Returns
        -------
        array or the very `values`
            The same object where the editions agree or only one defines the type, else a new array.

        Raises
        ------
        NoConversion
            If the editions differ in more than a factor.
        """
        source_edition, target_edition = Edition(from_edition), Edition(to_edition)
        found = self.get(dataset_type, source_edition) if isinstance(dataset_type, str) else dataset_type
        source, target = self.counterpart(found, source_edition), self.counterpart(found, target_edition)
        if source is None or target is None or source.unit == target.unit:
            return values
        if source.unit is None or target.unit is None or UNSTATED in {source.unit, target.unit}:
            raise NoConversion(
                f"{source.name} is in {source.unit or 'no unit'} in {source_edition} and in {target.unit or 'no unit'} "
                f"in {target_edition}; load it in {source_edition} and convert it with what you know of the recording"
            )
        return scale(values, unit_factor(source.unit, target.unit, wheel_radius_cm=wheel_radius_cm))

    def _searched(self, edition: Edition | None) -> list["_Index"]:
        first = edition or Edition.IBL_CURRENT
        return [self._editions[first]] + ([] if edition else [self._editions[e] for e in Edition if e is not first])

    def _find(self, filename: str, edition: Edition) -> DatasetType:
        for wanted in (edition, *(other for other in Edition if other is not edition)):
            found = self._editions[wanted].candidates(filename)
            if len(found) == 1:
                return found[0]
            if found:
                names = " and ".join(candidate.name for candidate in found)
                raise AmbiguousType(
                    f"The file name {filename!r} matches several dataset types: {names}. Rename it so that one is left"
                )
        raise UnknownType(f"No dataset type matches the file name {filename!r}. {self._nearest(filename)}")

    def _nearest(self, text: str) -> str:
        try:
            wanted = parse_name(text).type_name
        except BadName:
            wanted = text
        names = {name: index.by_name[name].name for index in self._editions.values() for name in index.by_name}
        near = get_close_matches(wanted.lower(), names, n=3, cutoff=0.6)
        if not near:
            return "`dataset-types list` prints all; a type of your own comes from a file named in " + ENVIRONMENT
        return "Did you mean " + " or ".join(dict.fromkeys(names[name] for name in near)) + "?"


class _Index:
    """The types of one edition, by name and by pattern."""

    def __init__(self, edition: Edition, types: tuple[DatasetType, ...]) -> None:
        self.by_name: dict[str, DatasetType] = {}
        self._patterns: list[tuple[re.Pattern[str], DatasetType]] = []
        self._unpatterned: dict[str, DatasetType] = {}
        own = [one for one in types if one.edition == edition]
        for one in own:
            if one.name.lower() in self.by_name:
                raise BadDefinition(
                    f"The dataset type {one.name} is defined twice in the edition {edition}; remove one"
                )
            self.by_name[one.name.lower()] = one
            if one.filename_pattern:
                self._patterns.append((re.compile(fnmatch.translate(one.filename_pattern.lower())), one))
            else:
                self._unpatterned[one.name.lower()] = one
        for one in own:
            for alias in one.aliases:
                self.by_name.setdefault(alias.lower(), one)
                if not one.filename_pattern:
                    self._unpatterned.setdefault(alias.lower(), one)

    def candidates(self, filename: str) -> list[DatasetType]:
        """Types that match, without those that another match is more specific than."""
        lowered = filename.lower()
        found = [one for pattern, one in self._patterns if pattern.match(lowered)]
        keys = _keys(lowered)
        for key in keys:
            named = self._unpatterned.get(key)
            if named is not None:
                found = [*found, named] if named not in found else found
                break
        # 'widefield.raw' matches every 'widefield.raw.meta' file too: the longer name is the more specific one
        found = [one for one in found if not any(other.name.startswith(one.name + ".") for other in found)]
        # '*trials.included.*' matches 'passiveTrials.included' case-blind too: the type that is named wins
        exact = [one for one in found if one.name.lower() in keys]
        return exact if len(exact) == 1 else found


def _keys(filename: str) -> list[str]:
    """Names of types that a file name stands for, the most specific first."""
    try:
        name = parse_name(filename)
    except BadName:
        return []
    suffix = f"_{name.timescale}" if name.timescale else ""
    keys = [name.type_name + suffix, name.type_name, name.object_attribute + suffix, name.object_attribute]
    return list(dict.fromkeys(keys))


def _with_references(types: tuple[DatasetType, ...]) -> tuple[DatasetType, ...]:
    """Fill in the cross-reference that an attribute named like a standard object stands for."""
    objects = {(one.edition, one.object) for one in types if one.namespace is None}
    return tuple(
        one.model_copy(update={"references": one.attribute})
        if one.references is None and one.dtype == (Kind.INT,) and (one.edition, one.attribute) in objects
        else one
        for one in types
    )


def _read(base: Registry, sources: Iterable[Path | Traversable], *, provider: bool) -> Registry:
    types = list(base.types)
    symbols = dict(base.symbols)
    for source in sources:
        added, meanings = _read_file(source)
        known = {(one.edition, one.name.lower()) for one in types}
        for one in added:
            if provider and one.namespace is None:
                raise BadDefinition(
                    f"{source}: {one.name} would be a standard type. Give types of your own a namespace of your lab or "
                    f"device between underscores, such as _mylab_{one.name}"
                )
            if (one.edition, one.name.lower()) in known:
                raise BadDefinition(f"{source}: {one.name} is defined already in the edition {one.edition}; rename it")
        types.extend(added)
        symbols.update(meanings)
    return Registry(types, symbols)


def _read_file(source: Path | Traversable) -> tuple[list[DatasetType], dict[str, str]]:
    """Read one file: ``edition``, ``[symbols]`` and one ``[types."name"]`` table for each type."""
    try:
        content = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadDefinition(f"{source}: cannot be read ({error}); check the path in {ENVIRONMENT}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadDefinition(f"{source}: is not TOML: {error}") from error
    unknown = set(content) - {"edition", "symbols", "types"}
    tables = content.get("types", {})
    if unknown or not isinstance(tables, dict):
        raise BadDefinition(f'{source}: may hold edition, [symbols] and [types."name"] only, not {sorted(unknown)}')
    edition = content.get("edition", Edition.IBL_CURRENT)
    types = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise BadDefinition(f'{source}: write [types."{name}"] and its keys below it')
        try:
            types.append(DatasetType.model_validate({"name": name, "edition": edition, **table}))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadDefinition(f"{source}: {name}: {where}: {first['msg']}") from error
    return types, {str(key): str(value) for key, value in content.get("symbols", {}).items()}


@lru_cache(maxsize=1)
def default_registry() -> Registry:
    """Types of this package and of the files named in ``BREGMA_DATASET_TYPES``, read once."""
    paths = [path for path in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if path]
    return Registry.built_in().extended(paths)


def convert(
    values: npt.ArrayLike,
    dataset_type: DatasetType | str,
    from_edition: Edition | str,
    to_edition: Edition | str,
    *,
    wheel_radius_cm: float | None = None,
) -> Any:
    """Bring values into another edition's unit, by the default registry; see `Registry.convert`."""
    return default_registry().convert(
        np.asarray(values) if isinstance(values, list | tuple) else values,
        dataset_type,
        from_edition,
        to_edition,
        wheel_radius_cm=wheel_radius_cm,
    )
