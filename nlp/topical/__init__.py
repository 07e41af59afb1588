"""Topical fit: how much a text speaks of each segment of a brief, taught by the segments' own query hits."""

from nlp.topical.explain import Explanation, WordWeight
from nlp.topical.model import LANGUAGE_UNSUPPORTED, TOO_FEW_WORDS, TopicalModel
from nlp.topical.segment import TopicalSegment

VERSION = "topical-3"
"""Changes when the same texts and query would be judged otherwise."""

__all__ = [
    "LANGUAGE_UNSUPPORTED",
    "TOO_FEW_WORDS",
    "VERSION",
    "Explanation",
    "TopicalModel",
    "TopicalSegment",
    "WordWeight",
]
