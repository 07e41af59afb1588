"""The twelve steps, the documents they give, and how well they judge."""
