"""Text → tokens for tone: case and accents folded, negated words marked, emoji and irony kept."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

from nlp.wordlists import words

MAX_CHARS: Final = 3000
MAX_TOKENS: Final = 400
NEGATION_REACH: Final = 4

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_URL = re.compile(r"(?:https?://|www\.)\S{1,500}|\bhttps?\b")
_MENTION = re.compile(r"(?<![\w.])@[\w.-]{1,60}(?:@[\w.-]{1,60})?")
_STRETCH = re.compile(r"(\w)\1{2,}")
_TOKEN = re.compile(
    r"(?P<face>[<>]?[:;=8xX][-o*']?[)\](\[dDpP/\\|*@](?!\w)|<3|\^\^|:'[()])"
    r"|(?P<word>[#@]?\w+)"
    r"|(?P<mark>[!?]+|\.{2,}|…|[«»\"“”]|[.,;:])"
    r"|(?P<sign>[\u203c-\u3299\U0001f000-\U0001faff])"
)
NEGATORS: Final = words("tone_marks.toml", "negators")
_BREAKS: Final = frozenset([*".,;:!?…", "..", "...", "mais", "but", "however", "cependant", "pourtant"])


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return `word` in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def normalise(text: str) -> str:
    """Return `text` cut to a bounded length, unescaped, with links and mentions replaced by `http` and `@user`."""
    text = text[:MAX_CHARS]
    if "\\u" in text:
        text = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    if "&" in text:
        text = html.unescape(text)
    text = _URL.sub(" http ", text)
    text = _MENTION.sub(" @user ", text)
    return text.replace("’", "'").replace("\u200d", "").replace("\ufe0f", "")


def tokenise(text: str) -> list[str]:
    """Return the folded tokens of a normalised text: words, faces, emoji, runs of punctuation."""
    joined = text.replace("n't", "nt").replace("N'T", "NT")
    tokens: list[str] = []
    for match in _TOKEN.finditer(joined):
        piece = match[0]
        kind = match.lastgroup
        if kind == "word":
            piece = _STRETCH.sub(r"\1\1", fold(piece)) if len(piece) > 2 else fold(piece)
        elif kind == "mark":
            piece = piece[:3]
        if piece:
            tokens.append(piece)
        if len(tokens) >= MAX_TOKENS:
            break
    return tokens


def negated(tokens: list[str]) -> list[bool]:
    """Return which tokens stand under a negation: up to four words after the negator, in the same clause."""
    reach = 0
    marks: list[bool] = []
    for token in tokens:
        if token in _BREAKS or token[0] in "!?.":
            reach = 0
        marks.append(reach > 0)
        reach = NEGATION_REACH if token in NEGATORS else max(0, reach - 1)
    return marks
