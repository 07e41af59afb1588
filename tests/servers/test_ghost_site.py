"""Ghost from npm: every public post of the site is found once, and what members pay for is not taken for the whole."""

from __future__ import annotations

import http.cookiejar
import json
import shutil
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

GHOST = "ghost@6.65.0"
POSTS = 24  # more than a feed tells (15)
OWNER = {"name": "Léa Martin", "email": "lea@example.com", "password": "un mot de passe long", "blogTitle": "Carnet"}
BRIEF = """
[brief]
name = "essai"
[[segments]]
name = "café"
query = "café*"
[[sources]]
kind = "web"
sites = ["{address}/"]
[[sources]]
kind = "feeds"
urls = ["{address}/rss/"]
[budget]
requests = 500
accounts = 50
posts_per_account = 500
days = 365
"""


@dataclass
class Ghost:
    """The running site, asked as its own editor asks it."""

    address: str
    opener: urllib.request.OpenerDirector

    def call(self, path: str, body: Any = None, method: str | None = None) -> Any:
        raw = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Origin": self.address, "Accept-Version": "v6.0"}
        request = urllib.request.Request(f"{self.address}/ghost/api/admin/{path}", raw, headers, method=method)
        with self.opener.open(request, timeout=60) as answer:
            told = answer.read()
        return json.loads(told) if told.startswith(b"{") else None

    def write(self, title: str, days: float, words: str, **more: Any) -> dict[str, Any]:
        when = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        post = {"title": title, "html": f"<p>{words}</p>", "status": "published", "published_at": when} | more
        return dict(self.call("posts/?source=html", {"posts": [post]}, "POST")["posts"][0])

    def public(self) -> set[str]:
        """Return the addresses of what the site itself says is published for everybody."""
        posts = self.call("posts/?limit=100")["posts"]
        shown = [one for one in posts if (one["status"], one["visibility"]) == ("published", "public")]
        return {one["url"] for one in shown if one["title"].startswith("Café numéro")}


@pytest.fixture(scope="module")
def ghost(tools: Any, programs: Any) -> Ghost:
    """A site with one author, posts for everybody, one for members, a draft."""
    environment = tools.node()

    def make(folder: Path) -> None:
        told = {"cwd": folder, "env": environment}
        tools.run("npm", "pack", GHOST, **told)
        tools.run("tar", "xzf", next(folder.glob("ghost-*.tgz")), **told)
        told["cwd"] = folder / "package"
        tools.run("npm", "install", "--omit=dev", "--legacy-peer-deps", "--no-audit", "--no-fund", **told)

    package = tools.once_made("ghost", make) / "package"
    folder, port = programs.folder / "ghost", tools.free_port()
    for name in ("data", "images", "logs", "adapters", "settings", "public", "media", "files"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(package / "content" / "themes", folder / "themes")
    address = f"http://127.0.0.1:{port}"
    told = {
        "NODE_ENV": "production", "url": address, "server__port": str(port), "server__host": "127.0.0.1",
        "database__client": "sqlite3", "database__connection__filename": str(folder / "data" / "ghost.db"),
        "database__useNullAsDefault": "true", "paths__contentPath": str(folder), "logging__transports": '["stdout"]',
        "security__staffDeviceVerification": "false", "privacy__useUpdateCheck": "false",
        "caching__sitemap__maxAge": "0",  # an hour otherwise, in which a correction may go unseen
    }  # fmt: skip
    process = programs.start("ghost", ["node", "index.js"], cwd=package, env=environment | told)
    programs.wait_for(port, process, 180)
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    made = Ghost(address, urllib.request.build_opener(jar))
    tools.until(lambda: made.call("authentication/setup/"))
    made.call("authentication/setup/", {"setup": [OWNER]}, "POST")
    made.call("session/", {"username": OWNER["email"], "password": OWNER["password"]}, "POST")
    for number in range(POSTS):
        made.write(
            f"Café numéro {number}", 2 + 3 * number, f"Le café numéro {number}, moulu fin, coule doucement. " * 8
        )
    made.write("Pour abonnés", 4, "Le café est bon. <!--members-only--> recette secrète " * 9, visibility="members")
    made.write("Brouillon", 4, "café et brouillon secret", status="draft", published_at=None)
    return made


@pytest.fixture(scope="module")
def desk(ghost: Ghost, tools: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one discovery finds, by pages and by the feed."""
    made = tools.new_desk(tmp_path_factory.mktemp("ghost"))
    made.brief(BRIEF.format(address=ghost.address))
    assert made.discover() in {0, 3}
    return made


def found(desk: Any) -> list[str]:
    return [url for (url,) in desk.rows("SELECT url FROM core.posts WHERE title LIKE 'Café numéro%'")]


def test_every_public_post_is_found_once(ghost: Ghost, desk: Any) -> None:
    told = found(desk)
    assert len(told) == len(set(told)) == POSTS
    assert {url.rstrip("/") for url in told} == {url.rstrip("/") for url in ghost.public()}


def test_whoever_writes_is_one_person_by_feed_and_by_page(desk: Any) -> None:
    rows = "SELECT DISTINCT display_name FROM core.accounts JOIN core.posts USING (account_id) WHERE title LIKE 'Café numéro%'"
    assert desk.rows(rows) == [(OWNER["name"],)]
    assert desk.rows("SELECT count(DISTINCT account_id) FROM core.posts WHERE title LIKE 'Café numéro%'") == [(1,)]


def test_what_is_not_for_everybody_leaves_nothing(desk: Any) -> None:
    assert b"secr" not in desk.words()


@pytest.fixture(scope="module")
def changed(ghost: Ghost, desk: Any) -> Any:
    """What a second discovery finds once a post was deleted and another one corrected."""
    posts = {post["title"]: post for post in ghost.call("posts/?limit=100")["posts"]}
    ghost.call(f"posts/{posts['Café numéro 3']['id']}/", method="DELETE")
    one = posts["Café numéro 5"]
    words = {"html": "<p>Une correction heureuse de ce café, tout entier réécrit avec soin.</p>"}
    ghost.call(f"posts/{one['id']}/?source=html", {"posts": [words | {"updated_at": one["updated_at"]}]}, "PUT")
    assert desk.discover() in {0, 3}
    return desk


def test_what_is_taken_back_goes(changed: Any) -> None:
    assert changed.rows("SELECT text, title FROM core.posts WHERE deleted_at IS NOT NULL") == [(None, None)]
    assert "Le café numéro 3," not in changed.words().decode()


def test_what_is_corrected_replaces_the_former_words(changed: Any) -> None:
    [(text,)] = changed.rows("SELECT text FROM core.posts WHERE title = 'Café numéro 5'")
    assert "correction heureuse" in text
    assert "Le café numéro 5," not in changed.words().decode()
