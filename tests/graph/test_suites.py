"""The suites read a user's folder, judge without fitting, and say clearly what is wrong with it."""

import csv
import random

import pytest

from data.errors import UserError
from graph.scores.pairwise import FEATURES
from pipelines.evaluate.auc import auc
from pipelines.evaluate.suites.influence import evaluate as influence
from pipelines.evaluate.suites.network import evaluate as network
from pipelines.evaluate.suites.tiers import read_truth, score


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(header)
        writer.writerows(rows)


def pairs_file(folder, n=200, noise=1.0, seed=0):
    rng = random.Random(seed)
    rows = []
    for _ in range(n):
        a, b = rng.gauss(0, 1), rng.gauss(0, 1)
        counts = [[round(2.718 ** (5 + x + rng.gauss(0, noise))) for _ in FEATURES] for x in (a, b)]
        rows.append([int(a > b), *counts[0], *counts[1]])
    write(folder / "pairs.csv", ["Choice", *(f"{s}_{f}" for s in "AB" for f in FEATURES)], rows)


def test_influence_combines_counts_better_than_followers_alone(tmp_path):
    pairs_file(tmp_path)
    found = influence(tmp_path).as_json("1")
    assert found["n"] == 200
    assert found["figures"]["auc"]["value"] > found["baseline"]["auc"] + 0.03
    assert found["figures"]["auc"]["low"] < found["figures"]["auc"]["value"] < found["figures"]["auc"]["high"]


def test_the_labels_do_not_change_the_judgement(tmp_path):
    pairs_file(tmp_path)
    right = influence(tmp_path).figures["auc"].value
    rows = list(csv.reader((tmp_path / "pairs.csv").open()))
    write(tmp_path / "pairs.csv", rows[0], [[1 - int(row[0]), *row[1:]] for row in rows[1:]])
    assert influence(tmp_path).figures["auc"].value == pytest.approx(1 - right)


@pytest.mark.parametrize("text", ["", "Choice\n1\n", None])
def test_pairs_that_cannot_be_read_are_the_users_error(tmp_path, text):
    if text is not None:
        (tmp_path / "pairs.csv").write_text(text)
    with pytest.raises(UserError):
        influence(tmp_path)


def test_a_word_among_numbers_is_named_by_column(tmp_path):
    pairs_file(tmp_path, 3)
    text = (tmp_path / "pairs.csv").read_text().splitlines()
    text[1] = "1,many," + text[1].split(",", 2)[2]
    (tmp_path / "pairs.csv").write_text("\n".join(text))
    with pytest.raises(UserError, match="A_follower_count"):
        influence(tmp_path)


def test_network_finds_who_is_heard_by_many_small_accounts(tmp_path):
    rng = random.Random(1)
    edges = [(f"fan{i}", f"star{rng.randrange(10)}") for i in range(300)]
    clique = [(f"club{i}", f"club{j}") for i in range(40) for j in range(i) if rng.random() < 0.9]
    write(tmp_path / "edges.csv", ["from", "to"], edges + clique)
    labels = [(f"star{i}", 1) for i in range(10)] + [(f"club{i}", 0) for i in range(40)] + [("nobody", 0)]
    write(tmp_path / "target.csv", ["node", "label"], labels)
    found = network(tmp_path).as_json("1")
    assert found["figures"]["auc"]["value"] > found["baseline"]["auc"]
    assert found["figures"]["auc"]["value"] > 0.95
    assert found["n"] == 51


def test_one_class_only_is_a_null_figure_with_its_reason(tmp_path):
    write(tmp_path / "edges.csv", ["from", "to"], [("a", "b")])
    write(tmp_path / "target.csv", ["node", "label"], [("a", "yes"), ("b", "true")])
    assert network(tmp_path).as_json("1")["figures"]["auc"]["missing"] == "one_class_only"


def test_a_label_that_is_neither_0_nor_1_is_named_by_line(tmp_path):
    write(tmp_path / "edges.csv", ["from", "to"], [("a", "b")])
    write(tmp_path / "target.csv", ["node", "label"], [("a", "0"), ("b", "perhaps")])
    with pytest.raises(UserError, match="line 3"):
        network(tmp_path)


def test_auc_counts_ties_as_half_and_unknown_as_lowest():
    import numpy as np

    truth = np.array([True, False])
    assert auc(np.array([1.0, 1.0]), truth) == 0.5
    assert auc(np.array([np.nan, 0.0]), truth) == 0
    assert np.isnan(auc(np.array([1.0]), np.array([True])))


TRUTH = ["account", "segment", "tier", "community", "person", "true_rank", "opted_out"]


def world(folder, n=60):
    tier = lambda i: "macro" if i < 4 else "magic_middle" if i < 12 else "micro" if i < 25 else ""  # noqa: E731
    write(
        folder / "truth.csv", TRUTH, [(f"a{i}", "s", tier(i), f"k{i % 3}", f"p{i}", i + 1, i == 50) for i in range(n)]
    )
    return [
        {
            "account_id": f"a{i}", "segment": "s", "tier": tier(i) or None, "community_id": f"c{i % 3}", "rank": i + 1,
            "rank_low": max(i - 2, 1), "rank_high": i + 3, "followers": 1000 - i, "on_topic_posts": 3,
        }
        for i in range(n)
    ]  # fmt: skip


def test_a_perfect_run_scores_one_everywhere(tmp_path):
    rows = world(tmp_path)
    found = score(read_truth(tmp_path), rows, 1.0).as_json("1")
    assert {name: figure["value"] for name, figure in found["figures"].items()} == pytest.approx(
        {"tier_macro_f1": 1.0, "precision_50": 0.98, "recall_50": 1.0, "community_nmi": 1.0, "interval_coverage": 1.0},
        abs=0.03,
    )
    assert found["n"] == 59
    assert set(found["groups"]) == {"macro", "magic_middle", "micro", "none"}


def test_an_empty_run_scores_no_tier_but_that_of_none(tmp_path):
    world(tmp_path)
    found = score(read_truth(tmp_path), [], 1.0).as_json("1")
    assert found["groups"]["macro"]["f1"]["value"] == 0
    assert found["groups"]["none"]["f1"]["value"] > 0.5
    assert found["figures"]["community_nmi"]["value"] is None
    assert found["figures"]["interval_coverage"]["missing"]


def test_somebody_of_another_subject_in_the_list_costs_precision(tmp_path):
    rows = world(tmp_path)
    strangers = [{**rows[0], "account_id": f"x{i}", "rank": 0} for i in range(25)]
    found = score(read_truth(tmp_path), strangers + rows, 1.0)
    assert found.figures["precision_50"].value == pytest.approx(0.5, abs=0.03)
