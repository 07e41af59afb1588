"""A small published workspace, made by hand: a brand, four people, what they wrote, one finished run."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.warehouse.publish import publish
from data.warehouse.store import open_store
from data.workspace import Workspace, create_workspace

BRIEF = """
[brief]
name = "cafe"
title = "Café filtre"
why = "Faire connaître la gamme filtre."
market = "FR"
[brand]
name = "Brûlerie"
accounts = ["mastodon:brand"]
domains = ["brulerie.example"]
[[brand.competitors]]
name = "Rivale"
accounts = ["mastodon:rival"]
[[segments]]
name = "filtre"
query = "café"
"""
ACCOUNTS = ("brand", "rival", "lea", "lea_blog", "nina", "omar", "zoe")
POSTS = """
p1|lea|post|2026-05-20 10:00|Le café de la brûlerie|[https://brulerie.example/v60]||
p2|lea|post|2026-05-28 10:00|Mon café filtre du matin|[]||
p3|nina|reply|2026-05-01 10:00|Merci !|[]|b1|
p4|omar|repost|2026-03-01 10:00||[]||b1
p5|nina|post|2026-04-01 10:00|Parle de nous|[]||
p6|zoe|post|2026-05-02 10:00|lien piège|[https://notbrulerie.example/]||
b1|brand|post|2026-02-01 10:00|Bonjour|[]||
p7|lea_blog|post|2026-05-30 10:00|Un café lent|[]||
"""


def fill(store) -> None:
    for name in ACCOUNTS:
        store.execute(
            "INSERT INTO core.accounts (account_id, source, native_id, handle, display_name, url) VALUES (?, 'mastodon', ?, ?, ?, ?)",
            [f"mastodon:{name}", name, name, name.title(), f"https://m.example/@{name}"],
        )
    for line in POSTS.strip().splitlines():
        key, who, kind, at, text, links, reply, repost = line.split("|")
        store.execute(
            "INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text, url, links, in_reply_to, repost_of)"
            " VALUES (?, ?, 'mastodon', ?, ?, ?, ?, ?, ?, ?, ?)",
            [key, f"mastodon:{who}", key, kind, f"{at}+00", text or None, f"https://m.example/{key}",
             [links.strip("[]")] if links != "[]" else [], reply or None, repost or None],
        )  # fmt: skip
        store.execute("INSERT INTO core.brief_posts VALUES ('cafe', ?, 'import')", [key])
    store.execute("INSERT INTO core.ties VALUES ('mastodon:zoe', 'mastodon:brand', 'follow', 1, NULL, NULL, NULL)")
    store.execute("INSERT INTO core.ties VALUES ('mastodon:omar', 'mastodon:lea', 'reply', 1, NULL, NULL, 'p3')")
    for name, person in (
        ("lea", "lea"),
        ("lea_blog", "lea"),
        ("nina", "nina"),
        ("omar", "omar"),
        ("zoe", "zoe"),
        ("rival", "rival"),
    ):
        store.execute(
            "INSERT INTO core.person_accounts VALUES (?, ?, 'link', 'rule')", [f"person:{person}", f"mastodon:{name}"]
        )
    store.execute(
        "INSERT INTO detection.runs (run_id, brief, started_at, finished_at, state, as_of)"
        " VALUES ('r1', 'cafe', '2026-06-01 00:00+00', '2026-06-01 00:01+00', 'finished', '2026-06-01 00:00+00')"
    )
    for rank, (name, relevance) in enumerate((("rival", 90), ("lea", 60), ("nina", 40), ("omar", 30), ("zoe", 5)), 1):
        store.execute(
            "INSERT INTO detection.candidates (brief, run_id, person_id, segment, account_id, source, rank, relevance, status, tier, community_id)"
            " VALUES ('cafe', 'r1', ?, 'filtre', ?, 'mastodon', ?, ?, 'discovered', 'micro', 'c1')",
            [f"person:{name}", f"mastodon:{name}", rank, relevance],
        )
    for key in ("p1", "p2", "p7"):
        store.execute("INSERT INTO detection.hits VALUES ('cafe', 'r1', ?, 'filtre', 0.9, true, ['café'], [0])", [key])
    store.execute(
        "INSERT INTO detection.relations VALUES ('cafe', 'r1', 'person:nina', 'Brûlerie', 'brand', 1, ['p5'], 0, NULL, NULL)"
    )
    store.execute("INSERT INTO nlp.post_features VALUES ('p5', 1, 'v', 'fr', 'negative', -1, 'none', [])")


@pytest.fixture(scope="session")
def made_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("small")
    workspace = create_workspace(root)
    (root / "briefs" / "cafe.toml").write_text(BRIEF, "utf-8")
    with open_store(workspace.store) as store:
        fill(store)
    publish(workspace)
    return root


@pytest.fixture
def small(made_small: Path, tmp_path: Path) -> Workspace:
    """A copy that a test may write to."""
    import shutil

    root = tmp_path / "small"
    shutil.copytree(made_small, root)
    return Workspace(root)
