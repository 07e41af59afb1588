-- How: how fast a person answers posts that are in the store, in hours.
SELECT person_id, count(*) AS answers, round(median(date_diff('second', parent.published_at, p.published_at)) / 3600.0, 2)
        AS median_hours,
    list(p.post_id ORDER BY p.published_at DESC, p.post_id)[:5] AS post_ids
FROM post p JOIN core.posts parent ON parent.post_id = p.in_reply_to
WHERE parent.account_id <> p.account_id AND p.published_at >= parent.published_at
GROUP BY person_id
