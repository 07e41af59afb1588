"""What the surroundings of a cue say: a label or a plain word, denied or not, a brand or a code near or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nlp.disclosure.folding import Folded
    from nlp.disclosure.lexicon import Lexicon

FIRST: Final = 125
_OPEN = re.compile(r"(?:^|[\n.!?…:|•*/~«\"“(\[{>]|\s-|[^\w\s,;'@#%&$€+=-]|[#@]\w[\w.-]{0,60}|https?://\S{1,300})\s*$")
_CLOSE = re.compile(r"\s*(?:$|[\n.!?…:|•*/~»\"”)\]}<]|\s?-\s|[#@]\w|https?:|[^\w\s,;'%&$€+=-])")
_SAYS = re.compile(
    r"(?:ceci est|c'est|il s'agit d'?e?|(?:this|it)(?:'s|\s(?:post |video |tweet |story |"
    r"reel )?(?:is|was|contains|includes))"
    r"|(?:post|video|article|story|reel|contenu|publication|tweet|thread|episode|stream)\s(?:is|"
    r"est|was|contient|comporte|contains)"
    r"|contient|comporte|contains|includes)\s(?:(?:une|un|de la|du|an|a|some|partly|paid|short)\s){0,2}$"
)
_STARTS = re.compile(r"\s(?:j'|je|mon|ma|mes|notre|nous|on|i|i'm|i've|my|we|our|pour|for|with|avec|by|par)\b")
_NOT_A_LABEL = re.compile(
    r"\s(?:agenc|industr|campa|budget|revenue|market|spend|space|standard|watch|model|week|"
    r"business|executive|director|mensong|"
    r"en ligne|digital|online|television|numerique|politi|tv|cibl|and |et |is |are |was |est |"
    r"sont |ou |or |contextu|programm|polic|tech)"
)
_FUNCTION_WORD = re.compile(
    r"\b(?:l|la|le|les|une|un|des|de|du|d|cette|ces|ma|sa|leur|sur|en|a|the|an|of|in|on|this|that|"
    r"some|any|my|your|their|no|more|most|"
    r"hate|love|like|see|saw|watch|deteste|aime|adore|trop|tv|online|and|et|for|pour|by|is|are|"
    r"was|not|to|with|as|old|new)\W{0,2}$"
)
_IN_A_PHRASE = re.compile(
    r"\b(?:la|une|des|de|du|cette|ces|ma|sa|leur|leurs|quelle|l|d|the|an?|this|that|some|my|your|their|great|good|best|of|in)\W\w{1,20}\W$"
)
_ENDS = re.compile(r"\s{0,3}(?:$|[#@]\w|https?:)")
_CODE = re.compile(r"(?<!\w)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{3,15}(?!\w)")
_NAMED_CODE = re.compile(r"[Cc]ode\s?:?\s?[«\"'(]?((?=[A-Z0-9]*[A-Z])[A-Z0-9]{4,15})(?!\w)")
_MENTION = re.compile(r"(?<![\w.])@\w")
_LINK = re.compile(r"https?://|www\.")
_NAME = re.compile(r"(?<=[a-z,'’] )[A-Z][\w&-]{2,}")
_CLAUSE_END = re.compile(r"[.!?;\n…]|\b(?:mais|but|however|cependant)\b|[()]")
_ONLY = re.compile(r"\b(?:pas (?:que|seulement|uniquement)|not (?:only|just))\b")


def is_label(folded: Folded, start: int, end: int) -> bool:
    """Return whether a word stands as a label of the text rather than as a word in one of its sentences."""
    before, after = folded.text[max(0, start - 320) : start], folded.text[end : end + 40]
    if _SAYS.search(before):
        return True
    opened = bool(_OPEN.search(before)) or not before.strip()
    if opened and _CLOSE.match(after):
        return True
    if not before.strip() and not _NOT_A_LABEL.match(after):
        first, _ = folded.span(start, end)
        following = folded.original[first + end - start :].lstrip()[:1]
        return bool(_STARTS.match(after)) or (following.isupper() and after[:1].isspace())
    plain = _FUNCTION_WORD.search(before) or _IN_A_PHRASE.search(before) or folded.text[start:end] == "advertising"
    return bool(_ENDS.match(after)) and not plain and end - start > 2


def is_denied(folded: Folded, start: int, lexicon: Lexicon) -> bool:
    """Return whether a negation stands within the four words before, in the same clause."""
    before = folded.text[max(0, start - 60) : start]
    clause = _CLAUSE_END.split(before)[-1]
    if _ONLY.search(clause):
        return False
    words = re.findall(r"[\w']+", clause)[-4:]
    return any(word in lexicon.before or word.startswith("n'") for word in words)


def company(folded: Folded, brands: Sequence[str]) -> bool:
    """Return whether a brand, a mention, a link, a promotional code or a name inside a sentence is near."""
    text = folded.original
    return (
        any(brand in folded.text for brand in brands)
        or bool(_MENTION.search(text) or _LINK.search(text) or _NAMED_CODE.search(text))
        or bool(_NAME.search(text))
    )


def holds_code(folded: Folded, start: int, end: int) -> bool:
    """Return whether a span of the original ends in something written like a promotional code."""
    first, last = folded.span(start, end)
    words = folded.original[first:last].split()
    return bool(words and _CODE.fullmatch(words[-1].strip("«»\"'(:“”")))


def named_code(text: str) -> str | None:
    """Return the first promotional code that a text names (`code LEA15`), or None."""
    found = _NAMED_CODE.search(text[:20_000])
    return found[1] if found else None


def tail_start(folded: Folded) -> int:
    """Return where the run of hashtags and links that ends a text begins; the length of the text when there is none."""
    text = folded.text.rstrip()
    place = len(text)
    for piece in reversed(list(re.finditer(r"\S+", text[-4000:]))):
        if not re.match(r"#\w|https?://|[^\w#@]+$", piece[0]):
            break
        place = piece.start() + max(0, len(text) - 4000)
    return place


def overlaps(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    """Return whether a span meets one of `spans`."""
    return any(start < b and end > a for a, b in spans)
