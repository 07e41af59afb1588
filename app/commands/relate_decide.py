"""`vigie relate decide|compare|portfolio`: step 5."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from app.commands.relate_group import PersonArgument, WhoOption, login, recording, typed_cents
from app.session import BriefArgument, JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import plain, print_json, say
from app.words import called
from data.bilingual import Bilingual, Lang
from data.errors import UserError
from data.figures import number, percent
from data.relations.store import add, open_relations, rows
from data.relations.text_file import read_text
from pipelines.documents.say import community, word
from pipelines.relation.circle import Circle, name_of, read_circle
from pipelines.relation.desk import find, person_map, read_rows
from pipelines.relation.nextbest import states
from pipelines.relation.portfolio import Candidate, Limits, Proposal, propose, swaps
from pipelines.relation.words import euros, pair, words

group = typer.Typer()


@group.command("decide")
def decide(
    brief: BriefArgument,
    account: PersonArgument,
    verdict: Annotated[
        Literal["shortlist", "accept", "hold", "refuse"], typer.Argument(metavar="VERDICT", help="The team's verdict.")
    ],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with it.")],
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Shortlist, accept, hold or refuse someone. With the reason; earlier verdicts stay as history."""
    session = open_session(workspace, lang)
    session.published()
    name, found = session.workspace.brief(brief).name, find(session.workspace, account)
    values = {"brief": name, "account_id": found.account_id, "verdict": verdict, "why": why}
    with recording(session) as people:
        add(people, "selections", values, who=who or login())
    if json:
        print_json(values)
        return
    say(plain(f"{found.account_id} · {called('verdict', verdict, session.lang)}"))


@group.command("compare")
def compare(
    brief: BriefArgument,
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="[ACCOUNT]...", help="Whom; default: the shortlist.")
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show candidates side by side. Scores, tier, proximity, verdict, audience shared with the others."""
    session = open_session(workspace, lang)
    session.published()
    circle = read_circle(session.workspace, session.workspace.brief(brief))
    verdicts = circle.verdicts()
    chosen = (
        [find(session.workspace, account).person_id for account in accounts]
        if accounts
        else [
            person
            for person in circle.people
            if verdicts.get(person, {}).get("verdict") in ("shortlist", "accept", "hold")
        ]
    )
    reached, known = _audiences(session, chosen), states(circle)
    found = []
    for person in chosen:
        if person not in circle.people:
            raise UserError(f"{person} n'est pas candidat ici", f"{person} is no candidate here")
        others = frozenset().union(*(reached[other] for other in chosen if other != person))
        row = {
            key: circle.people[person][key]
            for key in ("handle", "rank", "tier", "segment", "influence", "relevance", "followers")
        }
        shared = len(reached[person] & others) / len(reached[person]) if reached[person] else None
        stand = {"proximity": known[person].score, "audience": len(reached[person]), "shared_with_others": shared}
        found.append(row | stand | {"verdict": verdicts.get(person, {}).get("verdict")})
    if json:
        print_json(found)
        return
    head = Bilingual(
        "compte|rang|niveau|segment|influence|pertinence|abonnés|proximité|audience active|partagée|verdict",
        "account|rank|tier|segment|influence|relevance|followers|proximity|engaged audience|shared|verdict",
    )
    shown = [_side(row, session.lang) for row in found]
    print_table(session.say(head).split("|"), shown, lang=session.lang, right=(1, 4, 5, 6, 7, 8, 9))


@group.command("portfolio")
def portfolio(
    brief: BriefArgument,
    budget: Annotated[str, typer.Option("--budget", metavar="EUR", help="What all together may cost, excluding VAT.")],
    cost: Annotated[
        str | None, typer.Option("--cost", metavar="EUR", help="What one costs when nothing else is known.")
    ] = None,
    costs: Annotated[Path | None, typer.Option("--costs", metavar="CSV", help="Columns account, cost (euros).")] = None,
    size: Annotated[int | None, typer.Option("--size", min=1, metavar="N", help="How many at most.")] = None,
    tier_min: Annotated[
        list[str] | None, typer.Option("--tier-min", metavar="TIER=N", help="At least so many of a tier.")
    ] = None,
    tier_max: Annotated[
        list[str] | None, typer.Option("--tier-max", metavar="TIER=N", help="At most so many of a tier.")
    ] = None,
    include: Annotated[list[str] | None, typer.Option("--include", metavar="ACCOUNT", help="Must be in.")] = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude", metavar="ACCOUNT", help="Must stay out.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=2000, metavar="N", help="Candidates considered.")] = 500,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Propose whom to take together. Distinct engaged audience and communities under a budget."""
    session = open_session(workspace, lang)
    session.published()
    circle = read_circle(session.workspace, session.workspace.brief(brief))
    persons = _persons(session, include), _persons(session, exclude)
    limits = Limits(
        typed_cents(budget),
        size,
        _mix(tier_min),
        _mix(tier_max),
        persons[0],
        persons[1] | _out_of_play(session, circle),
    )
    candidates = _candidates(session, circle, top, typed_cents(cost) if cost else None, costs, persons[0])
    found = propose(candidates, limits)
    if not found.feasible:
        raise UserError("aucun choix ne respecte ces limites", "no choice respects these limits")
    moves = swaps(candidates, found, limits)
    if json:
        names = ("chosen", "cost", "audience", "communities", "worth", "bound", "gap", "left_out", "overlap")
        print_json({name: getattr(found, name) for name in names} | {"swaps": moves})
        return
    _show(session, circle, found, moves)


def _show(session: Session, circle: Circle, found: Proposal, moves: list[dict[str, object]]) -> None:
    tell = words("portfolio", session.lang)
    proof = tell["optimal"] if found.gap == 0 else tell["gap"].format(gap=number(100 * found.gap, session.lang, 1))
    cost, reach = euros(found.cost, session.lang), number(found.audience, session.lang)
    say(tell["reach"].format(audience=reach, communities=found.communities, cost=cost, proof=proof))
    people, places = circle.people, _communities(session, circle)
    rows_shown = [
        (
            name_of(people[key]),
            word("tier", people[key]["tier"] or "none", session.lang),
            places.get(people[key]["community_id"], ""),
            percent(found.overlap[key], session.lang),
        )
        for key in found.chosen
    ]
    print_table(tell["columns"].split("|"), rows_shown, lang=session.lang, right=(3,))
    for move in moves:
        away, instead = name_of(people[str(move["out"])]), name_of(people[str(move["in"])])
        say(
            plain(
                tell["swap"].format(out=away, into=instead, audience=move["audience"], communities=move["communities"])
            )
        )
    reasons: dict[str, list[str]] = {}
    for key, why in found.left_out.items():
        reasons.setdefault(why, []).append(name_of(people[key]))
    for reason, left in sorted(reasons.items()):
        told = f"{tell[reason]} ({number(len(left), session.lang)})"
        say(plain(pair(told, ", ".join(left[:8]) + (" …" if len(left) > 8 else ""), session.lang)))


def _candidates(
    session: Session, circle: Circle, top: int, cost: int | None, costs: Path | None, include: frozenset[str]
) -> list[Candidate]:
    known = _costs(session, costs) if costs else {}
    ranked = [person for person, row in circle.people.items() if row["rank"] is not None][:top]
    ranked += [person for person in include if person in circle.people and person not in ranked]
    reached = _audiences(session, ranked)
    people = circle.people
    return [
        Candidate(
            person, known.get(person, cost), reached[person], people[person]["community_id"], people[person]["tier"]
        )
        for person in ranked
    ]


def _audiences(session: Session, persons: list[str]) -> dict[str, frozenset[int]]:
    """Return the accounts that reacted to each person, as numbers."""
    numbers: dict[str, int] = {}
    sets: dict[str, set[int]] = {person: set() for person in persons}
    for row in read_rows(session.workspace, "audiences", {"persons": persons}):
        sets[row["person_id"]].add(numbers.setdefault(row["from_account"], len(numbers)))
    return {person: frozenset(found) for person, found in sets.items()}


def _out_of_play(session: Session, circle: Circle) -> frozenset[str]:
    """Return who is not proposed: refused, out, asked not to be contacted, perhaps a minor, or off the subject."""
    person_of = person_map(session.workspace)
    with open_relations(session.workspace.people) as people:
        flagged = {person_of.get(row["account_id"], "") for row in rows(people, "flags", flag="maybe_minor")}
    verdicts, floor = circle.verdicts(), circle.points.fit.minimum
    return frozenset(
        person
        for person, row in circle.people.items()
        if person in flagged
        or row["status"] == "out"
        or circle.stopped(person)
        or verdicts.get(person, {}).get("verdict") == "refuse"
        or ((row["relevance"] or 0) < floor and person not in verdicts)
    )


def _costs(session: Session, path: Path) -> dict[str, int]:
    text = read_text(path)
    head = text.split("\n", 1)[0]
    lines = csv.DictReader(text.splitlines(), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        return {find(session.workspace, row["account"]).person_id: typed_cents(row["cost"]) for row in lines}
    except (KeyError, csv.Error) as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from None


def _persons(session: Session, accounts: list[str] | None) -> frozenset[str]:
    return frozenset(find(session.workspace, account).person_id for account in accounts or ())


def _mix(given: list[str] | None) -> dict[str, int]:
    out = {}
    for text in given or ():
        tier, _, number = text.partition("=")
        if tier not in ("macro", "magic_middle", "micro") or not number.isdigit():
            raise UserError(f"« {text} » : attendu micro=2", f'"{text}": expected micro=2')
        out[tier] = int(number)
    return out


def _side(row: dict[str, Any], lang: Lang) -> list[object]:
    """Return one candidate's cells in words and figures."""
    shown = row | {
        "tier": word("tier", row["tier"] or "none", lang),
        "shared_with_others": percent(row["shared_with_others"], lang),
        "verdict": called("verdict", row["verdict"], lang),
    }
    for axis in ("influence", "relevance", "proximity"):
        shown[axis] = number(row[axis], lang, 1)
    return list(shown.values())


def _communities(session: Session, circle: Circle) -> dict[str, str]:
    """Return the names of the brief's communities by id."""
    found = read_rows(session.workspace, "communities", {"brief": circle.brief})
    return {row["community_id"]: community(row["name"]) for row in found}
