"""Finds the account that people mean, however they write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from data.bilingual import Bilingual
from data.errors import UserError
from data.warehouse.sql import query

if TYPE_CHECKING:
    from data.warehouse.store import Connection


class FoundAccount(NamedTuple):
    """An account as a command needs it."""

    account_id: str
    person_id: str | None
    source: str
    handle: str | None
    display_name: str | None


def resolve(connection: Connection, reference: str) -> FoundAccount:
    """Return the one account meant by `reference`; none or several raise UserError with the matches.

    Accepts an account_id, SOURCE:NATIVE_ID, SOURCE:@handle, @user@host, a handle, a did, a profile or feed URL.
    """
    text = reference.strip()
    for candidate in _readings(text):
        rows = connection.execute(query("find_account", "pipelines.sql"), candidate).fetchall()
        found = [FoundAccount(*row) for row in rows]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(sorted(account.account_id for account in found)[:10])
            raise UserError(
                f"« {text} » désigne plusieurs comptes : {listed}", f'"{text}" names several accounts: {listed}'
            )
    close = _near(connection, text)
    raise UserError(f"aucun compte « {text} »{close.fr}", f'no account "{text}"{close.en}')


def _near(connection: Connection, text: str) -> Bilingual:
    """Return « ; did you mean …? » with the handles written most alike, nothing when none is."""
    name = text.lstrip("@").lower()
    rows = connection.execute(query("near_handles", "pipelines.sql"), {"handle": name}).fetchall()
    if not rows:
        return Bilingual("", "")
    listed = ", ".join(row[0] for row in rows)
    return Bilingual(f" ; vouliez-vous dire {listed} ?", f"; did you mean {listed}?")


def _readings(text: str) -> list[dict[str, str | None]]:
    """Return what the reference may mean, most exact first: id, address, handle."""
    blank: dict[str, str | None] = {"id": None, "address": None, "handle": None, "host": None, "source": None}
    readings = [blank | {"id": text}]
    if re.match(r"https?://", text):
        return readings + [blank | reading for reading in _of_address(text)]
    source, _, rest = text.partition(":@")
    if rest:
        return [*readings, blank | {"handle": rest.lower(), "source": source}]
    name, _, host = text.lstrip("@").partition("@")
    if host:
        readings += [
            blank | {"handle": f"{name}@{host}".lower()},
            blank | {"handle": name.lower(), "host": host.lower()},
        ]
    else:
        readings.append(blank | {"handle": name.lower()})
    return readings


def _of_address(url: str) -> list[dict[str, str | None]]:
    """Return what a web address may mean: a known address, or the profile page of an id or a handle on its host."""
    readings: list[dict[str, str | None]] = [{"address": url}]
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].lower()
    except ValueError:
        return readings
    if (user := re.fullmatch(r"/(?:@|users/|profile/)([^/@]+)/?", parts.path)) and host:
        name = user[1].lower()
        readings += [{"id": user[1]}, {"handle": f"{name}@{host}"}, {"handle": name, "host": host}, {"handle": name}]
    return readings
