-- Sheets of earlier runs that show what is gone, was corrected or is refused would keep former words; the run that follows makes others.
DELETE FROM detection.sheets
WHERE list_has_any(
    regexp_extract_all(concat_ws(' ', what_json, when_json, where_json, who_json, how_json, why_json, evidence), '"([^"\\]{3,500})"', 1),
    (SELECT list(post_id) FROM (SELECT post_id FROM changed_posts UNION SELECT post_id FROM refused_posts)));
