"""Phase II: decision, preparation, contact, explanation, description."""
