"""Lays one person's rows out as the sections of the sheet: what, when, where, who, how, why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.detection.fivew.figures import Row, figure, table

if TYPE_CHECKING:
    from data.brief.model import Brief

Rows = dict[str, list[Row]]
ROLES = frozenset(("expert", "relay", "ambassador", "creator", "alerter"))
TYPES = frozenset(("celebrity", "journalist", "media", "outlet", "brand", "competitor", "employee",
                   "competitor_employee", "newcomer", "fan"))  # fmt: skip
NEWSLETTERS = ("substack.com", "beehiiv.com", "buttondown.", "kessel.media", "newsletter")
PODCASTS = ("podcast", "ausha.co", "acast.com", "spotify.com/show", "soundcloud.com")


def what(rows: Rows) -> Row:
    """Return what the person speaks of: segments, words, hashtags, kinds, sites and the posts that weigh most."""
    activity = _first(rows, "activity")
    return {
        "segments": table(rows["segments"], "segments", missing="no_post_on_subject"),
        "terms": table(rows["terms"], "terms"),
        "hashtags": table(rows["hashtags"], "hashtags"),
        "kinds": table(rows["kinds"], "kinds", missing="no_posts"),
        "sites": table(rows["sites"], "sites"),
        "own_share": figure(activity, "activity", "own_share", n="posts", at_least=5),
        "brand": _brand(rows["scores"]),
        "signature_posts": table(rows["signature_posts"], "signature_posts", missing="no_post_on_subject"),
    }


def when(rows: Rows) -> Row:
    """Return when the person posts: first and last, cadence, gaps, hours, months, growth."""
    activity, news = _first(rows, "activity"), _first(rows, "news")
    return {
        "posts": figure(activity, "activity", "posts"),
        "first_at": figure(activity, "activity", "first_at"),
        "last_at": figure(activity, "activity", "last_at"),
        "days_since_last": figure(activity, "activity", "days_since_last"),
        "posts_per_week": figure(activity, "activity", "posts_per_week", n="posts", at_least=5),
        "median_gap_days": figure(activity, "activity", "median_gap_days", n="posts", at_least=5),
        "longest_gap_days": figure(activity, "activity", "longest_gap_days", n="posts", at_least=5),
        "news_hours": figure(news, "news", "median_hours", n="links", at_least=3, missing="no_shared_link"),
        "hours": table(rows["hours"], "hours", missing="no_posts"),
        "months": table(rows["months"], "months", missing="no_posts"),
        "growth": _growth(rows["growth"]),
    }


def where(rows: Rows) -> Row:
    """Return where the person is heard: networks, languages, communities and the place held in them."""
    places = [
        {key: row[key] for key in ("segment", "community_id", "community_name", "community_size", "community_terms",
                                   "community_rank", "role", "role_reasons")}
        for row in rows["scores"]
        if row["community_id"] is not None
    ]  # fmt: skip
    return {
        "accounts": table(rows["accounts"], "accounts"),
        "own_sites": table(_sites(rows["accounts"]), "accounts", missing="no_own_site"),
        "region": table(_regions(rows["accounts"]), "accounts", missing="no_region"),
        "languages": table(rows["languages"], "languages", missing="language_unknown"),
        "communities": table(places, "scores", missing="no_community"),
    }


def who(rows: Rows) -> Row:
    """Return who the person says they are, who listens, and to whom and what they are tied."""
    bios = [{k: row[k] for k in ("source", "handle", "summary", "location")} for row in rows["accounts"]]
    given = [row for row in rows["peers"] if row["direction"] == "given"]
    received = [row for row in rows["peers"] if row["direction"] == "received"]
    return {
        "own_words": table([bio for bio in bios if bio["summary"]], "accounts", missing="no_bio"),
        "type": _labelled(rows["scores"], TYPES, "no_type"),
        "audience": table(rows["audience"], "audience", missing="no_interaction_seen"),
        "quality": _quality(rows["scores"]),
        "turned_to": table(given, "peers", missing="no_interaction_seen"),
        "heard_by": table(received, "peers", missing="no_interaction_seen"),
        "relations": table(rows["relations"], "relations"),
    }


def how(rows: Rows) -> Row:
    """Return the manner: tone, questions, replies, links, length, answers, commercial mentions, the relationship."""
    activity, answers, paid = _first(rows, "activity"), _first(rows, "replies"), _first(rows, "paid")
    return {
        "tones": table(rows["tones"], "tones", missing="language_unsupported"),
        "reply_share": figure(activity, "activity", "reply_share", n="own_posts", at_least=5),
        "question_share": figure(activity, "activity", "question_share", n="own_posts", at_least=5),
        "link_share": figure(activity, "activity", "link_share", n="own_posts", at_least=5),
        "median_words": figure(activity, "activity", "median_words", n="own_posts", at_least=5),
        "answer_hours": figure(answers, "replies", "median_hours", n="answers", at_least=3),
        "visual_style": table(rows["visual"], "visual", missing="media_not_observed"),
        "disclosures": table(rows["disclosures"], "disclosures"),
        "paid_share": figure(paid, "paid", "paid_share", n="posts", at_least=5, missing="not_judged"),
        "clear_share": figure(paid, "paid", "clear_share", n="paid_posts", missing="not_judged")
        if paid is None or paid["paid_posts"]
        else {"value": None, "missing": "none_seen", "query": "paid", "column": "clear_share"},
    }


def why(rows: Rows, brief: Brief) -> Row:
    """Return why the person is on the list: the brief's reason, and scores, tier, labels by segment, best first."""
    scores = [
        {key: value for key, value in row.items() if key not in ("brief", "run_id", "accounts")}
        for row in rows["scores"]
    ]
    return {
        "reason": brief.why,
        "objectives": list(brief.objectives),
        "advised_role": _labelled(rows["scores"], ROLES, "no_role"),
        "scores": table(scores, "scores", missing="not_a_candidate"),
        "standing": table(rows["standing"], "standing", missing="not_a_candidate"),
    }


def counter_evidence(rows: Rows) -> list[dict[str, Any]]:
    """Return what speaks against, as codes with the figures behind them; never a judgement of the person."""
    found: list[dict[str, Any]] = []
    if (top := _first(rows, "concentration")) and top["posts"] >= 5 and (top["top_share"] or 0) >= 0.5:
        found.append({"code": "one_post_carries", "query": "concentration", "column": "top_share",
                      "value": top["top_share"], "n": top["posts"], "post_ids": [top["top_post"]]})  # fmt: skip
    told: set[str] = set()
    for row in rows["scores"]:
        low, high = row["influence_low"], row["influence_high"]
        if low is not None and high is not None and high - low >= 30:
            found.append({"code": "wide_interval", "query": "scores", "column": "influence_low", "value": low,
                          "high": high, "segment": row["segment"]})  # fmt: skip
        found += [
            {"code": "authenticity", "query": "scores", "column": "authenticity", "value": row["authenticity"],
             "reason": reason, "segment": row["segment"]}
            for reason in row["authenticity_reasons"] or []
            if reason not in told
        ]  # fmt: skip
        told.update(row["authenticity_reasons"] or [])
    activity = _first(rows, "activity")
    if activity and activity["days_since_last"] >= 60:
        found.append({"code": "silent", "query": "activity", "column": "days_since_last",
                      "value": activity["days_since_last"]})  # fmt: skip
    if activity and activity["posts"] >= 5 and activity["own_share"] < 0.3:
        found.append({"code": "mostly_relays", "query": "activity", "column": "own_share",
                      "value": activity["own_share"], "n": activity["posts"]})  # fmt: skip
    competitors = [row for row in rows["relations"] if row["counterpart_kind"] == "competitor"]
    found += [
        {"code": "tied_to_competitor", "query": "relations", "column": "ties", "value": row["ties"],
         "name": row["counterpart"], "post_ids": (row["post_ids"] or [])[:5]}
        for row in competitors
    ]  # fmt: skip
    return found


def _brand(scores: list[Row]) -> Row:
    """Return the stance on the brand by segment, where it was named: mentions and tone."""
    named = [
        {k: row[k] for k in ("segment", "brand_mentions", "brand_tone")} for row in scores if row["brand_mentions"]
    ]
    return table(named, "scores", missing="brand_not_named")


def _labelled(scores: list[Row], wanted: frozenset[str], missing: str) -> Row:
    """Return those of a person's labels that are among `wanted`, each once with its first segment."""
    found: dict[str, str] = {}
    for row in scores:
        for label in row["labels"] or []:
            if label in wanted:
                found.setdefault(label, row["segment"])
    return table([{"label": label, "segment": segment} for label, segment in found.items()], "scores", missing=missing)


def _quality(scores: list[Row]) -> Row:
    """Return the signals on the audience: 0 to 100, 100 when there is nothing to check, with what is to be checked."""
    seen = [{k: row[k] for k in ("authenticity", "authenticity_reasons", "segment")} for row in scores
            if row["authenticity"] is not None]  # fmt: skip
    return table(seen[:1], "scores", missing="not_observed")


def _sites(accounts: list[Row]) -> list[Row]:
    """Return the addresses that the profiles give: site, newsletter or podcast, and whether the network verified it."""
    found: dict[str, Row] = {}
    for row in accounts:
        verified = set(row["verified_links"] or [])
        for link in [*verified, *(row["links"] or [])]:
            found.setdefault(
                link,
                {"link": link, "kind": _kind_of_site(link), "evidence": "verified" if link in verified else "stated"},
            )
    return sorted(found.values(), key=lambda site: (site["evidence"] != "verified", site["link"]))[:8]


def _kind_of_site(link: str) -> str:
    low = link.lower()
    if any(mark in low for mark in PODCASTS):
        return "podcast"
    return "newsletter" if any(mark in low for mark in NEWSLETTERS) else "site"


def _regions(accounts: list[Row]) -> list[Row]:
    return [{"location": place} for place in dict.fromkeys(row["location"] for row in accounts) if place]


def _growth(rows: list[Row]) -> Row:
    if len({row["day"] for row in rows}) < 2:
        return {"rows": [], "missing": "counted_once", "query": "growth"}
    return table(rows, "growth")


def _first(rows: Rows, name: str) -> Row | None:
    return rows[name][0] if rows[name] else None
