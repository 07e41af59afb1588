"""Which accounts are one person: reciprocal proof or a human's word, never a likeness."""

from __future__ import annotations

import pytest

from pipelines.detection.identity import update_persons

BLOG = "https://blog.example"
FORUM = "https://forum.example"


@pytest.fixture
def persons(store, put):
    """Load accounts, decide who is who, and return account → person."""

    def tell(*records):
        put(*records)
        update_persons(store)
        return dict(store.execute("SELECT account_id, person_id FROM core.person_accounts").fetchall())

    return tell


def test_every_account_has_a_person(persons, account):
    found = persons(account("a"), account("b"))
    assert set(found) == {"a", "b"}
    assert found["a"] != found["b"]


def test_accounts_that_link_to_each_other_are_one_person(persons, account):
    found = persons(account("a", links=[f"{FORUM}/b"]), account("b", links=[f"{FORUM}/a"]))
    assert found["a"] == found["b"]


@pytest.mark.parametrize(
    "written", ["http://www.forum.example/b/", "https://FORUM.example/b?ref=me", "https://forum.example/b#top"]
)
def test_an_address_is_the_same_however_it_is_written(persons, account, written):
    found = persons(account("a", links=[written]), account("b", links=[f"{FORUM}/a"]))
    assert found["a"] == found["b"]


def test_a_link_one_way_proves_nothing(persons, account):
    found = persons(account("fan", links=[f"{FORUM}/star"]), account("star"))
    assert found["fan"] != found["star"]


def test_the_same_name_proves_nothing(persons, account):
    found = persons(
        account("a", display_name="Léa Morel", handle="lea"), account("b", display_name="Léa Morel", handle="lea")
    )
    assert found["a"] != found["b"]


def test_a_link_to_somebodys_post_claims_nothing(persons, account, post):
    by_friend = post(1, "Un texte", author="friend", url=f"{FORUM}/friend/1")
    found = persons(account("a", links=[f"{FORUM}/friend/1"]), account("friend", links=[f"{FORUM}/a"]), by_friend)
    assert found["a"] != found["friend"]


def test_a_link_that_the_platform_verified_is_proof(persons, account):
    found = persons(account("a", verified_links=[BLOG]), account("blog", url=BLOG))
    assert found["a"] == found["blog"]


def test_proof_reaches_along_a_chain(persons, account):
    found = persons(
        account("a", links=[f"{FORUM}/b"]),
        account("b", links=[f"{FORUM}/a", f"{FORUM}/c"]),
        account("c", links=[f"{FORUM}/b"]),
    )
    assert len(set(found.values())) == 1


def test_an_address_that_two_accounts_have_proves_nothing(persons, account):
    found = persons(
        account("a", links=[BLOG]),
        account("one", url=BLOG, links=[f"{FORUM}/a"]),
        account("two", url=BLOG, links=[f"{FORUM}/a"]),
    )
    assert len(set(found.values())) == 3


def test_what_a_person_decided_stays(persons, account, store):
    joined = [
        {
            "type": "person",
            "person_id": "person:x",
            "account_id": name,
            "evidence": "they told us",
            "decided_by": "anna",
        }
        for name in ("a", "c")
    ]
    found = persons(account("a", links=[f"{FORUM}/b"]), account("b", links=[f"{FORUM}/a"]), account("c"), *joined)
    assert found["a"] == found["c"] == "person:x"
    update_persons(store)
    rows = store.execute(
        "SELECT account_id, decided_by FROM core.person_accounts WHERE person_id = 'person:x' ORDER BY 1"
    )
    assert rows.fetchall() == [("a", "anna"), ("c", "anna")]


def test_proof_that_goes_away_parts_the_accounts(persons, account, store):
    persons(account("a", links=[f"{FORUM}/b"]), account("b", links=[f"{FORUM}/a"]))
    store.execute("UPDATE core.accounts SET links = [] WHERE account_id = 'b'")
    update_persons(store)
    assert len(set(store.execute("SELECT person_id FROM core.person_accounts").fetchall())) == 2


def test_deciding_twice_changes_nothing(persons, account, store):
    found = persons(account("a", links=[f"{FORUM}/b"]), account("b", links=[f"{FORUM}/a"]), account("c"))
    update_persons(store)
    assert dict(store.execute("SELECT account_id, person_id FROM core.person_accounts").fetchall()) == found
    assert store.execute("SELECT count(*) FROM core.persons").fetchall() == [(2,)]
