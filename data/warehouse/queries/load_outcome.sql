-- What a load tells of posts, per source: never held before, changed, the same as before, gone.
SELECT p.source,
       count(*) FILTER (WHERE k.post_id IS NULL AND p.deleted_at IS NULL) AS new,
       count(*) FILTER (WHERE c.post_id IS NOT NULL AND p.deleted_at IS NULL) AS changed,
       count(*) FILTER (WHERE k.post_id IS NOT NULL AND c.post_id IS NULL AND p.deleted_at IS NULL) AS unchanged,
       count(*) FILTER (WHERE p.deleted_at IS NOT NULL AND k.deleted_at IS NULL) AS gone
FROM typed_posts p LEFT JOIN core.posts k USING (post_id) LEFT JOIN changed_posts c USING (post_id)
GROUP BY p.source
ORDER BY p.source;
