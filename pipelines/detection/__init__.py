"""Phase I: study, mapping, detection, profile."""
