-- fr: Mots-dièse qui montent : quatre dernières semaines contre les huit d'avant
-- en: Hashtags that rise: the last four weeks against the eight before
WITH tag AS (
    SELECT b.brief, lower(unnest(p.hashtags)) AS hashtag, p.account_id, date_diff('day', p.published_at, r.as_of) AS age
    FROM detection.runs_latest r
    JOIN core.brief_posts b USING (brief)
    JOIN core.posts p USING (post_id)
    WHERE p.published_at <= r.as_of AND p.published_at > r.as_of - INTERVAL 84 DAY AND p.deleted_at IS NULL
)
SELECT brief, hashtag, count(*) FILTER (WHERE age < 28) AS posts, count(DISTINCT account_id) FILTER (WHERE age < 28) AS people,
    (count(*) FILTER (WHERE age < 28) + 1) / (count(*) FILTER (WHERE age >= 28) / 2 + 1) AS growth
FROM tag
GROUP BY brief, hashtag
HAVING count(DISTINCT account_id) FILTER (WHERE age < 28) >= 3
ORDER BY growth DESC, posts DESC
LIMIT 100
