"""Bodies that are compressed, read before anything else looks at them."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from sandbox.http.bodies import MOST_BYTES
from sandbox.http.current import UNREAD

_GZIP, _DEFLATE, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_WAYS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_DEFLATE, _RAW)}
"""By the name of an encoding: how zlib reads it, and how else: some clients send no header."""


def decode(environ: dict[str, Any]) -> None:
    """Put what a body says in the place of its compressed bytes.

    A body that comes to more than the limit is one that is too long, as any.
    """
    named = environ["HTTP_CONTENT_ENCODING"].strip().lower()
    if named in ("", "identity"):
        return
    if named not in _WAYS:
        environ[UNREAD] = f"Content-Encoding {named[:100]} is not read: send gzip, deflate or none"
        return
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or not 0 < int(length) <= MOST_BYTES:
        return
    raw = environ["wsgi.input"].read(int(length))
    for way in _WAYS[named]:
        try:
            body = b"".join(_parts(raw, way))
        except zlib.error:
            continue
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return
    environ[UNREAD] = f"the body is not {named}, as its Content-Encoding says"


def _parts(raw: bytes, way: int) -> Iterator[bytes]:
    """What stands in it, one stream after the other; of too much, a byte more than the limit."""
    left = MOST_BYTES + 1
    while raw and left > 0:
        stream = zlib.decompressobj(way)
        part = stream.decompress(raw, left)
        if not stream.eof and not stream.unconsumed_tail:
            raise zlib.error("it ends too soon")
        left -= len(part)
        yield part
        raw = stream.unused_data
