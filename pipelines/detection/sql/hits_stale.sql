-- Judgements that no longer hold: another query, a text that changed or went away, or a corpus grown so much that the subject is learned anew.
CREATE OR REPLACE TEMP TABLE stale AS
SELECT j.post_id
FROM nlp.judged j LEFT JOIN core.posts p ON p.post_id = j.post_id
WHERE j.brief = $brief
  AND (j.query_hash <> $query_hash OR p.text IS NULL
       OR j.text_hash <> hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, ''))
       OR (SELECT count(*) FROM core.brief_posts WHERE brief = $brief)
          > $growth * (SELECT coalesce(max(posts), 0) FROM nlp.fitted WHERE brief = $brief));

DELETE FROM nlp.judged WHERE brief = $brief AND post_id IN (SELECT post_id FROM stale);

-- A hit without a judgement would stand beside the one of the next judgement, and count twice.
DELETE FROM detection.hits
WHERE brief = $brief AND post_id NOT IN (SELECT post_id FROM nlp.judged WHERE brief = $brief);
