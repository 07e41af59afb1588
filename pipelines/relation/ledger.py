"""The ledger of pay and gifts, and the French threshold of a written contract.

Loi 2023-451, art. 8, and décret 2025-1137: from 2026 on, a contract in writing from EUR 1,000 excluding VAT, pay and
gifts together, per person, advertiser, promotional objective and calendar year. Not legal advice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from data.bilingual import Bilingual
from pipelines.relation.circle import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from data.relations.store import Row

THRESHOLD_CENTS = 100_000
WARN_CENTS = 80_000
FROM_YEAR = 2026
CLAUSES = {
    "parties": Bilingual("l'identité et les coordonnées des parties", "names and contact details of the parties"),
    "tax_residence": Bilingual("le pays de résidence fiscale", "country of tax residence"),
    "mission": Bilingual("la nature des missions", "what is to be done"),
    "pay_cents": Bilingual("la rémunération ou la valeur de l'avantage", "pay, or the value of the benefit"),
    "rights": Bilingual(
        "les droits et obligations, propriété intellectuelle comprise", "rights and duties, IP included"
    ),
    "law": Bilingual("la soumission au droit français", "submission to French law"),
}
State = Literal["below", "near", "contract_needed", "contract_signed"]
STATES: dict[State, Bilingual] = {
    "below": Bilingual("sous le seuil", "below the threshold"),
    "near": Bilingual(
        "80\u202f% du seuil atteints : préparer le contrat", "80% of the threshold: prepare the contract"
    ),
    "contract_needed": Bilingual(
        "contrat écrit exigé, aucun n'est signé", "a written contract is required, none is signed"
    ),
    "contract_signed": Bilingual("contrat signé", "contract signed"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the ledger: what one person received from one advertiser for one objective in one year."""

    person_id: str
    advertiser: str
    objective: str
    year: int
    pay_cents: int
    gift_cents: int
    state: State

    @property
    def total_cents(self) -> int:
        """Pay and gifts together, excluding VAT."""
        return self.pay_cents + self.gift_cents

    def as_json(self) -> dict[str, Any]:
        """Return the line as JSON-able values."""
        names = ("person_id", "advertiser", "objective", "year", "pay_cents", "gift_cents", "state")
        return {name: getattr(self, name) for name in names} | {"total_cents": self.total_cents}


def ledger(payments: Iterable[Row], agreements: Iterable[Row], person_of: Mapping[str, str]) -> list[Account]:
    """Return the ledger's lines, largest first; names of advertisers and objectives match whatever their case."""
    sums: dict[tuple[str, str, str, int], dict[str, int]] = {}
    shown: dict[tuple[str, str], tuple[str, str]] = {}
    for row in payments:
        folded = (_folded(row["advertiser"]), _folded(row["objective"]))
        shown.setdefault(folded, (row["advertiser"], row["objective"]))
        key = (_person(row, person_of), *folded, moment(row["happened_at"]).year)
        kinds = sums.setdefault(key, {"pay": 0, "gift": 0})
        kinds[row["kind"]] += row["amount_cents"]
    signed = {
        (_person(row, person_of), _folded(row["advertiser"]), _folded(row["objective"]))
        for row in agreements
        if row["signed_at"]
    }
    lines = [
        Account(key[0], *shown[key[1:3]], key[3], kinds["pay"], kinds["gift"], _state(key, sum(kinds.values()), signed))
        for key, kinds in sums.items()
    ]
    return sorted(lines, key=lambda line: (-line.total_cents, line.person_id, line.year))


def missing_clauses(agreement: Row) -> list[str]:
    """Return the mandatory clauses that an agreement does not have yet."""
    paid = agreement["pay_cents"] is not None or agreement["gift_cents"] is not None
    return [key for key in CLAUSES if not (paid if key == "pay_cents" else agreement[key])]


def _state(key: tuple[str, str, str, int], total: int, signed: set[tuple[str, str, str]]) -> State:
    if key[:3] in signed:
        return "contract_signed"
    if key[3] < FROM_YEAR or total < WARN_CENTS:
        return "below"
    return "contract_needed" if total >= THRESHOLD_CENTS else "near"


def _person(row: Row, person_of: Mapping[str, str]) -> str:
    return person_of.get(row["account_id"], f"person:{row['account_id']}")


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())
