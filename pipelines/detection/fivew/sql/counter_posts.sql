-- What speaks against: well-noticed posts that none of the segments' queries matched.
SELECT person_id, p.post_id, p.published_at, p.url, p.source, p.title, left(p.text, 600) AS text, p.language,
    r.likes, r.reposts, r.replies, r.reactions
FROM post p
LEFT JOIN reaction r USING (post_id)
WHERE p.kind <> 'repost' AND p.text <> '' AND NOT EXISTS (
    SELECT 1 FROM detection.hits h WHERE h.post_id = p.post_id AND h.run_id = $run_id AND h.relevance >= 0.3
)
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY r.reactions DESC NULLS LAST, p.published_at DESC, p.post_id) <= 2
ORDER BY person_id, r.reactions DESC NULLS LAST, p.published_at DESC, p.post_id
