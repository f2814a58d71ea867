"""Movies to test with: each picture bears its number in bright and dark fields, so that order is proven, not assumed."""

from fractions import Fraction

import av
import numpy as np

BITS, FIELD = 8, 8


def picture(number, width=64, height=48, colour=False):
    """A picture: its number in the first row of fields, a bar that moves below; with ``colour`` in a tint of its own."""
    values = np.full((height, width), 60, np.uint8)
    for bit in range(BITS):
        values[:FIELD, bit * FIELD : (bit + 1) * FIELD] = 220 if number >> bit & 1 else 30
    start = 3 * number % (width - 8)
    values[FIELD:, start : start + 8] = 200
    if not colour:
        return values
    tinted = np.repeat(values[..., None], 3, axis=2)
    tinted[FIELD:, :, 0] = 230
    return tinted


def number_of(values):
    """The number that a picture bears, whatever compression made of it."""
    grey = values if values.ndim == 2 else values.mean(axis=2)
    fields = grey[1 : FIELD - 1, : BITS * FIELD].reshape(FIELD - 2, BITS, FIELD)[:, :, 1:-1].mean(axis=(0, 2))
    return int(((fields > 125) << np.arange(BITS)).sum())


def write(
    path, n=30, width=64, height=48, *, codec="mjpeg", pixels="yuvj420p", colour=False, times=None, sound=None, form=None,
    rate=30, options=None, numbers=None, unit=1000, settings=None,
):  # fmt: skip
    """Write a movie of ``n`` pictures; ``times`` are in ms, or in 1/``unit`` s."""
    with av.open(str(path), "w", format=form, options=settings or {}) as container:
        video = container.add_stream(codec, rate=rate, options=options or {})
        video.width, video.height, video.pix_fmt = width, height, pixels
        base = Fraction(1, unit) if times else Fraction(1, rate)
        video.codec_context.time_base = base
        heard = container.add_stream(sound, rate=48_000, layout="mono") if sound else None
        container.start_encoding()
        for place, number in enumerate(numbers if numbers is not None else range(n)):
            values = picture(number, width, height, colour)
            frame = av.VideoFrame.from_ndarray(values, format="rgb24" if colour else "gray").reformat(format=pixels)
            frame.pts, frame.time_base = times[place] if times else place, base
            container.mux(video.encode(frame))
            if heard:
                tone = (np.sin(np.arange(1600) / 20 + place) * 10_000).astype(np.int16)[None]
                samples = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
                samples.sample_rate, samples.pts, samples.time_base = 48_000, place * 1600, Fraction(1, 48_000)
                container.mux(heard.encode(samples))
        container.mux(video.encode(None))
        if heard:
            container.mux(heard.encode(None))
    return path


def decoded(path, form="gray"):
    """All pictures of a movie, one after the other, and their times (s)."""
    with av.open(str(path)) as container:
        frames = [(frame.to_ndarray(format=form), frame.time) for frame in container.decode(video=0)]
    return np.array([values for values, _ in frames]), np.array([time for _, time in frames])
