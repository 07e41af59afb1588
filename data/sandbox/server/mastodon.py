"""Accounts and statuses as the entities of Mastodon's client API, seen from one server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.sandbox.server.markup import shown_link, to_html
from data.sandbox.server.store import fold_tag

if TYPE_CHECKING:
    from datetime import datetime

    from data.sandbox.server.markup import Places
    from data.sandbox.server.store import Store

Entity = dict[str, Any]
VERSION = "4.6.5"
_CACHED = 60_000


def stamp(moment: datetime | None) -> str | None:
    """Return a time as Mastodon writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


class View:
    """What one server of the world holds and how it says it."""

    def __init__(self, store: Store, places: Places, instance: int) -> None:
        self.store, self.places, self.instance = store, places, instance
        self.domain = places.move(f"127.0.0.1:{store.port + instance}")
        self._accounts: dict[int, Entity] = {}
        self._statuses: dict[int, Entity] = {}

    @property
    def base(self) -> str:
        """The server's own address."""
        return f"http://{self.domain}"

    def host_of(self, account: int) -> str:
        """Return the home server's name of an account."""
        return self.places.move(f"127.0.0.1:{self.store.port + int(self.store.home[account])}")

    def actor(self, account: int) -> str:
        """Return the account's global address."""
        return f"http://{self.host_of(account)}/users/{self.store.usernames[account]}"

    def account(self, row: int) -> Entity:
        """Return one account; what is remote is known in part, what is hidden is -1 as some servers have it."""
        if row not in self._accounts:
            if len(self._accounts) > _CACHED:
                self._accounts.clear()
            self._accounts[row] = self._account(row)
        return self._accounts[row]

    def _account(self, row: int, *, follow: bool = True) -> Entity:
        known, store = self.store.accounts[row], self.store
        local = store.home[row] == self.instance
        name, host = store.usernames[row], self.host_of(row)
        suspended = known["status"] == "suspended"
        mine = store.statuses(self.instance, row)
        last = store.post(int(mine[-1]))["published_at"] if len(mine) else None
        entity: Entity = {
            "id": store.account_id(self.instance, row),
            "username": name,
            "acct": name if local else f"{name}@{host}",
            "display_name": "" if suspended else known["display_name"],
            "locked": False,
            "bot": bool(known["is_automated"]),
            "discoverable": known["discoverable"],
            "indexable": known["indexable"],
            "group": False,
            "created_at": stamp(known["created_at"]) or "2022-01-01T00:00:00.000Z",
            "note": "" if suspended else to_html(self.places.move(known["summary"] or ""), self.base),
            "url": f"http://{host}/@{name}",
            "uri": self.actor(row),
            "avatar": f"http://{host}/avatars/original/missing.png",
            "header": f"http://{host}/headers/original/missing.png",
            "followers_count": self._followers(row, local=bool(local)),
            "following_count": (known["following"] or 0) if local else len(store.ties_from.of(row)),
            "statuses_count": len(mine),
            "last_status_at": last.date().isoformat() if last else None,
            "hide_collections": bool(known["hide_collections"]),
            "emojis": [],
            "roles": [],
            "fields": [] if suspended else self._fields(known),
        }
        if local:
            entity["noindex"] = bool(known["noindex"])
        if suspended:
            entity["suspended"] = True
        if known["moved_to"] and follow:
            entity["moved"] = self._moved(known["moved_to"])
        return entity

    def _followers(self, row: int, *, local: bool) -> int:
        if not local:
            return int(self.store.local_followers[self.instance, row])
        figure = self.store.accounts[row]["followers"]
        return -1 if figure is None else int(figure)

    def _fields(self, known: Entity) -> list[Entity]:
        if not known["links"]:
            return []
        url = self.places.move(known["links"])
        seen = stamp(known["created_at"]) or "2024-02-01T10:00:00.000Z"
        value = shown_link(url).replace('rel="nofollow noopener"', 'rel="me nofollow noopener"')
        return [{"name": "Web", "value": value, "verified_at": seen if known["verified_links"] else None}]

    def _moved(self, url: str) -> Entity:
        store = self.store
        port, name = url.split("/")[2].rsplit(":", 1)[1], url.rsplit("/@", 1)[1]
        # Told without a further move: in a large world two accounts may share a name, and would move to each other.
        return self._account(store.row_of_name[int(port) - store.port, name.lower()], follow=False)

    def status(self, row: int) -> Entity:
        """Return one status; a repost carries the inner one."""
        if row not in self._statuses:
            if len(self._statuses) > _CACHED:
                self._statuses.clear()
            self._statuses[row] = self._status(row)
        return self._statuses[row]

    def _status(self, row: int) -> Entity:
        store, post, by = self.store, self.store.post(row), int(self.store.author[row])
        native, name, host = int(store.number[row]), store.usernames[by], self.host_of(by)
        kind, target = int(store.kind[row]), int(store.target[row])
        uri, repost = f"http://{host}/users/{name}/statuses/{native}", kind == 2
        return {
            "id": store.status_id(self.instance, row),
            "created_at": stamp(post["published_at"]),
            "in_reply_to_id": store.status_id(self.instance, target) if kind == 1 else None,
            "in_reply_to_account_id": store.account_id(self.instance, int(store.author[target])) if kind == 1 else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": "public",
            "language": None if repost else post["declared_language"],
            "uri": f"{uri}/activity" if repost else uri,
            "url": f"{uri}/activity" if repost else f"http://{host}/@{name}/{native}",
            "replies_count": post["replies"] or 0,
            "reblogs_count": post["reposts"] or 0,
            "favourites_count": post["likes"] or 0,
            "quotes_count": post["quotes"] or 0,
            "edited_at": None,
            "content": "" if repost else to_html(self.places.move(post["text"]), self.base),
            "reblog": self.status(target) if repost else None,
            "quote": {"state": "accepted", "quoted_status": self.status(target)} if kind == 3 else None,
            "account": self.account(by),
            "media_attachments": [],
            "mentions": self._mentions(post["mentions"]),
            "tags": self._tags(post["hashtags"]),
            "emojis": [],
            "card": None,
            "poll": None,
        }

    def _mentions(self, handles: str | None) -> list[Entity]:
        found = []
        for handle in (handles or "").split():
            name, _, host = handle.partition("@")
            row = self.store.row_of_name.get((int(host.rsplit(":", 1)[1]) - self.store.port, name))
            if row is not None:
                account = self.account(row)
                found.append({key: account[key] for key in ("id", "username", "url", "acct")})
        return found

    def _tags(self, tags: str | None) -> list[Entity]:
        return [{"name": tag, "url": f"{self.base}/tags/{fold_tag(tag)}"} for tag in (tags or "").split()]
