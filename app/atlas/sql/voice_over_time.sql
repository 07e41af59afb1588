-- Posts that name, link or address the brand and each competitor, by period: counts, people, share of the period.
WITH mention AS (
    SELECT counterpart, counterpart_kind, person_id, unnest(posts) AS post_id
    FROM detection.relations
    WHERE brief = $brief AND run_id = $run_id AND counterpart_kind IN ('brand', 'competitor')
),
counted AS (
    SELECT date_trunc($period, p.published_at) AS since, m.counterpart, m.counterpart_kind,
        count(DISTINCT m.post_id) AS posts, count(DISTINCT m.person_id) AS people
    FROM mention m
    JOIN core.posts p USING (post_id)
    WHERE p.deleted_at IS NULL
    GROUP BY ALL
)
SELECT *, posts / sum(posts) OVER (PARTITION BY since) AS share
FROM counted
ORDER BY since, counterpart_kind, counterpart
