"""How sure a rank is, in words: the share of draws in the top twenty, and not enough data where a rank says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.bilingual import Bilingual
from data.figures import number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

TOP = 20
# An interval over two thirds of all ranks tells nearly nothing of where somebody stands.
WIDE = 2 / 3
# A place that holds in half of draws, rounded as it is shown; and one so rare, for the surest, that nobody leads.
LIKELY, DOUBTFUL = 0.5, 1 / 3


def rank_told(row: dict[str, Any], ranked: int) -> list[Bilingual]:
    """Say how sure one person's rank is among the `ranked` of the segment; why there is none, where there is none."""
    if row["rank"] is None:
        return [_no_rank(row)]
    if ranked == 1:
        return [Bilingual("seule personne classée", "the only person ranked")]
    if row["rank_low"] is None or row["rank_high"] is None:
        return []
    fr, en = ([number(row[key], lang) for key in ("rank_low", "rank_high")] for lang in ("fr", "en"))
    all_fr, all_en = number(ranked, "fr"), number(ranked, "en")
    found = [
        Bilingual(
            f"rang entre {fr[0]} et {fr[1]} dans 95\u202f% des tirages, sur {all_fr} personnes classées",
            f"rank between {en[0]} and {en[1]} in 95% of draws, of {all_en} people ranked",
        )
    ]
    if row["in_top_20"] is not None and ranked > TOP:
        found.append(
            Bilingual(
                f"dans les {TOP} premiers dans {_share(row['in_top_20'], 'fr')} des tirages",
                f"in the top {TOP} in {_share(row['in_top_20'], 'en')} of draws",
            )
        )
    if undecided(row, ranked):
        found.append(
            Bilingual(
                "données insuffisantes pour lui donner un rang : l'intervalle couvre plus des deux tiers de la liste",
                "not enough data to give a rank: the interval covers more than two thirds of the list",
            )
        )
    return found


def undecided(row: dict[str, Any], ranked: int) -> bool:
    """Tell whether a rank is as good as unknown: its interval covers two thirds of a list of more than two."""
    low, high = row["rank_low"], row["rank_high"]
    return low is not None and high is not None and ranked > 2 and high - low + 1 > WIDE * ranked


def top_told(segment: str, ranked: int, chances: Sequence[float]) -> Bilingual | None:
    """Say how sure the first twenty of a segment are; `chances` are their shares of draws in the top twenty.

    None for a list too short for its first twenty to mean anything.
    """
    if ranked <= TOP or not chances:
        return None
    best, firm = max(chances), sum(round(chance, 2) >= LIKELY for chance in chances)
    best_fr, best_en = _share(best, "fr"), _share(best, "en")
    if best < DOUBTFUL:
        return Bilingual(
            f"[{segment}] données insuffisantes pour dire qui est devant : personne n'est dans les {TOP} premiers dans"
            f" plus de {best_fr} des tirages",
            f"[{segment}] not enough data to say who leads: nobody is in the top {TOP} in more than {best_en} of draws",
        )
    count_fr, many_fr = ("aucun", "ne le reste") if not firm else (str(firm), "le reste" if firm == 1 else "le restent")
    count_en, many_en = str(firm or "none"), "stays" if firm < 2 else "stay"
    return Bilingual(
        f"[{segment}] {count_fr} des {TOP} premiers {many_fr} dans la moitié des tirages ou plus,"
        f" le plus sûr dans {best_fr}",
        f"[{segment}] {count_en} of the top {TOP} {many_en} there in half of draws or more, the surest in {best_en}",
    )


def _no_rank(row: dict[str, Any]) -> Bilingual:
    if row["role"] in ("brand", "competitor"):
        return Bilingual(
            "sans rang : la marque et ses concurrents ne sont pas classés",
            "no rank: the brand and its competitors are not ranked",
        )
    if row["relevance"] is None:
        return Bilingual(
            "données insuffisantes pour un rang : aucune publication n'a pu être lue",
            "not enough data for a rank: no post could be read",
        )
    return Bilingual(
        "données insuffisantes pour un rang : ni audience, ni réactions, ni attention ne sont connues",
        "not enough data for a rank: neither audience nor reactions nor attention are known",
    )


def _share(share: float, lang: str) -> str:
    """Return a share of draws; one that is nearly none or nearly all is not rounded to it."""
    return percent(share, lang, 1 if 0 < share < 0.01 or 0.99 < share < 1 else 0)
