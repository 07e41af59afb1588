-- The brief's posts up to the run's moment; an author's repetitions of one text are numbered.
CREATE OR REPLACE TEMP TABLE map_posts AS
SELECT row_number() OVER (ORDER BY p.post_id) - 1 AS post, p.post_id, m.row_number AS person,
       epoch($as_of - p.published_at) / 86400 AS age_days, p.published_at, p.kind,
       coalesce(f.language, p.language) AS language,
       j.post_id IS NOT NULL AS judged,
       CASE WHEN p.kind = 'repost' OR coalesce(p.text, '') = '' THEN 1
            ELSE row_number() OVER (PARTITION BY p.account_id, p.kind, hash(p.text) ORDER BY p.published_at, p.post_id)
       END AS copies,
       o.reactions
FROM core.brief_posts b
JOIN core.posts p USING (post_id)
JOIN map_accounts a USING (account_id)
JOIN map_people m USING (person_id)
LEFT JOIN nlp.judged j ON j.brief = b.brief AND j.post_id = p.post_id
LEFT JOIN nlp.post_features f ON f.post_id = p.post_id
LEFT JOIN (
    SELECT post_id,
           arg_max(CASE WHEN coalesce(likes, reposts, replies, quotes, score) IS NOT NULL
                        THEN coalesce(likes, 0) + coalesce(reposts, 0) + coalesce(replies, 0) + coalesce(quotes, 0)
                             + greatest(coalesce(score, 0), 0) END, observed_at) AS reactions
    FROM core.post_observations GROUP BY post_id
) o ON o.post_id = p.post_id
WHERE b.brief = $brief AND p.published_at <= $as_of AND p.deleted_at IS NULL;
