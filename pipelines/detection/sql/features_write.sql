-- What was read in a batch of texts; a tone stays until its text is judged again.
INSERT INTO nlp.post_features (post_id, text_hash, model_version, language, disclosure, disclosure_terms)
SELECT post_id, text_hash, model_version, language, disclosure, disclosure_terms FROM read_rows
ON CONFLICT (post_id) DO UPDATE SET
    text_hash = excluded.text_hash,
    model_version = excluded.model_version,
    language = excluded.language,
    disclosure = excluded.disclosure,
    disclosure_terms = excluded.disclosure_terms;
