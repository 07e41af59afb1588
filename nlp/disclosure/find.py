"""Find how a text discloses paid content, graded for the market it is read in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from nlp.disclosure.context import FIRST, company, holds_code, is_denied, is_label, named_code, overlaps, tail_start
from nlp.disclosure.folding import Folded, fold
from nlp.disclosure.lexicon import HASHTAG, Lexicon, Match, load, tag_key
from nlp.disclosure.structural import evidence
from nlp.disclosure.thanks import thanks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

VERSION: Final = "disclosure-2"
Status = Literal["clear", "improvable", "none"]
MANY_TAGS: Final = 3
# Platform declarations that readers are shown; links and markup are read by machines only.
SHOWN: Final = frozenset({"platform_flag"})


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a text says of being paid for; spans are (start, end) in the text, in the order of `terms`.

    `status` none means that no cue was found, not that anything is hidden. `grade` is the best one found (A explicit,
    B probable, C a hint), `languages` those of the cues, `structural` codes of evidence beside the words.
    """

    status: Status
    grade: str | None = None
    terms: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    structural: tuple[str, ...] = ()
    in_first_125_chars: bool = False
    in_hashtag_tail: bool = False
    negated: bool = False
    languages: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return a mapping that serialises to JSON."""
        return asdict(self)


NOTHING: Final = Disclosure("none")


def find(
    text: str,
    *,
    language: str | None = None,
    market: str | None = None,
    brands: Sequence[str] = (),
    links: Sequence[str | Mapping[str, Any]] = (),
    platform_flag: bool | None = None,
    markup: Mapping[str, Any] | None = None,
) -> Disclosure:
    """Return the disclosure cues of one text and their worth in `market`; only its first 20,000 characters are read.

    `brands` are names whose presence makes some cues count, `links` URLs or mappings with `url` and `rel`, `markup` the
    page's JSON-LD object. Source of grades: ARPP and law 2023-451 (FR), CAP Code (UK), FTC 16 CFR 255 (US).
    """
    lexicon = load()
    structural = evidence(links, markup, flag=platform_flag) if links or markup or platform_flag else ()
    folded = fold(text)
    names = _names(tuple(brands))
    if not (lexicon.hint.search(folded.text) or any(name in folded.text for name in names)):
        return NOTHING if not structural else _answer(folded, [], structural, "", language)
    aside, negated = _set_aside(folded, lexicon)
    kept: list[Match] = []
    for match in (*lexicon.matches(folded), *thanks(folded, names)):
        if overlaps(match.start, match.end, aside) or not _counts(match, folded, names):
            continue
        if is_denied(folded, match.start, lexicon):
            negated = True
        else:
            kept.append(match)
    code = named_code(folded.original)
    structural = (*structural, f"promo_code:{code}") if code else structural
    return _answer(folded, kept, structural, lexicon.group(market, language), language, negated=negated)


def find_many(
    texts: Sequence[str], languages: Sequence[str | None], *, market: str | None = None, brands: Sequence[str] = ()
) -> Iterator[Disclosure]:
    """Yield the disclosure of each text in turn; texts without any hint of a cue cost one search."""
    for text, language in zip(texts, languages, strict=True):
        yield find(text, language=language, market=market, brands=brands)


@lru_cache(maxsize=256)
def _names(brands: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for brand in brands if len(name := fold(brand.lstrip("@#")).text.strip()) > 1)


def _set_aside(folded: Folded, lexicon: Lexicon) -> tuple[list[tuple[int, int]], bool]:
    denials = [found.span() for found in lexicon.negations.finditer(folded.text)]
    denials += [f.span() for f in HASHTAG.finditer(folded.text) if tag_key(f[0]) in lexicon.negated_tags]
    friends = [found.span() for found in lexicon.false_friends.finditer(folded.text)]
    return [*denials, *friends], bool(denials)


def _counts(match: Match, folded: Folded, names: Sequence[str]) -> bool:
    if match.how == "label":
        return is_label(folded, match.start, match.end)
    if match.how == "company":
        return company(folded, names)
    if match.how == "code":
        return holds_code(folded, match.start, match.end)
    if match.how == "promo":
        return holds_code(folded, match.start, match.end) or company(folded, names)
    return True


def _answer(
    folded: Folded,
    matches: list[Match],
    structural: tuple[str, ...],
    group: str,
    language: str | None,
    *,
    negated: bool = False,
) -> Disclosure:
    matches = _outermost(matches)
    spans = tuple(folded.span(m.start, m.end) for m in matches)
    shown = bool(SHOWN.intersection(structural))
    tail = tail_start(folded) if matches else 0
    clear = [m for m in matches if _is_clear(m, group, language) and not _is_buried(m, folded, tail)]
    status: Status = "clear" if clear or shown else "improvable" if matches else "none"
    return Disclosure(
        status=status,
        grade=min((m.cue.grade for m in matches), default="A" if shown else None),
        terms=tuple(folded.original[a:b] for a, b in spans),
        spans=spans,
        structural=structural,
        in_first_125_chars=any(end <= FIRST for _, end in spans),
        in_hashtag_tail=bool(matches) and all(m.start >= tail and m.how in {"tag", "company"} for m in matches),
        negated=negated,
        languages=tuple(sorted({m.cue.language for m in matches})),
        cues=tuple(m.cue.id for m in matches),
    )


def _is_clear(match: Match, group: str, language: str | None) -> bool:
    """Return whether the cue tells the market's readers enough; words of another language than the text's do not."""
    understood = group == "CA" or language not in {"fr", "en"} or language == match.cue.language
    return understood and group in match.cue.clear


def _is_buried(match: Match, folded: Folded, tail: int) -> bool:
    """Return whether a hashtag comes after "see more" and among others: likely missed (FTC, CAP Code)."""
    before = len(HASHTAG.findall(folded.text[tail : match.start])) if match.start >= tail else 0
    return match.how == "tag" and before >= MANY_TAGS and match.end > FIRST


def _outermost(matches: list[Match]) -> list[Match]:
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.start, m.start - m.end, m.cue.grade)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept
