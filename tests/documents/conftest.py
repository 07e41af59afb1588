"""A small published database with lively people, hostile names and thin evidence, made by the project's own migrations."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from data.brief.model import Brand, Brief, Segment
from data.warehouse.publish import publish
from data.warehouse.store import connect, open_store
from data.workspace import Workspace
from pipelines.detection.profile import profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.warehouse.store import Connection

AS_OF = datetime(2026, 3, 31, 12, tzinfo=UTC)
RUN = "run-1"
HOSTILE = {
    "h0": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "h1": '=HYPERLINK("http://evil.example","clic")',
    "h2": "'; DROP TABLE core.accounts; --",
    "h3": "../../etc/passwd",
    "h4": "x" * 400,
    "h5": "ليلى أحمد",
    "h6": "Zoé 🌻🐝",
    "h7": "\x1b[31mrouge\x00\x0b\u202egnp.exe",
    "h8": "",
    "h9": '#set page(fill: red) *gras* $x$ ] ) `lot` @ref <label> \\ "q"',
    "ha": "[lien](javascript:alert(1)) | cellule\n# titre {{ 7*7 }} {% raw %}",
}
SEGMENTS = ("filtre", "torréfaction & <origines>")


@pytest.fixture(scope="session")
def brief() -> Brief:
    return Brief(
        name="cafe",
        title="Café de spécialité <b>2026</b>",
        why="Faire connaître la gamme filtre aux amateurs avertis.",
        objectives=("awareness", "advocacy"),
        segments=tuple(Segment(name=name, query="café OR V60") for name in SEGMENTS),
        brand=Brand(name="Brûlerie du Canal"),
        hash="abcdef0123456789",
    )


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory, brief: Brief) -> Workspace:
    """A workspace whose database is published and holds the sheets of everybody."""
    space = Workspace(tmp_path_factory.mktemp("ws"))
    with open_store(space.store) as con:
        fill(con)
        add(con, "detection.sheets", profile(con, brief, RUN, AS_OF, everybody(con)).to_pylist())
    publish(space)
    return space


@pytest.fixture(scope="session")
def con(workspace: Workspace) -> Iterator[Connection]:
    connection = connect(workspace.published, read_only=True)
    yield connection
    connection.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def everybody(con: Connection) -> list[str]:
    """Return every person of the run, in order."""
    return [row[0] for row in con.execute("SELECT DISTINCT person_id FROM detection.candidates ORDER BY 1").fetchall()]


def add(con: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows by column name."""
    con.register("fresh", pa.Table.from_pylist(rows))
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM fresh")
    con.unregister("fresh")


def fill(con: Connection, lively: int = 24) -> None:
    """Write accounts, posts, ties and one finished run; `thin` has one post and `silent` none."""
    rng = random.Random(7)
    names = (
        {f"p{i:02d}": f"Léa n° {i}" for i in range(lively)} | HOSTILE | {"thin": "Une seule note", "silent": "Muette"}
    )
    posts = [post for key in names for post in posts_of(key, rng)]
    add(con, "core.accounts", [account(key, name) for key, name in names.items()])
    add(con, "core.account_observations", [seen for key in names for seen in audience(key, rng)])
    add(con, "core.person_accounts", [{"person_id": person(k), "account_id": acc(k)} for k in names])
    add(con, "core.posts", posts)
    add(con, "core.post_observations", [reactions(post, rng) for post in posts])
    add(con, "core.brief_posts", [{"brief": "cafe", "post_id": post["post_id"]} for post in posts])
    add(con, "nlp.post_features", [features(post, rng) for post in posts])
    add(con, "core.ties", ties(list(names), rng))
    add(con, "detection.hits", [hit for post in posts for hit in hits(post, rng)])
    add(con, "detection.candidates", [c for i, k in enumerate(names) for c in candidates(k, i, rng)])
    shared = ", ".join(row[0] for row in con.execute(
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'detection' AND table_name = 'ecosystem'"
        " INTERSECT SELECT column_name FROM duckdb_columns() WHERE table_name = 'candidates'").fetchall())  # fmt: skip
    con.execute(f"INSERT INTO detection.ecosystem BY NAME SELECT {shared} FROM detection.candidates")
    add(con, "detection.communities", communities())
    add(con, "detection.relations", relations())
    add(con, "detection.runs", [run()])


def acc(key: str) -> str:
    return f"mastodon:social.example:{key}"


def person(key: str) -> str:
    return f"person:{acc(key)}"


def account(key: str, name: str) -> dict[str, Any]:
    hostile = key in HOSTILE
    return {
        "account_id": acc(key),
        "source": "mastodon",
        "native_id": key,
        "handle": name[:60] if hostile else f"@lea{key}@social.example",
        "display_name": name,
        "url": "javascript:alert(1)" if key == "h0" else f"https://social.example/@{key}",
        "summary": f"Barista. {name} Je filtre donc je suis." if key != "silent" else None,
        "location": "Lyon" if key.startswith("p") else None,
        "created_at": datetime(2020, 1, 1, tzinfo=UTC),
        "consent": "allow",
        "links": ["https://blog.example/" + key],
        "verified_links": ["https://blog.example/" + key],
    }


def audience(key: str, rng: random.Random) -> list[dict[str, Any]]:
    if key == "silent":
        return []
    base = int(10 ** rng.uniform(1.5, 5))
    return [
        {
            "account_id": acc(key),
            "observed_at": AS_OF - timedelta(days=30 * back),
            "followers": base - back * base // 20,
        }
        for back in (5, 4, 3, 2, 1, 0)
    ]


def posts_of(key: str, rng: random.Random) -> list[dict[str, Any]]:
    count = {"silent": 0, "thin": 1}.get(key, rng.randint(12, 40))
    name = HOSTILE.get(key, "")
    return [
        {
            "post_id": f"{acc(key)}/{i}",
            "account_id": acc(key),
            "source": "mastodon",
            "native_id": f"{key}-{i}",
            "kind": rng.choice(["post", "post", "post", "reply", "repost"]),
            "published_at": AS_OF - timedelta(hours=rng.uniform(1, 24 * 200)),
            "language": rng.choice(["fr", "fr", "en"]),
            "text": f"{name} Recette V60 n° {i} : 15 g, 250 ml, 93 °C. Et vous, quelle mouture ?"[:900],
            "url": f"https://social.example/@{key}/{i}",
            "in_reply_to": None,
            "hashtags": ["cafe", "v60", "slowcoffee"][: rng.randint(0, 3)],
            "links": ["https://journal.example/a"] if rng.random() < 0.3 else [],
            "extra": (None, '{"media": []}', '{"media": [{"kind": "image", "alt": true}, {"kind": "video"}]}')[i % 3],
        }
        for i in range(count)
    ]


def reactions(post: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    likes = int(10 ** rng.uniform(0, 2.5))
    return {
        "post_id": post["post_id"],
        "observed_at": AS_OF,
        "likes": likes,
        "reposts": likes // 4,
        "replies": likes // 9,
    }


def features(post: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    return {
        "post_id": post["post_id"],
        "text_hash": 1,
        "model_version": "t",
        "language": post["language"],
        "tone": rng.choice(["positive", "neutral", "neutral", "negative"]),
        "tone_score": 0.3,
        "disclosure": "improvable" if rng.random() < 0.05 else "none",
        "disclosure_terms": ["#collab"],
    }


def hits(post: dict[str, Any], rng: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "brief": "cafe",
            "run_id": RUN,
            "post_id": post["post_id"],
            "segment": segment,
            "relevance": rng.uniform(0.3, 1),
            "matched": True,
            "matched_terms": ["v60", "café"],
            "offsets": [0, 3],
        }
        for segment in SEGMENTS
        if rng.random() < 0.6
    ]


def ties(keys: list[str], rng: random.Random) -> list[dict[str, Any]]:
    made = {}
    for key in keys:
        for other in rng.sample(keys, 6):
            if other != key:
                made[key, other] = {
                    "from_account": acc(key),
                    "to_account": acc(other),
                    "kind": rng.choice(["reply", "mention", "follow"]),
                    "weight": float(rng.randint(1, 9)),
                    "first_at": AS_OF - timedelta(days=90),
                    "last_at": AS_OF - timedelta(days=3),
                    "evidence_post": None,
                }
    return list(made.values())


def candidates(key: str, index: int, rng: random.Random) -> list[dict[str, Any]]:
    return [candidate(key, index, segment, rng) for segment in (SEGMENTS if index % 2 == 0 else SEGMENTS[:1])]


def candidate(key: str, index: int, segment: str, rng: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {
        "brief": "cafe",
        "run_id": RUN,
        "person_id": person(key),
        "segment": segment,
        "account_id": acc(key),
        "source": "mastodon",
        "language": "fr",
        "rank": index + 1,
        "rank_low": max(1, index - 2),
        "rank_high": index + 5,
        "in_top_20": 0.87,
        "tier": ("macro", "magic_middle", "micro", None)[index % 4],
        "tier_missing": "too_few_posts" if index % 4 == 3 else None,
        "tier_rule": "amplifiers >= 12 AND focus >= 0.4",
        "tier_margin": 0.12,
        "labels": ["expert", "emerging"][: index % 3],
        "status": "undecided",
        "brand_mentions": index % 4,
        "brand_tone": None,
        "followers": 1200,
        "posts_seen": 30,
        "on_topic_posts": 12,
        "focus": 0.4,
        "authenticity": 0.9,
        "authenticity_reasons": ["repeated_texts"] if index % 7 == 0 else [],
        "amplifiers": 14,
        "attention": float(index % 5),
        "community_id": f"c{index % 3}",
        "community_rank": index // 3 + 1,
        "role": "bridge",
        "role_reasons": ["participation"],
        "last_post_at": AS_OF - timedelta(days=2),
    }
    for axis in ("reach", "resonance", "relevance", "influence"):
        middle = rng.uniform(15, 85)
        known = not (key in ("thin", "silent") and axis != "reach")
        row |= {
            axis: middle if known else None,
            f"{axis}_low": middle - 9 if known else None,
            f"{axis}_high": middle + 8 if known else None,
            f"{axis}_n": 30 if known else 1,
            f"{axis}_missing": None if known else "too_few_posts",
        }
    return row


def communities() -> list[dict[str, Any]]:
    return [
        {
            "brief": "cafe",
            "run_id": RUN,
            "community_id": f"c{i}",
            "name": name,
            "size": 12,
            "firmness": 0.8,
            "terms": ["v60", "mouture"],
            "leaders": [acc("p00")],
        }
        for i, name in enumerate(["baristas", "torréfacteurs <b>", "presse"])
    ]


def relations() -> list[dict[str, Any]]:
    return [
        {
            "brief": "cafe",
            "run_id": RUN,
            "person_id": person(key),
            "counterpart": name,
            "counterpart_kind": kind,
            "ties": 3,
            "posts": [f"{acc(key)}/1"],
            "tone": 0.4,
            "first_at": AS_OF - timedelta(days=50),
            "last_at": AS_OF,
        }
        for key, name, kind in [
            ("p00", "Brûlerie du Canal", "brand"),
            ("p00", "Torréfaction Nord", "competitor"),
            ("h0", "=1+1", "media"),
        ]
    ]


def run() -> dict[str, Any]:
    return {
        "run_id": RUN,
        "brief": "cafe",
        "started_at": AS_OF,
        "finished_at": AS_OF + timedelta(minutes=2),
        "state": "finished",
        "as_of": AS_OF,
        "code_version": "0.1.0",
        "brief_hash": "abcdef0123456789",
        "coverage": '{"mastodon": {"accounts": 37, "posts": 800, "notes": ["<b>429</b> after 300 requests"]}}',
    }
