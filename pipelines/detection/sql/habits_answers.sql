-- Posts addressed to each person (answers and mentions) by people whom they do not follow, how many they answered, how fast.
WITH addressed AS (
    SELECT q.post_id, q.person AS asker, t.person, q.published_at
    FROM map_posts q
    JOIN (SELECT post_id, in_reply_to FROM core.posts WHERE in_reply_to IS NOT NULL) c USING (post_id)
    JOIN map_posts t ON t.post_id = c.in_reply_to
    WHERE q.kind <> 'repost'
    UNION
    SELECT q.post_id, q.person, m.row_number, q.published_at
    FROM (
        SELECT p.post_id, p.person, p.published_at, c.source, unnest(c.mentions) AS mention
        FROM map_posts p
        JOIN (SELECT post_id, source, mentions FROM core.posts WHERE len(mentions) > 0) c USING (post_id)
        WHERE p.kind <> 'repost'
    ) q
    JOIN account_keys k ON k.key = CASE WHEN q.mention LIKE q.source || ':@%' THEN lower(q.mention) ELSE q.mention END
    JOIN map_accounts a ON a.account_id = k.account_id
    JOIN map_people m USING (person_id)
),
follows AS (SELECT source, target FROM map_ties WHERE kind = 'follow'),
asks AS (
    SELECT a.* FROM addressed a
    JOIN voice_participants v ON v.person = a.person
    ANTI JOIN follows f ON f.source = a.person AND f.target = a.asker
    WHERE a.asker <> a.person
),
answers AS (
    SELECT c.in_reply_to AS post_id, p.person, min(p.published_at) AS answered_at
    FROM map_posts p
    JOIN (SELECT post_id, in_reply_to FROM core.posts WHERE in_reply_to IS NOT NULL) c USING (post_id)
    GROUP BY ALL
)
SELECT a.person, count(*)::INTEGER AS asked, count(r.answered_at)::INTEGER AS answered,
       median(epoch(r.answered_at - a.published_at) / 3600) FILTER (r.answered_at >= a.published_at) AS answer_hours,
       bool_or(a.person IN (SELECT source FROM follows)) AS follows_known
FROM asks a LEFT JOIN answers r ON r.post_id = a.post_id AND r.person = a.person
GROUP BY a.person;
