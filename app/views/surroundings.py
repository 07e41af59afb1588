"""Share of voice, speakers and shared audiences in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.tables import print_table
from app.terminal import plain, say
from data.bilingual import Bilingual
from pipelines.documents import say as words

if TYPE_CHECKING:
    from app.session import Session
    from pipelines.voices import Voice

SHARES = Bilingual(
    "organisation|publications|auteurs|part de voix|portée|réactions|attention|vitalité|tonalité (n)|depuis",
    "organisation|posts|authors|share of voice|reach|reactions|attention|vitality|tone (n)|since",
)
PARTS = ("share_posts", "share_reach", "share_engagement", "attention_share")
SPEAKERS = Bilingual(
    "organisation|qui|publications|part|depuis|tonalité (n)|attention|saturation|répond aux inconnus",
    "organisation|who|posts|share|since|tone (n)|attention|saturation|answers strangers",
)
ANSWERS = {
    True: Bilingual("répond à qui n'est pas suivi", "answers people not followed"),
    False: Bilingual("répond à qui lui écrit (abonnements inconnus)", "answers who writes (follows unknown)"),
}
UNREAD = Bilingual("on ne sait pas (aucune réponse lue sur ce réseau)", "unknown (no answers read on this network)")
POSTS = Bilingual(
    "organisation|vitalité|visibilité|impact|confiance|qui|le|publication",
    "organisation|vitality|visibility|impact|trust|who|on|post",
)
OVERLAPS = Bilingual(
    "segment|l'un|l'autre|en commun|publics|Jaccard|inclusion", "segment|one|other|shared|audiences|Jaccard|containment"
)


def print_voice(session: Session, voice: Voice) -> None:
    """Print the share of voice, then who speaks of each organisation."""
    lang = session.lang
    table = [
        [
            plain(row["counterpart"], 40), row["posts"], row["authors"],
            *(words.percent(row[name], lang) for name in PARTS),
            words.number(row["vitality"], lang, 1), tone(row, lang), day(row["first_at"]),
        ]
        for row in voice.shares
    ]  # fmt: skip
    print_table(session.say(SHARES).split("|"), table, lang=session.lang, right=(1, 2, 3, 4, 5, 6, 7, 8))
    if any(row["posts"] and row["vitality"] is None for row in voice.shares):
        why = Bilingual(
            "– : vitalité inconnue là où ni vues ni audience, ou pas de réactions, ne sont connues",
            "–: vitality is unknown where neither views nor audience, or no reactions, are known",
        )
        say(session.say(why))
    if voice.speakers:
        say()
        print_table(
            session.say(SPEAKERS).split("|"),
            [speaker(row, lang) for row in voice.speakers],
            lang=session.lang,
            right=(2, 3),
        )

    if voice.posts:
        say()
        print_table(
            session.say(POSTS).split("|"), [_alive(row, lang) for row in voice.posts], lang=lang, right=(1, 2, 3, 4)
        )


def _alive(row: dict[str, Any], lang: str) -> list[object]:
    """Return one post's cells: vitality and its three factors."""
    figures = [words.number(row[name], lang, 2) for name in ("vitality", "visibility", "impact", "trust")]
    who = plain(row["handle"] or row["display_name"] or row["person_id"], 40)
    return [
        plain(row["counterpart"], 40),
        *figures,
        who,
        day(row["published_at"]),
        plain(row["url"] or row["text"], 80),
    ]


def speaker(row: dict[str, Any], lang: str) -> list[object]:
    """Return one speaker's cells."""
    return [
        plain(row["counterpart"], 40), plain(row["handle"] or row["display_name"] or row["person_id"], 40),
        row["posts"], words.percent(row["share"], lang), day(row["first_at"]), tone(row, lang),
        words.percent(row["attention_share"], lang), words.percent(row["saturation"], lang), answers(row, lang),
    ]  # fmt: skip


def print_overlaps(session: Session, rows: list[dict[str, Any]]) -> None:
    """Print every two candidates who share an audience."""
    lang = session.lang
    table = [
        [
            plain(row["segment"], 30), plain(row["handle"] or row["display_name"] or row["person_id"], 40),
            plain(row["other_handle"] or row["other_name"] or row["other_id"], 40), row["shared"],
            counts(row, "audience", "other_audience", lang), words.percent(row["jaccard"], lang),
            words.percent(row["containment"], lang),
        ]
        for row in rows
    ]  # fmt: skip
    print_table(session.say(OVERLAPS).split("|"), table, lang=session.lang, right=(3, 4, 5, 6))


def print_surroundings(session: Session, around: dict[str, Any]) -> None:
    """Print what bears on approaching one person."""
    lang, habits = session.lang, around["habits"]
    if around["speaks_of"]:
        say()
        print_table(
            session.say(SPEAKERS).split("|"),
            [speaker(row, lang) for row in around["speaks_of"]],
            lang=session.lang,
            right=(2, 3),
        )
    if habits is not None:
        share = words.percent(habits["saturation"], lang)
        counted = counts(habits | {"sponsored_90": habits["sponsored_90"] or 0}, "sponsored_90", "posts_90", lang)
        told = session.say(UNREAD) if habits["asked"] and habits["answer_rate"] is None else answers(habits, lang)
        whom = ANSWERS[habits["follows_known"]]
        line = Bilingual(
            f"Saturation sur 90 jours : {share} ({counted} publications) · {whom.fr} : {told}",
            f"Saturation over 90 days: {share} ({counted} posts) · {whom.en}: {told}",
        )
        say(session.say(line))
    for row in around["shares_audience_with"]:
        who = plain(row["other_handle"] or row["other_name"] or row["other_id"], 60)
        alike, shared = words.percent(row["jaccard"], lang), words.number(row["shared"], lang)
        line = Bilingual(
            f"  public commun avec {who} : {shared} {people(row['shared']).fr} ({alike}, {plain(row['segment'], 40)})",
            f"  audience shared with {who}: {shared} {people(row['shared']).en} ({alike}, {plain(row['segment'], 40)})",
        )
        say(session.say(line))
    for row in around.get("named_with", ()):
        who = plain(row["other_name"] or row["other_handle"] or row["other_id"], 60)
        namers = words.number(row["namers"], lang)
        line = Bilingual(
            f"  souvent nommé avec {who} : par {namers} {people(row['namers']).fr}",
            f"  often named with {who}: by {namers} {people(row['namers']).en}",
        )
        say(session.say(line))


def people(count: int) -> Bilingual:
    """Return the word for so many people."""
    return Bilingual("personne", "person") if count < 2 else Bilingual("personnes", "people")


def answers(row: dict[str, Any], lang: str) -> str:
    """Return the share of strangers answered, with counts and the median delay; a dash when nobody asked."""
    if not row["asked"] or row["answer_rate"] is None:
        return "–"
    told = f"{words.percent(row['answer_rate'], lang)} ({counts(row, 'answered', 'asked', lang)})"
    return told if row["answer_hours"] is None else f"{told}, {words.number(row['answer_hours'], lang, 1)} h"


def counts(row: dict[str, Any], one: str, other: str, lang: str) -> str:
    """Return two counts side by side."""
    return f"{words.number(row[one], lang)} / {words.number(row[other], lang)}"


def tone(row: dict[str, Any], lang: str) -> str:
    """Return a mean tone with the number of posts behind it."""
    return f"{words.signed(row['tone'], lang)} ({words.number(row['tone_n'], lang)})"


def day(moment: Any) -> str:
    """Return a date, empty when unknown."""
    return "" if moment is None else f"{moment:%Y-%m-%d}"
