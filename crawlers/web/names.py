"""The words of a byline → names of people or groups: roles, dates, addresses and the site's own name left out."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from crawlers.text import clean
from crawlers.web.vocabulary import (
    AFFILIATION,
    BUTTONS,
    CUT,
    DETERMINERS,
    GENERIC,
    GROUP,
    JOIN,
    PARTICLES,
    PREFIX,
    ROLE,
)

LONGEST = 400
MOST_NAMES = 12
MOST_WORDS = 6

ARTICLE = re.compile(r"^(?:the|la|le|die|der|das|el|il|our|notre|unsere?)\s+", re.IGNORECASE)
FAMILY_FIRST = re.compile(r"^[^\W\d_]+,\s*[^\W\d_]+$")
LETTER = re.compile(r"[^\W\d_]")


def people_in(told: object) -> list[str]:
    """Return the names in a byline, in order."""
    text = clean(told, LONGEST) or ""
    text = re.sub(r"[ \xa0\u200b]+", " ", text).strip(" \t\r\n,;:|-–—•·*_")
    text = AFFILIATION.sub(r"\1", _unprefixed(text))
    parts = [part for line in JOIN.split(text)[:40] if (part := _trimmed(line))]
    if FAMILY_FIRST.match(text) and len(parts) == 2:
        parts.reverse()
        parts = [" ".join(parts)]
    if any(map(_is_phrase, parts)) and not any(map(looks_like_a_person, parts)):
        return []
    found: dict[str, str] = {}
    for number, part in enumerate(parts):
        where = " " not in part and any(" " in name for name in found.values())  # `, CNN` or `, MD` after a whole name
        if not where and _is_name(part, first=number == 0):
            found.setdefault(fold(part), _cased(part))
    return list(found.values())[:MOST_NAMES]


def _unprefixed(text: str) -> str:
    for _ in range(3):
        shorter = PREFIX.sub("", text, count=1).strip(" :,|-–—")
        if shorter == text or not shorter:
            break
        text = shorter
    return text


def _trimmed(part: str) -> str:
    part = _unprefixed(part.lstrip(" .").strip(" \t:,|-–—•·*_\"'“”„«»"))
    cut = CUT.search(part)
    part = (part[: cut.start()] if cut else part).strip(" \t:,;|-–—•·*_\"'“”„«»()[]")
    return part if re.search(r"\b[A-Z]\.$", part) or part.lower().endswith((" jr.", " sr.")) else part.rstrip(". ")


def _is_name(part: str, *, first: bool) -> bool:
    words = part.split()
    if not LETTER.search(part) or len(part) > 80 or len(words) > MOST_WORDS or fold(ARTICLE.sub("", part)) in GENERIC:
        return False
    if re.search(r"[{}<>=\\#$%^~]|//", part):
        return False
    if BUTTONS.search(part) or _is_phrase(part):
        return False
    signs = first and is_group(part) and fold(ROLE.sub("", part))  # `Herald Staff` does, `Staff writer` does not
    if ROLE.search(part) and not signs:
        return False
    return first or len(part) > 1


def _is_phrase(part: str) -> bool:
    """A name has all its capitals, or none when it is short; that of a group has one at least."""
    inner = [word for word in part.split() if word.lower().strip(".'’") not in PARTICLES and word[:1].isalpha()]
    small = sum(word[0].islower() for word in inner)
    if " " in part and part.split(maxsplit=1)[0] in DETERMINERS:
        return True
    return 1 < small == len(inner) if is_group(part) else 0 < small < len(inner) or small > 2


def _cased(name: str) -> str:
    """A name that shouts is written as names are."""
    if not (name.isupper() and len(name.split()) > 1 and len(name) > 5) or is_group(name):
        return name
    written = [word.lower() if word.lower() in PARTICLES else word.title() for word in name.split()]
    return re.sub(r"\bMc([a-z])", lambda found: f"Mc{found[1].upper()}", " ".join(written))


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """Return a name as it is compared: letters and digits only, without case and accents."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return "".join(char for char in plain if char.isalnum())


def is_group(name: str) -> bool:
    """Whether a name looks like that of an agency, a desk or a company."""
    return GROUP.search(name) is not None


def looks_like_a_person(name: str) -> bool:
    """Whether a name has the form of a person's: two to four words that begin with capitals."""
    words = [word for word in name.split() if word.lower().strip(".'’") not in PARTICLES]
    return (
        2 <= len(words) <= 4
        and not is_group(name)
        and not ARTICLE.match(name)
        and all(word[:1].isupper() or not word[:1].isalpha() for word in words)
    )


def same_name(one: str, other: str) -> bool:
    """Whether two names are written alike but for case, accents and punctuation."""
    return fold(one) == fold(other)


def same_person(one: str, other: str) -> bool:
    """Whether two names are two ways to write one: initials, middle names and titles may be missing."""
    if fold(one) == fold(other):
        return True
    a, b = (_words(name) for name in (one, other))
    if len(a) < 2 or len(b) < 2 or a[-1] != b[-1]:
        return False
    shorter, longer = sorted((a[:-1], b[:-1]), key=len)
    initial = len(shorter[0]) == 1 or len(longer[0]) == 1
    return (shorter[0] == longer[0] or (initial and shorter[0][0] == longer[0][0])) and all(
        any(word == rest or (1 in {len(word), len(rest)} and word[0] == rest[0]) for rest in longer) for word in shorter
    )


def _words(name: str) -> list[str]:
    told = [fold(word) for word in re.split(r"[\s.\-]+", name)]
    return [word for word in told if word and word not in {"dr", "prof", "mr", "mrs", "ms", "jr", "sr", "ii", "iii"}]
