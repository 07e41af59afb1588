"""Evidence of paid content that is not words: platform flags, link attributes, affiliate links, page markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from nlp.disclosure.lexicon import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_LINKS: Final = 200
MAX_URL: Final = 4000


def evidence(
    links: Sequence[str | Mapping[str, Any]], markup: Mapping[str, Any] | None = None, *, flag: bool | None = None
) -> tuple[str, ...]:
    """Return the codes of the structural evidence, `kind` or `kind:detail`, in the order seen and once each.

    A link is a URL, or a mapping with `url` (or `href`) and `rel`. `flag` is the platform's own paid-content switch.
    """
    found = ["platform_flag"] if flag else []
    for link in list(links)[:MAX_LINKS]:
        if isinstance(link, str):
            found.extend(_of_url(link))
            continue
        if "sponsored" in str(link.get("rel") or "").lower().split():
            found.append("rel_sponsored")
        found.extend(_of_url(str(link.get("url") or link.get("href") or "")))
    found.extend(_of_markup(markup or {}))
    return tuple(dict.fromkeys(found))


def _of_url(url: str) -> list[str]:
    rules = load().raw["structural"]
    try:
        parts = urlsplit(url[:MAX_URL])
        host = (parts.hostname or "").removeprefix("www.")
        query = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:
        return []
    if any(host == known or host.endswith("." + known) for known in rules["redirectors"]):
        return [f"affiliate_redirect:{host}"]
    return [code for name, value in query if (code := _of_parameter(host, name.lower(), value.lower(), rules))]


def _of_parameter(host: str, name: str, value: str, rules: Mapping[str, Any]) -> str | None:
    if name == "utm_medium" and value in rules["mediums"]:
        return f"utm_medium:{value}"
    if name == "tag" and "amazon." in f".{host}":
        return "affiliate_parameter:tag"
    return f"affiliate_parameter:{name}" if name in rules["parameters"] and value else None


def _of_markup(markup: Mapping[str, Any]) -> list[str]:
    rules = load().raw["structural"]
    kinds = markup.get("@type") or ()
    names = {str(kind).lower() for kind in ([kinds] if isinstance(kinds, str) else kinds)}
    found = [f"markup:{kind}" for kind in rules["types"] if kind in names]
    return found + [f"markup:{key}" for key in rules["sponsors"] if markup.get(key)]
