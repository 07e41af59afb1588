-- What: the words of the brief's queries that were found in a person's own posts.
SELECT person_id, term, count(*) AS posts, list(post_id ORDER BY published_at DESC, post_id)[:5] AS post_ids
FROM (
    SELECT DISTINCT p.person_id, p.post_id, p.published_at, unnest(h.matched_terms) AS term
    FROM post p JOIN detection.hits h ON h.post_id = p.post_id AND h.run_id = $run_id
    WHERE p.kind <> 'repost'
)
GROUP BY person_id, term
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY posts DESC, term) <= 12
ORDER BY person_id, posts DESC, term
