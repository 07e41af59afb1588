-- Who was taken in or left out, among the authors of the brief's posts.
SELECT d.account_id, d.status
FROM decided_people d
SEMI JOIN (
    SELECT p.account_id
    FROM core.posts p JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
    WHERE p.text IS NOT NULL AND p.kind <> 'repost'
) w ON w.account_id = d.account_id
ORDER BY ALL;
