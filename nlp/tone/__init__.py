"""Tone of texts towards what they speak of: negative, neutral or positive, French and English."""

from nlp.tone.judge import VERSION, Target, Tone, supported, tone

__all__ = ["VERSION", "Target", "Tone", "supported", "tone"]
