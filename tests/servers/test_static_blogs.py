"""Pelican and Hugo blogs behind nginx: by their feeds and as pages, every post is found once, and robots.txt is obeyed."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

AUTHORS = ("Léa Martin", "Paul Durand", "Nina Roy")
POSTS = 31
SECRET = 7  # the post that robots.txt keeps to itself
NGINX = """
{user} worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{ types {{ text/html html; application/atom+xml atom.xml; application/xml xml; text/plain txt; }}
  charset utf-8; gzip on; gzip_types application/atom+xml application/xml; access_log {folder}/access.log;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/www; index index.html; location / {{ try_files $uri $uri/ =404; }} }} }}
"""
PELICAN = """
SITENAME = "Carnet de {name}"; SITEURL = "{address}"; RELATIVE_URLS = False; THEME = "{name}"; DEFAULT_LANG = "fr"; TIMEZONE = "UTC"
FEED_ALL_ATOM = "feeds/all.atom.xml"; FEED_DOMAIN = SITEURL; DEFAULT_PAGINATION = 8; FEED_MAX_ITEMS = 200
"""
SINGLE = """<!doctype html><html lang="fr"><head><title>{{ .Title }}</title><link rel="canonical" href="{{ .Permalink }}">{{ template "_internal/opengraph.html" . }}</head>
<body><article class="h-entry"><h1 class="p-name">{{ .Title }}</h1><p>Par <a class="p-author h-card" href="{{ "auteurs/" | absURL }}{{ .Params.author | urlize }}/">{{ .Params.author }}</a></p>
<time class="dt-published" datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date }}</time><div class="e-content">{{ .Content }}</div></article></body></html>"""
LIST = """<!doctype html><html lang="fr"><head><title>{{ .Title }}</title>{{ range .AlternativeOutputFormats }}<link rel="alternate" type="{{ .MediaType.Type }}" href="{{ .Permalink }}">{{ end }}</head>
<body><h1>{{ .Title }}</h1>{{ range .Paginator.Pages }}<article><h2><a href="{{ .Permalink }}">{{ .Title }}</a></h2></article>{{ end }}</body></html>"""
BRIEF = """
[brief]
name = "essai"
[[segments]]
name = "café"
query = "café* OR moulin*"
{sources}
[budget]
requests = 2000
accounts = 500
posts_per_account = 500
days = 365
"""


@dataclass(frozen=True)
class Blogs:
    """The running server; `asked` returns the paths that nginx says were asked for, with their status."""

    address: str
    folder: Path

    def asked(self) -> list[tuple[str, int]]:
        lines = (self.folder / "access.log").read_text("utf-8").splitlines()
        parts = [line.split('"') for line in lines]
        return [(part[1].split()[1], int(part[2].split()[0])) for part in parts]


def written(number: int) -> tuple[str, datetime, str, str]:
    """Return title, time, author and words of a post."""
    when = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3 * number + 2)
    words = f"Au moulin numéro {number}, quinze grammes de café et deux cent cinquante millilitres d'eau. " * 6
    return f"Billet {number} du moulin", when, AUTHORS[number % 3], words


def pelican(tools: Any, blogs: Blogs, theme: str) -> None:
    """Write a blog with one of Pelican's own themes, from reStructuredText."""

    def make(folder: Path) -> None:
        tools.run(sys.executable, "-m", "venv", folder / "venv")
        tools.run(folder / "venv" / "bin" / "python", "-m", "pip", "install", "-q", "pelican==4.12.0")

    program = tools.once_made("pelican-rst", make) / "venv" / "bin" / "pelican"
    source = blogs.folder / theme
    source.mkdir()
    for number in range(POSTS):
        title, when, author, words = written(number)
        head = f":date: {when:%Y-%m-%d %H:%M}\n:author: {author}\n:tags: café\n:slug: billet-{number}"
        (source / f"{number}.rst").write_text(f"{title}\n{'#' * len(title)}\n\n{head}\n\n{words}\n", "utf-8")
    settings = blogs.folder / f"{theme}.py"
    settings.write_text(PELICAN.format(name=theme, address=f"{blogs.address}/{theme}"), "utf-8")
    tools.run(program, source, "-s", settings, "-o", blogs.folder / "www" / theme)


def hugo(tools: Any, blogs: Blogs) -> None:
    """Write a blog with a small theme of our own, sitemap and RSS by Hugo."""
    program = tools.debian("hugo", "hugo")
    source = blogs.folder / "hugo"
    for place, text in (("_default/single.html", SINGLE), ("_default/list.html", LIST)):
        path = source / "layouts" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    settings = f'baseURL = "{blogs.address}/hugo/"\ntitle = "Carnet de Hugo"\nlanguageCode = "fr"\npaginate = 8\n'
    (source / "config.toml").write_text(settings, "utf-8")
    (source / "content" / "posts").mkdir(parents=True)
    for number in range(POSTS):
        title, when, author, words = written(number)
        head = f'title: "{title}"\ndate: {when.isoformat()}\nauthor: "{author}"'
        (source / "content" / "posts" / f"billet-{number}.md").write_text(f"---\n{head}\n---\n\n{words}\n", "utf-8")
    tools.run(program, "--source", source, "--destination", blogs.folder / "www" / "hugo", "--quiet")


@pytest.fixture(scope="module")
def blogs(tools: Any, programs: Any) -> Blogs:
    """nginx, two Pelican blogs, and a robots.txt that keeps one post of each blog to itself."""
    server = tools.debian("nginx", "nginx-light")
    port, folder = tools.free_port(), programs.folder / "blogs"
    (folder / "www").mkdir(parents=True)
    made = Blogs(f"http://127.0.0.1:{port}", folder)
    for theme in ("simple", "notmyidea"):
        pelican(tools, made, theme)
    rules = f"User-agent: *\nDisallow: /*/billet-{SECRET}.html\nDisallow: /*/billet-{SECRET}/\nSitemap: {made.address}/hugo/sitemap.xml\n"
    (folder / "www" / "robots.txt").write_text(rules, "utf-8")
    for place in (folder, *folder.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    user = "" if os.geteuid() else "user root;"  # the folders of tests are their owner's alone
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=user), "utf-8")
    process = programs.start("nginx", [server, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
    programs.wait_for(port, process)
    return made


@pytest.fixture
def hugo_blog(tools: Any, blogs: Blogs) -> Blogs:
    if not (blogs.folder / "www" / "hugo").exists():
        hugo(tools, blogs)
    return blogs


def by_feeds(blogs: Blogs, theme: str) -> str:
    return f'[[sources]]\nkind = "feeds"\nurls = ["{blogs.address}/{theme}/feeds/all.atom.xml"]'


def as_pages(blogs: Blogs, name: str) -> str:
    return f'[[sources]]\nkind = "web"\nsites = ["{blogs.address}/{name}/"]'


def found(desk: Any, sources: str) -> list[tuple[str, str]]:
    """Run a discovery; return title and author of every post that has words."""
    desk.brief(BRIEF.format(sources=sources))
    assert desk.discover() in {0, 3}
    rows = desk.rows(
        "SELECT p.title, a.display_name FROM core.posts p JOIN core.accounts a USING (account_id) WHERE p.text IS NOT NULL"
    )
    return sorted((str(title), str(name)) for title, name in rows)


def expected(*, secret: bool) -> list[tuple[str, str]]:
    told = (written(number) for number in range(POSTS) if secret or number != SECRET)
    return sorted((title, author) for title, _, author, _ in told)


@pytest.mark.parametrize("theme", ["simple", "notmyidea"])
def test_a_pelican_blog_is_read_as_pages_without_a_sitemap(blogs: Blogs, desk: Any, theme: str) -> None:
    assert found(desk, as_pages(blogs, theme)) == expected(secret=False)


@pytest.mark.parametrize("theme", ["simple", "notmyidea"])
def test_a_pelican_blog_is_read_by_its_feed(blogs: Blogs, desk: Any, theme: str) -> None:
    """The feed itself may be read, so what it says of the post whose page is kept back is known; its page is not asked."""
    titles = [title for title, _ in found(desk, by_feeds(blogs, theme))]
    assert len(titles) == len(set(titles))
    assert set(titles) >= {title for title, _ in expected(secret=False)}


def test_a_hugo_blog_is_read_by_its_sitemap(hugo_blog: Blogs, desk: Any) -> None:
    assert found(desk, as_pages(hugo_blog, "hugo")) == expected(secret=False)
    assert any(path == "/hugo/sitemap.xml" and status == 200 for path, status in hugo_blog.asked())


def test_feeds_and_pages_of_one_blog_are_the_same_posts_and_people(blogs: Blogs, desk: Any) -> None:
    found(desk, f"{by_feeds(blogs, 'notmyidea')}\n{as_pages(blogs, 'notmyidea')}")
    [(posts, addresses)] = desk.rows("SELECT count(*), count(DISTINCT url) FROM core.posts WHERE text IS NOT NULL")
    assert posts == addresses
    assert {
        name
        for (name,) in desk.rows("SELECT DISTINCT display_name FROM core.accounts JOIN core.posts USING (account_id)")
    } >= set(AUTHORS)
    assert desk.rows(
        "SELECT count(*) FROM (SELECT display_name FROM core.accounts GROUP BY ALL HAVING count(*) > 1)"
    ) == [(0,)]


def test_what_robots_keep_back_is_never_asked(blogs: Blogs, desk: Any) -> None:
    found(desk, as_pages(blogs, "simple"))
    asked = [path for path, _ in blogs.asked()]
    assert "/robots.txt" in asked
    assert not [path for path in asked if f"billet-{SECRET}." in path or f"billet-{SECRET}/" in path]


def test_an_unchanged_blog_is_asked_with_its_validators_only(blogs: Blogs, desk: Any) -> None:
    found(desk, by_feeds(blogs, "simple"))
    before = len(blogs.asked())
    found(desk, by_feeds(blogs, "simple"))
    again = blogs.asked()[before:]
    assert [status for path, status in again if path.endswith(".atom.xml")] in ([304], [])
    assert not [path for path, status in again if status == 200 and "billet" in path]


def test_a_post_that_vanished_leaves_a_marker_without_words(blogs: Blogs, desk: Any) -> None:
    page = blogs.folder / "www" / "simple" / "billet-3.html"
    found(desk, as_pages(blogs, "simple"))
    kept = page.read_bytes()
    page.unlink()
    try:
        titles = [title for title, _ in found(desk, as_pages(blogs, "simple"))]
    finally:
        page.write_bytes(kept)
    assert written(3)[0] not in titles
    assert len(titles) == POSTS - 2
