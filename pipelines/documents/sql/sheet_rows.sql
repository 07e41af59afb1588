-- The sheets of a run, with the run they come from.
SELECT s.person_id, s.what_json, s.when_json, s.where_json, s.who_json, s.how_json, s.why_json, s.evidence,
    r.run_id, r.brief, r.as_of, r.finished_at, r.code_version, r.brief_hash, r.coverage
FROM detection.sheets s
JOIN detection.runs r USING (run_id)
WHERE s.brief = $brief AND s.run_id = $run_id AND list_contains($person_ids, s.person_id)
