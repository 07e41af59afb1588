-- The tone of posts that matter to a brief.
UPDATE nlp.post_features SET tone = r.tone, tone_score = r.tone_score
FROM read_rows r
WHERE r.post_id = nlp.post_features.post_id;
