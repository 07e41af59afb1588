"""Pelican and Hugo blogs behind nginx: by their feeds and as pages, every post is found once, and robots.txt is obeyed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

AUTHORS = ("Léa Martin", "Paul Durand", "Nina Roy")
THEMES = ("simple", "notmyidea")
POSTS = 31
SECRET = 7  # the post that robots.txt keeps to itself
RULES = """
location / {{ try_files $uri $uri/ =404; }}
location = /old.xml {{ return 301 {address}/simple/feeds/all.atom.xml; }}
location = /closed.xml {{ return 410; }}
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


def written(number: int) -> tuple[str, datetime, str, str]:
    """Return title, time, author and words of a post."""
    when = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3 * number + 2)
    words = f"Au moulin numéro {number}, quinze grammes de café et deux cent cinquante millilitres d'eau. " * 6
    return f"Billet {number} du moulin", when, AUTHORS[number % 3], words


def pelican(tools: Any, address: str, folder: Path, theme: str) -> None:
    """Write a blog with one of Pelican's own themes, from reStructuredText."""
    source = folder / theme
    source.mkdir(parents=True)
    for number in range(POSTS):
        title, when, author, words = written(number)
        head = f":date: {when:%Y-%m-%d %H:%M}\n:author: {author}\n:tags: café\n:slug: billet-{number}"
        (source / f"{number}.rst").write_text(f"{title}\n{'#' * len(title)}\n\n{head}\n\n{words}\n", "utf-8")
    settings = folder / f"{theme}.py"
    settings.write_text(PELICAN.format(name=theme, address=f"{address}/{theme}"), "utf-8")
    program = tools.python_with("pelican-rst", "pelican==4.12.0") / "pelican"
    tools.run(program, source, "-s", settings, "-o", folder / "www" / theme)


def hugo(tools: Any, address: str, folder: Path) -> None:
    """Write a blog with a small theme of our own, sitemap and RSS by Hugo."""
    program = tools.debian("hugo", "hugo")
    source = folder / "hugo"
    for place, text in (("_default/single.html", SINGLE), ("_default/list.html", LIST)):
        path = source / "layouts" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    settings = f'baseURL = "{address}/hugo/"\ntitle = "Carnet de Hugo"\nlanguageCode = "fr"\npaginate = 8\n'
    (source / "config.toml").write_text(settings, "utf-8")
    (source / "content" / "posts").mkdir(parents=True)
    for number in range(POSTS):
        title, when, author, words = written(number)
        head = f'title: "{title}"\ndate: {when.isoformat()}\nauthor: "{author}"'
        (source / "content" / "posts" / f"billet-{number}.md").write_text(f"---\n{head}\n---\n\n{words}\n", "utf-8")
    tools.run(program, "--source", source, "--destination", folder / "www" / "hugo", "--quiet")


@pytest.fixture(scope="module")
def blogs(tools: Any, programs: Any) -> Any:
    """nginx, two Pelican blogs, one of Hugo, and a robots.txt that keeps one post of each blog to itself."""
    port, folder = tools.free_port(), programs.folder / "blogs"
    address = f"http://127.0.0.1:{port}"
    for theme in THEMES:
        pelican(tools, address, folder, theme)
    hugo(tools, address, folder)
    rules = f"User-agent: *\nDisallow: /*/billet-{SECRET}.html\nDisallow: /*/billet-{SECRET}/\nSitemap: {address}/hugo/sitemap.xml\n"
    (folder / "www" / "robots.txt").write_text(rules, "utf-8")
    return tools.front(programs, "blogs", RULES.format(address=address), port)


def new(tools: Any, folder: Path, sources: str) -> Any:
    """Run a discovery in a workspace of its own."""
    made = tools.new_desk(folder)
    made.brief(BRIEF.format(sources=sources))
    assert made.discover() in {0, 3}
    return made


@pytest.fixture(scope="module")
def pages(tools: Any, blogs: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one discovery finds in the pages of three blogs, one of which is read by its feed as well."""
    sites = ", ".join(f'"{blogs.address}/{name}/"' for name in (*THEMES, "hugo"))
    feed = f"{blogs.address}/notmyidea/feeds/all.atom.xml"
    told = f'[[sources]]\nkind = "feeds"\nurls = ["{feed}"]\n[[sources]]\nkind = "web"\nsites = [{sites}]'
    return new(tools, tmp_path_factory.mktemp("pages"), told)


@pytest.fixture(scope="module")
def feeds(tools: Any, blogs: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one discovery finds by feeds: one at an address that moved, one that is gone, one as it should be."""
    names = ("old.xml", "closed.xml", "notmyidea/feeds/all.atom.xml")
    urls = ", ".join(f'"{blogs.address}/{name}"' for name in names)
    return new(tools, tmp_path_factory.mktemp("feeds"), f'[[sources]]\nkind = "feeds"\nurls = [{urls}]')


def found(desk: Any, blog: str) -> list[tuple[str, str]]:
    """Return title and author of every post of a blog that has words."""
    rows = desk.rows(
        f"SELECT p.title, a.display_name FROM core.posts p JOIN core.accounts a USING (account_id) "
        f"WHERE p.text IS NOT NULL AND p.url LIKE '%/{blog}/%'"
    )
    return sorted((str(title), str(name)) for title, name in rows)


def expected() -> list[tuple[str, str]]:
    told = (written(number) for number in range(POSTS) if number != SECRET)
    return sorted((title, author) for title, _, author, _ in told)


@pytest.mark.parametrize("blog", ["simple", "hugo"])
def test_every_post_of_a_blog_is_read_once_by_its_pages_or_its_sitemap(pages: Any, blog: str) -> None:
    assert found(pages, blog) == expected()


def test_a_sitemap_that_robots_txt_names_is_used(pages: Any, blogs: Any) -> None:
    assert ("/hugo/sitemap.xml", 200) in blogs.asked()


def test_what_robots_keep_back_is_never_asked(pages: Any, feeds: Any, blogs: Any) -> None:
    asked = [path for path, _ in blogs.asked()]
    assert "/robots.txt" in asked
    assert not [path for path in asked if f"billet-{SECRET}." in path or f"billet-{SECRET}/" in path]


def test_feeds_and_pages_of_one_blog_are_the_same_posts_and_people(pages: Any) -> None:
    """The feed itself may be read, so what it says of the post whose page is kept back is known."""
    told = found(pages, "notmyidea")
    assert len(told) == len({title for title, _ in told})
    assert set(told) >= set(expected())
    assert {name for _, name in told} == set(AUTHORS)
    twice = (
        "SELECT display_name FROM core.accounts WHERE account_id LIKE '%notmyidea%' GROUP BY ALL HAVING count(*) > 1"
    )
    assert pages.rows(twice) == []


@pytest.mark.parametrize("blog", THEMES)
def test_every_entry_of_a_feed_is_found_once_even_where_the_feed_has_moved(feeds: Any, blog: str) -> None:
    titles = [title for title, _ in found(feeds, blog)]
    assert len(titles) == len(set(titles))
    assert set(titles) >= {title for title, _ in expected()}


def test_a_feed_that_is_gone_costs_nothing_of_the_others(feeds: Any, blogs: Any) -> None:
    assert ("/closed.xml", 410) in blogs.asked()


def test_an_unchanged_blog_is_asked_with_its_validators_only(feeds: Any, blogs: Any) -> None:
    before = len(blogs.asked())
    assert feeds.discover() in {0, 3}
    again = blogs.asked()[before:]
    assert {status for path, status in again if path.endswith(".atom.xml")} <= {304}
    pages = [path for path, status in again if status == 200 and "billet" in path]
    assert len(pages) <= 20 < POSTS * 2  # only the few posts that are asked whether they are still there


def test_a_post_that_vanished_leaves_a_marker_without_words(pages: Any, blogs: Any) -> None:
    """Kept last: it changes a blog."""
    (blogs.folder / "www" / "simple" / "billet-3.html").unlink()
    assert pages.discover() in {0, 3}
    assert written(3)[0] not in [title for title, _ in found(pages, "simple")]
    assert len(found(pages, "simple")) == POSTS - 2
    assert pages.rows("SELECT title, text FROM core.posts WHERE deleted_at IS NOT NULL") == [(None, None)]
