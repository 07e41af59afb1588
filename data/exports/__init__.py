"""Everything of a brief becomes files that other tools, and our own import, read."""
