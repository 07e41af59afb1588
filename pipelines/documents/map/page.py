"""The map as one HTML page that opens from a file: WebGL, no network, a table beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from pipelines.documents.jinja import environment, style
from pipelines.documents.safe import link, one_line
from pipelines.documents.say import community as say_community
from pipelines.documents.say import day, number, word, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipelines.documents.map.ecosystem import Ecosystem
    from pipelines.documents.map.layout import Points

ASSETS = "pipelines.documents.map.assets"
AXES = ("influence", "reach", "resonance", "relevance")


def render_page(ecosystem: Ecosystem, points: Points, lang: str, *, as_of: datetime | None, file: str) -> bytes:
    """Return the page; `points` are the people's positions (n × 2), `file` names what its buttons save."""
    css, style_csp = style("map.css", ASSETS)
    script, script_csp = style("map.js", ASSETS)
    said = words("map", lang)
    said["subtitle"] = said["subtitle"].format(
        people=number(len(ecosystem.people), lang),
        ties=number(len(ecosystem.source), lang),
        communities=number(len(ecosystem.communities), lang),
        day=day(as_of, lang),
    )
    page = environment(lang, html=True).get_template("map.html.j2")
    return page.render(
        brief=one_line(ecosystem.brief), map=said, css=css, style_csp=style_csp, script=script, script_csp=script_csp,
        data=_inert(_data(ecosystem, points, lang, file)),
    ).encode("utf-8", "replace")  # fmt: skip


def _inert(data: dict[str, Any]) -> str:
    """Return JSON in which no character can end a script element."""
    text = orjson.dumps(data).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _data(ecosystem: Ecosystem, points: Points, lang: str, file: str) -> dict[str, Any]:
    segments = sorted({item["segment"] for person in ecosystem.people for item in person["segments"]})
    groups = ecosystem.groups().tolist()
    said = words("map", lang)
    people = [
        _person(person, point, group, segments, lang)
        for person, point, group in zip(ecosystem.people, points.tolist(), groups, strict=True)
    ]
    communities = [
        {"name": say_community(item["name"]) or said["group"].format(n=at + 1), "size": item["size"]}
        for at, item in enumerate(ecosystem.communities)
    ]
    ties = {"s": ecosystem.source.tolist(), "t": ecosystem.target.tolist(), "w": ecosystem.weight.round(3).tolist()}
    return {"lang": lang, "file": file, "ui": _ui(lang), "segments": segments, "communities": communities,
            "people": people, "ties": ties}  # fmt: skip


def _person(person: dict[str, Any], point: list[float], group: int, segments: list[str], lang: str) -> dict[str, Any]:
    """Return what the page shows of one person; `s` holds the scores by segment, null where there are none."""
    scores = {item["segment"]: _scores(item) for item in person["segments"]}
    return {
        "x": round(point[0], 4),
        "y": round(point[1], 4),
        "g": group,
        "name": one_line(person["name"] or word("ui", "nameless", lang), 80),
        "handle": one_line(person["handle"] or "", 90),
        "url": link(person["url"]),
        "role": person["role"],
        "roleName": word("label", person["role"], lang) if person["role"] else None,
        "pagerank": person["pagerank"],
        "followers": person["followers"],
        "s": [scores.get(name) for name in segments],
    }


def _scores(item: dict[str, Any]) -> dict[str, Any]:
    rounded: Callable[[float | None], float | None] = lambda value: None if value is None else round(value, 1)  # noqa: E731
    known = {name: rounded(item[name]) for name in (*AXES, "low", "high")}
    return {"tier": item["tier"], "rank": item["rank"], **known}


def _ui(lang: str) -> dict[str, Any]:
    own = words("map", lang)
    shared = words("ui", lang)
    keys = ("unknown", "tier", "rank", "community", "role", "followers")
    return {
        **{key: own[key] for key in ("pick", "neighbours", "clear", "others", "shown", "drawn")},
        **{key: shared[key] for key in keys},
        "axes": words("axis", lang),
        "tiers": words("tier", lang),
    }
