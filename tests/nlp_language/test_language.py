"""What a user of language detection may rely on."""

from __future__ import annotations

import itertools
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.language import SUPPORTED, UNKNOWN, detect
from nlp.language.clean import MAX_CHARS, is_latin, plain, words
from nlp.language.wordlists import COLUMNS, LISTED, RELATIVES, word_lists
from nlp.wordlists import table

NINTH = tomllib.loads(Path(__file__).with_name("ninth.toml").read_text("utf-8"))
HELD_OUT = tomllib.loads(Path(__file__).with_name("held_out.toml").read_text("utf-8"))
SENTENCES = {
    "fr": [
        "On se retrouve demain matin devant la gare",
        "J'ai adoré ce livre, lisez-le vite",
        "Il ne faut pas rater cette expo",
    ],
    "en": [
        "See you tomorrow morning at the station",
        "I loved this book, go and read it",
        "You should not miss this show",
    ],
    "de": ["Wir treffen uns morgen früh am Bahnhof", "Ich habe dieses Buch geliebt", "Das solltet ihr nicht verpassen"],
    "es": [
        "Nos vemos mañana por la mañana en la estación",
        "Me encantó este libro",
        "No deberías perderte esta exposición",
    ],
    "it": ["Ci vediamo domani mattina alla stazione", "Ho adorato questo libro", "Non dovete perdere questa mostra"],
    "pt": [
        "Vemo-nos amanhã de manhã na estação",
        "Adorei este livro, leiam depressa",
        "Não podem perder esta exposição",
    ],
    "nl": [
        "We zien elkaar morgenochtend op het station",
        "Ik vond dit boek geweldig",
        "Deze tentoonstelling mag je niet missen",
    ],
    "ca": [
        "Ens veiem demà al matí davant de l'estació",
        "M'ha encantat aquest llibre",
        "No us perdeu aquesta exposició",
    ],
}
OTHERS = [
    "Vi ses i morgon bitti på stationen", "Jeg elskede denne bog, læs den snart", "Spotkamy się jutro rano na dworcu",
    "Ne vedem mâine dimineață la gară", "Tapaamme huomenna aamulla asemalla", "Yarın sabah istasyonda görüşürüz",
    "Sejdeme se zítra ráno na nádraží", "Holnap reggel találkozunk az állomáson", "Kita bertemu besok pagi di stasiun",
    "Bihar goizean geltokian ikusiko gara", "Kohtume homme hommikul jaamas", "Ons sien mekaar môreoggend by die stasie",
    "Welwn ni ein gilydd bore yfory yn yr orsaf", "Tutaonana kesho asubuhi kwenye kituo", "Morgaŭ matene ni renkontiĝos ĉe la stacidomo",
    "Увидимся завтра утром на вокзале", "Θα τα πούμε αύριο το πρωί στον σταθμό", "明日の朝、駅で会いましょう",
    "نلتقي غدا صباحا في المحطة", "내일 아침 역에서 만나요", "Vidimo se sutra ujutro na kolodvoru",
]  # fmt: skip


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_of_a_supported_language_are_told_by_name(language: str) -> None:
    assert detect(SENTENCES[language]) == [language] * 3


def test_every_supported_language_is_tested_here() -> None:
    assert set(SENTENCES) == set(SUPPORTED)


def test_nine_tenths_of_texts_in_another_language_come_back_unknown() -> None:
    found = detect(OTHERS)
    assert found.count(UNKNOWN) >= 0.9 * len(OTHERS), [
        text for text, code in zip(OTHERS, found, strict=True) if code != UNKNOWN
    ]


@pytest.mark.parametrize(
    "text",
    ["", "   ", "😀🔥😀", "❤️", "https://exemple.fr/le-cafe-du-matin", "www.exemple.fr/bonjour", "@marie@social.example @paul",
     "12 345 678", "!!! ???", "moi@exemple.fr", "\ud83d\ud83d", "\x00\x00"],
)  # fmt: skip
def test_a_text_without_words_is_unknown(text: str) -> None:
    assert detect([text]) == [UNKNOWN]


def test_links_names_and_hashtags_do_not_hide_the_language() -> None:
    post = "Trop bien, ce café du matin ! #coffee #morning #love @john https://example.org/the-best-coffee-in-the-town"
    assert detect([post]) == ["fr"]


def test_capitals_and_typographic_apostrophes_do_not_hide_the_language() -> None:
    assert detect(["JE N'AI PAS VU CE FILM", "je n’ai pas vu ce film"]) == ["fr", "fr"]


@pytest.mark.parametrize(
    ("word", "usual"), [("no", "es"), ("table", "fr"), ("no", "it"), ("information", "en"), ("general", "ca")]
)
def test_a_persons_usual_language_decides_one_word_that_many_share(word: str, usual: str) -> None:
    assert detect([word], usual=[[usual]]) == [usual]


def test_a_sentence_outweighs_its_authors_usual_language() -> None:
    assert detect(["See you tomorrow morning at the station"], usual=[["fr"]]) == ["en"]


def test_a_usual_language_makes_nothing_of_an_emoji() -> None:
    assert detect(["🔥"], usual=[["fr"]]) == [UNKNOWN]


def test_an_empty_set_of_usual_languages_changes_nothing() -> None:
    texts = [text for group in SENTENCES.values() for text in group]
    assert detect(texts, usual=[()] * len(texts)) == detect(texts)


def test_a_word_no_list_holds_is_not_guessed() -> None:
    assert detect(["xqzzk"]) == [UNKNOWN]


def test_one_set_of_usual_languages_per_text_is_asked_for() -> None:
    with pytest.raises(ValueError, match="one set"):
        detect(["a", "b"], usual=[["fr"]])


def test_no_texts_give_no_answers() -> None:
    assert detect([]) == []


def test_the_answer_does_not_depend_on_the_other_texts_of_the_call() -> None:
    texts = [text for group in SENTENCES.values() for text in group] + OTHERS
    assert detect(texts) == [detect([text])[0] for text in texts]


def test_words_and_hashtags_are_told_apart() -> None:
    assert words(plain("Bon café #MorningCoffee @bob 12")) == (["bon", "café"], ["morningcoffee"])


def test_script_is_judged_by_most_words() -> None:
    assert is_latin(["straße", "việt", "θ"])
    assert not is_latin(["привет", "мир", "ok"])


def test_the_word_lists_say_more_for_a_languages_own_words() -> None:
    evidence, listed = word_lists().weigh([["bonjour"], ["xqzzk"]])
    assert LISTED[int(evidence.toarray()[0].argmax())] == "fr"
    assert listed.toarray()[1].sum() == 0


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "le " * 300_000, "e" + "\u0301" * 1_000_000, "\u202e" * 1_000_000, "\ud800le chat" * 100_000,
     "@" * 1_000_000, "a." * 500_000 + "@", "#" * 1_000_000, "&" * 1_000_000],
)  # fmt: skip
def test_a_hostile_text_costs_bounded_time(text: str) -> None:
    detect(["chauffe"])
    started = time.process_time()
    assert detect([text])[0] in {*SUPPORTED, UNKNOWN}
    assert time.process_time() - started < 2


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert len(plain("é" * (10 * MAX_CHARS))) <= MAX_CHARS


@given(st.lists(st.text(max_size=80), max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_text_has_an_answer(texts: list[str]) -> None:
    found = detect(texts)
    assert len(found) == len(texts)
    assert set(found) <= {*SUPPORTED, UNKNOWN}


def unknown_share(texts: list[str]) -> float:
    return detect(texts).count(UNKNOWN) / len(texts)


def test_sentences_of_languages_without_a_word_list_come_back_unknown() -> None:
    assert unknown_share([text for texts in NINTH.values() for text in texts]) >= 0.95


def pairs_of(texts: list[str]) -> list[str]:
    """Return the runs of two words of each text."""
    return [" ".join(pair) for text in texts for pair in itertools.pairwise(text.split())]


def test_of_two_words_of_such_a_language_most_come_back_unknown() -> None:
    """Half of these languages are near relatives of supported ones."""
    assert unknown_share([pair for texts in NINTH.values() for pair in pairs_of(texts)]) >= 0.87


def test_nine_tenths_of_fragments_in_thirty_other_languages_come_back_unknown() -> None:
    assert unknown_share([pair for texts in HELD_OUT.values() for pair in pairs_of(texts)]) >= 0.93
    assert unknown_share([text for texts in HELD_OUT.values() for text in texts]) >= 0.97


@pytest.mark.parametrize("language", sorted(set(HELD_OUT) - {"ast", "br", "co"}))
def test_fragments_of_no_such_language_are_mostly_taken_for_a_supported_one(language: str) -> None:
    assert unknown_share(pairs_of(HELD_OUT[language])) >= 0.85


def test_fragments_of_supported_languages_are_seldom_lost_to_a_relative() -> None:
    right = {code: sum(found == code for found in detect(pairs_of(texts))) for code, texts in SENTENCES.items()}
    total = {code: len(pairs_of(texts)) for code, texts in SENTENCES.items()}
    assert sum(right.values()) >= 0.85 * sum(total.values()), {c: (right[c], total[c]) for c in total}


@pytest.mark.parametrize(
    ("column", "relative", "parent"), [(i, *pair) for i, pair in enumerate(RELATIVES, len(LISTED))]
)
def test_a_relative_is_known_by_its_own_words_and_by_those_it_shares(column: int, relative: str, parent: str) -> None:
    assert COLUMNS[column] == relative
    known = word_lists()
    own = [word for word in table("relatives.toml")[relative]["words"].split() if word.isalpha()]
    assert (known.weigh([[word] for word in own])[0].toarray()[:, column] > 4).all()
    if parent:
        evidence = known.evidence[:, [LISTED.index(parent), column]].toarray()
        taken_over = (evidence[:, 1] > 0) & (evidence[:, 1] < evidence[:, 0])
        assert taken_over.sum() > 10_000


def test_a_mix_of_two_supported_languages_is_not_taken_for_a_relative_of_both() -> None:
    assert detect(["Le meilleur espresso de la ville"]) == ["fr"]


def test_a_text_in_a_relative_is_unknown_and_not_its_larger_neighbour() -> None:
    texts = [
        "Ek weet nie waarom hy gister nie hier was nie", "Non sei por que onte non estaban aquí as mulleres",
        "Ich weess net firwat hien gëscht net hei war", "Sabi pas perqué ièr èran pas aquí amb nosautres",
        "Nun sacciu picchì ajeri nun c'era nuddu ccà", "Mo pa konnen poukisa yo pa te vini isit la yè",
    ]  # fmt: skip
    assert detect(texts) == [UNKNOWN] * len(texts)


def test_rare_words_are_known_without_telling_much() -> None:
    evidence, listed = word_lists().weigh([["alunissage"], ["maison"]])
    french = LISTED.index("fr")
    assert listed.toarray()[0, french] == 1
    assert 0 < evidence.toarray()[0, french] < 2 < evidence.toarray()[1, french]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Quelle belle journée au marché #food #love #instagood #picoftheday #sunday", "fr"),
        ("#MondayMotivation #NewWeek On recommence doucement ce matin", "fr"),
        ("What a lovely day at the market #paris #marché #dimanche #bonjour", "en"),
        ("#Berlin #Café #Weekend Heute bleiben wir lieber zu Hause", "de"),
        ("On a fait un team building avec le staff ce matin, c'était super", "fr"),
        ("J'adore ce feedback, merci pour le meeting de ce matin", "fr"),
        ("He said « bonjour » to everyone and then left the room without a word", "en"),
        ("🔥🔥🔥 incroyable 🔥🔥🔥 je n'en reviens pas 😍", "fr"),
        ("RT @bob@social.example : je vous conseille vraiment cet article https://the.example/best-coffee", "fr"),
    ],
)
def test_hashtag_laden_and_mixed_texts_are_in_the_language_of_their_sentence(text: str, language: str) -> None:
    assert detect([text]) == [language]


@pytest.mark.parametrize("text", ["#love", "#tbt #ootd", "#xyz #zzz"])
def test_fashionable_hashtags_alone_are_never_taken_for_french(text: str) -> None:
    assert detect([text])[0] in {UNKNOWN, "en"}


@given(st.sampled_from([text for texts in SENTENCES.values() for text in texts]), st.text("🔥😀 !?…123\n", max_size=20))
@settings(max_examples=60, deadline=None)
def test_emoji_digits_and_signs_do_not_change_the_language(text: str, noise: str) -> None:
    assert detect([f"{noise} {text} {noise}"]) == detect([text])
