"""What a byline says and what it does not: names without roles, dates, places and buttons."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.web.names import fold, is_group, looks_like_a_person, people_in, same_person


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("By Jane Doe", ["Jane Doe"]),
        ("Posted by Jane Doe on May 3, 2018", ["Jane Doe"]),
        ("by Jane Doe at 10:32", ["Jane Doe"]),
        ("Par Élodie Martin, le 3 mai 2024", ["Élodie Martin"]),
        ("Publié par Élodie Martin", ["Élodie Martin"]),
        ("Un article de Élodie Martin", ["Élodie Martin"]),
        ("Von Jürgen Müller", ["Jürgen Müller"]),
        ("Ein Gastbeitrag von Jürgen Müller", ["Jürgen Müller"]),
        ("Geschrieben von Jürgen Müller am 3. Mai 2018", ["Jürgen Müller"]),
        ("Text: Jürgen Müller | Fotos: Anna Schmidt", ["Jürgen Müller"]),
        ("Autor: Jürgen Müller", ["Jürgen Müller"]),
        ("Escrito por Ana Gómez", ["Ana Gómez"]),
        ("Scritto da Anna Rossi", ["Anna Rossi"]),
        ("Автор: Вера Иванова", ["Вера Иванова"]),
        ("Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("Jane Doe, John Roe and Ann Poe", ["Jane Doe", "John Roe", "Ann Poe"]),
        ("Jane Doe und John Roe", ["Jane Doe", "John Roe"]),
        ("Élodie Martin et Paul Durand", ["Élodie Martin", "Paul Durand"]),
        ("Ana Gómez y Luis Pérez", ["Ana Gómez", "Luis Pérez"]),
        ("Jane Doe & John Roe", ["Jane Doe", "John Roe"]),
        ("Jane Doe; John Roe", ["Jane Doe", "John Roe"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("Bruce Y. Lee", ["Bruce Y. Lee"]),
        ("Bruce Y Lee", ["Bruce Y Lee"]),
        ("Max M.", ["Max M."]),
        ("Michael E Mann", ["Michael E Mann"]),
        ("Marine Le Pen", ["Marine Le Pen"]),
        ("Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        ("Thomas Oppong-Mensah", ["Thomas Oppong-Mensah"]),
        ("LISA MASCARO", ["Lisa Mascaro"]),
        ("IAN MCEWAN", ["Ian McEwan"]),
        ("Jane Doe, Staff Writer", ["Jane Doe"]),
        ("Jane Doe, CNN", ["Jane Doe"]),
        ("Jane Doe, MD", ["Jane Doe"]),
        ("Jane Doe, AP Sports Writer", ["Jane Doe"]),
        ("Jane Doe | The Herald", ["Jane Doe"]),
        ("Jane Doe - The Herald", ["Jane Doe"]),
        ("Jane Doe (Reuters)", ["Jane Doe"]),
        ("Jane Doe jane@herald.example", ["Jane Doe"]),
        ("Jane Doe @janedoe", ["Jane Doe"]),
        ("Jane Doe is a reporter for the Herald", ["Jane Doe"]),
        ("Jane Doe for the Daily Mail", ["Jane Doe"]),
        ("Jane Doe and John Roe, Sioux Falls Argus Leader", ["Jane Doe", "John Roe"]),
        ("By\nJane Doe\nFollow", ["Jane Doe"]),
        ("rmb8090", ["rmb8090"]),
        ("Regan", ["Regan"]),
        ("The Associated Press", ["The Associated Press"]),
        ("Herald Editorial Staff", ["Herald Editorial Staff"]),
    ],
)
def test_a_byline_names_people(told, names):
    assert people_in(told) == names


@pytest.mark.parametrize(
    "told",
    [
        "", "   ", "admin", "Administrator", "Redaktion", "La rédaction", "Staff", "Staff Writer", "Staff Reports", "by", "View More Articles",
        "Biography", "View all posts", "12 May 2018", "May 12, 2018", "https://example.org/", "jane@herald.example", "@janedoe", "Published 2 hours ago",
        "the best coffee of the town", "Leave a comment", "All rights reserved", "{author}", "<%= name %>", None, 12, ["Jane Doe"], "***", "Share",
    ],
)  # fmt: skip
def test_what_names_nobody_yields_nothing(told):
    assert people_in(told) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sarah Needleman", "Sarah E. Needleman", True),
        ("Sarah E Needleman", "Sarah E. Needleman", True),
        ("S. Needleman", "Sarah Needleman", True),
        ("Elodie Martin", "Élodie Martin", True),
        ("JANE DOE", "Jane Doe", True),
        ("Dr. Jane Doe", "Jane Doe", True),
        ("Jane Doe", "John Doe", False),
        ("Jane Doe", "Jane Roe", False),
        ("Jane", "Jane Doe", False),
        ("Kevin Johnson", "Kevin McCoy", False),
    ],
)
def test_two_ways_to_write_a_name_are_one_person(one, other, same):
    assert same_person(one, other) is same
    assert same_person(other, one) is same


def test_groups_are_told_from_people():
    assert [is_group(name) for name in ("Reuters", "Associated Press", "Telegraph Sport", "Jane Doe")] == [
        True,
        True,
        True,
        False,
    ]
    assert looks_like_a_person("Ludwig van Beethoven")
    assert not any(
        looks_like_a_person(name) for name in ("Jane", "Herald Staff", "jane doe", "one two three four five six")
    )


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_few_clean_names(text):
    for name in people_in(text):
        assert name == name.strip()
        assert 0 < len(name) <= 80
        assert fold(name)
    assert len(people_in(text)) <= 12


@given(
    st.sampled_from(["By ", "Par ", "Von ", "Posted by ", "Author: ", ""]),
    st.sampled_from([" on May 3, 2018", " | The Herald", ", Staff Writer", ""]),
)
def test_what_stands_around_a_name_changes_nothing(before, after):
    assert people_in(f"{before}Jane Doe{after}") == ["Jane Doe"]
