"""The benchmark: each task in a process of its own, beside a reference that does the same work in the same run."""
