"""What the facts are read from: one person's posts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CHARS: Final = 20_000
_NOISE = re.compile(r"(?:https?://|www\.)\S{1,500}|[@#]\w[\w.@-]{0,80}|\b(?:https?|RT|via)\b")
_HASHTAG = re.compile(r"(?<!\w)#(\w[\w-]{0,80})")
_MENTION = re.compile(r"(?<![\w./])@(\w[\w.-]{0,80}(?:@[\w.-]{1,80})?)")
_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}")


@dataclass(frozen=True, slots=True)
class Post:
    """One post with what the source said of it; `kind` is post, reply, repost or quote."""

    post_id: str
    text: str = ""
    published_at: datetime | None = None
    kind: str = "post"
    language: str | None = None
    title: str | None = None
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    source: str | None = None
    account_id: str | None = None
    in_reply_to: str | None = None

    @property
    def own(self) -> bool:
        """Whether the words are the author's own: a repost never is."""
        return self.kind != "repost"

    @property
    def words(self) -> str:
        """Title and text without links, mentions and hashtags; at most 20,000 characters are read."""
        return _NOISE.sub(" ", f"{self.title or ''}\n{self.text}"[:MAX_CHARS]).strip()


def read(row: Mapping[str, Any]) -> Post:
    """Return a post from a row of core.posts; missing hashtags, mentions and links are read in the text."""
    text = str(row.get("text") or "")[:MAX_CHARS]
    return Post(
        post_id=str(row["post_id"]),
        text=text,
        published_at=_time(row.get("published_at")),
        kind=str(row.get("kind") or "post"),
        language=row.get("language"),
        title=row.get("title"),
        hashtags=tuple(row.get("hashtags") or _HASHTAG.findall(text)),
        mentions=tuple(row.get("mentions") or _MENTION.findall(text)),
        links=tuple(row.get("links") or _LINK.findall(text)),
        media=tuple(row.get("media") or ()),
        source=row.get("source"),
        account_id=row.get("account_id"),
        in_reply_to=row.get("in_reply_to"),
    )


def _time(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
