"""Lays one person's rows out as the sections of the sheet: what, when, where, who, how, why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.detection.fivew.figures import Row, figure, table

if TYPE_CHECKING:
    from data.brief.model import Brief

Rows = dict[str, list[Row]]
SCORES = ("influence", "reach", "resonance", "relevance")


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
        "audience": table(rows["audience"], "audience", missing="no_interaction_seen"),
        "turned_to": table(given, "peers", missing="no_interaction_seen"),
        "heard_by": table(received, "peers", missing="no_interaction_seen"),
        "relations": table(rows["relations"], "relations"),
    }


def how(rows: Rows) -> Row:
    """Return the manner: tone, questions, replies, links, length, answers, commercial mentions, the relationship."""
    activity, answers = _first(rows, "activity"), _first(rows, "replies")
    return {
        "tones": table(rows["tones"], "tones", missing="language_unsupported"),
        "reply_share": figure(activity, "activity", "reply_share", n="own_posts", at_least=5),
        "question_share": figure(activity, "activity", "question_share", n="own_posts", at_least=5),
        "link_share": figure(activity, "activity", "link_share", n="own_posts", at_least=5),
        "median_words": figure(activity, "activity", "median_words", n="own_posts", at_least=5),
        "answer_hours": figure(answers, "replies", "median_hours", n="answers", at_least=3),
        "disclosures": table(rows["disclosures"], "disclosures"),
        "relationship": relationship(rows["relationship"]),
    }


def relationship(rows: list[Row]) -> Row:
    """Return what the team recorded of the relationship, as it stands in the database that was asked."""
    return table(rows, "relationship", missing="no_relationship")


def why(rows: Rows, brief: Brief) -> Row:
    """Return why the person is on the list: the brief's reason, and scores, tier, labels by segment, best first."""
    scores = [
        {key: value for key, value in row.items() if key not in ("brief", "run_id", "accounts")}
        for row in rows["scores"]
    ]
    return {
        "reason": brief.why,
        "objectives": list(brief.objectives),
        "scores": table(scores, "scores", missing="not_a_candidate"),
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


def _growth(rows: list[Row]) -> Row:
    if len({row["day"] for row in rows}) < 2:
        return {"rows": [], "missing": "counted_once", "query": "growth"}
    return table(rows, "growth")


def _first(rows: Rows, name: str) -> Row | None:
    return rows[name][0] if rows[name] else None
