"""Texts by columns: each template is filled for all of its posts at once from the word banks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.sandbox.posting import FORMS
from data.sandbox.settings import BRANDS, CHATTER, LANGUAGES, TOPICS, Noise, vocabulary

if TYPE_CHECKING:
    from data.sandbox.people import Ints

Texts = NDArray[np.object_]
_SLOT = re.compile(r"\{(\w+)\}")
_NUMBERS = [str(n) for n in range(2, 61)]
_DAYS = {
    "fr": [f"{d} {m}" for d in range(2, 29) for m in ("mars", "avril", "mai", "juin")],
    "en": [f"{m} {d}" for d in range(2, 29) for m in ("March", "April", "May", "June")],
}


def take(bank: list[str], size: int, rng: np.random.Generator) -> pa.Array:
    """Return `size` entries of a bank, drawn evenly."""
    return pa.array(bank, pa.string()).take(pa.array(rng.integers(0, len(bank), size)))


def compose(form: Ints, language: Ints, topic: Ints, brand: Ints, noise: Noise, rng: np.random.Generator) -> Texts:
    """Return one text per row, from the templates of its form and the words of its language and topic."""
    out: Texts = np.empty(len(form), dtype=object)
    key = (form * len(LANGUAGES) + language) * (CHATTER + 1) + topic
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    for start, stop in zip(starts, [*starts[1:], len(order)], strict=True):
        rows = order[start:stop]
        first = rows[0]
        templates = _templates(FORMS[form[first]], LANGUAGES[language[first]])
        which = rng.integers(0, len(templates), len(rows))
        for number, template in enumerate(templates):
            mine = rows[which == number]
            if len(mine):
                words = _Words(LANGUAGES[language[first]], int(topic[first]), noise, brand[mine], rng)
                out[mine] = fill(template, len(mine), words.slot)
    return out


def fill(template: str, size: int, slot: Any) -> Texts:
    """Return `size` texts of one template; `slot(name, size)` gives the words of a slot."""
    pieces = _SLOT.split(template)
    parts = [slot(piece, size) if place % 2 else pa.scalar(piece) for place, piece in enumerate(pieces)]
    parts = [pa.array([part.as_py()] * size, pa.string()) if isinstance(part, pa.Scalar) else part for part in parts]
    joined = pc.binary_join_element_wise(*parts, "")
    return np.asarray(pc.utf8_trim_whitespace(joined).to_numpy(zero_copy_only=False), dtype=object)


def _templates(form: str, language: str) -> list[str]:
    """The templates of a form; languages with a small bank say it plainly."""
    bank = vocabulary()[language]
    return list(bank.get(form) or bank["post"])


class _Words:
    """The banks that the slots of one language and topic draw from."""

    def __init__(self, language: str, topic: int, noise: Noise, brand: Ints, rng: np.random.Generator) -> None:
        self._common = vocabulary()[language]
        self._topic = self._bank(language, topic)
        self._language, self._noise, self._brand, self._rng = language, noise, brand, rng

    @staticmethod
    def _bank(language: str, topic: int) -> dict[str, list[str]]:
        name = TOPICS[topic] if topic < CHATTER else "cinema"
        banks: dict[str, Any] = vocabulary()["topics"][name]
        found: dict[str, list[str]] = banks.get(language) or banks["en"]
        return found

    def slot(self, name: str, size: int) -> pa.Array:
        """Return the words of one slot."""
        if name in {"thing", "thing2"}:
            return self._things(size)
        if name == "brand":
            return pa.array(BRANDS).take(pa.array(np.maximum(self._brand, 0)))
        if name == "act":
            return take(self._topic["act"], size, self._rng)
        if name == "n":
            return take(_NUMBERS, size, self._rng)
        if name == "day":
            return take(_DAYS.get(self._language, _DAYS["en"]), size, self._rng)
        return take(self._common["verdict" if name == "verdict2" else name], size, self._rng)

    def _things(self, size: int) -> pa.Array:
        """Words of the query, words beside it, and homonyms, in the shares of the difficulty."""
        named = self._topic["named"]
        beside = self._topic.get("oblique") or self._topic.get("homonym") or named
        share = self._noise.oblique if "oblique" in self._topic else self._noise.homonym
        pick = self._rng.random(size) < share
        indices = np.where(
            pick, len(named) + self._rng.integers(0, len(beside), size), self._rng.integers(0, len(named), size)
        )
        return pa.array([*named, *beside], pa.string()).take(pa.array(indices))
