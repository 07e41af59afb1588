-- How many posts of the brief wait to be judged.
SELECT count(*)
FROM core.posts p
JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
ANTI JOIN nlp.judged j ON j.brief = $brief AND j.post_id = p.post_id AND j.query_hash = $query_hash
WHERE p.text IS NOT NULL AND p.kind <> 'repost';
