"""Images as they come in: understood, scaled, and stripped of what the camera wrote into them. Pure."""

import struct
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

DEFAULT_WIDTH = 800
LARGEST_WIDTH = 10_000
MOST_PIXELS = 50_000_000
"""Of all frames together: a file of some kilobytes can unfold into gigabytes."""
LARGEST_FILE = 16 * 2**20
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_NOT_ONE = "Upload a valid image. The file you uploaded was either not an image or a corrupted image."


@dataclass(frozen=True, slots=True)
class Image:
    """What is kept of an image."""

    name: str
    media_type: str
    content: bytes


def parse_width(given: Any) -> int | None:
    """Read the width in pixels; None keeps the original size, nothing given means the default."""
    if given in (None, "", "None"):
        return DEFAULT_WIDTH
    if given == "orig":
        return None
    text = str(given)
    if isinstance(given, bool) or not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= LARGEST_WIDTH):
        raise ValueError(f"Enter a number of pixels up to {LARGEST_WIDTH}, or 'orig'.")
    return int(text)


def prepared(content: bytes, width: int | None) -> Image:
    """Decode an image and encode it anew, no wider than ``width``; ValueError with a sentence if it cannot be one."""
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    try:
        with Pillow.open(BytesIO(content), formats=list(MEDIA_TYPES)) as image:
            frames = getattr(image, "n_frames", 1)
            if image.width * image.height * frames > MOST_PIXELS:
                raise ValueError(f"The image has more than {MOST_PIXELS // 10**6} million pixels.")
            encoded, form = _encoded(image, width), str(image.format)
    except Pillow.DecompressionBombError:
        raise ValueError(f"The image has more than {MOST_PIXELS // 10**6} million pixels.") from None
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError, IndexError, TypeError, OverflowError, struct.error):
        raise ValueError(_NOT_ONE) from None
    if len(encoded) > LARGEST_FILE:
        raise ValueError(f"The image is larger than {LARGEST_FILE // 2**20} MiB; send it with a smaller width.")
    return Image(f"{sha256(encoded).hexdigest()[:16]}.{form.lower()}", MEDIA_TYPES[form], encoded)


def _encoded(image: Any, width: int | None) -> bytes:
    from PIL import ImageOps

    output = BytesIO()
    frames = getattr(image, "n_frames", 1)
    if width is None and frames > 1:
        image.save(output, format=image.format, save_all=True, exif=b"")
        return output.getvalue()
    form = image.format
    image.load()
    # a camera held upright says so in the data that are dropped
    upright = ImageOps.exif_transpose(image)
    if width is not None and upright.width > width:
        # the height follows; thumbnail never enlarges
        upright.thumbnail((width, upright.height))
    upright.info = {
        name: value for name, value in upright.info.items() if name in ("transparency", "background", "loop")
    }
    upright.save(output, format=form, **({"quality": 90} if form in ("JPEG", "WEBP") else {}))
    return output.getvalue()
