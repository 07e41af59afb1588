"""Who matters to whom: measures, communities, scores, tiers."""
