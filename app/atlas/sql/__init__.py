"""The queries behind every figure of the atlas."""
