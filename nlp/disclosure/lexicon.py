"""The lexicon of disclosure cues, compiled once from its TOML file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nlp.disclosure.folding import Folded

LEXICON: Final = Path(__file__).with_name("lexicon.toml")
How = Literal["tag", "pattern", "label", "company", "code", "promo"]


@dataclass(frozen=True, slots=True)
class Cue:
    """One row of the lexicon; `clear` names the market groups where it tells readers enough."""

    id: str
    language: str
    grade: str
    clear: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A cue seen in a folded text, and what else must be true for it to count."""

    cue: Cue
    start: int
    end: int
    how: How


class Lexicon:
    """Cues by hashtag and by pattern, false friends, negations."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.tags: dict[str, tuple[Cue, How]] = {}
        self.rules: list[tuple[re.Pattern[str], Cue, How]] = []
        for row in raw["cue"]:
            self._add(row)
        friends = raw["false_friends"]
        self.false_friends = _compiled(friends["patterns"])
        self.negations = _compiled(friends["negations"])
        self.negated_tags = frozenset(friends["tags"])
        self.before = frozenset(friends["before"].split())
        self.markets = {country: group for group, countries in raw["markets"].items() for country in countries}
        self.hint = re.compile(_HINTS)

    def _add(self, row: dict[str, Any]) -> None:
        cue = Cue(row["id"], row["language"], row["grade"], frozenset(row["clear"]))
        self.tags |= dict.fromkeys(row.get("tags", ()), (cue, "tag"))
        self.tags |= dict.fromkeys(row.get("company_tags", ()), (cue, "company"))
        alone = row.get("company_patterns", ())
        plain = [pattern for pattern in row.get("patterns", ()) if pattern not in alone]
        groups: tuple[tuple[Iterable[str], How], ...] = (
            (plain, "promo" if row.get("code") else "pattern"),
            (alone, "company"),
            (row.get("code_patterns", ()), "code"),
            (row.get("labels", ()), "label"),
        )
        self.rules.extend((_compiled(patterns), cue, how) for patterns, how in groups if patterns)

    def group(self, market: str | None, language: str | None) -> str:
        """Return the market group whose rules apply; an unlisted market follows the text's language."""
        known = self.markets.get((market or "").upper())
        return known or ("FR" if language == "fr" else "US")

    def matches(self, folded: Folded) -> Iterator[Match]:
        """Yield every cue of a folded text, hashtags first; whether they count is judged elsewhere."""
        for found in HASHTAG.finditer(folded.text):
            entry = self.tags.get(tag_key(found[0]))
            if entry:
                yield Match(entry[0], found.start(), found.end(), entry[1])
        for pattern, cue, how in self.rules:
            for found in pattern.finditer(folded.text):
                yield Match(cue, found.start(), found.end(), how)


HASHTAG: Final = re.compile(r"(?<!\w)#\w[\w-]{0,80}")
# A text without any of these holds no cue; it is what makes a million texts quick.
_HINTS: Final = (
    r"#(?:pub|ads?|adv|sp|spon|pr|aff|team|thanks|merci|not|no|non|pas|sans|un)|\bad\b|publi|"
    r"advert|spons|parten|partner|collab|commerc|"
    r"commandit|offert|gift|cadeau|affili|\baff\b|commission|code|ambassad|presse?\b|invit|"
    r"gratuit|gracieus|influence|bons?\W{0,3}plan|%|"
    r"paid|promo|free|hosted|associa|sans pub|no ads?|\bpub\b|merci|thank|kindly|remuner|"
    r"pr (?:gift|sample|package|box|parcel|haul|product)|"
    r"argent|money|\badv"
)


def _compiled(patterns: Iterable[str]) -> re.Pattern[str]:
    loose = (p.replace(" ?", r"[\s_\-]?").replace(" ", r"[\s_\-]{1,3}") for p in patterns)
    return re.compile(r"(?<![\w#@])(?:" + "|".join(f"(?:{p})" for p in loose) + r")(?!\w)")


def tag_key(tag: str) -> str:
    """Return a folded hashtag without `#` and separators."""
    return tag.lstrip("#").replace("_", "").replace("-", "")


@cache
def load() -> Lexicon:
    """Return the shipped lexicon."""
    return Lexicon(tomllib.loads(LEXICON.read_text(encoding="utf-8")))
