"""Places in the Allen Common Coordinate Framework (CCF), and the same places seen from bregma.

Three ways to say where something is, each as arrays of shape ``(..., 3)`` in the order ML, AP, DV:

- *voxel*: index into the Allen volume; ML counts from the left, AP from the front, DV from the top. Index ``i`` means
  the place ``i * resolution``; fractions are places between voxels.
- *CCF µm*: the same axes in µm.
- *bregma mm*: x to the right, y to the front, z up (dorsal positive), zero at bregma.

Where bregma lies in the volume is a matter of convention, so every conversion to or from bregma names its origin:

- ``paper-2020``: voxel ML 566, AP 540, DV 33 of the 10 µm volume (The International Brain Laboratory et al., "Data
  architecture for a large-scale neuroscience collaboration", Appendix 4);
- ``iblatlas``: 5739, 5400, 332 µm, as the package of this name has it. Coordinates that were computed with IBL's tools,
  imported ones among them, are of this origin.

The two differ by 79 µm in ML and 2 µm in DV.
"""

from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Places = NDArray[np.float64]

DEFAULT_ORIGIN: Final = "iblatlas"
ORIGINS: Final = MappingProxyType({"paper-2020": (5660.0, 5400.0, 330.0), "iblatlas": (5739.0, 5400.0, 332.0)})
"""Name of an origin → where bregma lies: ML, AP, DV in CCF µm."""
VOXEL_UM: Final = 10.0
"""Edge of a voxel of the volume that coordinates are told in, unless a resolution is said."""
# from the left, from the front, from the top → right, front, up
_SIGNS: Final = np.array([1.0, -1.0, -1.0])


def origin_um(origin: str = DEFAULT_ORIGIN) -> Places:
    """Return where bregma lies.

    Parameters
    ----------
    origin
        One of `ORIGINS`.

    Returns
    -------
    ndarray of shape (3,)
        ML, AP, DV in CCF µm.

    Raises
    ------
    ValueError
        There is no origin of this name.
    """
    if origin not in ORIGINS:
        raise ValueError(f"there is no origin named {origin!r}; choose one of {', '.join(ORIGINS)}")
    return np.array(ORIGINS[origin])


def _places(given: ArrayLike) -> Places:
    places = np.asarray(given, dtype=np.float64)
    if places.ndim == 0 or places.shape[-1] != 3:
        raise ValueError(f"places have three coordinates in their last dimension; this has the shape {places.shape}")
    return places


def _edge(resolution_um: float) -> float:
    if not (np.isfinite(resolution_um) and resolution_um > 0):
        raise ValueError(f"a voxel's edge is a positive number of µm, not {resolution_um}")
    return float(resolution_um)


def voxel_to_ccf(voxels: ArrayLike, *, resolution_um: float = VOXEL_UM) -> Places:
    """Return the CCF places (µm) of voxel indices.

    Parameters
    ----------
    voxels : array_like of shape (..., 3)
        ML, AP, DV indices, fractions allowed.
    resolution_um
        Edge of a voxel.

    Raises
    ------
    ValueError
        The last dimension is not 3, or the resolution is not positive.
    """
    return _places(voxels) * _edge(resolution_um)


def ccf_to_voxel(ccf_um: ArrayLike, *, resolution_um: float = VOXEL_UM) -> Places:
    """Return the voxel indices of CCF places (µm); round them to look into a volume.

    Parameters
    ----------
    ccf_um : array_like of shape (..., 3)
        ML, AP, DV in µm.
    resolution_um
        Edge of a voxel.

    Raises
    ------
    ValueError
        The last dimension is not 3, or the resolution is not positive.
    """
    return _places(ccf_um) / _edge(resolution_um)


def ccf_to_bregma(ccf_um: ArrayLike, *, origin: str = DEFAULT_ORIGIN) -> Places:
    """Return bregma places (mm) of CCF places (µm).

    Parameters
    ----------
    ccf_um : array_like of shape (..., 3)
        ML, AP, DV in µm.
    origin
        One of `ORIGINS`.

    Returns
    -------
    ndarray of shape (..., 3)
        x (right), y (front), z (up) in mm.

    Raises
    ------
    ValueError
        The last dimension is not 3, or there is no such origin.
    """
    result: Places = (_places(ccf_um) - origin_um(origin)) * _SIGNS / 1000.0
    return result


def bregma_to_ccf(bregma_mm: ArrayLike, *, origin: str = DEFAULT_ORIGIN) -> Places:
    """Return CCF places (µm) of bregma places (mm).

    Parameters
    ----------
    bregma_mm : array_like of shape (..., 3)
        x (right), y (front), z (up) in mm.
    origin
        One of `ORIGINS`.

    Raises
    ------
    ValueError
        The last dimension is not 3, or there is no such origin.
    """
    result: Places = _places(bregma_mm) * _SIGNS * 1000.0 + origin_um(origin)
    return result


def voxel_to_bregma(voxels: ArrayLike, *, origin: str = DEFAULT_ORIGIN, resolution_um: float = VOXEL_UM) -> Places:
    """Return bregma places (mm) of voxel indices; see `voxel_to_ccf` and `ccf_to_bregma`."""
    return ccf_to_bregma(voxel_to_ccf(voxels, resolution_um=resolution_um), origin=origin)


def bregma_to_voxel(bregma_mm: ArrayLike, *, origin: str = DEFAULT_ORIGIN, resolution_um: float = VOXEL_UM) -> Places:
    """Return voxel indices of bregma places (mm); see `bregma_to_ccf` and `ccf_to_voxel`."""
    return ccf_to_voxel(bregma_to_ccf(bregma_mm, origin=origin), resolution_um=resolution_um)


def change_origin(bregma_mm: ArrayLike, *, given: str, wanted: str) -> Places:
    """Tell places (mm) that one origin's bregma is the zero of as another's: the tissue stays where it is.

    Parameters
    ----------
    bregma_mm : array_like of shape (..., 3)
        x, y, z in mm from the bregma of `given`.
    given, wanted
        Two of `ORIGINS`.
    """
    return ccf_to_bregma(bregma_to_ccf(bregma_mm, origin=given), origin=wanted)


def tip(entry: ArrayLike, *, depth: ArrayLike, theta: ArrayLike, phi: ArrayLike) -> Places:
    """Return where the tip of a straight probe lies.

    Parameters
    ----------
    entry : array_like of shape (..., 3)
        x, y, z of the place where the probe enters the brain.
    depth : array_like of shape (...)
        Length inside the brain, in the unit of `entry`, not negative.
    theta : array_like of shape (...)
        Angle of the probe's shank from vertical in degrees, 0 to 180.
    phi : array_like of shape (...)
        Azimuth in degrees of the end outside of the brain, anti-clockwise from the right.

    Returns
    -------
    ndarray of shape (..., 3)
        x, y, z in the unit of `entry`.

    Raises
    ------
    ValueError
        The last dimension is not 3, a depth is negative, or theta lies outside of its bounds.
    """
    length, polar, azimuth = (np.asarray(one, dtype=np.float64) for one in (depth, theta, phi))
    if np.any(length < 0) or np.any((polar < 0) | (polar > 180)):
        raise ValueError("a depth is not negative, and theta lies between 0 and 180 degrees")
    polar, azimuth = np.deg2rad(polar), np.deg2rad(azimuth)
    outward = np.stack(
        np.broadcast_arrays(np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)), axis=-1
    )
    result: Places = _places(entry) - length[..., np.newaxis] * outward
    return result
