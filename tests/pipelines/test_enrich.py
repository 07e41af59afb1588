"""Understanding follows the new: what was read once is not read again, unless it changed."""

from __future__ import annotations

import pytest

from pipelines.detection import enrich as module
from pipelines.detection.enrich import enrich
from pipelines.detection.study import study

COFFEE = "Recette de café filtre au V60 ce matin, mouture fine et eau à quatre-vingt-treize degrés."
RAIN = "La pluie tombe sur le jardin depuis hier soir et les enfants lisent."


@pytest.fixture
def texts(put, post, account):
    put(account("lea"), *(post(n, f"{COFFEE if n % 2 else RAIN} Numéro {n}.") for n in range(1, 13)))


def hits(store, segment="filtre"):
    query = "SELECT post_id FROM detection.hits WHERE brief = 'essai' AND segment = ? AND matched ORDER BY post_id"
    return {row[0] for row in store.execute(query, [segment]).fetchall()}


def read(store, brief, run="run-1"):
    return enrich(store, brief, study(brief), run)


def test_every_text_is_read_once(store, brief_of, texts):
    brief = brief_of()
    assert read(store, brief) == 12
    assert hits(store) == {f"p{n}" for n in range(1, 13, 2)}
    assert read(store, brief, "run-2") == 0


def test_matched_words_are_where_the_offsets_say(store, brief_of, texts):
    read(store, brief_of())
    rows = store.execute(
        "SELECT p.text, h.offsets, h.matched_terms FROM detection.hits h JOIN core.posts p USING (post_id) WHERE h.matched"
    ).fetchall()
    assert rows
    for text, offsets, terms in rows:
        assert text[offsets[0] : offsets[1]] in {"café filtre", "V60"}
        assert terms


def test_languages_are_told(store, brief_of, texts):
    read(store, brief_of())
    assert store.execute("SELECT DISTINCT language FROM core.posts").fetchall() == [("fr",)]


def test_only_the_new_is_read(store, brief_of, texts, put, post):
    brief = brief_of()
    read(store, brief)
    put(post(20, COFFEE + " Une de plus."), post(21, RAIN + " Encore."))
    assert read(store, brief, "run-2") == 2
    assert "p20" in hits(store)


def test_a_text_that_changed_is_read_again(store, brief_of, texts, put, post):
    brief = brief_of()
    read(store, brief)
    put(post(1, RAIN + " Corrigé."), post(2, COFFEE + " Corrigé."))
    assert read(store, brief, "run-2") == 2
    assert "p1" not in hits(store)
    assert "p2" in hits(store)


def test_a_query_that_changed_judges_everything_again(store, brief_of, texts):
    read(store, brief_of())
    changed = brief_of(**{'"café filtre" OR V60': "pluie"})
    assert read(store, changed, "run-2") == 12
    assert hits(store) == {f"p{n}" for n in range(2, 13, 2)}


def test_one_brief_does_not_touch_what_another_was_told(store, brief_of, texts):
    brief = brief_of()
    read(store, brief)
    store.execute(
        "INSERT INTO core.brief_posts SELECT 'autre', post_id, found_via FROM core.brief_posts WHERE brief = 'essai'"
    )
    before = hits(store)
    other = brief_of(**{'name = "essai"': 'name = "autre"', '"café filtre" OR V60': "pluie"})
    assert read(store, other, "run-other") == 12
    assert hits(store) == before


def test_the_newest_run_owns_the_hits(store, brief_of, texts):
    brief = brief_of()
    read(store, brief, "run-1")
    read(store, brief, "run-2")
    assert store.execute("SELECT DISTINCT run_id FROM detection.hits").fetchall() == [("run-2",)]


def test_a_text_that_was_taken_back_leaves_no_hit(store, brief_of, texts, put, post):
    brief = brief_of()
    read(store, brief)
    put(post(1, "", deleted_at="2026-05-20T00:00:00Z") | {"text": None})
    read(store, brief, "run-2")
    assert "p1" not in hits(store)


@pytest.mark.parametrize("consent", ["deny", "restricted"])
def test_words_of_people_who_refuse_are_neither_kept_nor_read(store, brief_of, texts, put, post, account, consent):
    put(account("nina", consent=consent), post(30, COFFEE, author="nina"))
    read(store, brief_of())
    assert "p30" not in hits(store)
    assert store.execute(
        "SELECT count(*) FROM core.posts WHERE account_id = 'nina' AND text IS NOT NULL"
    ).fetchall() == [(0,)]


def test_words_read_before_their_author_refused_are_dropped(store, brief_of, texts, put, post, account):
    brief = brief_of()
    put(account("nina"), post(30, COFFEE, author="nina"))
    read(store, brief)
    assert "p30" in hits(store)
    put(account("nina", consent="deny"))
    read(store, brief, "run-2")
    assert "p30" not in hits(store)


def test_reposts_are_not_their_authors_words(store, brief_of, texts, put, post):
    put(post(40, COFFEE, kind="repost", repost_of="p1"))
    read(store, brief_of())
    assert "p40" not in hits(store)


def test_a_stop_between_batches_loses_nothing(store, brief_of, texts, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 5)
    brief, batches = brief_of(), []

    def stop(progress):
        batches.append(progress.done)
        if progress.what.en == "Topical fit" and progress.done and progress.done > 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enrich(store, brief, study(brief), "run-1", stop)
    left = read(store, brief, "run-1")
    assert 0 < left < 12
    assert hits(store) == {f"p{n}" for n in range(1, 13, 2)}


def test_a_stop_before_languages_are_written_is_made_good(store, brief_of, texts):
    brief = brief_of()
    read(store, brief)
    store.execute("UPDATE core.posts SET language = NULL")
    read(store, brief)
    assert store.execute("SELECT count(*) FROM core.posts WHERE language IS NULL").fetchall() == [(0,)]


def test_a_post_without_words_stops_nothing(store, brief_of, put, post, account):
    put(account("lea"), post(1, "🙂"), post(2, "https://x.example/a"), post(3, COFFEE))
    assert read(store, brief_of()) == 3
    assert hits(store) == {"p3"}


def test_reserved_words_answer_queries_and_are_read_by_no_model(store, brief_of, texts, put, post, monkeypatch):
    from nlp import tone, topical

    read_by_models: list[str] = []
    fit, judge = topical.TopicalModel.fit, tone.tone

    def teach(texts, *rest, **options):
        read_by_models.extend(texts)
        return fit(texts, *rest, **options)

    def feel(texts, *rest, **options):
        read_by_models.extend(texts)
        return judge(texts, *rest, **options)

    monkeypatch.setattr(topical.TopicalModel, "fit", staticmethod(teach))
    monkeypatch.setattr(tone, "tone", feel)
    put(post(30, COFFEE + " Réservé aux humains.", extra={"wishes": ["ai-train=no"]}))
    read(store, brief_of())
    assert "p30" in hits(store), "a query is no model: the words may be searched"
    assert read_by_models
    assert not [text for text in read_by_models if "Réservé" in text]
    assert store.sql("SELECT tone FROM nlp.post_features WHERE post_id = 'p30'").fetchall() == [(None,)]
