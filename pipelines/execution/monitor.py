"""Step 10, day by day: posts that appeared, forecasts that came true or not, what colleagues must not forget."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from data.bilingual import Bilingual
from data.relations.store import Row, add, change, now, open_relations, rows
from pipelines.execution.file import read_campaign
from pipelines.execution.foresee import check_forecasts
from pipelines.relation.circle import moment

if TYPE_CHECKING:
    import sqlite3

    from data.workspace import Workspace
    from pipelines.execution.file import CampaignFile
    from pipelines.execution.matching import Match
    from pipelines.relation.circle import Circle

AHEAD = timedelta(days=3)


def keep_matches(people: sqlite3.Connection, file: CampaignFile, *, who: str) -> list[Match]:
    """Record which post fulfils which deliverable, with the disclosure read in it; return the matches."""
    found = file.matches()
    for one in found:
        if one.post is not None:
            seen = {
                "post_id": one.post["post_id"],
                "appeared_at": one.post["published_at"].isoformat(),
                "disclosure": one.post["disclosure"],
            }
            change(people, "deliverables", one.deliverable["id"], seen, who=who, why="matched")
    return found


def keep_checks(people: sqlite3.Connection, file: CampaignFile, *, who: str) -> int:
    """Record what came after each forecast not checked yet; return how many were."""
    seen = check_forecasts(file)
    for number, (value, post) in seen.items():
        values = {"observed": value, "observed_post": post, "checked_at": now()}
        change(people, "forecasts", number, values, who=who, why="checked")
    return len(seen)


def monitor(workspace: Workspace, circle: Circle, *, who: str, lang: str) -> dict[str, Row]:
    """Look after every campaign of the circle's brief; return per campaign what appeared, was checked and is promised.

    A campaign that ended more than 14 days before the circle's moment is left alone.
    """
    with open_relations(workspace.people) as people:
        named = rows(people, "campaigns", brief=circle.brief)
    open_ones = [row["name"] for row in named if circle.as_of <= moment(row["ends"]) + timedelta(days=14)]
    out: dict[str, Row] = {}
    for name in open_ones:
        file = read_campaign(workspace, name, circle=circle)
        with open_relations(workspace.people) as people:
            appeared = sum(one.post is not None for one in keep_matches(people, file, who=who))
            checked = keep_checks(people, file, who=who)
            reminders = _remind(people, file, lang, who=who)
        all_of = len(file.records["deliverables"])
        out[name] = {"deliverables": all_of, "appeared": appeared, "checked": checked, "reminders": reminders}
    return out


def _remind(people: sqlite3.Connection, file: CampaignFile, lang: str, *, who: str) -> int:
    """Make a reminder for each deliverable due within three days and each change nobody has told; never twice."""
    name, soon = file.campaign["name"], file.circle.as_of + AHEAD
    appeared = {one.deliverable["id"] for one in file.matches() if one.post is not None}
    wanted: list[tuple[str, str, Bilingual]] = []
    for row in file.records["deliverables"]:
        if row["id"] not in appeared and moment(row["due"]) <= soon:
            day = row["due"][:10]
            text = Bilingual(f"{name} : {row['format']} attendu le {day}", f"{name}: {row['format']} due on {day}")
            wanted.append((row["account_id"], row["due"], text))
    for row in file.records["notices"]:
        if row["told_at"] is None:
            text = Bilingual(f"{name} : à prévenir, {row['what']}", f"{name}: to be told, {row['what']}")
            wanted.append((row["account_id"], row["recorded_at"], text))
    made = 0
    for account, due, text in wanted:
        known = {row["what"] for row in rows(people, "reminders", account_id=account)}
        if known & {text.fr, text.en}:
            continue
        owner = rows(people, "owners", account_id=account)
        assignee = owner[0]["owner"] if owner else file.campaign["recorded_by"]
        values = {"account_id": account, "due": due, "what": text.to(lang), "assignee": assignee}
        add(people, "reminders", values, who=who)
        made += 1
    return made
