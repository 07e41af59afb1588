"""What each tool calls its columns: `layouts.toml`, typed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = dict[str, str]


@dataclass(frozen=True)
class Layout:
    """One tool's export: candidate columns per field (in lower case), and how it writes times."""

    name: str
    times: tuple[str, ...]
    platform: tuple[str, ...]
    post: Mapping[str, tuple[str, ...]]
    account: Mapping[str, tuple[str, ...]]

    @property
    def columns(self) -> frozenset[str]:
        """Every column that the layout knows."""
        groups = [self.platform, *self.post.values(), *self.account.values()]
        return frozenset(name for group in groups for name in group)


@cache
def layout(name: str) -> Layout:
    """Return the layout of the tool `name`."""
    table = tomllib.loads(resources.files("data.imports").joinpath("layouts.toml").read_text(encoding="utf-8"))[name]
    return Layout(
        name=name,
        times=tuple(table["times"]),
        platform=_lower(table["platform"]),
        post={field: _lower(columns) for field, columns in table["post"].items()},
        account={field: _lower(columns) for field, columns in table["account"].items()},
    )


def pick(row: Row, columns: tuple[str, ...] | None) -> str | None:
    """Return the first cell of `columns` that is not empty."""
    for name in columns or ():
        if found := row.get(name):
            return found
    return None


def _lower(names: list[str]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)
