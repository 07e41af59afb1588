"""Step 7: a first message from cited facts, and a call sheet; a colleague rewrites and sends it, to one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import UserError
from pipelines.documents import say
from pipelines.documents.safe import link, one_line
from pipelines.relation.papers.model import Paper, Section, Table
from pipelines.relation.words import both, pair, words

if TYPE_CHECKING:
    from data.relations.store import Row
    from pipelines.relation.desk import Desk

QUOTE = 160


def draft(desk: Desk, lang: str, *, theme: str | None, programme: str | None, who: str) -> Paper:
    """Return a first message that cites what the person published; refuses where contact must not happen.

    Raises UserError for someone who asked not to be contacted, may be a minor or was refused, and when there is no fact
    to cite: a message that would fit anybody is not written.
    """
    _may_contact(desk, programme, theme, who)
    facts = _facts(desk, lang)
    if not facts:
        told = both("contact_refused", "no_fact")
        raise UserError(told.fr, told.en)
    tell = words("contact", lang)
    return Paper(
        title=f"{tell['title']} {_name(desk)}",
        lang=lang,
        subtitle=tell["edit"],
        sections=(
            Section(tell["message"], tuple(_message(desk, lang, theme))),
            Section(tell["facts"], table=Table(tuple(tell["columns"].split("|")), tuple(facts))),
            _minding(desk, lang, programme, theme, who),
        ),
        foot=tell["never"],
    )


def call_sheet(desk: Desk, lang: str, *, programme: str | None, who: str) -> Paper:
    """Return what to have before one's eyes on the phone."""
    _may_contact(desk, programme, None, who)
    tell = words("contact", lang)
    history = [
        (say.day(one.at, lang), desk.circle.points.action_name(one.action, lang), one.by or one.origin, one.note)
        for one in desk.touches[:8]
    ]
    return Paper(
        title=f"{tell['call']} {_name(desk)}",
        lang=lang,
        subtitle=f"{desk.brief.title or desk.brief.name} · {say.day(desk.circle.as_of, lang)}",
        sections=(
            Section(tell["why"], tuple(_reason(desk, lang))),
            Section(tell["facts"], table=Table(tuple(tell["columns"].split("|")), tuple(_facts(desk, lang)))),
            Section(tell["history"], table=Table(tuple(tell["history_columns"].split("|")), tuple(history))),
            Section(tell["ask"], items=tuple(words("ask", lang).values())),
            _minding(desk, lang, programme, None, who),
            Section(tell["notice"], (words("message", lang)["notice"],)),
        ),
        foot=tell["never"],
    )


def _may_contact(desk: Desk, programme: str | None, theme: str | None, who: str) -> None:
    stops = [one for one in desk.cautions(programme=programme, theme=theme, who=who) if one.stop]
    verdict = desk.circle.verdicts().get(desk.person["person_id"])
    if stops:
        why = stops[0].text
        raise UserError(
            words("contact_refused", "fr")["stop"].format(why=why.fr),
            words("contact_refused", "en")["stop"].format(why=why.en),
        )
    if verdict and verdict["verdict"] == "refuse":
        told = both("contact_refused", "refused", why=verdict["why"])
        raise UserError(told.fr, told.en)


def _message(desk: Desk, lang: str, theme: str | None) -> list[str]:
    tell, posts = words("message", lang), [row for row in desk.posts if row["text"]][:2]
    lines = [tell["hello"].format(name=_name(desk))]
    for key, row in zip(("read", "also"), posts, strict=False):
        address = link(row["url"])
        where = f" ({address})" if address else ""
        lines.append(tell[key].format(day=say.day(row["published_at"], lang), where=where, quote=_quote(row)))
    towards = [
        one for one in desk.touches if one.origin == "crawl" and one.action in ("mention", "link", "reply", "repost")
    ]
    if towards:
        lines.append(tell["towards"].format(day=say.day(towards[0].at, lang)))
    brand = desk.brief.brand.name if desk.brief.brand else "…"
    subject = one_line(theme or desk.person["segment"] or desk.brief.title, 80)
    lines.append(tell["who"].format(brand=brand, why=one_line(desk.brief.why, 300), subject=subject))
    return [*lines, tell["invite"], tell["notice"], tell["sign"]]


def _facts(desk: Desk, lang: str) -> list[tuple[str, str, str]]:
    """Return what may be cited: the fact, its date, where it can be read."""
    posts = [(_quote(row), say.day(row["published_at"], lang), link(row["url"]) or "") for row in desk.posts]
    acts = [one for one in desk.touches if one.origin == "crawl" and one.action != "follow"]
    name = desk.circle.points.action_name
    seen = [(name(one.action, lang), say.day(one.at, lang), link(one.url) or one.post_id or "") for one in acts[:3]]
    return [*posts, *seen]


def _minding(desk: Desk, lang: str, programme: str | None, theme: str | None, who: str) -> Section:
    known = desk.cautions(programme=programme, theme=theme, who=who)
    items = (*(one.text.to(lang) for one in known), *_language(desk, lang)) or (words("contact", lang)["nothing"],)
    return Section(words("contact", lang)["mind"], items=items)


def _language(desk: Desk, lang: str) -> tuple[str, ...]:
    """Warn that the person mostly writes in another language than the draft's."""
    theirs = desk.person["language"]
    if not theirs or theirs == lang:
        return ()
    names = words("tongue", lang)
    said = {"language": names.get(theirs, theirs), "draft": names[lang]}
    return (words("mind", lang)["language"].format(**said),)


def _reason(desk: Desk, lang: str) -> list[str]:
    row, state = desk.person, desk.state
    rank = f"{say.word('ui', 'rank', lang)} {row['rank']}" if row["rank"] else ""
    stage = next((one.name.to(lang) for one in desk.circle.points.stages if one.key == state.stage), "–")
    close = pair(words("partner", lang)["score"], f"{say.number(state.score, lang, 2)} · {stage}", lang)
    return [part for part in (one_line(desk.brief.why, 300), rank, close) if part]


def _quote(post: Row) -> str:
    return one_line(post["text"] or "", QUOTE)


def _name(desk: Desk) -> str:
    return one_line(desk.person["display_name"] or desk.person["handle"] or desk.person["account_id"], 80)
