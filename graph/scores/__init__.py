"""The axes of influence: reach, resonance and relevance, each 0–100 or NaN with a reason, and how they combine."""
