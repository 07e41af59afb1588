"""Step 12: the partner page, which brings together what every team knows of a relationship."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from pipelines.documents import say
from pipelines.documents.safe import link, one_line
from pipelines.relation.circle import moment, name_of
from pipelines.relation.ledger import STATES, ledger
from pipelines.relation.papers.model import Paper, Section, Table
from pipelines.relation.trend_picture import draw_trend
from pipelines.relation.words import euros, pair, words

if TYPE_CHECKING:
    from data.relations.store import Row
    from pipelines.relation.desk import Desk

MONTHS_SHOWN = 12


def partner_page(desk: Desk, lang: str) -> Paper:
    """Return the page of one partner: standing, trend, posts, exchanges, money, benefits, reminders, deliverables."""
    tell = words("partner", lang)
    parts = [
        Section(tell["standing"], items=_standing(desk, lang)),
        replace(_part("trend_table", "trend_columns", _trend(desk, lang), lang), picture=_drawn(desk, lang)),
        _part("posts", "post_columns", _posts(desk, lang), lang),
        _part("history", "history_columns", _history(desk, lang), lang),
        _part("money", "money_columns", _money(desk, lang), lang),
        _part("benefits", "benefit_columns", _benefits(desk, lang), lang),
        _part("reminders", "reminder_columns", _reminders(desk, lang), lang),
        _part("deliverables", "deliverable_columns", _deliverables(desk, lang), lang),
    ]
    return Paper(
        title=f"{tell['title']} {name_of(desk.person)}",
        lang=lang,
        subtitle=f"{desk.brief.title or desk.brief.name} · {say.day(desk.circle.as_of, lang)}",
        sections=tuple(part for part in parts if part.items or (part.table and part.table.rows)),
        foot=tell["foot"],
    )


def stage_name(desk: Desk, index: int, lang: str) -> str:
    """Return what the stage at `index` is called; below the first it is a dash."""
    return desk.circle.points.stages[index].name.to(lang) if index >= 0 else "–"


def _part(title: str, columns: str, found: list[tuple[object, ...]], lang: str) -> Section:
    tell = words("partner", lang)
    return Section(tell[title], table=Table(tuple(tell[columns].split("|")), tuple(found)))


def _standing(desk: Desk, lang: str) -> tuple[str, ...]:
    tell, state = words("partner", lang), desk.state
    place = desk.circle.index[desk.person["person_id"]]
    lines = [
        pair(tell["score"], say.number(state.score, lang, 2), lang),
        pair(tell["stage"], stage_name(desk, int(desk.circle.proximity.stage[place, -1]), lang), lang),
        pair(tell["trend"], say.number(state.trend, lang, 2), lang),
        pair(tell["silent"], "–" if state.days_silent is None else state.days_silent, lang),
    ]
    if desk.records["owners"]:
        lines.append(pair(tell["owner"], one_line(desk.records["owners"][0]["owner"]), lang))
    if desk.records["members"]:
        lines.append(
            pair(tell["programmes"], ", ".join(one_line(row["programme"]) for row in desk.records["members"]), lang),
        )
    if state.lapsed:
        lines.append(tell["sleeping"])
    return tuple(lines)


def _trend(desk: Desk, lang: str) -> list[tuple[object, ...]]:
    place, found = desk.circle.index[desk.person["person_id"]], desk.circle.proximity
    out: list[tuple[object, ...]] = []
    for column in range(-MONTHS_SHOWN, 0):
        end = datetime.fromtimestamp(int(found.ends[column]), UTC)
        score = found.score[place, column]
        said = None if np.isnan(score) else say.number(float(score), lang, 2)
        out.append((say.day(end, lang), said, stage_name(desk, int(found.stage[place, column]), lang)))
    return out


def _drawn(desk: Desk, lang: str) -> str:
    place, found = desk.circle.index[desk.person["person_id"]], desk.circle.proximity
    months = []
    for end, score in zip(found.ends[-MONTHS_SHOWN:], found.score[place, -MONTHS_SHOWN:], strict=True):
        known = None if np.isnan(score) else float(score)
        month = datetime.fromtimestamp(int(end), UTC)
        months.append((f"{month:%m/%y}", known, say.number(known, lang, 1)))
    return draw_trend(months, lang)


def _posts(desk: Desk, lang: str) -> list[tuple[object, ...]]:
    return [(one_line(row["text"], 200), say.day(row["published_at"], lang), link(row["url"])) for row in desk.posts]


def _history(desk: Desk, lang: str) -> list[tuple[object, ...]]:
    name = desk.circle.points.action_name
    return [
        (say.day(one.at, lang), name(one.action, lang), one.department, one.by or one.origin, one.note)
        for one in desk.touches[:40]
    ]


def _money(desk: Desk, lang: str) -> list[tuple[object, ...]]:
    person = {
        row["account_id"]: desk.person["person_id"] for row in desk.records["payments"] + desk.records["agreements"]
    }
    lines = ledger(desk.records["payments"], desk.records["agreements"], person)
    return [
        (one.advertiser, one.objective, one.year, euros(one.total_cents, lang), STATES[one.state].to(lang))
        for one in lines
    ]


def _benefits(desk: Desk, lang: str) -> list[tuple[object, ...]]:
    return [
        (row["benefit"], euros(row["value_cents"], lang), say.day(moment(row["happened_at"]), lang), row["why"])
        for row in desk.records["benefits"]
    ]


def _reminders(desk: Desk, lang: str) -> list[tuple[object, ...]]:
    return [
        (_day(row["due"], lang), row["what"], row["assignee"], _day(row["done_at"], lang))
        for row in desk.records["reminders"]
    ]


def _deliverables(desk: Desk, lang: str) -> list[tuple[object, ...]]:
    return [
        (row["campaign"], row["format"], _day(row["due"], lang), _day(row["appeared_at"], lang), _wording(row, lang))
        for row in desk.records["deliverables"]
    ]


def _wording(row: Row, lang: str) -> str | None:
    """Return the disclosure read in the post that appeared, in words."""
    return words("report", lang)[row["disclosure"] or "none"] if row["appeared_at"] else None


def _day(text: str | None, lang: str) -> str | None:
    return say.day(moment(text), lang) if text else None
