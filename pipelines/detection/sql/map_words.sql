-- How many people of each community use each word of the subject: hashtags and matched terms.
SELECT c.community, word, count(DISTINCT p.person) AS people
FROM map_communities c
JOIN map_posts p ON p.person = c.person
JOIN (
    SELECT post_id, lower(unnest(hashtags)) AS word FROM core.posts
    UNION
    SELECT post_id, lower(unnest(matched_terms)) FROM detection.hits WHERE run_id = $run_id
) w ON w.post_id = p.post_id
WHERE word <> ''
GROUP BY ALL
HAVING count(DISTINCT p.person) >= 2
ORDER BY people DESC, word
LIMIT 20000;
