"""The brief: one TOML file, typed and checked."""
