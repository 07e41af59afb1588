"""The pages of the atlas, one module per subject."""
