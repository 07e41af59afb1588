-- When: posts by month, and how many of them matched a segment of the brief.
SELECT person_id, strftime(published_at, '%Y-%m') AS month, count(*) AS posts, count(h.post_id) AS on_topic
FROM post
LEFT JOIN (SELECT DISTINCT post_id FROM detection.hits WHERE run_id = $run_id AND relevance >= 0.5) h USING (post_id)
GROUP BY person_id, month ORDER BY person_id, month
