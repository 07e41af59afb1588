"""Step 11: the report of a campaign, for the one who will read it; figures, what explains them, what to decide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from pipelines.documents import say
from pipelines.documents.coverage import coverage_facts, fact_said
from pipelines.documents.safe import link, one_line
from pipelines.execution.forecast import covered
from pipelines.execution.kpis import Total, kpi_name, mentions, totals
from pipelines.relation.circle import moment
from pipelines.relation.funnel import funnel, passages
from pipelines.relation.funnel_picture import draw_svg
from pipelines.relation.ledger import STATES
from pipelines.relation.papers.model import Paper, Section, Table
from pipelines.relation.words import euros, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.relations.store import Row
    from pipelines.execution.file import CampaignFile
    from pipelines.execution.prescribe import Lever

Reader = Literal["executive", "community", "performance", "pr", "legal", "analyst"]
EXPLAINED_BY = ("reactions", "mentions", "authors", "posts", "clicks", "visits", "leads", "sales", "sales_cents")


def report(
    file: CampaignFile,
    reader: Reader,
    lang: str,
    *,
    voices: Sequence[Row],
    run: Row | None,
    card: tuple[str, dict[str, int]] | None = None,
    differences: Sequence[Lever] = (),
) -> Paper:
    """Return the report of a campaign for `reader`.

    `voices` are the brand's and competitors' posts, `run` the discovery it rests on, `card` a rate card (name, cents
    per unit of each KPI) without which no earned-media value is given, `differences` what posts on the subject tell.
    """
    tell = words("report", lang)
    parts: dict[str, list[Callable[[], Section]]] = {
        "executive": [
            lambda: _result(file, lang, card), lambda: _explained(file, lang), lambda: _funnel(file, lang),
            lambda: _decide(file, lang),
        ],
        "community": [
            lambda: _mentions(file, lang), lambda: _posts(file, lang), lambda: _change(file, lang),
            lambda: levers_part(differences, lang),
        ],
        "performance": [
            lambda: _explained(file, lang), lambda: _partners(file, lang), lambda: _forecasts(file, lang),
            lambda: levers_part(differences, lang),
        ],
        "pr": [lambda: _share(voices, lang), lambda: _mentions(file, lang), lambda: _posts(file, lang)],
        "legal": [lambda: _disclosures(file, lang), lambda: _ledger(file, lang), lambda: _decide(file, lang)],
        "analyst": [
            lambda: _method(file, run, lang), lambda: _values(file, lang), lambda: _forecasts(file, lang),
            lambda: _change(file, lang), lambda: levers_part(differences, lang), lambda: _funnel(file, lang),
        ],
    }  # fmt: skip
    opening = [] if reader == "executive" else [_result(file, lang, card)]
    return Paper(
        title=f"{tell['title']} {file.campaign['name']}",
        lang=lang,
        subtitle=f"{tell[reader]} · {say.day(file.circle.as_of, lang)}",
        sections=(*opening, *(make() for make in parts[reader])),
        foot=tell["foot"].format(as_of=say.day(file.circle.as_of, lang)),
    )


def said_value(kpi: str, value: float, lang: str) -> str:
    """Return a KPI's value as people write it; money is in cents."""
    return (
        euros(round(value), lang)
        if kpi.endswith("_cents")
        else say.number(value, lang, 0 if value == int(value) else 2)
    )


def _result(file: CampaignFile, lang: str, card: tuple[str, dict[str, int]] | None) -> Section:
    tell, campaign, found = words("report", lang), file.campaign, totals(file)
    paid = sum(row["amount_cents"] for row in file.payments)
    done = sum(one.post is not None for one in file.matches())
    lines = [
        _main(file, found, lang),
        tell["appeared"].format(done=done, all=len(file.records["deliverables"])),
        tell["cost"].format(cost=euros(paid, lang)),
    ]
    main = next((one for one in found if one.kpi == campaign["main_kpi"]), None)
    if main and main.value > 0 and paid and not main.kpi.endswith("_cents"):
        lines.append(tell["cost_per"].format(kpi=kpi_name(main.kpi, lang), cost=euros(round(paid / main.value), lang)))
    if card:
        name, cents = card
        value = sum(one.value * cents[one.kpi] for one in found if one.kpi in cents)
        lines.append(tell["emv"].format(card=name, value=euros(round(value), lang)))
    return Section(tell["result"], tuple(lines))


def _main(file: CampaignFile, found: Sequence[Total], lang: str) -> str:
    tell, campaign = words("report", lang), file.campaign
    if not campaign["main_kpi"]:
        return tell["no_main"]
    main = next((one for one in found if one.kpi == campaign["main_kpi"]), None)
    if main is None:
        return tell["main_unknown"].format(kpi=kpi_name(campaign["main_kpi"], lang))
    days = {name: say.day(moment(campaign[name]), lang) for name in ("starts", "ends")}
    return tell["main"].format(kpi=kpi_name(main.kpi, lang), value=said_value(main.kpi, main.value, lang), **days)


def _explained(file: CampaignFile, lang: str) -> Section:
    tell = words("report", lang)
    order = {kpi: place for place, kpi in enumerate(EXPLAINED_BY)}
    found = sorted(totals(file), key=lambda one: order.get(one.kpi, 99))
    rows = [
        (
            kpi_name(one.family, lang),
            kpi_name(one.kpi, lang),
            said_value(one.kpi, one.value, lang),
            one.values,
            one.origin,
        )
        for one in found
    ]
    return _table("companions", "kpi_columns", rows, tell)


def _decide(file: CampaignFile, lang: str) -> Section:
    tell, found = words("report", lang), file.matches()
    unclear = sum(one.post is not None and one.post["disclosure"] != "clear" for one in found)
    late = sum(one.post is None and moment(one.deliverable["due"]) < file.circle.as_of for one in found)
    unsigned = sum(line.state == "contract_needed" for line in file.lines)
    counts = (("disclosure_ask", unclear), ("late", late), ("contract", unsigned))
    items = tuple(tell[key].format(n=n) for key, n in counts if n)
    return Section(tell["decide"], items=items or (tell["nothing"],))


def _mentions(file: CampaignFile, lang: str) -> Section:
    tell, seen = words("report", lang), mentions(file)
    tones = {tone: sum(one.tone == tone for one in seen) for tone in ("positive", "negative")}
    line = tell["mention_line"].format(posts=len(seen), authors=len({one.person_id for one in seen}), **tones)
    return Section(tell["mentions"], (line,))


def _posts(file: CampaignFile, lang: str) -> Section:
    posts = [one.post for one in file.matches() if one.post is not None]
    posts.sort(key=lambda post: -(post["reactions"] or 0))
    rows = [
        (file.name(post["account_id"]), say.day(post["published_at"], lang), one_line(post["text"] or "", 160),
         post["reactions"], link(post["url"]))
        for post in posts
    ]  # fmt: skip
    return _table("posts", "post_columns", rows, words("report", lang))


def _partners(file: CampaignFile, lang: str) -> Section:
    sums: dict[tuple[str, str], float] = {}
    for row in file.records["kpi_values"]:
        if row["account_id"]:
            key = (file.name(row["account_id"]) or "", row["kpi"])
            sums[key] = sums.get(key, 0.0) + row["value"]
    rows = [(who, kpi_name(kpi, lang), said_value(kpi, value, lang)) for (who, kpi), value in sorted(sums.items())]
    return _table("per_partner", "partner_columns", rows, words("report", lang))


def _share(voices: Sequence[Row], lang: str) -> Section:
    whole = sum(row["posts"] for row in voices) or 1
    rows = [
        (
            row["counterpart"],
            row["posts"],
            say.percent(row["posts"] / whole, lang),
            row["people"],
            say.number(row["tone"], lang, 2),
        )
        for row in voices
    ]
    return _table("share", "share_columns", rows, words("report", lang))


def _disclosures(file: CampaignFile, lang: str) -> Section:
    tell = words("report", lang)
    rows = [
        (file.name(one.post["account_id"]), say.day(one.post["published_at"], lang),
         tell.get(one.post["disclosure"] or "none", tell["none"]), link(one.post["url"]))
        for one in file.matches() if one.post is not None
    ]  # fmt: skip
    return _table("disclosures", "disclosure_columns", rows, tell)


def _ledger(file: CampaignFile, lang: str) -> Section:
    people = file.circle.people
    rows = [
        (
            people[one.person_id]["handle"] if one.person_id in people else one.person_id,
            one.advertiser,
            one.objective,
            one.year,
            euros(one.total_cents, lang),
            STATES[one.state].to(lang),
        )
        for one in file.lines
    ]
    return _table("ledger", "ledger_columns", rows, words("report", lang))


def _method(file: CampaignFile, run: Row | None, lang: str) -> Section:
    name = words("method", lang)
    rows: list[tuple[object, ...]] = [(name["query"].format(name=one.name), one.query) for one in file.brief.segments]
    if run:
        rows += [(name[key], str(run[key])) for key in ("run_id", "as_of", "code_version", "brief_hash")]
        told = coverage_facts(json.loads(run["coverage"] or "{}"), lang=lang)
        rows += [
            (f"{fact_said(source, lang)} {fact_said(fact, lang)}".strip() or name["coverage"], value)
            for source, fact, value in told
            if value not in (0, "")
        ]
    rows += [(name["posts"], len(file.posts)), (name["touchpoints"], len(file.circle.touches))]
    rows.append((name["kpis"], name["kpis_said"]))
    return _table("method", "method_columns", rows, words("report", lang))


def _values(file: CampaignFile, lang: str) -> Section:
    rows = [
        (
            row["counted_at"][:10],
            kpi_name(row["family"], lang),
            kpi_name(row["kpi"], lang),
            said_value(row["kpi"], row["value"], lang),
            file.name(row["account_id"]),
            row["origin"],
        )
        for row in file.records["kpi_values"]
    ]
    return _table("all_values", "value_columns", rows, words("report", lang))


def _forecasts(file: CampaignFile, lang: str) -> Section:
    tell = words("report", lang)
    rows, checked = [], []
    for row in file.records["forecasts"]:
        came = row["observed"]
        inside = None if came is None else covered(row["low"], row["high"], came)
        checked += [] if inside is None else [inside]
        figures = (say.number(row[name], lang, 1) for name in ("low", "median", "high"))
        said = None if inside is None else tell["yes" if inside else "no"]
        rows.append((file.name(row["account_id"]), *figures, None if came is None else say.number(came, lang), said))
    made = _table("forecasts", "forecast_columns", rows, tell)
    expected = say.number(0.8 * len(checked), lang, 1)
    line = tell["forecast_line"].format(inside=sum(checked), n=len(checked), expected=expected)
    return Section(made.title, (line,) if checked else (), table=made.table)


def _change(file: CampaignFile, lang: str) -> Section:
    """Say what stands out of a person's usual interval; a difference inside it is no reason to change anything."""
    tell = words("report", lang)
    items, usual = [], 0
    for row in file.records["forecasts"]:
        if row["observed"] is None:
            continue
        if covered(row["low"], row["high"], row["observed"]):
            usual += 1
            continue
        figures = {name: say.number(row[name], lang) for name in ("observed", "low", "high")}
        key = "above" if row["observed"] > row["high"] else "below"
        items.append(tell[key].format(who=file.name(row["account_id"]), **figures))
    if usual:
        items.append(tell["inside"].format(n=usual))
    return Section(tell["change"], items=tuple(items) or (tell["unchecked"],))


def _funnel(file: CampaignFile, lang: str) -> Section:
    """Draw the funnel of the brief's people, and say what one who is active cost."""
    cost = sum(row["amount_cents"] for row in file.payments)
    found = funnel(passages(file.circle), cost_cents=cost)
    said = words("funnel", lang)["now"].format(
        now=found.active_now, again=found.reactivated, cost=euros(found.cost_per_active_cents, lang)
    )
    return Section(words("report", lang)["funnel"], (said,), picture=draw_svg(found, lang))


def levers_part(found: Sequence[Lever], lang: str) -> Section:
    """Say what posts with and without something brought, with intervals, and what that advises."""
    tell, names, advice = words("levers", lang), words("lever", lang), words("advice", lang)
    rows = [
        (names[one.key], _times(one.ratio, lang),
         None if one.low is None else f"{_times(one.low, lang)} – {_times(one.high, lang)}",
         one.people, f"{one.posts_with} / {one.posts_without}", advice[one.advice])
        for one in found
    ]  # fmt: skip
    if not rows:
        return Section(tell["title"], (tell["nothing"],))
    read = tell["read"].format(n=sum(one.low is not None for one in found))
    return Section(tell["title"], (read,), table=Table(tuple(tell["columns"].split("|")), tuple(rows)))


def _times(value: float | None, lang: str) -> str | None:
    return None if value is None else f"×\u202f{say.number(value, lang, 2)}"


def _table(title: str, columns: str, rows: Sequence[tuple[object, ...]], tell: dict[str, str]) -> Section:
    return Section(tell[title], table=Table(tuple(tell[columns].split("|")), tuple(rows)))
