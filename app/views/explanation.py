"""An explanation in the terminal: scores with intervals, the rule, the posts, the relays."""

from __future__ import annotations

from typing import Any

from app.session import Session
from app.terminal import plain, print_table, say
from app.views.ranking import TIERS
from app.views.reasons import reason
from data.bilingual import Bilingual
from pipelines.explain import AXES, Explanation, SegmentExplanation

AXIS_NAMES = {
    "influence": Bilingual("influence", "influence"),
    "reach": Bilingual("portée", "reach"),
    "resonance": Bilingual("résonance", "resonance"),
    "relevance": Bilingual("pertinence", "relevance"),
}
COMPONENTS = (
    ("followers", Bilingual("abonnés", "followers")),
    ("posts_seen", Bilingual("publications lues", "posts read")),
    ("on_topic_posts", Bilingual("dont sur le sujet", "of which on topic")),
    ("focus", Bilingual("part du sujet", "focus")),
    ("keyword_diversity", Bilingual("diversité des termes", "keyword diversity")),
    ("engagement_rate", Bilingual("taux d'engagement", "engagement rate")),
    ("amplifiers", Bilingual("relais distincts", "distinct amplifiers")),
    ("pagerank", Bilingual("PageRank du sujet (1 = moyenne)", "topic PageRank (1 = average)")),
    ("topical_lift", Bilingual("attention sur le sujet / notoriété", "topical lift")),
    ("k_core", Bilingual("k-cœur", "k-core")),
    ("participation", Bilingual("participation à plusieurs communautés", "participation across communities")),
    ("authenticity", Bilingual("signaux ordinaires", "ordinary signals")),
    ("community_id", Bilingual("communauté", "community")),
    ("role", Bilingual("rôle", "role")),
    ("brand_mentions", Bilingual("mentions de la marque", "brand mentions")),
)


def print_explanation(session: Session, explanation: Explanation) -> None:
    """Print one person's explanation, segment by segment."""
    account = explanation.account
    say(plain(f"{account.display_name or account.handle or account.account_id} · {account.account_id}"))
    for segment in explanation.segments:
        say()
        _print_segment(session, segment)


def _print_segment(session: Session, segment: SegmentExplanation) -> None:
    row = segment.row
    rank = Bilingual("rang", "rank").to(session.lang)
    tier = session.say(TIERS.get(row["tier"], Bilingual(str(row["tier"]), str(row["tier"]))))
    span = "" if row["rank_low"] is None else f" [{row['rank_low']}–{row['rank_high']}]"
    say(f"[{plain(row['segment'])}] {rank} {row['rank']}{span} · {tier}")
    rule = row["tier_rule"] or row["tier_missing"]
    if rule:
        say(f"  {plain(reason(str(rule)).to(session.lang))}")
    headers = Bilingual("axe|valeur|intervalle à 95 %|n|remarque", "axis|value|95 % interval|n|note")
    print_table(session.say(headers).split("|"), [_axis(session, row, axis) for axis in AXES], right=(1, 3))
    headers = Bilingual("composante|valeur", "component|value")
    parts = [(session.say(name), _value(row[key])) for key, name in COMPONENTS if row.get(key) is not None]
    print_table(session.say(headers).split("|"), parts)
    _print_evidence(session, segment)


def _print_evidence(session: Session, segment: SegmentExplanation) -> None:
    if segment.posts:
        say(session.say(Bilingual("Publications qui pèsent le plus :", "Posts that weigh most:")))
        for post in segment.posts:
            say(f"  {post['relevance']:.2f}  {post['published_at']:%Y-%m-%d}  {plain(post['text'], 120)}")
            say(f"        {plain(post['url'] or post['post_id'], 200)}")
    if segment.relays:
        say(session.say(Bilingual("Relayée ou relayé par :", "Relayed by:")))
        for relay in segment.relays:
            who = plain(relay["handle"] or relay["display_name"] or relay["account_id"], 60)
            say(f"  {who} · {plain(relay['kinds'])} × {relay['acts']:.0f}")
    for signal in segment.row.get("authenticity_reasons") or ():
        check = session.say(Bilingual("signal à vérifier", "signal to check"))
        say(f"  {check}: {plain(reason(signal).to(session.lang))}")
    if segment.changes:
        say(session.say(Bilingual("Ce qui changerait l'niveau :", "What would change the tier:")))
        for change in segment.changes:
            say(f"  {session.say(change)}")


def _axis(session: Session, row: dict[str, Any], axis: str) -> list[object]:
    value = row[axis]
    shown = "–" if value is None else f"{value:.1f}"
    span = "" if row[f"{axis}_low"] is None else f"{row[f'{axis}_low']:.1f} – {row[f'{axis}_high']:.1f}"
    why = row[f"{axis}_missing"]
    note = reason(why).to(session.lang) if why else ""
    return [session.say(AXIS_NAMES[axis]), shown, span, row[f"{axis}_n"], note]


def _value(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
