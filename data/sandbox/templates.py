"""The two texts of a world: its brief and its settings."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from data.sandbox.settings import BRAND_DOMAINS, BRANDS

if TYPE_CHECKING:
    import pyarrow as pa

    from data.sandbox.settings import Settings

BRIEF_NAME = "cafe-de-specialite"
_QUERIES = {
    "filtre": '("café filtre" OR "cafés filtres" OR V60 OR chemex OR "slow coffee" OR "filter coffee" OR "pour over"'
    ' OR filterkaffee OR "café de filtro") AND NOT capsule*',
    "espresso": "espresso* OR ristretto* OR expresso*",
    "torrefaction": 'torréf* OR "home roasting" OR roaster* OR "café vert" OR "green coffee" OR rohkaffee OR tostador*',
}
_EXAMPLES = {
    "filtre": ["Recette V60 : 15 g, 250 ml, 93 °C, versés en trois fois après trente secondes de bloom."],
    "espresso": ["Neuf bars, 18 g dans le porte-filtre, 36 g en tasse en 28 secondes."],
    "torrefaction": ["Premier crack à neuf minutes, développement court, refroidissement en deux minutes."],
}


def brief_text(settings: Settings, *, hosts: list[str], blogs: str, seeds: list[str], brand: pa.Array) -> str:
    """Return the brief of a world as TOML, with the addresses of the default port."""
    lines = [
        "# The brief of this synthetic world. The server answers the same at /brief.toml with its real addresses.",
        "[brief]",
        f'name = "{BRIEF_NAME}"',
        'title = "Café de spécialité, lancement 2026"',
        'why = "Faire connaître la gamme filtre aux amateurs avertis."',
        'objectives = ["awareness", "advocacy"]',
        'languages = ["fr", "en"]',
        'market = "FR"',
        f"as_of = {settings.as_of.isoformat()}",
        "",
        "[brand]",
        *_brand(0, brand),
    ]
    for code in range(1, len(BRANDS)):
        lines += ["[[brand.competitors]]", *_brand(code, brand)]
    for name, query in _QUERIES.items():
        lines += ["", "[[segments]]", f"name = {_quote(name)}", f"query = {_quote(query)}"]
        lines += [f"examples = {_quote(_EXAMPLES[name])}"]
    lines += ["", "[seeds]", f"accounts = {_quote(seeds)}", 'hashtags = ["cafe", "slowcoffee", "espresso"]']
    lines += ["", "[[sources]]", 'kind = "mastodon"', f"instances = {_quote([f'http://{h}' for h in hosts])}"]
    lines += ["", "[[sources]]", 'kind = "feeds"', f"opml = {_quote([blogs + '/opml'])}"]
    lines += ["", "[budget]", "requests = 5000", "accounts = 2000", "posts_per_account = 200"]
    lines += [f"days = {settings.days}", "", "[[rules]]", 'label = "ambassador"']
    lines += ['when = "brand_mentions >= 3 AND brand_tone >= 0"', ""]
    return "\n".join(lines)


def _brand(code: int, handles: pa.Array) -> list[str]:
    term = f'"{BRANDS[code].lower()}"'
    return [
        f"name = {_quote(BRANDS[code])}",
        f"accounts = {_quote(['@' + handles[code].as_py()])}",
        f"domains = {_quote([BRAND_DOMAINS[code]])}",
        f"terms = {_quote([term])}",
    ]


def world_text(settings: Settings) -> str:
    """Return the settings as TOML: what is needed to make the same world again."""
    values = asdict(settings) | {"as_of": settings.as_of.isoformat(), "brief": BRIEF_NAME}
    rows = [f"{k} = {v if k == 'as_of' else _quote(v)}" for k, v in values.items()]
    return "\n".join(["# The settings of this synthetic world.", *rows, ""])


def _quote(value: object) -> str:
    """A TOML basic string, number or array: JSON's spelling is valid TOML for them."""
    return json.dumps(value, ensure_ascii=False)
