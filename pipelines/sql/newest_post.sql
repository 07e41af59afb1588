-- The newest stored post that a brief sees. One dated after today, wrong or meant to be, makes no future of all others.
SELECT coalesce(max(p.published_at) FILTER (p.published_at <= $now), max(p.published_at))
FROM core.posts p JOIN core.brief_posts b USING (post_id) WHERE b.brief = $brief;
