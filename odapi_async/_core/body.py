"""Reads a response body in pieces, and stops at a limit that counts after decompression.

The HTTP client could decompress by itself, and some of its releases do so without a limit: a megabyte becomes
a gigabyte before the first byte can be counted. So it is told not to.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator
from typing import Final, Protocol

ACCEPTED: Final = "gzip, deflate"
"""The encodings that are accepted, as the value of a header."""

_PIECE: Final = 256 * 1024  # bytes that are decompressed before other tasks get their turn
_GZIP: Final = 16 + zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
_METHOD: Final = 0x0F  # the half of the first byte that tells whether deflate has its header (RFC 1950)
_WINDOWS: Final = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": zlib.MAX_WBITS}


class Stream(Protocol):
    """What a body is read from."""

    async def readany(self) -> bytes:
        """Return what has arrived; nothing at the end."""
        ...


class EncodingError(Exception):
    """A body cannot be decompressed."""


class _Decompressor:
    """Decompresses one body, piece by piece."""

    __slots__ = ("_begun", "_inflate", "_wbits")

    def __init__(self, encoding: str) -> None:
        wbits = _WINDOWS.get(encoding)
        if wbits is None:
            raise EncodingError
        self._begun = False
        self._wbits = wbits
        self._inflate = zlib.decompressobj(wbits)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        if not self._begun:
            self._begin(chunk)
        try:
            while True:
                if self._inflate.eof:
                    self._inflate = zlib.decompressobj(self._wbits)  # the next member of a gzip file
                piece = self._inflate.decompress(chunk, _PIECE)
                yield piece
                chunk = self._inflate.unused_data or self._inflate.unconsumed_tail
                if not chunk and (self._inflate.eof or len(piece) < _PIECE):
                    return
        except zlib.error:
            raise EncodingError from None

    def check_end(self) -> None:
        """Refuse a body that ends too early. An empty one is accepted."""
        if self._begun and not self._inflate.eof:
            raise EncodingError

    def _begin(self, chunk: bytes) -> None:
        self._begun = True
        if self._wbits == zlib.MAX_WBITS and chunk[0] & _METHOD != zlib.DEFLATED:
            self._wbits = _RAW
            self._inflate = zlib.decompressobj(_RAW)


async def read_body(stream: Stream, encoding: str, limit: int, *, cut: bool = False) -> bytes | None:
    """Read a body, of which no more than the limit is kept.

    Args:
        stream: where it comes from.
        encoding: its Content-Encoding; empty if it has none.
        limit: bytes, as sent and also decompressed.
        cut: whether a longer body is cut off at the limit.

    Returns:
        The body; None if it is longer and not cut off. Then its rest was not read.

    Raises:
        EncodingError: it cannot be decompressed.
    """
    encoding = encoding.strip().lower()
    decompressor = None if encoding in {"", "identity"} else _Decompressor(encoding)
    parts: list[bytes] = []
    received = size = 0
    while chunk := await stream.readany():
        received += len(chunk)
        for part in decompressor.pieces(chunk) if decompressor else (chunk,):
            size += len(part)
            if size > limit or received > limit:  # a body of empty members grows only as it is sent
                return b"".join([*parts, part])[:limit] if cut else None
            parts.append(part)
            if decompressor and len(part) == _PIECE:
                await asyncio.sleep(0)
    if decompressor:
        decompressor.check_end()
    return parts[0] if len(parts) == 1 else b"".join(parts)
