"""What every connector must hold to, and what hostile answers may not do to any of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.connector import Answer, Ask, Batch, Context
from crawlers.guard import origin
from crawlers.registry import check_options, connector, connectors, estimate, kinds
from data.bilingual import Bilingual
from data.brief.model import Brief, Budget, Seeds, Segment, Source
from data.errors import UserError
from data.records import FIELDS

FIXTURES = Path(__file__).parent / "fixtures"
AT = datetime(2026, 11, 22, tzinfo=UTC)
EVERY = pytest.mark.parametrize("kind", kinds())
BRIEF = Brief(name="b", segments=(Segment("s", "q"),), seeds=Seeds(hashtags=("coffee",)), budget=Budget(requests=100))
OPTIONS = {
    "bluesky": {"service": "https://appview.example"},
    "feeds": {"urls": ["https://blog.example/feed"]},
    "discourse": {"sites": ["https://forum.example"]},
    "forem": {"sites": ["https://dev.example"], "tags": ["espresso"]},
    "gdelt": {"queries": ["espresso"]},
    "hackernews": {"queries": ["espresso"]},
    "lemmy": {"instances": ["https://lem.example"], "communities": ["coffee"]},
    "mastodon": {"instances": ["https://social.example"]},
    "misskey": {"instances": ["https://mi.example"]},
    "nostr": {"relays": ["wss://relay.example"]},
    "peertube": {"instances": ["https://pt.example"], "queries": ["espresso"]},
    "podcastindex": {"queries": ["espresso"], "api": "https://pi.example/api/1.0"},
    "reddit": {"subreddits": ["france"], "api": "https://rd.example"},
    "stackexchange": {"sites": ["coffee"], "tags": ["espresso"]},
    "web": {"sites": ["https://blog.example"]},
    "wikidata": {"items": ["Q42"]},
    "wordpress": {"sites": ["https://blog.example"]},
    "youtube": {"queries": ["espresso"], "api": "https://yt.example/v3"},
}
SCHEMES = {"ap", "web", "feed", "at", "hn", "se", "discourse", "forem", "wikidata", "yt", "podcast", "reddit", "nostr"}


def context(kind, **values):
    return Context(options=OPTIONS[kind], seed_accounts=("@lea@social.example",), seed_hashtags=("coffee",), **values)


def recorded():
    """Every recorded answer: kind, the ask it answers, status, headers, body."""
    found = []
    for path in sorted(FIXTURES.glob("*/*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        body = told["body"] if isinstance(told["body"], str) else json.dumps(told["body"])
        found.append(
            pytest.param(path.parent.name, told | {"body": body.encode()}, id=f"{path.parent.name}-{path.stem}")
        )
    return found


def answer(told, body=None, status=None):
    return Answer(
        url=told["url"], purpose=told["purpose"], payload=told["payload"], status=status or told["status"], headers=told["headers"],
        body=told["body"] if body is None else body, hop=0, at=AT,
    )  # fmt: skip


def validate(batch: Batch) -> None:
    for record in batch.records:
        assert set(record) <= {"type", *FIELDS[record["type"]]}
        if record["type"] == "account":
            assert record["account_id"].split(":")[0] in SCHEMES
            assert record["consent"] in {"allow", "restricted", "deny"}
        if record["type"] == "post":
            assert record["post_id"]
            assert datetime.fromisoformat(record["published_at"]).tzinfo is not None
            assert record["kind"] in {"post", "reply", "repost", "quote"}
            for name in ("likes", "reposts", "replies", "quotes"):
                assert record.get(name) is None or record[name] >= 0
        json.dumps(record)
    for ask in batch.asks:
        assert isinstance(ask, Ask)
        assert origin(ask.url)
        json.dumps(ask.payload)


@EVERY
def test_a_connector_says_what_it_is(kind):
    used = connector(kind)
    assert used.kind == kind
    assert used.capabilities
    assert used.caveats
    assert all(isinstance(caveat, Bilingual) and caveat.fr and caveat.en for caveat in used.caveats)
    assert all(option.meaning.fr and option.meaning.en for option in used.options.values())


@EVERY
def test_a_connector_estimates_its_cost_within_the_budget(kind):
    told = estimate(Source(kind, OPTIONS[kind]), BRIEF)
    assert set(told) == {"source", "requests", "seconds", "bytes", "caveats"}
    assert 0 < told["requests"] <= 100


@EVERY
def test_a_connector_starts_somewhere_it_may_ask(kind):
    batch = connector(kind).seeds(context(kind))
    assert batch.asks
    validate(batch)


@EVERY
def test_an_unknown_option_is_named_with_the_nearest(kind):
    known = next(iter(connector(kind).options))
    with pytest.raises(UserError, match=known):
        check_options(kind, {known + "x": []})


@EVERY
def test_an_option_of_the_wrong_type_is_refused(kind):
    for name in connector(kind).options:
        with pytest.raises(UserError):
            check_options(kind, {name: {"a": 1}})


def test_every_connector_has_recorded_answers():
    assert {path.name for path in FIXTURES.iterdir()} >= set(connectors())


@pytest.mark.parametrize(("kind", "told"), recorded())
def test_recorded_answers_give_valid_records(kind, told):
    batch = connector(kind).parse(answer(told), context(kind))
    validate(batch)
    wanted = told.get("expect", {})
    if "records" in wanted:
        assert len(batch.records) == wanted["records"]
    if "asks" in wanted:
        assert len(batch.asks) == wanted["asks"]
    if "troubles" in wanted:
        assert [kind for kind, _ in batch.troubles] == wanted["troubles"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def mangle(rng, value, odd):
    """Replace some parts of a recorded answer by something else."""
    if rng.random() < 0.1:
        return odd
    if isinstance(value, dict):
        return {name: mangle(rng, inner, odd) for name, inner in value.items() if rng.random() > 0.05}
    if isinstance(value, list):
        return [mangle(rng, inner, odd) for inner in value]
    return value


def read(kind, told, body, status):
    """Whatever comes, a connector answers with a batch or says ValueError."""
    try:
        batch = connector(kind).parse(answer(told, body, status), context(kind))
    except ValueError:
        return
    validate(batch)


@pytest.mark.parametrize(("kind", "told"), recorded())
@settings(max_examples=15, deadline=None)
@given(
    rng=st.randoms(use_true_random=False, note_method_calls=False),
    odd=JSON,
    status=st.sampled_from([200, 401, 404, 410, 422]),
)
def test_mangled_answers_never_break_a_connector(kind, told, rng, odd, status):
    try:
        value = json.loads(told["body"])
    except ValueError:
        text = bytearray(told["body"])
        for _ in range(rng.randrange(20) if text else 0):
            text[rng.randrange(len(text))] = rng.randrange(256)
        read(kind, told, bytes(text), status)
        return
    read(kind, told, json.dumps(mangle(rng, value, odd)).encode(), status)


@pytest.mark.parametrize(("kind", "told"), recorded())
def test_no_answer_at_all_never_breaks_a_connector(kind, told):
    validate(connector(kind).failed(answer(told, b"", 0), context(kind)))


@EVERY
def test_what_people_write_reaches_records_as_text_only(kind):
    nasty = '<script>alert(1)</script>=HYPERLINK("x")\u202e\x1b[31m'
    for told in [param.values[1] for param in recorded() if param.values[0] == kind]:
        body = told["body"].replace(b"Hello", json.dumps(nasty)[1:-1].encode())
        try:
            batch = connector(kind).parse(answer(told, body), context(kind))
        except ValueError:
            continue
        for record in batch.records:
            assert "\x1b" not in str(list(record.values()))
            assert "\u202e" not in json.dumps(record, ensure_ascii=False)
