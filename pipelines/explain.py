"""Why a person stands where they stand: every component, the rule that fired, the posts and relays that weigh most."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.warehouse.sql import query
from pipelines.certainty import rank_told
from pipelines.influence_parts import Part, influence_parts
from pipelines.ranking import check_published, run_of
from pipelines.tier_reasons import changes, read_tests
from pipelines.voices import surroundings

if TYPE_CHECKING:
    from data.bilingual import Bilingual
    from data.brief.model import Score
    from data.warehouse.store import Connection
    from graph.tier_tests import TierTest
    from pipelines.accounts import FoundAccount

AXES = ("influence", "reach", "resonance", "relevance")
POSTS = 5


@dataclass(frozen=True, slots=True)
class SegmentExplanation:
    """One segment: the candidate's row, the posts that weigh most, who relays, what would change the tier.

    `sure` says how sure the rank is; `parts` what influence is made of; `tests` what each tier asks.
    """

    row: dict[str, Any]
    posts: list[dict[str, Any]]
    relays: list[dict[str, Any]]
    changes: list[Bilingual]
    sure: list[Bilingual] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    tests: list[TierTest] = field(default_factory=list)

    def as_json(self, lang: str) -> dict[str, Any]:
        """Return the segment as JSON-able values, its sentences in `lang`."""
        return self.row | {
            "posts": self.posts,
            "relays": self.relays,
            "what_would_change": [one.to(lang) for one in self.changes],
            "how_sure": [one.to(lang) for one in self.sure],
            "influence_parts": [asdict(part) for part in self.parts],
            "tier_tests": [asdict(test) | {"gap": test.gap, "holds": test.holds} for test in self.tests],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known of why a person is ranked so, in the run `run_id`."""

    brief: str
    account: FoundAccount
    segments: list[SegmentExplanation]
    around: dict[str, Any]
    run_id: str | None = None

    def as_json(self, lang: str) -> dict[str, Any]:
        """Return the explanation as JSON-able values, its sentences in `lang`."""
        return {
            "brief": self.brief,
            "run_id": self.run_id,
            "account_id": self.account.account_id,
            "person_id": self.account.person_id,
            "segments": [s.as_json(lang) for s in self.segments],
            **self.around,
        }


def explain(
    connection: Connection, brief: str, account: FoundAccount, *, as_of: str | None = None, score: Score | None = None
) -> Explanation:
    """Return the explanation of one account's person in the newest run, or in the one that held at `as_of`.

    `score` is how the brief combines the axes, where it is known. Raises UserError for who is not ranked in that run.
    """
    check_published(connection, brief)
    run_id = run_of(connection, brief, as_of)
    rows = _rows(connection, "explain_scores", {"brief": brief, "run_id": run_id, "person_id": account.person_id})
    if not rows:
        raise UserError(
            f"{account.account_id} n'est pas dans le classement de « {brief} » : "
            "rien sur le sujet dans la fenêtre, ou mis à l'écart",
            f'{account.account_id} is not ranked in "{brief}": nothing on the subject inside the window, or set aside',
        )
    segments = [_segment(connection, row, score) for row in rows]
    around = surroundings(connection, brief, str(rows[0]["person_id"]), run_id)
    return Explanation(brief, account, segments, around, run_id)


def _segment(connection: Connection, row: dict[str, Any], score: Score | None) -> SegmentExplanation:
    ranked, most = row.pop("ranked"), row.pop("most_attention")
    names = {name: row[name] for name in ("brief", "run_id", "person_id", "segment")} | {"top": POSTS}
    tests = read_tests(connection, row)
    preset = (score.preset, score.weights) if score is not None else ()
    return SegmentExplanation(
        row,
        _rows(connection, "explain_posts", names),
        _rows(connection, "explain_relays", names),
        changes(row, tests),
        rank_told(row, ranked),
        influence_parts(row, most, *preset),
        tests,
    )


def _rows(connection: Connection, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    text = query(name, "pipelines.sql")
    result = connection.sql(text, params={key: value for key, value in values.items() if f"${key}" in text})
    return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]
