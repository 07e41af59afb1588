"""Word lists that ship with the project, each with its licence in its head."""
