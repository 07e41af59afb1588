"""The queries of phase I, one per file."""
