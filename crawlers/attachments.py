"""What is attached to a post, told alike whatever network it comes from: its kind, and whether it is described."""

from __future__ import annotations

from typing import Any

from crawlers.shapes import as_dict
from crawlers.text import clean

KINDS = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}
MOST = 40

Attached = list[dict[str, Any]]


def mastodon_media(status: dict[str, Any]) -> Attached | None:
    """Return a status's attachments as (kind, alt); None when the server tells of none and of no absence either."""
    told = status.get("media_attachments")
    if not isinstance(told, list):
        return None
    found = [as_dict(one) for one in told[:MOST]]
    return [
        {"kind": KINDS[str(one.get("type"))], "alt": bool(clean(one.get("description"), 100))}
        for one in found
        if str(one.get("type")) in KINDS
    ]


def bluesky_media(record: dict[str, Any]) -> Attached:
    """Return what a Bluesky post embeds as (kind, alt), beside a quoted post too; empty when it embeds nothing."""
    embed = as_dict(record.get("embed"))
    media = as_dict(embed.get("media")) or embed
    kind = str(media.get("$type"))
    if kind == "app.bsky.embed.images":
        images = media.get("images")
        listed = [as_dict(one) for one in images[:MOST]] if isinstance(images, list) else []
        return [{"kind": "image", "alt": bool(clean(one.get("alt"), 100))} for one in listed]
    if kind == "app.bsky.embed.video":
        return [{"kind": "video", "alt": bool(clean(media.get("alt"), 100))}]
    return []
