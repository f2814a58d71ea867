"""Converting loaded values between the editions of the standard (the paper's spikes.amps are µV, today's V)."""

from typing import Any

from one_client.errors import BadRequest, DataError, UnitsUnknown
from one_client.records import Dataset


def converted(value: Any, dataset: Dataset, units: str) -> Any:
    """Bring a dataset's values into the units of an edition; never by a guess.

    Parameters
    ----------
    value : Any
        As loaded.
    dataset : Dataset
        Says under which edition it was registered.
    units : str
        The wanted edition.

    Raises
    ------
    UnitsUnknown
        If the edition of the data, or its type, is not known.
    DataError
        If there is no conversion for this type.
    """
    from dataset_types.registry import AmbiguousType, UnknownType, default_registry
    from dataset_types.spec import Edition
    from dataset_types.units import NoConversion

    editions = [str(edition) for edition in Edition]
    if units not in editions:
        raise BadRequest(f"There is no edition {units!r}.", f"Choose from {', '.join(editions)}.")
    if not dataset.edition:
        hint = "Say it where you open the data, for example ONE.from_folder(path, edition='ibl-current')."
        raise UnitsUnknown(f"It is not known which edition the units of {dataset.name} follow.", hint)
    registry = default_registry()
    try:
        dataset_type = registry.match(dataset.name, Edition(dataset.edition))
        return registry.convert(value, dataset_type, dataset.edition, units)
    except (UnknownType, AmbiguousType) as error:
        raise UnitsUnknown(f"{dataset.name} is of no known type.", str(error)) from error
    except NoConversion as error:
        raise DataError(f"{dataset.name} cannot be converted to {units}.", str(error)) from error
