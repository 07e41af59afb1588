"""The user's own key, tied to the one place that it may be shown to."""

from __future__ import annotations

from crawlers.guard import origin
from data.errors import UserError


def tied(secret: str, base: str) -> str:
    """Return a key that belongs to the host of `base`."""
    return f"{origin(base)} {secret}"


def shown_to(tied_key: str, url: str) -> str | None:
    """Return the key when `url` is on the host that it belongs to, else None: a redirect never carries it away."""
    place, _, secret = tied_key.partition(" ")
    return secret if origin(url) == place else None


def two_parts(secret: str, kind: str, form: str) -> tuple[str, str]:
    """Return the two halves of `FIRST:SECOND`; raises UserError, without the key, for anything else."""
    first, _, second = secret.partition(":")
    if not first or not second:
        raise UserError(f"source {kind} : la clé a la forme {form}", f"{kind} source: the key has the form {form}")
    return first, second
