"""Finds the queries that lie beside the code as `.sql` files."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def query(name: str, package: str = "data.warehouse.queries") -> str:
    """Return the text of the query file `name`.sql of `package`."""
    return resources.files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")
