"""What the posts of labelled accounts show, for suite `authenticity`: the map's own signals on a table of posts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.authenticity import authenticity
from graph.columns import Acts, People, Posts, Ties, World
from graph.ties import pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.columns import Floats

Row = dict[str, str]
ANSWERS = ("repost_of", "quote_of", "in_reply_to")
KINDS = {"repost_of": "repost", "quote_of": "quote", "in_reply_to": "reply"}
NOISE = re.compile(r"@\S+|https?://\S+|[\W\d_]")
GENERIC_LETTERS, SHARED_LETTERS = 8, 40


@dataclass(frozen=True, slots=True)
class Shown:
    """`doubt` (n,) 0…0.5: the weight that signals in posts take; `signals`: which accounts show each."""

    doubt: Floats
    signals: dict[str, Floats]


def shown(rows: Sequence[Row], names: Sequence[str]) -> Shown:
    """Return what the posts (rows of `posts.csv`) of the accounts `names` show; others' posts are context."""
    place = {name: i for i, name in enumerate(names)}
    for row in rows:
        place.setdefault(row.get("account", ""), len(place))
    dated = [(row, at) for row in rows if (at := _time(row.get("published_at"))) is not None]
    world = _world(dated, place)
    ties = world.ties
    found = authenticity(world, pairs(ties, np.ones(len(ties)), len(place)), np.full(len(place), np.nan))
    signals: dict[str, Floats] = {}
    for person in range(len(names)):
        for reason in found.reasons[person]:
            signals.setdefault(reason.partition(":")[0], np.zeros(len(names)))[person] = 1.0
    return Shown(1.0 - np.nan_to_num(found.score[: len(names)], nan=100.0) / 100.0, signals)


def _world(dated: Sequence[tuple[Row, datetime]], place: dict[str, int]) -> World:
    n, newest = len(place), max((at for _, at in dated), default=datetime.now(UTC))
    person = np.array([place[row.get("account", "")] for row, _ in dated], np.int64)
    texts = [(row.get("text") or "").strip().lower() for row, _ in dated]
    kind = np.array([_kind(row) for row, _ in dated], object)
    posts = Posts(
        person=person,
        age_days=np.array([(newest - at).total_seconds() / 86400 for _, at in dated]),
        kind=kind,
        reactions=np.full(len(dated), np.nan),
        relevance=np.zeros((len(dated), 0), np.float32),
        copies=_copies(person, texts, kind),
        others=_others(person, texts, kind),
        generic=np.array([_is_generic(k, t) for k, t in zip(kind, texts, strict=True)], bool),
    )
    unknown, nothing, no = np.full(n, np.nan), np.full(n, None, object), np.zeros(n, bool)
    people = People(nothing, nothing, nothing, unknown, unknown, unknown, unknown, unknown, no, nothing, no)
    acts = _acts(dated, person)
    kinds = np.full(len(acts.giver), "reply", object)
    counted = np.ones(len(acts.giver))
    ties = Ties(acts.giver, acts.receiver, kinds, counted, counted * np.nan, np.zeros((len(counted), 0), np.float32))
    return World(people, posts, ties, (), {}, acts)


def _acts(dated: Sequence[tuple[Row, datetime]], person: Any) -> Acts:
    at = {row.get("native_id", ""): (i, moment) for i, (row, moment) in enumerate(dated)}
    found = []
    for i, (row, moment) in enumerate(dated):
        for name in ANSWERS:
            if (target := at.get(row.get(name) or "\0")) is not None and person[i] != person[target[0]]:
                minutes = (moment - target[1]).total_seconds() / 60
                found.append((person[i], person[target[0]], target[0], moment.timestamp() / 60, minutes))
                break
    table = np.array(found, float).reshape(-1, 5)
    whole = table[:, :3].astype(np.int64)
    return Acts(whole[:, 0], whole[:, 1], whole[:, 2], table[:, 3], table[:, 4])


def _is_generic(kind: str, text: str) -> bool:
    return kind == "reply" and len(NOISE.sub("", text)) <= GENERIC_LETTERS


def _kind(row: Row) -> str:
    told = (row.get("kind") or "").strip().lower()
    return told or next((KINDS[name] for name in ANSWERS if row.get(name)), "post")


def _copies(person: Any, texts: Sequence[str], kind: Any) -> Any:
    seen: dict[tuple[int, bytes], int] = {}
    result = np.ones(len(texts), np.int32)
    for i, text in enumerate(texts):
        if text and kind[i] != "repost":
            key = (int(person[i]), _digest(text))
            seen[key] = seen.get(key, 0) + 1
            result[i] = seen[key]
    return result


def _others(person: Any, texts: Sequence[str], kind: Any) -> Any:
    writers: dict[bytes, set[int]] = {}
    for i, text in enumerate(texts):
        if len(text) >= SHARED_LETTERS and kind[i] != "repost":
            writers.setdefault(_digest(text), set()).add(int(person[i]))
    return np.array(
        [len(writers.get(_digest(t), ())) - 1 if len(t) >= SHARED_LETTERS and kind[i] != "repost" else 0
         for i, t in enumerate(texts)], np.int32
    )  # fmt: skip


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest()


def _time(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
