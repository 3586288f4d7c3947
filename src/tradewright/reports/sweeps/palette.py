"""Colours in a perceptual order, and pixels that are no larger than they must be.

Ten anchors of viridis (van der Walt and Smith 2015, dedicated to the public domain by CC0), with straight
lines of sRGB between them: lightness rises evenly, for readers who see no colours too.
"""

import base64
import struct
import zlib

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

_ANCHORS = "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725"
# Number 0 is no colour, so that what lies below shows where there is no value.
COLOURS = 255


def _made() -> Bytes:
    anchors = np.array([[int(one[i : i + 2], 16) for i in (0, 2, 4)] for one in _ANCHORS.split()], np.float64)
    at = np.linspace(0, len(anchors) - 1, COLOURS)
    places = np.arange(len(anchors))
    channels = [np.interp(at, places, anchors[:, i]) for i in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


PALETTE = _made()


def numbered(levels: Floats) -> Bytes:
    """Return the number of the colour of each level from 0 to 1; 0, no colour, for NaN."""
    numbers = 1 + np.rint(np.clip(levels, 0, 1) * (COLOURS - 1))
    return np.where(np.isnan(levels), 0, numbers).astype(np.uint8)


def hexadecimal(level: float) -> str:
    """Return the colour of a level from 0 to 1 as ``#rrggbb``."""
    return "#" + "".join(f"{part:02x}" for part in PALETTE[int(numbered(np.array([level]))[0]) - 1])


def picture_uri(numbers: Bytes) -> str:
    """Return numbers of colours, shape ``(height, width)``, as a PNG image in a data address."""
    height, width = numbers.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    rows = np.concatenate([np.zeros((height, 1), np.uint8), numbers], axis=1)
    chunks = (
        (b"IHDR", head),
        (b"PLTE", bytes(3) + PALETTE.tobytes()),
        (b"tRNS", b"\0"),
        (b"IDAT", zlib.compress(rows.tobytes(), 6)),
        (b"IEND", b""),
    )
    image = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)
    return "data:image/png;base64," + base64.b64encode(image).decode()


def enlarged(numbers: Bytes, least: int = 512) -> Bytes:
    """Return cells as squares of pixels, so that programs that smooth pixels keep their edges."""
    times = [max(1, least // size) for size in numbers.shape]
    return np.repeat(np.repeat(numbers, times[0], axis=0), times[1], axis=1)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
