"""Stands before every request: known host, known visitor, same origin for what writes, strict headers."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?")
MAX_BODY = 16_384
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: with it browsers send `Origin: null` from our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}


@dataclass(frozen=True)
class Door:
    """Who may come in: under which host names, and with which token (None on loopback: whoever is on the machine)."""

    hosts: frozenset[str] = LOOPBACK
    token: str | None = None
    any_address: bool = False
    cookie: str = "vigie"
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def knows_host(self, host: str) -> bool:
        """Say whether a Host header names this server; a name of someone else's pointing here does not."""
        found = HOST.fullmatch(host)
        if found is None:
            return False
        name = found[1].strip("[]").lower()
        return name in self.hosts or (self.any_address and _is_address(name))

    def signed(self, session: str) -> str:
        """Return the cookie value of a session."""
        return f"{session}.{self._mark('session', session)}"

    def session(self, cookies: str) -> str | None:
        """Return the session of a Cookie header when this server gave it."""
        try:
            jar = SimpleCookie(cookies)
        except CookieError:
            return None
        session, _, mark = (jar[self.cookie].value if self.cookie in jar else "").partition(".")
        return (
            session if session and hmac.compare_digest(mark.encode(), self._mark("session", session).encode()) else None
        )

    def csrf(self, session: str) -> str:
        """Return what a form of this session must carry."""
        return self._mark("form", session)

    def _mark(self, use: str, session: str) -> str:
        return hmac.new(self.secret, f"{use}:{session}".encode(), hashlib.sha256).hexdigest()


class Guard:
    """ASGI middleware that applies a Door; the session is in `scope["state"]["session"]`."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known = self._door.session(headers.get("cookie", ""))
        session = known or secrets.token_hex(16)
        scope.setdefault("state", {})["session"] = session
        new = None if known else self._door.signed(session)
        answer = self._refusal(scope, headers, known)
        if answer is not None and answer.status_code != 303:
            new = None
        await (answer or self._app)(scope, receive, _sending(send, self._door.cookie, new))

    def _refusal(self, scope: Scope, headers: Headers, known: str | None) -> Response | None:
        """Return the answer to who may not pass, or the redirection of who has just shown the token."""
        host, method = headers.get("host", ""), scope["method"]
        if not self._door.knows_host(host):
            return _told("hôte inconnu (--allow-host NOM) · unknown host (--allow-host NAME)", 421)
        if method not in {"GET", "HEAD", "POST"}:
            return _told("méthode refusée · method refused", 405)
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return _told("demande venue d'un autre site · request from another site", 403)
        if self._door.token is not None and known is None and not scope["path"].startswith("/static/"):
            return self._at_the_door(scope)
        if method == "POST":
            return _write_refusal(host, headers, known)
        return None

    def _at_the_door(self, scope: Scope) -> Response:
        asked = dict(parse_qsl(scope["query_string"].decode("latin-1")[:4000]))
        shown = asked.pop("token", "")
        if scope["method"] == "GET" and hmac.compare_digest(shown.encode(), (self._door.token or "").encode()):
            target = "/" + scope["path"].lstrip("/\\")
            return RedirectResponse(target + ("?" + urlencode(asked) if asked else ""), status_code=303)
        return Response(DOOR_PAGE, 401, media_type="text/html; charset=utf-8")


DOOR_PAGE = (
    '<!doctype html><html lang="fr"><meta charset="utf-8"><title>vigie</title><link rel="stylesheet" '
    'href="/static/style.css"><main class="door"><h1>vigie</h1><form method="get" action="/"><label>Jeton affiché au '
    'démarrage · Token printed at start<br><input name="token" type="password" autocomplete="off" required></label> '
    "<button>Entrer · Enter</button></form></main></html>"
)


def _write_refusal(host: str, headers: Headers, known: str | None) -> Response | None:
    """Return why a POST may not pass: it must come from our own page, of a known session, and be short."""
    try:
        length = int(headers.get("content-length", "-1"))
        origin = urlsplit(headers.get("origin", "")).netloc
    except ValueError:
        length, origin = -1, ""
    if known is None or not origin or origin != host:
        return _told("formulaire refusé : il ne vient pas de cette page · form refused: not from this page", 403)
    if not 0 <= length <= MAX_BODY:
        return _told("formulaire trop long · form too long", 413)
    return None


def _sending(send: Send, cookie: str, new: str | None) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if new is not None:
                headers.append("set-cookie", f"{cookie}={new}; Path=/; HttpOnly; SameSite=Strict")
        await send(message)

    return with_headers


def _told(text: str, status: int) -> Response:
    return PlainTextResponse(text + "\n", status)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
