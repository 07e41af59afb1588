-- How many people of each community use each word of the subject: hashtags and matched terms.
SELECT c.community, word, count(*) AS people
FROM map_communities c
JOIN (
    SELECT p.person, lower(t.tag) AS word
    FROM (SELECT post_id, unnest(hashtags) AS tag FROM core.posts WHERE len(hashtags) > 0) t JOIN map_posts p USING (post_id)
    UNION
    SELECT person, lower(unnest(matched_terms)) FROM map_matched
) w USING (person)
WHERE word <> ''
GROUP BY ALL
HAVING count(*) >= 2
ORDER BY people DESC, word
LIMIT 20000;
