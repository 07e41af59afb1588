from hypothesis import given
from hypothesis import strategies as st

from nlp.facts.entities import entities, quality
from nlp.facts.posts import Post
from nlp.facts.topics import hashtags, is_sensitive, topics


def _posts(*texts: str, language: str = "fr", kind: str = "post") -> list[Post]:
    return [Post(str(i), text, language=language, kind=kind) for i, text in enumerate(texts)]


COFFEE = [
    "Un café filtre au chemex ce matin",
    "La mouture pour le chemex",
    "Mon chemex et le café filtre",
    "Il fait beau ce matin",
]


def test_own_words_stand_out_against_everybodys() -> None:
    found = topics(_posts(*COFFEE)).topics
    assert found[0].phrase == "chemex"
    assert found[0].post_ids == ("0", "1", "2")
    assert found[0].share == 0.75
    assert "café filtre" in {topic.phrase for topic in found}
    assert "matin" not in {topic.phrase for topic in found[:2]}


def test_english_posts_are_weighed_against_english() -> None:
    found = topics(_posts("my aeropress recipe", "the aeropress again", "what a day", language="en")).topics
    assert found[0].phrase == "aeropress"


def test_words_of_others_are_not_the_persons_topics() -> None:
    assert topics(_posts(*COFFEE, kind="repost")).topics == ()


def test_sensitive_matters_are_withheld_and_counted() -> None:
    found = topics(_posts("Ma chimiothérapie avance", "Encore la chimiothérapie", "le chemex", "le chemex encore"))
    assert found.withheld >= 1
    assert all("chimio" not in topic.phrase for topic in found.topics)
    assert "chemex" in {topic.phrase for topic in found.topics}


def test_sensitive_hashtags_are_withheld_and_counted() -> None:
    posts = [Post("1", hashtags=("Cafe", "Ramadan")), Post("2", hashtags=("#cafe", "cgt"))]
    found = hashtags(posts)
    assert [(tag.phrase, tag.post_ids) for tag in found.topics] == [("#cafe", ("1", "2"))]
    assert found.withheld == 2


def test_sensitive_words_match_across_accents_case_and_endings() -> None:
    assert all(
        is_sensitive(word)
        for word in ("Dépression", "musulmans", "élections", "lesbienne", "CGT", "autisme", "refugees")
    )
    assert not any(
        is_sensitive(word) for word in ("arabica", "café", "gaufre", "partage", "saison", "torréfaction", "prisme")
    )


def test_no_posts_no_topics() -> None:
    assert topics([]).topics == ()
    assert hashtags([]).topics == ()


@given(st.lists(st.text(max_size=80), max_size=8))
def test_each_topic_rests_on_posts_that_exist(texts: list[str]) -> None:
    posts = _posts(*texts)
    for topic in topics(posts, least_posts=1).topics:
        assert set(topic.post_ids) <= {post.post_id for post in posts}
        assert 0 < topic.share <= 1


def test_names_are_found_even_without_a_trained_pipeline() -> None:
    posts = _posts("Hier, Marie Dupont parlait du Café de Flore", "Merci à Marie Dupont", "Le matin, rien")
    names = {entity.name: entity for entity in entities(posts)}
    assert any(name.startswith("Marie Dupont") for name in names)
    assert max(entity.posts for entity in names.values()) == 2
    assert "Le" not in names
    assert "Hier" not in names


def test_the_quality_of_names_is_told() -> None:
    assert quality("fr") in {"trained", "basic"}
    assert quality("de") == "none"
    assert quality(None) == "none"
    assert entities(_posts("Angela Merkel", language="de")) == ()
