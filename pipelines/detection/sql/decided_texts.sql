-- The latest texts, in their own words, of the people who were taken in or left out.
SELECT d.status, left(trim(coalesce(p.title, '') || chr(10) || p.text), 20000) AS content, p.language
FROM decided_people d
JOIN core.posts p ON p.account_id = d.account_id
JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
WHERE p.text IS NOT NULL AND p.kind <> 'repost' AND p.post_id NOT IN (SELECT post_id FROM core.reservations WHERE model)
QUALIFY row_number() OVER (PARTITION BY d.account_id ORDER BY p.published_at DESC, p.post_id) <= $per_person
ORDER BY p.post_id;
