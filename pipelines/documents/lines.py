"""One row of a sheet's field as words: what every form of the sheet shows, whatever it is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.figures import euros
from pipelines.documents import say
from pipelines.documents.codes import signal
from pipelines.documents.safe import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Row = dict[str, Any]


def row_said(field: str, row: Row, lang: str) -> str | None:
    """Return one row of `field` in words, or None when that field has no words of its own."""
    found = SAID.get(field)
    return found(row, lang) if found else None


def _message(row: Row, lang: str) -> str:
    return f"{say.quoted(one_line(row['message'], 260), lang)} ({say.day(row['published_at'], lang)})"


def _segment(row: Row, lang: str) -> str:
    said = f"{one_line(row['segment'], 60)} {say.percent(row['share'], lang)}"
    earlier, later = row.get("share_earlier_half"), row.get("share_later_half")
    if earlier is None or later is None:
        return said
    return f"{said} ({say.percent(earlier, lang)} → {say.percent(later, lang)})"


def _brand(row: Row, lang: str) -> str:
    mentions = f"{say.number(row['brand_mentions'], lang)} {say.word('ui', 'brand_mentions', lang)}"
    said = f"{one_line(row['segment'], 60)} {mentions}"
    return said if row["brand_tone"] is None else f"{said}, {_tone(row['brand_tone'], lang)}"


def _tone(value: float, lang: str) -> str:
    return f"{say.word('ui', 'tone_towards', lang)} {say.signed(value, lang)}"


def _site(row: Row, lang: str) -> str:
    verified = f", {say.word('ui', 'verified', lang)}" if row["evidence"] == "verified" else ""
    return f"{one_line(row['link'], 90)} ({say.word('site', row['kind'], lang)}{verified})"


def _region(row: Row, lang: str) -> str:
    del lang
    return one_line(row["location"], 80)


def _label(row: Row, lang: str) -> str:
    return one_line(say.word("label", row["label"], lang), 60)


def _quality(row: Row, lang: str) -> str:
    said = say.word("measure", "authenticity", lang) + f" {say.number(row['authenticity'], lang)}"
    reasons = [signal(reason, lang) for reason in row["authenticity_reasons"] or []]
    return f"{said}, {say.word('ui', 'to_check', lang)}{say.colon(lang)}{', '.join(reasons)}" if reasons else said


def _visual(row: Row, lang: str) -> str:
    parts = [
        f"{say.percent(row[f'{kind}_share'], lang)} {say.word('visual', kind, lang)}"
        for kind in ("picture", "video", "sound")
        if row[f"{kind}_share"] is not None
    ]
    if row["alt_share"] is not None:
        known = f"n = {say.number(row['alt_known'], lang)}"
        parts.append(f"{say.percent(row['alt_share'], lang)} {say.word('visual', 'described', lang)} ({known})")
    return f"{', '.join(parts)} (n = {say.number(row['posts'], lang)} {say.word('ui', 'posts', lang)})"


def _compensation(row: Row, lang: str) -> str:
    if "kind" not in row:
        return _remark(row, lang)
    amounts = [
        f"{say.word('pay', name, lang)} {euros(round(100 * row[name]), lang)}"
        for name in ("pay", "gift")
        if row[name] is not None
    ]
    where = [one_line(row[name], 60) for name in ("campaign", "advertiser", "objective") if row[name]]
    told = [*where, say.day(row["noted_at"], lang)] if row["kind"] == "agreed" else where
    return f"{say.word('pay', row['kind'], lang)}{say.colon(lang)}{', '.join(amounts)} ({', '.join(told)})"


def _remark(row: Row, lang: str) -> str:
    """Return what somebody filled in: the value in words, their text, who and when."""
    value = say.word("remark", row["value"], lang) if row["value"] else ""
    said = say.colon(lang).join(part for part in (value, one_line(row["text"] or "", 600)) if part)
    by = [one_line(row["recorded_by"] or "", 60), *([say.day(row["recorded_at"], lang)] if row["recorded_at"] else [])]
    return f"{said} ({', '.join(part for part in by if part)})"


def _relation(row: Row, lang: str) -> str:
    name = one_line(row.get("display_name") or row.get("handle") or row["counterpart"], 60)
    kind = say.word("counterpart", row["counterpart_kind"], lang)
    told = [kind, f"{say.number(row['ties'], lang)} {say.word('ui', 'ties', lang)}"]
    if row.get("disclosed_posts"):
        told.append(f"{say.number(row['disclosed_posts'], lang)} {say.word('ui', 'disclosed', lang)}")
    if row["tone"] is not None:
        told.append(_tone(row["tone"], lang))
    return f"{name} ({', '.join(told)})"


def _account(row: Row, lang: str) -> str:
    told = (
        [f"{say.number(row['followers'], lang)} {say.word('ui', 'followers', lang)}"]
        if row["followers"] is not None
        else []
    )
    told += (
        [f"{say.percent(row['share'], lang)} {say.word('ui', 'of_posts', lang)}"] if row["share"] is not None else []
    )
    if row.get("engagement_rate") is not None:
        told.append(f"{say.word('ui', 'engagement', lang).lower()} {say.percent(row['engagement_rate'], lang)}")
    name = f"{row['source']} {one_line(row['handle'] or row['account_id'], 60)}"
    return f"{name} ({', '.join(told)})" if told else name


def _event(row: Row, lang: str) -> str:
    told = [one_line(row["name"], 90), *([say.day(row["on"], lang)] if row.get("on") else []),
            *([one_line(row["place"], 60)] if row.get("place") else [])]  # fmt: skip
    return f"{', '.join(told)} ({say.word('event', row['role'], lang)})" if row.get("role") else ", ".join(told)


def _community(row: Row, lang: str) -> str:
    told = [f"{say.number(row['community_size'], lang)} {say.word('ui', 'members', lang)}"]
    told += [say.word("label", row["role"], lang)] if row["role"] else []
    return f"{one_line(say.community(row['community_name']) or row['community_id'], 60)} ({', '.join(told)})"


def _register(row: Row, lang: str) -> str:
    told = [say.word("register", row[name], lang) for name in ("register", "address") if row.get(name)]
    if row.get("words_per_sentence") is not None:
        told.append(f"{say.number(row['words_per_sentence'], lang, 1)} {say.word('ui', 'words_per_sentence', lang)}")
    told.append(f"{say.number(row['emoji_per_post'], lang, 1)} {say.word('ui', 'emoji', lang)}")
    return ", ".join(told)


SAID: Mapping[str, Callable[[Row, str], str]] = {
    "key_messages": _message,
    "segments": _segment,
    "brand": _brand,
    "own_sites": _site,
    "region": _region,
    "type": _label,
    "advised_role": _label,
    "quality": _quality,
    "visual_style": _visual,
    "compensation": _compensation,
    "relations": _relation,
    "accounts": _account,
    "events": _event,
    "communities": _community,
    "register": _register,
} | dict.fromkeys(
    ("key_messages_noted", "visual_style_noted", "positions", "conflicts", "fit", "risks", "lawful_basis"), _remark
)
