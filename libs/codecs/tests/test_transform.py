"""Differences and back: every value of every type, and the same differences that mtscomp takes."""

import mtscomp
import numpy as np
import pytest
from bregma_codecs.transform import decode, decode_channels, encode
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

WHOLE = ["int8", "uint8", "int16", "uint16", ">i2", "int32", "uint32", "int64", "uint64"]
steps = st.fixed_dictionaries({"time": st.booleans(), "spatial": st.booleans(), "order": st.sampled_from("FC")})


@st.composite
def chunks(draw):
    shape = draw(st.integers(1, 700)), draw(st.integers(1, 7))
    return draw(arrays(draw(st.sampled_from(WHOLE)), shape))


@settings(max_examples=150, deadline=None)
@given(chunks(), steps, st.data())
def test_whole_numbers_come_back(chunk, how, data):
    differences = encode(chunk, **how)
    first = data.draw(st.integers(0, len(chunk) - 1))
    last = data.draw(st.integers(first + 1, len(chunk)))
    assert np.array_equal(decode(differences.copy(), **how, start=first, stop=last), chunk[first:last])
    if how["order"] == "F" and not how["spatial"]:
        assert np.array_equal(decode_channels(differences, time=how["time"], start=first, stop=last), chunk[first:last])
    fixed = differences.copy()
    fixed.flags.writeable = False
    assert np.array_equal(decode(fixed, **how), chunk)


@settings(max_examples=50, deadline=None)
@given(chunks().filter(lambda one: one.dtype.isnative), steps)
def test_differences_are_those_of_mtscomp(chunk, how):
    wanted = mtscomp.diff_along_axis(chunk, axis=0 if how["time"] else None)
    wanted = mtscomp.diff_along_axis(wanted, axis=1 if how["spatial"] else None)
    assert encode(chunk, **how).tobytes() == wanted.tobytes(order=how["order"])


@pytest.mark.parametrize("time", [True, False])
@pytest.mark.parametrize("spatial", [True, False])
@pytest.mark.parametrize("order", ["F", "C"])
def test_floats_sum_up_as_with_mtscomp(time, spatial, order):
    chunk = np.random.default_rng(0).normal(size=(300, 5)).astype("f4")
    differences = encode(chunk, time=time, spatial=spatial, order=order)
    shaped = np.frombuffer(differences.tobytes(), "f4").reshape(chunk.shape, order=order)
    wanted = mtscomp.cumsum_along_axis(shaped, axis=1 if spatial else None)
    wanted = mtscomp.cumsum_along_axis(wanted, axis=0 if time else None)
    assert np.array_equal(decode(differences, time=time, spatial=spatial, order=order), wanted)


def test_a_buffer_is_used_again():
    buffer = np.empty((3, 40), "int16")
    assert encode(np.ones((40, 3), "int16"), time=True, spatial=False, order="F", out=buffer) is buffer
