-- What could be done differently in a post on the subject, and the reactions it got: one row per post of a candidate.
WITH seen AS (
    SELECT post_id, arg_max(coalesce(likes, 0) + coalesce(reposts, 0) + coalesce(replies, 0) + coalesce(quotes, 0), observed_at)
               FILTER (WHERE coalesce(likes, reposts, replies, quotes) IS NOT NULL) AS reactions
    FROM core.post_observations GROUP BY post_id
),
on_subject AS (
    SELECT DISTINCT post_id FROM detection.hits_latest WHERE brief = $brief AND relevance >= 0.5
)
SELECT coalesce(pa.person_id, 'person:' || p.account_id) AS person_id, seen.reactions,
       len(coalesce(p.links, [])) > 0 AS link, len(coalesce(p.hashtags, [])) >= 3 AS hashtags,
       len(coalesce(p.mentions, [])) > 0 AS mention, contains(coalesce(p.text, ''), '?') AS question,
       length(coalesce(p.text, '')) >= 280 AS long, isodow(p.published_at) >= 6 AS weekend,
       hour(p.published_at) >= 17 OR hour(p.published_at) < 5 AS evening, coalesce(f.disclosure, 'none') <> 'none' AS disclosed
FROM core.posts p JOIN on_subject USING (post_id) JOIN seen USING (post_id)
SEMI JOIN detection.candidates_latest c ON c.account_id = p.account_id AND c.brief = $brief
LEFT JOIN nlp.post_features f USING (post_id) LEFT JOIN core.person_accounts pa ON pa.account_id = p.account_id
WHERE p.kind IN ('post', 'article') AND p.deleted_at IS NULL AND seen.reactions IS NOT NULL
  AND p.published_at BETWEEN $since AND $until
ORDER BY 1, p.published_at, p.post_id;
