"""The twelve steps of the method, by their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.bilingual import Bilingual

Phase = Literal["detection", "relation", "execution"]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the twelve steps: its number, its phase, its name."""

    number: int
    phase: Phase
    name: Bilingual


STEPS = (
    Step(1, "detection", Bilingual("Étude préalable", "Study")),
    Step(2, "detection", Bilingual("Cartographie", "Mapping")),
    Step(3, "detection", Bilingual("Détection", "Detection")),
    Step(4, "detection", Bilingual("Analyse qualitative", "Profile")),
    Step(5, "relation", Bilingual("Décision", "Decision")),
    Step(6, "relation", Bilingual("Préparation", "Preparation")),
    Step(7, "relation", Bilingual("Contact", "Contact")),
    Step(8, "relation", Bilingual("Explication", "Explanation")),
    Step(9, "relation", Bilingual("Description", "Description")),
    Step(10, "execution", Bilingual("Campagne", "Campaign")),
    Step(11, "execution", Bilingual("Évaluation", "Evaluation")),
    Step(12, "execution", Bilingual("Suivi du partenariat", "Partnership")),
)
