"""Names by a trained spaCy pipeline: trained here on a few sentences, saved, and used as an installed one is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from spacy.training import Example

from nlp.facts import entities as module
from nlp.facts.entities import entities, quality
from nlp.facts.posts import Post

PLACES = ("Lyon", "Nantes", "Lille", "Dijon", "Brest", "Rouen", "Tours", "Nancy")
PEOPLE = ("Marie", "Paul", "Lucie", "Hugo", "Emma", "Louis", "Chloé", "Jules")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random.seed(3)
    spacy.util.fix_random_seed(3)
    nlp = spacy.blank("fr")
    nlp.add_pipe("ner")
    examples = []
    for person, place in zip(PEOPLE, PLACES, strict=True):
        text = f"{person} habite à {place} depuis un an"
        at = text.index(place)
        spans = [(0, len(person), "PER"), (at, at + len(place), "LOC")]
        examples.append(Example.from_dict(nlp.make_doc(text), {"entities": spans}))
    nlp.initialize(lambda: examples)
    for _ in range(25):
        random.shuffle(examples)
        nlp.update(examples)
    path = tmp_path_factory.mktemp("spacy") / "fr_tiny"
    nlp.to_disk(path)
    return path


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    module._installed.cache_clear()
    yield
    module._installed.cache_clear()


def posts(*texts: str, language: str = "fr") -> list[Post]:
    return [Post(str(i), text, language=language) for i, text in enumerate(texts)]


def test_a_pipeline_in_a_folder_is_used(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SPACY_FR", str(saved))
    assert quality("fr") == "trained"
    found = {(e.name, e.kind) for e in entities(posts("Marie habite à Nantes depuis un an", "Hugo habite à Dijon"))}
    assert {("Marie", "person"), ("Nantes", "place"), ("Hugo", "person"), ("Dijon", "place")} <= found


def test_each_name_keeps_its_posts_over_memory_zones(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SPACY_FR", str(saved))
    monkeypatch.setattr(module, "ZONE", 3)
    many = posts(*(f"{PEOPLE[n % 8]} habite à {PLACES[n % 8]} depuis un an" for n in range(16)))
    found = {e.name: e for e in entities(many)}
    assert found["Lyon"].post_ids == ("0", "8")
    assert found["Nancy"].post_ids == ("7", "15")


def test_the_vocabulary_does_not_grow_with_what_is_read(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SPACY_FR", str(saved))
    entities(posts("Marie habite à Lyon"))
    pipeline = module._pipeline(str(saved))
    before = len(pipeline.vocab.strings)
    entities(posts(*(f"mot{n}inconnu habite à ville{n}" for n in range(300))))
    assert len(pipeline.vocab.strings) == before


@pytest.mark.parametrize("chosen", ["/nowhere/at/all", "no_such_package", ""])
def test_a_pipeline_that_is_not_there_leaves_the_basic_path(chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SPACY_FR", chosen)
    if module._installed("fr") is None:
        assert quality("fr") == "basic"
        assert {e.kind for e in entities(posts("Hier, Brûlerie du Canal a ouvert"))} <= {"unknown"}
    else:
        assert quality("fr") == "trained"


def test_a_language_without_pipelines_has_no_names(saved: Path) -> None:
    assert quality("de") == "none"
    assert entities(posts("Marie wohnt in Lyon", language="de")) == ()
