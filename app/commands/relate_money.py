"""`vigie relate pay|gift|ledger|agreement`: what is given, what is agreed, and the threshold of a written contract."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from app.commands.relate_group import (
    AtOption,
    NoteOption,
    OutOption,
    PersonArgument,
    WhoOption,
    WhyOption,
    give,
    login,
    past_time,
    recording,
    typed_cents,
    typed_time,
)
from app.session import JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import note, plain, print_json, say
from data.bilingual import Bilingual
from data.errors import UserError
from data.relations.store import Row, add, keep, open_relations, rows
from pipelines.relation.agreement import agreement_paper
from pipelines.relation.circle import moment
from pipelines.relation.coherence import FLAGS
from pipelines.relation.desk import Found, find, name_map, person_map, personal_records
from pipelines.relation.ledger import STATES, Account, ledger
from pipelines.relation.words import euros

group = typer.Typer()
AmountArgument = Annotated[str, typer.Argument(metavar="AMOUNT", help="Euros excluding VAT: 250 or 250,50.")]
AdvertiserOption = Annotated[
    str, typer.Option("--advertiser", metavar="NAME", help="Who pays (default: the campaign's).")
]
ObjectiveOption = Annotated[
    str, typer.Option("--objective", metavar="TEXT", help="The promotional objective (default: the campaign's).")
]
CampaignOption = Annotated[str | None, typer.Option("--campaign", metavar="NAME", help="The campaign it is for.")]


@group.command("pay")
def pay(
    account: PersonArgument,
    amount: AmountArgument,
    advertiser: AdvertiserOption = "",
    objective: ObjectiveOption = "",
    campaign: CampaignOption = None,
    at: AtOption = "",
    text: NoteOption = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Record a payment in the ledger. Says where it stands against the threshold of a written contract."""
    _enter(
        open_session(workspace, lang), account, amount, "pay", (advertiser, objective, campaign), at, text, who, json
    )


@group.command("gift")
def gift(
    account: PersonArgument,
    amount: AmountArgument,
    advertiser: AdvertiserOption = "",
    objective: ObjectiveOption = "",
    campaign: CampaignOption = None,
    at: AtOption = "",
    text: NoteOption = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Record a gift in the ledger. At its value excluding VAT; gifts count towards the threshold like pay."""
    _enter(
        open_session(workspace, lang), account, amount, "gift", (advertiser, objective, campaign), at, text, who, json
    )


@group.command("ledger")
def show_ledger(
    year: Annotated[int | None, typer.Option("--year", metavar="YYYY", help="One year (default: all).")] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show pay and gifts against the threshold. Per person, advertiser, objective and year; EUR 1,000."""
    session = open_session(workspace, lang)
    with open_relations(session.workspace.people) as people:
        payments, agreements = rows(people, "payments"), rows(people, "agreements")
    lines = [
        one for one in ledger(payments, agreements, person_map(session.workspace)) if year is None or one.year == year
    ]
    if json:
        print_json([one.as_json() for one in lines])
        return
    head = Bilingual(
        "personne|annonceur|objectif|année|rémunération|cadeaux|total|état",
        "person|advertiser|objective|year|pay|gifts|total|state",
    )
    called = name_map(session.workspace)
    shown = [
        (
            called.get(one.person_id, one.person_id),
            one.advertiser,
            one.objective,
            str(one.year),
            *(euros(cents, session.lang) for cents in (one.pay_cents, one.gift_cents, one.total_cents)),
            session.say(STATES[one.state]),
        )
        for one in lines
    ]
    print_table(session.say(head).split("|"), shown, lang=session.lang, right=(4, 5, 6))


@group.command("agreement")
def agreement(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign.")],
    account: PersonArgument,
    mission: Annotated[str | None, typer.Option("--mission", metavar="TEXT", help="What is to be done.")] = None,
    autonomy: Annotated[
        Literal["free", "guided", "validated"] | None, typer.Option("--autonomy", help="How free.")
    ] = None,
    validator: Annotated[str | None, typer.Option("--validator", metavar="NAME", help="Who validates.")] = None,
    rounds: Annotated[int | None, typer.Option("--rounds", min=0, metavar="N", help="Validation rounds.")] = None,
    delay: Annotated[int | None, typer.Option("--delay", min=0, metavar="DAYS", help="Days per round.")] = None,
    amount: Annotated[str | None, typer.Option("--pay", metavar="EUR", help="Pay, excluding VAT.")] = None,
    gifts: Annotated[str | None, typer.Option("--gift", metavar="EUR", help="Value of gifts, excluding VAT.")] = None,
    parties: Annotated[str | None, typer.Option("--parties", metavar="TEXT", help="Who signs.")] = None,
    residence: Annotated[str | None, typer.Option("--tax-residence", metavar="CC", help="Country, as FR.")] = None,
    rights: Annotated[str | None, typer.Option("--rights", metavar="TEXT", help="Use, duration, territory.")] = None,
    law: Annotated[str | None, typer.Option("--law", metavar="TEXT", help="Applicable law.")] = None,
    signed: Annotated[
        str | None, typer.Option("--signed", metavar="DATE", help="A written contract was signed then.")
    ] = None,
    why: WhyOption = "",
    out: OutOption = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Record and sum up what was agreed. For a campaign, with a person, checked against French law."""
    session = open_session(workspace, lang)
    session.published()
    found = find(session.workspace, account)
    given = {
        "mission": mission, "autonomy": autonomy, "validator": validator, "rounds": rounds, "delay_days": delay,
        "pay_cents": typed_cents(amount) if amount else None, "gift_cents": typed_cents(gifts) if gifts else None,
        "parties": parties, "tax_residence": residence, "rights": rights, "law": law,
        "signed_at": typed_time(signed) if signed else None,
    }  # fmt: skip
    with recording(session) as people:
        about = _campaign(rows(people, "campaigns", name=campaign), campaign)
        same = {"advertiser": about["advertiser"], "objective": about["objective"]}
        key = {"campaign": campaign, "account_id": found.account_id}
        made = keep(people, "agreements", key, same | given, who=who or login(), why=why)
        row = rows(people, "agreements", id=made)[0]
        records = personal_records(people, found.accounts)
    line = _line(session, found, row)
    mine = [one for one in records["deliverables"] if one["campaign"] == campaign]
    person = {"account_id": found.account_id, "handle": found.handle, "display_name": found.display_name}
    paper = agreement_paper(row, person, line, mine, records["flags"], market=about["market"] or "", lang=session.lang)
    give(session, paper, out)


def _enter(
    session: Session, account: str, amount: str, kind: str, about: tuple[str, str, str | None], at: str,
    text: str | None, who: str, json: bool,
) -> None:  # fmt: skip
    session.published()
    found, (advertiser, objective, campaign) = find(session.workspace, account), about
    with recording(session) as people:
        if campaign:
            row = _campaign(rows(people, "campaigns", name=campaign), campaign)
            advertiser, objective = advertiser or row["advertiser"] or "", objective or row["objective"] or ""
        if not advertiser or not objective:
            raise UserError(
                "il faut --advertiser et --objective, ou --campaign",
                "--advertiser and --objective are needed, or --campaign",
            )
        values = {
            "account_id": found.account_id, "campaign": campaign, "advertiser": advertiser, "objective": objective,
            "kind": kind, "amount_cents": typed_cents(amount), "happened_at": past_time(at), "note": text,
        }  # fmt: skip
        add(people, "payments", values, who=who or login())
        flags = rows(people, "flags", account_id=found.accounts)
    line = _line(session, found, values)
    cautions = [one["flag"] for one in flags if kind == "gift" and one["flag"] == "journalist"]
    if json:
        print_json((line.as_json() if line else {}) | {"cautions": cautions})
        return
    if line:
        say(plain(f"{euros(line.total_cents, session.lang)} · {line.year} · {session.say(STATES[line.state])}"))
    for one in cautions:
        note(f"! {session.say(FLAGS[one])}")


def _line(session: Session, found: Found, about: Row) -> Account | None:
    """Return the ledger line that an entry or agreement falls on."""
    with open_relations(session.workspace.people) as people:
        payments, agreements = (rows(people, name, account_id=found.accounts) for name in ("payments", "agreements"))
    lines = ledger(payments, agreements, dict.fromkeys(found.accounts, found.person_id))
    wanted = [" ".join(str(about[name] or "").casefold().split()) for name in ("advertiser", "objective")]
    when = about.get("happened_at") or about.get("signed_at") or about.get("recorded_at")
    year = moment(str(when)).year if when else None
    same = [
        one for one in lines
        if [" ".join(text.casefold().split()) for text in (one.advertiser, one.objective)] == wanted
    ]  # fmt: skip
    return next((one for one in same if one.year == year), same[0] if same else None)


def _campaign(found: list[Row], name: str) -> Row:
    if not found:
        raise UserError(f"aucune campagne « {name} »", f'no campaign "{name}"')
    return found[0]
