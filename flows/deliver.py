"""Takes a digest to a team: a webhook or a mail server, both kept as Prefect blocks, so that no secret passes here."""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import Any

from data.errors import UserError, VigieError
from pipelines.relation.papers.model import Paper
from pipelines.relation.papers.write import render

TIMEOUT = 30.0


def deliver(
    paper: Paper, brief: str, *, webhook: str | None = None, mail: str | None = None, to: list[str] | None = None
) -> list[str]:
    """Send the paper where it is asked to; returns what received it.

    Raises UserError when no block has the name, VigieError when what it names does not take the message.
    """
    sent = []
    if webhook:
        post(paper, brief, webhook)
        sent.append(f"webhook/{webhook}")
    if mail:
        write(paper, mail, to or [])
        sent += to or []
    return sent


def post(paper: Paper, brief: str, name: str) -> None:
    """Post the paper to the webhook block `name`: JSON whose `text` is Markdown, which team chats show as it is."""
    import httpx
    from prefect.blocks.webhook import Webhook

    block: Any = _load(Webhook, "webhook", name)
    body = {"text": render(paper, ".md").decode(), "title": paper.title, "brief": brief, "lang": paper.lang}
    try:
        answer = httpx.request(
            block.method,
            block.url.get_secret_value(),
            headers={"content-type": "application/json"} | dict(block.headers.get_secret_value()),
            content=json.dumps(body, ensure_ascii=False).encode(),
            timeout=TIMEOUT,
            verify=block.verify,
        )
        answer.raise_for_status()
    except httpx.HTTPError as error:
        told = _without_address(error)
        raise VigieError(
            f"le webhook « {name} » n'a pas pris le message ({told})", f'webhook "{name}" did not take it ({told})'
        ) from None


def write(paper: Paper, name: str, to: list[str]) -> None:
    """Mail the paper as plain text and HTML through the e-mail server block `name`."""
    from smtplib import SMTPException

    from prefect_email import EmailServerCredentials

    block: Any = _load(EmailServerCredentials, "email-server-credentials", name)
    message = EmailMessage()
    message["Subject"] = " ".join(paper.title.split())[:200]
    message["From"] = block.username or f"vigie@{block.smtp_server}"
    message["To"] = ", ".join(to)
    message.set_content(render(paper, ".txt").decode())
    message.add_alternative(render(paper, ".html").decode(), subtype="html")
    try:
        with block.get_server() as server:
            server.send_message(message)
    except (OSError, SMTPException) as error:
        told = type(error).__name__
        raise VigieError(
            f"le serveur de courrier « {name} » n'a pas pris le message ({told})",
            f'mail server "{name}" did not take the message ({told})',
        ) from None


def _load(kind: Any, slug: str, name: str) -> Any:
    """Return the block; raises UserError when there is none of that name."""
    try:
        return kind.load(name)
    except ValueError:
        raise UserError(
            f"aucun bloc Prefect « {slug}/{name} » (docs/scheduling.md)",
            f'no Prefect block "{slug}/{name}" (docs/scheduling.md)',
        ) from None


def _without_address(error: Any) -> str:
    """Return what went wrong without the webhook's address, which is a secret."""
    answer = getattr(error, "response", None)
    return f"HTTP {answer.status_code}" if answer is not None else type(error).__name__
