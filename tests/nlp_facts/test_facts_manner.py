from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.facts.duplicates import duplicates, similar_pairs
from nlp.facts.manner import engaging, register
from nlp.facts.posts import Post
from nlp.facts.rhythm import rhythm

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG = "Nous avons goûté ce matin trois cafés lavés venus du Guatemala et du Rwanda"


def _posts(*texts: str, kind: str = "post") -> list[Post]:
    return [Post(str(i), text, language="fr", kind=kind) for i, text in enumerate(texts)]


def test_plain_long_sentences_with_vous_are_formal() -> None:
    found = register(_posts(*["Nous vous invitons à consulter notre rapport annuel sur la filière du café."] * 6))
    assert (found.register, found.address) == ("formal", "vous")


def test_emoji_slang_and_tu_are_informal() -> None:
    found = register(
        _posts(*["Mdr tu viens ? 😂😂", "trop bien !! 🔥", "lol t'es où 😅", "tu kiffes ?!", "ouais cool !! 😍"])
    )
    assert (found.register, found.address) == ("informal", "tu")
    assert found.emoji_per_post > 0.5


def test_few_posts_leave_the_register_unknown() -> None:
    assert register(_posts("Bonjour.")).register is None
    assert register([]).words_per_sentence is None


def test_questions_answers_and_relays_are_counted_with_their_posts() -> None:
    posts = [
        Post("1", "Qui a une recette ?"),
        Post("2", "Voilà", kind="reply", mentions=("lea",)),
        Post("3", "Pareil", kind="reply", mentions=("Lea",)),
        Post("4", "…", kind="repost"),
        Post("5", "lien https://x.example/?q=1"),
    ]
    found = engaging(posts)
    assert (found.question_share, found.reply_share, found.original_share) == (0.25, 0.5, 0.8)
    assert (found.questions, found.replies, found.relays) == (("1",), ("2", "3"), ("4",))
    assert found.people_answered == 1


def test_without_posts_habits_are_unknown() -> None:
    found = engaging([])
    assert (found.question_share, found.reply_share, found.original_share) == (None, None, None)


def test_nearly_equal_texts_on_two_sources_are_cross_posted() -> None:
    posts = [
        Post("1", LONG, source="a"),
        Post("2", LONG.upper() + " ! https://x.example #cafe", source="b"),
        Post("3", "Autre chose ce soir", source="a"),
    ]
    (group,) = duplicates(posts)
    assert group.post_ids == ("1", "2")
    assert group.cross_posted


def test_texts_on_other_matters_and_short_texts_are_no_duplicates() -> None:
    assert duplicates(_posts(LONG, "Une tout autre phrase sur le vélo en ville le dimanche matin")) == ()
    assert duplicates(_posts("Bonjour à tous", "Bonjour à tous")) == ()
    assert duplicates(_posts(LONG, LONG, kind="repost")) == ()


def test_likeness_is_near_the_share_of_common_word_triples() -> None:
    words = [f"mot{i}" for i in range(100)]
    changed = [*words[:90], *(f"autre{i}" for i in range(10))]
    ((_, _, likeness),) = similar_pairs([" ".join(words), " ".join(changed)], least=0.5)
    assert likeness == pytest.approx(88 / 108, abs=0.12)


def test_one_text_said_ten_thousand_times_is_one_group() -> None:
    (group,) = duplicates(_posts(*[LONG] * 3000))
    assert len(group.post_ids) == 3000


def test_rhythm_counts_hours_gaps_and_silences() -> None:
    hours = [0, 24, 48, 24 * 12]
    posts = [Post(str(i), "x", START + timedelta(hours=h)) for i, h in enumerate(hours)]
    found = rhythm(posts)
    assert found.grid[0][9] == 1
    assert sum(map(sum, found.grid)) == 4
    assert found.gap_median_hours == 24
    assert found.longest_silence_days == 10
    assert found.silence_from == posts[2].published_at
    assert found.per_week == pytest.approx(4 / (12 / 7))


def test_the_silence_since_the_last_post_counts_up_to_as_of() -> None:
    post = Post("1", "x", START)
    found = rhythm([post], as_of=START + timedelta(days=30))
    assert found.longest_silence_days == 30
    assert found.gap_median_hours is None


def test_undated_posts_have_no_rhythm() -> None:
    found = rhythm([Post("1", "x")])
    assert (found.posts, found.first_at, found.per_week, found.longest_silence_days) == (0, None, None, None)


@settings(deadline=None)
@given(st.lists(st.integers(0, 5000), max_size=30))
def test_the_order_of_posts_changes_nothing(hours: list[int]) -> None:
    posts = [Post(str(i), "x", START + timedelta(hours=h)) for i, h in enumerate(hours)]
    assert rhythm(posts) == rhythm(posts[::-1])
    assert sum(map(sum, rhythm(posts).grid)) == len(hours)
