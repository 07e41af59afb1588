"""Suites on accounts: who is one person, and whose profile asks for a second look."""

import csv

import numpy as np
import pytest

from data.errors import UserError
from data.sandbox import generate
from graph.profiles import Profiles, doubt, signals
from pipelines.evaluate.registry import names
from pipelines.evaluate.suites import authenticity, identity

HEADER = ["source", "native_id", "handle", "display_name", "summary", "created_at", "followers", "following", "posts",
          "observed_at", "is_automated", "label"]  # fmt: skip


def write(folder, rows):
    with (folder / "accounts.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)


def account(number, **given):
    usual = {
        "source": "net", "native_id": str(number), "handle": "lea", "display_name": "Léa", "summary": "Coffee.",
        "created_at": "2020-01-01", "followers": 300 + number, "following": 200, "posts": 900,
        "observed_at": "2026-01-01T00:00:00Z", "is_automated": "false", "label": "0",
    }  # fmt: skip
    return usual | given


def doubtful(number):
    return account(
        number, handle=f"user{number}99887", summary="", following=4000, followers=3, created_at="2025-12-20", label="1"
    )


def profiles(n, **given):
    base = {
        "followers": np.full(n, 100.0), "following": np.full(n, 100.0), "posts": np.full(n, 100.0),
        "age_days": np.full(n, 1000.0), "growth": np.full(n, np.nan), "digits": np.zeros(n),
        "described": np.ones(n, bool), "named": np.ones(n, bool), "automated": np.zeros(n, bool),
    }  # fmt: skip
    return Profiles(**base | given)


def test_the_suites_are_offered():
    assert {"authenticity", "identity"} <= set(names())
    assert not {"auc", "csvs"} & set(names())


def test_marked_profiles_raise_more_doubt(tmp_path):
    write(tmp_path, [account(i) for i in range(40)] + [doubtful(i) for i in range(100, 120)])
    found = authenticity.evaluate(tmp_path).as_json("1")
    assert found["n"] == 60
    assert found["figures"]["auc"]["value"] == 1
    assert found["baseline"]["auc"] == 1


def test_rows_of_one_account_are_its_history(tmp_path):
    jump = [
        account(1, followers=100, label="1"),
        account(1, followers=9000, observed_at="2026-01-03T00:00:00Z", label="1"),
    ]
    write(tmp_path, [*jump, *(account(i) for i in range(2, 6))])
    found = authenticity.evaluate(tmp_path)
    assert found.n == 5
    assert found.figures["auc"].value == 1


def test_an_unknown_label_is_the_users_error(tmp_path):
    write(tmp_path, [account(1, label="perhaps")])
    with pytest.raises(UserError, match="perhaps"):
        authenticity.evaluate(tmp_path)


def test_absurd_figures_are_unknown_figures(tmp_path):
    strange = account(
        1, followers="-5", following="many", posts="1e999", created_at="yesterday", observed_at="", label="1"
    )
    write(tmp_path, [strange, account(2)])
    assert 0 <= authenticity.evaluate(tmp_path).figures["auc"].value <= 1


@pytest.mark.parametrize("name", ["followers", "following", "posts", "age_days"])
def test_an_unknown_figure_neither_raises_nor_clears_doubt(name):
    unknown = profiles(1, **{name: np.array([np.nan])})
    assert np.isfinite(doubt(unknown)).all()
    assert np.isnan([value[0] for value in signals(unknown).values()]).any()


def test_every_signal_is_between_nothing_and_everything():
    wild = profiles(
        3,
        followers=np.array([0.0, 1e12, 5]),
        following=np.array([1e12, 0.0, 5]),
        posts=np.array([0, 1e9, 1]),
        growth=np.array([0, 1e9, 0.1]),
    )
    assert all(np.nanmin(v) >= 0 and np.nanmax(v) <= 1 for v in signals(wild).values())


def test_pairs_are_counted_once_and_strangers_not_at_all():
    truth = {"a": "p", "b": "p", "c": "q", "d": "r", "e": "r"}
    found = identity.score(truth, {"a": "1", "b": "1", "c": "1", "x": "1"})
    assert found["pair_precision"].value == pytest.approx(1 / 3, abs=0.01)
    assert found["pair_recall"].value == pytest.approx(1 / 2, abs=0.01)


def test_without_pairs_there_is_no_figure_but_a_reason():
    found = identity.score({"a": "p", "b": "q"}, {})
    assert found["pair_precision"].missing == "no_pairs_found"
    assert found["pair_recall"].missing == "no_pairs_in_truth"


def test_a_sandbox_whose_people_link_both_ways_is_joined_without_error(tmp_path):
    generate(tmp_path, accounts=300, posts=1500, days=30, seed=3)
    found = identity.evaluate(tmp_path).as_json("1")
    assert found["figures"]["pair_precision"]["value"] > 0.95
    assert found["figures"]["pair_recall"]["value"] > 0.4
    assert found["baseline"]["pair_precision"] < found["figures"]["pair_precision"]["value"]


POSTS = ["native_id", "account", "published_at", "text", "kind", "in_reply_to", "repost_of"]


def write_posts(folder, rows):
    with (folder / "posts.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, POSTS)
        writer.writeheader()
        writer.writerows({name: row.get(name, "") for name in POSTS} for row in rows)


def ring_of(members, day=1):
    """Everybody of the ring answers everybody else's three posts within two minutes, in a word."""
    rows = []
    for k in range(3):
        for number, author in enumerate(members):
            post = f"{author}-{k}"
            rows.append(
                {"native_id": post, "account": author, "published_at": f"2026-01-{day + k:02d}T{number:02d}:00:00"}
            )
            rows += [
                {"native_id": f"{post}-{other}", "account": other, "published_at": f"2026-01-{day + k:02d}T{number:02d}:02:00",
                 "text": "top !", "in_reply_to": post}
                for other in members if other != author
            ]  # fmt: skip
    return rows


def test_what_posts_show_is_added_where_there_is_a_table_of_posts(tmp_path):
    ring = [str(i) for i in range(1, 6)]
    write(tmp_path, [account(i, followers=300, label="1" if str(i) in ring else "0") for i in range(1, 31)])
    assert authenticity.evaluate(tmp_path).figures["auc"].value == pytest.approx(0.5)
    quiet = [
        {
            "native_id": f"q{i}-{k}",
            "account": str(i),
            "published_at": f"2026-01-{1 + k:02d}T{i % 24:02d}:{k * 7:02d}:00",
        }
        for i in range(6, 31)
        for k in range(4)
    ]
    write_posts(tmp_path, ring_of(ring) + quiet)
    found = authenticity.evaluate(tmp_path)
    assert found.figures["auc"].value == 1
    assert found.groups["quick_ring"]["auc"].value == 1
    assert found.groups["quick_ring"]["shown"].value == 5
    assert found.groups["generic_answers"]["shown"].value == 5


def test_each_signal_of_a_profile_is_a_group_with_its_count(tmp_path):
    write(tmp_path, [account(i) for i in range(40)] + [doubtful(i) for i in range(100, 120)])
    groups = authenticity.evaluate(tmp_path).as_json("1")["groups"]
    assert groups["name_ends_in_digits"]["shown"]["value"] == 20
    assert groups["no_description"]["auc"]["value"] == 1
    assert "grows_in_jumps" not in groups, "nothing is known of growth"


def test_posts_without_a_date_or_of_strangers_do_no_harm(tmp_path):
    write(tmp_path, [account(i, label=str(i % 2)) for i in range(6)])
    rows = [{"native_id": "a", "account": "999", "published_at": "2026-01-01"}, {"native_id": "b", "account": "1"}]
    write_posts(tmp_path, [*rows, {"native_id": "c", "account": "1", "published_at": "hier", "in_reply_to": "c"}])
    assert authenticity.evaluate(tmp_path).n == 6


def test_posts_copied_from_others_and_from_oneself_show(tmp_path):
    write(tmp_path, [account(i, followers=300, label="1" if i < 3 else "0") for i in range(20)])
    text = "Une offre incroyable à ne pas manquer aujourd'hui seulement"
    rows = [
        {
            "native_id": f"{i}-{k}",
            "account": str(i),
            "published_at": f"2026-01-{1 + k:02d}T0{i}:{k * 5:02d}:00",
            "text": text,
        }
        for i in range(3)
        for k in range(6)
    ]
    write_posts(tmp_path, rows)
    groups = authenticity.evaluate(tmp_path).groups
    assert groups["texts_of_others"]["shown"].value == 3
    assert groups["repeated_texts"]["shown"].value == 3
