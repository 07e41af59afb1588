"""Make a world and write it: the records, the brief, the settings, the truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from data.sandbox import columns, posting, truth
from data.sandbox.people import ROLES, People, populate
from data.sandbox.settings import SEGMENTS, TOPICS, Settings
from data.sandbox.templates import brief_text, world_text

if TYPE_CHECKING:
    from pathlib import Path

    from data.sandbox.people import Ints


@dataclass(frozen=True, slots=True)
class World:
    """What was written where: the folder, the settings, and rows per file."""

    folder: Path
    settings: Settings
    rows: dict[str, int]
    tiers: dict[str, int]
    opted_out: int


def generate(out: Path, settings: Settings | None = None, **changes: Any) -> World:
    """Write a synthetic world into `out` (made if absent) and return what it holds.

    Keyword arguments are those of `Settings`. The same settings write the same bytes.
    Raises UserError when the settings cannot make a world.
    """
    settings = Settings(**(asdict(settings) if settings else {}) | changes)
    seeds = [np.random.default_rng(s) for s in np.random.SeedSequence(settings.seed).spawn(7)]
    people = populate(settings, seeds[0])
    written = posting.write_posts(people, settings, seeds[1])
    figures = posting.counts(written, people, seeds[2], settings.noise.missing)
    display, usernames = columns.names(people, seeds[3])
    at = columns.Addresses(people, usernames, settings)
    follower, followed = posting.follows(people, settings, seeds[4])
    tables = {
        "accounts": columns.accounts(people, at, display, settings, seeds[3]),
        "posts": columns.posts(people, written, figures, at, settings, seeds[5]),
        "ties": _ties(follower, followed, at),
        "observations": columns.observations(people, at, settings, seeds[6]),
        "latent": _latent(people, at),
    }
    posted = np.bincount(written.author, minlength=len(people))
    tables["accounts"] = tables["accounts"].append_column("posts", pa.array(posted))
    suspended = (posted == 0) & (people.role == 0) & (people.primary < 0) & (np.arange(len(people)) % 4 == 0)
    status = columns.where(suspended, "suspended", pa.scalar(None, pa.string()))
    tables["accounts"] = tables["accounts"].append_column("status", status)
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, out / f"{name}.parquet", compression="zstd")
    judged = _truth(people, written, at, settings)
    pyarrow.csv.write_csv(judged, out / "truth.csv", pyarrow.csv.WriteOptions(quoting_style="needed"))
    _write_texts(out, settings, people, at)
    rows = {name: table.num_rows for name, table in tables.items() if name != "latent"}
    tiers = {v["values"]: v["counts"] for v in pc.value_counts(judged["tier"]).to_pylist()}
    return World(out, settings, rows, tiers, int(people.opted_out.sum()))


def _write_texts(out: Path, settings: Settings, people: People, at: columns.Addresses) -> None:
    """Write the brief with its seeds (a brand and two people one would think of first) and the settings."""
    known = np.flatnonzero((people.topic < len(SEGMENTS)) & ~people.opted_out & ~people.blog & (people.language < 2))
    ordered = known[np.argsort(-people.audience[known], kind="stable")]
    picked = [0, *(int(i) for i in ordered[ordered > 2][[0, len(ordered) // 20]])] if len(ordered) > 5 else [0]
    seeds = [f"@{at.handle[i].as_py()}" for i in picked]
    base = {"hosts": at.hosts, "blogs": at.blog_root, "seeds": seeds, "brand": at.handle}
    (out / "brief.toml").write_text(brief_text(settings, **base), encoding="utf-8")
    (out / "world.toml").write_text(world_text(settings), encoding="utf-8")


def _ties(follower: Ints, followed: Ints, at: columns.Addresses) -> pa.Table:
    """Follow ties; those that posts hold are not written twice."""
    size = len(follower)
    return pa.table(
        {
            "source": pa.array(["mastodon"]).take(pa.array(np.zeros(size, dtype=np.int64))),
            "from_account": at.native.take(pa.array(follower)),
            "to_account": at.native.take(pa.array(followed)),
            "kind": pa.array(["follow"]).take(pa.array(np.zeros(size, dtype=np.int64))),
            "weight": pa.array(np.ones(size)),
        }
    )


def _truth(people: People, written: posting.Posts, at: columns.Addresses, settings: Settings) -> pa.Table:
    """One row per account and segment in which it has a place; one with empty columns for those who have none.

    Tiers are those of the home segment: elsewhere a person is a visitor.
    """
    structured = settings.noise.structured
    place = truth.speakers(people, written.author, written.topic)
    outside = ~place.any(axis=1)
    account, segment = np.nonzero(np.column_stack([place, outside]))
    rank = np.column_stack([truth.ranks(people, place, structured=structured), np.zeros(len(people), np.int64)])
    ranked = rank[account, segment]
    tier = np.where(people.topic[account] == segment, truth.tiers(people, structured=structured)[account], 0)
    community = columns.text(people.community) if structured else pa.array([""] * len(people))
    return pa.table(
        {
            "account": columns.join(at.source, ":", at.native).take(pa.array(account)),
            "segment": pa.array([*SEGMENTS, ""]).take(pa.array(segment)),
            "tier": pa.array(truth.TIERS).take(pa.array(tier)),
            "community": community.take(pa.array(account)),
            "person": columns.join("p", columns.text(people.person[account])),
            "true_rank": columns.where(ranked > 0, columns.text(ranked), ""),
            "opted_out": pa.array(people.opted_out[account]),
        }
    )


def _latent(people: People, at: columns.Addresses) -> pa.Table:
    """The causes, for research: role, topic and latents of each account."""
    influence = truth.influence(people)
    named = {
        "account": columns.join(at.source, ":", at.native),
        "url": at.url,
        "role_name": pa.array(ROLES).take(pa.array(people.role)),
        "topic_name": pa.array(TOPICS).take(pa.array(people.topic)),
        **{f"influence_{name}": pa.array(values) for name, values in zip(SEGMENTS, influence.T, strict=True)},
    }
    return pa.table(named | {name: pa.array(values) for name, values in people.columns().items()})
