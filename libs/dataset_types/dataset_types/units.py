"""Units of the definitions and the factors between them."""

import numpy as np
import numpy.typing as npt

_MICRO = "\N{MICRO SIGN}"
_GREEK_MU = "\N{GREEK SMALL LETTER MU}"
_LENGTHS = {"m": 0, "cm": -2, "mm": -3, f"{_MICRO}m": -6, "nm": -9}
_VOLTAGES = {"V": 0, "mV": -3, f"{_MICRO}V": -6}
_TIMES = {"s": 0, "ms": -3, f"{_MICRO}s": -6}
_VOLUMES = {"l": 0, "ml": -3, f"{_MICRO}l": -6}
_SPEEDS = {"m/s": 0, "cm/s": -2, "mm/s": -3}
_ANGLES = {"rad": 0}
_ANGULAR_SPEEDS = {"rad/s": 0}
_QUANTITIES = (_LENGTHS, _VOLTAGES, _TIMES, _VOLUMES, _SPEEDS, _ANGLES, _ANGULAR_SPEEDS)
_ON_A_WHEEL = {"rad": "cm", "rad/s": "cm/s"}


class NoConversion(ValueError):
    """Values cannot be brought into the other edition's unit; the message says why."""


def unit_factor(source: str, target: str, *, wheel_radius_cm: float | None = None) -> float:
    """Number by which a value in one unit is multiplied to give it in another.

    Parameters
    ----------
    source, target : str
        Units such as ``'V'`` or ``'mm'``; the Greek mu and the micro sign mean the same.
    wheel_radius_cm : float, optional
        Radius of the wheel, needed between an angle (rad) and the distance at the rim (cm).

    Raises
    ------
    NoConversion
        If the units measure different things or one is not known.
    """
    source, target = source.replace(_GREEK_MU, _MICRO), target.replace(_GREEK_MU, _MICRO)
    for quantity in _QUANTITIES:
        if source in quantity and target in quantity:
            exponent = quantity[source] - quantity[target]
            return float(f"1e{exponent}")
    for angle, length in _ON_A_WHEEL.items():
        if angle in {source, target}:
            other = target if source == angle else source
            to_length = _wheel_factor(angle, other, wheel_radius_cm) * unit_factor(length, other)
            return to_length if source == angle else 1 / to_length
    raise NoConversion(f"{source} cannot be converted to {target}: they do not measure the same thing")


def _wheel_factor(angle: str, other: str, radius: float | None) -> float:
    if radius is None or not radius > 0:
        raise NoConversion(
            f"Between {angle} and {other} the radius of the wheel decides; give it in cm, such as wheel_radius_cm=3.1"
        )
    return radius


def scale(values: npt.ArrayLike, factor: float) -> npt.NDArray[np.floating]:
    """Multiply numbers, keeping the width of floating-point ones; integers become float64.

    Raises
    ------
    NoConversion
        If the values are no numbers.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise NoConversion(f"Values of type {array.dtype} are no numbers with a unit; convert each column by itself")
    result = array.dtype if array.dtype.kind == "f" else np.dtype(np.float64)
    scaled: npt.NDArray[np.floating] = (array.astype(np.float64) * factor).astype(result)
    return scaled
