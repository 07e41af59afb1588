-- The newest stored post that a brief sees.
SELECT max(p.published_at) FROM core.posts p JOIN core.brief_posts b USING (post_id) WHERE b.brief = $brief;
