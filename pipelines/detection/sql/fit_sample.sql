-- A fixed sample of the brief's texts from which the subject is learned.
SELECT trim(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')), p.language
FROM core.posts p JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
WHERE p.text IS NOT NULL AND p.kind <> 'repost'
ORDER BY hash(p.post_id), p.post_id
LIMIT $size;
