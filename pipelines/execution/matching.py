"""Step 10: the posts that appeared, matched to what was agreed, and the wording of commercial intent in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.relation.circle import moment

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from data.relations.store import Row

AROUND = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Match:
    """One deliverable and the post that fulfils it; None while none appeared."""

    deliverable: Row
    post: Row | None


def match(
    deliverables: Sequence[Row],
    posts: Sequence[Row],
    codes: Sequence[Row],
    about: Collection[str],
    person_of: dict[str, str],
) -> list[Match]:
    """Match each deliverable with the post by the same person, about us, nearest to its due date; no post serves twice.

    A post is about us when the crawl says so (`about`) or it carries one of the person's codes.
    """
    owners = {str(post["post_id"]): person_of.get(str(post["account_id"]), str(post["account_id"])) for post in posts}
    carried = {post["post_id"] for post in posts if _carries(post, codes, owners[post["post_id"]], person_of)}
    fitting = [post for post in posts if post["post_id"] in about or post["post_id"] in carried]
    taken: set[str] = set()
    out = []
    for wanted in sorted(deliverables, key=lambda row: (row["due"], row["id"])):
        person = person_of.get(wanted["account_id"], wanted["account_id"])
        free = [post for post in fitting if owners[post["post_id"]] == person and post["post_id"] not in taken]
        best = _nearest(free, wanted)
        if best is not None:
            taken.add(best["post_id"])
        out.append(Match(wanted, best))
    return out


def _nearest(posts: Sequence[Row], wanted: Row) -> Row | None:
    due = moment(wanted["due"])
    near = [post for post in posts if abs(post["published_at"] - due) <= AROUND]
    return min(near, key=lambda post: (abs(post["published_at"] - due), post["post_id"]), default=None)


def _carries(post: Row, codes: Sequence[Row], person: str, person_of: dict[str, str]) -> bool:
    text = f"{post['whole'] or ''} {' '.join(post['links'] or ())}".casefold()
    mine = [
        code["value"].casefold() for code in codes if person_of.get(code["account_id"], code["account_id"]) == person
    ]
    return any(re.search(rf"(?<!\w){re.escape(code)}(?!\w)", text) for code in mine)
