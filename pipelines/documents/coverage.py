"""Says in lines what each source gave and did not give, whatever shape the run recorded it in."""

from __future__ import annotations

from typing import Any

from pipelines.documents import say
from pipelines.documents.safe import one_line

NAMES = ("kind", "source", "name", "host")


def coverage_facts(coverage: Any, path: str = "", lang: str = "en") -> list[tuple[str, str, object]]:
    """Return (source, fact, value) lines of a run's coverage: mappings and lists are opened, None left out.

    What is said in both languages is given in `lang`.
    """
    if coverage is None or coverage in ({}, []):
        return []
    if isinstance(coverage, dict) and isinstance(coverage.get("said"), dict):
        words = coverage["said"].get(lang) or []
        rest = {key: value for key, value in coverage.items() if key != "said"}
        return [("", "", one_line(word, 300)) for word in words] + coverage_facts(rest, path, lang)
    if isinstance(coverage, dict):
        named = next((one_line(coverage[key], 80) for key in NAMES if isinstance(coverage.get(key), str)), "")
        inside = f"{path} {named}".strip()
        items = [(key, value) for key, value in coverage.items() if one_line(value, 80) != named]
        return [line for key, value in items for line in _inside(inside, one_line(key, 60), value)]
    if isinstance(coverage, list):
        if all(isinstance(item, str | int | float) for item in coverage):
            return [(path, "", "; ".join(one_line(item, 200) for item in coverage))]
        return [line for item in coverage for line in coverage_facts(item, path)]
    return [(path, "", one_line(coverage, 300) if isinstance(coverage, str) else coverage)]


def _inside(path: str, key: str, value: Any) -> list[tuple[str, str, object]]:
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict | list) for item in value)):
        return coverage_facts(value, f"{path} {key}".strip())
    return [(path, key, found) for _, _, found in coverage_facts(value)]


def coverage_text(coverage: Any, lang: str = "en") -> str:
    """Return the same as one sentence, sources apart by semicolons; zeros left out, empty when nothing was recorded."""
    told: dict[str, list[str]] = {}
    for source, fact, value in coverage_facts(coverage, lang=lang):
        if value not in (0, ""):
            told.setdefault(fact_said(source, lang), []).append(
                f"{fact_said(fact, lang)} {_figure(value, lang)}".strip()
            )
    then, opens = (" ; ", " : ") if lang == "fr" else ("; ", ": ")
    return then.join(
        f"{source}{opens}{', '.join(facts)}" if source else ", ".join(facts) for source, facts in told.items()
    )


def fact_said(path: str, lang: str) -> str:
    """Return a source or fact in words: each part that has a name is called by it."""
    known = say.words("fact", lang)
    parts = [known.get(part, part.replace("_", " ")) for part in path.split()]
    return " ".join(parts[1:] if parts[1:] and path.startswith("sources ") else parts)


def _figure(value: object, lang: str) -> str:
    return say.number(value, lang) if isinstance(value, int) and not isinstance(value, bool) else str(value)
