-- The brief's posts up to the run's moment; an author's repetitions of one text are numbered, other people's counted;
-- an answer of eight letters or fewer, names and addresses aside, is a generic one.
CREATE OR REPLACE TEMP TABLE map_posted AS
WITH seen AS (
    SELECT p.post_id, r.person::BIGINT AS person, p.account_id, p.published_at, p.kind, p.language,
           CASE WHEN p.kind <> 'repost' AND coalesce(p.text, '') <> '' THEN hash(p.account_id, p.kind, p.text) END AS words,
           CASE WHEN p.kind <> 'repost' AND length(p.text) >= 40 THEN hash(lower(p.text)) END AS wording,
           CASE WHEN p.kind = 'reply'
                THEN length(regexp_replace(coalesce(p.text, ''), '(@\S+|https?://\S+|[^\pL])', '', 'g')) <= 8 END AS generic
    FROM core.brief_posts b
    JOIN core.posts p USING (post_id)
    JOIN map_rows r USING (account_id)
    WHERE b.brief = $brief AND p.published_at <= $as_of AND p.deleted_at IS NULL
),
repeated AS (
    SELECT s.post_id, row_number() OVER (PARTITION BY s.words ORDER BY s.published_at, s.post_id) AS copies
    FROM seen s
    WHERE s.words IN (SELECT words FROM seen WHERE words IS NOT NULL GROUP BY words HAVING count(*) > 1)
),
shared AS (
    SELECT wording, count(DISTINCT person) - 1 AS others FROM seen WHERE wording IS NOT NULL
    GROUP BY wording HAVING count(DISTINCT person) > 1
),
reacted AS (
    SELECT post_id,
           arg_max(CASE WHEN coalesce(likes, reposts, replies, quotes, score) IS NOT NULL
                        THEN coalesce(likes, 0) + coalesce(reposts, 0) + coalesce(replies, 0) + coalesce(quotes, 0)
                             + greatest(coalesce(score, 0), 0) END, observed_at) AS reactions
    FROM core.post_observations GROUP BY post_id
)
SELECT s.post_id, s.person, (epoch_us($as_of) - epoch_us(s.published_at)) / 1e6 / 86400 AS age_days, s.published_at, s.kind,
       coalesce(f.language, s.language) AS language, j.post_id IS NOT NULL AS judged,
       coalesce(c.copies, 1) AS copies, coalesce(w.others, 0) AS others, coalesce(s.generic, false) AS generic, o.reactions
FROM seen s
LEFT JOIN repeated c ON c.post_id = s.post_id
LEFT JOIN shared w ON w.wording = s.wording
LEFT JOIN nlp.judged j ON j.brief = $brief AND j.post_id = s.post_id
LEFT JOIN nlp.post_features f ON f.post_id = s.post_id
LEFT JOIN reacted o ON o.post_id = s.post_id
ORDER BY s.post_id;
