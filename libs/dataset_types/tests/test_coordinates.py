"""Voxels, CCF µm and bregma mm: worked examples, and round trips of any place."""

import numpy as np
import pytest
from dataset_types import coordinates as c
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

ORIGIN = st.sampled_from(sorted(c.ORIGINS))
PLACES = array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=4).flatmap(
    lambda shape: arrays(np.float64, (*shape, 3), elements=st.floats(-20_000, 20_000))
)


def test_bregma_of_the_paper():
    assert c.voxel_to_bregma([566, 540, 33], origin="paper-2020").tolist() == [0, 0, 0]
    assert c.bregma_to_voxel([0, 0, 0], origin="paper-2020").tolist() == [566, 540, 33]
    # 50 voxels further to the right, 100 to the back, 200 down
    assert c.voxel_to_bregma([616, 640, 233], origin="paper-2020").tolist() == [0.5, -1.0, -2.0]


def test_bregma_of_iblatlas_is_the_default():
    assert c.DEFAULT_ORIGIN == "iblatlas"
    assert c.ccf_to_bregma([5739, 5400, 332]).tolist() == [0, 0, 0]
    assert c.ccf_to_bregma([[6739, 5400, 332], [5739, 6400, 332], [5739, 5400, 1332]]).tolist() == [
        [1, 0, 0], [0, -1, 0], [0, 0, -1],
    ]  # fmt: skip
    assert c.bregma_to_ccf([-2.243, -2.0, -3.0]).tolist() == pytest.approx([3496, 7400, 3332])


def test_one_place_seen_from_both_origins():
    assert c.change_origin([0, 0, 0], given="paper-2020", wanted="iblatlas") == pytest.approx([-0.079, 0, 0.002])


def test_coarser_volumes():
    assert c.voxel_to_ccf([100, 200, 50], resolution_um=25).tolist() == [2500, 5000, 1250]
    assert c.ccf_to_voxel([2500, 5000, 1250], resolution_um=50).tolist() == [50, 100, 25]


@given(PLACES, ORIGIN, st.sampled_from([10.0, 25.0, 50.0, 0.5]))
def test_there_and_back(places, origin, edge):
    close = {"rtol": 1e-12, "atol": 1e-6}
    np.testing.assert_allclose(c.bregma_to_ccf(c.ccf_to_bregma(places, origin=origin), origin=origin), places, **close)
    np.testing.assert_allclose(c.ccf_to_voxel(c.voxel_to_ccf(places, resolution_um=edge), resolution_um=edge), places, **close)  # fmt: skip
    way = c.voxel_to_bregma(places, origin=origin, resolution_um=edge)
    assert way.shape == places.shape
    np.testing.assert_allclose(c.bregma_to_voxel(way, origin=origin, resolution_um=edge), places, **close)


@given(PLACES, ORIGIN, ORIGIN)
def test_origins_differ_by_a_constant(places, given_, wanted):
    moved = c.change_origin(places / 1000, given=given_, wanted=wanted)
    expected = (c.origin_um(given_) - c.origin_um(wanted)) * [1, -1, -1] / 1000
    np.testing.assert_allclose(moved - places / 1000, np.broadcast_to(expected, places.shape), atol=1e-9)


@given(PLACES, ORIGIN)
def test_distances_stay(places, origin):
    seen = c.ccf_to_bregma(places, origin=origin) * 1000
    there = c.ccf_to_bregma(np.zeros(3), origin=origin) * 1000
    np.testing.assert_allclose(
        np.linalg.norm(seen - there, axis=-1), np.linalg.norm(places, axis=-1), rtol=1e-9, atol=1e-6
    )


def test_a_probe_goes_down_from_its_entry():
    entry = [2000, -2000, -100]
    assert c.tip(entry, depth=3000, theta=0, phi=0) == pytest.approx([2000, -2000, -3100])
    # leant to the right by 15 degrees: its tip lies to the left of its entry
    assert c.tip(entry, depth=1000, theta=15, phi=0) == pytest.approx([2000 - 258.819, -2000, -100 - 965.926], abs=1e-3)
    assert c.tip(entry, depth=1000, theta=90, phi=90) == pytest.approx([2000, -3000, -100])
    assert c.tip([entry, entry], depth=[0, 1], theta=[10, 0], phi=[0, 0]).tolist() == [entry, [2000, -2000, -101]]


@given(PLACES, st.floats(0, 10_000), st.floats(0, 180), st.floats(-180, 360))
def test_the_tip_is_as_far_as_the_probe_is_deep(places, depth, theta, phi):
    found = c.tip(places, depth=depth, theta=theta, phi=phi)
    np.testing.assert_allclose(np.linalg.norm(found - places, axis=-1), depth, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("wrong", [3.0, [], [1, 2], [[1, 2], [3, 4]], np.zeros((3, 2))])
def test_places_have_three_coordinates(wrong):
    for convert in (c.voxel_to_ccf, c.ccf_to_voxel, c.ccf_to_bregma, c.bregma_to_ccf):
        with pytest.raises(ValueError, match="three coordinates"):
            convert(wrong)


def test_mistakes_are_named():
    with pytest.raises(ValueError, match="choose one of paper-2020, iblatlas"):
        c.ccf_to_bregma([0, 0, 0], origin="lambda")
    for edge in (0, -10, float("nan")):
        with pytest.raises(ValueError, match="positive number"):
            c.voxel_to_ccf([0, 0, 0], resolution_um=edge)
    with pytest.raises(ValueError, match="theta lies between"):
        c.tip([0, 0, 0], depth=1, theta=181, phi=0)
    with pytest.raises(ValueError, match="not negative"):
        c.tip([0, 0, 0], depth=-1, theta=1, phi=0)
