"""A published workspace with two runs, lively people and hostile names, and clients that speak to its atlas."""

from __future__ import annotations

import re
import shutil
import warnings
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from app.atlas.guard import Door
from app.atlas.server import create_app
from data.warehouse.publish import publish
from data.warehouse.store import connect, open_store
from data.workspace import Workspace, create_workspace

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from data.warehouse.store import Connection

AS_OF = datetime(2026, 3, 31, 12, tzinfo=UTC)
BRIEF = "cafe"
OLD, NEW = "run-1", "run-2"
SEGMENTS = ("filtre", "torréfaction & <origines>")
NAMES = {
    "lea": "Léa Martin",
    "nina": "Nina Dupré",
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "quote": "\"'><svg onload=alert(3)>",
    "sql": "'; DROP TABLE core.accounts; --",
    "arab": "ليلى أحمد",
    "emoji": "Zoé 🌻🐝",
    "long": "x" * 400,
    "jinja": "{{ 7*7 }} {% raw %}",
    "control": "\x1b[31mrouge\x0b\u202egnp.exe",
    "none": None,
    "gone": "Opposée Partie",
}
TIERS = ("macro", "magic_middle", "micro", None)
BRIEF_FILE = f"""
[brief]
name = "{BRIEF}"
title = "Café <b>2026</b> & suites"
objectives = ["awareness"]
[[segments]]
name = "{SEGMENTS[0]}"
query = "V60 OR chemex"
[[segments]]
name = "{SEGMENTS[1]}"
query = "torréf*"
"""


def add(con: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows by column name."""
    con.register("fresh", pa.Table.from_pylist(rows))
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM fresh")
    con.unregister("fresh")


def acc(key: str) -> str:
    return f"mastodon:social.example:{key}"


def person(key: str) -> str:
    return f"person:{acc(key)}"


def account(key: str, name: str | None) -> dict[str, Any]:
    return {
        "account_id": acc(key),
        "source": "mastodon",
        "native_id": key,
        "handle": f"@{key}@social.example",
        "display_name": name,
        "url": "javascript:alert(4)" if key == "script" else f"https://social.example/@{key}",
        "summary": f"Barista à Lyon. {name or ''}",
        "consent": "deny" if key == "gone" else "allow",
        "last_seen": AS_OF,
    }


def candidate(key: str, at: int, segment: str, run: str) -> dict[str, Any]:
    """Return a row; the older run has the ranks turned round, so that everybody moves."""
    rank = at + 1 if run == NEW else len(NAMES) - at
    tier = TIERS[at % 4] if run == NEW else TIERS[(at // 2) % 4]
    row: dict[str, Any] = {
        "brief": BRIEF,
        "run_id": run,
        "person_id": person(key),
        "segment": segment,
        "account_id": acc(key),
        "source": "mastodon",
        "language": "fr" if at % 2 else "en",
        "rank": rank,
        "rank_low": rank - 1,
        "rank_high": rank + 1,
        "tier": tier,
        "tier_missing": None if tier else "too_few_posts",
        "tier_rule": f"{tier}:amplifiers>=12,focus>=0.4" if tier else None,
        "tier_margin": 0.12,
        "labels": ["expert", "<i>vip</i>"] if at % 3 == 0 else [],
        "status": "discovered",
        "followers": 1000 * (at + 1),
        "amplifiers": at,
        "authenticity_reasons": ["repeated_texts"],
        "last_post_at": AS_OF,
        "role": "bridge",
    }
    for axis in ("reach", "resonance", "relevance", "influence"):
        known = not (key == "none" and axis != "relevance")
        value = 90.0 - 5 * at
        row |= {axis: value if known else None, f"{axis}_low": value - 9 if known else None,
                f"{axis}_high": value + 8 if known else None, f"{axis}_n": 30,
                f"{axis}_missing": None if known else "too_few_posts"}  # fmt: skip
    return row


def posts(key: str, name: str | None) -> list[dict[str, Any]]:
    return [
        {
            "post_id": f"{acc(key)}/{i}",
            "account_id": acc(key),
            "source": "mastodon",
            "native_id": f"{key}-{i}",
            "kind": "post",
            "published_at": AS_OF - timedelta(days=20 * i + 1),
            "language": "fr",
            "text": f"{name} Recette V60 n° {i} </blockquote><script>alert(5)</script>",
            "url": f"https://social.example/@{key}/{i}",
            "hashtags": ["v60"],
            "links": ["https://journal.example/a"],
        }
        for i in range(4)
    ]


def fill(con: Connection) -> None:
    """Write the people, their posts, two finished runs and one that stopped."""
    every = [post for key, name in NAMES.items() for post in posts(key, name)]
    add(con, "core.accounts", [account(key, name) for key, name in NAMES.items()])
    add(con, "core.brief_accounts", [{"brief": BRIEF, "account_id": acc(key)} for key in NAMES])
    add(con, "core.account_observations", [{"account_id": acc("lea"), "observed_at": AS_OF, "followers": 1000}])
    add(con, "core.person_accounts", [{"person_id": person(key), "account_id": acc(key)} for key in NAMES])
    add(con, "core.posts", every)
    add(con, "core.brief_posts", [{"brief": BRIEF, "post_id": post["post_id"]} for post in every])
    ties = [{"from_account": acc(a), "to_account": acc(b), "kind": "reply", "weight": 2.0, "first_at": AS_OF, "last_at": AS_OF}
            for a, b in zip(NAMES, [*list(NAMES)[1:], "lea"], strict=True)]  # fmt: skip
    add(con, "core.ties", ties)
    for run in (OLD, NEW):
        add(con, "detection.candidates", [candidate(key, at, segment, run) for at, key in enumerate(NAMES)
                                          for segment in SEGMENTS if run == NEW or key != "nina"])  # fmt: skip
        add(con, "detection.hits", [hit(post, run) for post in every])
    add(
        con, "detection.relations", [relation(key, *with_) for key, with_ in zip(NAMES, COUNTERPARTS * 4, strict=False)]
    )
    speak(con)
    add(con, "detection.communities", [{"brief": BRIEF, "run_id": NEW, "community_id": "c0", "name": "presse <b>", "size": 12,
                                        "firmness": 0.8, "terms": ["<u>v60</u>"], "leaders": []}])  # fmt: skip
    add(con, "detection.study", [{"brief": BRIEF, "run_id": NEW, "objectives": ["awareness"], "suitability": "Convient <b>.",
                                  "warnings": ["Attention <b>"], "queries": '{"filtre": {"query": "V60 <b>"}}'}])  # fmt: skip
    add(con, "detection.steps", [{"brief": BRIEF, "run_id": NEW, "step": n, "phase": "detection", "name_fr": "é", "name_en": "s",
                                  "state": "done", "rows": 10 * n, "started_at": AS_OF, "finished_at": AS_OF} for n in (1, 2)])  # fmt: skip
    stopped = run_row("run-3", 3) | {"state": "failed", "finished_at": None}
    add(con, "detection.runs", [run_row(OLD, 1), run_row(NEW, 2), stopped])


COUNTERPARTS = (("Brûlerie <b>", "brand"), ("Torréfaction Nord", "competitor"), ("Nina", "influencer"))


def speak(con: Connection) -> None:
    """Write who spoke of the brand and of its competitor, in all and on the first segment."""
    said = [(key, *with_) for key, with_ in zip(NAMES, COUNTERPARTS * 4, strict=False) if with_[1] != "influencer"]
    about = {"brief": BRIEF, "run_id": NEW}
    posts = [about | {"person_id": person(key), "counterpart": name, "counterpart_kind": kind, "post_id": f"{acc(key)}/{i}",
                      "published_at": AS_OF - timedelta(days=20 * i + 1), "trust": 1.0, "tone": 0.4}
             for key, name, kind in said for i in range(3)]  # fmt: skip
    add(con, "ecosystem.vitality", posts)
    for segment in (None, SEGMENTS[0]):
        for name, kind in dict.fromkeys((name, kind) for _, name, kind in said):
            mine = [key for key, other, _ in said if other == name]
            common = about | {"segment": segment, "counterpart": name, "counterpart_kind": kind, "tone": 0.4}
            counted = {"posts": 3 * len(mine), "authors": len(mine), "tone_n": 3 * len(mine), "positive": 3 * len(mine),
                       "neutral": 0, "negative": 0, "share_posts": len(mine) / len(said), "attention_share": 0.1234}  # fmt: skip
            add(con, "ecosystem.voice", [common | counted])
            add(con, "ecosystem.speakers", [common | {"person_id": person(key), "posts": 3, "share": 1 / len(mine), "tone_n": 3,
                                                      "first_at": AS_OF, "last_at": AS_OF} for key in mine])  # fmt: skip


def hit(post: dict[str, Any], run: str) -> dict[str, Any]:
    return {"brief": BRIEF, "run_id": run, "post_id": post["post_id"], "segment": SEGMENTS[0], "relevance": 0.8,
            "matched": True, "matched_terms": ["v60"], "offsets": [0]}  # fmt: skip


def relation(key: str, name: str, kind: str) -> dict[str, Any]:
    return {"brief": BRIEF, "run_id": NEW, "person_id": person(key), "counterpart": name, "counterpart_kind": kind, "ties": 3,
            "posts": [f"{acc(key)}/{i}" for i in range(3)], "tone": 0.4, "first_at": AS_OF, "last_at": AS_OF}  # fmt: skip


def run_row(run: str, day: int) -> dict[str, Any]:
    return {"run_id": run, "brief": BRIEF, "started_at": AS_OF + timedelta(days=day), "state": "finished", "as_of": AS_OF,
            "finished_at": AS_OF + timedelta(days=day, minutes=2), "code_version": "0.1.0", "brief_hash": "abcdef",
            "coverage": '{"mastodon": {"notes": ["<b>429</b>"], "posts": 800}}'}  # fmt: skip


def make(root: Path, also: Callable[[Connection], None] | None = None) -> Workspace:
    """Return a workspace at `root` with the small world published."""
    workspace = create_workspace(root)
    (root / "briefs" / "exemple.toml").unlink()
    (root / "briefs" / f"{BRIEF}.toml").write_text(BRIEF_FILE, "utf-8")
    with open_store(workspace.store) as con:
        fill(con)
        if also:
            also(con)
    publish(workspace)
    return workspace


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace that tests only read."""
    return make(tmp_path_factory.mktemp("atlas"))


@pytest.fixture
def workspace(tmp_path: Path, published: Workspace) -> Workspace:
    """A workspace of the test's own."""
    return Workspace(shutil.copytree(published.root, tmp_path / "ws"))


def client_of(
    workspace: Workspace, lang: str = "fr", door: Door | None = None, host: str = "127.0.0.1:8420"
) -> TestClient:
    return TestClient(create_app(workspace, lang, door), base_url=f"http://{host}")  # type: ignore[arg-type]


@pytest.fixture
def reader(published: Workspace) -> TestClient:
    """A client of the shared workspace."""
    return client_of(published)


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    """A client of the test's own workspace."""
    return client_of(workspace)


def mark(page: str) -> str:
    """Return the CSRF mark of a page's form."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def text(page: str) -> str:
    """Return a page's words without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows_of(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    """Run SQL as `vigie sql` does: read-only, nothing bound."""
    con = connect(workspace.published, read_only=True)
    try:
        con.execute("SET enable_external_access = false")
        return con.execute(sql).fetchall()
    finally:
        con.close()
