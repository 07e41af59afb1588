"""What tiers are read from, off a segment's rows of detection.candidates or of what becomes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.cohorts import cohorts
from graph.tiers import Candidates
from pipelines.detection.map_columns import array

# Media are read like people, and compared with media.
ORGANISATIONS = ("brand", "competitor")
# A 95 % interval is this many standard deviations wide.
BOTH_SIDES = 3.92


class Read(dict[str, Any]):
    """A table's columns as arrays, each made when it is first asked for."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__()
        self.table = table

    def __missing__(self, name: str) -> Any:
        self[name] = array(self.table[name])
        return self[name]


def unread(columns: Read) -> bool:
    """Tell whether no text at all was judged: then the network itself is the subject."""
    return not np.isfinite(columns["relevance"]).any()


def candidates_of(columns: Read) -> Candidates:
    """Return what tiers are read from; `heard_by_macros` is not looked at where the rows do not have it yet."""
    role, source = columns["role"], columns["source"]
    person = ~np.isin(role.astype(str), ORGANISATIONS) & ~_declared_automated(columns.table["authenticity_reasons"])
    followers, attention = columns["followers"], columns["attention"]
    speaks = person & (unread(columns) | (np.nan_to_num(columns["on_topic_posts"]) > 0))
    looked = "heard_by_macros" in columns.table.column_names
    return Candidates(
        audience=np.asarray(np.where(_all_unknown(followers, source), attention, followers)),
        followers=followers,
        heard=attention,
        amplifiers=np.nan_to_num(columns["amplifiers"]).astype(np.int64),
        resonance=columns["resonance"],
        relevance=columns["relevance"],
        focus=columns["focus"],
        belonging=np.nan_to_num(columns["belonging"]),
        on_topic=np.nan_to_num(columns["on_topic_posts"]).astype(np.int64),
        growth=columns["growth"],
        source=source,
        cohort=cohorts(source, columns["language"], speaks),
        person=person,
        # A network alone says nothing of who is a person: all are compared.
        media=np.zeros(len(role), bool) if unread(columns) else role == "media",
        home=columns["home"],
        judged=np.nan_to_num(columns["relevance_n"]).astype(np.int64),
        resonance_sd=(columns["resonance_high"] - columns["resonance_low"]) / BOTH_SIDES,
        macros=np.nan_to_num(columns["heard_by_macros"]).astype(np.int64) if looked else None,
    )


def _declared_automated(reasons: pa.ChunkedArray) -> Any:
    """Tell per row whether one of its reasons is that the account says so itself."""
    whole = reasons.combine_chunks()
    said = pc.equal(pc.list_flatten(whole), "declared_automated:1")
    result = np.zeros(len(whole), bool)
    result[pc.list_parent_indices(whole).filter(said).to_numpy(zero_copy_only=False)] = True
    return result


def _all_unknown(followers: Any, source: Any) -> Any:
    """Tell per row whether nobody on that network shows an audience: only then are attentions compared instead."""
    known = set(source[np.isfinite(followers)].tolist())
    return np.array([name not in known for name in source], bool)
