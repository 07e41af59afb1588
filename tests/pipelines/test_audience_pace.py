"""How fast an audience grew, and whether it came all at once: what a signal of authenticity may say of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.detection.map_read import prepare, read_world

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def people(store, brief, seen):
    """Return the world's people, whose audience was seen to be so many so many days before the run."""
    for account, looks in seen.items():
        store.execute(
            "INSERT INTO core.accounts (account_id, source, native_id, consent) VALUES (?, 'net', ?, 'allow')",
            [account] * 2,
        )
        store.execute("INSERT INTO core.brief_accounts VALUES (?, ?, NULL)", [brief.name, account])
        for days, followers in looks:
            store.execute(
                "INSERT INTO core.account_observations (account_id, observed_at, followers) VALUES (?, ?, ?)",
                [account, AS_OF - timedelta(days=days), followers],
            )
    prepare(store, brief, "run", AS_OF)
    return read_world(store, brief, AS_OF).people


@pytest.mark.parametrize(
    ("looks", "leap"),
    [
        ([(90, 100), (60, 100), (30, 1000), (0, 1000)], 1.0),  # bought in one go
        ([(90, 100), (60, 400), (30, 700), (0, 1000)], 1 / 3),  # steadily
        ([(90, 100), (45, 550), (0, 1000)], 0.5),  # steadily, seen thrice
        ([(90, 100), (60, 90), (30, 1000), (0, 1000)], 910 / 900),  # after a loss
        ([(80, 100), (40, 110), (39, 500), (38, 950), (0, 1000)], 890 / 900),  # over two days
    ],
)
def test_how_much_of_the_gain_came_in_half_of_the_time_is_told(store, brief_of, looks, leap):
    found = people(store, brief_of(), {"a": looks})
    assert found.leap[0] == pytest.approx(leap)
    assert found.growth[0] > 2


@pytest.mark.parametrize(
    "looks",
    [
        [(0, 1000)],  # seen once
        [(30, 100), (0, 1000)],  # seen twice: at once or day by day, nobody knows
        [(60, 1000), (30, 900), (0, 500)],  # a loss
        [(400, 10), (300, 20), (200, 1000), (0, 1000)],  # long ago
    ],
)
def test_where_nobody_can_tell_nothing_is_told(store, brief_of, looks):
    assert str(people(store, brief_of(), {"a": looks}).leap[0]) == "nan"


def test_the_pace_of_a_person_is_that_of_the_account_which_grew_most(store, brief_of):
    store.execute(
        "INSERT INTO core.person_accounts VALUES ('person:a', 'a', NULL, NULL), ('person:a', 'b', NULL, NULL)"
    )
    seen = {
        "a": [(90, 100), (60, 100), (30, 1000), (0, 1000)],
        "b": [(90, 1000), (60, 1010), (30, 1020), (0, 1030)],
    }
    found = people(store, brief_of(), seen)
    assert (len(found), found.leap[0]) == (1, 1.0)
