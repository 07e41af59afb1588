"""Templates of the atlas."""
