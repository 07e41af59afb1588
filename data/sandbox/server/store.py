"""A world in memory, indexed for the questions that servers are asked."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.errors import UserError
from data.sandbox.columns import ACCOUNT_BASE

if TYPE_CHECKING:
    from pathlib import Path

Ints = NDArray[np.int64]
KIND = {"post": 0, "reply": 1, "repost": 2, "quote": 3}
_FILES = ("world.toml", "brief.toml", "accounts.parquet", "posts.parquet", "ties.parquet")


@dataclass(slots=True)
class Groups:
    """Rows by group: `of(g)` gives the rows of group `g` in ascending order."""

    rows: Ints
    starts: Ints

    @classmethod
    def make(cls, keys: Ints, size: int, rows: Ints | None = None) -> Groups:
        """Group `rows` (default: all) by key; negative keys are left out."""
        kept = np.flatnonzero(keys >= 0)
        order = kept[np.argsort(keys[kept], kind="stable")]
        starts = np.concatenate([[0], np.cumsum(np.bincount(keys[kept], minlength=size))])
        return cls(order if rows is None else rows[order], starts)

    def of(self, group: int) -> Ints:
        """Return the rows of one group."""
        return self.rows[self.starts[group] : self.starts[group + 1]]


def fold_tag(tag: str) -> str:
    """Return a hashtag's key: lower case, without accents, as Mastodon keeps it."""
    folded = unicodedata.normalize("NFKD", tag).encode("ascii", "ignore").decode()
    return folded.lower().lstrip("#")


class Store:
    """A world's records, read once; rows of posts are in order of time."""

    def __init__(self, folder: Path) -> None:
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise UserError(
                f"{folder} n’est pas un bac à sable : il y manque {', '.join(missing)}",
                f"{folder} is not a sandbox: {', '.join(missing)} missing",
            )
        self.world: dict[str, Any] = tomllib.loads((folder / "world.toml").read_text(encoding="utf-8"))
        self.brief = (folder / "brief.toml").read_text(encoding="utf-8")
        self.instances = int(self.world["instances"])
        self.port = int(self.world["port"])
        self._read_accounts(pq.read_table(folder / "accounts.parquet"))
        self._read_posts(pq.read_table(folder / "posts.parquet"))
        self._read_ties(pq.read_table(folder / "ties.parquet"))

    def _read_accounts(self, table: pa.Table) -> None:
        self.accounts: list[dict[str, Any]] = table.to_pylist()
        self.row_of_native = {account["native_id"]: row for row, account in enumerate(self.accounts)}
        self.is_blog = np.array([account["source"] == "feeds" for account in self.accounts])
        self.usernames = [account["url"].rstrip("/").rsplit("/", 1)[1].lstrip("@") for account in self.accounts]
        self.home = np.array([-1 if a["source"] == "feeds" else self._instance(a["url"]) for a in self.accounts])
        self.row_of_name = {
            (int(home), name.lower()): row
            for row, (home, name) in enumerate(zip(self.home, self.usernames, strict=True))
        }

    def _instance(self, url: str) -> int:
        return int(url.split("/")[2].rsplit(":", 1)[1]) - self.port

    def _read_posts(self, table: pa.Table) -> None:
        table = table.combine_chunks()
        self.posts = {name: table[name].combine_chunks() for name in table.column_names}
        natives = self.posts["native_id"]
        numbers = pc.replace_substring_regex(natives, r"^.*/(\d+)/$", r"\1").cast(pa.int64())
        self.number: Ints = numbers.to_numpy()
        ids = pa.array(self.row_of_native.keys())
        self.author: Ints = pc.index_in(self.posts["account"], value_set=ids).to_numpy().astype(np.int64)
        self.kind: Ints = pc.index_in(self.posts["kind"], value_set=pa.array(list(KIND))).to_numpy().astype(np.int64)
        about = pc.coalesce(self.posts["in_reply_to"], self.posts["repost_of"], self.posts["quote_of"])
        self.target: Ints = np.asarray(pc.fill_null(pc.index_in(about, value_set=natives), -1)).astype(np.int64)
        self.target[np.asarray(pc.is_null(about))] = -1
        n, m = len(self.accounts), len(self.number)
        self.posts_of = Groups.make(self.author, n)
        self.replies_of = Groups.make(np.where(self.kind == 1, self.target, -1), m)
        self.reposts_of = Groups.make(np.where(self.kind == 2, self.target, -1), m)
        # Four posts in five of a remote author reach another server: the same ones each time.
        self._travels = (np.arange(m, dtype=np.uint64) * np.uint64(2_654_435_761) >> np.uint64(7)) % np.uint64(5) > 0
        self._read_tags()

    def _read_tags(self) -> None:
        tags = self.posts["hashtags"]
        rows = np.flatnonzero(np.asarray(pc.is_valid(tags)))
        lists = pc.split_pattern(tags.take(pa.array(rows)), " ")
        names, owners = pc.list_flatten(lists).dictionary_encode(), pc.list_parent_indices(lists).to_numpy()
        self.tag_names = [fold_tag(name) for name in names.dictionary.to_pylist()]
        grouped = Groups.make(names.indices.to_numpy().astype(np.int64), len(self.tag_names), rows[owners])
        self.tagged = {name: np.unique(grouped.of(code)) for code, name in enumerate(self.tag_names)}

    def _read_ties(self, table: pa.Table) -> None:
        ids = pa.array(self.row_of_native.keys())
        n = len(self.accounts)
        follow = table.filter(pc.equal(table["kind"], "follow"))
        self.follower: Ints = np.asarray(pc.index_in(follow["from_account"], value_set=ids)).astype(np.int64)
        self.followed: Ints = np.asarray(pc.index_in(follow["to_account"], value_set=ids)).astype(np.int64)
        self.ties_to, self.ties_from = Groups.make(self.followed, n), Groups.make(self.follower, n)
        self.local_followers = np.zeros((self.instances, n), dtype=np.int64)
        np.add.at(self.local_followers, (self.home[self.follower], self.followed), 1)

    def knows(self, instance: int, account: int) -> bool:
        """Tell whether a server has met an account: its own, or one that somebody there follows."""
        return bool(
            self.home[account] == instance or (self.local_followers[instance, account] and not self.is_blog[account])
        )

    def reached(self, instance: int, rows: Ints) -> Ints:
        """Keep the posts that a server holds: its own, and those that travelled to it."""
        by = self.author[rows]
        at_home = self.home[by] == instance
        travelled = self._travels[rows] & (self.local_followers[instance, by] > 0) & ~self.is_blog[by]
        kept: Ints = rows[at_home | travelled]
        return kept

    @lru_cache(maxsize=16)  # noqa: B019 - one store lives as long as its server
    def public(self, instance: int) -> Ints:
        """Return the rows of all posts but reposts that a server holds, oldest first."""
        return self.reached(instance, np.flatnonzero(self.kind != KIND["repost"]))

    @lru_cache(maxsize=16)  # noqa: B019 - one store lives as long as its server
    def listed(self, instance: int) -> list[int]:
        """Return a server's own accounts that opted in to be found, the last active first."""
        here = np.flatnonzero(self.home == instance)
        open_ones = [
            int(r) for r in here if self.accounts[r]["discoverable"] and self.accounts[r]["status"] != "suspended"
        ]
        last = {row: max(self.posts_of.of(row), default=-1) for row in open_ones}
        return sorted(open_ones, key=lambda row: (-last[row], row))

    def statuses(self, instance: int, account: int) -> Ints:
        """Return the rows of an account's posts that a server holds, oldest first."""
        return self.reached(instance, self.posts_of.of(account))

    def account_id(self, instance: int, account: int) -> str:
        """Return the id of an account on one server; the same person has another id on each."""
        return str(ACCOUNT_BASE + account * 16 + (instance - int(self.home[account])) % self.instances)

    def status_id(self, instance: int, row: int) -> str:
        """Return the id of a post on one server."""
        return str(int(self.number[row]) + (instance - int(self.home[self.author[row]])) % self.instances)

    def account_at(self, instance: int, text: str) -> int | None:
        """Return the row of the account with this id on this server, None when there is none."""
        if not text.isascii() or not text.isdigit() or len(text) > 19:
            return None
        row, low = divmod(int(text) - ACCOUNT_BASE, 16)
        if not 0 <= row < len(self.accounts) or self.is_blog[row] or not self.knows(instance, row):
            return None
        return row if low == (instance - self.home[row]) % self.instances else None

    def status_at(self, instance: int, text: str) -> int | None:
        """Return the row of the post with this id on this server, None when there is none."""
        if not text.isascii() or not text.isdigit() or len(text) > 19:
            return None
        number, low = int(text) & ~15, int(text) & 15
        row = int(np.searchsorted(self.number, number))
        if row >= len(self.number) or self.number[row] != number or self.is_blog[self.author[row]]:
            return None
        return row if low == (instance - self.home[self.author[row]]) % self.instances else None

    @lru_cache(maxsize=100_000)  # noqa: B019 - one store lives as long as its server
    def post(self, row: int) -> dict[str, Any]:
        """Return one post's fields."""
        return {name: column[row].as_py() for name, column in self.posts.items()}
