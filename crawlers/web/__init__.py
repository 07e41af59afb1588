"""Pages of blogs and sites: who wrote them, what they say of themselves, where their other pages are."""
