import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.facts.bio import declared


def _of(kind: str, bio: str) -> list[str]:
    return [item.text for item in declared(bio) if item.kind == kind]


@pytest.mark.parametrize(
    ("bio", "job", "organisation"),
    [
        ("journaliste chez X", "journaliste", "X"),
        ("Journaliste au quotidien, chez Le Monde", "Journaliste", "Le Monde"),
        ("CTO @Y", "CTO", "Y"),
        ("Rédactrice en chef de Café Magazine", "Rédactrice en chef", "Café Magazine"),
        ("Writer for The Guardian", "Writer", "The Guardian"),
        ("Head of Marketing at Acme Corp. I like tea", "Head of Marketing", "Acme Corp"),
        ("Cofondatrice de Tech & Co", "Cofondatrice", "Tech & Co"),
        ("Professeure de droit à l'Université de Lyon", "Professeure", "Université de Lyon"),
    ],
)
def test_job_and_organisation_are_read_as_declared(bio: str, job: str, organisation: str) -> None:
    assert _of("job", bio) == [job]
    assert _of("organisation", bio) == [organisation]


@pytest.mark.parametrize(
    "bio", ["PhD", "Docteure en chimie", "MBA", "Q-grader", "Prix Albert-Londres 2019", "Meilleur Ouvrier de France"]
)
def test_credentials_are_read(bio: str) -> None:
    assert _of("credential", f"Café | {bio}") == [bio]


@pytest.mark.parametrize(
    ("bio", "place"),
    [
        ("📍 Paris | Café", "Paris"),
        ("basée à Lyon", "Lyon"),
        ("Living in New York", "New York"),
        ("vit à Saint-Malo", "Saint-Malo"),
    ],
)
def test_places_are_read_as_declared(bio: str, place: str) -> None:
    assert _of("place", bio) == [place]


def test_the_location_field_is_a_place_of_its_own() -> None:
    assert [(d.kind, d.text, d.start) for d in declared(None, " Nantes ")] == [("place", "Nantes", 0)]
    assert declared(None, "  ") == ()


def test_former_jobs_are_marked() -> None:
    assert {d.text: d.former for d in declared("ex-CTO @Doctolib. Chef")} == {
        "ex-CTO": True,
        "Doctolib": True,
        "Chef": False,
    }


def test_words_inside_words_are_no_jobs() -> None:
    assert declared("mediachefferie, leadership, CTOuch") == ()


def test_sensitive_matters_are_left_out() -> None:
    assert all("cgt" not in item.text.lower() for item in declared("Responsable CGT chez CGT Cheminots"))


@given(st.text(max_size=400))
def test_every_span_shows_the_words_declared(bio: str) -> None:
    for item in declared(bio):
        assert bio[item.start : item.end] == item.text
