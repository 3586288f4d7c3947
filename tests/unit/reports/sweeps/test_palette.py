"""Colours that grow lighter, and an image that a decoder reads back."""

import base64
import struct
import zlib

import numpy as np

from tradewright.reports.sweeps.palette import PALETTE, enlarged, hexadecimal, numbered, picture_uri


def chunks_of(uri):
    data = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, found = 8, {}
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body)
        found[name] = body
        at += 12 + length
    return found


def test_colours_grow_lighter():
    light = PALETTE @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(light) > -0.5).all()
    assert light[-1] - light[0] > 150
    assert hexadecimal(0.0) == "#440154"
    assert hexadecimal(1.0) == "#fde725"


def test_image_has_each_level_where_it_was_and_nothing_where_undefined():
    levels = np.array([[0.0, 1.0, np.nan], [0.5, 2.0, -1.0]])
    chunks = chunks_of(picture_uri(numbered(levels)))
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (3, 2)
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(2, 4)[:, 1:]
    assert rows.tolist() == [[1, 255, 0], [128, 255, 1]]
    assert chunks[b"tRNS"] == b"\0"
    assert chunks[b"PLTE"][3:] == PALETTE.tobytes()


def test_enlarging_repeats_cells():
    numbers = np.array([[1, 2]], np.uint8)
    large = enlarged(numbers, 4)
    assert large.tolist() == [[1, 1, 2, 2]] * 4
