-- On how many posts the subject was learned when the oldest judgement that stands was made.
INSERT OR REPLACE INTO nlp.fitted (brief, query_hash, posts)
SELECT $brief, $query_hash,
       coalesce((SELECT max(posts) FROM nlp.fitted f
                 WHERE f.brief = $brief AND EXISTS (FROM nlp.judged j WHERE j.brief = $brief)), count(*))
FROM core.brief_posts WHERE brief = $brief;
