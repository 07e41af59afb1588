-- Posts that speak of the brand and of each competitor, by period: counts, people, share of the period.
WITH counted AS (
    SELECT date_trunc($period, v.published_at) AS since, v.counterpart, v.counterpart_kind,
        count(DISTINCT v.post_id) AS posts, count(DISTINCT v.person_id) AS people
    FROM ecosystem.vitality v
    JOIN core.posts p USING (post_id)
    WHERE v.brief = $brief AND v.run_id = $run_id AND p.deleted_at IS NULL
        AND ($segment IS NULL OR EXISTS (
            FROM detection.hits h
            WHERE h.brief = v.brief AND h.run_id = v.run_id AND h.post_id = v.post_id
                AND h.segment = $segment AND h.relevance >= $on_topic
        ))
    GROUP BY ALL
)
SELECT *, posts / sum(posts) OVER (PARTITION BY since) AS share
FROM counted
ORDER BY since, counterpart_kind, counterpart
