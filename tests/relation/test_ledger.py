"""The ledger: pay and gifts add up to the cent, and the threshold of a written contract is seen coming."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands.relate_group import past_time, typed_cents, typed_time
from data.errors import UserError
from pipelines.relation.ledger import ledger, missing_clauses
from pipelines.relation.words import euros


def paid(cents: int, kind: str = "pay", account: str = "x:1", at: str = "2026-03-01", **more: object) -> dict:
    return {
        "account_id": account, "advertiser": "Brûlerie", "objective": "lancement", "kind": kind, "amount_cents": cents,
        "happened_at": at,
    } | more  # fmt: skip


def signed(account: str = "x:1", at: str | None = "2026-02-01") -> dict:
    return {"account_id": account, "advertiser": "Brûlerie", "objective": "lancement", "signed_at": at}


@pytest.mark.parametrize(
    ("cents", "state"),
    [(79_999, "below"), (80_000, "near"), (99_999, "near"), (100_000, "contract_needed"), (500_000, "contract_needed")],
)
def test_a_warning_comes_at_eighty_percent_and_a_contract_is_needed_at_a_thousand(cents, state):
    assert ledger([paid(cents)], [], {})[0].state == state


def test_gifts_count_like_pay():
    found = ledger([paid(60_000), paid(40_000, "gift")], [], {})[0]
    assert (found.pay_cents, found.gift_cents, found.total_cents, found.state) == (
        60_000,
        40_000,
        100_000,
        "contract_needed",
    )


def test_a_signed_contract_settles_it_and_an_unsigned_agreement_does_not():
    assert ledger([paid(200_000)], [signed()], {})[0].state == "contract_signed"
    assert ledger([paid(200_000)], [signed(at=None)], {})[0].state == "contract_needed"


def test_each_year_objective_and_advertiser_is_a_line_of_its_own():
    rows = [
        paid(90_000),
        paid(90_000, at="2027-01-01"),
        paid(90_000, objective="notoriété"),
        paid(90_000, advertiser="Autre"),
    ]
    found = ledger(rows, [], {})
    assert [line.state for line in found] == ["near"] * 4


def test_the_same_advertiser_written_otherwise_is_the_same():
    found = ledger([paid(50_000), paid(50_000, advertiser=" brûlerie ", objective="LANCEMENT")], [], {})
    assert [line.total_cents for line in found] == [100_000]


def test_two_accounts_of_one_person_share_a_line():
    person_of = {"x:1": "person:lea", "y:1": "person:lea"}
    found = ledger([paid(50_000), paid(50_000, account="y:1")], [signed("y:1")], person_of)
    assert [(line.person_id, line.total_cents, line.state) for line in found] == [
        ("person:lea", 100_000, "contract_signed")
    ]


def test_before_2026_there_was_no_such_threshold():
    assert ledger([paid(500_000, at="2025-12-31")], [], {})[0].state == "below"


def test_clauses_that_are_missing_are_named():
    blank = dict.fromkeys(("parties", "tax_residence", "mission", "pay_cents", "gift_cents", "rights", "law"))
    assert len(missing_clauses(blank)) == 6
    full = blank | {"parties": "a", "tax_residence": "FR", "mission": "m", "gift_cents": 0, "rights": "r", "law": "fr"}
    assert missing_clauses(full) == []


@given(st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from(["pay", "gift"])), max_size=30))
def test_nothing_is_lost_to_rounding(rows):
    found = ledger([paid(cents, kind) for cents, kind in rows], [], {})
    assert sum(line.total_cents for line in found) == sum(cents for cents, _ in rows)


@given(st.integers(0, 10**12))
def test_an_amount_shown_is_the_amount_typed(cents):
    for lang in ("fr", "en"):
        shown = euros(cents, lang).replace("€", "").replace("\u00a0", "")
        assert typed_cents(shown.replace(",", "") if lang == "en" else shown) == cents


@pytest.mark.parametrize("text", ["-1", "1.234", "nan", "inf", "abc", "", "1e30"])
def test_an_amount_that_is_none_is_refused(text):
    with pytest.raises(UserError):
        typed_cents(text)


@pytest.mark.parametrize("text", ["hier", "2026-13-01", "12/05/2026", "0001-01-01T00:00+14:00", "9999-12-31"])
def test_a_date_that_is_none_is_refused(text):
    with pytest.raises(UserError):
        typed_time(text)


def test_what_is_still_to_come_has_not_happened():
    with pytest.raises(UserError):
        past_time("2199-01-01")
    assert past_time("2020-01-01").startswith("2020")


def test_times_are_kept_in_utc():
    assert typed_time("2026-05-04") == "2026-05-04T00:00:00+00:00"
    assert typed_time("2026-05-04T12:00+02:00") == "2026-05-04T10:00:00+00:00"
