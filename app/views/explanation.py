"""An explanation in the terminal: scores with intervals, the rule, the posts, the relays."""

from __future__ import annotations

import sys
from typing import Any

from app.session import Session
from app.terminal import plain, print_table, say
from app.views.reasons import condition, reason, signal
from app.views.surroundings import print_surroundings
from data.bilingual import Bilingual
from data.figures import interval
from pipelines.documents import say as words
from pipelines.explain import AXES, Explanation, SegmentExplanation

COMPONENTS = (
    "followers", "posts_seen", "on_topic_posts", "focus", "keyword_diversity", "engagement_rate", "growth", "attention",
    "amplifiers", "pagerank", "topical_lift", "k_core", "participation", "authenticity", "community_id", "role",
    "labels", "brand_mentions", "brand_tone",
)  # fmt: skip
COLON = Bilingual("\u00a0: ", ": ")
NAME = 50
TEXT = 80  # with its weight and date, a line of a hundred columns
SHARES = frozenset(("focus", "keyword_diversity", "engagement_rate", "growth", "participation"))


def print_explanation(session: Session, explanation: Explanation) -> None:
    """Print one person's explanation, segment by segment."""
    account = explanation.account
    name = plain(account.display_name or account.handle or account.account_id, NAME if sys.stdout.isatty() else 500)
    say(f"{name} · {plain(account.account_id)}")
    for segment in explanation.segments:
        say()
        _print_segment(session, segment)
    print_surroundings(session, explanation.around)


def _print_segment(session: Session, segment: SegmentExplanation) -> None:
    row = segment.row
    rank = Bilingual("rang", "rank").to(session.lang)
    tier = words.word("tier", row["tier"] or "none", session.lang)
    place, span = (
        words.number(row["rank"], session.lang),
        interval(row["rank_low"], row["rank_high"], session.lang, 0, "–"),
    )
    say(f"[{plain(row['segment'])}] {rank} {place}{f' [{span}]' if span else ''} · {tier}")
    rule = row["tier_rule"] or row["tier_missing"]
    if rule:
        say(f"  {plain(session.say(reason(str(rule))))}")
    headers = Bilingual("axe|valeur|intervalle à 95\u202f%|n|remarque", "axis|value|95% interval|n|note")
    print_table(
        session.say(headers).split("|"), [_axis(session, row, axis) for axis in AXES], lang=session.lang, right=(1, 3)
    )
    headers = Bilingual("composante|valeur", "component|value")
    parts = [_component(session, row, key) for key in COMPONENTS if row.get(key) not in (None, [])]
    print_table(session.say(headers).split("|"), parts, lang=session.lang)
    _print_evidence(session, segment)


def _print_evidence(session: Session, segment: SegmentExplanation) -> None:
    if segment.posts:
        say(session.say(Bilingual("Publications qui pèsent le plus :", "Posts that weigh most:")))
        for post in segment.posts:
            weight = words.number(post["relevance"], session.lang, 2)
            say(f"  {weight}  {post['published_at']:%Y-%m-%d}  {plain(post['text'], TEXT)}")
            say(f"        {plain(post['url'] or post['post_id'], 200)}")
    if segment.relays:
        say(session.say(Bilingual("Relayée ou relayé par :", "Relayed by:")))
        for relay in segment.relays:
            who = plain(relay["handle"] or relay["display_name"] or relay["account_id"], 60)
            kinds = ", ".join(words.word("tie", kind, session.lang) for kind in str(relay["kinds"]).split(", "))
            say(f"  {who} · {plain(kinds)} × {words.number(relay['acts'], session.lang)}")
    for code in segment.row.get("authenticity_reasons") or ():
        check = session.say(Bilingual("signal à vérifier", "signal to check"))
        say(f"  {check}{session.say(COLON)}{plain(session.say(signal(code)))}")
    if segment.changes:
        say(session.say(Bilingual("Ce qui changerait le niveau :", "What would change the tier:")))
        for change in segment.changes:
            say(f"  {session.say(change)}")


def _axis(session: Session, row: dict[str, Any], axis: str) -> list[object]:
    value, low, high = (row[f"{axis}{part}"] for part in ("", "_low", "_high"))
    shown = words.number(value, session.lang, 1)
    why = row[f"{axis}_missing"]
    note = session.say(reason(why)) if why else ""
    return [words.word("axis", axis, session.lang), shown, interval(low, high, session.lang), row[f"{axis}_n"], note]


def _component(session: Session, row: dict[str, Any], key: str) -> list[object]:
    """Return one component's name and value; a role carries the conditions that gave it."""
    shown = component(row, key, session.lang)
    if key == "role" and row.get("role_reasons"):
        known = [text for text in row["role_reasons"] if not text.endswith("=None")]
        shown += f" ({', '.join(session.say(condition(text)) for text in known)})"
    return [words.word("measure", key, session.lang), shown]


def component(row: dict[str, Any], key: str, lang: str) -> str:
    """Return the value of one component as people read it, in the terminal and in the atlas."""
    value = row[key]
    if key == "community_id":
        return community_name(row, lang)
    if key in SHARES:
        return words.percent(value, lang)
    if key == "brand_tone":
        return words.signed(value, lang)
    if key in ("role", "labels"):
        return ", ".join(words.word("label", code, lang) for code in ([value] if key == "role" else value))
    if isinstance(value, str):
        return value
    return words.number(value, lang, 2 if isinstance(value, float) and not value.is_integer() else 0)


def community_name(row: dict[str, Any], lang: str) -> str:
    """Return what the person's community is called; one without a name is told by its number."""
    named = plain(words.community(row.get("community_name")))
    number = str(row["community_id"]).removeprefix("c")
    return named or words.word("map", "group", lang).format(n=int(number) + 1 if number.isdigit() else number)
