"""Outlets told by structure: a site that many hands sign, a list of news, what a site says of itself, a link back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.brief.model import Brief, Segment
from data.warehouse.store import connect, migrate
from pipelines.detection.declared import declarations
from pipelines.detection.map_read import prepare
from pipelines.detection.mapping import map_ecosystem
from pipelines.detection.newsrooms import FEWEST_POSTS, FEWEST_SIGNERS, FEWEST_TAGS, many_hands, newsrooms
from pipelines.documents.codes import condition

if TYPE_CHECKING:
    from data.warehouse.store import Connection

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BRIEF = Brief(name="cafe", segments=(Segment("filtre", "v60"),))
SITE = "https://le-grain.example"
BIO = "Le magazine du grain. Compte de la rédaction."


@pytest.fixture
def con() -> Connection:
    connection = connect()
    migrate(connection)
    return connection


def account(con: Connection, uid: str, source: str = "feeds", **more: Any) -> None:
    columns = {"account_id": uid, "source": source, "native_id": uid, "handle": None, "consent": "allow", **more}
    con.execute(
        f"INSERT INTO core.accounts ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        list(columns.values()),
    )
    con.execute("INSERT INTO core.person_accounts VALUES (?, ?, NULL, NULL)", [f"person:{uid}", uid])
    con.execute("INSERT INTO core.brief_accounts VALUES ('cafe', ?, NULL)", [uid])


def posts(con: Connection, uid: str, number: int, **more: Any) -> None:
    for k in range(number):
        post = f"{uid}/{k}"
        tags = more.get("tags", [f"t{k % 12}"])
        con.execute(
            "INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text, url, tags, links)"
            " VALUES (?, ?, 'feeds', ?, ?, TIMESTAMPTZ '2026-05-01' + to_hours(?), 'v60', ?, ?, ?)",
            [post, uid, post, more.get("kind", "post"), k, f"{more.get('site', SITE)}/{abs(hash(uid))}/{k}", tags,
             more.get("links", [])],
        )  # fmt: skip
        con.execute("INSERT INTO core.brief_posts VALUES ('cafe', ?, NULL)", [post])


def newsroom(con: Connection, hands: int = 6, each: int = 10, **more: Any) -> None:
    for i in range(hands):
        uid = f"feed:{SITE}/feed#Plume {i}"
        account(con, uid, summary=BIO, url=SITE, display_name=f"Plume {i}")
        posts(con, uid, each, **more)


def press(con: Connection) -> dict[str, tuple[str | None, str | None]]:
    prepare(con, BRIEF, "r1", AS_OF)
    people = [row[0] for row in con.execute("SELECT person_id FROM map_people ORDER BY row_number").fetchall()]
    found = declarations(con, BRIEF, len(people))
    return {name.removeprefix("person:"): (found.press[i], found.said[i]) for i, name in enumerate(people)}


def test_who_signs_on_a_site_of_many_hands_is_a_journalist_and_not_the_outlet_that_its_feed_describes(con):
    newsroom(con)
    found = press(con)
    assert found[f"feed:{SITE}/feed#Plume 0"] == ("journalist", "signs_at=le-grain.example:10")
    assert {kind for kind, _ in found.values()} == {"journalist"}


def test_the_site_itself_is_an_outlet_by_its_hands_and_posts(con):
    newsroom(con)
    account(con, f"web:{SITE}/", url=f"{SITE}/")
    posts(con, f"web:{SITE}/", 3)
    assert press(con)[f"web:{SITE}/"] == ("outlet", "signed_site=le-grain.example:6/63")


def test_an_account_elsewhere_that_speaks_for_such_a_site_is_its_outlet_whatever_its_bio_says(con):
    newsroom(con)
    account(con, "grain", "net", handle="legrain@net.example", summary="Depuis 1998.", links=[SITE])
    posts(con, "grain", 6, links=[f"{SITE}/a"], site="https://net.example")
    account(con, "reader", "net", handle="lea@net.example", summary="Café et livres.", links=[SITE])
    posts(con, "reader", 6, links=["https://elsewhere.example/a"], site="https://net.example")
    found = press(con)
    assert found["grain"] == ("outlet", "6/60; le-grain.example 6/6")
    assert found["reader"] == (None, None)


def test_who_says_i_is_no_outlet_even_with_the_site_in_the_profile(con):
    newsroom(con)
    account(con, "lea", "net", handle="lea@net.example", summary="J'écris parfois ici.", links=[SITE])
    posts(con, "lea", 6, links=[f"{SITE}/a"], site="https://net.example")
    assert press(con)["lea"] == (None, None)


def test_few_hands_or_few_posts_or_one_subject_make_no_newsroom(con):
    newsroom(con, hands=FEWEST_SIGNERS - 1, each=20)
    assert {kind for kind, _ in press(con).values()} == {None}


def test_reposts_and_pages_without_address_are_not_signed_posts(con):
    newsroom(con, kind="repost")
    assert {kind for kind, _ in press(con).values()} == {None}


def test_a_host_where_anybody_has_a_page_is_no_newsroom(con):
    newsroom(con, site="https://medium.com")
    prepare(con, BRIEF, "r1", AS_OF)
    assert newsrooms(con).sites == {}


def test_one_person_alone_on_a_site_is_read_by_their_own_words(con):
    uid = f"feed:{SITE}/feed#Jo"
    account(con, uid, summary="Journaliste au quotidien, avis personnels", url=SITE, display_name="Jo")
    posts(con, uid, 4)
    assert press(con)[uid][0] == "journalist"


def test_people_who_opted_out_are_not_counted_among_the_hands(con):
    newsroom(con, hands=FEWEST_SIGNERS, each=10)
    con.execute(f"UPDATE core.accounts SET consent = 'deny' WHERE account_id = 'feed:{SITE}/feed#Plume 0'")
    assert "journalist" not in {kind for kind, _ in press(con).values()}


@given(st.integers(0, 200), st.integers(0, 2000), st.integers(0, 300))
def test_more_hands_posts_and_subjects_never_make_less_of_a_newsroom(signers, number, tags):
    if many_hands(signers, number, tags):
        assert many_hands(signers + 1, number + 1, tags + (tags > 0))
        assert signers >= FEWEST_SIGNERS
        assert number >= FEWEST_POSTS
        assert not tags or tags >= FEWEST_TAGS


def test_what_a_site_says_of_itself_in_schema_org_s_words_is_enough(con):
    account(con, f"web:{SITE}/", "web", url=f"{SITE}/", extra='{"organisation": "NewsMediaOrganization"}')
    account(con, "web:https://shop.example/", "web", url="https://shop.example/", extra='{"organisation": null}')
    found = press(con)
    assert found[f"web:{SITE}/"] == ("outlet", "schema=NewsMediaOrganization")
    assert found["web:https://shop.example/"] == (None, None)


def test_a_source_that_lists_news_sites_says_what_they_are(con):
    account(con, f"web:{SITE}/", "gdelt", url=f"{SITE}/")
    assert press(con)[f"web:{SITE}/"] == ("outlet", "listed_by=gdelt")


def test_a_site_that_links_back_bears_a_claim_out(con):
    account(con, "proven", "net", handle="redac@net.example", summary=BIO, links=[SITE], verified_links=[SITE])
    account(con, "claimed", "net", handle="other@net.example", summary=BIO, links=[SITE])
    found = press(con)
    assert found["proven"] == ("outlet", "magazine; le-grain.example rel=me")
    assert found["claimed"] == (None, None)


def test_ties_to_an_outlet_are_ties_to_media_and_its_role_says_why(con):
    newsroom(con)
    account(con, f"web:{SITE}/", url=f"{SITE}/")
    posts(con, f"web:{SITE}/", 3)
    account(con, "lea", "net", handle="lea@net.example")
    posts(con, "lea", 4, links=[f"{SITE}/a"], site="https://net.example")
    con.execute(
        "INSERT INTO core.ties (from_account, to_account, kind, weight, first_at, last_at, evidence_post)"
        " VALUES ('lea', ?, 'mention', 1, TIMESTAMPTZ '2026-05-01', TIMESTAMPTZ '2026-05-01', 'lea/0')",
        [f"web:{SITE}/"],
    )
    for row in con.execute("SELECT post_id FROM core.posts").fetchall():
        con.execute("INSERT INTO nlp.judged VALUES ('cafe', ?, 0, 'q')", [row[0]])
        con.execute("INSERT INTO detection.hits VALUES ('cafe', 'r1', ?, 'filtre', 0.9, true, ['v60'], [])", [row[0]])
    found = map_ecosystem(con, BRIEF, "r1", AS_OF)
    tied = [row for row in found["detection.relations"].to_pylist() if row["person_id"] == "person:lea"]
    assert [(row["counterpart"], row["counterpart_kind"], row["ties"]) for row in tied] == [
        ("le-grain.example", "media", 4)
    ]
    roles = {row["person_id"]: (row["role"], row["role_reasons"]) for row in found["detection.ecosystem"].to_pylist()}
    role, reasons = roles[f"person:web:{SITE}/"]
    assert role == "media"
    assert "signed_site=le-grain.example:6/63" in reasons
    assert roles[f"person:feed:{SITE}/feed#Plume 1"][0] == "journalist"


@pytest.mark.parametrize(
    ("code", "fr", "en"),
    [
        ("signed_site=le-grain.example:6/63", "site à plusieurs plumes", "site by several hands"),
        ("signs_at=le-grain.example:10", "signe sur", "signs at"),
        ("listed_by=gdelt", "recensé comme média par", "listed as news by"),
        ("schema=NewsMediaOrganization", "son site se dit", "its site says"),
    ],
)
def test_every_reason_has_words_in_both_languages(code, fr, en):
    value = code.partition("=")[2]
    for lang, words in (("fr", fr), ("en", en)):
        told = condition(code, lang)
        assert told.startswith(words)
        assert value in told
