-- The runs of a brief (of all briefs without one), newest first.
SELECT r.run_id, r.brief, r.started_at, r.finished_at, r.state, r.as_of, r.code_version, r.brief_hash, r.coverage,
    (SELECT count(DISTINCT c.person_id) FROM detection.candidates c WHERE c.run_id = r.run_id AND c.brief = r.brief) AS people
FROM detection.runs r
WHERE $brief IS NULL OR r.brief = $brief
ORDER BY r.started_at DESC, r.run_id DESC
LIMIT 200
