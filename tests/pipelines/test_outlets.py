"""Outlets of the press are found by what they call themselves and by the site they speak for, two signs at least."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.brief.model import Brief, Segment
from data.warehouse.store import connect, migrate
from pipelines.detection.declared import declarations
from pipelines.detection.map_read import prepare
from pipelines.detection.outlets import FEWEST_LINKS, borne_out, called, claim, outlet_pattern

if TYPE_CHECKING:
    from data.warehouse.store import Connection

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BRIEF = Brief(name="cafe", segments=(Segment("filtre", "v60"),))
OWN = "https://gazette-du-grain.example/"


@pytest.mark.parametrize(
    "bio",
    [
        "Le magazine du café. Compte de la rédaction.",
        "MÉDIA INDÉPENDANT : enquêtes, entretiens",
        "Independent news outlet, since 1998",
        "Tweets by the newsroom",
        "Hier postet die Redaktion der Wochenzeitung",
        "La revista del café y de quienes lo tuestan",
        "Il quotidiano dei torrefattori: i fatti, le voci",
        "De krant van Leuven",
    ],
)
def test_outlets_call_themselves_so_in_their_own_languages(bio: str) -> None:
    assert called(bio)


@pytest.mark.parametrize(
    "bio",
    [
        None,
        "",
        "Barista à Lyon",
        "J’écris pour un magazine de café",
        "I read every newspaper in town",
        "Mon journal en ligne, mes cafés",
        "Ich liebe das Magazin",
        "A blog that looks like a magazine",
        "Yo escribo en una revista",
        "Magaziner, collector",
    ],
)
def test_who_says_i_or_only_likes_to_read_is_no_outlet(bio: str | None) -> None:
    assert called(bio) is None


def test_a_claim_without_a_site_of_its_own_is_none() -> None:
    bio = "Le magazine du café"
    assert claim(0, "a", bio, ("a",), []) is None
    assert claim(0, "a", bio, ("a",), ["https://www.youtube.com/@grain", "https://music.youtube.com/x"]) is None
    assert claim(0, "a", bio, ("a",), ["http://127.0.0.1:8768/grain/", "http://[broken", None]) is None
    assert claim(0, "a", bio, ("a",), ["https://www.grain.example/contact"]).sites == ("grain.example",)  # type: ignore[union-attr]


def test_the_site_may_stand_in_the_bio_without_being_a_link() -> None:
    found = claim(0, "a", "La revue du café, grain.example, abonnez-vous", ("a",), [])
    assert found is not None
    assert found.sites == ("grain.example",)
    assert claim(0, "a", "Le magazine du café, ecrire@grain.example", ("a",), []) is None


@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=4))
def test_whatever_a_profile_holds_it_is_read_without_an_error(bio: str, links: list[str]) -> None:
    found = claim(1, "a", f"{bio} la redaction", (bio, None), links)
    assert found is None or all("." in site and site == site.lower() for site in found.sites)


def test_a_long_profile_is_read_quickly() -> None:
    assert called("a." * 500_000 + " magazine") is None
    assert claim(0, "a", "le magazine " + "a-" * 500_000, ("a",), ["x" * 500_000]) is None


def test_every_word_of_the_list_is_folded_and_found() -> None:
    for word in re.split(r"\|", outlet_pattern()):
        assert called(f"… {word.replace(chr(92), '')} …"), word


def account(con: Connection, name: str, bio: str, links: list[str], posted: list[list[str]], **more: Any) -> None:
    con.execute(
        "INSERT INTO core.accounts (account_id, source, native_id, handle, display_name, summary, links, consent)"
        " VALUES (?, 'net', ?, ?, ?, ?, ?, 'allow')",
        [name, name, f"{name}@net.example", more.get("shown", name), bio, links],
    )
    con.execute("INSERT INTO core.person_accounts VALUES (?, ?, NULL, NULL)", [f"person:{name}", name])
    con.execute("INSERT INTO core.brief_accounts VALUES ('cafe', ?, NULL)", [name])
    for k, led in enumerate(posted):
        con.execute(
            "INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text, links)"
            " VALUES (?, ?, 'net', ?, ?, TIMESTAMPTZ '2026-05-01' + to_days(?), 'v60', ?)",
            [f"{name}-{k}", name, f"{name}-{k}", more.get("kind", "post"), k, led],
        )
        con.execute("INSERT INTO core.brief_posts VALUES ('cafe', ?, NULL)", [f"{name}-{k}"])


def press(con: Connection) -> dict[str, tuple[str | None, str | None]]:
    prepare(con, BRIEF, "r1", AS_OF)
    people = [row[0] for row in con.execute("SELECT person_id FROM map_people ORDER BY row_number").fetchall()]
    found = declarations(con, BRIEF, len(people))
    return {name.removeprefix("person:"): (found.press[i], found.said[i]) for i, name in enumerate(people)}


@pytest.fixture
def con() -> Connection:
    connection = connect()
    migrate(connection)
    return connection


BIO = "Le magazine du grain. Compte de la rédaction."
HOME, AWAY = [f"{OWN}1"], ["https://elsewhere.example/2"]


def test_an_outlet_s_posts_lead_to_the_site_that_its_profile_names(con: Connection) -> None:
    account(con, "gdg", BIO, [OWN], [HOME] * 4 + [AWAY] * 2 + [[]] * 9)
    assert press(con)["gdg"] == ("outlet", "magazine; gazette-du-grain.example 4/6")


def test_links_to_pages_under_the_site_and_to_its_www_are_links_to_it(con: Connection) -> None:
    posted = [["https://www.gazette-du-grain.example/a"], ["https://video.gazette-du-grain.example/b"]] * 3
    account(con, "gdg", BIO, [OWN], posted)
    assert press(con)["gdg"][0] == "outlet"


def test_a_site_that_only_ends_alike_is_another_one(con: Connection) -> None:
    account(con, "gdg", BIO, [OWN], [["https://not-gazette-du-grain.example/a"]] * 9)
    assert press(con)["gdg"][0] is None


def test_the_word_alone_is_not_enough_nor_is_the_site_alone(con: Connection) -> None:
    account(con, "word", BIO, [OWN], [AWAY] * 9)
    account(con, "site", "Torréfacteur à Lyon", [OWN], [HOME] * 9)
    account(con, "few", BIO, [OWN], [HOME] * (FEWEST_LINKS - 1))
    account(con, "relay", BIO, [OWN], [HOME] * 9, kind="repost")
    assert {name: found[0] for name, found in press(con).items()} == dict.fromkeys(("word", "site", "few", "relay"))


def test_an_account_that_bears_its_site_s_name_needs_no_posts(con: Connection) -> None:
    account(con, "g1", BIO, [OWN], [], shown="Gazette du Grain")
    account(con, "gazettedugrain", BIO, [OWN], [])
    account(con, "g2", BIO, [OWN], [], shown="Le Grain")
    found = press(con)
    assert found["g1"] == ("outlet", "magazine; gazette-du-grain.example")
    assert found["gazettedugrain"][0] == "outlet"
    assert found["g2"][0] is None


def test_a_journalist_of_the_outlet_stays_a_journalist(con: Connection) -> None:
    account(con, "jo", "Journaliste, le magazine du grain", [OWN], [HOME] * 9)
    assert press(con)["jo"][0] == "journalist"


def test_nothing_claimed_nothing_asked(con: Connection) -> None:
    assert borne_out(con, []) == {}
