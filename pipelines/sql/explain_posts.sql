-- The posts of a person that weigh most in a segment.
SELECT h.post_id, p.published_at, h.relevance, h.matched, h.matched_terms, p.url, left(coalesce(p.title || ' — ', '') || coalesce(p.text, ''), 400) AS text
FROM detection.hits h
JOIN core.posts p USING (post_id)
JOIN core.person_accounts a ON a.account_id = p.account_id
WHERE h.brief = $brief AND h.run_id = $run_id AND h.segment = $segment AND a.person_id = $person_id
ORDER BY h.relevance DESC, p.published_at DESC
LIMIT $top;
