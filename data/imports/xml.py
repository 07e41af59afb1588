"""XML from outside, read as a stream: no document type, no entity of its own, bounded in depth and size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from data.errors import UserError
from data.imports.opened import DOCUMENT_LIMIT, members, readable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEPTH_LIMIT = 200
CHUNK = 1 << 16


class ForbiddenError(Exception):
    """The document holds what is refused in a stranger's XML."""


def parse_xml(path: Path, start: Callable[[str, dict[str, str]], None], end: Callable[[str, str], None]) -> None:
    """Call `start(tag, attributes)` and `end(tag, text)` over the elements of `path`; raises UserError.

    Tags come without their namespace. A document type declaration is refused: it is how entities attack.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    texts: list[list[str]] = [[]]

    def opened(tag: str, attributes: dict[str, str]) -> None:
        if len(texts) > DEPTH_LIMIT:
            raise ForbiddenError("nested too deep")
        texts.append([])
        start(tag.rsplit(" ", 1)[-1], attributes)

    def closed(tag: str) -> None:
        end(tag.rsplit(" ", 1)[-1], "".join(texts.pop()))

    def worded(data: str) -> None:
        texts[-1].append(data)

    def refused(*_: Any) -> None:
        raise ForbiddenError("document type declarations are refused")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = worded
    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    _feed(path, parser)


def _feed(path: Path, parser: expat.XMLParserType) -> None:
    read = 0
    try:
        with readable(path):
            opened = members(path)  # kept at hand: the file closes with it
            _, handle = next(opened, (None, None))
            if handle is None:
                raise UserError(f"{path} : archive vide", f"{path}: empty archive")
            while chunk := handle.read(CHUNK):
                read += len(chunk)
                parser.Parse(chunk, False)
                _check_size(read)
            parser.Parse(b"", True)
    except (expat.ExpatError, ForbiddenError, LookupError, ValueError) as error:
        raise UserError(f"{path} : XML refusé ({error})", f"{path}: XML refused ({error})") from None


def _check_size(read: int) -> None:
    if read > DOCUMENT_LIMIT:
        raise ForbiddenError("larger than 512 MB")
