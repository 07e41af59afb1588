"""Word lists that ship with the project, each with its licence in its head."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def lines(name: str) -> tuple[str, ...]:
    """Return the lines of the list `name` that are neither empty nor comments."""
    text = files("nlp.wordlists").joinpath(name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and not line.startswith("# ") and line != "#")


@cache
def table(name: str) -> dict[str, Any]:
    """Return the TOML file `name` of this folder."""
    return tomllib.loads(files("nlp.wordlists").joinpath(name).read_text(encoding="utf-8"))


@cache
def words(name: str, key: str) -> frozenset[str]:
    """Return the words under `key` of the TOML file `name`."""
    return frozenset(table(name)[key].split())
