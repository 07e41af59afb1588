-- One batch of pending posts, as texts to read.
SELECT p.post_id, hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')) AS text_hash,
       left(trim(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')), 20000) AS content
FROM core.posts p
SEMI JOIN (FROM pending_posts WHERE batch = $number) q ON q.post_id = p.post_id
WHERE p.rowid BETWEEN $first_place AND $last_place
ORDER BY p.rowid;
