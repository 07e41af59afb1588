"""The one tree of a query: immutable, compared by meaning, used for matching, explaining, rendering and weakening."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator


def _notes() -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word; `text` as written, with `*` at its end or `?` inside. Matches word, #word and @word."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side, in order, folded; `text` is what stands between the quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Loose:
    """All words of a quoted text in any order, with at most `extra` other words among them."""

    text: str
    extra: int


@dataclass(frozen=True, slots=True)
class Raw:
    """Exact characters: case, accents and punctuation count."""

    text: str


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A hashtag, written without `#`; folded; `*` at its end."""

    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """An account cited in the text, written without the leading `@`."""

    text: str


@dataclass(frozen=True, slots=True)
class Near:
    """Two operands with at most `words` words between them; `ordered` asks for left before right."""

    left: Node
    right: Node
    words: int = 4
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The operand occurs `count` times or more in one document."""

    count: int
    child: Node


@dataclass(frozen=True, slots=True)
class And:
    """All children hold. `notes` says how it was written, for the linter alone."""

    children: tuple[Node, ...]
    notes: frozenset[str] = field(default_factory=_notes, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    """One child holds at least. `notes` says how it was written, for the linter alone."""

    children: tuple[Node, ...]
    notes: frozenset[str] = field(default_factory=_notes, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The child is known not to hold."""

    child: Node
    notes: frozenset[str] = field(default_factory=_notes, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Boost:
    """The child, weighing `weight` times more in topical fit; matching does not change."""

    child: Node
    weight: float


@dataclass(frozen=True, slots=True)
class Strict:
    """The child, whose bare words match neither #word nor @word (`hashtag:strict`); only at the root."""

    child: Node


@dataclass(frozen=True, slots=True)
class Scope:
    """The child, looked for in one text field (`title:`, `bio:`, ...)."""

    name: str
    child: Node


@dataclass(frozen=True, slots=True)
class Fact:
    """A field equals one of `values` (`lang:`, `type:`, `tier:`, ...), folded."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes/no field (`sponsored:`, `disclosed:`)."""

    name: str
    value: bool


@dataclass(frozen=True, slots=True)
class Range:
    """A number between `low` and `high` (None: no bound), bounds included unless open. `age` is in days."""

    name: str
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """Published from the day `low` to the day `high`, both included, in UTC; None: no bound."""

    low: dt.date | None = None
    high: dt.date | None = None


@dataclass(frozen=True, slots=True)
class AuthorHas:
    """An author of whom `count` documents or more satisfy the child; evaluated by `match_author`."""

    child: Node
    count: int = 1


Term: TypeAlias = Word | Phrase | Loose | Raw | Hashtag | Mention
Node: TypeAlias = (
    Term | Near | AtLeast | And | Or | Not | Boost | Strict | Scope | Fact | Flag | Range | Dates | AuthorHas
)
TERMS = (Word, Phrase, Loose, Raw, Hashtag, Mention)


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct operands of a node, in order."""
    if isinstance(node, And | Or):
        return node.children
    if isinstance(node, Near):
        return (node.left, node.right)
    if isinstance(node, Not | Boost | Strict | Scope | AtLeast | AuthorHas):
        return (node.child,)
    return ()


def walk(node: Node) -> Iterator[tuple[Node, int]]:
    """Yield every node with its depth (the root is at 0), parents first, without recursion."""
    stack = [(node, 0)]
    while stack:
        here, depth = stack.pop()
        yield here, depth
        stack.extend((child, depth + 1) for child in reversed(children(here)))
