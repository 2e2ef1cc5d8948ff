"""PNG files made small: with a palette of 256 colours, which pictures of pages hardly exceed."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256


def with_palette(png: bytes) -> bytes:
    """The same picture, whose pixels become the nearest of its commonest colours."""
    width, height, rows = _rows(png)
    counts = Counter(pixel for row in rows for pixel in row)
    palette = [colour for colour, _ in counts.most_common(_COLOURS)]
    index = {colour: n for n, colour in enumerate(palette)}
    for colour in counts.keys() - index.keys():
        index[colour] = min(range(len(palette)), key=lambda n: _distance(colour, palette[n]))
    lines = b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = {b"IHDR": header, b"PLTE": b"".join(map(bytes, palette))}
    chunks |= {b"IDAT": zlib.compress(lines, 9), b"IEND": b""}
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks.items())


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _rows(png: bytes) -> tuple[int, int, list[list[tuple[int, ...]]]]:
    """Width, height, and the pixels' red, green and blue."""
    header = next(data for kind, data in _chunks(png) if kind == b"IHDR")
    width, height, depth, kind = struct.unpack(">IIBB", header[:10])
    assert (depth, kind) in ((8, 2), (8, 6))
    size = 3 if kind == 2 else 4
    raw = zlib.decompress(b"".join(data for kind, data in _chunks(png) if kind == b"IDAT"))
    stride = width * size
    before, rows = bytearray(stride), []
    for n in range(height):
        at = n * (stride + 1)
        line = bytearray(raw[at + 1 : at + 1 + stride])
        _unfilter(raw[at], line, before, size)
        rows.append([tuple(line[x : x + 3]) for x in range(0, stride, size)])
        before = line
    return width, height, rows


def _unfilter(how: int, line: bytearray, before: bytearray, size: int) -> None:
    """Undo a line's filter, as the PNG specification says it."""
    for x in range(len(line)) if how else ():
        left = line[x - size] if x >= size else 0
        above, corner = before[x], before[x - size] if x >= size else 0
        if how == 4:
            far = left + above - corner
            guess = min((left, above, corner), key=lambda each: abs(far - each))
        else:
            guess = (0, left, above, (left + above) // 2)[how]
        line[x] = (line[x] + guess) & 255
