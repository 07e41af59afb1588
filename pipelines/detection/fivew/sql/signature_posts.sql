-- What: the posts that weigh most, on the subject first and then by the reactions they drew.
SELECT person_id, p.post_id, p.published_at, p.url, p.source, p.title, left(p.text, 1200) AS text, p.language,
    h.relevance, h.segments, r.likes, r.reposts, r.replies, r.reactions
FROM post p
JOIN (
    SELECT post_id, max(relevance) AS relevance, list(segment ORDER BY relevance DESC, segment) AS segments
    FROM detection.hits
    WHERE run_id = $run_id AND relevance >= 0.3 AND post_id IN (SELECT post_id FROM post)
    GROUP BY post_id
) h USING (post_id)
LEFT JOIN reaction r USING (post_id)
WHERE p.kind <> 'repost'
QUALIFY row_number() OVER (
    PARTITION BY person_id ORDER BY h.relevance * ln(2 + coalesce(r.reactions, 0)) DESC, p.post_id
) <= 5
ORDER BY person_id, h.relevance * ln(2 + coalesce(r.reactions, 0)) DESC, p.post_id
