"""`vigie check`: checks a brief, explains its queries, estimates its cost; fetches nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, spoken
from app.tables import print_table
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual, Lang
from data.brief.model import Brief
from data.brief.read import read_brief
from data.errors import UserError
from data.figures import number
from data.workspace import find_workspace
from pipelines.documents.say import word
from pipelines.relation.words import pair

if TYPE_CHECKING:
    from pipelines.detection.entries import Entries
    from pipelines.detection.rule_check import ReadRule
    from pipelines.relation.points import Points


def command(
    brief: BriefArgument, workspace: WorkspaceOption = None, lang: LangOption = None, json: JsonOption = False
) -> None:
    """Check a brief: queries explained as trees, cost estimated per source. Fetches nothing."""
    from nlp.query import outline
    from pipelines.detection.entries import entries, with_entries
    from pipelines.detection.rule_check import check_rules
    from pipelines.detection.study import check_sources, study
    from pipelines.relation.funnel_rules import check_funnel

    spoke = spoken(lang, workspace)
    read = _read(brief, workspace)
    studied = study(read)
    check_sources(read)
    rules = check_rules(read)
    check_funnel(read, _points(workspace))
    looked_for = entries(read, studied)
    estimates = _estimates(with_entries(read, looked_for))
    if json:
        print_json(
            {
                "brief": read.name,
                "suitability": studied.suitability.to(spoke),
                "warnings": [w.to(spoke) for w in studied.warnings],
                "segments": [
                    {
                        "name": s.name,
                        "query": s.query,
                        "tree": outline(s.node, spoke),
                        "warnings": [w.to(spoke) for w in s.warnings],
                    }
                    for s in studied.segments
                ],
                "rules": [
                    {"kind": r.kind, "gives": r.gives, "when": r.when, "columns": r.columns, "own": r.own}
                    for r in rules
                ],
                "looked_for": {
                    "hashtags": [{"forms": list(tag.forms), "for": tag.stands_for} for tag in looked_for.tags],
                    "searches": list(looked_for.terms),
                },
                "unknown_seeds": _unknown_seeds(read),
                "estimates": [{key: value for key, value in row.items() if key != "caveats"} for row in estimates],
            }
        )
        return
    say(f"{plain(read.name)} · {plain(read.title)}" if read.title else plain(read.name))
    say(studied.suitability.to(spoke))
    for warning in studied.warnings:
        say(f"! {warning.to(spoke)}")
    for segment in studied.segments:
        say()
        say(f"[{plain(segment.name)}] {plain(segment.query)}")
        for line in outline(segment.node, spoke):
            say(f"  {line.rstrip()}")
        for warning in segment.warnings:
            say(f"  ! {warning.to(spoke)}")
    say()
    _print_rules(rules, spoke)
    say()
    _print_entries(looked_for, spoke)
    for seed in _unknown_seeds(read):
        told = Bilingual("graine qu'aucune source ne comprend", "seed no source understands").to(spoke)
        say(f"! {pair(told, plain(seed, 200), spoke)}")
    _print_estimates(estimates, spoke)


def _print_entries(looked_for: Entries, lang: Lang) -> None:
    """Print by which hashtags and words the sources are searched, beside the seeds of the brief."""
    if not looked_for.tags:
        return
    say(
        Bilingual(
            "Cherchés aussi, d'après les requêtes et les marques :", "Looked for too, from queries and brands:"
        ).to(lang)
    )
    for name in dict.fromkeys(tag.stands_for for tag in looked_for.tags):
        tags = [f"#{form}" for tag in looked_for.tags if tag.stands_for == name for form in tag.forms]
        say(f"  [{plain(name)}] {plain(' '.join(tags), 600)}")
    if looked_for.terms:
        told = Bilingual(
            "recherches, sauf requêtes propres à la source", "searches, unless the source has queries of its own"
        )
        say(f"  {pair(told.to(lang), plain(', '.join(looked_for.terms), 600), lang)}")
    say()


def _print_rules(rules: list[ReadRule], lang: str) -> None:
    """Print the labels, and the roles in the order in which they are asked."""
    labels = [rule for rule in rules if rule.kind == "label"]
    if labels:
        say(Bilingual("Étiquettes données par règle :", "Labels given by rule:").to(lang))
        for rule in labels:
            say(f"  {plain(rule.gives, 60)} ← {plain(rule.when, 300)}")
    roles = [rule for rule in rules if rule.kind == "role"]
    if own := [rule for rule in roles if rule.own]:
        say(Bilingual("Rôles du brief, demandés d'abord :", "Roles of the brief, asked first:").to(lang))
        for rule in own:
            say(f"  {plain(word('label', rule.gives, lang), 60)} ← {plain(rule.when, 300)}")
    names = ", ".join(word("label", rule.gives, lang) for rule in roles if not rule.own)
    told = Bilingual(
        f"Rôles d'origine, dans l'ordre : {names} (leurs conditions : --json).",
        f"Built-in roles, in order: {names} (their conditions: --json).",
    )
    say(told.to(lang))


def _read(brief: str, workspace: Path | None) -> Brief:
    """Read the brief from its file, or by name where there is a workspace: checking needs none."""
    path = Path(brief)
    if path.suffix == ".toml" and path.exists():
        return read_brief(path)
    try:
        found = find_workspace(workspace or Path.cwd())
    except UserError:
        return read_brief(path)
    return found.brief(brief)


def _points(workspace: Path | None) -> Points:
    """Return the points of the workspace that the brief stands in, else those that come with vigie."""
    from pipelines.relation.points import read_points, shipped_points

    try:
        found = find_workspace(workspace or Path.cwd())
    except UserError:
        return shipped_points()
    return read_points(found)


def _unknown_seeds(brief: Brief) -> list[str]:
    """Return the seeds that none of the brief's sources would ask for."""
    from crawlers.registry import connector
    from crawlers.seeds import knows

    used = [(connector(source.kind), source.options) for source in brief.sources]
    seeds = brief.seeds.accounts if used else ()
    return [seed for seed in seeds if not any(knows(one, options, seed) for one, options in used)]


def _estimates(brief: Brief) -> list[dict[str, Any]]:
    from crawlers.registry import estimate

    return [estimate(source, brief) for source in brief.sources]


def _print_estimates(estimates: list[dict[str, Any]], lang: Lang) -> None:
    if not estimates:
        none = Bilingual(
            "Aucune source : ce brief ne travaille que sur des données importées (vigie discover --offline).",
            "No source: this brief works on imported data only (vigie discover --offline).",
        )
        say(none.to(lang))
        return
    headers = Bilingual("source|requêtes|durée|disque", "source|requests|time|disk").to(lang).split("|")
    megabytes = Bilingual("Mo", "MB").to(lang)
    rows = [
        [e["source"], e["requests"], _duration(e["seconds"]), f"{number(e['bytes'] / 1e6, lang)} {megabytes}"]
        for e in estimates
    ]
    print_table(headers, rows, lang=lang, right=(1, 2, 3))
    for estimate in estimates:
        for caveat in estimate["caveats"]:
            say(f"! {pair(estimate['source'], caveat.to(lang), lang)}")


def _duration(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else f"{minutes} min {int(seconds % 60):02d}"
