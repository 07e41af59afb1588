"""The commands of `vigie`, one per file."""
