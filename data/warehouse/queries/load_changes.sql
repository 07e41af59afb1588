-- Which words a load replaces or takes away, and what comes back: a post that was gone and is seen again, later, with its words.
CREATE OR REPLACE TEMP TABLE changed_posts AS
SELECT p.post_id
FROM typed_posts p JOIN core.posts k USING (post_id)
WHERE coalesce(k.title, k.text) IS NOT NULL
  AND (p.deleted_at IS NOT NULL OR coalesce(p.title, k.title) IS DISTINCT FROM k.title OR coalesce(p.text, k.text) IS DISTINCT FROM k.text);

UPDATE core.posts SET deleted_at = NULL
FROM typed_posts p
WHERE p.post_id = core.posts.post_id AND p.deleted_at IS NULL AND coalesce(p.title, p.text) IS NOT NULL
  AND p.observed_at > core.posts.deleted_at;
