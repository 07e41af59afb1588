"""How well it judges, on labelled data."""
