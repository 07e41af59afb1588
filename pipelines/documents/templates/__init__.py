"""Templates and style of the documents."""
