"""Events that a person organises, speaks at or attends: from their words and from event markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from nlp.facts.dates import dates, parsed
from nlp.facts.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nlp.facts.posts import Post

Role = Literal["organises", "speaks", "attends", "mentions"]
_KINDS: Final = (
    "salon|festival|conf[ée]rence|congr[èe]s|colloque|meetup|sommet|forum|s[ée]minaire|webinaire|webinar|"
    "atelier|hackathon|rencontres|journ[ée]es?|assises|"
    "table ronde|masterclass|symposium|foire|summit|workshop|fair|expo|exhibition|meeting|camp|"
    "barcamp|convention|championnats?|championship"
)
_NAME: Final = r"(?:[A-ZÀ-Ý0-9][\w'’&.-]*|(?:de|du|des|la|le|les|l'|d'|of|the|for|and|et|in|en|à)(?=\s))"
_KIND_NAME = re.compile(rf"(?<!\w)(?P<kind>(?i:{_KINDS}))\s(?P<rest>{_NAME}(?:\s{_NAME}){{0,6}})")
_NAME_KIND = re.compile(
    r"(?<!\w)(?P<name>(?:[A-ZÀ-Ý][\w'’&-]{1,40}\s){1,5}(?:Festival|Conference|Summit|Forum|Meetup|"
    r"Workshop|Fair|Expo|Camp|Days|Week|Awards|Convention))"
    r"(?P<year>\s\d{4})?(?!\w)"
)
_ROLES: Final[tuple[tuple[Role, re.Pattern[str]], ...]] = (
    ("organises", re.compile(
        r"(?:j'|nous |on |je |i |we |i'm |we're |i am |we are )(?:co-?)?(?:organis|accueill|anim|"
        r"host|organiz|co-?host|lanc|mont)"
        r"|j'organise|organise par (?:moi|nous)|notre (?:evenement|atelier|salon|festival|meetup|conference)"
        r"|(?:inscrivez-vous|rejoignez-nous|join us|register)")),
    ("speaks", re.compile(
        r"(?:j'|je |nous |i |i'm |i'll |we )(?:serai |vais |will |am |be )?(?:parl|interv|present|"
        r"speak|talk|giv|donn|keynote)"
        r"|conferencier|conferenciere|intervenant|(?:my|ma|mon) (?:talk|keynote|presentation|"
        r"conference|intervention)|speaking at")),
    ("attends", re.compile(
        r"(?:j'|je |nous |on |i |i'm |i'll |we |we're )(?:y |serai |serons |suis |sommes |vais |"
        r"will |am |are |be |etais |was |were )*"
        r"(?:serai|serons|suis|sommes|vais|va|allons|particip|assist|visit|at |attend|going|went|"
        r"there|etai|rend)|heading to|see you at|rendez-vous|present au|rdv a")),
)  # fmt: skip
_PLACE = re.compile(
    r"(?:,\s|\s)(?:à|au|aux|en|in|at|from)\s(?P<place>(?:[LD]['’]|La\s|Le\s|"
    r"Les\s)?[A-ZÀ-Ý][\w'’-]{2,30}(?:[\s-][A-ZÀ-Ý][\w'’-]{2,30}){0,2})"
)
_ARTICLE = re.compile(r"^(?:(?:Le|La|Les|The|A|An|Un|Une|Au|This|My|Our)\s)+")


@dataclass(frozen=True, slots=True)
class Event:
    """An event as told: the name, what the person does there, the date and place when they are said, the posts."""

    name: str
    role: Role
    on: date | None
    place: str | None
    source: Literal["text", "markup"]
    post_ids: tuple[str, ...]


def events(posts: Iterable[Post]) -> tuple[Event, ...]:
    """Return the events named in a person's own words, one per name and year, the strongest role kept."""
    merged: dict[tuple[str, int | None], Event] = {}
    for post in posts:
        if not post.own:
            continue
        for event in _in_text(post):
            name, year = fold(event.name)[0], event.on.year if event.on else None
            # A telling without a date is of the edition already known, or of the next one told.
            key = next((k for k in merged if k[0] == name and (year is None or k[1] in {None, year})), (name, year))
            old = merged.pop(key, None)
            whole = _merge(old, event) if old else event
            merged[name, whole.on.year if whole.on else None] = whole
    return tuple(sorted(merged.values(), key=lambda e: (e.on or date.max, e.name)))


def from_markup(items: Iterable[Mapping[str, Any]], post_id: str, *, person: str | None = None) -> tuple[Event, ...]:
    """Return events from schema.org, h-event or iCalendar-like mappings; `person` is looked for in them."""
    found: list[Event] = []
    for item in items:
        name = _text(item.get("name") or item.get("summary") or item.get("title"))
        if name:
            on = parsed(
                _first(item.get("startDate") or item.get("start") or item.get("startTime") or item.get("dtstart"))
            )
            place = _text(item.get("location"))
            found.append(Event(name[:300], _role_in(item, person), on, place, "markup", (post_id,)))
    return tuple(found)


def _in_text(post: Post) -> Iterator[Event]:
    text = f"{post.title}. {post.text}" if post.title else post.text
    text = re.sub(r"https?://\S{1,500}", " ", text[:8000])
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", text)[:100]:
        names = [*_named(sentence[:600])]
        if not names:
            continue
        folded, _ = fold(sentence[:600])
        on = next((day for day, _, _ in dates(folded, post.published_at)), None)
        role: Role = next((role for role, pattern in _ROLES if pattern.search(folded)), "mentions")
        for name, end in names[:5]:
            found = _PLACE.search(sentence[:600], end - 1) or _PLACE.search(sentence[:600])
            place = found["place"] if found and (found.start() >= end - 1 or found["place"] not in name) else None
            yield Event(name, role, on, place, "text", (post.post_id,))


def _named(sentence: str) -> Iterator[tuple[str, int]]:
    taken: list[tuple[int, int]] = []
    for found in _NAME_KIND.finditer(sentence):
        name = _ARTICLE.sub("", found["name"] + (found["year"] or ""))
        if " " in name:
            taken.append(found.span())
            yield name, found.end()
    for found in _KIND_NAME.finditer(sentence):
        if any(found.start() < b and found.end() > a for a, b in taken):
            continue
        words = found["rest"].split()
        while words and (words[-1][:1].islower() or re.fullmatch(r"\d{1,3}", words[-1])):
            words.pop()
        for cut, word in enumerate(words):
            if cut and word in {"à", "en", "in"}:
                words = words[:cut]
                break
        if any(word[:1].isupper() for word in words):
            name = f"{found['kind']} {' '.join(words)}".strip(".,;:!?- ")
            yield name, found.start() + len(name)


def _merge(old: Event, new: Event) -> Event:
    rank: dict[Role, int] = {"organises": 0, "speaks": 1, "attends": 2, "mentions": 3}
    return replace(
        old,
        role=min(old.role, new.role, key=lambda role: rank[role]),
        on=old.on or new.on,
        place=old.place or new.place,
        post_ids=tuple(dict.fromkeys((*old.post_ids, *new.post_ids))),
    )


def _first(value: object) -> object:
    return value[0] if isinstance(value, (list, tuple)) and value else value


def _text(value: object) -> str | None:
    value = _first(value)
    if isinstance(value, Mapping):
        address = value.get("address")
        inner = address.get("addressLocality") if isinstance(address, Mapping) else address
        value = value.get("name") or inner
    return str(value).strip()[:300] or None if value else None


def _role_in(item: Mapping[str, Any], person: str | None) -> Role:
    if not person:
        return "mentions"
    wanted = fold(person)[0]
    keys: tuple[tuple[str, Role], ...] = (("organizer", "organises"), ("performer", "speaks"), ("attendee", "attends"))
    for key, role in keys:
        values = item.get(key)
        several = values if isinstance(values, (list, tuple)) else [values]
        if any(wanted == fold(_text(value) or "")[0] for value in several):
            return role
    return "mentions"
