-- When and how: how much a person posts, how regularly, and in what manner.
SELECT person_id, count(*) AS posts,
    count(*) FILTER (kind <> 'repost') AS own_posts,
    round(count(*) FILTER (kind <> 'repost') / count(*), 4) AS own_share,
    round(count(*) FILTER (in_reply_to IS NOT NULL) / nullif(count(*) FILTER (kind <> 'repost'), 0), 4) AS reply_share,
    round(count(*) FILTER (kind <> 'repost' AND text LIKE '%?%') / nullif(count(*) FILTER (kind <> 'repost'), 0), 4)
        AS question_share,
    round(count(*) FILTER (kind <> 'repost' AND len(links) > 0) / nullif(count(*) FILTER (kind <> 'repost'), 0), 4)
        AS link_share,
    median(len(string_split(trim(text), ' '))) FILTER (kind <> 'repost') AS median_words,
    min(published_at) AS first_at, max(published_at) AS last_at,
    round(date_diff('second', max(published_at), $as_of) / 86400.0, 1) AS days_since_last,
    round(count(*) / nullif(date_diff('second', min(published_at), max(published_at)) / 604800.0, 0), 2) AS posts_per_week,
    round(median(gap) / 24.0, 2) AS median_gap_days, round(max(gap) / 24.0, 1) AS longest_gap_days
FROM (
    SELECT *, date_diff('second', lag(published_at) OVER (PARTITION BY person_id ORDER BY published_at, post_id),
        published_at) / 3600.0 AS gap
    FROM post
)
GROUP BY person_id
