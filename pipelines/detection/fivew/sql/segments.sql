-- What: the share of a person's own posts that speak of each segment, and whether it rises or falls.
SELECT person_id, segment, count(h.post_id) AS posts, any_value(own_posts) AS own_posts,
    round(count(h.post_id) / any_value(own_posts), 4) AS share,
    round(count(h.post_id) FILTER (later) / nullif(any_value(later_posts), 0), 4) AS share_later_half,
    round(count(h.post_id) FILTER (NOT later) / nullif(any_value(own_posts) - any_value(later_posts), 0), 4)
        AS share_earlier_half,
    list(h.post_id ORDER BY h.relevance DESC, h.post_id)[:5] AS post_ids
FROM (
    SELECT *, published_at > $since + ($as_of - $since) / 2 AS later,
        count(*) OVER (PARTITION BY person_id) AS own_posts,
        count(*) FILTER (published_at > $since + ($as_of - $since) / 2) OVER (PARTITION BY person_id) AS later_posts
    FROM post WHERE kind <> 'repost'
) p
JOIN detection.hits h ON h.post_id = p.post_id AND h.run_id = $run_id AND h.relevance >= 0.5
GROUP BY person_id, segment ORDER BY person_id, posts DESC, segment
