"""The fingerprint of what a mapping is computed by: its code, its queries, and the libraries that draw its numbers."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata, resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

ROOMS = ("graph", "pipelines.detection")
LIBRARIES = ("networkit", "networkx", "numpy", "scipy")
# Sheets are written after the mapping, from what it says.
LEFT_OUT = ("__pycache__", "fivew")
KINDS = (".py", ".sql", ".lark", ".txt")


@cache
def method_key() -> str:
    """Return 32 hexadecimal digits that change with any file of the mapping, and with the libraries beneath it.

    A version number would have to be raised by hand; this cannot be forgotten.
    """
    return key_of(
        {
            **{f"{room}/{name}": text for room in ROOMS for name, text in _files(resources.files(room))},
            **{name: metadata.version(name).encode() for name in LIBRARIES},
        }
    )


def key_of(parts: dict[str, bytes]) -> str:
    """Return the fingerprint of named contents, whatever the order in which they are given."""
    whole = hashlib.blake2b(digest_size=16)
    for name in sorted(parts):
        whole.update(f"{name}\0{len(parts[name])}\0".encode())
        whole.update(parts[name])
    return whole.hexdigest()


def _files(folder: Traversable, under: str = "") -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        if item.is_dir():
            if item.name not in LEFT_OUT:
                yield from _files(item, f"{under}{item.name}/")
        elif item.name.endswith(KINDS):
            yield f"{under}{item.name}", item.read_bytes()
