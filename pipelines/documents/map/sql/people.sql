-- The people of a run, one row each: their best segment, and their scores on each segment.
SELECT c.person_id,
    arg_max(c.account_id, coalesce(c.influence, -1)) AS account_id,
    coalesce(any_value(a.display_name), any_value(a.handle), any_value(c.account_id)) AS name,
    any_value(a.handle) AS handle, any_value(a.url) AS url, any_value(c.source) AS source,
    arg_max(c.community_id, coalesce(c.influence, -1)) AS community_id,
    arg_max(c.role, coalesce(c.influence, -1)) AS role,
    max(c.pagerank) AS pagerank, max(c.followers) AS followers, any_value(c.language) AS language,
    max(c.influence) AS influence,
    list({
        'segment': c.segment, 'tier': c.tier, 'rank': c.rank, 'influence': c.influence, 'reach': c.reach,
        'resonance': c.resonance, 'relevance': c.relevance, 'low': c.influence_low, 'high': c.influence_high,
        'labels': c.labels
    } ORDER BY c.segment) AS segments
FROM detection.candidates c
LEFT JOIN core.accounts a USING (account_id)
WHERE c.brief = $brief AND c.run_id = $run_id AND coalesce(a.consent, 'allow') = 'allow'
GROUP BY c.person_id
ORDER BY influence DESC NULLS LAST, c.person_id
LIMIT $people
