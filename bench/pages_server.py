"""A server of hashtag timelines on two ports of loopback, as quick as plain asyncio is; prints its ports."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

POSTS = int(sys.argv[1]) if len(sys.argv) > 1 else 20


def account(base: str, number: int) -> dict[str, Any]:
    """Return a person of Mastodon's API."""
    name = f"p{number}"
    return {
        "id": str(number), "username": name, "acct": name, "uri": f"{base}/users/{name}", "url": f"{base}/@{name}",
        "display_name": "P", "note": "<p>hello</p>", "bot": False, "discoverable": True, "indexable": True,
        "noindex": False, "created_at": "2024-01-01T00:00:00.000Z", "followers_count": 10, "following_count": 3,
        "statuses_count": 9, "fields": [],
    }  # fmt: skip


def page(base: str, tag: int) -> bytes:
    """Return the timeline of one hashtag."""
    author = account(base, tag % 50)
    shared = {
        "created_at": "2026-05-01T10:00:00.000Z", "account": author, "visibility": "public", "language": "en",
        "content": "<p>a cup of coffee</p>", "reblog": None, "tags": [], "mentions": [], "favourites_count": 1,
    }  # fmt: skip
    numbers = range(tag * 100, tag * 100 + POSTS)
    rows = [
        {"id": str(n), "uri": f"{author['uri']}/statuses/{n}", "url": f"{author['url']}/{n}"} | shared for n in numbers
    ]
    return json.dumps(rows, separators=(",", ":")).encode()


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection until it is closed."""
    host = "127.0.0.1:{}".format(writer.get_extra_info("sockname")[1])
    try:
        while True:
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
            tag = re.search(r"/tag/t(\d+)", path)
            instance = json.dumps({"domain": host, "version": "4.6.0"}).encode() if path.endswith("/instance") else b""
            body = page(f"http://{host}", int(tag[1])) if tag else instance
            link = f'Link: <http://{host}{path}&min_id=1>; rel="prev"'  # the only page: there is no next
            head = f"HTTP/1.1 {200 if body else 404} X\r\nContent-Type: application/json\r\n{link}\r\n"
            head += f"Content-Length: {len(body)}"
            writer.write(head.encode() + b"\r\n\r\n" + body)
    except (asyncio.IncompleteReadError, OSError):
        writer.close()


async def main() -> None:
    """Serve until killed."""
    servers = [await asyncio.start_server(talk, "127.0.0.1", 0) for _ in range(2)]
    sys.stdout.write(json.dumps([server.sockets[0].getsockname()[1] for server in servers]) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
