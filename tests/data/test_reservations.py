"""What a site reserves is kept beside its posts and obeyed in the store: words go, models read nothing."""

from __future__ import annotations

import json

import pytest

POST = {
    "type": "post", "post_id": "web:p1", "account_id": "web:lea", "source": "web", "native_id": "p1", "text": "bonjour le café",
    "title": "Café", "published_at": "2026-01-02T10:00:00Z", "links": ["https://x.example/"], "likes": 4,
}  # fmt: skip


@pytest.fixture
def told(bring, store):
    """Load one version of the post, with the wishes told of it; return what the store then holds."""

    def load(*wishes, words=True, **fields):
        kept = (
            POST if words else {name: value for name, value in POST.items() if name not in {"text", "title", "links"}}
        )
        row = kept | fields | ({"extra": {"wishes": list(wishes)}} if wishes else {})
        bring("jsonl", "one.jsonl", json.dumps(row) + "\n")
        return store.sql("SELECT text, title FROM core.posts").fetchall()[0]

    return load


def reservations(store):
    return store.sql("SELECT post_id, wishes, model FROM core.reservations").fetchall()


@pytest.mark.parametrize(
    ("wish", "words", "model"),
    [
        ("noindex", False, False),
        ("noarchive", False, False),
        ("search=no", False, False),
        ("tdm-reservation=1", False, False),
        ("ai-train=no", True, True),
        ("ai-input=no", True, True),
        ("noai", True, True),
        ("train-ai=n", True, True),
        ("noimageai", True, False),
    ],
)
def test_each_wish_closes_its_own_purpose(told, store, wish, words, model):
    text, title = told(wish)
    assert (text is not None, title is not None) == (words, words)
    assert reservations(store) == [("web:p1", [wish], model)]


def test_a_post_without_a_wish_has_no_reservation(told, store):
    assert told() == ("bonjour le café", "Café")
    assert reservations(store) == []


def test_words_kept_before_a_reservation_go_and_their_judgement_with_them(told, store):
    told()
    store.execute(
        "INSERT INTO nlp.post_features (post_id, text_hash, model_version, tone) VALUES ('web:p1', 1, 'x', 'positive')"
    )
    assert told("tdm-reservation=1", words=False) == (None, None)
    assert store.sql("FROM nlp.post_features").fetchall() == []
    assert store.sql("SELECT links FROM core.posts").fetchall() == [(None,)]
    assert store.sql("SELECT likes FROM core.post_observations").fetchall(), "counts are facts, not words"


def test_a_tone_judged_before_the_reservation_is_withdrawn(told, store):
    told()
    store.execute(
        "INSERT INTO nlp.post_features (post_id, text_hash, model_version, tone) VALUES ('web:p1', 1, 'x', 'positive')"
    )
    told("ai-input=no")
    assert store.sql("SELECT tone FROM nlp.post_features").fetchall() == [(None,)]


def test_a_reservation_that_is_lifted_frees_the_post(told, store):
    told("ai-train=no")
    assert told() == ("bonjour le café", "Café")
    assert reservations(store) == []


def test_a_deletion_says_nothing_of_reservations(told, store):
    told("ai-train=no")
    told(words=False, deleted_at="2026-02-01T00:00:00Z")
    assert [row[0] for row in reservations(store)] == ["web:p1"]


@pytest.mark.parametrize("extra", [3, [], {"wishes": 5}, {"wishes": "noai"}, {"wishes": [1, None]}, {"wishes": []}])
def test_what_is_no_list_of_wishes_breaks_nothing(bring, store, extra):
    bring("jsonl", "one.jsonl", json.dumps(POST | {"extra": extra}) + "\n")
    assert store.sql("SELECT text FROM core.posts").fetchall() == [("bonjour le café",)]
    assert not any(model for _, _, model in reservations(store))


def test_a_refusal_that_its_home_saw_withdrawn_is_lifted_with_a_note(bring, store):
    lea = {"type": "account", "account_id": "web:lea", "source": "web", "native_id": "lea"}
    for change in (
        {"summary": "ici #nobot"},
        {"summary": "café"},
        {"summary": "café", "consent_signals": ["withdrawn=2026-11-22"], "consent": "allow"},
    ):
        bring("jsonl", "lea.jsonl", json.dumps(lea | change) + "\n")
        found = store.sql("SELECT consent, consent_signals, summary FROM core.accounts").fetchall()[0]
        assert found[0] == ("allow" if "consent" in change else "deny"), (
            "a profile that is silent lifts nothing by itself"
        )
    assert found == ("allow", ["withdrawn=2026-11-22"], "café")
