-- The run a document comes from, and what its study said.
SELECT r.run_id, r.brief, r.started_at, r.finished_at, r.state, r.as_of, r.code_version, r.brief_hash, r.coverage,
    s.objectives, s.suitability, s.warnings, s.queries
FROM detection.runs r
LEFT JOIN detection.study s USING (run_id)
WHERE r.brief = $brief AND r.run_id = $run_id
