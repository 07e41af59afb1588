"""Who posts what, when, and about whose post: originals first, then the reactions that pick among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.sandbox.people import ROLE, Bools, Floats, Ints, People
from data.sandbox.sampling import GroupedDraw, choose_rows
from data.sandbox.settings import CHATTER, SEGMENTS, TOPICS, Settings

KINDS = ("post", "reply", "repost", "quote")
COPY = len(KINDS)  # a double saying again what was said on the first account
FORMS = ("post", "reply", "chatter", "praise", "neutral", "blame", "sponsored", "event", "spam")
FORM = {name: code for code, name in enumerate(FORMS)}
_DAY = 86_400_000
# Away from the home topic: chatter, a neighbouring topic, anything; and how much of one's standing counts there.
_CHATTER, NEIGHBOURING, ANYTHING = 0.55, 0.2, 0.25
AWAY = 0.35


@dataclass(slots=True)
class Posts:
    """One row per post, in order of time; `target` is the row answered, relayed, quoted or copied, else -1."""

    author: Ints
    kind: Ints
    topic: Ints
    time: Ints  # milliseconds since 1970, UTC
    target: Ints
    form: Ints
    brand: Ints
    quality: Floats

    def __len__(self) -> int:
        return len(self.author)


def write_posts(people: People, settings: Settings, rng: np.random.Generator) -> Posts:
    """Draw authors by activity, originals by interest, reactions by attention; return them in order of time."""
    author = rng.choice(len(people), size=settings.posts, p=people.activity / people.activity.sum())
    kind = _kinds(people, author, rng)
    m = len(author)
    posts = Posts(
        author=author,
        kind=kind,
        topic=_topics(people, author, settings, rng),
        time=_times(people, author, settings, rng),
        target=np.full(m, -1),
        form=np.zeros(m, dtype=np.int64),
        brand=np.full(m, -1),
        quality=rng.normal(0, 0.5, m),
    )
    _aim(posts, people, settings, rng)
    _give_forms(posts, people, rng)
    return _in_order(posts)


def _kinds(people: People, author: Ints, rng: np.random.Generator) -> Ints:
    """Post, reply, repost, quote or copy, by the author's role."""
    mix = np.tile((0.52, 0.26, 0.17, 0.05, 0.0), (len(ROLE), 1))
    mix[ROLE["fan"]] = (0.36, 0.37, 0.22, 0.05, 0.0)
    mix[ROLE["expert"]] = (0.55, 0.27, 0.13, 0.05, 0.0)
    mix[ROLE["media"]] = (0.85, 0.05, 0.07, 0.03, 0.0)
    mix[ROLE["celebrity"]] = (0.8, 0.08, 0.1, 0.02, 0.0)
    mix[ROLE["spammer"]] = (0.9, 0.06, 0.03, 0.01, 0.0)
    mix[ROLE["automated"]] = (0.97, 0.0, 0.03, 0.0, 0.0)
    mix[ROLE["pod"]] = (0.4, 0.3, 0.25, 0.05, 0.0)
    rows = mix[people.role]
    rows[people.primary >= 0] = (0.35, 0.1, 0.05, 0.0, 0.5)
    rows[people.blog] = (1.0, 0.0, 0.0, 0.0, 0.0)
    return choose_rows(np.cumsum(rows, axis=1)[author], rng)


def _topics(people: People, author: Ints, settings: Settings, rng: np.random.Generator) -> Ints:
    """The home topic as often as the focus says, else chatter, a neighbouring segment, or anything."""
    m, home = len(author), people.topic[author]
    if not settings.noise.structured:
        home = rng.permutation(people.topic)[rng.integers(0, len(people), m)]
    focus = np.where(people.blog[author], 0.95, people.focus[author])
    stray = choose_rows(np.tile(np.cumsum((_CHATTER, NEIGHBOURING, ANYTHING)), (m, 1)), rng)
    inside = home < len(SEGMENTS)
    neighbour = np.where(inside, rng.integers(0, len(SEGMENTS), m), rng.integers(len(SEGMENTS), len(TOPICS), m))
    other = np.select([stray == 0, stray == 1], [np.full(m, CHATTER), neighbour], rng.integers(0, len(TOPICS), m))
    return np.where(rng.random(m) < focus, home, other)


def _times(people: People, author: Ints, settings: Settings, rng: np.random.Generator) -> Ints:
    """Days at random, hours around each one's own habit; automated accounts keep the same minute all day long."""
    end = int(settings.as_of.timestamp() * 1000)
    m, n = len(author), len(people)
    habit = rng.normal(13, 4, n)
    hour = rng.normal(habit[author], 3.5, m) % 24
    steady = people.role[author] == ROLE["automated"]
    hour = np.where(steady, rng.integers(0, 24, m) + (np.arange(n) % 60 / 60)[author], hour)
    first = (end - settings.days * _DAY) // _DAY * _DAY
    time = first + rng.integers(0, settings.days, m) * _DAY + (hour * 3_600_000).astype(np.int64)
    return np.clip(time, end - settings.days * _DAY, end - 60_000)


def _aim(posts: Posts, people: People, settings: Settings, rng: np.random.Generator) -> None:
    """Give each reaction an original on the topic that its author wished to speak of, and a moment soon after it."""
    open_to_all = (posts.kind == 0) & ~people.blog[posts.author]
    originals = np.flatnonzero(open_to_all)
    reactions = np.flatnonzero(posts.kind > 0)
    if not len(originals) or not len(reactions):
        posts.kind[reactions] = 0
        return
    chosen = _attention(posts, people, originals, reactions, settings, rng)
    target = np.where(chosen >= 0, originals[np.maximum(chosen, 0)], -1)
    own = (target >= 0) & (posts.author[target] == posts.author[reactions]) & (posts.kind[reactions] > 1)
    target[own] = -1
    found = target >= 0
    posts.kind[reactions[~found]] = 0
    rows, about = reactions[found], target[found]
    posts.target[rows] = about
    copies = posts.kind[rows] == COPY
    posts.topic[rows[copies]] = posts.topic[about[copies]]
    end = int(settings.as_of.timestamp() * 1000)
    quick = (people.pod[posts.author[rows]] >= 0) & (people.pod[posts.author[rows]] == people.pod[posts.author[about]])
    delay = np.exp(rng.normal(np.where(quick, np.log(150_000.0), np.log(9e6)), np.where(quick, 0.5, 1.4)))
    room = (end - posts.time[about]) * rng.uniform(0.05, 0.95, len(rows))
    posts.time[rows] = posts.time[about] + np.minimum(delay, room).astype(np.int64) + 1


def _attention(
    posts: Posts, people: People, originals: Ints, reactions: Ints, settings: Settings, rng: np.random.Generator
) -> Ints:
    """Return for each reaction a position in `originals`, -1 where nobody was there to be heard."""
    actor, by = posts.author[reactions], posts.author[originals]
    expertise, fame, warmth = people.expertise, people.fame, people.warmth
    community, second = people.community, people.second
    if not settings.noise.structured:
        shuffle = rng.permutation(len(people))
        expertise, warmth, fame = expertise[shuffle], warmth[shuffle], fame[rng.permutation(len(people))]
        community = second = np.zeros_like(community)
    # Attention goes to a person and is then spread over their posts: to post more is not to be heard more.
    share = np.exp(posts.quality[originals]) / np.bincount(by, minlength=len(people))[by] ** 0.8
    on_home = np.where(posts.topic[originals] == people.topic[by], 1.0, AWAY)
    peer = share * on_home * np.exp(1.3 * expertise[by] + 0.45 * fame[by])
    elite = share * on_home * np.exp(2.2 * expertise[by] + 0.2 * fame[by])
    kindred = share * np.exp(0.9 * warmth[by] + 0.2 * expertise[by])
    star = share * np.exp(0.9 * fame[by])
    mode = _modes(people, actor, posts.kind[reactions], settings, rng)
    at_second = rng.random(len(actor)) < 0.4
    here = np.where(at_second, second[actor], community[actor])
    # One answers what one cares for: a pool holds the originals of one group on one topic.
    said, wanted = posts.topic[originals], posts.topic[reactions]
    near, from_here = _cells(community[by], said), _cells(here, wanted)
    pools = (
        (GroupedDraw(near, peer), from_here),
        (GroupedDraw(near, elite), from_here),
        (GroupedDraw(near, kindred), from_here),
        (GroupedDraw(said, star), wanted),
        (GroupedDraw(said, peer), wanted),
        (GroupedDraw(_cells(people.pod[by] + 1, said), share), _cells(people.pod[actor] + 1, wanted)),
        (GroupedDraw(by, share), people.primary[actor]),
    )
    chosen = np.full(len(actor), -1)
    for code, (pool, groups) in enumerate(pools):
        asked = mode == code
        chosen[asked] = pool.draw(groups[asked], rng)
    return chosen


def _cells(group: Ints, topic: Ints) -> Ints:
    """One number per group and topic."""
    return group * (CHATTER + 1) + topic


def _modes(people: People, actor: Ints, kind: Ints, settings: Settings, rng: np.random.Generator) -> Ints:
    """What draws the eye: peers, experts, the kindred, the famous, anyone; one's pod; the first account of a double."""
    mix = np.tile((0.42, 0.08, 0.25, 0.25), (len(ROLE), 1))
    mix[ROLE["fan"]] = (0.3, 0.1, 0.5, 0.1)
    mix[ROLE["expert"]] = (0.45, 0.3, 0.2, 0.05)
    mix[ROLE["figure"]] = (0.25, 0.55, 0.1, 0.1)
    mix[ROLE["media"]] = (0.3, 0.4, 0.05, 0.25)
    mode = choose_rows(np.cumsum(mix[people.role], axis=1)[actor], rng)
    mode[rng.random(len(actor)) < settings.noise.across] = 4
    ring = (people.pod[actor] >= 0) & (rng.random(len(actor)) < 0.75)
    mode[ring] = 5
    mode[kind == COPY] = 6
    return mode


def _give_forms(posts: Posts, people: People, rng: np.random.Generator) -> None:
    """The kind of text: plain, chatter, about a brand, sponsored, an announcement, an advert."""
    m, role = len(posts), people.role[posts.author]
    on_subject = posts.topic < len(SEGMENTS)
    draw = rng.random(m)
    form = np.zeros(m, dtype=np.int64)
    form[(posts.kind == 1) | (posts.kind == 3)] = FORM["reply"]
    plain = (posts.kind == 0) & on_subject
    about = plain & (draw < 0.07)
    tone = choose_rows(np.tile((0.45, 0.8, 1.0), (m, 1)), rng)
    form[about] = np.array([FORM["praise"], FORM["neutral"], FORM["blame"]])[tone[about]]
    paid = plain & (draw >= 0.07) & (draw < 0.1) & (people.fame[posts.author] > 0.2)
    form[paid] = FORM["sponsored"]
    form[plain & (draw >= 0.1) & (draw < 0.12)] = FORM["event"]
    form[posts.topic == CHATTER] = FORM["chatter"]
    form[(role == ROLE["spammer"]) & (posts.kind == 0)] = FORM["spam"]
    posts.form = form
    posts.brand = np.where(about | paid, choose_rows(np.tile((0.5, 0.8, 1.0), (m, 1)), rng), -1)
    own = plain & (posts.author < 3)
    posts.brand[own] = posts.author[own]
    posts.form[own] = FORM["neutral"]


def _in_order(posts: Posts) -> Posts:
    """Sort by time and point the targets at the new rows."""
    order = np.argsort(posts.time, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    target = posts.target[order]
    return Posts(
        author=posts.author[order],
        kind=posts.kind[order],
        topic=posts.topic[order],
        time=posts.time[order],
        target=np.where(target >= 0, place[np.maximum(target, 0)], -1),
        form=posts.form[order],
        brand=posts.brand[order],
        quality=posts.quality[order],
    )


def counts(posts: Posts, people: People, rng: np.random.Generator, missing: float) -> dict[str, Floats]:
    """Likes, reposts, replies and quotes of each post: what the world shows, and what comes from beyond.

    Expected likes grow less than in proportion to the audience, and with expertise, warmth and the post's own luck.
    Unknown is NaN.
    """
    by, m = posts.author, len(posts)
    appeal = 0.5 * people.expertise + 0.45 * people.warmth
    liking = np.exp(np.clip(0.68 * np.log1p(people.audience) + appeal, -5, 13))[by] * 0.05
    expected = liking * np.exp(posts.quality) * np.where(posts.kind == 1, 0.2, 1.0)
    likes = rng.poisson(expected * rng.gamma(1.2, 1 / 1.2, m)).astype(np.float64)
    result: dict[str, Floats] = {"likes": likes}
    for code, name, rate in ((2, "reposts", 0.18), (1, "replies", 0.12), (3, "quotes", 0.03)):
        targets = posts.target[(posts.kind == code) & (posts.target >= 0)]
        seen = np.bincount(targets, minlength=m)
        beyond = rng.poisson(expected * rate * rng.gamma(1.0, 1.0, m))
        result[name] = (seen + beyond).astype(np.float64)
    unseen: Bools = (posts.kind == 2) | people.blog[by]
    for name, column in result.items():
        column[unseen | ((rng.random(m) < missing) & (name == "quotes"))] = np.nan
    return result


def follows(people: People, settings: Settings, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return (follower, followed), each pair once: heavy-tailed in both directions, mostly inside communities."""
    n = len(people)
    wanted = np.minimum(np.exp(rng.normal(2.6, 0.9, n) + 0.15 * people.warmth).astype(np.int64), max(5, n // 3))
    wanted[people.blog] = 0
    follower = np.repeat(np.arange(n), wanted)
    community, second, expertise, fame = people.community, people.second, people.expertise, people.fame
    if not settings.noise.structured:
        community = second = np.zeros_like(community)
        expertise, fame = expertise[rng.permutation(n)], fame[rng.permutation(n)]
    reachable = (~people.blog).astype(np.float64)
    near = GroupedDraw(community, reachable * np.exp(0.8 * expertise + 0.7 * fame))
    kin = GroupedDraw(community, reachable * np.exp(0.5 * people.warmth))
    far = GroupedDraw(np.zeros(n, dtype=np.int64), reachable * np.exp(1.0 * fame))
    draw, across = rng.random(len(follower)), 0.2 + settings.noise.across
    here = np.where(rng.random(len(follower)) < 0.4, second[follower], community[follower])
    near_ones, kin_ones = near.draw(here, rng), kin.draw(here, rng)
    far_ones = far.draw(np.zeros_like(follower), rng)
    followed = np.where(draw < across, far_ones, np.where(draw < across + 0.3, kin_ones, near_ones))
    keep = (followed >= 0) & (followed != follower)
    pairs = np.unique(follower[keep] * n + followed[keep])
    return pairs // n, pairs % n
