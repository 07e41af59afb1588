"""Opens what users have: plain, gzip, zip and tar files, JSON documents and JSON lines; bounded in size."""

from __future__ import annotations

import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

import orjson

from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCUMENT_LIMIT = 512 * 1024 * 1024  # bytes of one JSON or XML document, once unpacked
LINE_LIMIT = 8_000_000  # bytes of one line of NDJSON
MEMBER_LIMIT = 2_000  # files looked at in one archive

UNREADABLE = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, NotImplementedError)


class Item(NamedTuple):
    """One JSON value of a file: its number (line, or place in the array), the file it lies in, the value or a fault."""

    number: int
    name: str
    value: Any
    fault: str = ""


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what goes wrong while `path` is read into one line for the user."""
    try:
        yield
    except UNREADABLE as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from None
    except RuntimeError as error:  # zipfile's word for a password
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from None


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the files inside `path` by name (an archive's, or the file itself), opened; nothing is unpacked to disk."""
    if not path.is_file():
        raise UserError(f"{path} : pas un fichier", f"{path}: not a file")
    with path.open("rb") as handle:
        magic = handle.read(4)
    if magic == b"PK\x03\x04":
        yield from _zipped(path)
    elif re.search(r"\.(tar(\.\w+)?|tgz|txz)$", path.name.lower()):
        yield from _tarred(path)
    elif magic[:2] == b"\x1f\x8b":
        with gzip.open(path, "rb") as unpacked:
            yield path.name.removesuffix(".gz"), unpacked  # type: ignore[misc]
    else:
        with path.open("rb") as handle:
            yield path.name, handle


def document(path: Path, handle: IO[bytes]) -> bytes:
    """Return the whole of one file; one larger than the limit raises UserError."""
    body = handle.read(DOCUMENT_LIMIT + 1)
    if len(body) > DOCUMENT_LIMIT:
        raise UserError(f"{path} : document de plus de 512 Mo", f"{path}: document larger than 512 MB")
    return body


def json_items(path: Path) -> Iterator[Item]:
    """Yield the JSON values of a file or archive: array items, one object, or lines; raises UserError."""
    found = False
    with readable(path):
        for name, handle in members(path):
            if not found or re.search(r"\.(json|jsonl|ndjson|js)$", name.lower()):
                for item in _values(path, name, handle):
                    found = True
                    yield item
    if not found:
        raise UserError(f"{path} : aucune donnée JSON", f"{path}: holds no JSON")


def _values(path: Path, name: str, handle: IO[bytes]) -> Iterator[Item]:
    with io.BufferedReader(cast("io.RawIOBase", handle)) as buffered:
        head = buffered.readline(LINE_LIMIT + 1)
        while head and not head.strip():
            head = buffered.readline(LINE_LIMIT + 1)
        first = _parsed(head)
        if isinstance(first, dict):
            yield Item(1, name, first)
            yield from _lines(name, buffered, 2)
            return
        yield from _whole(path, name, head + document(path, buffered))


def _whole(path: Path, name: str, body: bytes) -> Iterator[Item]:
    value = _parsed(_unwrapped(body))
    if value is None:
        if _unwrapped(body).lstrip()[:1] not in {b"{", b"["}:
            return
        if b"\n{" in body[:LINE_LIMIT]:  # the first line of NDJSON is a bad one: the others may do
            yield from _lines(name, io.BytesIO(body), 1)
            return
        raise UserError(f"{path} : JSON mal formé", f"{path}: malformed JSON")
    values = value if isinstance(value, list) else [value]
    for number, one in enumerate(values, start=1):
        yield Item(number, name, one)


def _unwrapped(body: bytes) -> bytes:
    """Return the JSON inside a script of an account archive (`window.YTD.tweets.part0 = [...]`)."""
    return re.sub(rb"^\s*window\.[\w.]+\s*=\s*", b"", body.removeprefix(b"\xef\xbb\xbf"), count=1).rstrip(b"; \r\n")


def _lines(name: str, handle: IO[bytes], first: int) -> Iterator[Item]:
    number = first
    while raw := handle.readline(LINE_LIMIT + 1):
        if raw.strip():
            yield _item(number, name, raw)
        number += 1


def _item(number: int, name: str, raw: bytes) -> Item:
    if len(raw) > LINE_LIMIT:
        return Item(number, name, None, "longer than 8 MB")
    value = _parsed(raw)
    return Item(number, name, value, "" if value is not None else "not JSON")


def _parsed(raw: bytes) -> Any:
    try:
        return orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None


def _zipped(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist()[:MEMBER_LIMIT]:
            if not info.is_dir():
                with archive.open(info) as handle:
                    yield info.filename, handle


def _tarred(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(path, "r:*") as archive:
        for number, info in enumerate(archive):
            if number >= MEMBER_LIMIT:
                return
            handle = archive.extractfile(info) if info.isfile() else None
            if handle is not None:
                with handle:
                    yield info.name, handle
