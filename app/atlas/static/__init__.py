"""Style and script of the atlas."""
