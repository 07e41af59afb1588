-- On how many posts the subject was last learned.
INSERT OR REPLACE INTO nlp.fitted (brief, query_hash, posts)
SELECT $brief, $query_hash, count(*) FROM core.brief_posts WHERE brief = $brief;
