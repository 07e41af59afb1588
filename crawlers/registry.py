"""The connectors found in `crawlers/sources`: adding a platform is adding a file there."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

import crawlers.sources
from crawlers.connector import Connector
from crawlers.job import Speed
from data.errors import UserError
from data.toml import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.brief.model import Brief, Source

BYTES_PER_REQUEST = 25_000  # a page of 40 posts as kept, with its share of the ledger


@cache
def connectors() -> dict[str, Connector]:
    """Return kind → connector, for every file of the folder that defines one."""
    found: dict[str, Connector] = {}
    for module_info in pkgutil.iter_modules(crawlers.sources.__path__):
        module = importlib.import_module(f"crawlers.sources.{module_info.name}")
        for _, value in inspect.getmembers(module, inspect.isclass):
            if issubclass(value, Connector) and not inspect.isabstract(value) and value.__module__ == module.__name__:
                found[value.kind] = value()
    return found


def kinds() -> tuple[str, ...]:
    """Return the kinds a `[[sources]]` table may name."""
    return tuple(sorted(connectors()))


def connector(kind: str) -> Connector:
    """Return the connector of a kind; raises UserError for an unknown one."""
    if kind not in connectors():
        close = nearest(kind, kinds())
        raise UserError(f"source inconnue « {kind} »{close.fr}", f'unknown source "{kind}"{close.en}')
    return connectors()[kind]


def check_credential(kind: str, credentials: Mapping[str, str]) -> None:
    """Raise UserError when a source that is closed without the user's own key has none."""
    policy = connector(kind).policy
    if policy.needs_credentials and not credentials.get(kind):
        name = f"VIGIE_{kind.upper()}"
        raise UserError(
            f'source {kind} : fermée sans votre propre clé ; dans vigie.toml, [credentials] {kind} = "{name}", '
            f"puis {policy.credential} dans la variable d'environnement {name}",
            f'{kind} source: shut without your own key; in vigie.toml, [credentials] {kind} = "{name}", '
            f"then {policy.credential} in the environment variable {name}",
        )


def check_options(kind: str, options: Mapping[str, Any]) -> None:
    """Raise UserError for an option the connector does not know, or one of the wrong type."""
    known = connector(kind).options
    for name, value in options.items():
        if name not in known:
            close = nearest(name, tuple(known))
            raise UserError(
                f"« {name} » : option inconnue de la source {kind}{close.fr}",
                f'"{name}": unknown option of the {kind} source{close.en}',
            )
        if not _fits(value, known[name].kind):
            wanted = "list of text" if known[name].kind is list else known[name].kind.__name__
            raise UserError(
                f"« {name} » : valeur inattendue pour la source {kind} ({known[name].meaning.fr})",
                f'"{name}": the {kind} source wants {wanted} ({known[name].meaning.en})',
            )


def _fits(value: Any, kind: type) -> bool:
    if kind is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, kind)


def estimate(source: Source, brief: Brief) -> dict[str, Any]:
    """Return the likely cost of a first crawl of one source.

    Keys: `source`, `requests`, `seconds` (at the default pace, on one host), `bytes` on disk, `caveats`.
    """
    used = connector(source.kind)
    requests = min(brief.budget.requests, used.requests_for(source.options, brief))
    return {
        "source": source.kind,
        "requests": requests,
        "seconds": requests * Speed().delay,
        "bytes": requests * BYTES_PER_REQUEST,
        "caveats": used.caveats,
    }
