"""Where things stand on a page: near its headline, or apart, in comments, sidebars and teasers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawlers.web.names import fold
from crawlers.web.places import Words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

ASIDE = re.compile(
    r"(?i)^(?:comments?(?:$|[-_])|commentlist|comment-?author|respond$|reply|disqus|sidebar|side-bar|widget|related|recommend"
    r"|footer|site-footer|popular|trending|teaser|promo|newsletter|carousel|more-?(?:from|stories|news|posts)|read-?next|next"
    r"|prev|latest|recirc|outbrain|taboola|most-?(?:read|popular)|nav(?:$|[-_])|navigation|menu|breadcrumb|testimonial|slider"
    r"|recent|rail|aside|secondary|card|tile|listing|story-?list|post-?list|article-?list|caption|gallery|image|photo|figure"
    r"|quote|blockquote|embed|tweet|twitter|share|social|kommentar|ähnlich|reactions|feedback|ad(?:$|[-_])|ads(?:$|[-_])"
    r"|advert|sponsor|login|register|modal|popup|overlay|cookie|reviewer|trackback|pingback|author-?(?:bio|box|desc))"
)
TAGS = frozenset(
    {
        "nav",
        "footer",
        "aside",
        "form",
        "figure",
        "figcaption",
        "blockquote",
        "select",
        "noscript",
        "template",
        "iframe",
        "button",
    }
)
HIGHEST = 30
HEADLINES = "h1, [itemprop~=headline], .p-name, .entry-title, .post-title, h2"


class Zones:
    """The headline of one page, and which elements stand apart from its article."""

    def __init__(self, tree: LexborHTMLParser, title: str | None) -> None:
        self.words = Words()
        self._apart: dict[int, bool] = {}
        self.headline = headline_of(tree, title)
        self.headline_text = " ".join(self.headline.text().split())[:300] if self.headline is not None else ""
        above = _ancestors(self.headline) if self.headline is not None else []
        self._in_an_article = any(node.tag == "article" for node in above)
        self._above = {node.mem_id: level for level, node in enumerate(above)}

    def aside(self, node: LexborNode) -> bool:
        """Whether an element is part of comments, sidebars, teasers or quotations; what holds the headline is not."""
        way: list[int] = []
        answer = False
        for one in [node, *_ancestors(node)]:
            if one.mem_id in self._above or one.tag in {"body", "html"}:
                break
            if one.mem_id in self._apart:
                answer = self._apart[one.mem_id]
                break
            way.append(one.mem_id)
            if (
                (one.tag in TAGS and not _signs(one))
                or (one.tag == "article" and self._in_an_article)  # another one: a teaser, a comment
                or (one.mem_id != node.mem_id and _stands_apart(one))
                or (one.mem_id == node.mem_id and _is_comment(one))
            ):
                answer = True
                break
        self._apart.update(dict.fromkeys(way[1:], answer))
        return answer

    def ordered(self, nodes: list[LexborNode]) -> list[LexborNode]:
        """Return the elements of the article, those after the headline first, each group as it stands on the page."""
        each = {node.mem_id: node for node in nodes}  # an element that fits two selectors is found twice
        kept = [node for node in each.values() if not self.aside(node)]
        if self.headline is None:
            return kept
        return sorted(kept, key=self._steps)

    def _steps(self, node: LexborNode) -> int:
        """How many levels above the headline the nearest element is that holds both."""
        shared = next((one.mem_id for one in [node, *_ancestors(node)] if one.mem_id in self._above), 0)
        return self._above.get(shared, HIGHEST)


def _ancestors(node: LexborNode) -> list[LexborNode]:
    found: list[LexborNode] = []
    above = node.parent
    while above is not None and above.tag and len(found) < HIGHEST:
        found.append(above)
        above = above.parent
    return found


def _stands_apart(node: LexborNode) -> bool:
    given = node.attributes
    told = f"{given.get('class') or ''} {given.get('id') or ''}"[:500]
    return any(ASIDE.match(word) for word in told.split())


def _signs(node: LexborNode) -> bool:
    given = node.attributes
    told = f"{given.get('class') or ''} {given.get('id') or ''}".lower()
    above = node.parent
    foot = node.tag == "footer" and any(word in told for word in ("entry", "post", "article"))
    own = node.tag == "footer" and above is not None and above.tag == "article"
    return "byline" in told or "author" in told or foot or own


def _is_comment(node: LexborNode) -> bool:
    given = node.attributes
    return "comment" in f"{given.get('class') or ''} {given.get('id') or ''}".lower()


def headline_of(tree: LexborHTMLParser, title: str | None) -> LexborNode | None:
    """Return the heading that the title of the page repeats, the article's before the site's; else its first."""
    wanted = fold(title or "")
    nodes = tree.css(HEADLINES)[:60]
    fitting = [(node, told) for node in nodes if (told := fold(node.text()[:500])) and _fits(told, wanted)]
    if fitting:
        return max(fitting, key=lambda one: (_of_an_article(one[0]), min(len(one[1]), len(wanted))))[0]
    return next((node for node in nodes if node.tag == "h1" and node.text().strip()), None)


def _fits(told: str, wanted: str) -> bool:
    return len(told) > 8 and bool(wanted) and (told[:60] in wanted or (len(wanted) > 12 and wanted[:40] in told))


def _of_an_article(node: LexborNode) -> bool:
    return any(one.tag == "article" for one in _ancestors(node))
