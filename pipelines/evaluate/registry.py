"""The evaluation suites by name: one file each in `suites/`."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

from data.errors import UserError
from data.toml import nearest
from pipelines.evaluate import suites

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.evaluate.result import SuiteResult


ONE_TABLE = frozenset({"tone", "language", "disclosure"})
"""Suites that read one table of texts, which may be named itself."""


def names() -> list[str]:
    """Return the suites there are."""
    return sorted(module.name for module in pkgutil.iter_modules(suites.__path__))


def run_suite(suite: str, path: Path) -> SuiteResult:
    """Run one suite on the folder `path`; of ONE_TABLE, a CSV file too.

    An unknown suite or a folder that does not fit raises UserError.
    """
    if suite not in names():
        close = nearest(suite, names())
        raise UserError(f"évaluation inconnue « {suite} »{close.fr}", f'unknown suite "{suite}"{close.en}')
    if not path.is_dir() and not (path.is_file() and suite in ONE_TABLE):
        raise UserError(f"{path} n'est pas un dossier", f"{path} is not a folder")
    result: SuiteResult = import_module(f"pipelines.evaluate.suites.{suite}").evaluate(path)
    return result
