-- A post's language is what its text says; a text too short to tell takes the one its author nearly always writes.
WITH counted AS (
    SELECT p.account_id, f.language, count(*) AS n
    FROM nlp.post_features f JOIN core.posts p USING (post_id)
    WHERE f.language IS NOT NULL
    GROUP BY p.account_id, f.language
), spoken AS (
    SELECT *, sum(n) OVER (PARTITION BY account_id) AS known FROM counted
), usual AS (
    SELECT account_id, arg_max(language, n) AS language FROM spoken WHERE n >= 5 AND n >= 0.8 * known GROUP BY account_id
), told AS (
    SELECT f.post_id,
           coalesce(f.language, CASE WHEN regexp_matches(p.text, '\p{L}{2,}') AND length(p.text) < 60 THEN u.language END) AS language
    FROM nlp.post_features f
    JOIN core.brief_posts b ON b.post_id = f.post_id AND b.brief = $brief
    JOIN core.posts p ON p.post_id = f.post_id
    LEFT JOIN usual u ON u.account_id = p.account_id
)
UPDATE core.posts SET language = t.language
FROM told t
WHERE t.post_id = core.posts.post_id AND t.language IS DISTINCT FROM core.posts.language;
