-- When: how long after the first of all to share a link the person shares it too, in hours; links of three accounts or more.
SELECT person_id, count(*) AS links, round(median(date_diff('second', first_at, own_at)) / 3600.0, 1) AS median_hours,
    list(post_id ORDER BY own_at DESC, post_id)[:5] AS post_ids
FROM (
    SELECT person_id, link, min(published_at) AS own_at, arg_min(post_id, published_at) AS post_id
    FROM (SELECT person_id, post_id, published_at, unnest(list_distinct(links)) AS link FROM post)
    GROUP BY person_id, link
)
JOIN (
    SELECT link, min(published_at) AS first_at
    FROM (
        SELECT account_id, published_at, unnest(list_distinct(links)) AS link
        FROM core.posts JOIN core.brief_posts USING (post_id)
        WHERE brief = $brief AND published_at <= $as_of AND published_at > $since AND deleted_at IS NULL
    )
    GROUP BY link HAVING count(DISTINCT account_id) >= 3
) USING (link)
GROUP BY person_id
