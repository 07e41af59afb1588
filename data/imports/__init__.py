"""Files that people have become staged records: one module per family of formats."""
