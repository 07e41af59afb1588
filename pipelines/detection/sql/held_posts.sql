-- The posts of a brief to ask after again: a sample of each source in which young posts are likelier, another one each day.
SELECT p.source, p.post_id, p.account_id, p.native_id, p.kind, strftime(p.published_at, '%Y-%m-%dT%H:%M:%S+00:00') AS published_at, p.url,
       p.extra ->> '$.seen_as' AS seen_as, coalesce(p.extra ->> '$.view_scope', 'home') = 'home' AS home
FROM core.posts p JOIN core.brief_posts b USING (post_id)
WHERE b.brief = $brief AND p.deleted_at IS NULL AND p.published_at >= $since AND p.source IN (SELECT unnest($sources::VARCHAR[]))
QUALIFY row_number() OVER (
    PARTITION BY p.source
    ORDER BY ln((hash(p.post_id || $turn) % 1000000 + 1) / 1000001) * (1 + greatest(date_diff('day', p.published_at, $now::TIMESTAMPTZ), 0) / 30) DESC
) <= $most
ORDER BY ALL;
