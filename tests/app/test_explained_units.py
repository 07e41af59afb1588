"""What an explanation shows has the unit it is kept in, and what nobody read is told as unknown."""

import re

import pytest

from app.cli import run
from app.views.explanation import PER, SHARES, component
from app.views.surroundings import print_surroundings


@pytest.fixture(scope="module")
def heard(discovered):
    """Return somebody of one account, and the median reactions to their posts over their audience, from the posts alone."""
    from data.warehouse.store import connect

    con = connect(discovered / "vigie.duckdb", read_only=True)
    found = con.execute(
        "WITH reacted AS (SELECT post_id, max(coalesce(likes, 0) + coalesce(reposts, 0) + coalesce(replies, 0)"
        "     + coalesce(quotes, 0)) AS reactions FROM core.post_observations GROUP BY post_id),"
        " one AS (SELECT DISTINCT account_id, followers FROM detection.candidates_latest"
        "     WHERE followers > 0 AND engagement_rate > 0 AND person_id NOT IN"
        "     (SELECT person_id FROM core.person_accounts GROUP BY person_id HAVING count(*) > 1))"
        " SELECT account_id, median(reactions) / followers AS share FROM one"
        " JOIN core.posts p USING (account_id) JOIN reacted USING (post_id)"
        " WHERE p.kind <> 'repost' GROUP BY account_id, followers HAVING count(*) >= 5 ORDER BY share DESC LIMIT 1"
    ).fetchone()
    con.close()
    return found


def test_an_engagement_rate_is_shown_as_the_share_of_the_audience_that_it_is(discovered, heard, capsys):
    account, share = heard
    assert run(["explain", "cafe", account, "--workspace", str(discovered), "--lang", "en"]) == 0
    shown = re.search(r"engagement rate\s+(\d[\d.,]*)\s*%", capsys.readouterr().out)
    assert shown is not None
    assert float(shown[1].replace(",", "")) == pytest.approx(100 * share, abs=0.6)


def test_eight_reactions_of_a_hundred_followers_are_eight_per_cent():
    assert component({"engagement_rate": 8.2}, "engagement_rate", "fr") == "8\u202f%"
    assert component({"engagement_rate": 0.2}, "engagement_rate", "en") == "0.2%"


@pytest.mark.parametrize("key", sorted(SHARES - set(PER)))
def test_shares_are_kept_between_nothing_and_one(key):
    assert component({key: 0.5}, key, "en") == "50%"


def habits_of(**known):
    row = {"saturation": None, "sponsored_90": None, "posts_90": 4, "asked": 27, "answered": 0, "answer_rate": None}
    return row | {"answer_hours": None, "follows_known": False} | known


class Speaking:
    def __init__(self, lang):
        self.lang = lang

    def say(self, sentence):
        return sentence.to(self.lang)


@pytest.mark.parametrize(
    ("lang", "known", "told"),
    [
        ("fr", {}, "répond à qui lui écrit (abonnements inconnus) : on ne sait pas"),
        ("en", {}, "answers who writes (follows unknown): unknown (no answers read on this network)"),
        ("en", {"answer_rate": 0.0}, "answers who writes (follows unknown): 0% (0 / 27)"),
        ("en", {"asked": 0}, "answers who writes (follows unknown): –"),
        (
            "en",
            {"answer_rate": 1 / 27, "answered": 1, "follows_known": True},
            "answers people not followed: 4% (1 / 27)",
        ),
    ],
)
def test_what_is_not_known_of_answers_is_said_and_no_refusal(capsys, lang, known, told):
    around = {"habits": habits_of(**known), "speaks_of": [], "shares_audience_with": []}
    print_surroundings(Speaking(lang), around)
    assert told in capsys.readouterr().out.replace("\u202f", " ").replace("\xa0", " ")
