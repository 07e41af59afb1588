-- What the preliminary study said of this run.
SELECT s.objectives, s.suitability, s.warnings, s.queries, r.as_of, r.started_at, r.finished_at, r.state, r.code_version, r.brief_hash
FROM detection.runs r LEFT JOIN detection.study s USING (brief, run_id)
WHERE r.brief = $brief AND r.run_id = $run_id
