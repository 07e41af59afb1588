-- What was read in a batch of texts.
INSERT OR REPLACE INTO nlp.post_features
    (post_id, text_hash, model_version, language, tone, tone_score, disclosure, disclosure_terms)
SELECT post_id, text_hash, model_version, language, tone, tone_score, disclosure, disclosure_terms FROM read_rows;
