"""Plain text as the networks show it: escaped, with anchors for people, tags and links."""

from __future__ import annotations

import re
from html import escape

TOKEN = re.compile(r"(https?://[^\s<>\"]+)|(?<![\w/])#(\w+)|(?<![\w/])@([a-z0-9_]+)@([\w.:-]+)")
_HOST = re.compile(r"127\.0\.0\.1:(\d+)")


class Places:
    """Moves the addresses written in a world to those it is served at."""

    def __init__(self, written: int, served: int, count: int) -> None:
        self._shift, self._ports = served - written, range(written, written + count)

    def move(self, text: str) -> str:
        """Return the text with the world's own hosts replaced by the served ones."""
        if not self._shift or "127.0.0.1:" not in text:
            return text
        return _HOST.sub(self._moved, text)

    def _moved(self, found: re.Match[str]) -> str:
        port = int(found[1])
        return f"127.0.0.1:{port + self._shift}" if port in self._ports else found[0]


def shown_link(url: str) -> str:
    """Return a link as Mastodon writes it: the scheme and the tail are there, but hidden."""
    scheme, _, rest = url.partition("://")
    head, tail = rest[:30], rest[30:]
    ellipsis = "ellipsis" if tail else ""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}://</span><span class="{ellipsis}">{escape(head)}</span>'
        f'<span class="invisible">{escape(tail)}</span></a>'
    )


def to_html(text: str, base: str) -> str:
    """Return the HTML of a post's or a profile's text, with links to tags and people of the server at `base`."""
    out, last = [], 0
    for found in TOKEN.finditer(text):
        out.append(escape(text[last : found.start()], quote=False))
        url, tag, user, host = found.groups()
        if url:
            out.append(shown_link(url))
        elif tag:
            out.append(f'<a href="{base}/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>')
        else:
            out.append(
                f'<span class="h-card" translate="no"><a href="http://{escape(host)}/@{user}" class="u-url mention">'
                f"@<span>{user}</span></a></span>"
            )
        last = found.end()
    out.append(escape(text[last:], quote=False))
    return "<p>" + "".join(out).replace("\n\n", "</p><p>").replace("\n", "<br>") + "</p>"
