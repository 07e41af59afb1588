"""One request's view of the workspace: who asks, in which language, of which publication; and how a page is made."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from app.atlas.ask import Answer, ask
from app.atlas.published import SECONDS
from app.atlas.templating import render
from app.atlas.words import words
from data.errors import UserError
from data.overrides import overrides
from data.people import decisions, open_people
from pipelines.documents.safe import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from app.atlas.atlas import Atlas
    from data.bilingual import Lang
    from data.overrides import Override
    from data.people import Decision
    from data.warehouse.store import Connection


class NotThereError(UserError):
    """What was asked for is not in this publication."""


@dataclass(frozen=True)
class Visit:
    """A request with the workspace behind it; `con` sees one publication."""

    request: Request
    atlas: Atlas
    lang: Lang
    con: Connection
    answers: list[Answer] = field(default_factory=list)

    def ask(self, name: str, package: str = "app.atlas.sql", **params: Any) -> Answer:
        """Run a query file."""
        return ask(self.con, name, package, **params)

    def asked(self, name: str, limit: int = 300) -> str | None:
        """Return a query parameter, cleaned and cut; None when absent or empty."""
        return clean(self.request.query_params.get(name, ""))[:limit].strip() or None

    def brief(self) -> dict[str, Any]:
        """Return name and newest run of the brief in the path; raises NotThereError when nothing is published of it."""
        name = self.request.path_params["brief"]
        found = self.ask("briefs").rows
        for row in found:
            if row["brief"] == name:
                return row
        raise NotThereError(words("fr")["no_brief"], words("en")["no_brief"])

    def decided(self, brief: str) -> dict[str, Any]:
        """Return what the team decided as of today, oldest first.

        Columns `accounts` and `statuses`; of labels `label_accounts`, `label_words` and `label_states`.
        """
        standing = sorted(standing_decisions(self.atlas, brief).values(), key=lambda d: d.decided_at)
        words = standing_labels(self.atlas, brief)
        return {
            "accounts": [d.account_id for d in standing],
            "statuses": [d.status for d in standing],
            "label_accounts": [one.account_id for one in words],
            "label_words": [one.word for one in words],
            "label_states": [one.state for one in words],
        }

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Return a page."""
        return page(self.request, self.lang, template, status, **values)


@contextmanager
def visit(request: Request, seconds: float = SECONDS) -> Iterator[Visit]:
    """Open the newest publication for one request."""
    atlas: Atlas = request.app.state.atlas
    with atlas.published.reading(seconds) as con:
        yield Visit(request, atlas, language(request), con)


def language(request: Request) -> Lang:
    """Return the language asked for in the address or by the cookie, else the workspace's."""
    atlas: Atlas = request.app.state.atlas
    asked = request.query_params.get("lang") or request.cookies.get("vigie-lang")
    if asked == "fr":
        return "fr"
    return "en" if asked == "en" else atlas.lang


def page(request: Request, lang: Lang, template: str, status: int = 200, **values: Any) -> Response:
    """Return a page in the atlas's frame; a language chosen in the address is remembered."""
    other = request.url.include_query_params(lang="en" if lang == "fr" else "fr")
    frame = {
        "path": request.url.path,
        "other_lang": "/" + other.path.lstrip("/") + "?" + other.query,
        "csrf": request.app.state.atlas.door.csrf(request.scope["state"]["session"]),
    }
    answer = HTMLResponse(render(lang, template, {**frame, **values}), status)
    if request.query_params.get("lang") in {"fr", "en"}:
        answer.set_cookie("vigie-lang", lang, max_age=31_536_000, samesite="strict", httponly=True)
    return answer


def standing_decisions(atlas: Atlas, brief: str) -> dict[str, Decision]:
    """Return the standing decisions of a brief by account; none before the store exists (reading does not make it)."""
    if not atlas.workspace.people.exists():
        return {}
    with open_people(atlas.workspace.people) as people:
        return decisions(people, brief)


def standing_labels(atlas: Atlas, brief: str) -> list[Override]:
    """Return the labels that the team gave or refused in a brief, oldest first."""
    if not atlas.workspace.people.exists():
        return []
    with open_people(atlas.workspace.people) as people:
        found = [one for one in overrides(people, brief) if one.kind == "label"]
    return sorted(found, key=lambda one: one.decided_at)
