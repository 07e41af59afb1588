-- The posts on the subject that weigh most, up to five per person and segment.
SELECT c.person_id, c.segment, a.handle, p.published_at, h.relevance, h.matched_terms, left(p.text, 1000) AS text,
    p.url, p.post_id
FROM detection.hits h
JOIN core.posts p USING (post_id)
JOIN core.accounts a ON a.account_id = p.account_id AND a.consent = 'allow'
JOIN (
    SELECT DISTINCT person_id, segment FROM detection.candidates
    WHERE run_id = $run_id AND list_contains($person_ids, person_id)
) c ON c.segment = h.segment
JOIN (
    SELECT person_id, account_id FROM core.person_accounts
    UNION
    SELECT person_id, account_id FROM detection.candidates WHERE run_id = $run_id
) m ON m.person_id = c.person_id AND m.account_id = p.account_id
WHERE h.run_id = $run_id AND p.kind <> 'repost' AND p.deleted_at IS NULL
QUALIFY row_number() OVER (
    PARTITION BY c.person_id, c.segment ORDER BY h.relevance DESC, p.published_at DESC, p.post_id
) <= 5
ORDER BY c.person_id, c.segment, h.relevance DESC, p.post_id
