"""The magic middle is heard by the macros too: how many of them attend to whom, and what that is worth."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from data.warehouse.store import connect, migrate
from graph.tier_chances import tier_chances
from graph.tier_tests import tier_tests
from graph.tiers import ATTENTION_CUT, HEARD_CUT, Candidates, Scale, macros, tiers
from pipelines.detection.heard import heard_by_macros

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
N = 200


def columns(n=N, **changed):
    followers = 100.0 + np.arange(n) % 7
    followers[:3] = 900_000.0
    base = {
        "followers": followers,
        "attention": np.linspace(1.0, 20.0, n),
        "amplifiers": np.zeros(n),
        "resonance": np.full(n, 80.0),
        "resonance_low": np.full(n, 75.0),
        "resonance_high": np.full(n, 85.0),
        "relevance": np.full(n, 30.0),
        "relevance_n": np.full(n, 20),
        "focus": np.full(n, 0.5),
        "belonging": np.full(n, 60.0),
        "home": np.ones(n),
        "on_topic_posts": np.full(n, 9),
        "growth": np.full(n, np.nan),
    }
    words = {
        "person_id": [f"p{i}" for i in range(n)],
        "source": ["net"] * n,
        "language": ["fr"] * n,
        "role": [None] * n,
    }
    reasons = pa.array([[]] * n, pa.list_(pa.string()))
    texts = {name: pa.array(values, pa.string()) for name, values in words.items()}
    return pa.table({**texts, "authenticity_reasons": reasons, **base, **changed})


def people(**changed):
    table = columns()
    known = {name: np.asarray(table[name], float) for name in ("followers", "attention", "resonance", "relevance")}
    base = {
        "audience": known["followers"],
        "followers": known["followers"],
        "heard": known["attention"],
        "amplifiers": np.zeros(N, np.int64),
        "resonance": known["resonance"],
        "relevance": known["relevance"],
        "focus": np.full(N, 0.5),
        "belonging": np.full(N, 60.0),
        "on_topic": np.full(N, 9),
        "growth": np.full(N, np.nan),
        "source": np.full(N, "net", object),
        "cohort": np.zeros(N, np.int64),
        "person": np.ones(N, bool),
    }
    return Candidates(**{**base, **changed})


@pytest.fixture
def con():
    connection = connect()
    migrate(connection)
    for i in range(N):
        connection.execute(
            "INSERT INTO core.accounts (account_id, source, native_id, handle, consent) VALUES (?, 'net', ?, ?, 'allow')",
            [f"a{i}", f"a{i}", f"h{i}"],
        )
        connection.execute("INSERT INTO core.person_accounts VALUES (?, ?, NULL, NULL)", [f"p{i}", f"a{i}"])
    return connection


def tie(con, giver, receiver, kind="mention", days=9):
    first = None if days is None else AS_OF - timedelta(days=days)
    con.execute(
        "INSERT INTO core.ties VALUES (?, ?, ?, 1.0, ?, ?, NULL)", [f"a{giver}", f"a{receiver}", kind, first, AS_OF]
    )


def counted(con, **segments):
    tables = segments or {"cafe": columns()}
    found = heard_by_macros(con, tables, Scale(), AS_OF)
    return {name: np.asarray(table["heard_by_macros"]) for name, table in found.items()}


def test_each_macro_counts_once_however_often_and_by_whatever_tie(con):
    tie(con, 0, 50)
    tie(con, 0, 50, "reply")
    tie(con, 1, 50, "follow", days=None)
    tie(con, 90, 50)
    found = counted(con)["cafe"]
    assert found[50] == 2
    assert found.sum() == 2


def test_what_came_after_the_run_and_attention_to_oneself_are_left_out(con):
    con.execute(
        "INSERT INTO core.accounts (account_id, source, native_id, consent) VALUES ('b0', 'net', 'b0', 'allow')"
    )
    con.execute("INSERT INTO core.person_accounts VALUES ('p0', 'b0', NULL, NULL)")
    con.execute("INSERT INTO core.ties VALUES ('b0', 'a0', 'mention', 1.0, ?, ?, NULL)", [AS_OF, AS_OF])
    tie(con, 0, 51, days=-1)
    assert counted(con)["cafe"].sum() == 0


def test_two_accounts_of_one_macro_are_one_macro(con):
    con.execute(
        "INSERT INTO core.accounts (account_id, source, native_id, consent) VALUES ('b0', 'net', 'b0', 'allow')"
    )
    con.execute("INSERT INTO core.person_accounts VALUES ('p0', 'b0', NULL, NULL)")
    con.execute("INSERT INTO core.ties VALUES ('b0', 'a52', 'mention', 1.0, ?, ?, NULL)", [AS_OF, AS_OF])
    tie(con, 0, 52)
    assert counted(con)["cafe"][52] == 1


def test_an_account_without_a_person_of_its_own_is_one(con):
    con.execute("DELETE FROM core.person_accounts WHERE account_id IN ('a0', 'a53')")
    names = ["person:a0" if i == 0 else "person:a53" if i == 53 else f"p{i}" for i in range(N)]
    tie(con, 0, 53)
    assert counted(con, cafe=columns(person_id=pa.array(names)))["cafe"][53] == 1


def test_macros_of_one_subject_are_not_those_of_another(con):
    other = np.full(N, 100.0) + np.arange(N) % 7
    other[150:153] = 900_000.0
    tie(con, 0, 54)
    found = counted(con, cafe=columns(), velo=columns(followers=other))
    assert found["cafe"][54] == 1
    assert found["velo"][54] == 0


def test_with_nobody_macro_nobody_is_heard_by_one(con):
    tie(con, 0, 55)
    assert counted(con, cafe=columns(followers=np.full(N, 500.0)))["cafe"].sum() == 0


def test_whoever_is_macro_by_the_tiers_is_so_before_them():
    crowd = people()
    assert np.array_equal(macros(crowd), tiers(crowd).tier == "macro")
    absolute = Scale("absolute", {"net": {"macro": 105.0, "micro": 10.0}})
    assert np.array_equal(macros(crowd, absolute), tiers(crowd, absolute).tier == "macro")


def test_too_few_people_have_no_macros():
    few = {name: getattr(people(), name)[:6] for name in Candidates.__slots__ if getattr(people(), name) is not None}
    assert not macros(Candidates(**few)).any()


def between():
    """Return the row whose attention stands between the two cuts."""
    crowd = people()
    heard = np.argsort(np.argsort(crowd.heard))
    return int(np.argmin(np.abs(heard / N * 100 - (ATTENTION_CUT + HEARD_CUT) / 2)))


def test_who_is_heard_by_a_macro_needs_the_attention_of_fewer_others():
    row = between()
    ears = np.zeros(N, np.int64)
    ears[row] = 1
    unheard, heard = tiers(people(macros=np.zeros(N, np.int64))), tiers(people(macros=ears))
    assert unheard.tier[row] != "magic_middle"
    assert heard.tier[row] == "magic_middle"
    assert "heard_by_macros>=1" in heard.rule[row]
    others = np.arange(N) != row
    assert np.array_equal(unheard.tier[others], heard.tier[others])


def test_where_nobody_looked_the_cut_is_that_of_the_unheard():
    assert np.array_equal(tiers(people()).tier, tiers(people(macros=np.zeros(N, np.int64))).tier)


def test_the_conditions_told_are_those_that_were_asked():
    row = between()
    ears = np.zeros(N, np.int64)
    ears[row] = 2
    told = [tier_tests(people(macros=m), np.ones(N, bool), row) for m in (None, ears)]
    cuts = [next(t.cut for t in tests if t.measure == "attention") for tests in told]
    assert cuts == [ATTENTION_CUT, HEARD_CUT]


def test_the_chance_of_the_magic_middle_rises_with_a_macros_ear():
    row = between()
    ears = np.zeros(N, np.int64)
    ears[row] = 1
    unheard, heard = tier_chances(people(macros=None)), tier_chances(people(macros=ears))
    assert heard.chance[row] > unheard.other_chance[row] - 1e-9
    assert tiers(people(macros=ears)).tier[row] == "magic_middle"
